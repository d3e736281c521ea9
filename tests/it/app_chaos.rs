//! Whatever a person does in whatever order: nothing panics, nothing is drawn where it does not belong, no text is lost.

use crate::app_kit::{Harness, log, name};
use lambdeck::app::action::{
    Action, AssistAction, DialogAction, EditorAction, InvokeAction, TreeAction,
};
use lambdeck::app::assist::place;
use lambdeck::app::command::COMMANDS;
use lambdeck::app::input::{Held, Input, Key, KeyCode, Mouse, MouseKind};
use lambdeck::app::job::TextId;
use lambdeck::app::keymap::{self, Meaning};
use lambdeck::app::layout;
use lambdeck::domain::{FailureKind, Level, Outcome, Place};
use lambdeck::ui;
use lambdeck::workspace::JournalKey;
use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect, Size};
use serde_json::json;
use std::collections::BTreeMap;

/// One thing that happens.
#[derive(Clone, Debug)]
enum Step {
    Key(Key),
    Paste(String),
    /// At a part of the screen's width and height, in percent.
    Mouse(u16, u16, MouseKind, Held),
    Resize(u16, u16),
    Wait(i64),
    /// The run under way writes or ends, if there is one.
    Log(u8),
    End(u8),
    Focus,
    /// Another program writes the file of `hello`, so many lines.
    Behind(usize),
}

fn held() -> impl Strategy<Value = Held> {
    let held = [(false, false), (true, false), (false, true)].map(|(alt, shift)| Held {
        alt,
        shift,
        ctrl: false,
    });
    prop::sample::select(held.to_vec())
}

