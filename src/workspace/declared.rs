//! `[[schedule]]` in `lambda.toml`: when a lambda runs by itself once it is deployed.
//!
//! Whether the times can be understood is for whoever knows times; here is read what stands there.

use super::document::{Reader, entries, span};
use crate::domain::payload::check_input;
use crate::domain::schedule::{SCHEDULE_PAYLOAD_CHARS, check_name};
use crate::domain::{DeclaredSchedule, Limits, SchedulePlaces};
use serde_json::{Value as Json, json};
use std::fs;
use std::ops::Range;
use std::path::Path;
use toml_edit::{Item, Key, Table, Value};

const KEYS: &str = "name, cron, time_zone, payload, payload_file";

/// Reads the tables `[[schedule]]`; one that is wrong is noted and left out. Files are named from `folder`.
pub(super) fn schedules(
    reader: &mut Reader,
    (key, item): (&Key, &Item),
    folder: &Path,
) -> Vec<DeclaredSchedule> {
    let Some(tables) = item.as_array_of_tables() else {
        reader.wrong(key, item, "schedules are tables: write `[[schedule]]` above each");
        return Vec::new();
    };
    let mut schedules: Vec<DeclaredSchedule> = Vec::new();
    for table in tables {
        let Some((schedule, name)) = schedule(reader, table, folder) else { continue };
        if schedules.iter().any(|it| it.name == schedule.name) {
            let message =
                format!("there are two schedules `{}`; name one differently", schedule.name);
            reader.error(name, message);
        }
        schedules.push(schedule);
    }
    schedules
}

/// A schedule and where its name stands. What is wrong with it is noted; as long as it has a name and times, it is given
/// all the same, so that whoever knows times finds what is wrong with these.
fn schedule(
    reader: &mut Reader,
    table: &Table,
    folder: &Path,
) -> Option<(DeclaredSchedule, Option<Range<usize>>)> {
    let (mut name, mut cron, mut zone) = (None, None, "UTC".to_owned());
    let mut places = SchedulePlaces::default();
    let mut input = Some(input_of(&json!({})));
    for (key, item) in entries(table) {
        match key.get() {
            "name" => name = reader.string(key, item).zip(Some(span(key, item))),
            "cron" => {
                places.cron = reader.range_of_text(key, item);
                cron = reader.string(key, item);
            }
            "time_zone" => {
                places.time_zone = reader.range_of_text(key, item);
                zone = reader.string(key, item).unwrap_or(zone);
            }
            "payload" => {
                let of_payload = input_of(&json_of(item));
                if let Err(message) = acceptable(&of_payload) {
                    reader.wrong(key, item, format!("the payload of the schedule: {message}"));
                }
                input = Some(of_payload);
            }
            "payload_file" if table.contains_key("payload") => {
                reader.wrong(key, item, "a schedule has `payload` or `payload_file`, not both");
            }
            "payload_file" => input = file(reader, (key, item), folder),
            _ => reader.unknown(key, KEYS),
        }
    }
    if let Some((name, at)) = &name
        && let Err(message) = check_name(name)
    {
        reader.error(at.clone(), message);
    }
    for (key, example) in [("name", "nightly"), ("cron", "0 3 * * *")] {
        if !table.contains_key(key) {
            let message = format!("a schedule needs `{key}`, `{key} = \"{example}\"` for example");
            reader.error(table.span(), message);
        }
    }
    let ((name, at), cron, input) = (name?, cron?, input?);
    Some((DeclaredSchedule { name, cron, time_zone: zone, input: input.into(), places }, at))
}

fn input_of(payload: &Json) -> String {
    json!({ "headers": [], "payload": payload }).to_string()
}

/// The input in a file beside the lambda: an object of `headers` and `payload`, as saved payloads are.
fn file(reader: &mut Reader, (key, item): (&Key, &Item), folder: &Path) -> Option<String> {
    let path = folder.join(reader.string(key, item)?);
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            reader.wrong(key, item, format!("{} cannot be read: {error}", path.display()));
            return None;
        }
    };
    if let Err(message) = acceptable(&text) {
        reader.wrong(key, item, format!("{}: {message}", path.display()));
    }
    Some(text)
}

fn acceptable(input: &str) -> Result<(), String> {
    if input.chars().count() > SCHEDULE_PAYLOAD_CHARS {
        return Err(format!("it has more than {SCHEDULE_PAYLOAD_CHARS} characters"));
    }
    check_input(input, &Limits::default()).map_err(|error| error.to_string())
}

