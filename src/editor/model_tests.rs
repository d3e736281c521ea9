//! Properties that every sequence of edits keeps.

use super::*;
use proptest::prelude::*;
use unicode_segmentation::UnicodeSegmentation;

#[derive(Clone, Debug)]
enum Act {
    Type(char),
    Newline,
    Tab,
    Indent,
    Outdent,
    Backspace,
    Delete,
    DeleteWordLeft,
    DeleteWordRight,
    DeleteLine,
    Duplicate,
    LinesUp,
    LinesDown,
    Paste(String),
    Cut,
    Comment,
    Replace(Position, Position, String),
    ReplaceAll(String),
    Place(Position),
    ExtendTo(Position),
    Move(Motion, Extend),
    SelectWord(Position),
    SelectLine(usize),
    SelectAll,
    DeleteToLineStart,
    DeleteToLineEnd,
    Unwrap,
    Join,
    Sort(SortOrder),
    Trim,
    Case,
    Expand,
    Shrink,
    ToggleCursor(Position),
    CursorsAbove,
    CursorsBelow,
    NextOccurrence,
    AllOccurrences,
    KeepPrimary,
    Undo,
    Redo,
}

fn run(buffer: &mut Buffer, act: &Act, now_ms: u64) {
    match act {
        Act::Type(c) => buffer.type_char(*c, now_ms),
        Act::Newline => buffer.newline(now_ms),
        Act::Tab => buffer.insert_tab(),
        Act::Indent => buffer.indent(),
        Act::Outdent => buffer.outdent(),
        Act::Backspace => buffer.backspace(),
        Act::Delete => buffer.delete(),
        Act::DeleteWordLeft => buffer.delete_word_left(),
        Act::DeleteWordRight => buffer.delete_word_right(),
        Act::DeleteLine => buffer.delete_line(),
        Act::Duplicate => buffer.duplicate_lines(),
        Act::LinesUp => buffer.move_lines_up(),
        Act::LinesDown => buffer.move_lines_down(),
        Act::Paste(text) => buffer.paste(text),
        Act::Cut => drop(buffer.cut()),
        Act::Comment => buffer.toggle_comment("//"),
        Act::Replace(from, to, text) => buffer.replace_range(*from..*to, text),
        Act::ReplaceAll(text) => buffer.replace_all_text(text),
        Act::Place(at) => buffer.place_cursor(*at),
        Act::ExtendTo(at) => buffer.extend_to(*at),
        Act::Move(motion, extend) => buffer.move_by(*motion, *extend),
        Act::SelectWord(at) => buffer.select_word_at(*at),
        Act::SelectLine(n) => buffer.select_line(*n),
        Act::SelectAll => buffer.select_all(),
        Act::DeleteToLineStart => buffer.delete_to_line_start(),
        Act::DeleteToLineEnd => buffer.delete_to_line_end(),
        Act::Unwrap => _ = buffer.unwrap(),
        Act::Join => buffer.join_lines(),
        Act::Sort(order) => _ = buffer.sort_lines(*order),
        Act::Trim => _ = buffer.trim_line_ends(),
        Act::Case => _ = buffer.turn_case(),
        Act::Expand => buffer.expand_selection(),
        Act::Shrink => _ = buffer.shrink_selection(),
        Act::ToggleCursor(at) => buffer.toggle_cursor_at(*at),
        Act::CursorsAbove => _ = buffer.add_cursors_above(),
        Act::CursorsBelow => _ = buffer.add_cursors_below(),
        Act::NextOccurrence => _ = buffer.select_next_occurrence(),
        Act::AllOccurrences => _ = buffer.select_all_occurrences(),
        Act::KeepPrimary => _ = buffer.keep_primary(),
        Act::Undo => drop(buffer.undo()),
        Act::Redo => drop(buffer.redo()),
    }
}

fn text() -> impl Strategy<Value = String> {
    proptest::collection::vec(
        prop_oneof![
            6 => "[a-c]{1,4}", 3 => Just(" ".to_owned()), 3 => Just("\n".to_owned()), 1 => Just("    ".to_owned()),
            1 => "[(){}\\[\\]/]", 1 => Just("\t".to_owned()), 1 => Just("👩‍👩‍👧".to_owned()),
            1 => Just("e\u{301}".to_owned()), 1 => Just("\u{301}".to_owned()), 1 => Just("🇩🇪".to_owned()),
            1 => Just("中".to_owned()), 1 => Just("\u{200d}".to_owned()), 1 => Just("\r".to_owned()),
        ],
        0..30,
    )
    .prop_map(|parts| parts.concat())
}

fn place() -> impl Strategy<Value = Position> {
    (0usize..8, 0usize..12).prop_map(|(line, column)| Position::new(line, column))
}

