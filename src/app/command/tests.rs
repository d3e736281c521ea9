//! What has to hold of the table as a whole.

use super::*;
use crate::app::action::{
    ActivityAction, AppAction, AssistAction, DeployAction, DialogAction, EditorAction, FieldAction,
    FindAction, InvokeAction, LambdasAction, ListAction, OutputAction, RunAction, SearchAction,
    SettingsAction, Step, TextAction, TreeAction, Turn,
};
use crate::app::input::KeyCode;
use crate::app::keymap::STACKS;
use crate::app::state::Screen;
use crate::editor::SortOrder;
use std::collections::{BTreeMap, BTreeSet};

/// The spelling of a key in the table, made from what [`Key::parse`] understood of it.
fn spelling(key: Key) -> String {
    let shown = key.to_string();
    let name = shown.rsplit_once('-').map_or(shown.as_str(), |(_, name)| name);
    let mut text = String::new();
    for (held, prefix) in [(key.ctrl, "ctrl-"), (key.alt, "alt-"), (key.shift, "shift-")] {
        text.push_str(if held { prefix } else { "" });
    }
    text.push_str(&match key.code {
        KeyCode::Char(' ') => "space".to_owned(),
        KeyCode::Char(c) => c.to_string(),
        KeyCode::PageUp => "pageup".to_owned(),
        KeyCode::PageDown => "pagedown".to_owned(),
        KeyCode::Delete => "delete".to_owned(),
        KeyCode::Insert => "insert".to_owned(),
        _ => name.to_lowercase(),
    });
    text
}

/// Why a terminal without extensions cannot send this key, or not tell it from another.
fn unsafe_key(key: Key) -> Option<&'static str> {
    match key.code {
        KeyCode::Char('i' | 'm' | 'h' | '[') if key.ctrl => {
            Some("the same byte as Tab, Enter, Backspace or Esc")
        }
        KeyCode::Char(c) if key.ctrl && c.is_ascii_digit() => {
            Some("control and a digit has no byte")
        }
        KeyCode::Char(c) if key.alt && c.is_ascii_uppercase() => {
            Some("alt, shift and a letter is often taken")
        }
        KeyCode::Char('[' | 'O') if key.alt => Some("begins an escape sequence"),
        KeyCode::Char(c) if key.ctrl && !c.is_ascii_lowercase() && !" /\\]^".contains(c) => {
            Some("has no byte")
        }
        KeyCode::Enter | KeyCode::Backspace if key.ctrl || key.shift => {
            Some("the same byte as without")
        }
        KeyCode::Enter if key.alt => Some("full screen in several terminals"),
        KeyCode::Esc if key.ctrl || key.alt || key.shift => Some("the same byte as without"),
        KeyCode::Tab if key.ctrl || key.alt => Some("taken by the terminal or the window manager"),
        KeyCode::F(11) => Some("full screen in most terminals"),
        KeyCode::F(n) if n == 0 || n > 12 => Some("no such key"),
        _ => None,
    }
}

#[test]
fn every_key_is_read_as_it_is_written() {
    for command in COMMANDS {
        for text in command.keys {
            let key =
                Key::parse(text).unwrap_or_else(|| panic!("{}: `{text}` is no key", command.id));
            assert_eq!(spelling(key), *text, "{}: a part of the key is lost", command.id);
        }
    }
}

#[test]
fn ids_are_unique_and_named_after_their_context_or_object() {
    let mut seen = BTreeSet::new();
    for command in COMMANDS {
        assert!(seen.insert(command.id), "{} twice", command.id);
        let (_, name) = command.id.split_once('.').expect("an id has two parts");
        assert!(name.chars().all(|c| c.is_ascii_lowercase() || c == '_'), "{}", command.id);
    }
}

#[test]
fn no_two_commands_of_a_context_share_a_key() {
    let mut taken = BTreeMap::new();
    for command in COMMANDS {
        for key in command.parsed_keys() {
            if let Some(other) = taken.insert((command.context, key), command.id) {
                panic!("{key} is {other} and {} in {:?}", command.id, command.context);
            }
        }
    }
}

#[test]
fn every_command_with_a_key_has_one_that_any_terminal_sends_and_shows_that_one() {
    for command in COMMANDS {
        let Some(shown) = command.shown_key() else { continue };
        assert_eq!(unsafe_key(shown), None, "{}: {shown} is shown", command.id);
    }
}

