//! The file of a theme: which colour each thing has.
//!
//! ```toml
//! base = "dark"                         # what is not said below is as in this theme
//! text = "#d5dae3"
//! border = 240                          # by its number among 256
//! keyword = "light-magenta"             # by its name among the terminal's sixteen
//! match = ["#43370f", 53, "yellow"]     # for 16 million, 256 and 16 colours
//! ```

use super::ColorMode;
use crate::app::themes::ThemeName;
use crate::workspace::{Problem, Reader, entries};
use ratatui::style::Color;
use std::path::Path;
use std::str::FromStr;
use toml_edit::Value;

/// Makes the struct that has a value for each thing with a colour.
macro_rules! roles {
    ($($role:ident $key:literal),* $(,)?) => {
        /// A value for each thing with a colour.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub(super) struct Roles<T> { $(pub(super) $role: T),* }

        impl<T> Roles<T> {
            /// The names in the file.
            const KEYS: &[&str] = &[$($key),*];

            pub(super) fn map<U>(&self, each: impl Fn(&T) -> U) -> Roles<U> {
                Roles { $($role: each(&self.$role)),* }
            }

            fn get_mut(&mut self, key: &str) -> Option<&mut T> {
                match key {
                    $($key => Some(&mut self.$role),)*
                    _ => None,
                }
            }
        }

        impl<T: Clone> Roles<T> {
            fn all(value: T) -> Self {
                Self { $($role: value.clone()),* }
            }
        }
    };
}

roles! {
    background "background", surface "surface", raised "raised", border "border", text "text",
    muted "muted", faint "faint", accent "accent", on_accent "on_accent", selection "selection",
    matched "match", good "good", warning "warning", bad "bad", keyword "keyword",
    function "function", namespace "namespace", property "property", string "string",
    number "number", comment "comment", operator "operator",
}

/// One colour as far as terminals have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shade {
    /// Among sixteen million.
    full: Color,
    /// Among 256.
    indexed: Color,
    /// Among the terminal's sixteen; `Reset` is its own ground or text.
    few: Color,
}

/// The colours of a theme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Palette(Roles<Shade>);

impl Palette {
    /// The colours of a theme that is built in; those of the dark one for any other.
    pub fn built_in(name: ThemeName) -> Self {
        let source = match name {
            ThemeName::Dark | ThemeName::Own(_) => include_str!("../../../assets/themes/dark.toml"),
            ThemeName::Light => include_str!("../../../assets/themes/light.toml"),
            ThemeName::HighContrast => include_str!("../../../assets/themes/high-contrast.toml"),
            ThemeName::Terminal => include_str!("../../../assets/themes/terminal.toml"),
        };
        let nothing = Shade { full: Color::Reset, indexed: Color::Reset, few: Color::Reset };
        let mut palette = Self(Roles::all(nothing));
        palette.take(&mut Reader::new(Path::new("built in"), source));
        palette
    }

    /// Reads `text`, the content of the file at `path`; what is wrong in it is named and stays as in its base.
    pub fn read(path: &Path, text: &str) -> (Self, Vec<Problem>) {
        let mut reader = Reader::new(path, text);
        let mut palette = Self::built_in(base(&mut reader));
        palette.take(&mut reader);
        (palette, reader.problems)
    }

    /// Takes over what the file says.
    fn take(&mut self, reader: &mut Reader<'_>) {
        let Some(document) = reader.parse() else { return };
        for (key, item) in entries(document.as_table()) {
            if key.get() == "base" {
                continue;
            }
            let Some(shade) = self.0.get_mut(key.get()) else {
                reader.unknown(
                    key,
                    &["base"]
                        .iter()
                        .chain(Roles::<()>::KEYS)
                        .copied()
                        .collect::<Vec<_>>()
                        .join(", "),
                );
                continue;
            };
            if let Some(read) = item.as_value().and_then(|value| shade.with(value)) {
                *shade = read;
                continue;
            }
            let span = item.as_value().and_then(Value::span).or_else(|| key.span());
            let message = format!(
                "`{}` is no colour, and stays as in the base; write \"#rrggbb\", a number from 0 to 255, a name such as \"light-blue\" or \"default\", or a list of two or three: for 16 million, 256 and 16 colours",
                key.get()
            );
            reader.error(span, message);
        }
    }

    /// The colours on a terminal that has so many.
    pub(super) fn colors(&self, mode: ColorMode) -> Roles<Color> {
        self.0.map(|shade| match mode {
            ColorMode::True => shade.full,
            ColorMode::Indexed => shade.indexed,
            ColorMode::Ansi => shade.few,
            ColorMode::None => Color::Reset,
        })
    }
}

/// The theme that the file starts from.
fn base(reader: &mut Reader<'_>) -> ThemeName {
    // What is wrong with the file as a whole is told when its colours are read.
    let problems = reader.problems.len();
    let Some(document) = reader.parse() else {
        reader.problems.truncate(problems);
        return ThemeName::Dark;
    };
    let Some((key, item)) = document.as_table().get_key_value("base") else {
        return ThemeName::Dark;
    };
    let known = ThemeName::BUILT_IN.into_iter().find(|name| item.as_str() == Some(name.id()));
    known.unwrap_or_else(|| {
        let names: Vec<_> = ThemeName::BUILT_IN.iter().map(|name| name.id()).collect();
        let message = format!("`base` must be one of {}; it is taken for dark", names.join(", "));
        reader.error(item.as_value().and_then(Value::span).or_else(|| key.span()), message);
        ThemeName::Dark
    })
}