fn key() -> impl Strategy<Value = Key> {
    let bound: Vec<Key> =
        COMMANDS.iter().flat_map(|command| command.parsed_keys().collect::<Vec<_>>()).collect();
    prop_oneof![
        6 => prop::sample::select(bound),
        2 => prop::sample::select("abc{}(\"/:1 ñ日\t".chars().collect::<Vec<_>>()).prop_map(|c| Key::plain(KeyCode::Char(c))),
        2 => prop::sample::select(vec![KeyCode::Enter, KeyCode::Down, KeyCode::Tab, KeyCode::Right]).prop_map(Key::plain),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let pastes = [
        "x",
        "two\nlines\r\n",
        "日本語 ñ\u{301} 👩‍👩‍👧",
        "\u{1b}[31m\u{0}\t\u{7f}",
        "{\"payload\":{\"a\":[1,2,{}]}}",
        "",
        "\n\n\n",
    ];
    let kinds = [
        MouseKind::Press(1),
        MouseKind::Press(2),
        MouseKind::Press(3),
        MouseKind::MiddlePress,
        MouseKind::Drag,
        MouseKind::Release,
        MouseKind::WheelUp,
        MouseKind::WheelDown,
    ];
    prop_oneof![
        30 => key().prop_map(Step::Key),
        2 => prop::sample::select(pastes.to_vec()).prop_map(|text| Step::Paste(text.to_owned())),
        1 => (1..400_usize).prop_map(|n| Step::Paste("long ".repeat(n))),
        8 => (0..=100_u16, 0..=100_u16, prop::sample::select(kinds.to_vec()), held()).prop_map(|(x, y, kind, held)| Step::Mouse(x, y, kind, held)),
        3 => (0..=200_u16, 0..=60_u16).prop_map(|(width, height)| Step::Resize(width, height)),
        1 => prop::sample::select(vec![(120, 36), (80, 24), (40, 12)]).prop_map(|(width, height)| Step::Resize(width, height)),
        2 => (0..20_000_i64).prop_map(Step::Wait),
        2 => any::<u8>().prop_map(Step::Log),
        2 => any::<u8>().prop_map(Step::End),
        1 => Just(Step::Focus),
        1 => (0..40_usize).prop_map(Step::Behind),
    ]
}

fn take(h: &mut Harness, step: &Step) {
    match step {
        Step::Key(key) => h.input(Input::Key(*key)),
        Step::Paste(text) => h.paste(text),
        Step::Mouse(x, y, kind, held) => {
            h.input(Input::Mouse(Mouse { at: place(h, *x, *y), kind: *kind, held: *held }))
        }
        Step::Resize(width, height) => h.resize(*width, *height),
        Step::Wait(ms) => h.wait(*ms),
        Step::Focus => h.input(Input::FocusGained),
        Step::Behind(lines) => {
            let path = h.disk.workspace().source_path(&name("hello"));
            if path.exists() {
                std::fs::write(path, "// another program's\n".repeat(*lines)).unwrap();
            }
            h.input(Input::FocusGained)
        }
        Step::Log(_) | Step::End(_) if h.runs.is_empty() => h,
        Step::Log(n) => h.logs((0..*n).map(|n| log(Level::Info, u32::from(n), "line\nand more 日本 \u{7}")).collect()),
        Step::End(n) => match n % 4 {
            0 => h.returns(json!({ "type": "systemMessage", "text": ["x".repeat(300), "日本"], "n": [1, 2.5, null] })),
            1 => h.fails(FailureKind::Script, "no function `f` and a long story ".repeat(9).trim(), Some(Place::new(900, 70))),
            2 => h.fails(FailureKind::TimedOut, "it ran longer than 30 s", None),
            _ => h.ends(Outcome::Cancelled),
        },
    };
}

fn place(h: &Harness, x: u16, y: u16) -> Position {
    let Size { width, height } = h.state.size;
    Position::new(width.saturating_sub(1) * x / 100, height.saturating_sub(1) * y / 100)
}

/// Every text that is open.
fn texts(h: &Harness) -> BTreeMap<TextId, String> {
    let codes = h.state.editor.documents.iter().map(|document| &document.pane);
    let payloads = h.state.invoke.sessions.values().map(|session| &session.payload);
    codes.chain(payloads).map(|pane| (pane.id, pane.buffer.text())).collect()
}

/// What is not on the disk is in the journal, and nothing else is.
fn check_journal(h: &Harness) {
    let codes = h.state.editor.documents.iter();
    let codes = codes.map(|document| (JournalKey::from(&document.file), &document.pane));
    let sessions = h.state.invoke.sessions.iter();
    let payloads =
        sessions.map(|(lambda, session)| (JournalKey::Payload(lambda.clone()), &session.payload));
    let unsaved: BTreeMap<JournalKey, String> = codes
        .chain(payloads)
        .filter(|(_, pane)| pane.buffer.is_dirty())
        .map(|(key, pane)| (key, pane.buffer.text()))
        .collect();
    assert_eq!(h.disk.journal, unsaved);
}

/// Whether a step is one that may change a text.
fn writes(h: &Harness, step: &Step) -> bool {
    match step {
        Step::Key(key) => match keymap::meaning(&h.state, *key) {
            Some(Meaning::Text(_)) => true,
            Some(Meaning::Command(command)) => matches!(
                command.action,
                Action::Text(_)
                    | Action::Find(_)
                    | Action::Editor(
                        EditorAction::Revert
                            | EditorAction::Fix
                            | EditorAction::Format
                            | EditorAction::CloseFile
                    )
                    | Action::Assist(AssistAction::Accept)
                    | Action::Tree(TreeAction::InsertPath)
                    | Action::Invoke(InvokeAction::FormatPayload | InvokeAction::ResetPayload)
                    | Action::Dialog(
                        DialogAction::Accept | DialogAction::Agree | DialogAction::Answer(_)
                    )
            ),
            None => false,
        },
        // The middle button pastes what was copied.
        Step::Paste(_) | Step::Behind(_) | Step::Mouse(_, _, MouseKind::MiddlePress, _) => true,
        // A question's answer, a completion that was clicked, or a double click in the payload tree.
        Step::Mouse(_, _, MouseKind::Press(n), _) => {
            let offered = h.state.editor.assist.offer.is_some();
            offered || !h.state.dialogs.is_empty() || *n == 2
        }
        _ => false,
    }
}

fn check(h: &Harness) {
    let screen = Rect::from((Position::ORIGIN, h.state.size));
    let mut again = Buffer::empty(screen);
    let cursor = ui::draw(&h.state, &h.theme, &mut again);
    assert_eq!(cursor, h.cursor, "the cursor moves by drawing");
    assert!(again == h.buffer, "drawing twice gives other cells:\n{}", h.screen());
    assert!(
        cursor.is_none_or(|cursor| screen.contains(cursor)),
        "{cursor:?} is outside of {screen}"
    );
    let layout = layout::layout(&h.state);
    let rects: Vec<Rect> = [layout.header, layout.tabs, layout.footer]
        .into_iter()
        .chain(layout.panes.iter().map(|(_, rect)| *rect))
        .filter(|rect| !rect.is_empty())
        .collect();
    for (index, rect) in rects.iter().enumerate() {
        assert_eq!(rect.intersection(screen), *rect, "outside of {screen}");
        for other in &rects[index + 1..] {
            assert!(!rect.intersects(*other), "{rect} and {other} overlap on {screen}");
        }
    }
    let outer = layout::dialog_layout(&h.state).outer;
    let framed: Vec<Rect> = if !h.state.dialogs.is_empty() {
        vec![outer]
    } else if h.state.notice.is_none() {
        layout.panes.iter().map(|(_, rect)| *rect).collect()
    } else {
        Vec::new()
    };
    for rect in framed.into_iter().filter(|rect| rect.width > 1 && rect.height > 1) {
        corners(h, rect);
    }
}

/// What is shown over the code may cover corners.
fn covers(h: &Harness) -> Vec<Rect> {
    let layout = layout::layout(&h.state);
    let list = place::offer(&h.state, &layout);
    let beside = list.and_then(|list| place::offer_card(&h.state, &layout, list));
    let others = [place::card(&h.state, &layout), place::call(&h.state, &layout)];
    [list, beside].into_iter().chain(others).flatten().collect()
}

fn corners(h: &Harness, rect: Rect) {
    let (right, bottom) = (rect.right() - 1, rect.bottom() - 1);
    let covers = covers(h);
    for (x, y, glyphs) in [
        (rect.x, rect.y, "┌┏"),
        (right, rect.y, "┐┓"),
        (rect.x, bottom, "└┗"),
        (right, bottom, "┘┛"),
    ] {
        if covers.iter().any(|cover| cover.contains((x, y).into())) {
            continue;
        }
        let symbol = h.buffer[(x, y)].symbol();
        assert!(
            glyphs.contains(symbol),
            "the corner of {rect} at {x},{y} is `{symbol}`:\n{}",
            h.screen()
        );
    }
}

fn session(steps: &[Step]) {
    let mut h = Harness::sample();
    check(&h);
    for step in steps {
        let (before, may_write) = (texts(&h), writes(&h, step));
        take(&mut h, step);
        check(&h);
        check_journal(&h);
        if !may_write {
            let after = texts(&h);
            for (id, text) in before {
                assert_eq!(after.get(&id), Some(&text), "{step:?} changed a text");
            }
        }
    }
}

/// Few cases at each build; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(16),
        max_shrink_iters: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn whatever_happens_the_app_holds_its_promises(steps in prop::collection::vec(step(), 1..80)) {
        session(&steps);
    }

    #[test]
    fn every_place_is_drawn_on_every_size(sizes in prop::collection::vec((0..=200_u16, 0..=60_u16), 12), small in prop::collection::vec((0..12_u16, 0..12_u16), 12)) {
        let mut h = Harness::sample();
        h.keeps_runs = true;
        let places = [
            "", "<f6>", "/gr", "<ctrl-n>", "conversation<enter>", "<enter>", "<enter>", "<ctrl-o>hello<enter>", "<ctrl-f>let", "<esc><f6>",
            "<tab>", "<ctrl-g>", "<esc><f5>", "<f6>", "<f6>", "<ctrl-t>", "<esc><alt-s>", "<esc><f1>", "<esc><ctrl-p>", "<esc><f10>",
            "<f10><alt-4>", "<f6>", "/gr", "<esc><f9>", "<esc><alt-1><f9><enter>v", "<esc><alt-4>", "<enter>", "<f6>", "s", "<esc>r",
        ];
        for (place, keys) in places.into_iter().enumerate() {
            h.keys(keys);
            for (width, height) in [sizes[place % 12], small[place % 12], (120, 36)] {
                h.resize(width, height);
                check(&h);
            }
        }
    }
}