#[test]
fn titles_are_short_and_docs_are_sentences() {
    for command in COMMANDS {
        let Command { id, title, doc, .. } = command;
        assert!((1..=32).contains(&title.chars().count()), "{id}: {title}");
        assert!(title.starts_with(char::is_uppercase) && !title.ends_with('.'), "{id}: {title}");
        assert!(doc.ends_with('.') && doc.starts_with(char::is_uppercase), "{id}: {doc}");
        assert!(!doc.contains("  ") && doc.chars().count() <= 90, "{id}: {doc}");
    }
}

#[test]
fn hints_of_a_context_have_an_order() {
    let mut ranks = BTreeMap::new();
    for command in COMMANDS.iter().filter(|command| command.rank > 0) {
        assert!(!command.keys.is_empty(), "{}: a hint without a key", command.id);
        if let Some(other) = ranks.insert((command.context, command.rank), command) {
            assert_eq!(
                other.action, command.action,
                "{} and {} have one rank",
                other.id, command.id
            );
        }
    }
}

#[test]
fn the_markdown_table_has_every_command_with_a_key() {
    let table = markdown();
    for command in COMMANDS.iter().filter(|command| !command.keys.is_empty()) {
        let row = table.lines().find(|line| {
            line.contains(&format!("| {}: ", command.title)) && {
                command
                    .parsed_keys()
                    .all(|key| line.contains(&format!("`{}`", key_in_markdown(key))))
            }
        });
        assert!(row.is_some(), "{}", command.id);
    }
    for line in table.lines().filter(|line| line.starts_with("| ")) {
        assert_eq!(line.replace("\\|", "").matches('|').count(), 3, "{line}");
    }
}

#[test]
fn every_context_has_a_title_and_a_command() {
    for (context, title) in Context::TITLES {
        assert_eq!(context.title(), *title);
        assert!(COMMANDS.iter().any(|command| command.context == *context), "{title}");
    }
    for command in COMMANDS {
        assert!(!command.context.title().is_empty(), "{}", command.id);
    }
}

/// A key of an outer context that an inner one takes: inner command, outer command, why that is right.
const SHADOWED: &[(&str, &str, &str)] = &[
    ("assist.up", "text.up", "only while completions are shown, and then these keys are theirs"),
    (
        "assist.down",
        "text.down",
        "only while completions are shown, and then these keys are theirs",
    ),
    (
        "assist.page_up",
        "text.page_up",
        "only while completions are shown, and then these keys are theirs",
    ),
    (
        "assist.page_down",
        "text.page_down",
        "only while completions are shown, and then these keys are theirs",
    ),
    (
        "assist.accept",
        "text.indent",
        "only while completions are shown, and then these keys are theirs",
    ),
    (
        "assist.accept_chosen",
        "text.newline",
        "only while completions are shown, and then these keys are theirs",
    ),
    (
        "assist.accept",
        "holes.next",
        "only while completions are shown, and then these keys are theirs",
    ),
    ("assist.close", "app.dismiss", "Esc closes the innermost thing"),
    ("holes.next", "text.indent", "only while something is to be filled in"),
    ("holes.previous", "text.outdent", "only while something is to be filled in"),
    (
        "sidebar.back",
        "app.dismiss",
        "Esc closes the innermost thing: from the sidebar it goes back to the code",
    ),
    ("find.close", "app.dismiss", "Esc closes the innermost thing: the bar"),
    (
        "find.replace_this",
        "find.next",
        "Enter in the second field replaces; F3 and the arrows turn to the next match",
    ),
    ("invoke.cancel", "app.dismiss", "only while a run is under way, and then Esc means that"),
    (
        "field.delete_word",
        "editor.close_file",
        "in a field it is the shell's key for the word before",
    ),
    ("invoke.save", "editor.save", "beside the code, the payload is what has the cursor"),
    ("invoke.format", "editor.format", "beside the code, the payload is what has the cursor"),
    ("invoke.older_run", "code.back", "beside the code, the runs belong to the payload"),
    ("invoke.newer_run", "code.forward", "beside the code, the runs belong to the payload"),
    ("invoke.next_problem", "editor.next_problem", "the problems of the text with the cursor"),
    (
        "invoke.previous_problem",
        "editor.previous_problem",
        "the problems of the text with the cursor",
    ),
    ("find.close", "invoke.cancel", "the innermost thing first: a second Esc cancels the run"),
    ("calls.open", "output.source", "Enter on a call opens it; the failure's line is a tab away"),
    ("calls.close", "app.dismiss", "Esc closes the innermost thing: the call that is open"),
    ("run.close", "app.dismiss", "Esc closes the innermost thing: a message first, then the run"),
    ("calls.close", "run.close", "Esc closes the innermost thing: the call that is open"),
    ("tree.toggle", "list.page_down", "Space folds in a tree; PgDn is there for the screenful"),
];