impl Shade {
    /// This shade with what `value` says of it.
    fn with(self, value: &Value) -> Option<Self> {
        let Some(list) = value.as_array() else { return Some(self.from(color(value)?)) };
        let colors: Vec<Color> = list.iter().map(color).collect::<Option<_>>()?;
        match colors[..] {
            [only] => Some(self.from(only)),
            [full, few] => Some(Self { few: is_few(few).then_some(few)?, ..self.from(full) }),
            [full, indexed, few] => {
                Some(Self { full, indexed: in_256(indexed), few: is_few(few).then_some(few)? })
            }
            _ => None,
        }
    }

    /// The shade of one colour; what of it a terminal of sixteen has not stays as it is.
    fn from(self, full: Color) -> Self {
        Self { full, indexed: in_256(full), few: if is_few(full) { full } else { self.few } }
    }
}

/// The colour that a string or a number names.
fn color(value: &Value) -> Option<Color> {
    if let Some(number) = value.as_integer() {
        return u8::try_from(number).ok().map(Color::Indexed);
    }
    match value.as_str()? {
        "default" => Some(Color::Reset),
        text => Color::from_str(&text.replace(['-', ' '], "")).ok(),
    }
}

/// Every terminal with colours has it.
const fn is_few(color: Color) -> bool {
    match color {
        Color::Rgb(..) => false,
        Color::Indexed(index) => index < 16,
        _ => true,
    }
}

/// The nearest of the palette of 256.
fn in_256(color: Color) -> Color {
    match color {
        Color::Rgb(r, g, b) => Color::Indexed(nearest(r, g, b)),
        other => other,
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

    fn read(text: &str) -> (Palette, Vec<String>) {
        let (palette, problems) = Palette::read(Path::new("mine.toml"), text);
        (palette, problems.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn the_nearest_of_256_is_exact_where_there_is_one() {
        assert_eq!(nearest(255, 255, 255), 231);
        assert_eq!(nearest(95, 135, 175), 67);
        assert_eq!(nearest(8, 8, 8), 232);
    }

    #[test]
    fn the_themes_that_are_built_in_say_everything_and_nothing_else() {
        for (name, source) in [
            (ThemeName::Dark, include_str!("../../../assets/themes/dark.toml")),
            (ThemeName::Light, include_str!("../../../assets/themes/light.toml")),
            (ThemeName::HighContrast, include_str!("../../../assets/themes/high-contrast.toml")),
            (ThemeName::Terminal, include_str!("../../../assets/themes/terminal.toml")),
        ] {
            let (palette, problems) = read(source);
            assert!(problems.is_empty(), "{name:?}: {problems:?}");
            assert_eq!(palette, Palette::built_in(name), "{name:?}: something comes from the base");
            for key in Roles::<()>::KEYS {
                assert!(source.contains(&format!("\n{key} = ")), "{name:?}: {key}");
            }
        }
    }

    #[test]
    fn a_theme_says_what_differs_from_its_base_in_any_of_the_forms() {
        let (palette, problems) = read(
            "base = \"light\"\ntext = \"#010203\"\nborder = 240\nkeyword = \"light-magenta\"\nmatch = [\"#43370f\", 53, \"yellow\"]\nfaint = [\"#808080\", \"gray\"]\nmuted = \"default\"\n",
        );
        assert!(problems.is_empty(), "{problems:?}");
        let light = Palette::built_in(ThemeName::Light);
        let [full, indexed, few] =
            [ColorMode::True, ColorMode::Indexed, ColorMode::Ansi].map(|mode| palette.colors(mode));
        assert_eq!((full.text, indexed.text), (Color::Rgb(1, 2, 3), Color::Indexed(16)));
        assert_eq!(few.text, light.colors(ColorMode::Ansi).text);
        assert_eq!((full.border, indexed.border), (Color::Indexed(240), Color::Indexed(240)));
        assert_eq!((full.keyword, few.keyword), (Color::LightMagenta, Color::LightMagenta));
        assert_eq!((indexed.matched, few.matched), (Color::Indexed(53), Color::Yellow));
        assert_eq!((few.faint, full.muted), (Color::Gray, Color::Reset));
        assert_eq!(full.bad, light.colors(ColorMode::True).bad);
        assert!(palette.colors(ColorMode::None).map(|color| *color == Color::Reset).text);
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line_and_stays_as_in_the_base() {
        for (text, wanted) in [
            ("text = \"#12345\"", "mine.toml:2: `text` is no colour, and stays as in the base"),
            ("text = 256", "mine.toml:2: `text` is no colour"),
            ("text = [\"#123456\", 7, \"#123456\"]", "mine.toml:2: `text` is no colour"),
            ("text = []", "mine.toml:2: `text` is no colour"),
            ("[text]\nx = 1", "mine.toml:2: `text` is no colour"),
            (
                "txet = \"#123456\"",
                "mine.toml:2: unknown key `txet`, which is ignored; known here: base, background",
            ),
            (
                "base = \"drak\"",
                "mine.toml:2: `base` must be one of dark, light, high-contrast, terminal",
            ),
            ("= 3", "mine.toml:2: not valid TOML"),
        ] {
            let (palette, problems) = read(&format!("# mine\n{text}"));
            assert_eq!(problems.len(), 1, "{text}: {problems:?}");
            assert!(problems[0].starts_with(wanted), "{text}: {problems:?}");
            assert_eq!(palette, Palette::built_in(ThemeName::Dark), "{text}");
        }
    }
}
