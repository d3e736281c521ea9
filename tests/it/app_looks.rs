//! How the screens look: the focus is seen at a glance in every colour mode and on every size, and words fit.

use crate::app_kit::Harness;
use lambdeck::app::layout;
use lambdeck::app::state::{Pane, ThemeName};
use lambdeck::domain::Level::{Debug, Error, Info, Warn};
use lambdeck::ui::ColorMode;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};

const SIZES: [(u16, u16); 4] = [(120, 36), (100, 30), (80, 24), (40, 12)];
const LOOKS: [(ThemeName, ColorMode); 12] = [
    (ThemeName::Dark, ColorMode::True),
    (ThemeName::Light, ColorMode::True),
    (ThemeName::HighContrast, ColorMode::True),
    (ThemeName::Terminal, ColorMode::True),
    (ThemeName::Dark, ColorMode::Indexed),
    (ThemeName::Light, ColorMode::Indexed),
    (ThemeName::HighContrast, ColorMode::Indexed),
    (ThemeName::Dark, ColorMode::Ansi),
    (ThemeName::Light, ColorMode::Ansi),
    (ThemeName::HighContrast, ColorMode::Ansi),
    (ThemeName::Terminal, ColorMode::Ansi),
    (ThemeName::Dark, ColorMode::None),
];

/// The screens, each by the keys that lead to it from the first one.
pub const SCREENS: [(&str, &str); 4] = [
    ("lambdas", ""),
    ("editor", "<ctrl-o>scan<enter>"),
    ("invoke", "<ctrl-o>scan<enter><alt-3>"),
    ("activity", "<alt-4>"),
];

/// The dialogs, each with words that have to be seen whole.
pub const DIALOGS: [(&str, &[&str]); 16] = [
    ("<ctrl-n>", &["1 of 3: event", "Messaging C", "0/10", "1/1"]),
    ("<ctrl-n>ttr<enter>", &["2 of 3: template", "Stand-alone"]),
    ("<ctrl-n>ttr<enter><enter>", &["3 of 3: name", "Description", "Tab goes between the two"]),
    ("<ctrl-n>conversation end<enter>", &["Swap", "slot up?", "scan_keywords"]),
    ("<ctrl-o>", &["Open lambda", "hello"]),
    ("<ctrl-p>", &["Go to file, or do", "hello"]),
    ("<alt-x>", &["Commands", "New lambda"]),
    ("<f1>", &["Keys", "Lambdas screen"]),
    ("<home>c", &["Connect greet_new_conv", "Messaging"]),
    ("<home><f2>", &["Rename greet_new_conv", "at most 50", "characters."]),
    ("<home>d", &["Duplicate greet_new_c", "greet_new_conversation_copy"]),
    ("<home>x", &["Delete lambda", "by hand.", "Delete", "Keep"]),
    ("<home><f9>", &["Deploy greet_new_conv", "will be executed", "Deploy", "Keep"]),
    ("<home><f9><enter>v", &["Versions of greet_new", "version 1"]),
    ("<ctrl-o>scan<enter><alt-3><ctrl-t>", &["Payload", "Samples of the event"]),
    ("<ctrl-o>scan<enter><ctrl-g>", &["Go to line", "12:5."]),
];

/// How the border of a pane looks at its upper left corner.
fn border(h: &Harness, rect: Rect) -> (String, Style) {
    let cell = &h.buffer[(rect.x, rect.y)];
    (cell.symbol().to_owned(), cell.style())
}

#[test]
fn the_focused_pane_differs_from_the_others_in_style_and_in_shape() {
    for (screen, keys) in SCREENS {
        for (width, height) in SIZES {
            for (theme, mode) in LOOKS {
                let mut h = Harness::sample();
                h.keys(keys).resize(width, height).theme(theme, mode);
                for _ in 0..h.state.panes().len() {
                    h.keys("<f6>");
                    let focus = h.state.focus();
                    let panes = layout::layout(&h.state).panes;
                    let focused =
                        panes.iter().find(|(pane, _)| *pane == focus).map(|(_, rect)| *rect);
                    let focused = border(&h, focused.expect("the focused pane is in sight"));
                    for (pane, rect) in panes.iter().filter(|(pane, _)| *pane != focus) {
                        let other = border(&h, *rect);
                        let place = format!(
                            "{screen} {width}x{height} {mode:?} {theme:?}: {focus:?} and {pane:?}"
                        );
                        assert_ne!(focused.0, other.0, "{place} have one shape");
                        assert_ne!(focused.1, other.1, "{place} have one style");
                    }
                }
            }
        }
    }
}

