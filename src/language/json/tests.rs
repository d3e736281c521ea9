use super::*;
use proptest::prelude::*;

fn place(line: u32, column: u32) -> Place {
    Place::new(line, column)
}

fn range(line: u32, from: u32, to: u32) -> TextRange {
    TextRange::new(place(line, from), place(line, to))
}

fn fault(text: &str) -> (String, TextRange) {
    let found = Document::parse(text).expect_err(text);
    assert_eq!(found.code, "json-syntax");
    (found.message, found.range)
}

#[test]
fn faults_are_told_in_plain_words_at_the_exact_place() {
    for (text, message, at) in [
        ("", "the text is empty; a JSON value is expected", range(1, 1, 2)),
        ("{\"a\": 1,}", "no comma may stand before `}`", range(1, 8, 9)),
        ("[1, 2,\n]", "no comma may stand before `]`", range(1, 6, 7)),
        ("{\"a\": 'x'}", "strings stand in double quotes", range(1, 7, 8)),
        ("{'a': 1}", "strings stand in double quotes", range(1, 2, 3)),
        ("{name: 1}", "a key stands in double quotes", range(1, 2, 6)),
        ("{\"a\" 1}", "expected `:` and a value after this key", range(1, 2, 5)),
        ("{\"a\": 1\n \"b\": 2}", "expected `,` or `}` after this value", range(1, 7, 8)),
        ("{\"a\": 1 x}", "expected `,` or `}`, not `x`", range(1, 9, 10)),
        ("[1 2]", "expected `,` or `]`, not `2`", range(1, 4, 5)),
        ("{\"a\": }", "a value is expected before `}`", range(1, 7, 8)),
        ("[,1]", "a value is expected before `,`", range(1, 2, 3)),
        ("{,}", "a key in double quotes is expected here", range(1, 2, 3)),
        ("[True]", "`True` is no JSON value", range(1, 2, 6)),
        ("[01]", "a number has no zero in front", range(1, 2, 4)),
        ("[1.]", "a digit is expected after the decimal point", range(1, 2, 4)),
        ("[.5]", "a digit is expected before the decimal point", range(1, 2, 4)),
        ("[+5]", "a number has no `+` in front", range(1, 2, 4)),
        ("[1e999]", "the number is too large", range(1, 2, 7)),
        ("[0x1f]", "this is not a number", range(1, 2, 6)),
        ("[1] // x", "nothing may follow the JSON value", range(1, 5, 6)),
        ("[ // x\n]", "JSON has no comments", range(1, 3, 4)),
        ("[\"é\\q\"]", "no such escape", range(1, 4, 6)),
        ("[\"\\ud800\"]", "half of a surrogate pair; the other half is missing", range(1, 3, 9)),
        ("[\"ab\n\"]", "the string is not closed; `\"` is missing", range(1, 2, 5)),
        ("[\"a\tb\"]", "a control character stands in a string as `\\u0009`", range(1, 4, 5)),
        ("{\n\"a\": [1\n}", "expected `,` or `]` after this value", range(2, 7, 8)),
        (
            "{\n  \"é\": 1",
            "`}` is missing: the object that begins on line 1 is not closed",
            range(2, 8, 9),
        ),
        (
            "\u{feff}{}",
            "the text begins with a byte order mark; save it without one",
            range(1, 1, 2),
        ),
        ("[ü]", "a value is expected here, not `ü`", range(1, 2, 3)),
        (
            "{\"payload\":",
            "`}` is missing: the object that begins on line 1 is not closed",
            range(1, 11, 12),
        ),
        (
            "[\n{\"a\" : \n",
            "`}` is missing: the object that begins on line 2 is not closed",
            range(2, 6, 7),
        ),
    ] {
        assert_eq!(fault(text), (message.to_owned(), at), "{text}");
    }
}

#[test]
fn nesting_has_a_limit_and_no_depth_overflows_the_stack() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(Document::parse(&nested(NESTING_LIMIT)).is_ok());
    let (message, at) = fault(&nested(NESTING_LIMIT + 1));
    assert!(message.starts_with("nested too deeply: at most 127"), "{message}");
    assert_eq!(at, range(1, 128, 129));
    assert!(fault(&"[".repeat(1_000_000)).0.starts_with("nested too deeply"));
}

#[test]
fn values_and_keys_are_located_by_pointer_in_characters() {
    let text = "{\n  \"ä\": {\"b\": [true, \"ö\"], \"x/y~\": null}\n}";
    let document = Document::parse(text).unwrap();
    assert_eq!(document.locate(""), Some(TextRange::new(place(1, 1), place(3, 2))));
    assert_eq!(document.locate("/ä/b/1"), Some(range(2, 21, 24)));
    assert_eq!(document.key_range("/ä"), Some(range(2, 3, 6)));
    assert_eq!(document.locate("/ä/x~1y~0"), Some(range(2, 35, 39)));
    assert_eq!(document.key_range("/ä/b/0"), None);
    for nowhere in ["/b", "/ä/b/2", "/ä/b/01", "/ä/b/0/c", "x"] {
        assert_eq!(document.locate(nowhere), None, "{nowhere}");
    }
}

