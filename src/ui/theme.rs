//! Colours and what they mean. Widgets ask for a meaning, never for a colour.

use crate::app::state::ThemeName;
use crate::domain::{Level, Severity};
use crate::language::highlight::TokenKind;
use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use std::str::FromStr;

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColorMode {
    /// Sixteen million.
    True,
    /// The palette of 256.
    Indexed,
    /// The terminal's own sixteen.
    Ansi,
    /// None: bold, underlined and reversed have to do.
    None,
}

impl ColorMode {
    /// What the environment says: `NO_COLOR`, `COLORTERM`, `TERM`.
    pub fn detect(variable: impl Fn(&str) -> Option<String>) -> Self {
        if variable("NO_COLOR").is_some_and(|value| !value.is_empty()) {
            return Self::None;
        }
        let truecolor = variable("COLORTERM")
            .is_some_and(|value| matches!(value.as_str(), "truecolor" | "24bit"));
        match variable("TERM").as_deref() {
            Some("dumb") => Self::None,
            Some("linux") => Self::Ansi,
            Some(_) if truecolor => Self::True,
            Some(term) if term.ends_with("-direct") => Self::True,
            Some(term)
                if term.contains("256color")
                    || term.contains("kitty")
                    || term.contains("ghostty") =>
            {
                Self::Indexed
            }
            _ => Self::Ansi,
        }
    }
}

/// A colour of a theme's file: as `#rrggbb`, and by its name among the sixteen.
#[derive(Clone, Debug, Deserialize)]
struct Shade(String, String);

/// The colours of a theme's file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Palette {
    background: Shade,
    surface: Shade,
    raised: Shade,
    border: Shade,
    text: Shade,
    muted: Shade,
    faint: Shade,
    accent: Shade,
    on_accent: Shade,
    selection: Shade,
    #[serde(rename = "match")]
    matched: Shade,
    good: Shade,
    warning: Shade,
    bad: Shade,
    keyword: Shade,
    function: Shade,
    namespace: Shade,
    property: Shade,
    string: Shade,
    number: Shade,
    comment: Shade,
    operator: Shade,
}

/// What the program looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    mode: ColorMode,
    background: Color,
    surface: Color,
    raised: Color,
    border: Color,
    text: Color,
    muted: Color,
    faint: Color,
    accent: Color,
    on_accent: Color,
    selection: Color,
    matched: Color,
    good: Color,
    warning: Color,
    bad: Color,
    keyword: Color,
    function: Color,
    namespace: Color,
    property: Color,
    string: Color,
    number: Color,
    comment: Color,
    operator: Color,
}

impl Theme {
    /// The theme of this name for a terminal with so many colours.
    pub fn named(name: ThemeName, mode: ColorMode) -> Self {
        let source = match name {
            ThemeName::Dark => include_str!("../../assets/themes/dark.toml"),
            ThemeName::Light => include_str!("../../assets/themes/light.toml"),
        };
        let palette = toml_edit::de::from_str(source)
            .expect("the themes we ship are right: a test reads them");
        Self::of(&palette, mode)
    }

    fn of(palette: &Palette, mode: ColorMode) -> Self {
        let color = |shade: &Shade| shade.color(mode).unwrap_or(Color::Reset);
        Self {
            mode,
            background: color(&palette.background),
            surface: color(&palette.surface),
            raised: color(&palette.raised),
            border: color(&palette.border),
            text: color(&palette.text),
            muted: color(&palette.muted),
            faint: color(&palette.faint),
            accent: color(&palette.accent),
            on_accent: color(&palette.on_accent),
            selection: color(&palette.selection),
            matched: color(&palette.matched),
            good: color(&palette.good),
            warning: color(&palette.warning),
            bad: color(&palette.bad),
            keyword: color(&palette.keyword),
            function: color(&palette.function),
            namespace: color(&palette.namespace),
            property: color(&palette.property),
            string: color(&palette.string),
            number: color(&palette.number),
            comment: color(&palette.comment),
            operator: color(&palette.operator),
        }
    }