#[test]
fn a_key_hides_another_only_where_that_is_meant() {
    let mut used = BTreeSet::new();
    let mut unmeant = Vec::new();
    for (place, stack) in STACKS {
        let mut inner: BTreeMap<Key, &Command> = BTreeMap::new();
        for context in *stack {
            for command in COMMANDS.iter().filter(|command| command.context == *context) {
                for key in command.parsed_keys() {
                    let Some(first) = inner.get(&key) else {
                        inner.insert(key, command);
                        continue;
                    };
                    if first.action == command.action {
                        continue;
                    }
                    let pair = (first.id, command.id);
                    if !SHADOWED.iter().any(|(a, b, _)| (*a, *b) == pair) {
                        unmeant.push(format!(
                            "{place}: {key} is {} and hides {}",
                            first.id, command.id
                        ));
                    }
                    used.insert(pair);
                }
            }
        }
    }
    assert!(unmeant.is_empty(), "{}", unmeant.join("\n"));
    for (a, b, why) in SHADOWED {
        assert!(used.contains(&(*a, *b)), "{a} does not hide {b} any more ({why})");
    }
}

#[test]
fn a_letter_is_bound_only_where_it_is_not_text() {
    // The number of a version finds it, without a blank.
    let is_meant = |command: &Command| command.id == "versions.mark";
    for (place, stack) in STACKS {
        let Some(text) = stack.iter().position(|context| context.takes_text()) else { continue };
        let above = COMMANDS.iter().filter(|command| stack[..text].contains(&command.context));
        for command in above.filter(|command| !is_meant(command)) {
            for key in command.parsed_keys() {
                assert_eq!(key.typed(), None, "{place}: {} takes the letter {key}", command.id);
            }
        }
    }
}

/// Every action that carries something, with each thing it can carry, and those of the table.
fn all_actions() -> Vec<Action> {
    let mut all = Vec::new();
    for turn in [Turn::Next, Turn::Previous] {
        all.extend([
            Action::App(AppAction::TurnScreen(turn)),
            Action::App(AppAction::TurnPane(turn)),
            Action::Editor(EditorAction::TurnProblem(turn)),
            Action::Editor(EditorAction::TurnTab(turn)),
            Action::Editor(EditorAction::TurnFile(turn)),
            Action::Assist(AssistAction::TurnHole(turn)),
            Action::Invoke(InvokeAction::TurnProblem(turn)),
            Action::Invoke(InvokeAction::TurnRun(turn)),
            Action::Output(OutputAction::TurnTab(turn)),
            Action::Dialog(DialogAction::TurnPart(turn)),
            Action::Dialog(DialogAction::ScrollPreview(turn)),
            Action::Dialog(DialogAction::TurnChange(turn)),
            Action::Text(TextAction::AddCursor(turn)),
        ]);
    }
    all.extend(Screen::ALL.map(|screen| Action::App(AppAction::Show(screen))));
    let steps = [
        Step::Left,
        Step::Right,
        Step::Up,
        Step::Down,
        Step::WordLeft,
        Step::WordRight,
        Step::LineStart,
        Step::LineEnd,
        Step::PageUp,
        Step::PageDown,
        Step::ParagraphUp,
        Step::ParagraphDown,
        Step::TextStart,
        Step::TextEnd,
        Step::Bracket,
    ];
    all.extend(steps.into_iter().flat_map(|step| {
        [Action::Text(TextAction::Move(step)), Action::Text(TextAction::Select(step))]
    }));
    for order in [SortOrder::Exact, SortOrder::IgnoringCase] {
        all.push(Action::Text(TextAction::SortLines(order)));
    }
    all.extend(COMMANDS.iter().map(|command| command.action));
    all
}

/// Actions without a row, and who does them.
const INTERNAL: &[(Action, &str)] = &[
    (
        Action::Text(TextAction::Select(Step::ParagraphUp)),
        "the selection goes by lines, words and screenfuls",
    ),
    (
        Action::Text(TextAction::Select(Step::ParagraphDown)),
        "the selection goes by lines, words and screenfuls",
    ),
    (
        Action::Text(TextAction::Select(Step::Bracket)),
        "the selection goes by lines, words and screenfuls",
    ),
];

