//! The input of an invocation: found, read, and checked before a worker sees it.

use super::Usage;
use super::args::Invoke;
use super::output::tell;
use crate::domain::payload::{InputError, check_input, check_json};
use crate::domain::{Diagnostic, Event, LambdaName, Limits, Sample};
use crate::language::json::Document;
use crate::workspace::{Workspace, closest};
use serde_json::{Map, Value};
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The input of a lambda without event and saved payloads, when none was given.
const EMPTY: &str = r#"{"headers":[],"payload":{}}"#;

/// What an input may have.
const KEYS: [&str; 3] = ["headers", "payload", "timestamp"];

/// Where the input comes from.
enum Source {
    Stdin,
    File(PathBuf),
    Text { name: String, text: String },
}

/// The text that the arguments mean, an object of `headers` and `payload` within `limits`.
pub(super) fn read(
    args: &Invoke,
    folder: &Path,
    workspace: &Workspace,
    (lambda, event): (&LambdaName, Option<&Event>),
    limits: &Limits,
) -> anyhow::Result<String> {
    let (name, text) = match source(args, workspace, lambda, event)? {
        Source::Text { name, text } => (name, text),
        Source::Stdin => return read_file(folder, Path::new("-"), limits),
        Source::File(path) => return read_file(folder, &path, limits),
    };
    check(&name, &text, limits)?;
    Ok(text)
}

/// The input in a file, or at stdin for `-`, checked. What is a payload alone becomes an input, and that is told.
pub(super) fn read_file(folder: &Path, path: &Path, limits: &Limits) -> anyhow::Result<String> {
    let (name, text) = if path == Path::new("-") {
        ("stdin".to_owned(), limited(io::stdin().lock(), "stdin", limits.payload_bytes)?)
    } else {
        let name = path.display().to_string();
        let file = File::open(folder.join(path))
            .map_err(|error| Usage(format!("cannot read the payload `{name}`: {error}")))?;
        let text = limited(file, &name, limits.payload_bytes)?;
        (name, text)
    };
    let value = json(&name, &text, limits)?;
    match form(&value) {
        Form::Input => check_within(&name, &text, limits)?,
        Form::Payload => {
            let input = format!(r#"{{"headers":[],"payload":{text}}}"#);
            check_json(&text).map_err(|error| unfit(&name, &error))?;
            check_within(&name, &input, limits)?;
            tell(format_args!("{name}: taken as the payload, without headers"));
            return Ok(input);
        }
        Form::Unclear { known, other } => {
            return Err(Usage(format!(
                "{name}: `{known}` stands beside `{other}`, so it is neither an input nor clearly a payload; write {{\"headers\": [], \"payload\": ...}}"
            ))
            .into());
        }
    }
    Ok(text)
}

/// What somebody means by a value.
#[derive(Debug, PartialEq, Eq)]
enum Form<'a> {
    /// An object of `payload` and `headers`.
    Input,
    /// A payload alone.
    Payload,
    /// It has a key of an input and one that no input has.
    Unclear { known: &'a str, other: &'a str },
}

fn form(value: &Value) -> Form<'_> {
    let Some(object) = value.as_object() else { return Form::Payload };
    let known = object.keys().find(|it| *it == "payload" || *it == "headers");
    let is_of_input = |it: &&String| KEYS.contains(&it.as_str());
    let other = object.keys().find(|it| !is_of_input(it));
    match (known, other) {
        (Some(known), Some(other)) => Form::Unclear { known, other },
        (Some(_), None) => Form::Input,
        (None, _) if object.is_empty() => Form::Input,
        (None, _) => Form::Payload,
    }
}

/// The event's sample for a sub-type.
pub(super) fn sample_of<'a>(sub_type: &str, event: &'a Event) -> Result<&'a Sample, Usage> {
    event.sample(sub_type).ok_or_else(|| {
        let known: Vec<&str> =
            event.samples.iter().map(|sample| sample.sub_type.as_str()).collect();
        let advice = closest(sub_type, &known).map_or_else(
            || format!("it has {}", known.join(", ")),
            |like| format!("did you mean `{like}`?"),
        );
        Usage(format!("{} has no sample `{sub_type}`; {advice}", event.name))
    })
}

fn source(
    args: &Invoke,
    workspace: &Workspace,
    lambda: &LambdaName,
    event: Option<&Event>,
) -> anyhow::Result<Source> {
    if let Some(path) = &args.payload {
        return Ok(if path == Path::new("-") { Source::Stdin } else { Source::File(path.clone()) });
    }
    if let Some(name) = &args.saved {
        return saved(workspace, lambda, name);
    }
    let sample = match (&args.sample, event) {
        (Some(sub_type), event) => Some(sample(sub_type, lambda, event)?),
        (None, event) => event.and_then(|event| event.samples.first()),
    };
    if let Some(sample) = sample {
        let name = format!("sample {}", sample.sub_type);
        return Ok(Source::Text { name, text: sample.text.to_string() });
    }
    match workspace.payloads(lambda).first() {
        Some(name) => saved(workspace, lambda, name),
        None => Ok(Source::Text { name: "the empty input".into(), text: EMPTY.into() }),
    }
}

