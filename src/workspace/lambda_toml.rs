//! `lambda.toml`: what a lambda is connected to and what it may use; read, made and edited with its comments kept.

use super::declared;
use super::document::{Problem, Reader, entries, line_of};
use super::error::WorkspaceError;
use crate::domain::environment::check_env;
use crate::domain::{EventId, Lambda, LambdaName};
use std::path::Path;
use toml_edit::{DocumentMut, Item, RawString, Value};

/// The file's name.
pub const LAMBDA_FILE: &str = "lambda.toml";

/// Reads `text`, the content of the file at `path`; whatever is wrong is a problem and keeps its default.
pub(super) fn parse(name: LambdaName, path: &Path, text: &str) -> (Lambda, Vec<Problem>) {
    let mut lambda = Lambda::named(name);
    let mut reader = Reader::new(path, text);
    if let Some(document) = reader.parse() {
        for (key, item) in entries(document.as_table()) {
            match key.get() {
                "event" => {
                    let id = reader.string(key, item).filter(|id| !id.is_empty());
                    lambda.event = id.map(EventId::new);
                }
                "description" => lambda.description = reader.string(key, item).unwrap_or_default(),
                "template" => lambda.template = reader.string(key, item),
                "env" => lambda.env = reader.texts(key, item, check_env),
                "limits" => lambda.limits = reader.limits(key, item),
                "skills" => lambda.skills = reader.list(key, item, skill),
                "schedule" => {
                    let folder = path.parent().unwrap_or(Path::new(""));
                    lambda.schedules = declared::schedules(&mut reader, (key, item), folder);
                }
                _ => reader
                    .unknown(key, "event, description, template, env, limits, skills, schedule"),
            }
        }
    }
    (lambda, reader.problems)
}

fn skill(text: &str) -> Result<String, String> {
    let is_id = (1..=50).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_alphanumeric());
    if is_id { Ok(text.to_owned()) } else { Err(format!("`{text}` is no id of a skill")) }
}

/// The file of a new lambda.
pub(super) fn compose(event: Option<&EventId>, description: &str, template: &str) -> String {
    let mut document = DocumentMut::new();
    if let Some(event) = event {
        document["event"] = toml_edit::value(event.as_str());
    }
    document["description"] = toml_edit::value(description);
    document["template"] = toml_edit::value(template);
    format!(
        "{document}\n\
         # Environment variables, read with env::get(\"NAME\"): capital letters, digits and `_`.\n\
         [env]\n\
         # GREETING = \"Hello\"\n\n\
         # Limits that differ from the workspace's.\n\
         [limits]\n\
         # deadline_ms = 30000\n\
         # memory_mib = 256\n\n\
         # When it runs by itself, once it is deployed: minute, hour, day of the month, month, day of the week.\n\
         # [[schedule]]\n\
         # name = \"nightly\"\n\
         # cron = \"0 3 * * *\"\n\
         # time_zone = \"Europe/Berlin\"\n\
         # payload = {{ all = true }}  # or payload_file = \"payloads/NAME.json\"\n"
    )
}

/// `text` connected to `event`, or to none; comments and everything else stay.
pub(super) fn with_event(
    path: &Path,
    text: &str,
    event: Option<&EventId>,
) -> Result<String, WorkspaceError> {
    let mut document: DocumentMut =
        text.parse().map_err(|error: toml_edit::TomlError| WorkspaceError::Broken {
            path: path.into(),
            line: error.span().map_or(1, |span| line_of(text, span.start)),
            message: error.message().trim().replace('\n', ", "),
        })?;
    match event {
        Some(event) => set(&mut document, event),
        None => unset(&mut document),
    }
    Ok(document.to_string())
}

fn set(document: &mut DocumentMut, event: &EventId) {
    let mut new = Value::from(event.as_str());
    if let Some(old) = document.get("event").and_then(Item::as_value) {
        *new.decor_mut() = old.decor().clone();
    }
    document["event"] = Item::Value(new);
}

