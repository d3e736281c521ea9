//! Signed requests of OAuth 1.0a (RFC 5849).
//!
//! Only the header is made here; the request itself goes through `http`. Time and nonce come from the host.

use super::arguments::{Fields, one_of, scalar_of};
use super::ask::ask;
use super::{Arguments, Refusal, Returned, Session};
use crate::language::api::Oauth1Function;
use crate::runtime::protocol::{HostCall, HostReply, RandomCall};
use data_encoding::BASE64;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rhai::{Dynamic, Map};
use ring::hmac;
use url::Url;

/// What RFC 5849, section 3.6 leaves as it is: letters, digits and these.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const FIELDS: &[&str] = &[
    "method",
    "url",
    "consumer_key",
    "consumer_secret",
    "token",
    "token_secret",
    "signature_method",
    "form",
    "realm",
    "callback",
    "verifier",
];

pub(super) fn call(function: Oauth1Function, session: &Session, arguments: Arguments) -> Returned {
    match function {
        Oauth1Function::Header => header(session, arguments),
    }
}

fn header(session: &Session, arguments: Arguments) -> Returned {
    let fields = Fields::of(&arguments, 0, "request", FIELDS)?;
    let address = fields.needed_text("url")?;
    let url = Url::parse(&address)
        .ok()
        .filter(Url::has_host)
        .ok_or_else(|| Refusal::Because(format!("`request.url` is no address: {address:?}")))?;
    let method = fields.text("signature_method")?.unwrap_or_else(|| "HMAC-SHA1".to_owned());
    let algorithm = one_of(
        &method,
        "request.signature_method",
        &[("HMAC-SHA1", hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY), ("HMAC-SHA256", hmac::HMAC_SHA256)],
    )?;
    let mut own = vec![
        ("oauth_consumer_key".to_owned(), fields.needed_text("consumer_key")?),
        ("oauth_nonce".to_owned(), nonce(session)?),
        ("oauth_signature_method".to_owned(), method),
        ("oauth_timestamp".to_owned(), timestamp(session)?),
        ("oauth_version".to_owned(), "1.0".to_owned()),
    ];
    for name in ["token", "callback", "verifier"] {
        if let Some(value) = fields.text(name)? {
            own.push((format!("oauth_{name}"), value));
        }
    }
    let request = Request {
        method: fields.text("method")?.unwrap_or_else(|| "GET".to_owned()),
        url,
        form: fields.map("form")?.map_or_else(|| Ok(Vec::new()), |it| pairs(&it))?,
    };
    let secrets =
        (fields.needed_text("consumer_secret")?, fields.text("token_secret")?.unwrap_or_default());
    let signature = signature(algorithm, &request.base_string(&own), &secrets);
    own.push(("oauth_signature".to_owned(), signature));
    Ok(written(fields.text("realm")?, own).into())
}

/// The fields of a form; a list is a field several times over.
fn pairs(map: &Map) -> Result<Vec<(String, String)>, Refusal> {
    let mut pairs = Vec::new();
    for (name, value) in map {
        let path = format!("request.form.{name}");
        let mut add = |value: &Dynamic| -> Result<(), Refusal> {
            pairs.push((name.to_string(), scalar_of(value, &path)?));
            Ok(())
        };
        match value.as_array_ref() {
            Ok(list) => list.iter().try_for_each(add)?,
            Err(_) => add(value)?,
        }
    }
    Ok(pairs)
}

fn timestamp(session: &Session) -> Result<String, Refusal> {
    match ask(session, HostCall::NowMs)? {
        HostReply::Int(now_ms) => Ok(now_ms.div_euclid(1_000).to_string()),
        other => Err(Refusal::Because(format!("the host answered {other:?}"))),
    }
}

fn nonce(session: &Session) -> Result<String, Refusal> {
    match ask(session, HostCall::Random(RandomCall::Uuid))? {
        HostReply::Text(uuid) => Ok(uuid.replace('-', "")),
        other => Err(Refusal::Because(format!("the host answered {other:?}"))),
    }
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, ENCODED).to_string()
}

/// What is signed of a request.
struct Request {
    method: String,
    url: Url,
    form: Vec<(String, String)>,
}

