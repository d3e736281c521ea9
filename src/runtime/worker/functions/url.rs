//! Addresses, taken apart and put together as the WHATWG's URL standard does it.

use super::arguments::{Fields, argument, int_of, map, map_of, mismatch, scalar_of, text};
use super::{Arguments, Refusal, Returned};
use crate::language::api::UrlFunction;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use rhai::{Array, Dynamic, INT, Map};
use url::{Url, form_urlencoded};

/// What stays as it is in a component, beside letters and digits (RFC 3986, unreserved).
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn call(function: UrlFunction, arguments: Arguments) -> Returned {
    match function {
        UrlFunction::Parse => Ok(taken_apart(&address(&text(arguments, 0, "address")?)?).into()),
        UrlFunction::Build => build(arguments),
        UrlFunction::Join => join(arguments),
        UrlFunction::Encode => encode(arguments),
        UrlFunction::Decode => decode(arguments),
        UrlFunction::Query => Ok(query(&map(arguments, 0, "fields")?, "fields")?.into()),
        UrlFunction::ParseQuery => {
            let text = text(arguments, 0, "text")?;
            let text = text.strip_prefix('?').unwrap_or(&text);
            Ok(fields(form_urlencoded::parse(text.as_bytes()).into_owned()).into())
        }
    }
}

fn address(text: &str) -> Result<Url, Refusal> {
    Url::parse(text).map_err(|error| {
        let advice = match error {
            url::ParseError::RelativeUrlWithoutBase => {
                "; an address begins with its scheme, as in https://example.com"
            }
            _ => "",
        };
        Refusal::Because(format!("{text:?} is no address: {error}{advice}"))
    })
}

fn taken_apart(url: &Url) -> Map {
    let text = |text: &str| (!text.is_empty()).then(|| Dynamic::from(text.to_owned()));
    let parts = [
        ("href", text(url.as_str())),
        ("scheme", text(url.scheme())),
        ("username", text(url.username())),
        ("password", url.password().and_then(text)),
        ("host", url.host_str().and_then(text)),
        ("port", url.port_or_known_default().map(|it| INT::from(it).into())),
        ("path", text(url.path())),
        ("query", url.query().map(|_| fields(url.query_pairs().into_owned()).into())),
        ("fragment", url.fragment().and_then(text)),
    ];
    parts.into_iter().filter_map(|(name, value)| Some((name.into(), value?))).collect()
}

/// A query as a map. A field that comes several times is a list.
fn fields(pairs: impl Iterator<Item = (String, String)>) -> Map {
    let mut map = Map::new();
    for (name, value) in pairs {
        match map.get_mut(name.as_str()) {
            None => {
                map.insert(name.into(), value.into());
            }
            Some(known) => {
                let mut list = match known.take().try_cast_result::<Array>() {
                    Ok(list) => list,
                    Err(first) => vec![first],
                };
                list.push(value.into());
                *known = list.into();
            }
        }
    }
    map
}

/// A map as a query: `()` leaves a field out, a list repeats it.
pub(super) fn query(map: &Map, path: &str) -> Result<String, Refusal> {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in map {
        let path = format!("{path}.{name}");
        let values: Array = match value.as_array_ref() {
            Ok(list) => list.clone(),
            Err(_) => vec![value.clone()],
        };
        for value in values.iter().filter(|it| !it.is_unit()) {
            query.append_pair(name, &scalar_of(value, &path)?);
        }
    }
    Ok(query.finish())
}

fn build(arguments: Arguments) -> Returned {
    let known =
        &["href", "scheme", "username", "password", "host", "port", "path", "query", "fragment"];
    let parts = Fields::of(&arguments, 0, "parts", known)?;
    let refused = |name: &str, value: &str| {
        Refusal::Because(format!("`parts.{name}` is no {name} of an address: {value:?}"))
    };
    let scheme = parts.text("scheme")?.unwrap_or_else(|| "https".to_owned());
    let host = parts.needed_text("host")?;
    let mut url =
        Url::parse(&format!("{scheme}://host")).map_err(|_| refused("scheme", &scheme))?;
    url.set_host(Some(&host)).map_err(|_| refused("host", &host))?;
    if let Some(port) = parts.get("port") {
        let port = int_of(port, "parts.port")?;
        let port = u16::try_from(port).map_err(|_| refused("port", &port.to_string()))?;
        url.set_port(Some(port)).map_err(|()| refused("port", &port.to_string()))?;
    }
    if let Some(name) = parts.text("username")? {
        url.set_username(&name).map_err(|()| refused("username", &name))?;
    }
    if let Some(password) = parts.text("password")? {
        url.set_password(Some(&password)).map_err(|()| refused("password", "***"))?;
    }
    set_path(&mut url, &parts)?;
    set_query(&mut url, &parts)?;
    url.set_fragment(parts.text("fragment")?.as_deref());
    Ok(url.to_string().into())
}

/// A path as it is, or its segments, in which a slash is a letter like any other.
fn set_path(url: &mut Url, parts: &Fields) -> Result<(), Refusal> {
    let Some(value) = parts.get("path") else { return Ok(()) };
    if let Ok(text) = value.as_immutable_string_ref() {
        url.set_path(&text);
        return Ok(());
    }
    let Ok(segments) = value.as_array_ref() else {
        return Err(mismatch("parts.path", "a string or an array", value));
    };
    let segments: Vec<String> =
        segments.iter().map(|it| scalar_of(it, "parts.path")).collect::<Result<_, _>>()?;
    if segments.iter().any(|it| matches!(it.as_str(), "." | "..")) {
        let reason = "`parts.path` has a segment of dots, which would lead elsewhere";
        return Err(Refusal::Because(reason.to_owned()));
    }
    // An address with a host has segments.
    if let Ok(mut path) = url.path_segments_mut() {
        path.clear().extend(segments);
    }
    Ok(())
}

/// A query as it is, or its fields.
fn set_query(url: &mut Url, parts: &Fields) -> Result<(), Refusal> {
    let Some(value) = parts.get("query") else { return Ok(()) };
    if let Ok(text) = value.as_immutable_string_ref() {
        url.set_query(Some(text.trim_start_matches('?')));
        return Ok(());
    }
    let query = query(&map_of(value, "parts.query")?, "parts.query")?;
    url.set_query((!query.is_empty()).then_some(&query));
    Ok(())
}

fn join(arguments: Arguments) -> Returned {
    let base = address(&text(arguments, 0, "base")?)?;
    let reference = text(arguments, 1, "reference")?;
    let joined = base.join(&reference).map_err(|error| {
        Refusal::Because(format!("{reference:?} cannot be joined to {base}: {error}"))
    })?;
    Ok(joined.to_string().into())
}

fn encode(arguments: Arguments) -> Returned {
    let text = scalar_of(argument(arguments, 0), "text")?;
    Ok(utf8_percent_encode(&text, ENCODED).to_string().into())
}

fn decode(arguments: Arguments) -> Returned {
    let text = text(arguments, 0, "text")?;
    let decoded = percent_decode_str(&text)
        .decode_utf8()
        .map_err(|_| Refusal::Because("what `text` stands for is no UTF-8 text".to_owned()))?;
    Ok(decoded.into_owned().into())
}
