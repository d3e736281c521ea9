//! The options of a request, as the script writes them.

use super::super::arguments::{map_of, text_of};
use super::{Refusal, Response, Returned, because, json_of};
use crate::language::nearest::nearest;
use crate::runtime::protocol::http::{HttpBody, HttpCall, PAIRS, REQUEST_BODY_BYTES};
use crate::runtime::worker::json_text;
use crate::runtime::worker::words::with_article;
use data_encoding::BASE64;
use rhai::{Dynamic, Map};

/// Every option, `method` only where the function does not say it.
const NAMES: &[&str] = &[
    "headers",
    "query",
    "body",
    "json",
    "form",
    "basic",
    "bearer",
    "timeout",
    "redirects",
    "throw_on_status",
    "returns",
    "method",
];

/// The most headers, names in a query or fields of a form; with room below what the host takes for what is added here.
const PAIRS_MOST: usize = PAIRS / 2;

/// The longest time a request can be given, in seconds; the lambda's deadline is shorter.
const LONGEST_SECONDS: f64 = 3_600.0;

/// A request, and what is wanted of its response.
pub(super) struct Options {
    pub(super) call: HttpCall,
    pub(super) wanted: Wanted,
}

/// What is wanted of a response.
pub(super) struct Wanted {
    pub(super) throw_on_status: bool,
    form: Form,
}

#[derive(Clone, Copy)]
enum Form {
    Response,
    Json,
    Text,
    Blob,
}

impl Wanted {
    pub(super) fn take(&self, response: Response) -> Returned {
        match self.form {
            Form::Response => Ok(Dynamic::from(response)),
            Form::Json => json_of(&response),
            Form::Text => Ok(response.text().into()),
            Form::Blob => Ok(Dynamic::from_blob(response.bytes())),
        }
    }
}

impl Options {
    /// A request to `url` with `options`; `method` is the function's own, where it has one.
    pub(super) fn read(url: String, method: Option<&str>, options: &Map) -> Result<Self, Refusal> {
        let mut call =
            HttpCall { method: method.unwrap_or("GET").to_owned(), url, ..HttpCall::default() };
        let mut wanted = Wanted { throw_on_status: true, form: Form::Response };
        let mut body: Option<(&str, HttpBody)> = None;
        for (name, value) in options {
            let name = name.as_str();
            match name {
                "headers" => call.headers.extend(pairs(name, value)?),
                "query" => call.query = pairs(name, value)?,
                "basic" => call.headers.push(basic(value)?),
                "bearer" => {
                    let token = format!("Bearer {}", text_of(value, name)?);
                    call.headers.push(("authorization".to_owned(), token));
                }
                "timeout" => call.timeout_ms = Some(milliseconds(value)?),
                "redirects" => call.redirects = Some(count(name, value)?),
                "throw_on_status" => wanted.throw_on_status = flag(name, value)?,
                "returns" => wanted.form = form(value)?,
                "method" if method.is_none() => call.method = text_of(value, name)?.to_uppercase(),
                "body" | "json" | "form" => {
                    if let Some((other, _)) = body {
                        return Err(because(format!(
                            "there are both `{other}` and `{name}`; a request has one body"
                        )));
                    }
                    body = Some((name, read_body(name, value)?));
                }
                _ => return Err(unknown(name)),
            }
        }
        call.body = body.map_or(HttpBody::Empty, |(_, body)| body);
        Ok(Self { call, wanted })
    }
}

fn unknown(name: &str) -> Refusal {
    let advice = nearest(name, NAMES.iter().copied()).map_or_else(
        || format!("the options are {}", NAMES.join(", ")),
        |near| format!("did you mean `{near}`?"),
    );
    because(format!("there is no option `{name}`; {advice}"))
}

fn read_body(name: &str, value: &Dynamic) -> Result<HttpBody, Refusal> {
    match name {
        "json" => {
            let text = json_text::strict(value, REQUEST_BODY_BYTES).map_err(|error| {
                because(format!("`json{}` {}, which JSON cannot say", error.path, error.problem))
            })?;
            Ok(HttpBody::Json(text))
        }
        "form" => fits(HttpBody::Form(pairs(name, value)?)),
        _ => {
            if let Ok(blob) = value.as_blob_ref() {
                return fits(HttpBody::Bytes(blob.clone()));
            }
            match value.as_immutable_string_ref() {
                Ok(text) => fits(HttpBody::Text(text.to_string())),
                Err(kind) => Err(because(format!(
                    "`body` is a string or a blob, this is {}; a map or a list goes into `json`",
                    with_article(kind)
                ))),
            }
        }
    }
}

/// The body, if it is not too long to be sent.
fn fits(body: HttpBody) -> Result<HttpBody, Refusal> {
    let bytes = body.bytes();
    if bytes <= REQUEST_BODY_BYTES {
        return Ok(body);
    }
    Err(because(format!("the body has {bytes} bytes, at most {REQUEST_BODY_BYTES} can be sent")))
}

/// Names and values; a list is a name that stands there several times, and what is `()` is left out.
fn pairs(name: &str, value: &Dynamic) -> Result<Vec<(String, String)>, Refusal> {
    let map = map_of(value, name)?;
    let mut pairs = Vec::with_capacity(map.len());
    for (key, value) in &map {
        let mut add = |value: &Dynamic| {
            let written = plain(value).ok_or_else(|| {
                because(format!(
                    "`{name}.{key}` is a string, a number or a boolean, this is {}",
                    with_article(value.type_name())
                ))
            });
            written.map(|text| pairs.push((key.to_string(), text)))
        };
        match value.as_array_ref() {
            Ok(list) => list.iter().try_for_each(&mut add)?,
            Err(_) if value.is_unit() => {}
            Err(_) => add(value)?,
        }
    }
    if pairs.len() > PAIRS_MOST {
        return Err(because(format!("`{name}` has more than {PAIRS_MOST} names and values")));
    }
    Ok(pairs)
}