fn motion() -> impl Strategy<Value = Motion> {
    proptest::sample::select(vec![
        Motion::Left,
        Motion::Right,
        Motion::Up,
        Motion::Down,
        Motion::WordLeft,
        Motion::WordRight,
        Motion::LineStart,
        Motion::LineEnd,
        Motion::PageUp(3),
        Motion::PageDown(3),
        Motion::DocumentStart,
        Motion::DocumentEnd,
        Motion::ParagraphUp,
        Motion::ParagraphDown,
        Motion::MatchingBracket,
    ])
}

fn edit() -> impl Strategy<Value = Act> {
    prop_oneof![
        8 => proptest::sample::select(vec!['a', ' ', '{', '}', ')', '\u{301}', '\u{200d}', '👩', '🇩', '中', '\t', '\n'])
            .prop_map(Act::Type),
        2 => Just(Act::Newline),
        1 => Just(Act::Tab),
        1 => Just(Act::Indent),
        1 => Just(Act::Outdent),
        4 => Just(Act::Backspace),
        2 => Just(Act::Delete),
        1 => Just(Act::DeleteWordLeft),
        1 => Just(Act::DeleteWordRight),
        1 => Just(Act::DeleteLine),
        1 => Just(Act::Duplicate),
        1 => Just(Act::LinesUp),
        1 => Just(Act::LinesDown),
        2 => text().prop_map(Act::Paste),
        1 => Just(Act::Cut),
        1 => Just(Act::Comment),
        1 => Just(Act::DeleteToLineStart),
        1 => Just(Act::DeleteToLineEnd),
        1 => Just(Act::Unwrap),
        1 => Just(Act::Join),
        1 => proptest::sample::select(vec![SortOrder::Exact, SortOrder::IgnoringCase]).prop_map(Act::Sort),
        1 => Just(Act::Trim),
        1 => Just(Act::Case),
        1 => (place(), place(), text()).prop_map(|(from, to, text)| Act::Replace(from, to, text)),
        1 => text().prop_map(Act::ReplaceAll),
    ]
}

fn movement() -> impl Strategy<Value = Act> {
    prop_oneof![
        2 => place().prop_map(Act::Place),
        2 => place().prop_map(Act::ExtendTo),
        4 => (motion(), proptest::sample::select(vec![Extend::Move, Extend::Select]))
            .prop_map(|(motion, extend)| Act::Move(motion, extend)),
        1 => place().prop_map(Act::SelectWord),
        1 => (0usize..8).prop_map(Act::SelectLine),
        1 => Just(Act::SelectAll),
        1 => Just(Act::Expand),
        1 => Just(Act::Shrink),
        4 => place().prop_map(Act::ToggleCursor),
        1 => Just(Act::CursorsAbove),
        1 => Just(Act::CursorsBelow),
        2 => Just(Act::NextOccurrence),
        1 => Just(Act::AllOccurrences),
        1 => Just(Act::KeepPrimary),
    ]
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![5 => edit(), 3 => movement(), 1 => Just(Act::Undo), 1 => Just(Act::Redo)]
}

fn on_boundary(buffer: &Buffer, at: Position) -> bool {
    let line = buffer.line(at.line);
    let mut column = 0;
    at.line < buffer.line_count()
        && (at.column == 0
            || line.graphemes(true).any(|cluster| {
                column += cluster.chars().count();
                column == at.column
            }))
}

