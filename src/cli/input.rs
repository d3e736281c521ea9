//! The input of an invocation: found, read, and checked before a worker sees it.

use super::Usage;
use super::args::Invoke;
use crate::domain::{Event, LambdaName};
use crate::workspace::{Workspace, closest};
use anyhow::Context as _;
use serde_json::Value;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// The input of a lambda without event, when none was given.
const EMPTY: &str = r#"{"headers":[],"payload":{}}"#;

/// Where the input comes from.
enum Source {
    Stdin,
    File(PathBuf),
    Text { name: String, text: String },
}

/// The text that the arguments mean, an object of `headers` and `payload` of at most `limit` bytes.
pub(super) fn read(
    args: &Invoke,
    folder: &Path,
    workspace: &Workspace,
    (lambda, event): (&LambdaName, Option<&Event>),
    limit: usize,
) -> anyhow::Result<String> {
    let (name, text) = match source(args, folder, workspace, lambda, event)? {
        Source::Text { name, text } => (name, text),
        Source::Stdin => ("stdin".into(), limited(io::stdin().lock(), "stdin", limit)?),
        Source::File(path) => {
            let name = path.display().to_string();
            let file = File::open(&path).map_err(|error| Usage(format!("cannot read the payload `{name}`: {error}")))?;
            let text = limited(file, &name, limit)?;
            (name, text)
        }
    };
    check(&name, &text, limit)?;
    Ok(text)
}

fn source(
    args: &Invoke,
    folder: &Path,
    workspace: &Workspace,
    lambda: &LambdaName,
    event: Option<&Event>,
) -> anyhow::Result<Source> {
    if let Some(path) = &args.payload {
        return Ok(if path == Path::new("-") { Source::Stdin } else { Source::File(folder.join(path)) });
    }
    if let Some(name) = &args.saved {
        return Ok(Source::Text { name: format!("saved payload {name}"), text: workspace.read_payload(lambda, name)? });
    }
    let sample = match (&args.sample, event) {
        (Some(sub_type), event) => Some(sample(sub_type, lambda, event)?),
        (None, event) => event.and_then(|event| event.samples.first()),
    };
    Ok(sample.map_or_else(
        || Source::Text { name: "the empty input".into(), text: EMPTY.into() },
        |sample| Source::Text { name: format!("sample {}", sample.sub_type), text: sample.text.to_string() },
    ))
}

fn sample<'a>(
    sub_type: &str,
    lambda: &LambdaName,
    event: Option<&'a Event>,
) -> Result<&'a crate::domain::Sample, Usage> {
    let Some(event) = event else {
        return Err(Usage(format!("`{lambda}` is connected to no event, so there are no samples; give --payload")));
    };
    event.sample(sub_type).ok_or_else(|| {
        let known: Vec<&str> = event.samples.iter().map(|sample| sample.sub_type.as_str()).collect();
        let advice = closest(sub_type, &known)
            .map_or_else(|| format!("it has {}", known.join(", ")), |like| format!("did you mean `{like}`?"));
        Usage(format!("{} has no sample `{sub_type}`; {advice}", event.name))
    })
}

/// Reads text without taking in more than `limit` bytes of it.
fn limited(reader: impl Read, name: &str, limit: usize) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let reading = reader.take(limit as u64 + 1).read_to_end(&mut bytes);
    reading.with_context(|| format!("cannot read the payload from {name}"))?;
    if bytes.len() > limit {
        return Err(too_big(name, limit).into());
    }
    Ok(String::from_utf8(bytes).map_err(|_| Usage(format!("the payload from {name} is not UTF-8 text")))?)
}

fn check(name: &str, text: &str, limit: usize) -> Result<(), Usage> {
    if text.len() > limit {
        return Err(too_big(name, limit));
    }
    let value: Value =
        serde_json::from_str(text).map_err(|error| Usage(format!("the payload from {name} is not JSON: {error}")))?;
    if value.get("payload").is_none() {
        let advice = r#"an input is an object: {"headers": [], "payload": ...}"#;
        return Err(Usage(format!("the payload from {name} has no field `payload`; {advice}")));
    }
    Ok(())
}

fn too_big(name: &str, limit: usize) -> Usage {
    let advice = "`payload_bytes` in the limits says how many may be sent";
    Usage(format!("the payload from {name} has more than {limit} bytes; {advice}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_input_is_refused_with_its_place() {
        let refused = |text: &str| check("p.json", text, 100).unwrap_err().0;
        assert!(refused("{\n  \"payload\": }").ends_with("expected value at line 2 column 14"));
        assert!(refused("[1]").contains("no field `payload`"));
        assert!(refused("{\"general\": {}}").contains("no field `payload`"));
        assert!(refused(&" ".repeat(101)).contains("more than 100 bytes"));
        assert!(check("p.json", "{\"payload\": null}", 100).is_ok());
        assert!(check("p.json", EMPTY, 100).is_ok());
    }

    #[test]
    fn an_endless_input_is_left_at_the_limit() {
        let error = limited(io::repeat(b' '), "stdin", 1000).unwrap_err();
        assert!(error.to_string().contains("more than 1000 bytes"), "{error}");
        let binary = limited(&b"\xff"[..], "stdin", 1000).unwrap_err();
        assert!(binary.to_string().contains("not UTF-8"), "{binary}");
    }
}
