//! `[[schedule]]` in `lambda.toml`: when a lambda runs by itself once it is deployed.
//!
//! Whether the times can be understood is for whoever knows times; here is read what stands there.

use super::document::{Reader, entries};
use crate::domain::payload::check_input;
use crate::domain::schedule::{SCHEDULE_PAYLOAD_CHARS, check_name};
use crate::domain::{DeclaredSchedule, Limits};
use serde_json::{Value as Json, json};
use std::fs;
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
        let Some(schedule) = schedule(reader, table, folder) else { continue };
        if schedules.iter().any(|it| it.name == schedule.name) {
            let message =
                format!("there are two schedules `{}`; name one differently", schedule.name);
            reader.error_on(schedule.line, message);
        } else {
            schedules.push(schedule);
        }
    }
    schedules
}

fn schedule(reader: &mut Reader, table: &Table, folder: &Path) -> Option<DeclaredSchedule> {
    let mut line = reader.line(table.span());
    let (mut name, mut cron, mut zone) = (None, None, "UTC".to_owned());
    let mut input = Some(json!({ "headers": [], "payload": {} }).to_string());
    let names = |name| table.contains_key(name);
    if names("payload") && names("payload_file") {
        reader.error_on(line, "a schedule has `payload` or `payload_file`, not both");
        return None;
    }
    for (key, item) in entries(table) {
        match key.get() {
            "name" => name = reader.string(key, item),
            "cron" => {
                line = reader.line(key.span());
                cron = reader.string(key, item);
            }
            "time_zone" => zone = reader.string(key, item)?,
            "payload" => {
                let payload = json_of(item);
                input = Some(json!({ "headers": [], "payload": payload }).to_string());
            }
            "payload_file" => input = file(reader, (key, item), folder),
            _ => reader.unknown(key, KEYS),
        }
    }
    let (Some(name), Some(cron)) = (name, cron) else {
        reader.error_on(line, "a schedule needs `name` and `cron`, texts in quotes");
        return None;
    };
    if let Err(message) = check_name(&name) {
        reader.error_on(line, message);
        return None;
    }
    let input = input?;
    if let Err(message) = acceptable(&input) {
        reader.error_on(line, format!("the payload of the schedule `{name}`: {message}"));
        return None;
    }
    Some(DeclaredSchedule { name, cron, time_zone: zone, input: input.into(), line })
}

/// The input in a file beside the lambda: an object of `headers` and `payload`, as saved payloads are.
fn file(reader: &mut Reader, (key, item): (&Key, &Item), folder: &Path) -> Option<String> {
    let path = folder.join(reader.string(key, item)?);
    match fs::read_to_string(&path) {
        Ok(text) => Some(text),
        Err(error) => {
            reader.wrong(key, item, format!("{} cannot be read: {error}", path.display()));
            None
        }
    }
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
    use crate::domain::{Lambda, LambdaName};
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
        assert_eq!((nightly.time_zone.as_str(), nightly.line), ("Europe/Berlin", 3));
        assert_eq!(&*nightly.input, r#"{"headers":[],"payload":{"all":true,"of":[1,2.5,"x"]}}"#);
        assert_eq!(&*often.input, r#"{"headers":[],"payload":{"from":"a file"}}"#);
        assert_eq!(often.time_zone, "UTC");
        assert_eq!(&*plain.input, r#"{"headers":[],"payload":{"deep":{"er":1}}}"#);
    }

    #[test]
    fn what_is_wrong_with_a_schedule_is_told_with_its_line() {
        for (text, line, told) in [
            ("schedule = 1\n", 1, "[[schedule]]"),
            ("[[schedule]]\nname = \"a\"\n", 1, "needs `name` and `cron`"),
            ("[[schedule]]\nname = \"a/b\"\ncron = \"* * * * *\"\n", 3, "`/`"),
            (
                "[[schedule]]\nname = \"a\"\ncron = \"x\"\npayload_file = \"no.json\"\n",
                4,
                "no.json",
            ),
            (
                "[[schedule]]\nname = \"a\"\ncron = \"x\"\n[[schedule]]\nname = \"a\"\ncron = \"x\"\n",
                6,
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
}