    /// Backgrounds cannot tell things apart on this terminal: reverse and underline must.
    fn flat(&self) -> bool {
        matches!(self.mode, ColorMode::Ansi | ColorMode::None)
    }

    /// Words on the screen's ground.
    pub fn base(&self) -> Style {
        Style::new().fg(self.text).bg(self.background)
    }

    /// Words on the ground of the bottom line. It is that of the cursor's line: whoever types writes here and there, and
    /// a colour that stays need not be sent.
    pub fn status(&self) -> Style {
        self.base().patch(self.cursor_line())
    }

    /// Words on a dialog's ground.
    pub fn dialog(&self) -> Style {
        Style::new().fg(self.text).bg(self.surface)
    }

    /// Words that matter less.
    pub fn muted(&self) -> Style {
        Style::new().fg(self.muted)
    }

    /// Line numbers and the like.
    pub fn faint(&self) -> Style {
        let style = Style::new().fg(self.faint);
        if self.mode == ColorMode::None { style.add_modifier(Modifier::DIM) } else { style }
    }

    /// A name, a heading.
    pub fn strong(&self) -> Style {
        Style::new().fg(self.text).add_modifier(Modifier::BOLD)
    }

    /// What has the focus, or leads on.
    pub fn accent(&self) -> Style {
        Style::new().fg(self.accent).add_modifier(Modifier::BOLD)
    }

    /// A pane's border.
    pub fn border(&self, focused: Focused) -> Style {
        match focused {
            Focused::Yes => self.accent(),
            Focused::No => Style::new().fg(self.border),
        }
    }

    /// A pane's title.
    pub fn title(&self, focused: Focused) -> Style {
        match focused {
            Focused::Yes => self.accent(),
            Focused::No => self.muted(),
        }
    }

    /// The tab that is shown among others.
    pub fn tab(&self, shown: Focused) -> Style {
        match shown {
            Focused::Yes => self.accent().add_modifier(Modifier::UNDERLINED),
            Focused::No => self.muted(),
        }
    }

    /// The screen that is shown among others, and a pressed button.
    pub fn button(&self, chosen: Focused) -> Style {
        match chosen {
            Focused::Yes if self.mode == ColorMode::None => {
                Style::new().add_modifier(Modifier::REVERSED | Modifier::BOLD)
            }
            Focused::Yes => {
                Style::new().fg(self.on_accent).bg(self.accent).add_modifier(Modifier::BOLD)
            }
            Focused::No => self.muted(),
        }
    }

    /// The selected entry of a list.
    pub fn selected(&self, focused: Focused) -> Style {
        match focused {
            Focused::Yes if self.flat() => Style::new().add_modifier(Modifier::REVERSED),
            Focused::Yes => Style::new().bg(self.selection),
            Focused::No if self.flat() => Style::new().add_modifier(Modifier::BOLD),
            Focused::No => Style::new().bg(self.raised),
        }
    }

    /// Selected text.
    pub fn selection(&self) -> Style {
        self.selected(Focused::Yes)
    }

    /// A cursor beside the primary one, where the terminal's own stands.
    pub fn further_cursor(&self) -> Style {
        if self.flat() {
            let seen = Modifier::REVERSED | Modifier::BOLD | Modifier::UNDERLINED;
            return Style::new().add_modifier(seen);
        }
        Style::new().fg(self.on_accent).bg(self.accent)
    }

    /// The line of the cursor.
    pub fn cursor_line(&self) -> Style {
        if self.flat() { Style::new() } else { Style::new().bg(self.raised) }
    }

    /// The number of the cursor's line.
    pub fn cursor_number(&self) -> Style {
        Style::new().fg(self.text).add_modifier(Modifier::BOLD)
    }

