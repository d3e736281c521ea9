//! Themes: chosen with a preview, dark or light by itself, and readable in every one.

use crate::app_kit::Harness;
use crate::app_looks::{DIALOGS, SCREENS};
use lambdeck::app::Message;
use lambdeck::app::state::ThemeName;
use lambdeck::app::themes::{Ground, Told};
use lambdeck::language::highlight::TokenKind;
use lambdeck::ui::ColorMode;
use lambdeck::ui::theme::Focused;
use ratatui::buffer::Cell;
use ratatui::style::{Color, Modifier};

fn choosing() -> Harness {
    let mut h = Harness::sample();
    h.keys("<alt-x>").paste("theme").see("how everything looks").keys("<enter>");
    h.see("automatic").see("high-contrast");
    h
}

fn shown(h: &Harness) -> ThemeName {
    h.state.desk.themes.shown
}

#[test]
fn the_selected_theme_is_shown_at_once_and_esc_puts_the_old_one_back() {
    let mut h = choosing();
    h.keys("<down><down>");
    assert_eq!(shown(&h), ThemeName::Light);
    h.keys("<down>");
    assert_eq!(shown(&h), ThemeName::HighContrast);
    h.keys("<esc>");
    assert_eq!(shown(&h), ThemeName::Dark);
    assert!(h.disk.themes.is_empty());
    assert!(h.state.dialogs.is_empty());
}

#[test]
fn a_theme_that_is_taken_is_remembered_and_found_by_typing() {
    let mut h = choosing();
    h.keys("contr").keys("<enter>");
    assert_eq!(shown(&h), ThemeName::HighContrast);
    assert_eq!(h.disk.themes, [Some("high-contrast".to_owned())]);
    h.keys("<alt-x>").paste("theme").keys("<enter>");
    assert_eq!(shown(&h), ThemeName::HighContrast, "the list begins with the one that is chosen");
    h.keys("zzz").see("nothing matches").keys("<ctrl-k>auto<enter>");
    assert_eq!(shown(&h), ThemeName::Dark);
    assert_eq!(h.disk.themes.last(), Some(&None));
}

#[test]
fn themes_of_ones_own_are_in_the_list() {
    let mut h = Harness::sample();
    h.state.desk.themes.own = vec!["mine".to_owned(), "other".to_owned()];
    h.keys("<alt-x>").paste("theme").keys("<enter>").see("mine").keys("other<enter>");
    assert_eq!(shown(&h), ThemeName::Own(1));
    assert_eq!(h.disk.themes, [Some("other".to_owned())]);
}

#[test]
fn dark_or_light_is_as_the_terminal_is_until_somebody_chooses_or_is_at_work() {
    let mut h = Harness::sample();
    h.tell(Message::GroundSeen(Ground::Light, Told::Asked));
    assert_eq!(shown(&h), ThemeName::Light);
    // The evening comes.
    h.keys("<down>").tell(Message::GroundSeen(Ground::Dark, Told::Changed));
    assert_eq!(shown(&h), ThemeName::Dark);
    // An answer that comes when somebody is at work changes nothing under their eyes.
    h.tell(Message::GroundSeen(Ground::Light, Told::Asked));
    assert_eq!(shown(&h), ThemeName::Dark);
    h.keys("<alt-x>").paste("theme").keys("<enter>high<enter>");
    h.tell(Message::GroundSeen(Ground::Light, Told::Changed));
    assert_eq!(shown(&h), ThemeName::HighContrast);
}

/// Red, green and blue, where the colour is ours and not the terminal's.
fn rgb(color: Color) -> Option<[u8; 3]> {
    const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
    match color {
        Color::Rgb(r, g, b) => Some([r, g, b]),
        Color::Indexed(n @ 16..=231) => {
            let n = usize::from(n - 16);
            Some([STEPS[n / 36], STEPS[n / 6 % 6], STEPS[n % 6]])
        }
        Color::Indexed(n @ 232..) => Some([8 + 10 * (n - 232); 3]),
        _ => None,
    }
}

/// How far apart two colours are, as WCAG 2 counts it.
fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let luminance = |color: [u8; 3]| {
        let part = |value: u8| {
            let value = f64::from(value) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * part(color[0]) + 0.7152 * part(color[1]) + 0.0722 * part(color[2])
    };
    let (a, b) = (luminance(a) + 0.05, luminance(b) + 0.05);
    if a > b { a / b } else { b / a }
}