fn saved(workspace: &Workspace, lambda: &LambdaName, name: &str) -> anyhow::Result<Source> {
    let text = workspace.read_payload(lambda, name)?;
    Ok(Source::Text { name: format!("saved payload {name}"), text })
}

fn sample<'a>(
    sub_type: &str,
    lambda: &LambdaName,
    event: Option<&'a Event>,
) -> Result<&'a Sample, Usage> {
    let Some(event) = event else {
        return Err(Usage(format!(
            "`{lambda}` is connected to no event, so there are no samples; give --payload"
        )));
    };
    sample_of(sub_type, event)
}

/// Reads text without taking in more than `limit` bytes of it.
pub(super) fn limited(reader: impl Read, name: &str, limit: usize) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let reading = reader.take(limit as u64 + 1).read_to_end(&mut bytes);
    reading.map_err(|error| Usage(format!("cannot read the payload `{name}`: {error}")))?;
    if bytes.len() > limit {
        return Err(too_big(name, limit).into());
    }
    Ok(String::from_utf8(bytes).map_err(|_| Usage(format!("{name}: not UTF-8 text")))?)
}

/// Whether `text`, which came from `name`, is an input within `limits`.
fn check(name: &str, text: &str, limits: &Limits) -> Result<(), Usage> {
    let value = json(name, text, limits)?;
    check_within(name, text, limits)?;
    // What nobody means: the content of the payload without the envelope around it.
    let is_bare = |input: &Map<String, Value>| {
        !input.is_empty() && !KEYS.iter().any(|known| input.contains_key(*known))
    };
    if value.as_object().is_some_and(is_bare) {
        let advice = r#"an input is an object {"headers": [], "payload": ...}"#;
        return Err(Usage(format!(
            "{name}: the input has neither `payload` nor `headers`; {advice}"
        )));
    }
    Ok(())
}

/// The value of a text in JSON that is not too long.
fn json(name: &str, text: &str, limits: &Limits) -> Result<Value, Usage> {
    if text.len() > limits.payload_bytes {
        return Err(too_big(name, limits.payload_bytes));
    }
    let document =
        Document::parse(text).map_err(|Diagnostic { message, range, help, .. }| {
            let help = help.map(|help| format!("; {help}")).unwrap_or_default();
            Usage(format!("{name}:{}: not JSON: {message}{help}", range.start))
        })?;
    Ok(document.value().clone())
}

fn check_within(name: &str, text: &str, limits: &Limits) -> Result<(), Usage> {
    check_input(text, limits).map_err(|error| unfit(name, &error))
}

fn unfit(name: &str, error: &InputError) -> Usage {
    let place = error.place.map(|place| format!(":{place}")).unwrap_or_default();
    Usage(format!("{name}{place}: {}", error.message))
}

fn too_big(name: &str, limit: usize) -> Usage {
    Usage(format!("{name}: more than {limit} bytes; send less, or raise `payload_bytes`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_input_is_refused_with_its_place() {
        let limits = Limits { payload_bytes: 100, ..Limits::default() };
        let refused = |text: &str| check("p.json", text, &limits).unwrap_err().0;
        assert!(refused("{\n  \"payload\": }").starts_with("p.json:2:14: not JSON"));
        assert!(refused("[1]").starts_with("p.json:1:1: "));
        assert!(refused("{\"general\": {}}").contains("neither `payload` nor `headers`"));
        assert!(refused(&" ".repeat(101)).contains("more than 100 bytes"));
        for text in ["{\"payload\": null}", "{\"headers\": []}", "{}", EMPTY] {
            assert_eq!(check("p.json", text, &limits).map_err(|usage| usage.0), Ok(()));
        }
    }

    #[test]
    fn a_payload_alone_is_told_from_an_input() {
        let of = |text: &str| format!("{:?}", form(&serde_json::from_str(text).unwrap()));
        for input in
            [r#"{"payload": 1}"#, r#"{"headers": [], "payload": {}, "timestamp": 1}"#, "{}"]
        {
            assert_eq!(of(input), "Input", "{input}");
        }
        for payload in [r#"{"general": {}}"#, "[1]", "7", r#"{"timestamp": 1}"#] {
            assert_eq!(of(payload), "Payload", "{payload}");
        }
        let unclear = of(r#"{"headers": [], "body": 1}"#);
        assert_eq!(unclear, r#"Unclear { known: "headers", other: "body" }"#);
    }

    #[test]
    fn an_endless_input_is_left_at_the_limit() {
        let error = limited(io::repeat(b' '), "stdin", 1000).unwrap_err();
        assert!(error.to_string().contains("more than 1000 bytes"), "{error}");
        let binary = limited(&b"\xff"[..], "stdin", 1000).unwrap_err();
        assert!(binary.to_string().contains("not UTF-8"), "{binary}");
    }
}
