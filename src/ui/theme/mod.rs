//! Colours and what they mean. Widgets ask for a meaning, never for a colour.

mod color_mode;
mod palette;

use crate::app::themes::ThemeName;
use crate::domain::{Level, Severity};
use crate::language::highlight::TokenKind;
pub use color_mode::ColorMode;
pub use palette::Palette;
use palette::Roles;
use ratatui::style::{Color, Modifier, Style};

/// What the program looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    mode: ColorMode,
    colors: Roles<Color>,
}

impl Theme {
    /// A theme that is built in, for a terminal with so many colours.
    pub fn named(name: ThemeName, mode: ColorMode) -> Self {
        Self::of(&Palette::built_in(name), mode)
    }

    /// The theme of these colours, for a terminal with so many.
    pub fn of(palette: &Palette, mode: ColorMode) -> Self {
        Self { mode, colors: palette.colors(mode) }
    }

    /// Backgrounds cannot tell things apart on this terminal or in this theme: reverse and underline must.
    fn flat(&self) -> bool {
        let is_few = matches!(self.mode, ColorMode::Ansi | ColorMode::None);
        is_few || self.colors.raised == self.colors.background
    }

    /// Words on the screen's ground.
    pub fn base(&self) -> Style {
        Style::new().fg(self.colors.text).bg(self.colors.background)
    }

    /// Words on the ground of the bottom line. It is that of the cursor's line: whoever types writes here and there, and
    /// a colour that stays need not be sent.
    pub fn status(&self) -> Style {
        self.base().patch(self.cursor_line())
    }

    /// Words on a dialog's ground.
    pub fn dialog(&self) -> Style {
        Style::new().fg(self.colors.text).bg(self.colors.surface)
    }

    /// Words that matter less.
    pub fn muted(&self) -> Style {
        Style::new().fg(self.colors.muted)
    }

    /// Line numbers and the like.
    pub fn faint(&self) -> Style {
        let style = Style::new().fg(self.colors.faint);
        if self.mode == ColorMode::None { style.add_modifier(Modifier::DIM) } else { style }
    }

    /// A name, a heading.
    pub fn strong(&self) -> Style {
        Style::new().fg(self.colors.text).add_modifier(Modifier::BOLD)
    }

    /// What has the focus, or leads on.
    pub fn accent(&self) -> Style {
        Style::new().fg(self.colors.accent).add_modifier(Modifier::BOLD)
    }

    /// A pane's border.
    pub fn border(&self, focused: Focused) -> Style {
        match focused {
            Focused::Yes => self.accent(),
            Focused::No => Style::new().fg(self.colors.border),
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
            Focused::Yes => Style::new()
                .fg(self.colors.on_accent)
                .bg(self.colors.accent)
                .add_modifier(Modifier::BOLD),
            Focused::No => self.muted(),
        }
    }

    /// The selected entry of a list.
    pub fn selected(&self, focused: Focused) -> Style {
        match focused {
            Focused::Yes if self.flat() => Style::new().add_modifier(Modifier::REVERSED),
            Focused::Yes => Style::new().bg(self.colors.selection),
            Focused::No if self.flat() => Style::new().add_modifier(Modifier::BOLD),
            Focused::No => Style::new().bg(self.colors.raised),
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
        Style::new().fg(self.colors.on_accent).bg(self.colors.accent)
    }

    /// The line of the cursor.
    pub fn cursor_line(&self) -> Style {
        if self.flat() { Style::new() } else { Style::new().bg(self.colors.raised) }
    }

    /// The head of a function that is out of sight, above the rows that are in it.
    pub fn head(&self) -> Style {
        if self.flat() {
            Style::new().add_modifier(Modifier::UNDERLINED)
        } else {
            Style::new().bg(self.colors.raised).add_modifier(Modifier::BOLD)
        }
    }

    /// The number of the cursor's line.
    pub fn cursor_number(&self) -> Style {
        Style::new().fg(self.colors.text).add_modifier(Modifier::BOLD)
    }

    /// What a search found.
    pub fn found(&self) -> Style {
        if self.flat() {
            Style::new().fg(self.colors.matched).add_modifier(Modifier::UNDERLINED | Modifier::BOLD)
        } else {
            Style::new().bg(self.colors.matched)
        }
    }

    /// Text that another is going to take the place of.
    pub fn taken_away(&self) -> Style {
        self.bad().add_modifier(Modifier::CROSSED_OUT)
    }

    /// Text that is going to stand there.
    pub fn put_in(&self) -> Style {
        self.good().add_modifier(Modifier::UNDERLINED)
    }

    /// Letters of a name that match what was typed.
    pub fn marked(&self) -> Style {
        Style::new().fg(self.colors.accent).add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// A bracket and the one that belongs to it.
    pub fn bracket(&self) -> Style {
        Style::new().fg(self.colors.accent).add_modifier(Modifier::BOLD | Modifier::UNDERLINED)
    }

    /// A problem's mark and message.
    pub fn severity(&self, severity: Severity) -> Style {
        let color = match severity {
            Severity::Error => self.colors.bad,
            Severity::Warning => self.colors.warning,
            Severity::Hint => self.colors.accent,
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
            Level::Info => Style::new().fg(self.colors.accent),
            Level::Warn => self.severity(Severity::Warning),
            Level::Error => self.severity(Severity::Error).add_modifier(Modifier::BOLD),
        }
    }

    /// Something went well, or was added.
    pub fn good(&self) -> Style {
        Style::new().fg(self.colors.good)
    }

    /// Something went wrong, or was removed.
    pub fn bad(&self) -> Style {
        self.severity(Severity::Error)
    }

    /// A kind of token.
    pub fn token(&self, kind: TokenKind) -> Style {
        let color = match kind {
            TokenKind::Plain | TokenKind::Variable => self.colors.text,
            TokenKind::Keyword | TokenKind::Interpolation => self.colors.keyword,
            TokenKind::Function | TokenKind::FunctionDefinition => self.colors.function,
            TokenKind::Namespace => self.colors.namespace,
            TokenKind::Property => self.colors.property,
            TokenKind::String => self.colors.string,
            TokenKind::Escape | TokenKind::Number | TokenKind::Constant => self.colors.number,
            TokenKind::Comment | TokenKind::DocComment => self.colors.comment,
            TokenKind::Operator | TokenKind::Punctuation => self.colors.operator,
            TokenKind::Invalid => self.colors.bad,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_colours_selection_and_focus_are_still_seen() {
        let theme = Theme::named(ThemeName::Dark, ColorMode::None);
        assert!(theme.selection().add_modifier.contains(Modifier::REVERSED));
        assert_ne!(theme.border(Focused::Yes), theme.border(Focused::No));
        assert!(theme.problem(Severity::Error).add_modifier.contains(Modifier::UNDERLINED));
    }
}
