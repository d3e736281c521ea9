//! Scripts that Rhai accepts, for whoever tests something on all of the language.

use crate::catalog::Catalog;
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
