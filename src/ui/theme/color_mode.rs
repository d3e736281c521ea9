//! How many colours the terminal has.

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
            Some("linux") => Self::Ansi,
            Some(term) if is_without_colors(term) => Self::None,
            Some(_) if truecolor => Self::True,
            Some(term) if term.ends_with("-direct") => Self::True,
            Some(term)
                if term.contains("256color")
                    || term.contains("kitty")
                    || term.contains("ghostty")
                    || term.starts_with("alacritty")
                    || term.starts_with("foot") =>
            {
                Self::Indexed
            }
            _ => Self::Ansi,
        }
    }

    /// The same when the terminal said its name and version, `WezTerm 20240203` or `kitty(0.36.1)` for example: it may
    /// have more colours than the environment told of, as behind a login on another machine.
    #[must_use]
    pub fn on(self, terminal: &str) -> Self {
        const TRUECOLOR: [&str; 10] = [
            "kitty", "wezterm", "foot", "ghostty", "iterm2", "contour", "konsole", "mintty", "vte",
            "rio",
        ];
        let name: String = terminal.chars().take_while(char::is_ascii_alphanumeric).collect();
        let is_known = TRUECOLOR.contains(&name.to_ascii_lowercase().as_str());
        match self {
            Self::Indexed | Self::Ansi if is_known => Self::True,
            other => other,
        }
    }
}

/// Terminals of green and amber, real and by name.
fn is_without_colors(term: &str) -> bool {
    let is_vt =
        term.strip_prefix("vt").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    term == "dumb" || is_vt || term.ends_with("-m") || term.ends_with("-mono")
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
        assert_eq!(mode(&[("TERM", "xterm-direct")]), ColorMode::True);
        assert_eq!(mode(&[("TERM", "linux"), ("COLORTERM", "truecolor")]), ColorMode::Ansi);
        assert_eq!(
            mode(&[("TERM", "xterm"), ("NO_COLOR", "1"), ("COLORTERM", "truecolor")]),
            ColorMode::None
        );
        assert_eq!(mode(&[("TERM", "xterm"), ("NO_COLOR", "")]), ColorMode::Ansi);
        assert_eq!(mode(&[]), ColorMode::Ansi);
        for term in ["dumb", "vt100", "vt220", "xterm-m", "linux-m"] {
            assert_eq!(mode(&[("TERM", term)]), ColorMode::None, "{term}");
        }
    }

    #[test]
    fn a_terminal_that_says_its_name_gets_what_it_is_known_to_have() {
        assert_eq!(ColorMode::Indexed.on("kitty(0.36.1)"), ColorMode::True);
        assert_eq!(ColorMode::Ansi.on("WezTerm 20240203-110809"), ColorMode::True);
        assert_eq!(ColorMode::Indexed.on("tmux 3.4"), ColorMode::Indexed);
        assert_eq!(ColorMode::Indexed.on("XTerm(390)"), ColorMode::Indexed);
        assert_eq!(ColorMode::None.on("kitty(0.36.1)"), ColorMode::None);
        assert_eq!(ColorMode::Indexed.on(""), ColorMode::Indexed);
    }
}
