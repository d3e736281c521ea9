//! A response as the script holds it.

use crate::language::api::{Field, api_type};
use crate::runtime::protocol::http::HttpReply;
use rhai::{Blob, Dynamic, Engine, INT, Map};
use std::rc::Rc;

/// A response; clones share its body.
#[derive(Clone)]
pub(in crate::runtime::worker) struct Response {
    reply: Rc<HttpReply>,
}

/// The type's name in the table of types.
pub(in crate::runtime::worker) const NAME: &str = "response";

impl Response {
    pub(super) fn new(reply: HttpReply) -> Self {
        Self { reply: Rc::new(reply) }
    }

    pub(in crate::runtime::worker) fn status(&self) -> u16 {
        self.reply.status
    }

    pub(super) fn is_ok(&self) -> bool {
        (200..300).contains(&self.reply.status)
    }

    pub(in crate::runtime::worker) fn url(&self) -> &str {
        &self.reply.url
    }

    /// The body as text in the encoding that it has by its mark or its header; UTF-8 where neither says anything.
    pub(in crate::runtime::worker) fn text(&self) -> String {
        let stated = self
            .kind()
            .and_then(charset)
            .and_then(|label| encoding_rs::Encoding::for_label(label.as_bytes()));
        let encoding = stated.unwrap_or(encoding_rs::UTF_8);
        encoding.decode(&self.reply.body).0.into_owned()
    }

    pub(super) fn bytes(&self) -> Blob {
        self.reply.body.clone()
    }

    /// The value of the header `content-type`.
    pub(super) fn kind(&self) -> Option<&str> {
        let found = self.reply.headers.iter().find(|(name, _)| name == "content-type");
        found.map(|(_, value)| value.as_str())
    }

    pub(in crate::runtime::worker) fn headers(&self) -> Map {
        let mut headers = std::collections::BTreeMap::<&str, String>::new();
        for (name, value) in &self.reply.headers {
            headers
                .entry(name)
                .and_modify(|known| {
                    known.push_str(", ");
                    known.push_str(value);
                })
                .or_insert_with(|| value.clone());
        }
        headers.into_iter().map(|(name, value)| (name.into(), value.into())).collect()
    }

    fn read(&self, field: &Field) -> Dynamic {
        match field.name {
            "status" => INT::from(self.status()).into(),
            "ok" => self.is_ok().into(),
            "headers" => self.headers().into(),
            "text" => self.text().into(),
            "bytes" => Dynamic::from_blob(self.bytes()),
            "url" => self.url().to_owned().into(),
            "dry" => self.reply.is_dry.into(),
            _ => Dynamic::UNIT,
        }
    }
}

/// Lets the script read what the table of types says a response has.
pub(in crate::runtime::worker::functions) fn register_fields(engine: &mut Engine) {
    engine.register_type_with_name::<Response>(NAME);
    for field in api_type(NAME).map_or(&[][..], |it| it.fields) {
        engine.register_get(field.name, |response: &mut Response| response.read(field));
    }
}

/// The charset that a `content-type` states.
fn charset(kind: &str) -> Option<&str> {
    let parameters = kind.split(';').skip(1);
    let stated = parameters.filter_map(|parameter| parameter.split_once('='));
    stated
        .into_iter()
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))
        .map(|(_, value)| value.trim().trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn response(kind: &str, body: &[u8]) -> Response {
        let headers = vec![("content-type".to_owned(), kind.to_owned())];
        Response::new(HttpReply {
            status: 200,
            headers,
            body: body.to_vec(),
            ..HttpReply::default()
        })
    }

    #[test]
    fn a_body_is_read_as_its_header_says() {
        assert_eq!(response("text/plain", "grüße".as_bytes()).text(), "grüße");
        assert_eq!(response("text/plain; Charset=\"iso-8859-1\"", b"gr\xfc\xdfe").text(), "grüße");
        assert_eq!(response("text/plain; charset=none", "ü".as_bytes()).text(), "ü");
        assert_eq!(response("text/plain", b"\xff\xfeh\0i\0").text(), "hi", "by its mark");
        assert_eq!(response("text/plain", b"a\xffb").text(), "a\u{fffd}b");
    }

    #[test]
    fn every_field_of_the_table_can_be_read() {
        let response = response("text/plain", b"x");
        for field in api_type(NAME).unwrap().fields {
            let value = response.read(field);
            let kind = if value.is_blob() { "blob" } else { value.type_name() };
            let stated = match field.kind {
                "int" => "i64",
                other => other,
            };
            assert_eq!(kind, stated, "{}", field.name);
        }
    }

    #[test]
    fn headers_that_came_several_times_are_joined() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers = vec![pair("vary", "a"), pair("x", "1"), pair("vary", "b")];
        let response = Response::new(HttpReply { headers, ..HttpReply::default() });
        assert_eq!(response.headers()["vary"].to_string(), "a, b");
    }
}
