//! What stands in the workspace's folders and means nothing there: most often a file where a folder should be.

use super::config::CONFIG_FILE;
use super::document::Problem;
use super::lambda_toml::LAMBDA_FILE;
use super::payloads::{EXTENSION, check_payload_name};
use super::{Kind, LAMBDAS, PAYLOADS, SOURCE_FILE, Workspace, WorkspaceError};
use crate::domain::{LambdaName, file};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder of the workspace whose folders each hold one thing.
struct Shelf {
    /// Its name.
    name: &'static str,
    /// What one of its folders holds, in words.
    holds: &'static str,
    /// The files that each of these has, the first ones for what has the same ending.
    files: &'static [&'static str],
}

const SHELVES: [Shelf; 3] = [
    Shelf {
        name: LAMBDAS,
        holds: "a lambda is a folder with main.rhai and lambda.toml",
        files: &[SOURCE_FILE, LAMBDA_FILE],
    },
    Shelf {
        name: "events",
        holds: "an event is a folder with event.toml, schema.json and samples/",
        files: &["event.toml", "schema.json", "samples"],
    },
    Shelf {
        name: "templates",
        holds: "a template is a folder with template.toml and main.rhai",
        files: &["template.toml", SOURCE_FILE],
    },
];

impl Workspace {
    /// Files and folders that are left out wherever the workspace is read, with what to do about each.
    pub fn strays(&self) -> Vec<Problem> {
        let Kind::Folder { root } = &self.kind else { return Vec::new() };
        let mut found = Vec::new();
        for shelf in &SHELVES {
            for entry in entries(&root.join(shelf.name)) {
                if !entry.is_dir() {
                    found.push(on_shelf(shelf, &entry));
                } else if shelf.name == LAMBDAS {
                    found.extend(of_lambda(&entry));
                } else {
                    found.extend(of_folder(shelf, &entry));
                }
            }
        }
        found
    }
}

/// What stands in `folder` in the order of the names, but for what is meant for other eyes.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries
        .filter(|entry| !file::is_beside(&entry.file_name().to_string_lossy()))
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn left_out(path: &Path, why: &str) -> Problem {
    let what = if path.is_dir() { "folder" } else { "file" };
    Problem::warning(path, None, format!("this {what} is left out: {why}"))
}

/// A file where folders stand.
fn on_shelf(shelf: &Shelf, path: &Path) -> Problem {
    let name = name_of(path);
    let place = name.rsplit_once('.').and_then(|(stem, ending)| {
        let same = |file: &&&str| file.rsplit_once('.').is_some_and(|(_, of)| of == ending);
        let file = shelf.files.iter().find(same)?;
        LambdaName::new(stem).is_ok().then(|| format!("{}/{stem}/{file}", shelf.name))
    });
    let advice = place.map(|it| format!("; move it to {it}")).unwrap_or_default();
    left_out(path, &format!("{}{advice}", shelf.holds))
}

/// What stands in the folder of an event or a template beside its files.
fn of_folder(shelf: &Shelf, folder: &Path) -> Vec<Problem> {
    let is_known = |path: &PathBuf| shelf.files.contains(&name_of(path).as_str());
    let unknown = entries(folder).into_iter().filter(|path| !is_known(path));
    unknown.map(|path| left_out(&path, shelf.holds)).collect()
}

/// Sources and settings of a lambda that have another name than they should, and what is no saved payload. Any other file
/// may be the payload of a schedule.
fn of_lambda(folder: &Path) -> Vec<Problem> {
    let mut found = Vec::new();
    for path in entries(folder) {
        let name = name_of(&path);
        let ending = path.extension().and_then(|it| it.to_str());
        match ending {
            Some("rhai") if name != SOURCE_FILE => {
                let why = format!("a lambda's source is {SOURCE_FILE} alone");
                found.push(left_out(&path, &why));
            }
            Some("toml") if name != LAMBDA_FILE => {
                let why = if name == CONFIG_FILE {
                    format!("{CONFIG_FILE} stands at the root of the workspace")
                } else {
                    format!("a lambda's settings stand in {LAMBDA_FILE}")
                };
                found.push(left_out(&path, &why));
            }
            _ => {}
        }
    }
    found.extend(entries(&folder.join(PAYLOADS)).iter().filter_map(|path| no_payload(path)));
    found
}

/// Why what stands among the saved payloads is none, if it is none.
fn no_payload(path: &Path) -> Option<Problem> {
    let name = name_of(path);
    if path.is_dir() {
        return Some(left_out(path, "a saved payload is a file"));
    }
    let Some(stem) = name.strip_suffix(EXTENSION) else {
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
        return Some(left_out(path, &format!("a saved payload is called `{stem}{EXTENSION}`")));
    };
    match check_payload_name(stem) {
        Err(WorkspaceError::PayloadName { reason, .. }) => {
            let why = format!("the name is none of a payload, for {reason}; give it another one");
            Some(left_out(path, &why))
        }
        _ => None,
    }
}