impl Request {
    /// The text that is signed (RFC 5849, section 3.4.1).
    fn base_string(&self, own: &[(String, String)]) -> String {
        let query = self.url.query_pairs().into_owned();
        let mut parameters: Vec<(String, String)> = query
            .chain(self.form.iter().cloned())
            .chain(own.iter().cloned())
            .map(|(name, value)| (encoded(&name), encoded(&value)))
            .collect();
        parameters.sort();
        let parameters: Vec<_> =
            parameters.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut address = self.url.clone();
        address.set_query(None);
        address.set_fragment(None);
        // An address with a host takes both; nothing is left to do where it does not.
        let _ = address.set_username("");
        let _ = address.set_password(None);
        format!(
            "{}&{}&{}",
            encoded(&self.method.to_uppercase()),
            encoded(address.as_str()),
            encoded(&parameters.join("&"))
        )
    }
}

fn signature(
    algorithm: hmac::Algorithm,
    base: &str,
    (consumer_secret, token_secret): &(String, String),
) -> String {
    let key = format!("{}&{}", encoded(consumer_secret), encoded(token_secret));
    let key = hmac::Key::new(algorithm, key.as_bytes());
    BASE64.encode(hmac::sign(&key, base.as_bytes()).as_ref())
}

fn written(realm: Option<String>, mut own: Vec<(String, String)>) -> String {
    own.sort();
    let realm = realm.map(|it| format!("realm=\"{}\"", it.replace(['"', '\\', '\r', '\n'], "")));
    let own = own.iter().map(|(name, value)| format!("{name}=\"{}\"", encoded(value)));
    let parts: Vec<_> = realm.into_iter().chain(own).collect();
    format!("OAuth {}", parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owned(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    fn request(method: &str, url: &str, form: &[(&str, &str)]) -> Request {
        Request { method: method.to_owned(), url: Url::parse(url).unwrap(), form: owned(form) }
    }

    fn sha1(base: &str, consumer_secret: &str, token_secret: &str) -> String {
        let secrets = (consumer_secret.to_owned(), token_secret.to_owned());
        signature(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, base, &secrets)
    }

    #[test]
    fn the_base_string_is_that_of_rfc_5849_section_3_4_1() {
        let request = request(
            "post",
            "http://EXAMPLE.COM:80/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b",
            &[("c2", ""), ("a3", "2 q")],
        );
        let own = owned(&[
            ("oauth_consumer_key", "9djdj82h48djs9d2"),
            ("oauth_token", "kkk9d7dh3k39sjv7"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131201"),
            ("oauth_nonce", "7d8f3e4a"),
        ]);
        assert_eq!(
            request.base_string(&own),
            "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D\
             %25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3\
             e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkk\
             k9d7dh3k39sjv7"
        );
    }

    #[test]
    fn the_signatures_are_those_of_rfc_5849_section_1_2() {
        let initiate = request("POST", "https://photos.example.net/initiate", &[]);
        let own = owned(&[
            ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131200"),
            ("oauth_nonce", "wIjqoS"),
            ("oauth_callback", "http://printer.example.com/ready"),
        ]);
        assert_eq!(
            sha1(&initiate.base_string(&own), "kd94hf93k423kf44", ""),
            "74KNZJeDHnMBp0EMJ9ZHt/XKycU="
        );
        let photos =
            request("GET", "http://photos.example.net/photos?file=vacation.jpg&size=original", &[]);
        let own = owned(&[
            ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
            ("oauth_token", "nnch734d00sl2jdk"),
            ("oauth_signature_method", "HMAC-SHA1"),
            ("oauth_timestamp", "137131202"),
            ("oauth_nonce", "chapoH"),
        ]);
        assert_eq!(
            sha1(&photos.base_string(&own), "kd94hf93k423kf44", "pfkkdhi9sl3r4s00"),
            "MdpQcU8iPSUjWoN/UDMsK2sui9I="
        );
    }

    #[test]
    fn a_header_is_encoded_and_in_order() {
        let own = owned(&[("oauth_token", "a b"), ("oauth_nonce", "ü\"")]);
        assert_eq!(
            written(Some("Pho\"tos\r\n".to_owned()), own),
            "OAuth realm=\"Photos\", oauth_nonce=\"%C3%BC%22\", oauth_token=\"a%20b\""
        );
    }
}
