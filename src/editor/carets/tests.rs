use super::super::marked::{after, buffer, drawn};
use super::super::{Extend, Motion};
use super::*;

fn each(before: &str, act: impl FnOnce(&mut Buffer)) -> String {
    after(before, act)
}

#[test]
fn typing_and_deleting_happen_at_every_cursor_and_are_one_step() {
    assert_eq!(each("a|b\nc|d", |b| b.type_char('x', 0)), "ax|b\ncx|d");
    assert_eq!(each("a^b|c a^b|c", |b| b.type_char('x', 0)), "ax|c ax|c");
    assert_eq!(each("ab|c|d", Buffer::backspace), "a|d", "cursors that meet become one");
    assert_eq!(each("foo| bar|", Buffer::delete_word_left), "| |");
    assert_eq!(each("a|\n|b", Buffer::delete), "a|", "a deletion may reach the next cursor");
    assert_eq!(each("{|\n  {|", |b| b.newline(0)), "{\n    |\n  {\n      |");
    assert_eq!(each("a|b\ncc|d", Buffer::insert_tab), "a   |b\ncc  |d");
}

#[test]
fn a_step_joins_what_is_typed_at_all_cursors() {
    let mut buffer = buffer("|\n|");
    "foo".chars().for_each(|c| buffer.type_char(c, 0));
    assert_eq!(drawn(&buffer), "foo|\nfoo|");
    assert!(buffer.undo());
    assert_eq!(drawn(&buffer), "|\n|");
    assert!(!buffer.can_undo());
    buffer.redo();
    assert_eq!(drawn(&buffer), "foo|\nfoo|");
}

#[test]
fn commands_on_lines_take_each_line_once() {
    assert_eq!(each("a|a|\nb\nc|", Buffer::indent), "    a|a|\nb\n    c|");
    assert_eq!(each("a|\nb\nc|\n", |b| b.toggle_comment("//")), "// a|\nb\n// c|\n");
    assert_eq!(each("a|\nb\nc|\nd", Buffer::delete_line), "b|\nd|");
    assert_eq!(each("a|\nb\nc|", Buffer::duplicate_lines), "a\na|\nb\nc\nc|");
    assert_eq!(each("a\nb|\nc|\nd", Buffer::move_lines_up), "b|\nc|\na\nd");
    assert_eq!(each("a\nb|\nc|\nd", Buffer::move_lines_down), "a\nd\nb|\nc|");
    assert_eq!(each("a|\nb\nc|\nd", Buffer::move_lines_down), "b\na|\nd\nc|");
}

#[test]
fn motions_move_every_cursor_and_those_that_meet_become_one() {
    let mut buffer = buffer("ab|cd\nx|y");
    buffer.move_by(Motion::Right, Extend::Select);
    assert_eq!(drawn(&buffer), "ab^c|d\nx^y|");
    buffer.move_by(Motion::LineEnd, Extend::Move);
    assert_eq!(drawn(&buffer), "abcd|\nxy|");
    buffer.move_by(Motion::Down, Extend::Move);
    assert_eq!(drawn(&buffer), "abcd\nxy|");
    assert_eq!(buffer.cursor_count(), 1);
}

#[test]
fn every_cursor_keeps_a_cell_of_its_own_over_short_lines() {
    let mut buffer = buffer("a|bcd|\n\nabcdef");
    buffer.move_by(Motion::Down, Extend::Move);
    assert_eq!(drawn(&buffer), "abcd\n|\nabcdef");
    let mut buffer = super::super::marked::buffer("a|bc\n12345|\n\nabcdef");
    buffer.move_by(Motion::Down, Extend::Move);
    buffer.move_by(Motion::Down, Extend::Move);
    assert_eq!(drawn(&buffer), "abc\n12345\n|\nabcde|f");
}

#[test]
fn one_cursor_is_left_with_its_selection() {
    let mut buffer = buffer("a^b|c a^b|c");
    assert!(buffer.keep_primary());
    assert_eq!(drawn(&buffer), "abc a^b|c");
    assert!(!buffer.keep_primary());
}

#[test]
fn a_change_elsewhere_moves_the_other_cursors_along() {
    let mut buffer = buffer("one| two|");
    buffer.replace_range(Position::new(0, 0)..Position::new(0, 1), "ZZZ");
    assert_eq!(drawn(&buffer), "ZZZ|ne| two");
    let mut buffer = super::super::marked::buffer("one\ntwo|\nthree|");
    buffer.replace_all_text("zero\none\ntwo\nthree");
    assert_eq!(drawn(&buffer), "zero\none\ntwo|\nthree|");
}

#[test]
fn ten_thousand_cursors_cost_as_many_steps() {
    let mut buffer = Buffer::new(&"ab\n".repeat(10_000));
    buffer.select_all_occurrences();
    assert_eq!(buffer.cursor_count(), 10_000);
    buffer.type_char('x', 0);
    assert_eq!(buffer.text(), "x\n".repeat(10_000));
    buffer.undo();
    assert_eq!(buffer.cursor_count(), 10_000);
}
