use super::*;
use crate::catalog::Catalog;
use crate::domain::Place;
use proptest::prelude::*;
use serde_json::json;

const SCHEMA: &str = r##"{
    "type": "object",
    "required": ["general"],
    "properties": {
        "general": {
            "type": "object", "required": ["convId"],
            "properties": {
                "convId": {"type": "string", "format": "uuid", "description": "the conversation"},
                "state": {"type": "string", "enum": ["OPEN", "CLOSE"]},
                "off": {"type": "boolean"},
                "session": {"type": ["number", "string", "null"]}
            }
        },
        "people": {"description": "who is there", "items": {"$ref": "#/$defs/person"}, "type": "array"},
        "rank": {"type": "number", "maximum": 5},
        "pair": {"prefixItems": [{"type": "string"}, {"const": 7}]},
        "strict": {"properties": {"a": true}, "additionalProperties": false},
        "any": {"anyOf": [{"type": "string"}, {"type": "boolean"}]}
    },
    "$defs": {"person": {"type": "object", "description": "one", "properties": {"id": {"type": "string"}}}}
}"##;

fn check(text: &str) -> Vec<(Severity, String, String)> {
    let schema = PayloadSchema::compile(SCHEMA).unwrap();
    let document = Document::parse(text).unwrap();
    let slice = |range: TextRange| {
        let line = text.lines().nth(range.start.line as usize - 1).unwrap();
        let width = (range.end.column - range.start.column) as usize;
        line.chars().skip(range.start.column as usize - 1).take(width).collect()
    };
    let told = schema.check(&document).into_iter();
    told.map(|finding| (finding.severity, finding.message, slice(finding.range))).collect()
}

const GOOD: &str = r#""convId": "7d2f0b7e-3c1a-4a55-9c1e-000000000101""#;