    /// What a search found.
    pub fn found(&self) -> Style {
        if self.flat() {
            Style::new().fg(self.matched).add_modifier(Modifier::UNDERLINED | Modifier::BOLD)
        } else {
            Style::new().bg(self.matched)
        }
    }

    /// Letters of a name that match what was typed.
    pub fn marked(&self) -> Style {
        Style::new().fg(self.accent).add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// A bracket and the one that belongs to it.
    pub fn bracket(&self) -> Style {
        Style::new().fg(self.accent).add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// A problem's mark and message.
    pub fn severity(&self, severity: Severity) -> Style {
        let color = match severity {
            Severity::Error => self.bad,
            Severity::Warning => self.warning,
            Severity::Info => self.accent,
        };
        let style = Style::new().fg(color);
        if self.mode == ColorMode::None { style.add_modifier(Modifier::BOLD) } else { style }
    }

    /// Text that a problem is about.
    pub fn problem(&self, severity: Severity) -> Style {
        let Some(color) = self.severity(severity).fg else {
            return Style::new().add_modifier(Modifier::UNDERLINED);
        };
        Style::new().underline_color(color).add_modifier(Modifier::UNDERLINED)
    }

    /// A log level.
    pub fn level(&self, level: Level) -> Style {
        match level {
            Level::Debug => self.faint(),
            Level::Info => Style::new().fg(self.accent),
            Level::Warn => self.severity(Severity::Warning),
            Level::Error => self.severity(Severity::Error).add_modifier(Modifier::BOLD),
        }
    }

    /// Something went well, or was added.
    pub fn good(&self) -> Style {
        Style::new().fg(self.good)
    }

    /// Something went wrong, or was removed.
    pub fn bad(&self) -> Style {
        self.severity(Severity::Error)
    }

    /// A kind of token.
    pub fn token(&self, kind: TokenKind) -> Style {
        let color = match kind {
            TokenKind::Plain | TokenKind::Variable => self.text,
            TokenKind::Keyword | TokenKind::Interpolation => self.keyword,
            TokenKind::Function | TokenKind::FunctionDefinition => self.function,
            TokenKind::Namespace => self.namespace,
            TokenKind::Property => self.property,
            TokenKind::String => self.string,
            TokenKind::Escape | TokenKind::Number | TokenKind::Constant => self.number,
            TokenKind::Comment | TokenKind::DocComment => self.comment,
            TokenKind::Operator | TokenKind::Punctuation => self.operator,
            TokenKind::Invalid => self.bad,
        };
        let style = Style::new().fg(color);
        match kind {
            TokenKind::FunctionDefinition => style.add_modifier(Modifier::BOLD),
            TokenKind::Keyword if self.mode == ColorMode::None => {
                style.add_modifier(Modifier::BOLD)
            }
            TokenKind::Comment | TokenKind::DocComment if self.mode == ColorMode::None => {
                style.add_modifier(Modifier::DIM)
            }
            TokenKind::Comment | TokenKind::DocComment if !self.flat() => {
                style.add_modifier(Modifier::ITALIC)
            }
            _ => style,
        }
    }
}

/// Whether something has the focus, or is the chosen one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focused {
    /// It has.
    Yes,
    /// It has not.
    No,
}

impl From<bool> for Focused {
    fn from(focused: bool) -> Self {
        if focused { Self::Yes } else { Self::No }
    }
}

impl Shade {
    fn color(&self, mode: ColorMode) -> Option<Color> {
        match mode {
            ColorMode::None => None,
            ColorMode::Ansi if self.1 == "default" => Some(Color::Reset),
            ColorMode::Ansi => Color::from_str(&self.1.replace('-', "")).ok(),
            ColorMode::True => Color::from_str(&self.0).ok(),
            ColorMode::Indexed => match Color::from_str(&self.0).ok()? {
                Color::Rgb(r, g, b) => Some(Color::Indexed(nearest(r, g, b))),
                other => Some(other),
            },
        }
    }
}

/// The nearest of the 240 fixed colours of the palette of 256: a cube of six steps a side, and a row of greys.
fn nearest(r: u8, g: u8, b: u8) -> u8 {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    let distance = |(x, y, z): (u8, u8, u8)| {
        let part = |a: u8, b: u8| i32::from(a.abs_diff(b)).pow(2);
        part(r, x) + part(g, y) + part(b, z)
    };
    let cube = (0u8..216).map(|n| {
        (n + 16, (STEPS[n as usize / 36], STEPS[n as usize / 6 % 6], STEPS[n as usize % 6]))
    });
    let greys = (0u8..24).map(|n| (n + 232, (8 + 10 * n, 8 + 10 * n, 8 + 10 * n)));
    cube.chain(greys).min_by_key(|(_, color)| distance(*color)).map_or(16, |(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(variables: &[(&str, &str)]) -> ColorMode {
        ColorMode::detect(|name| {
            variables.iter().find(|(n, _)| *n == name).map(|(_, v)| (*v).to_owned())
        })
    }

    #[test]
    fn the_terminal_gets_the_colours_it_has() {
        assert_eq!(
            mode(&[("TERM", "xterm-256color"), ("COLORTERM", "truecolor")]),
            ColorMode::True
        );
        assert_eq!(mode(&[("TERM", "xterm-256color")]), ColorMode::Indexed);
        assert_eq!(mode(&[("TERM", "linux"), ("COLORTERM", "truecolor")]), ColorMode::Ansi);
        assert_eq!(
            mode(&[("TERM", "xterm"), ("NO_COLOR", "1"), ("COLORTERM", "truecolor")]),
            ColorMode::None
        );
        assert_eq!(mode(&[("TERM", "xterm"), ("NO_COLOR", "")]), ColorMode::Ansi);
        assert_eq!(mode(&[]), ColorMode::Ansi);
    }

    #[test]
    fn the_nearest_of_256_is_exact_where_there_is_one() {
        assert_eq!(nearest(255, 255, 255), 231);
        assert_eq!(nearest(95, 135, 175), 67);
        assert_eq!(nearest(8, 8, 8), 232);
    }

    /// Relative luminance as WCAG 2 defines it.
    fn luminance(color: Color) -> f64 {
        let Color::Rgb(r, g, b) = color else { panic!("{color:?} is no true colour") };
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b)
    }

    fn contrast(a: Color, b: Color) -> f64 {
        let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
        if a > b { a / b } else { b / a }
    }

    #[test]
    fn words_stand_out_from_every_ground_they_are_written_on() {
        for name in [ThemeName::Dark, ThemeName::Light] {
            let t = Theme::named(name, ColorMode::True);
            let words = [
                t.text,
                t.muted,
                t.accent,
                t.good,
                t.warning,
                t.bad,
                t.keyword,
                t.function,
                t.namespace,
            ];
            let more = [t.property, t.string, t.number, t.operator];
            for color in words.into_iter().chain(more) {
                for ground in [t.background, t.surface, t.raised] {
                    let found = contrast(color, ground);
                    assert!(
                        found >= 4.5,
                        "{name:?}: {color} on {ground} has a contrast of {found:.2}"
                    );
                }
            }
            for (color, ground) in [
                (t.comment, t.background),
                (t.faint, t.background),
                (t.text, t.selection),
                (t.on_accent, t.accent),
            ] {
                let found = contrast(color, ground);
                assert!(found >= 3.0, "{name:?}: {color} on {ground} has a contrast of {found:.2}");
            }
        }
    }

    #[test]
    fn without_colours_selection_and_focus_are_still_seen() {
        let theme = Theme::named(ThemeName::Dark, ColorMode::None);
        assert!(theme.selection().add_modifier.contains(Modifier::REVERSED));
        assert_ne!(theme.border(Focused::Yes), theme.border(Focused::No));
        assert!(theme.problem(Severity::Error).add_modifier.contains(Modifier::UNDERLINED));
    }
}