fn plain(value: &Dynamic) -> Option<String> {
    let is_plain = value.is_string()
        || value.is_int()
        || value.is_float()
        || value.is_bool()
        || value.is_char();
    is_plain.then(|| value.to_string())
}

/// `basic` as the header that it becomes.
fn basic(value: &Dynamic) -> Result<(String, String), Refusal> {
    let map = map_of(value, "basic")?;
    let part = |name: &str| match map.get(name) {
        Some(value) => text_of(value, &format!("basic.{name}")),
        None => Err(because(format!("`basic` needs `{name}`, a string"))),
    };
    let (user, password) = (part("user")?, part("password")?);
    if user.contains(':') {
        return Err(because("a user for `basic` has no `:` in it"));
    }
    let coded = BASE64.encode(format!("{user}:{password}").as_bytes());
    Ok(("authorization".to_owned(), format!("Basic {coded}")))
}

fn flag(name: &str, value: &Dynamic) -> Result<bool, Refusal> {
    let flag = value.as_bool();
    flag.map_err(|kind| {
        because(format!("`{name}` is true or false, this is {}", with_article(kind)))
    })
}

fn count(name: &str, value: &Dynamic) -> Result<u32, Refusal> {
    let count = value.as_int().ok().and_then(|count| u32::try_from(count).ok());
    count.ok_or_else(|| because(format!("`{name}` is a whole number from 0")))
}

fn milliseconds(value: &Dynamic) -> Result<u64, Refusal> {
    let seconds = value.as_int().map(|seconds| seconds as f64).or_else(|_| value.as_float());
    match seconds {
        Ok(seconds) if seconds > 0.0 => Ok((seconds.min(LONGEST_SECONDS) * 1e3).ceil() as u64),
        _ => Err(because("`timeout` is a number of seconds above 0")),
    }
}

fn form(value: &Dynamic) -> Result<Form, Refusal> {
    match text_of(value, "returns")?.as_str() {
        "response" => Ok(Form::Response),
        "json" => Ok(Form::Json),
        "text" => Ok(Form::Text),
        "blob" => Ok(Form::Blob),
        other => Err(because(format!(
            "`returns` is \"response\", \"json\", \"text\" or \"blob\", not {other:?}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(script: &str) -> Result<HttpCall, String> {
        let engine = crate::language::engine::with_standard_library();
        let map = engine.eval::<Map>(script).unwrap();
        match Options::read("http://a.example".into(), None, &map) {
            Ok(options) => Ok(options.call),
            Err(Refusal::Because(reason)) => Err(reason),
            Err(Refusal::Failed(_) | Refusal::Status(_) | Refusal::Stopped) => {
                panic!("nothing was sent")
            }
        }
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn options_become_a_request() {
        let call = read(
            r#"#{ method: "put", query: #{ a: [1, "x"], b: true, c: () }, headers: #{ "X-A": 2.5 }, timeout: 0.25,
                redirects: 0, json: #{ n: [1] } }"#,
        )
        .unwrap();
        assert_eq!(call.method, "PUT");
        assert_eq!(call.query, [pair("a", "1"), pair("a", "x"), pair("b", "true")]);
        assert_eq!(call.headers, [pair("X-A", "2.5")]);
        assert_eq!((call.timeout_ms, call.redirects), (Some(250), Some(0)));
        assert_eq!(call.body, HttpBody::Json(r#"{"n":[1]}"#.into()));
        let basic = read(r#"#{ basic: #{ user: "Aladdin", password: "open sesame" } }"#).unwrap();
        assert_eq!(basic.headers, [pair("authorization", "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==")]);
        assert_eq!(read("#{ body: blob(2, 7) }").unwrap().body, HttpBody::Bytes(vec![7, 7]));
        let form = read(r#"#{ form: #{ a: "1 2" } }"#).unwrap();
        assert_eq!(form.body, HttpBody::Form(vec![pair("a", "1 2")]));
    }

    #[test]
    fn what_is_no_option_is_said() {
        for (script, words) in [
            ("#{ header: #{} }", "did you mean `headers`"),
            ("#{ colour: 1 }", "the options are"),
            ("#{ body: #{} }", "goes into `json`"),
            (r#"#{ body: "", json: 1 }"#, "both `body` and `json`"),
            ("#{ headers: 1 }", "`headers` is a map"),
            ("#{ query: #{ a: #{} } }", "`query.a` is a string"),
            ("#{ json: |x| x }", "is a function"),
            ("#{ timeout: 0 }", "above 0"),
            (r#"#{ timeout: "5" }"#, "above 0"),
            ("#{ redirects: -1 }", "from 0"),
            ("#{ throw_on_status: 1 }", "true or false"),
            (r#"#{ returns: "xml" }"#, "\"json\""),
            ("#{ basic: #{ user: \"x\" } }", "needs `password`"),
            (r#"#{ basic: #{ user: "a:b", password: "" } }"#, "no `:`"),
        ] {
            let error = read(script).unwrap_err();
            assert!(error.contains(words), "{script}: {error}");
        }
    }
}
