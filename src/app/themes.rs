//! Themes: which there are, which one is shown, and who chose it. What they look like is the business of `ui`.

use super::job::{DiskJob, Job};
use super::state::AppState;

/// A theme.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeName {
    /// Light on dark.
    #[default]
    Dark,
    /// Dark on light.
    Light,
    /// As far apart as colours can be.
    HighContrast,
    /// The terminal's own sixteen colours.
    Terminal,
    /// One of the person's own, by its place among them.
    Own(usize),
}

impl ThemeName {
    /// Those that are built in.
    pub const BUILT_IN: [Self; 4] = [Self::Dark, Self::Light, Self::HighContrast, Self::Terminal];

    /// The name in files; empty for the person's own, which [`Themes::id`] knows.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
            Self::HighContrast => "high-contrast",
            Self::Terminal => "terminal",
            Self::Own(_) => "",
        }
    }

    /// What it looks like, in a few words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Dark => "light on dark",
            Self::Light => "dark on light",
            Self::HighContrast => "as far apart as colours can be",
            Self::Terminal => "the terminal's own sixteen colours, on its own ground",
            Self::Own(_) => "your own",
        }
    }
}

/// What the terminal's ground looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Ground {
    /// Dark, or nobody knows.
    #[default]
    Dark,
    /// Light.
    Light,
}

/// The themes, and the choice among them.
#[derive(Clone, Debug, Default)]
pub struct Themes {
    /// The one that is shown.
    pub shown: ThemeName,
    /// The one that was chosen; without one it is dark or light, as the terminal is.
    pub chosen: Option<ThemeName>,
    /// The names of the person's own.
    pub own: Vec<String>,
    /// The terminal's ground.
    pub ground: Ground,
}

impl Themes {
    /// All themes.
    pub fn all(&self) -> impl Iterator<Item = ThemeName> {
        ThemeName::BUILT_IN.into_iter().chain((0..self.own.len()).map(ThemeName::Own))
    }

    /// The name of a theme in files.
    pub fn id(&self, name: ThemeName) -> &str {
        match name {
            ThemeName::Own(at) => self.own.get(at).map_or("", String::as_str),
            built_in => built_in.id(),
        }
    }

    /// The theme of this name.
    pub fn by_id(&self, id: &str) -> Option<ThemeName> {
        self.all().find(|name| self.id(*name) == id)
    }

    /// The theme that goes with a choice, or with none.
    pub fn of(&self, choice: Option<ThemeName>) -> ThemeName {
        choice.unwrap_or(match self.ground {
            Ground::Dark => ThemeName::Dark,
            Ground::Light => ThemeName::Light,
        })
    }
}

/// When the terminal told of its ground.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It answered the question at the start.
    Asked,
    /// It changed.
    Changed,
}

/// Takes in what the terminal's ground looks like. Says whether the theme changed: not when one was chosen, nor when the
/// answer comes so late that somebody is at work already.
pub fn ground(state: &mut AppState, ground: Ground, told: Told) -> bool {
    let late = told == Told::Asked && state.desk.touched;
    let themes = &mut state.desk.themes;
    themes.ground = ground;
    if themes.chosen.is_some() || late {
        return false;
    }
    let automatic = themes.of(None);
    let before = std::mem::replace(&mut themes.shown, automatic);
    before != themes.shown
}

/// Shows a theme from now on, here and at every later start; none leaves it to the terminal.
pub fn choose(state: &mut AppState, choice: Option<ThemeName>, jobs: &mut Vec<Job>) {
    let themes = &mut state.desk.themes;
    themes.chosen = choice;
    themes.shown = themes.of(choice);
    let id = choice.map(|name| themes.id(name).to_owned());
    jobs.push(Job::Disk(DiskJob::RememberTheme(id)));
}