#[test]
fn the_selected_entry_is_seen_in_every_mode() {
    for (theme, mode) in LOOKS {
        let mut h = Harness::sample();
        h.theme(theme, mode).keys("<home><down>");
        assert_ne!(h.style_of("hello"), h.style_of("scan_keywords"), "{theme:?} {mode:?}");
        let focused = h.style_of("hello");
        h.keys("<f6>");
        assert_ne!(
            h.style_of("hello"),
            focused,
            "{theme:?} {mode:?}: without the focus it is seen less"
        );
        h.keys("<ctrl-o>");
        assert_ne!(
            h.style_of("conversation  Greets a"),
            h.style_of("Looks for words in a conv"),
            "{theme:?} {mode:?}"
        );
        h.keys("<esc><f6><home>x");
        assert_ne!(
            h.style_of("Keep"),
            h.style_of("Delete  "),
            "{theme:?} {mode:?}: the selected answer"
        );
    }
}

#[test]
fn selected_text_matches_and_problems_are_seen_in_every_mode() {
    for (theme, mode) in LOOKS {
        let mut h =
            Harness::editing("fn lambda(input) {\n    let word = word;\n    let x = ;\n}\n");
        h.theme(theme, mode).keys("<down><home><shift-end>");
        assert_ne!(
            h.style_of("let word"),
            h.style_of("let x"),
            "{theme:?} {mode:?}: the selection"
        );
        h.keys("<esc><ctrl-f>input");
        assert_ne!(h.style_of("input)"), h.style_of("let x"), "{theme:?} {mode:?}: the match");
        h.keys("<esc>");
        let area = h.buffer.area;
        let underlined = (area.top()..area.bottom())
            .flat_map(|y| (area.left()..area.right()).map(move |x| (x, y)))
            .any(|at| h.buffer[at].style().add_modifier.contains(Modifier::UNDERLINED));
        assert!(underlined, "{theme:?} {mode:?}: the problem");
        h.see("E   3");
    }
}

#[test]
fn levels_of_the_log_differ_in_words_not_in_colour_alone() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>hello<enter><f5>").theme(ThemeName::Dark, ColorMode::None);
    h.logs(
        [Debug, Info, Warn, Error].map(|level| crate::app_kit::log(level, 1, "message")).to_vec(),
    );
    for level in ["debug", "info", "warn", "error"] {
        assert!(h.row_of(&format!("{level} ")).contains("message"), "{level}");
    }
}

#[test]
fn every_dialog_says_what_it_has_to_on_every_size() {
    let mut missing = Vec::new();
    for (keys, words) in DIALOGS {
        for (width, height) in SIZES {
            let mut h = Harness::sample();
            h.resize(width, height).keys(keys);
            assert!(!h.state.dialogs.is_empty(), "{keys}");
            missing.extend(
                words
                    .iter()
                    .filter(|word| h.position(word).is_none())
                    .map(|word| format!("{keys} on {width}x{height}: {word}\n{}", h.screen())),
            );
        }
    }
    assert!(missing.is_empty(), "{} missing\n{}", missing.len(), missing.join("\n"));
}

#[test]
fn every_answer_of_every_question_is_in_sight() {
    for (width, height) in SIZES {
        let mut h = Harness::editing("fn lambda(input) {}\n");
        h.resize(width, height).keys("// mine<enter>");
        h.disk.write_behind_our_back("hello", "// theirs, and longer\nfn lambda(input) {}\n");
        h.input(lambdeck::app::Input::FocusGained);
        h.see("Save mine").see("Take theirs").see("Decide later").see("// theirs");
        h.click("Take theirs").see("// theirs").dont_see("// mine");
        let mut h = Harness::nowhere();
        h.resize(width, height)
            .see("Make a workspace")
            .see("Quit")
            .see("Make it one?")
            .see(".gitignore.");
    }
}

