//! The person's own configuration: read at the start, told of when something in it is wrong.

use crate::app::themes::{ThemeName, Themes};
use crate::app::{AppState, keymap};
use crate::ui::{ColorMode, Palette, Theme};
use crate::workspace::{ConfigFile, ConfigFolder, Problem};
use std::sync::Arc;

/// How the themes look on this terminal.
#[derive(Debug)]
pub(super) struct Looks {
    /// The person's own themes.
    own: Vec<Palette>,
    pub(super) mode: ColorMode,
}

impl Looks {
    /// The theme of this name.
    pub(super) fn theme(&self, name: ThemeName) -> Theme {
        match name {
            ThemeName::Own(at) => {
                let own = self.own.get(at).cloned();
                Theme::of(&own.unwrap_or_else(|| Palette::built_in(name)), self.mode)
            }
            built_in => Theme::named(built_in, self.mode),
        }
    }
}

/// Takes in what the person configured. What is wrong with it is told, and the rest holds.
pub(super) fn take_in(state: &mut AppState, folder: &ConfigFolder) -> Looks {
    let mut problems = Vec::new();
    match folder.keys() {
        Ok(Some(file)) => {
            let (keymap, found) = keymap::read(&file.path, &file.text);
            state.keymap = Arc::new(keymap);
            problems.extend(found);
        }
        Ok(None) => {}
        Err(problem) => problems.push(problem),
    }
    let (files, unreadable) = folder.themes();
    problems.extend(unreadable);
    let own = own_themes(&mut state.desk.themes, &files, &mut problems);
    choose(&mut state.desk.themes, folder, &mut problems);
    tell(state, &problems);
    Looks { own, mode: ColorMode::detect(|name| std::env::var(name).ok()) }
}

/// The person's own themes, each named as its file is.
fn own_themes(
    themes: &mut Themes,
    files: &[ConfigFile],
    problems: &mut Vec<Problem>,
) -> Vec<Palette> {
    let mut own = Vec::new();
    for file in files {
        let name = file.path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        if themes.by_id(&name).is_some() || name == "automatic" {
            let message = format!("`{name}` is the name of another theme; call the file otherwise");
            problems.push(Problem::error(&file.path, None, message));
            continue;
        }
        let (palette, found) = Palette::read(&file.path, &file.text);
        problems.extend(found);
        themes.own.push(name);
        own.push(palette);
    }
    own
}

fn choose(themes: &mut Themes, folder: &ConfigFolder, problems: &mut Vec<Problem>) {
    let (chosen, found) = folder.theme();
    problems.extend(found);
    let Some(id) = chosen else { return };
    themes.chosen = themes.by_id(&id);
    if themes.chosen.is_none() {
        let message = format!("there is no theme `{id}`; choose another: `Theme` in the palette");
        problems.push(Problem::error(&folder.config_path(), None, message));
    }
    themes.shown = themes.of(themes.chosen);
}

fn tell(state: &mut AppState, problems: &[Problem]) {
    match problems {
        [] => {}
        [only] => state.fail(only.to_string()),
        [first, others @ ..] => {
            let count = others.len();
            state.fail(format!("{first} ({count} more: `lambdeck keys` names those of the keys)"));
        }
    }
}