#[test]
fn findings_stand_at_the_value_in_few_words() {
    for (payload, severity, message, marked) in [
        (
            format!(r#"{{"general": {{{GOOD}, "off": "no"}}}}"#),
            Severity::Error,
            "boolean expected",
            "\"no\"",
        ),
        (
            format!(r#"{{"general": {{{GOOD}, "state": "open"}}}}"#),
            Severity::Warning,
            "one of OPEN, CLOSE expected",
            "\"open\"",
        ),
        (
            format!(r#"{{"general": {{{GOOD}, "session": false}}}}"#),
            Severity::Error,
            "number or string or null expected",
            "false",
        ),
        (r#"{"general": {"convId": "x"}}"#.into(), Severity::Warning, "a UUID expected", "\"x\""),
        (r#"{"general": {}}"#.into(), Severity::Error, "`convId` is missing", "\"general\""),
        ("{}".into(), Severity::Error, "`general` is missing", "\"payload\""),
        ("[1]".into(), Severity::Error, "object expected", "[1]"),
        (
            format!(r#"{{"general": {{{GOOD}}}, "rank": 6}}"#),
            Severity::Warning,
            "at most 5 expected",
            "6",
        ),
        (
            format!(r#"{{"general": {{{GOOD}}}, "people": [3]}}"#),
            Severity::Error,
            "object expected",
            "3",
        ),
        (
            format!(r#"{{"general": {{{GOOD}}}, "pair": ["a", 8]}}"#),
            Severity::Warning,
            "7 expected",
            "8",
        ),
        (
            format!(r#"{{"general": {{{GOOD}}}, "strict": {{"é/": 1}}}}"#),
            Severity::Warning,
            "the schema does not know `é/`",
            "\"é/\"",
        ),
        (
            format!(r#"{{"general": {{{GOOD}}}, "any": 1}}"#),
            Severity::Error,
            "none of the allowed forms",
            "1",
        ),
    ] {
        let found = check(&format!(r#"{{"payload": {payload}}}"#));
        assert_eq!(found, [(severity, message.to_owned(), marked.to_owned())], "{payload}");
    }
}

#[test]
fn the_envelope_is_checked_with_or_without_an_event() {
    for (text, expected) in [
        ("7", vec![(Severity::Error, "the input is an object with `payload`", "7")]),
        ("{\n}", vec![(Severity::Error, "`payload` is missing", "{")]),
        (
            r#"{"payload": 1, "headers": {"a": "b"}, "timestamp": "now", "extra": [
            ]}"#,
            vec![
                (Severity::Error, "array of headers expected", r#"{"a": "b"}"#),
                (Severity::Error, "number expected", "\"now\""),
                (
                    Severity::Warning,
                    "an input has no `extra`; it has `payload`, `headers` and `timestamp`",
                    "\"extra\"",
                ),
            ],
        ),
        (
            r#"{"payload": 1, "headers": [{"key": "a", "value": 1}, 3, {"key": "b"}]}"#,
            vec![
                (Severity::Error, "string expected", "1"),
                (Severity::Error, "object with `key` and `value` expected", "3"),
                (Severity::Error, "`value` is missing", "{"),
            ],
        ),
        (r#"{"payload": null, "headers": [{"key": "a", "value": "b"}], "timestamp": 0}"#, vec![]),
    ] {
        let document = Document::parse(text).unwrap();
        let found = envelope_only(&document);
        let told: Vec<_> = found.iter().map(|one| (one.severity, one.message.as_str())).collect();
        let wanted: Vec<_> =
            expected.iter().map(|(severity, message, _)| (*severity, *message)).collect();
        assert_eq!(told, wanted, "{text}");
        let with_event = check(text);
        for (_, message, marked) in expected {
            assert!(
                with_event.iter().any(|(_, told, at)| told == message && at == marked),
                "{message} at {marked}: {with_event:?}"
            );
        }
    }
}

#[test]
fn findings_are_in_the_order_of_the_text_and_have_a_limit() {
    let people = vec![1; 5_000];
    let text = json!({"payload": {"general": {}, "people": people}, "zebra": 1}).to_string();
    let found = PayloadSchema::compile(SCHEMA).unwrap().check(&Document::parse(&text).unwrap());
    assert_eq!(found.len(), FINDING_LIMIT);
    assert!(found.is_sorted_by_key(|finding| finding.range.start));
}

#[test]
fn a_schema_that_is_none_says_why() {
    let refused = |text: &str| PayloadSchema::compile(text).expect_err(text);
    assert!(refused("{").starts_with("the schema is not valid JSON: "));
    assert!(refused(r#"{"type": "strnig"}"#).starts_with("not a JSON Schema (2020-12): "));
    let elsewhere = refused(r#"{"$ref": "https://example.com/other.json"}"#);
    assert!(elsewhere.starts_with("not a JSON Schema (2020-12): "), "{elsewhere}");
}

#[test]
fn fields_are_documented_through_references_items_and_alternatives() {
    let schema = PayloadSchema::compile(SCHEMA).unwrap();
    let field = |pointer: &str| schema.field(pointer).unwrap();
    assert_eq!(field("/general/convId").description, "the conversation");
    assert_eq!(field("/general/state").allowed, ["OPEN", "CLOSE"]);
    assert_eq!(field("/general/session").kind, "number or string or null");
    assert_eq!(field("/people").kind, "array of object");
    assert_eq!(field("/people/12").description, "one");
    assert_eq!(field("/people/0/id").kind, "string");
    assert_eq!(field("/pair/0").kind, "string");
    assert_eq!(field("/any").kind, "string or boolean");
    assert_eq!(field("").kind, "object");
    for unknown in ["/general/nothing", "/people/x", "/rank/0", "general"] {
        assert_eq!(schema.field(unknown), None, "{unknown}");
    }
}

#[test]
fn references_in_a_circle_end() {
    for circle in [
        r##"{"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}}"##,
        r##"{"$ref": "#"}"##,
        r##"{"allOf": [{"$ref": "#"}, {"$ref": "#"}]}"##,
        r##"{"anyOf": [{"$ref": "#"}, {"type": "string"}]}"##,
    ] {
        let schema = PayloadSchema::compile(circle).unwrap();
        assert_eq!(schema.field("/x"), None);
        assert_eq!(schema.check(&Document::parse(r#"{"payload": {}}"#).unwrap()), []);
    }
}

/// Compiled on one thread, used on another.
#[test]
fn a_schema_can_change_threads() {
    fn sendable<T: Send + Sync>(_: &T) {}
    sendable(&PayloadSchema::compile(SCHEMA).unwrap());
}

#[test]
fn every_sample_of_the_catalogue_fits_its_schema_without_a_finding() {
    for event in Catalog::built_in().events {
        let schema = PayloadSchema::compile(&event.schema).unwrap();
        for sample in &event.samples {
            let document = Document::parse(&sample.text).unwrap();
            assert_eq!(schema.check(&document), [], "{} {}", event.id, sample.sub_type);
        }
    }
}

/// The pointers of all values in `value`.
fn pointers(value: &Value, at: &str) -> Vec<String> {
    let inner: Vec<(String, &Value)> = match value {
        Value::Object(map) => map.iter().map(|(key, inner)| (key.clone(), inner)).collect(),
        Value::Array(items) => {
            items.iter().enumerate().map(|(key, inner)| (key.to_string(), inner)).collect()
        }
        _ => Vec::new(),
    };
    let mut all = vec![at.to_owned()];
    all.extend(inner.into_iter().flat_map(|(key, inner)| pointers(inner, &format!("{at}/{key}"))));
    all
}

#[test]
fn every_value_of_every_sample_is_documented() {
    for event in Catalog::built_in().events {
        let schema = PayloadSchema::compile(&event.schema).unwrap();
        for sample in &event.samples {
            let input: Value = serde_json::from_str(&sample.text).unwrap();
            for pointer in pointers(&input["payload"], "") {
                let field =
                    schema.field(&pointer).unwrap_or_else(|| panic!("{} {pointer}", event.id));
                assert!(field.description.len() > 8, "{} {pointer}: {field:?}", event.id);
                assert!(
                    !field.description.ends_with('.') || pointer.is_empty(),
                    "{} {pointer}",
                    event.id
                );
                assert_ne!(field.kind, "any", "{} {pointer}", event.id);
            }
        }
    }
}

/// A sample speaks of the sub-type it stands for, or a person would test the wrong branch.
#[test]
fn samples_stand_for_their_sub_types() {
    for event in Catalog::built_in().events {
        let schema = PayloadSchema::compile(&event.schema).unwrap();
        for sample in &event.samples {
            let input: Value = serde_json::from_str(&sample.text).unwrap();
            let payload = &input["payload"];
            if let Some(general) = payload.get("general") {
                assert_eq!(general["cbotEventType"], sample.sub_type.as_str());
                let sub_types: Vec<_> =
                    event.sub_types.iter().map(|known| known.id.clone()).collect();
                assert_eq!(schema.field("/general/cbotEventType").unwrap().allowed, sub_types);
                assert!(general["startTs"].as_i64() <= general["serverTimestamp"].as_i64());
                assert!(general["lastMessageTs"].as_i64() <= general["serverTimestamp"].as_i64());
            } else if let Some(state) = payload.get("state") {
                assert_eq!(state, sample.sub_type.as_str());
            }
        }
    }
}

proptest! {
    #[test]
    fn a_finding_lies_within_the_text(payload in ".{0,40}", off in any::<bool>()) {
        let text = json!({"payload": {"general": {"convId": payload, "off": u8::from(off)}}}).to_string();
        let document = Document::parse(&text).unwrap();
        let behind = Place::new(1, text.chars().count() as u32 + 1);
        for finding in PayloadSchema::compile(SCHEMA).unwrap().check(&document) {
            prop_assert!(finding.range.start < finding.range.end && finding.range.end <= behind);
        }
    }
}
