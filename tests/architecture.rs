//! Holds the code to the layers and habits that `src/lib.rs` and the README promise.
//!
//! Reads the sources as text, so it needs nothing built but itself and answers in a blink. Each rule is a function from
//! text to findings, tried out on a made-up text that breaks it; the tests in this file try them on the real one.

#![expect(clippy::unwrap_used, reason = "tests")]

#[path = "architecture/blocks.rs"]
mod blocks;
#[path = "architecture/files.rs"]
mod files;
#[path = "architecture/layers.rs"]
mod layers;
#[path = "architecture/paths.rs"]
mod paths;
#[path = "architecture/text.rs"]
mod text;
#[path = "architecture/words.rs"]
mod words;

use files::SourceFile;
use std::path::Path;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program's sources, without what only its tests see.
fn program() -> Vec<SourceFile> {
    let files = files::read(&root().join("src"));
    assert!(files.len() > 50, "the sources are not where they were looked for");
    files::without_tests(files)
}

#[track_caller]
fn assert_none(findings: &[String]) {
    assert!(findings.is_empty(), "\n{}\n", findings.join("\n"));
}

#[test]
fn imports_point_down() {
    let files = program();
    assert_none(&files.iter().flat_map(layers::check).collect::<Vec<_>>());
}

#[test]
fn the_picture_of_the_layers_is_the_table() {
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    assert_none(&layers::check_picture(&lib));
}

#[test]
fn pure_layers_stay_pure_and_colours_stay_in_the_theme() {
    let files = program();
    assert_none(&files.iter().flat_map(words::check).collect::<Vec<_>>());
}

#[test]
fn files_are_small_and_named_for_what_they_own() {
    let files: Vec<_> = ["src", "tests", "benches"]
        .iter()
        .flat_map(|folder| files::read(&root().join(folder)))
        .collect();
    assert_none(&files.iter().flat_map(files::check).collect::<Vec<_>>());
}

#[test]
fn the_readme_lists_the_keys_and_the_codes_of_the_tables() {
    let path = root().join("README.md");
    let readme = std::fs::read_to_string(&path).unwrap();
    let keys = lambdeck::app::command::markdown();
    let codes = lambdeck::platform::rules::markdown();
    let wanted = blocks::with_block(&readme, "keys", &keys)
        .and_then(|readme| blocks::with_block(&readme, "codes", &codes))
        .unwrap();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, wanted).unwrap();
    } else {
        assert!(
            readme == wanted,
            "README.md lists other keys or codes; `UPDATE_DOCS=1 cargo test --test architecture` writes them"
        );
    }
}
