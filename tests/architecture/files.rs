//! The files themselves: where they are, how long, how named.

use crate::text;
use std::path::{Path, PathBuf};

/// No file is longer, its tests included.
const LINES_MAX: usize = 800;

/// Names that say nothing about what a file owns.
const EMPTY_NAMES: [&str; 6] = ["util", "utils", "helper", "helpers", "manager", "common"];

/// A file of Rust.
#[derive(Clone, Debug)]
pub struct SourceFile {
    /// Its path from the root of the repository, with slashes.
    pub name: String,
    /// How many lines it has.
    pub lines: usize,
    /// Its code without comments, the insides of literals, and tests.
    pub code: String,
    /// Modules of tests that it declares and that have a file of their own.
    test_modules: Vec<String>,
}

impl SourceFile {
    /// A file of this name and text.
    pub fn of(name: &str, text: &str) -> Self {
        let (code, test_modules) = text::without_tests(&text::code(text));
        Self { name: name.to_owned(), lines: text.lines().count(), code, test_modules }
    }

    /// The modules that lead to the file, from the root: `["app", "update"]` for `src/app/update.rs`.
    pub fn modules(&self) -> Vec<String> {
        let inner = self.name.strip_prefix("src/").unwrap_or(&self.name).trim_end_matches(".rs");
        inner.trim_end_matches("/mod").split('/').map(str::to_owned).collect()
    }

    /// Where the files of its test modules lie, as beginnings of their names.
    fn test_places(&self) -> impl Iterator<Item = String> + '_ {
        let folder = match self.name.rsplit_once('/') {
            Some((folder, "mod.rs" | "lib.rs" | "main.rs")) => folder.to_owned(),
            _ => self.name.trim_end_matches(".rs").to_owned(),
        };
        self.test_modules.iter().map(move |module| format!("{folder}/{module}"))
    }
}

/// Every file of Rust under `folder`, in the order of their names.
pub fn read(folder: &Path) -> Vec<SourceFile> {
    let mut waiting = vec![folder.to_owned()];
    let mut paths: Vec<PathBuf> = Vec::new();
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let name = |path: &Path| {
        path.strip_prefix(crate::root()).unwrap().to_string_lossy().replace('\\', "/")
    };
    paths
        .iter()
        .map(|path| SourceFile::of(&name(path), &std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// Leaves out the files that only tests see.
pub fn without_tests(files: Vec<SourceFile>) -> Vec<SourceFile> {
    let places: Vec<String> = files.iter().flat_map(SourceFile::test_places).collect();
    let is_test = |name: &str| {
        let bare = name.trim_end_matches(".rs");
        places.iter().any(|place| bare == place || bare.starts_with(&format!("{place}/")))
    };
    files.into_iter().filter(|file| !is_test(&file.name)).collect()
}

/// What is wrong with a file as a file.
pub fn check(file: &SourceFile) -> Vec<String> {
    let too_long = (file.lines > LINES_MAX).then(|| {
        format!(
            "{}: {} lines are more than {LINES_MAX}; find the second idea in it",
            file.name, file.lines
        )
    });
    let words = file.name.trim_end_matches(".rs").split(['/', '_']);
    let empty = words
        .filter(|word| EMPTY_NAMES.contains(word))
        .map(|word| format!("{}: `{word}` does not say what it owns", file.name));
    too_long.into_iter().chain(empty).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_file_is_found() {
        assert!(check(&SourceFile::of("src/a.rs", &"x\n".repeat(LINES_MAX))).is_empty());
        assert_eq!(check(&SourceFile::of("src/a.rs", &"x\n".repeat(LINES_MAX + 1))).len(), 1);
    }

    #[test]
    fn an_empty_name_is_found() {
        for name in [
            "src/app/utils.rs",
            "src/helpers/mod.rs",
            "tests/it/common.rs",
            "src/shell/worker_manager.rs",
        ] {
            assert_eq!(check(&SourceFile::of(name, "")).len(), 1, "{name}");
        }
        assert!(check(&SourceFile::of("src/app/uncommon.rs", "")).is_empty());
    }

    #[test]
    fn files_of_tests_are_left_out() {
        let files = vec![
            SourceFile::of("src/a/mod.rs", "#[cfg(test)]\nmod tests;\nmod b;"),
            SourceFile::of("src/a/tests/deep.rs", ""),
            SourceFile::of("src/a/b.rs", "#[cfg(test)]\nmod b_tests;"),
            SourceFile::of("src/a/b/b_tests.rs", ""),
            SourceFile::of("src/a/tests_of_time.rs", ""),
        ];
        let names: Vec<_> = without_tests(files).into_iter().map(|file| file.name).collect();
        assert_eq!(names, ["src/a/mod.rs", "src/a/b.rs", "src/a/tests_of_time.rs"]);
    }

    #[test]
    fn modules_follow_from_the_name() {
        let modules = |name| SourceFile::of(name, "").modules().join("::");
        assert_eq!(modules("src/app/dialogs/pick.rs"), "app::dialogs::pick");
        assert_eq!(modules("src/app/mod.rs"), "app");
        assert_eq!(modules("src/main.rs"), "main");
    }
}