#[test]
fn every_action_has_a_row() {
    for action in all_actions() {
        let internal = INTERNAL.iter().any(|(internal, _)| *internal == action);
        assert_eq!(command_for(action).is_none(), internal, "{action:?}");
    }
    let rows: BTreeSet<&str> = COMMANDS.iter().map(|command| kind(command.action)).collect();
    let missing: Vec<_> = KINDS.iter().filter(|kind| !rows.contains(**kind)).collect();
    assert!(missing.is_empty(), "without a row: {missing:?}");
}

/// Names each variant of each action, whatever it carries; a new one does not compile until it is here.
macro_rules! kinds {
    ($($outer:ident, $inner:ident: $($variant:ident $(($carried:tt))?),*;)*) => {
        const KINDS: &[&str] = &[$($(concat!(stringify!($outer), " ", stringify!($variant))),*),*];

        fn kind(action: Action) -> &'static str {
            match action {
                $($(Action::$outer($inner::$variant $(($carried))?) => concat!(stringify!($outer), " ", stringify!($variant)),)*)*
            }
        }
    };
}

kinds! {
    App, AppAction: Quit, Help, Palette, Commands, Show(_), TurnScreen(_), TurnPane(_), Maximise, NewLambda, OpenLambda, Search, Invoke,
        ChooseTheme, ProbeKeys, ToggleMouse, Suspend, Redraw, Reload, Dismiss;
    List, ListAction: Up, Down, PageUp, PageDown, First, Last;
    Lambdas, LambdasAction: Open, Invoke, Connect, SetUp, Rename, Duplicate, Delete, Filter, Problems;
    Text, TextAction: Move(_), Select(_), SelectAll, Newline, Indent, Outdent, Backspace, Delete, DeleteWordLeft,
        DeleteWordRight, DeleteLine, DuplicateLines, MoveLinesUp, MoveLinesDown, DeleteToLineStart, DeleteToLineEnd, JoinLines,
        SortLines(_), TurnCase, TrimLineEnds, Unwrap, SelectLine, ExpandSelection, ShrinkSelection, AddCursor(_),
        NextOccurrence, AllOccurrences, ToggleComment, Undo, Redo, Cut, Copy,
        Paste, Find, Replace, ToggleWrap, ToggleBlanks, ToggleFold, FoldAll, UnfoldAll, FindNext, FindPrevious, GoToLine;
    Find, FindAction: Close, ToggleCase, ToggleWord, ToggleRegex, ToggleWithin, TurnPart, Replace, ReplaceAll;
    Editor, EditorAction: Save, Overwrite, Revert, Format, Fix, TurnProblem(_), ToggleSidebar, FocusSidebar, TurnTab(_), OpenProblem,
        TurnFile(_), CloseFile, Split, SameFileBeside, CloseOthers, ReopenFile;
    Assist, AssistAction: Complete, Choose(_), Accept, Close, TurnHole(_), Explain, Parameters, Definition, References,
        Rename, OpenOutline, Back, Forward;
    Tree, TreeAction: Expand, Collapse, Toggle, InsertPath, CopyPath;
    Invoke, InvokeAction: Cancel, ChoosePayload, SavePayload, SavePayloadAs, DeletePayload, ResetPayload,
        FormatPayload, TurnProblem(_), TurnRun(_), TurnSending;
    Activity, ActivityAction: Open, Replay, Cancel, Filter, TurnFailed, TurnLambda, TurnFollow, TurnWindow, Redrive, RedriveAll,
        Purge, PurgeAll;
    Run, RunAction: Close, Replay, SavePayload;
    Deploy, DeployAction: Deploy, Undeploy, Redeploy, Versions, TurnServing, ListenAgain;
    Settings, SettingsAction: Add, Edit, Rename, Reveal, Pause, Delete;
    Output, OutputAction: OpenSource, Copy, CycleLevel, ToggleFollow, TurnTab(_), OpenCall, CloseCall, AllowHost;
    Search, SearchAction: ToggleCase, ToggleWord, ToggleRegex, TogglePayloads, LeaveOut, ReplaceAll;
    Dialog, DialogAction: Accept, Back, TurnPart(_), Mark, ScrollPreview(_), Agree, Decline, AcceptBeside, TurnChange(_), Answer(_);
    Field, FieldAction: Left, Right, WordLeft, WordRight, Home, End, Backspace, Delete, DeleteWord, Clear, Paste;
}