#[test]
fn the_cursor_knows_the_value_it_stands_in() {
    let document = Document::parse("{\n  \"a\": [10, 20],\n  \"b~\": 3\n}\n").unwrap();
    let at = |line, column| document.pointer_at(place(line, column));
    assert_eq!(at(1, 1).as_deref(), Some(""));
    assert_eq!(at(2, 4).as_deref(), Some("/a"));
    assert_eq!(at(2, 10).as_deref(), Some("/a/0"));
    assert_eq!(at(2, 11).as_deref(), Some("/a/0"));
    assert_eq!(at(2, 12).as_deref(), Some("/a"));
    assert_eq!(at(2, 15).as_deref(), Some("/a/1"));
    assert_eq!(at(3, 200).as_deref(), Some("/b~0"));
    assert_eq!(at(5, 1), None);
    assert_eq!(at(9, 1), None);
}

#[test]
fn a_key_that_appears_twice_is_a_warning_and_the_last_one_counts() {
    let document = Document::parse("{\"a\": 1, \"\\u0061\": 2, \"b\": {\"a\": 3}}").unwrap();
    let [warning] = document.warnings() else { panic!("{:?}", document.warnings()) };
    assert_eq!((warning.code.as_ref(), warning.range), ("duplicate-key", range(1, 10, 18)));
    assert_eq!(document.value()["a"], 2);
    assert_eq!(document.locate("/a"), Some(range(1, 20, 21)));
}

/// Texts that are JSON or nearly so.
fn almost_json() -> impl Strategy<Value = String> {
    const PIECES: &[&str] = &[
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        "\"a\"",
        "\"é\\n\"",
        "1",
        "-0.5e3",
        "0",
        "-",
        "1e400",
        "true",
        "null",
        " ",
        "\n",
        "\\",
        "\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ude00\"",
        "x",
        "'",
        "\u{7}",
    ];
    proptest::collection::vec(proptest::sample::select(PIECES), 0..14)
        .prop_map(|parts| parts.concat())
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            proptest::collection::btree_map(".{0,4}", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn pointers(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items
                .iter()
                .enumerate()
                .for_each(|(index, item)| pointers(item, &format!("{at}/{index}"), all));
        }
        Value::Object(map) => {
            map.iter()
                .for_each(|(key, item)| pointers(item, &format!("{at}/{}", escape(key)), all));
        }
        _ => {}
    }
}

proptest! {
    #[test]
    fn the_reader_accepts_what_serde_json_accepts(text in prop_oneof![almost_json(), any::<String>()]) {
        let accepted = serde_json::from_str::<Value>(&text);
        prop_assert_eq!(Document::parse(&text).is_ok(), accepted.is_ok(), "{:?} {:?}", text, accepted);
        prop_assert_eq!(reader::read(&text).is_ok(), accepted.is_ok(), "{:?}", text);
    }

    #[test]
    fn every_value_is_located_where_it_stands(value in any_json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        let document = Document::parse(&text).unwrap();
        let mut all = Vec::new();
        pointers(&value, "", &mut all);
        for pointer in all {
            let range = document.locate(&pointer).unwrap();
            let start = document.lines.offset(&text, range.start).unwrap();
            let end = document.lines.offset(&text, range.end).unwrap();
            let found: Value = serde_json::from_str(&text[start..end]).unwrap();
            prop_assert_eq!(Some(&found), value.pointer(&pointer));
            prop_assert_eq!(document.pointer_at(range.start), Some(pointer));
        }
    }

    #[test]
    fn a_fault_lies_within_the_text(text in prop_oneof![almost_json(), any::<String>()]) {
        lies_within(&text)?;
    }

    #[test]
    fn whatever_is_cut_off_is_told_within_what_is_left(value in any_json(), pretty in any::<bool>(), more in "[ \n]{0,2}") {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) }.unwrap();
        for (cut, _) in text.char_indices() {
            lies_within(&format!("{}{more}", &text[..cut]))?;
        }
    }
}

/// Whether the fault of `text`, if it has one, lies in the text or just behind its end.
fn lies_within(text: &str) -> Result<(), TestCaseError> {
    let Err(found) = Document::parse(text) else { return Ok(()) };
    let lines: Vec<&str> = text.split('\n').collect();
    prop_assert!(found.range.start <= found.range.end, "{text:?} {found:?}");
    for place in [found.range.start, found.range.end] {
        let line = lines.get(place.line as usize - 1);
        // The mark of what is missing at the end is one character wide.
        let widest = line.map_or(0, |line| line.chars().count() + 2);
        prop_assert!((1..=widest).contains(&(place.column as usize)), "{text:?} {found:?}");
    }
    Ok(())
}