/// Removes the key and leaves the comment above it to whatever follows.
fn unset(document: &mut DocumentMut) {
    let position = document.iter().position(|(key, _)| key == "event");
    let Some((key, _)) = document.remove_entry("event") else { return };
    let comment =
        key.leaf_decor().prefix().and_then(RawString::as_str).unwrap_or_default().to_owned();
    if !comment.contains('#') {
        return;
    }
    let next = document.iter().nth(position.unwrap_or_default()).map(|(key, _)| key.to_owned());
    let Some(next) = next else {
        let rest = document.trailing().as_str().unwrap_or_default().to_owned();
        document.set_trailing(comment + &rest);
        return;
    };
    let joined = |old: Option<&RawString>| {
        comment.clone() + old.and_then(RawString::as_str).unwrap_or_default()
    };
    if let Some(table) = document.get_mut(&next).and_then(Item::as_table_mut) {
        let prefix = joined(table.decor().prefix());
        table.decor_mut().set_prefix(prefix);
    } else if let Some(mut key) = document.key_mut(&next) {
        let prefix = joined(key.leaf_decor().prefix());
        key.leaf_decor_mut().set_prefix(prefix);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const FULL: &str = r#"# Who answers whom.

# The event; see the manual.
event = "one" # for now
description = "says \"hello\""   # keep
template = "greeting"

# Names.
[env]
GREETING = "Hello" # there
_X1 = ""
[limits]
deadline_ms = 500
memory_mib = 64
"#;

    fn read(text: &str) -> (Lambda, Vec<Problem>) {
        parse(LambdaName::new("x").unwrap(), Path::new("lambda.toml"), text)
    }

    fn connect(text: &str, event: Option<&str>) -> String {
        with_event(Path::new("lambda.toml"), text, event.map(EventId::new).as_ref()).unwrap()
    }

    #[test]
    fn everything_is_read() {
        let (lambda, problems) = read(FULL);
        assert_eq!(problems, []);
        assert_eq!(lambda.event, Some(EventId::new("one")));
        assert_eq!(lambda.description, "says \"hello\"");
        assert_eq!(lambda.template.as_deref(), Some("greeting"));
        assert_eq!(
            lambda.env.into_iter().collect::<Vec<_>>(),
            [("GREETING".into(), "Hello".into()), ("_X1".into(), String::new())]
        );
        assert_eq!((lambda.limits.deadline_ms, lambda.limits.memory_mib), (Some(500), Some(64)));
    }

    #[test]
    fn what_is_wrong_has_its_line_and_the_rest_is_read() {
        let text = "event = 7\ndescription = \"kept\"\nowner = \"me\"\n[env]\nlower = \"x\"\n1X = \"x\"\nOK = \"fine\"\nN = 5\n[limits]\ndeadline_ms = 0\nmemory_mib = \"much\"\nlog_lines = 3\ncpu = 1\n";
        let (lambda, problems) = read(text);
        assert_eq!(lambda.description, "kept");
        assert_eq!(lambda.env.keys().collect::<Vec<_>>(), ["OK"]);
        assert_eq!((lambda.limits.deadline_ms, lambda.limits.log_lines), (None, Some(3)));
        let lines: Vec<_> = problems.iter().map(|problem| problem.line.unwrap()).collect();
        assert_eq!(lines, [1, 3, 5, 6, 8, 10, 11, 13]);
        assert!(problems[1].message.contains("`owner`"), "{}", problems[1].message);
    }

    #[test]
    fn text_that_is_no_toml_is_one_problem_with_its_line() {
        let (lambda, problems) = read("description = \"x\"\nevent = = 1\n");
        assert_eq!(lambda, Lambda::named(LambdaName::new("x").unwrap()));
        assert_eq!(problems.len(), 1);
        assert_eq!(problems[0].line, Some(2));
        let broken = with_event(Path::new("lambda.toml"), "a = [\n\n", None).unwrap_err();
        assert!(matches!(broken, WorkspaceError::Broken { .. }), "{broken}");
    }

    #[test]
    fn connecting_keeps_every_comment() {
        let other = connect(FULL, Some("two"));
        assert_eq!(other, FULL.replace("\"one\"", "\"two\""));
        let none = connect(FULL, None);
        assert_eq!(none, FULL.replace("event = \"one\" # for now\n", ""));
        let again = connect(&none, Some("one"));
        assert_eq!(read(&again).0, read(FULL).0);
        for text in [
            "# only\nevent = \"one\"\n",
            "# only\nevent = \"one\"\n# last\n",
            "# first\nevent = \"one\"\n\n[env]\n",
        ] {
            let none = connect(text, None);
            assert_eq!(none, text.replace("event = \"one\"\n", ""));
            assert_eq!(read(&none).1, []);
        }
        assert_eq!(connect("", Some("one")), "event = \"one\"\n");
    }

    #[test]
    fn a_new_file_reads_as_what_it_was_made_of() {
        let text = compose(Some(&EventId::new("one")), "a \"b\"\nc", "greeting");
        let (lambda, problems) = read(&text);
        assert_eq!(problems, []);
        assert_eq!(
            (lambda.event, lambda.description.as_str()),
            (Some(EventId::new("one")), "a \"b\"\nc")
        );
        assert_eq!(lambda.template.as_deref(), Some("greeting"));
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_panic(text in r#"(event|description|env|limits|\[|\]|=|"|'|#|\n|\.|\{|\}|1|ü| |deadline_ms|A){0,30}"#) {
            let (_, problems) = read(&text);
            let lines = text.split('\n').count() as u32;
            prop_assert!(problems.iter().all(|problem| problem.line.is_none_or(|line| (1..=lines + 1).contains(&line))));
        }

        #[test]
        fn connecting_changes_the_event_and_nothing_else(
            description in "\\PC{0,20}",
            comments in prop::collection::vec("[ a-z#\"=]{0,12}", 3),
            event in "[a-z_]{1,20}",
        ) {
            let [one, two, three] = [&comments[0], &comments[1], &comments[2]];
            let described = toml_edit::value(description.as_str());
            let text = format!("#{one}\nevent = \"old\" #{two}\n#{three}\ndescription = {described}\n[env]\nA = \"b\"\n");
            for event in [Some(event.as_str()), None] {
                let new = connect(&text, event);
                let (lambda, problems) = read(&new);
                prop_assert_eq!(problems, []);
                prop_assert_eq!(lambda.event, event.map(EventId::new));
                prop_assert_eq!(lambda.description, description.clone());
                prop_assert!(new.contains(&format!("#{one}\n")) && new.contains(&format!("#{three}\n")), "{}", new);
            }
        }
    }
}