#[test]
fn titles_leave_the_corners_of_their_panes_alone() {
    for (screen, keys) in SCREENS {
        for (width, height) in SIZES {
            let mut h = Harness::sample();
            h.keys(keys).resize(width, height);
            for (pane, rect) in layout::layout(&h.state).panes {
                let (left, right) =
                    (&h.buffer[(rect.x, rect.y)], &h.buffer[(rect.right() - 1, rect.y)]);
                assert!(
                    "┌┏".contains(left.symbol()) && "┐┓".contains(right.symbol()),
                    "{screen} {width}x{height} {pane:?}\n{}",
                    h.screen()
                );
            }
        }
    }
}

#[test]
fn the_way_on_is_shown_on_every_size() {
    for (screen, keys) in SCREENS {
        for (width, height) in SIZES {
            let mut h = Harness::sample();
            h.keys(keys).resize(width, height).wait(60_000);
            assert!(h.position("F1 Help").is_some(), "{screen} {width}x{height}:\n{}", h.screen());
        }
    }
}

#[test]
fn the_pane_in_focus_gets_room_on_a_small_screen() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>scan<enter><alt-3>").resize(80, 24);
    let height =
        |h: &Harness, pane| layout::layout(&h.state).pane(pane).map_or(0, |rect| rect.height);
    for pane in [Pane::Payload, Pane::Logs, Pane::Result] {
        h.state.set_focus(pane);
        let others =
            [Pane::Payload, Pane::Logs, Pane::Result].into_iter().filter(|other| *other != pane);
        for other in others {
            assert!(height(&h, pane) > height(&h, other), "{pane:?} and {other:?}");
        }
    }
}

#[test]
fn a_long_name_leaves_the_keys_their_room() {
    let long = "greets_a_consumer_who_comes_back_after_a_long_time";
    let mut h = Harness::sample();
    h.resize(80, 24).keys(&format!("<home><f2><ctrl-k>{long}<enter><enter>"));
    let footer = h.rows()[23].clone();
    for word in ["greets_a_co…", "1:1", "Ctrl-S Save", "F5 Invoke", "F9 Deploy", "F1 Help"] {
        assert!(footer.contains(word), "{word} is not in {footer:?}");
    }
    h.see(long);
}

#[test]
fn a_hint_says_what_its_key_does_where_the_focus_is() {
    let mut h = Harness::sample();
    h.resize(100, 24);
    for (keys, hints) in [
        ("<alt-1>", ["Enter Edit", "Tab Events"]),
        ("<tab>", ["Enter Make lambda", "Tab Lambdas"]),
        ("<alt-4>", ["Tab Dead letters", "e Failed only"]),
        ("<tab>", ["Tab Runs", "e Failed only"]),
    ] {
        let footer = h.keys(keys).rows()[23].clone();
        for hint in hints {
            assert!(footer.contains(hint), "{hint} is not in {footer:?}");
        }
        assert!(!footer.contains("F6"), "it does what Tab does: {footer:?}");
    }
}

#[test]
fn what_one_needs_first_is_among_the_hints_of_a_small_screen() {
    let mut h = Harness::sample();
    h.resize(80, 24);
    for (keys, hints) in [
        ("<alt-1>", vec!["Enter Edit", "F5 Invoke", "F9 Deploy"]),
        ("<enter>", vec!["Ctrl-S Save", "F5 Invoke", "F9 Deploy"]),
        ("<ctrl-e>", vec!["Enter Insert path", "c Copy path"]),
        ("<alt-3>", vec!["F5 Invoke", "Ctrl-T Payloads"]),
        ("<f5>", vec!["F5 Invoke", "Esc Cancel"]),
    ] {
        let footer = h.keys(keys).rows()[23].clone();
        for hint in hints {
            assert!(footer.contains(hint), "{hint} is not in {footer:?}");
        }
    }
}
