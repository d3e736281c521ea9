//! Scripts that Rhai accepts, for whoever tests something on all of the language.

use crate::catalog::Catalog;
use proptest::prelude::*;
use std::fs;
use std::path::Path;

/// Names and texts: the built-in templates, and the files of `tests/corpus/rhai`.
pub(crate) fn scripts() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus/rhai");
    let files = fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        (
            path.file_name().unwrap().to_string_lossy().into_owned(),
            fs::read_to_string(path).unwrap(),
        )
    });
    let mut all: Vec<_> = files.collect();
    let templates = Catalog::built_in().templates.into_iter();
    all.extend(templates.map(|it| (it.id, it.source.to_string())));
    all.sort();
    all
}

#[test]
fn there_are_many_and_rhai_accepts_them_all() {
    let engine = crate::language::engine::compiler();
    let scripts = scripts();
    assert!(scripts.len() >= 60, "{}", scripts.len());
    let refused = scripts.iter().filter_map(|(name, text)| {
        engine.compile(text).err().map(|error| format!("{name}: {error}"))
    });
    assert_eq!(refused.collect::<Vec<_>>(), [""; 0]);
}

/// A script of several functions, and what it becomes by one edit after another.
pub(crate) fn edited() -> impl Strategy<Value = Vec<String>> {
    let texts: Vec<String> = scripts().into_iter().map(|(_, text)| text).collect();
    let odd = prop::sample::select(vec![
        "",
        "x",
        "a.b",
        " ",
        "\n",
        "(",
        ")",
        "{",
        "}",
        "[",
        "]",
        "#{",
        "`",
        "\"",
        "'",
        "${",
        "\\${",
        "/*",
        "*/",
        "//",
        ";",
        ",",
        ".",
        "::",
        "|",
        "-",
        "fn ",
        "\nfn f(a) { a }\n",
        "private ",
        "\nconst C = 1;\n",
        "let ",
        "=>",
        "é",
        "!",
        "if ",
        "input.payload.",
        "global::",
    ]);
    let edit = (any::<prop::sample::Index>(), 0..6_usize, odd, 0..8_u8);
    let scripts = prop::collection::vec(prop::sample::select(texts), 1..4);
    (scripts, prop::collection::vec(edit, 1..8)).prop_map(|(scripts, edits)| {
        let mut states = vec![scripts.join("\n")];
        for (at, removed, inserted, what) in edits {
            let mut chars: Vec<char> = states[states.len() - 1].chars().collect();
            let at = at.index(chars.len() + 1);
            let end = (at + removed).min(chars.len());
            match what {
                // Now and then an edit is taken back, and now and then much is gone.
                0 if states.len() > 1 => {
                    states.push(states[states.len() - 2].clone());
                    continue;
                }
                1 => drop(chars.drain(at..(at + removed * 40).min(chars.len()))),
                2..5 => drop(chars.splice(at..at, inserted.chars())),
                _ => drop(chars.splice(at..end, inserted.chars())),
            }
            states.push(chars.into_iter().collect());
        }
        states
    })
}