fn json_of(item: &Item) -> Json {
    match item {
        Item::None => Json::Null,
        Item::Value(value) => json_of_value(value),
        Item::Table(table) => {
            table.iter().map(|(name, item)| (name.to_owned(), json_of(item))).collect()
        }
        Item::ArrayOfTables(tables) => {
            tables.iter().map(|table| json_of(&Item::Table(table.clone()))).collect()
        }
    }
}

fn json_of_value(value: &Value) -> Json {
    match value {
        Value::String(text) => json!(text.value()),
        Value::Integer(number) => json!(number.value()),
        Value::Float(number) => json!(number.value()),
        Value::Boolean(flag) => json!(flag.value()),
        Value::Datetime(time) => json!(time.value().to_string()),
        Value::Array(values) => values.iter().map(json_of_value).collect(),
        Value::InlineTable(table) => {
            table.iter().map(|(name, value)| (name.to_owned(), json_of_value(value))).collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::domain::{Lambda, LambdaName, Place, TextRange};
    use crate::workspace::{Problem, lambda_toml};

    fn read(text: &str) -> (Lambda, Vec<Problem>) {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("payloads")).unwrap();
        let saved = r#"{"headers":[],"payload":{"from":"a file"}}"#;
        std::fs::write(folder.path().join("payloads/all.json"), saved).unwrap();
        let path = folder.path().join("lambda.toml");
        lambda_toml::parse(LambdaName::new("x").unwrap(), &path, text)
    }

    #[test]
    fn schedules_are_read_with_their_payloads() {
        let (lambda, problems) = read(
            "[[schedule]]\nname = \"nightly\"\ncron = \"0 3 * * *\"\ntime_zone = \"Europe/Berlin\"\n\
             payload = { all = true, of = [1, 2.5, \"x\"] }\n\n\
             [[schedule]]\nname = \"often\"\ncron = \"* * * * *\"\npayload_file = \"payloads/all.json\"\n\n\
             [[schedule]]\nname = \"plain\"\ncron = \"* * * * *\"\n[schedule.payload]\ndeep = { er = 1 }\n",
        );
        assert_eq!(problems, []);
        let [nightly, often, plain] = &lambda.schedules[..] else { panic!("{lambda:?}") };
        assert_eq!(nightly.time_zone, "Europe/Berlin");
        let range = |line, from, to| TextRange::new(Place::new(line, from), Place::new(line, to));
        assert_eq!(nightly.places.cron, Some(range(3, 9, 18)));
        assert_eq!(nightly.places.time_zone, Some(range(4, 14, 27)));
        assert_eq!(&*nightly.input, r#"{"headers":[],"payload":{"all":true,"of":[1,2.5,"x"]}}"#);
        assert_eq!(&*often.input, r#"{"headers":[],"payload":{"from":"a file"}}"#);
        assert_eq!(often.time_zone, "UTC");
        assert_eq!(&*plain.input, r#"{"headers":[],"payload":{"deep":{"er":1}}}"#);
    }

    #[test]
    fn what_is_wrong_with_a_schedule_is_told_with_its_line() {
        for (text, line, told) in [
            ("schedule = 1\n", 1, "[[schedule]]"),
            ("[[schedule]]\nname = \"a\"\n", 1, "needs `cron`, `cron = \"0 3 * * *\"`"),
            ("[[schedule]]\nname = \"a/b\"\ncron = \"* * * * *\"\n", 2, "`/`"),
            (
                "[[schedule]]\nname = \"a\"\ncron = \"x\"\npayload_file = \"no.json\"\n",
                4,
                "no.json",
            ),
            (
                "[[schedule]]\nname = \"a\"\ncron = \"x\"\n[[schedule]]\nname = \"a\"\ncron = \"x\"\n",
                5,
                "two schedules",
            ),
            ("[[schedule]]\nname = \"a\"\ncron = \"x\"\nzone = \"UTC\"\n", 4, "unknown key `zone`"),
        ] {
            let (_, problems) = read(text);
            assert_eq!(problems.len(), 1, "{text}: {problems:?}");
            assert_eq!(problems[0].line, Some(line), "{text}: {problems:?}");
            assert!(problems[0].message.contains(told), "{text}: {problems:?}");
        }
    }

    #[test]
    fn all_that_is_wrong_with_a_schedule_is_told() {
        let (lambda, problems) = read(
            "[[schedule]]\nname = \"a b\"\ncron = \"x\"\ntime_zone = 1\npayload_file = \"no.json\"\npayload = 1\n[[schedule]]\n",
        );
        let lines: Vec<_> = problems.iter().filter_map(|it| it.line).collect();
        assert_eq!(lines, [4, 5, 2, 7, 7], "{problems:?}");
        assert_eq!(lambda.schedules[0].cron, "x", "its times are looked at all the same");
    }
}