fn whole_selection(buffer: &Buffer) -> (Position, Vec<position::Selection>) {
    (buffer.cursor(), buffer.selections())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn undo_is_the_inverse_of_every_edit_and_redo_of_undo(
        start in text(), acts in proptest::collection::vec((prop_oneof![5 => edit(), 2 => movement()], 0u64..900), 0..30),
    ) {
        let mut buffer = Buffer::new(&start);
        let origin = buffer.rope().to_string();
        let mut now_ms = 0;
        for (act, pause_ms) in &acts {
            now_ms += pause_ms;
            run(&mut buffer, act, now_ms);
        }
        let end = buffer.rope().to_string();
        let mut texts = vec![(end.clone(), whole_selection(&buffer))];
        while buffer.undo() {
            texts.push((buffer.rope().to_string(), whole_selection(&buffer)));
        }
        prop_assert_eq!(buffer.rope().to_string(), origin);
        prop_assert!(!buffer.is_dirty());
        while texts.len() > 1 {
            prop_assert_eq!(buffer.rope().to_string(), texts.pop().unwrap().0);
            prop_assert!(buffer.redo());
        }
        prop_assert!(!buffer.redo());
        prop_assert_eq!(buffer.rope().to_string(), end);
    }

    #[test]
    fn one_undo_brings_cursors_and_selections_back(
        start in text(), from in place(), to in place(), acts in proptest::collection::vec(movement(), 0..4), act in edit(),
    ) {
        let mut buffer = Buffer::new(&start);
        buffer.select(from, to);
        for act in &acts {
            run(&mut buffer, act, 0);
        }
        let before = (buffer.rope().to_string(), whole_selection(&buffer));
        run(&mut buffer, &act, 0);
        let after = (buffer.rope().to_string(), whole_selection(&buffer));
        if buffer.undo() {
            prop_assert_eq!((buffer.rope().to_string(), whole_selection(&buffer)), before);
            prop_assert!(buffer.redo());
            prop_assert_eq!((buffer.rope().to_string(), whole_selection(&buffer)), after);
        } else {
            prop_assert_eq!(before.0, after.0, "what cannot be undone has changed nothing");
        }
    }

    #[test]
    fn cursors_stand_in_the_text_in_order_apart_and_never_inside_a_cluster(
        start in text(), acts in proptest::collection::vec(act(), 0..40),
    ) {
        let mut buffer = Buffer::new(&start);
        for act in &acts {
            run(&mut buffer, act, 0);
            let all = buffer.selections();
            prop_assert_eq!(all.len(), buffer.cursor_count());
            for selection in &all {
                for end in [selection.anchor, selection.head] {
                    prop_assert!(on_boundary(&buffer, end), "{:?} after {:?} in {:?}", end, act, buffer.text());
                }
            }
            for pair in all.windows(2) {
                let ((_, end), (start, _)) = (pair[0].ordered(), pair[1].ordered());
                let apart = end < start || (end == start && !pair[0].is_empty() && !pair[1].is_empty());
                prop_assert!(apart, "{:?} after {:?} in {:?}", pair, act, buffer.text());
            }
            for n in 0..buffer.line_count() {
                let on = all.iter().filter(|s| s.ordered().0.line <= n && n <= s.ordered().1.line);
                let here = buffer.cursor().line <= n || buffer.selection().is_some();
                prop_assert!(on.count() <= buffer.others_on(n).count() + usize::from(here));
            }
        }
    }

    #[test]
    fn line_changes_tell_the_truth(start in text(), acts in proptest::collection::vec(act(), 0..40)) {
        let mut buffer = Buffer::new(&start);
        let lines_of = |buffer: &Buffer| -> Vec<Option<String>> {
            (0..buffer.line_count()).map(|n| Some(buffer.line(n).into_owned())).collect()
        };
        let mut mirror = lines_of(&buffer);
        for (index, act) in acts.iter().enumerate() {
            run(&mut buffer, act, index as u64);
            if index % 3 == 0 {
                continue;
            }
            for change in buffer.take_changes() {
                let old = change.first_line..change.first_line + change.old_lines;
                prop_assert!(old.end <= mirror.len(), "{:?} of {} lines", change, mirror.len());
                mirror.splice(old, std::iter::repeat_n(None, change.new_lines));
            }
            let lines = lines_of(&buffer);
            prop_assert_eq!(mirror.len(), lines.len());
            for (told, line) in mirror.iter_mut().zip(lines) {
                prop_assert!(told.is_none() || *told == line, "a line changed that no change names");
                *told = line;
            }
        }
    }

    #[test]
    fn it_agrees_with_a_plain_string(
        start in "[ab \n中]{0,30}",
        acts in proptest::collection::vec((0usize..40, 0usize..40, "[xy\n中]{0,5}", 0u8..4), 0..20),
    ) {
        let mut buffer = Buffer::new(&start);
        let mut model: Vec<char> = start.chars().collect();
        for (from, to, text, kind) in acts {
            let (from, to) = (from.min(model.len()), to.min(model.len()));
            let (low, high) = (from.min(to), from.max(to));
            let position = |index: usize| {
                let before: String = model[..index].iter().collect();
                let line = before.matches('\n').count();
                Position::new(line, before.chars().rev().take_while(|c| *c != '\n').count())
            };
            let (start, end) = (position(low), position(high));
            buffer.select(start, end);
            let expected: String = model[low..high].iter().collect();
            prop_assert_eq!(buffer.selected_text().unwrap_or_default(), expected.clone());
            match kind {
                0 => {
                    buffer.paste(&text);
                    model.splice(low..high, text.chars());
                }
                1 => {
                    buffer.replace_range(start..end, &text);
                    model.splice(low..high, text.chars());
                }
                2 if low < high => {
                    prop_assert_eq!(buffer.cut(), expected);
                    model.drain(low..high);
                }
                _ if low < high => {
                    buffer.backspace();
                    model.drain(low..high);
                }
                _ => {}
            }
            prop_assert_eq!(buffer.text(), model.iter().collect::<String>());
        }
    }
}
