//! The person's own folder of configuration: keys, themes and the choice of one, for every workspace.
//!
//! ```text
//! keys.toml          keys that differ from the defaults
//! config.toml        the chosen theme
//! themes/*.toml      themes of one's own
//! ```

use super::document::{Problem, Reader, entries};
use super::error::WorkspaceError;
use super::{files, user};
use std::fs;
use std::path::{Path, PathBuf};

const KEYS: &str = "keys.toml";
const CONFIG: &str = "config.toml";
const THEMES: &str = "themes";

/// The person's own folder of configuration. Nothing need be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFolder {
    path: PathBuf,
}

/// A file of the folder as it was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigFile {
    /// Where it lies.
    pub path: PathBuf,
    /// What stands in it.
    pub text: String,
}

impl ConfigFolder {
    /// The person's own, as the environment names it.
    pub fn find() -> Self {
        Self { path: user::config_folder() }
    }

    /// The folder at `path`.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// Where the keys are written.
    pub fn keys_path(&self) -> PathBuf {
        self.path.join(KEYS)
    }

    /// Where the chosen theme is remembered.
    pub fn config_path(&self) -> PathBuf {
        self.path.join(CONFIG)
    }

    /// Where themes of one's own lie.
    pub fn themes_path(&self) -> PathBuf {
        self.path.join(THEMES)
    }

    /// The keys that differ from the defaults; `None` when nobody changed any.
    pub fn keys(&self) -> Result<Option<ConfigFile>, Problem> {
        read(self.keys_path())
    }

    /// Makes `text` the file of keys, unless there is one.
    pub fn make_keys(&self, text: &str) -> Result<PathBuf, WorkspaceError> {
        let path = self.keys_path();
        if path.exists() {
            return Err(WorkspaceError::FileExists { path });
        }
        self.make(&path, text)?;
        Ok(path)
    }

    /// The themes of one's own, in the order of their names, and what cannot be read.
    pub fn themes(&self) -> (Vec<ConfigFile>, Vec<Problem>) {
        let files = fs::read_dir(self.themes_path()).into_iter().flatten().flatten();
        let is_theme = |path: &PathBuf| path.extension().is_some_and(|it| it == "toml");
        let mut paths: Vec<_> = files.map(|file| file.path()).filter(is_theme).collect();
        paths.sort();
        let (mut themes, mut problems) = (Vec::new(), Vec::new());
        for path in paths {
            match read(path) {
                Ok(file) => themes.extend(file),
                Err(problem) => problems.push(problem),
            }
        }
        (themes, problems)
    }

    /// The theme that was chosen, by its name, and what is wrong with the file that says so.
    pub fn theme(&self) -> (Option<String>, Vec<Problem>) {
        let file = match read(self.config_path()) {
            Ok(Some(file)) => file,
            Ok(None) => return (None, Vec::new()),
            Err(problem) => return (None, vec![problem]),
        };
        let mut theme = None;
        let mut reader = Reader::new(&file.path, &file.text);
        if let Some(document) = reader.parse() {
            for (key, item) in entries(document.as_table()) {
                match key.get() {
                    "theme" => theme = reader.string(key, item),
                    _ => reader.unknown(key, "theme"),
                }
            }
        }
        (theme, reader.problems)
    }

    /// Remembers the theme that was chosen, or that none is; whatever else the file says stays.
    pub fn remember_theme(&self, theme: Option<&str>) -> Result<(), WorkspaceError> {
        let path = self.config_path();
        let old = match fs::exists(&path) {
            Ok(true) => files::read_text(&path)?,
            _ => String::new(),
        };
        let mut document: toml_edit::DocumentMut =
            old.parse().map_err(|error: toml_edit::TomlError| {
                let line =
                    super::document::line_of(&old, error.span().map_or(0, |span| span.start));
                let message = error.message().trim().replace('\n', ", ");
                WorkspaceError::Broken { path: path.clone(), line, message }
            })?;
        match (theme, document.get_mut("theme").and_then(toml_edit::Item::as_value_mut)) {
            (Some(theme), Some(value)) => {
                let decor = value.decor().clone();
                *value = theme.into();
                *value.decor_mut() = decor;
            }
            (Some(theme), None) => drop(document.insert("theme", toml_edit::value(theme))),
            (None, _) => drop(document.remove("theme")),
        }
        self.make(&path, &document.to_string())
    }

    fn make(&self, path: &Path, text: &str) -> Result<(), WorkspaceError> {
        fs::create_dir_all(&self.path).map_err(WorkspaceError::write("create", &self.path))?;
        files::write(path, text.as_bytes())
    }
}

fn read(path: PathBuf) -> Result<Option<ConfigFile>, Problem> {
    // A path that cannot be looked at is read all the same, so that the reason is told.
    if fs::exists(&path).is_ok_and(|exists| !exists) {
        return Ok(None);
    }
    match files::read_text(&path) {
        Ok(text) => Ok(Some(ConfigFile { path, text })),
        Err(error) => Err(Problem::error(&path, None, format!("is left aside: {error}"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, ConfigFolder) {
        let place = tempfile::tempdir().unwrap();
        let folder = ConfigFolder::at(place.path().join("lambdeck"));
        (place, folder)
    }

    #[test]
    fn where_nothing_is_nothing_is_said() {
        let (_place, folder) = folder();
        assert_eq!(folder.keys().unwrap(), None);
        assert_eq!(folder.theme(), (None, Vec::new()));
        assert_eq!(folder.themes(), (Vec::new(), Vec::new()));
    }

    #[test]
    fn the_chosen_theme_is_remembered_and_the_rest_of_the_file_stays() {
        let (_place, folder) = folder();
        folder.remember_theme(Some("light")).unwrap();
        assert_eq!(folder.theme(), (Some("light".to_owned()), Vec::new()));
        let path = folder.config_path();
        fs::write(&path, "# mine\ntheme = \"light\" # for now\n").unwrap();
        folder.remember_theme(Some("dark")).unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "# mine\ntheme = \"dark\" # for now\n");
        folder.remember_theme(None).unwrap();
        assert_eq!(folder.theme().0, None);
    }

    #[test]
    fn a_broken_file_is_named_and_left_as_it_is() {
        let (_place, folder) = folder();
        folder.remember_theme(None).unwrap();
        let path = folder.config_path();
        fs::write(&path, "\ntheme = \n").unwrap();
        let (theme, problems) = folder.theme();
        assert_eq!((theme, problems[0].line), (None, Some(2)));
        assert!(folder.remember_theme(Some("dark")).is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "\ntheme = \n");
    }

    #[test]
    fn the_keys_that_somebody_wrote_are_never_written_over() {
        let (_place, folder) = folder();
        let path = folder.make_keys("# one\n").unwrap();
        let error = folder.make_keys("# two\n").unwrap_err().to_string();
        assert!(error.contains("keys.toml"), "{error}");
        assert_eq!(fs::read_to_string(path).unwrap(), "# one\n");
        assert_eq!(folder.keys().unwrap().unwrap().text, "# one\n");
    }

    #[test]
    fn themes_come_in_order_and_what_is_no_text_is_named() {
        let (_place, folder) = folder();
        fs::create_dir_all(folder.themes_path()).unwrap();
        for (name, text) in [("b.toml", "b"), ("a.toml", "a"), ("c.txt", "c")] {
            fs::write(folder.themes_path().join(name), text).unwrap();
        }
        fs::write(folder.themes_path().join("d.toml"), b"\xff").unwrap();
        let (themes, problems) = folder.themes();
        assert_eq!(themes.iter().map(|file| file.text.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(problems.len(), 1);
    }
}