/// Text, not a line of a border or a part of a bar.
fn is_text(cell: &Cell) -> bool {
    cell.symbol().chars().any(|c| !c.is_whitespace() && !matches!(c, '\u{2500}'..='\u{259f}'))
}

/// Every character that does not stand out enough, each pair of colours once.
fn unreadable(h: &Harness, faint: &[Option<Color>]) -> Vec<String> {
    let mut found = Vec::new();
    for cell in h.buffer.content.iter().filter(|cell| is_text(cell)) {
        let reversed = cell.modifier.contains(Modifier::REVERSED);
        let (front, ground) = if reversed { (cell.bg, cell.fg) } else { (cell.fg, cell.bg) };
        let needed = if faint.contains(&Some(cell.fg)) { 3.0 } else { 4.5 };
        match (rgb(front), rgb(ground)) {
            (Some(a), Some(b)) if contrast(a, b) < needed => found.push(format!(
                "`{}` {front} on {ground}: {:.2} of {needed}",
                cell.symbol(),
                contrast(a, b)
            )),
            (Some(_), Some(_)) => {}
            _ if front == ground && front != Color::Reset => {
                found.push(format!("`{}` {front} on itself", cell.symbol()));
            }
            _ => {}
        }
    }
    found.sort();
    found.dedup_by_key(|text| text.split_once(' ').map(|(_, rest)| rest.to_owned()));
    found
}

/// The screens and dialogs, and the editor with everything that can be coloured in it.
fn places() -> Vec<(String, Harness)> {
    let screens =
        SCREENS.iter().map(|(_, keys)| *keys).chain(DIALOGS.iter().map(|(keys, _)| *keys));
    let mut places: Vec<_> = screens
        .map(|keys| {
            let mut h = Harness::sample();
            h.keys(keys);
            (keys.to_owned(), h)
        })
        .collect();
    let source = "// Says hello.\nconst A = 1;\nfn lambda(input) {\n    let word = word + \"text ${A}\";\n    log::info(word.len, input.payload, 2.5);\n    let x = ;\n}\n";
    for keys in [
        "<down><shift-down><shift-down><shift-down><shift-down>",
        "<ctrl-f>word",
        "<ctrl-a>",
        "<f8>",
    ] {
        let mut h = Harness::editing(source);
        h.keys(keys);
        places.push((format!("editing {keys}"), h));
    }
    let mut h = Harness::sample();
    h.keys("<ctrl-o>hello<enter><f5>");
    let levels = [
        lambdeck::domain::Level::Debug,
        lambdeck::domain::Level::Info,
        lambdeck::domain::Level::Warn,
        lambdeck::domain::Level::Error,
    ];
    h.logs(levels.map(|level| crate::app_kit::log(level, 1, "message")).to_vec());
    h.returns(serde_json::json!({"a": [1, true, null, "text"]}));
    places.push(("a run".to_owned(), h));
    places
}

#[test]
fn words_stand_out_from_what_they_stand_on_on_every_screen_in_every_theme() {
    let mut found = Vec::new();
    for (place, mut h) in places() {
        for (width, height) in [(120, 36), (80, 24)] {
            h.resize(width, height);
            for theme in ThemeName::BUILT_IN {
                for mode in [ColorMode::True, ColorMode::Indexed, ColorMode::Ansi, ColorMode::None]
                {
                    h.theme(theme, mode);
                    let look = &h.theme;
                    let faint = [
                        look.faint().fg,
                        look.token(TokenKind::Comment).fg,
                        look.border(Focused::No).fg,
                    ];
                    let unreadable = unreadable(&h, &faint);
                    found.extend(unreadable.iter().map(|text| {
                        format!("{place} {width}x{height} {theme:?} {mode:?}: {text}")
                    }));
                }
            }
        }
    }
    assert!(found.is_empty(), "{}\n{}", found.len(), found[..found.len().min(40)].join("\n"));
}

#[test]
fn the_cursor_is_shown_wherever_something_can_be_typed() {
    for keys in [
        "<ctrl-o>hello<enter>",
        "<ctrl-o>hello<enter><ctrl-f>",
        "<ctrl-p>",
        "<ctrl-o>hello<enter><alt-3>",
    ] {
        let mut h = Harness::sample();
        h.keys(keys);
        for theme in ThemeName::BUILT_IN {
            h.theme(theme, ColorMode::None);
            assert!(h.cursor.is_some(), "{keys} {theme:?}");
        }
    }
}
