//! Several cursors at once, by keys and mouse.

use crate::app_kit::Harness;
use lambdeck::app::state::ThemeName;
use lambdeck::ui::ColorMode;

const SOURCE: &str = "let user = 1;\nlet other = user + 2;\nlet users = user;\n";

fn cursors(h: &Harness) -> usize {
    h.state.document().unwrap().pane.buffer.cursor_count()
}

#[test]
fn the_next_occurrences_of_a_word_are_taken_and_changed_together() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<ctrl-right><right><ctrl-d>").see("1 of 3 selected");
    h.keys("<ctrl-d>").see("2 of 3 selected").keys("<ctrl-d>").see("3 of 3 selected");
    h.keys("who");
    assert_eq!(h.text(), "let who = 1;\nlet other = who + 2;\nlet users = who;\n");
    h.keys("<ctrl-z>");
    assert_eq!(h.text(), SOURCE, "one step at all cursors");
    assert_eq!(cursors(&h), 3);
    h.keys("<ctrl-y><esc>");
    assert_eq!(cursors(&h), 1);
    h.keys("!");
    assert_eq!(h.text().matches('!').count(), 1);
}

#[test]
fn all_occurrences_at_once_and_one_again_with_esc() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<ctrl-right><right><alt-a>").see("3 of 3 selected; Esc leaves one cursor");
    h.keys("<alt-u>").see("UPPER CASE");
    assert_eq!(h.text(), "let USER = 1;\nlet other = USER + 2;\nlet users = USER;\n");
    h.keys("<left><esc><esc>x");
    assert_eq!(h.text().matches('x').count(), 1);
    h.keys("<ctrl-home><ctrl-end><ctrl-d>").see("There is no word at the cursor");
}

#[test]
fn a_column_of_cursors_grows_by_keys_and_a_paste_gives_each_its_line() {
    let mut h = Harness::editing("a\nb\nc\n");
    h.keys("<ctrl-alt-down><alt-k>").see("3 cursors; Esc leaves one").keys("- <end>;");
    assert_eq!(h.text(), "- a;\n- b;\n- c;\n");
    h.paste("1\r\n2\r\n3");
    assert_eq!(h.text(), "- a;1\n- b;2\n- c;3\n");
    h.keys("<backspace><backspace><ctrl-k>");
    assert_eq!(h.text(), "");
    h.keys("<ctrl-z><ctrl-z><ctrl-z>");
    assert_eq!(h.text(), "- a;\n- b;\n- c;\n");
    h.keys("<esc><ctrl-home><alt-i>").see("There is no further line for a cursor");
}

#[test]
fn what_several_cursors_cut_they_paste_back_each_its_own() {
    let mut h = Harness::editing("one\ntwo\n");
    h.keys("<alt-k><shift-end><ctrl-x>");
    assert_eq!((h.text().as_str(), h.copied()), ("\n\n", Some("one\ntwo")));
    h.keys("<<ctrl-v>>");
    assert_eq!(h.text(), "<one>\n<two>\n");
}

#[test]
fn alt_and_a_click_put_a_cursor_and_take_it_away() {
    let mut h = Harness::editing(SOURCE);
    let (first, second) = (h.find("other"), h.find("users"));
    h.alt_click(first).see("2 cursors").alt_click(second);
    assert_eq!(cursors(&h), 3);
    assert_eq!(h.cursor, Some(second), "the last one is the terminal's own");
    h.alt_click(first);
    assert_eq!(cursors(&h), 2);
    h.keys("_");
    assert_eq!(h.text(), "_let user = 1;\nlet other = user + 2;\nlet _users = user;\n");
    h.click("other");
    assert_eq!(cursors(&h), 1, "a plain click leaves one");
}

#[test]
fn every_cursor_is_seen_in_every_colour_mode_also_behind_the_end_of_a_line() {
    for mode in [ColorMode::True, ColorMode::Indexed, ColorMode::Ansi, ColorMode::None] {
        let mut h = Harness::editing("alpha\nbeta\n\n");
        h.theme(ThemeName::Dark, mode);
        let plain = h.style_of("lpha");
        let at = h.find("alpha");
        h.keys("<alt-k>");
        assert_ne!(h.style_of("alpha"), plain, "{mode:?}");
        h.keys("<end><alt-k>");
        let behind = &h.buffer[(at.x + 5, at.y)];
        assert_ne!(behind.style(), h.buffer[(at.x + 9, at.y)].style(), "{mode:?}");
    }
}

#[test]
fn cursors_work_in_the_payload_too() {
    let mut h = Harness::editing(SOURCE);
    h.keys("<alt-3><ctrl-a><delete>").paste("{\"a\": 1, \"b\": 1}").keys("<ctrl-home>");
    h.keys("<ctrl-right><right><right><right><right>");
    h.state.set_focus(lambdeck::app::state::Pane::Payload);
    h.keys("<ctrl-d><ctrl-d>").see("2 of 2 selected").keys("27");
    assert_eq!(h.payload(), "{\"a\": 27, \"b\": 27}");
}
