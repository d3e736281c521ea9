//! The rows of the command table.

use super::super::action::{
    Action::{
        self, Activity, App, Assist, Deploy, Dialog, Editor, Field, Find, Invoke, Lambdas, List,
        Output, Run, Search, Settings, Text, Tree,
    },
    ActivityAction as Ac, Answer as An, AppAction as A, AssistAction as As, DeployAction as De,
    DialogAction as D, EditorAction as E, FieldAction as F, FindAction as Fd, InvokeAction as I,
    LambdasAction as L, ListAction as Li, OutputAction as O, RunAction as Ru, SearchAction as Sr,
    SettingsAction as Se, Step as S, TextAction as T, TreeAction as Tr,
    Turn::{Next, Previous},
};
use super::super::state::Screen;
use super::{Command, Context, possible};
use crate::editor::SortOrder;

/// Rows of `id, context, [keys], action, rank, possible, title, doc;`.
macro_rules! commands {
    ($($id:literal, $context:ident, [$($key:literal),*], $action:expr, $rank:literal, $possible:ident, $title:literal, $doc:literal;)*) => {
        /// Every command, grouped by context.
        pub static COMMANDS: &[Command] = &[$(Command {
            id: $id,
            context: Context::$context,
            keys: &[$($key),*],
            action: $action,
            rank: $rank,
            possible: possible::$possible,
            title: $title,
            doc: $doc,
        }),*];
    };
}

const fn go(step: S) -> Action {
    Text(T::Move(step))
}

const fn select(step: S) -> Action {
    Text(T::Select(step))
}

commands! {
    "app.quit", Always, ["ctrl-q"], App(A::Quit), 95, always, "Quit", "Leaves; asks first while deliveries run. Unsaved text is offered at the next start.";
    "app.help", Always, ["f1", "?"], App(A::Help), 90, always, "Help", "Shows the keys of where you are, and all others.";
    "app.redraw", Always, ["ctrl-l"], App(A::Redraw), 0, always, "Redraw", "Draws the screen anew.";
    "app.suspend", Always, [], App(A::Suspend), 0, always, "Suspend", "Stops the program and gives the terminal back to the shell; `fg` brings it back.";

    "app.palette", Global, ["ctrl-p"], App(A::Palette), 91, always, "Palette", "Finds files and commands, functions by @, lines by :, tabs by #.";
    "app.commands", Global, ["alt-x"], App(A::Commands), 0, always, "Commands", "Lists every command; type to find one.";
    "app.search", Global, ["alt-g"], App(A::Search), 0, any_lambda, "Search all lambdas", "Finds and replaces a text in all lambdas, and in saved payloads.";
    "app.invoke", Global, ["f5", "ctrl-j", "ctrl-enter"], App(A::Invoke), 20, lambda_at_hand, "Invoke", "Saves the lambda and runs it with the payload of the Invoke screen.";
    "app.new_lambda", Global, ["ctrl-n"], App(A::NewLambda), 40, in_workspace, "New lambda", "Makes a lambda: event, template, name.";
    "app.open_lambda", Global, ["ctrl-o"], App(A::OpenLambda), 0, any_lambda, "Open lambda", "Finds a lambda by its name and opens it in the editor.";
    "app.deploy", Global, ["f9"], Deploy(De::Deploy), 24, lambda_deployable, "Deploy", "Saves and checks the lambda, shows what changes, and has its event execute it.";
    "app.undeploy", Global, [], Deploy(De::Undeploy), 0, lambda_deployed, "Undeploy", "Stops executing the lambda and frees its slot, after asking.";
    "app.redeploy", Global, [], Deploy(De::Redeploy), 0, lambda_undeployed, "Redeploy", "Deploys the version again that was deployed last, whatever was edited since.";
    "app.versions", Global, [], Deploy(De::Versions), 0, lambda_known, "Versions and rollback", "Shows the lambda's versions, what each changed, and deploys an old one again.";
    "app.serve", Global, [], Deploy(De::TurnServing), 0, in_workspace, "Serve or stop serving", "Executes what is deployed in this process, or stops doing so.";
    "app.listen", Global, [], Deploy(De::ListenAgain), 0, not_listening, "Listen again", "Tries again to take events and calls by HTTP, where the port was taken.";
    "app.lambdas", Global, ["alt-1", "1"], App(A::Show(Screen::Lambdas)), 0, always, "Lambdas", "Shows the lambdas and the events with their slots.";
    "app.editor", Global, ["alt-2", "2"], App(A::Show(Screen::Editor)), 0, lambda_at_hand, "Editor", "Shows the editor.";
    "app.invoke_screen", Global, ["alt-3", "3"], App(A::Show(Screen::Invoke)), 0, lambda_at_hand, "Invoke screen", "Shows payload, logs and result.";
    "app.activity", Global, ["alt-4", "4"], App(A::Show(Screen::Activity)), 0, in_workspace, "Activity", "Shows the runs, how they went, what waits and what was given up.";
    "app.settings", Global, ["alt-5", "5"], App(A::Show(Screen::Settings)), 0, in_workspace, "Settings", "Shows allowed domains, secrets, environment variables and limits.";
    "app.next_screen", Global, ["f4"], App(A::TurnScreen(Next)), 0, always, "Next screen", "Goes to the next screen.";
    "app.previous_screen", Global, ["shift-f4"], App(A::TurnScreen(Previous)), 0, always, "Previous screen", "Goes to the screen before.";
    "app.next_pane", Global, ["f6"], App(A::TurnPane(Next)), 80, always, "Next pane", "Gives the focus to the next pane.";
    "app.previous_pane", Global, ["shift-f6"], App(A::TurnPane(Previous)), 0, always, "Previous pane", "Gives the focus to the pane before.";
    "app.maximise", Global, ["f10"], App(A::Maximise), 0, always, "Maximise pane", "Gives the focused pane the whole screen, or takes it back.";
    "app.theme", Global, [], App(A::ChooseTheme), 0, always, "Theme", "Chooses how everything looks; what is selected is shown at once.";
    "app.key_probe", Global, [], App(A::ProbeKeys), 0, always, "What did my terminal send?", "Shows the bytes of each key, how they are read, and what they do in the editor.";
    "app.mouse", Global, [], App(A::ToggleMouse), 0, always, "Mouse on or off", "Leaves the mouse to the terminal, or takes it back.";
    "app.reload", Global, [], App(A::Reload), 0, always, "Reload workspace", "Reads lambdas, events and templates from the disk again.";
    "app.dismiss", Global, ["esc"], App(A::Dismiss), 0, always, "Dismiss message", "Closes the message at the bottom.";

    "lambdas.open", Lambdas, ["enter", "e"], Lambdas(L::Open), 10, always, "Edit", "Opens the lambda in the editor; on an event, makes a lambda for it.";
    "lambdas.invoke", Lambdas, ["i"], Lambdas(L::Invoke), 0, lambda_selected, "Invoke lambda", "Runs the selected lambda.";
    "lambdas.new", Lambdas, ["n"], App(A::NewLambda), 0, in_workspace, "New", "Makes a lambda: event, template, name.";
    "lambdas.connect", Lambdas, ["c"], Lambdas(L::Connect), 42, lambda_selected_in_workspace, "Connect", "Connects the lambda to another event, or to none.";
    "lambdas.versions", Lambdas, ["v"], Deploy(De::Versions), 0, lambda_known, "Versions and rollback", "Shows the lambda's versions, what each changed, and deploys an old one again.";
    "lambdas.undeploy", Lambdas, ["o"], Deploy(De::Undeploy), 0, lambda_deployed, "Undeploy", "Takes the lambda out of execution and frees its slot, after asking.";
    "lambdas.set_up", Lambdas, ["u"], Lambdas(L::SetUp), 0, lambda_has_needs, "Set up", "Lists what the lambda's template needs and is missing, and sets it up.";
    "lambdas.rename", Lambdas, ["f2", "r"], Lambdas(L::Rename), 0, lambda_selected_in_workspace, "Rename", "Gives the lambda another name.";
    "lambdas.duplicate", Lambdas, ["d"], Lambdas(L::Duplicate), 0, lambda_selected_in_workspace, "Duplicate", "Makes a copy of the lambda, without its event.";
    "lambdas.delete", Lambdas, ["delete", "x"], Lambdas(L::Delete), 0, lambda_selected_in_workspace, "Delete", "Moves the lambda to the workspace's trash, after asking.";
    "lambdas.filter", Lambdas, ["/", "ctrl-f"], Lambdas(L::Filter), 43, any_lambda, "Filter", "Shows only the lambdas that match what you type.";
    "lambdas.problems", Lambdas, ["p"], Lambdas(L::Problems), 14, workspace_problem, "Problems", "Lists what is wrong with the workspace's files.";
    "lambdas.next_pane", Lambdas, ["tab"], App(A::TurnPane(Next)), 30, always, "Events", "Goes to the events, or back to the lambdas.";

    "activity.open", Activity, ["enter"], Activity(Ac::Open), 10, run_selected, "Open", "Shows payload, logs, result and calls of the run.";
    "activity.cancel", Activity, ["c"], Activity(Ac::Cancel), 9, run_ongoing, "Cancel run", "Cancels the selected run, which goes on, after asking; its delivery becomes a dead letter.";
    "activity.failed", Activity, ["e"], Activity(Ac::TurnFailed), 15, always, "Failed only", "Shows only the runs that failed, or all.";
    "activity.lambda", Activity, ["l"], Activity(Ac::TurnLambda), 17, always, "This lambda", "Shows only the runs of the selected one's lambda, or all.";
    "activity.filter", Activity, ["/", "ctrl-f"], Activity(Ac::Filter), 16, always, "Filter", "Shows only the runs with a text in their names, event id, message, log, payload or result.";
    "activity.follow", Activity, ["f"], Activity(Ac::TurnFollow), 18, always, "Follow", "Keeps the newest runs in sight, or stands still.";
    "activity.window", Activity, ["w"], Activity(Ac::TurnWindow), 19, always, "Window", "Shows the runs of 1 hour, 24 hours, 7 days or 30 days as bars.";
    "activity.replay", Activity, ["r"], Activity(Ac::Replay), 13, run_selected, "Replay", "Makes the run again, after asking how.";
    "activity.redrive", Activity, ["d"], Activity(Ac::Redrive), 11, letter_at_hand, "Redrive", "Puts the dead letter back into the queue with all its attempts.";
    "activity.purge", Activity, ["delete", "x"], Activity(Ac::Purge), 12, letter_at_hand, "Purge", "Removes the dead letter for good, after asking.";
    "activity.redrive_all", Activity, [], Activity(Ac::RedriveAll), 0, any_letter, "Redrive all dead letters", "Puts all dead letters back into the queue.";
    "activity.purge_all", Activity, [], Activity(Ac::PurgeAll), 0, any_letter, "Purge all dead letters", "Removes all dead letters for good, after asking.";
    "activity.next_pane", Activity, ["tab"], App(A::TurnPane(Next)), 14, always, "Dead letters", "Goes to the dead letters, or back to the runs.";
    "run.replay", Run, ["r"], Run(Ru::Replay), 2, run_open, "Replay", "Makes the run again, after asking how.";
    "run.save", Run, ["s"], Run(Ru::SavePayload), 3, run_open, "Save payload", "Saves what the run was given with its lambda.";
    "run.close", Run, ["esc", "backspace"], Run(Ru::Close), 1, run_open, "Runs", "Goes back to the list of runs.";

    "settings.edit", Settings, ["enter", "e"], Settings(Se::Edit), 10, setting_selected, "Edit", "Changes the selected setting, in place.";
    "settings.add", Settings, ["n"], Settings(Se::Add), 11, in_workspace, "Add", "Adds a domain, a secret or a variable, whichever section is selected.";
    "settings.rename", Settings, ["f2", "r"], Settings(Se::Rename), 14, named_setting_selected, "Rename", "Gives the secret or the variable another name.";
    "settings.reveal", Settings, ["v"], Settings(Se::Reveal), 12, secret_selected, "Reveal", "Shows the secret for a moment, or hides it again.";
    "settings.pause", Settings, ["p"], Settings(Se::Pause), 15, schedule_selected, "Pause or resume", "Leaves the schedule alone until it is resumed, or goes on with it.";
    "settings.delete", Settings, ["delete", "x"], Settings(Se::Delete), 13, setting_selected, "Delete", "Deletes the setting, after asking; a limit is what it is by default again.";

    "list.up", List, ["up", "k"], List(Li::Up), 0, always, "Up", "Goes one line up.";
    "list.down", List, ["down", "j"], List(Li::Down), 0, always, "Down", "Goes one line down.";
    "list.page_up", List, ["pageup"], List(Li::PageUp), 0, always, "Page up", "Goes a screenful up.";
    "list.page_down", List, ["pagedown", "space"], List(Li::PageDown), 0, always, "Page down", "Goes a screenful down.";
    "list.first", List, ["home", "g"], List(Li::First), 0, always, "First", "Goes to the first line.";
    "list.last", List, ["end", "G"], List(Li::Last), 0, always, "Last", "Goes to the last line.";

    "editor.save", Editor, ["ctrl-s"], Editor(E::Save), 10, document_open, "Save", "Writes the file to the disk.";
    "editor.overwrite", Editor, [], Editor(E::Overwrite), 0, document_open, "Save over changes", "Writes the file although another program has changed it.";
    "editor.revert", Editor, [], Editor(E::Revert), 0, document_open, "Revert", "Reads the file again; what was typed can be had back with undo.";
    "editor.format", Editor, ["alt-l"], Editor(E::Format), 0, document_open, "Format code", "Lays the code out over lines; a source that does not compile is left as it is.";
    "editor.next_file", Editor, ["ctrl-pagedown", "alt-."], Editor(E::TurnFile(Next)), 0, several_tabs, "Next file", "Goes to the next open file.";
    "editor.previous_file", Editor, ["ctrl-pageup", "alt-,"], Editor(E::TurnFile(Previous)), 0, several_tabs, "Previous file", "Goes to the open file before.";
    "editor.close_file", Editor, ["ctrl-w"], Editor(E::CloseFile), 0, document_open, "Close file", "Closes the file; unsaved text is kept and there when it is opened again.";
    "editor.split", Editor, ["ctrl-\\"], Editor(E::Split), 0, document_open, "Split", "Puts the payload beside the code, or the code beside a payload; or goes back to one.";
    "editor.same_file", Editor, [], Editor(E::SameFileBeside), 0, document_open, "Same file beside", "Shows another part of the file beside it; the text is one.";
    "editor.close_others", Editor, [], Editor(E::CloseOthers), 0, several_tabs, "Close other files", "Closes every open file but this one; unsaved text is kept.";
    "editor.reopen_file", Editor, ["alt-t"], Editor(E::ReopenFile), 0, has_closed, "Reopen file", "Opens the file again that was closed last.";
    "editor.next_problem", Editor, ["f8"], Editor(E::TurnProblem(Next)), 88, has_problem, "Next problem", "Goes to the next problem and shows its message.";
    "editor.fix", Editor, ["alt-y", "alt-enter"], Editor(E::Fix), 89, has_problem, "Fix problem", "Does what takes the problem on the cursor's line away; of several ways, you choose.";
    "editor.previous_problem", Editor, ["shift-f8"], Editor(E::TurnProblem(Previous)), 0, has_problem, "Previous problem", "Goes to the problem before.";
    "editor.toggle_sidebar", Editor, ["ctrl-b"], Editor(E::ToggleSidebar), 0, always, "Sidebar", "Shows or hides the sidebar.";
    "editor.focus_sidebar", Editor, ["ctrl-e"], Editor(E::FocusSidebar), 50, always, "Payload", "Goes to the sidebar, or back to the code.";

    "code.complete", Editor, ["ctrl-space"], Assist(As::Complete), 0, source_focused, "Complete", "Lists what may be meant at the cursor.";
    "code.explain", Editor, ["alt-h"], Assist(As::Explain), 0, source_focused, "What is this?", "Tells what the name at the cursor is: its type, its meaning, a value.";
    "code.parameters", Editor, ["alt-p"], Assist(As::Parameters), 0, source_focused, "Parameters", "Tells the parameters of the call that the cursor is in.";
    "code.definition", Editor, ["f12"], Assist(As::Definition), 0, source_focused, "Definition", "Goes to where the name at the cursor is defined.";
    "code.references", Editor, ["shift-f12"], Assist(As::References), 0, source_focused, "References", "Lists where the name at the cursor is used.";
    "code.rename", Editor, ["f2"], Assist(As::Rename), 0, source_focused, "Rename symbol", "Gives the name at the cursor another one everywhere, after showing what changes.";
    "code.back", Editor, ["alt-left"], Assist(As::Back), 0, document_open, "Go back", "Goes back to where the last jump began.";
    "code.forward", Editor, ["alt-right"], Assist(As::Forward), 0, document_open, "Go forward", "Goes forward again after going back.";

    "assist.up", Assist, ["up"], Assist(As::Choose(Li::Up)), 0, offered, "Up", "Selects the completion above.";
    "assist.down", Assist, ["down"], Assist(As::Choose(Li::Down)), 0, offered, "Down", "Selects the completion below.";
    "assist.page_up", Assist, ["pageup"], Assist(As::Choose(Li::PageUp)), 0, offered, "Page up", "Goes a screenful up in the completions.";
    "assist.page_down", Assist, ["pagedown"], Assist(As::Choose(Li::PageDown)), 0, offered, "Page down", "Goes a screenful down in the completions.";
    "assist.accept", Assist, ["tab"], Assist(As::Accept), 1, offered, "Accept", "Writes the selected completion.";
    "assist.accept_chosen", Assist, ["enter"], Assist(As::Accept), 0, offer_chosen, "Accept", "Writes the completion that was moved to; before that it is a new line.";
    "assist.close", Assist, ["esc"], Assist(As::Close), 2, assist_open, "Close", "Closes completions, card and parameters.";
    "holes.next", Holes, ["tab"], Assist(As::TurnHole(Next)), 3, has_holes, "Next hole", "Goes to the next place to be filled in.";
    "holes.previous", Holes, ["shift-tab"], Assist(As::TurnHole(Previous)), 0, has_holes, "Previous hole", "Goes to the place before.";

    "text.left", Text, ["left"], go(S::Left), 0, always, "Left", "Goes one character to the left.";
    "text.right", Text, ["right"], go(S::Right), 0, always, "Right", "Goes one character to the right.";
    "text.up", Text, ["up"], go(S::Up), 0, always, "Up", "Goes one line up.";
    "text.down", Text, ["down"], go(S::Down), 0, always, "Down", "Goes one line down.";
    "text.word_left", Text, ["ctrl-left", "alt-b"], go(S::WordLeft), 0, always, "Word left", "Goes to the start of the word.";
    "text.word_right", Text, ["ctrl-right", "alt-f"], go(S::WordRight), 0, always, "Word right", "Goes to the next word.";
    "text.line_start", Text, ["home"], go(S::LineStart), 0, always, "Line start", "Goes to the first text of the line, then to its start.";
    "text.line_end", Text, ["end"], go(S::LineEnd), 0, always, "Line end", "Goes to the end of the line.";
    "text.page_up", Text, ["pageup"], go(S::PageUp), 0, always, "Page up", "Goes a screenful up.";
    "text.page_down", Text, ["pagedown"], go(S::PageDown), 0, always, "Page down", "Goes a screenful down.";
    "text.paragraph_up", Text, ["ctrl-up"], go(S::ParagraphUp), 0, always, "Paragraph up", "Goes to the blank line above.";
    "text.paragraph_down", Text, ["ctrl-down"], go(S::ParagraphDown), 0, always, "Paragraph down", "Goes to the blank line below.";
    "text.start", Text, ["ctrl-home"], go(S::TextStart), 0, always, "Start", "Goes to the start of the text.";
    "text.end", Text, ["ctrl-end"], go(S::TextEnd), 0, always, "End", "Goes to the end of the text.";
    "text.bracket", Text, ["ctrl-]", "alt-m"], go(S::Bracket), 0, always, "Bracket", "Goes to the bracket that belongs to the one at the cursor.";
    "text.select_left", Text, ["shift-left"], select(S::Left), 0, always, "Select left", "Selects one character to the left.";
    "text.select_right", Text, ["shift-right"], select(S::Right), 0, always, "Select right", "Selects one character to the right.";
    "text.select_up", Text, ["shift-up"], select(S::Up), 0, always, "Select up", "Selects to the line above.";
    "text.select_down", Text, ["shift-down"], select(S::Down), 0, always, "Select down", "Selects to the line below.";
    "text.select_word_left", Text, ["ctrl-shift-left"], select(S::WordLeft), 0, always, "Select word left", "Selects to the start of the word.";
    "text.select_word_right", Text, ["ctrl-shift-right"], select(S::WordRight), 0, always, "Select word right", "Selects to the next word.";
    "text.select_line_start", Text, ["shift-home"], select(S::LineStart), 0, always, "Select to line start", "Selects to the start of the line.";
    "text.select_line_end", Text, ["shift-end"], select(S::LineEnd), 0, always, "Select to line end", "Selects to the end of the line.";
    "text.select_page_up", Text, ["shift-pageup"], select(S::PageUp), 0, always, "Select page up", "Selects a screenful up.";
    "text.select_page_down", Text, ["shift-pagedown"], select(S::PageDown), 0, always, "Select page down", "Selects a screenful down.";
    "text.select_start", Text, ["ctrl-shift-home"], select(S::TextStart), 0, always, "Select to start", "Selects to the start of the text.";
    "text.select_end", Text, ["ctrl-shift-end"], select(S::TextEnd), 0, always, "Select to end", "Selects to the end of the text.";
    "text.select_all", Text, ["ctrl-a"], Text(T::SelectAll), 0, always, "Select all", "Selects the whole text.";
    "text.newline", Text, ["enter"], Text(T::Newline), 0, always, "New line", "Breaks the line and keeps its indentation.";
    "text.indent", Text, ["tab"], Text(T::Indent), 0, always, "Indent", "Indents the selected lines, or inserts blanks to the next stop.";
    "text.outdent", Text, ["shift-tab"], Text(T::Outdent), 0, always, "Outdent", "Takes one level of indentation away.";
    "text.backspace", Text, ["backspace", "shift-backspace"], Text(T::Backspace), 0, always, "Delete left", "Deletes the character to the left, or the selection.";
    "text.delete", Text, ["delete"], Text(T::Delete), 0, always, "Delete right", "Deletes the character to the right, or the selection.";
    "text.delete_word_left", Text, ["alt-backspace", "ctrl-backspace"], Text(T::DeleteWordLeft), 0, always, "Delete word left", "Deletes to the start of the word.";
    "text.delete_word_right", Text, ["ctrl-delete", "alt-d"], Text(T::DeleteWordRight), 0, always, "Delete word right", "Deletes to the next word.";
    "text.delete_line", Text, ["ctrl-k"], Text(T::DeleteLine), 0, always, "Delete line", "Deletes the line, or the selected lines.";
    "text.duplicate_lines", Text, ["alt-shift-down", "alt-c"], Text(T::DuplicateLines), 0, always, "Duplicate lines", "Copies the line, or the selected lines, below.";
    "text.move_lines_up", Text, ["alt-up"], Text(T::MoveLinesUp), 0, always, "Move lines up", "Swaps the lines with the one above.";
    "text.move_lines_down", Text, ["alt-down"], Text(T::MoveLinesDown), 0, always, "Move lines down", "Swaps the lines with the one below.";
    "text.delete_to_line_start", Text, ["ctrl-u"], Text(T::DeleteToLineStart), 0, always, "Delete to line start", "Deletes to the start of the line.";
    "text.delete_to_line_end", Text, ["alt-delete"], Text(T::DeleteToLineEnd), 0, always, "Delete to line end", "Deletes to the end of the line.";
    "text.join_lines", Text, ["alt-j"], Text(T::JoinLines), 0, always, "Join lines", "Joins the line with the next one, or the selected lines.";
    "text.sort_lines", Text, [], Text(T::SortLines(SortOrder::Exact)), 0, always, "Sort lines", "Sorts the selected lines; capitals come before small letters.";
    "text.sort_lines_ignoring_case", Text, [], Text(T::SortLines(SortOrder::IgnoringCase)), 0, always, "Sort lines, ignoring case", "Sorts the selected lines without regard to upper and lower case.";
    "text.case", Text, ["alt-u"], Text(T::TurnCase), 0, always, "Turn case", "Writes the words in upper, lower, title, snake and camel case in turn.";
    "text.trim_line_ends", Text, [], Text(T::TrimLineEnds), 0, always, "Trim line ends", "Takes the blanks at the ends of all lines away.";
    "text.unwrap", Text, [], Text(T::Unwrap), 0, always, "Unwrap", "Takes the brackets or quotes around the cursor or the selection away.";
    "text.select_line", Text, ["alt-v"], Text(T::SelectLine), 0, always, "Select line", "Selects the line; again, the next one too.";
    "text.expand_selection", Text, ["alt-shift-right"], Text(T::ExpandSelection), 0, always, "Expand selection", "Selects the word, what is in the brackets around it, these too, and so on.";
    "text.shrink_selection", Text, ["alt-shift-left"], Text(T::ShrinkSelection), 0, always, "Shrink selection", "Goes back to what was selected before it was expanded.";
    "text.cursor_above", Text, ["ctrl-alt-up", "alt-i"], Text(T::AddCursor(Previous)), 0, always, "Cursor above", "Puts a further cursor on the line above; Esc leaves one.";
    "text.cursor_below", Text, ["ctrl-alt-down", "alt-k"], Text(T::AddCursor(Next)), 0, always, "Cursor below", "Puts a further cursor on the line below; Esc leaves one.";
    "text.next_occurrence", Text, ["ctrl-d"], Text(T::NextOccurrence), 0, always, "Select next occurrence", "Selects the word, then its next occurrence too, each with a cursor.";
    "text.all_occurrences", Text, ["alt-a"], Text(T::AllOccurrences), 0, always, "Select all occurrences", "Selects every occurrence of the word or the selection, each with a cursor.";
    "text.comment", Text, ["ctrl-/"], Text(T::ToggleComment), 0, code_focused, "Comment", "Makes the lines comments, or code again.";
    "text.undo", Text, ["ctrl-z"], Text(T::Undo), 0, always, "Undo", "Takes the last step back.";
    "text.redo", Text, ["ctrl-y"], Text(T::Redo), 0, always, "Redo", "Does again what was taken back.";
    "text.cut", Text, ["ctrl-x"], Text(T::Cut), 0, always, "Cut", "Takes the selection, or the line, to the clipboard.";
    "text.copy", Text, ["ctrl-c"], Text(T::Copy), 0, always, "Copy", "Copies the selection, or the line, to the clipboard.";
    "text.paste", Text, ["ctrl-v"], Text(T::Paste), 0, always, "Paste", "Inserts what was cut or copied here last; the terminal's own paste works too.";
    "text.find", Text, ["ctrl-f"], Text(T::Find), 60, always, "Find", "Opens the find bar, with the selected word in it.";
    "text.find_next", Text, ["f3"], Text(T::FindNext), 0, always, "Find next", "Goes to the next match.";
    "text.find_previous", Text, ["shift-f3"], Text(T::FindPrevious), 0, always, "Find previous", "Goes to the match before.";
    "text.go_to_line", Text, ["ctrl-g"], Text(T::GoToLine), 0, always, "Go to line", "Asks for a line and goes there.";

    "text.replace", Text, ["ctrl-r"], Text(T::Replace), 0, always, "Replace", "Opens the find bar with a second row for what takes the place of what is found.";
    "text.wrap", Text, ["alt-z"], Text(T::ToggleWrap), 0, always, "Wrap lines", "Wraps lines at the pane's edge, or does not.";
    "text.blanks", Text, [], Text(T::ToggleBlanks), 0, always, "Show blanks", "Shows tabs and the blanks at the ends of lines, or does not.";
    "text.fold", Text, ["alt-o"], Text(T::ToggleFold), 0, always, "Fold", "Hides the lines indented below this one, or what is around it, or shows them.";
    "text.fold_all", Text, [], Text(T::FoldAll), 0, always, "Fold all", "Hides what lies in functions, and what else can be folded, below its first line.";
    "text.unfold_all", Text, [], Text(T::UnfoldAll), 0, always, "Unfold all", "Shows all lines.";

    "find.replace_this", Replacement, ["enter"], Find(Fd::Replace), 2, always, "Replace", "Replaces this match and goes to the next one.";
    "find.next", Find, ["enter", "down", "f3"], Text(T::FindNext), 4, always, "Next match", "Goes to the next match.";
    "find.previous", Find, ["up", "shift-f3", "shift-enter"], Text(T::FindPrevious), 5, always, "Previous match", "Goes to the match before.";
    "find.case", Find, ["alt-c"], Find(Fd::ToggleCase), 6, always, "Case", "Heeds upper and lower case, or does not.";
    "find.word", Find, ["alt-w"], Find(Fd::ToggleWord), 7, always, "Whole words", "Finds whole words only, or parts too.";
    "find.regex", Find, ["alt-r"], Find(Fd::ToggleRegex), 8, always, "Regular expression", "Reads the text as a regular expression, or as it is.";
    "find.within", Find, ["alt-i"], Find(Fd::ToggleWithin), 0, always, "In selection", "Looks only in the lines that were selected, or everywhere.";
    "find.replace", Find, ["ctrl-r"], Text(T::Replace), 0, always, "Replace with", "Gives the bar a second row for what takes the place of what is found.";
    "find.replace_all", Find, ["alt-a"], Find(Fd::ReplaceAll), 3, replaces, "Replace all", "Replaces all matches, as one step to undo.";
    "find.part", Find, ["tab", "shift-tab"], Find(Fd::TurnPart), 0, replaces, "Other field", "Goes from what is looked for to what takes its place, or back.";
    "find.close", Find, ["esc"], Find(Fd::Close), 9, always, "Close", "Closes the find bar and stays at the match.";

    "sidebar.next_tab", Sidebar, ["tab"], Editor(E::TurnTab(Next)), 8, always, "Next tab", "Shows the sidebar's next tab.";
    "sidebar.previous_tab", Sidebar, ["shift-tab"], Editor(E::TurnTab(Previous)), 0, always, "Previous tab", "Shows the sidebar's tab before.";
    "sidebar.back", Sidebar, ["esc"], Editor(E::FocusSidebar), 7, always, "Back to the code", "Goes back to the code.";
    "tree.expand", Tree, ["right", "l"], Tree(Tr::Expand), 0, always, "Unfold", "Opens the branch, or goes into it.";
    "tree.collapse", Tree, ["left", "h"], Tree(Tr::Collapse), 0, always, "Fold", "Closes the branch, or goes to the one it hangs on.";
    "tree.toggle", Tree, ["space"], Tree(Tr::Toggle), 6, always, "Fold or unfold", "Opens or closes the branch.";
    "tree.insert", Tree, ["enter", "i"], Tree(Tr::InsertPath), 4, document_open, "Insert path", "Writes the field's path into the code at the cursor.";
    "tree.copy", Tree, ["c", "ctrl-c"], Tree(Tr::CopyPath), 5, always, "Copy path", "Copies the field's path to the clipboard.";
    "tree.payloads", Tree, ["s"], Invoke(I::ChoosePayload), 9, lambda_at_hand, "Payloads", "Chooses among the event's samples and the saved payloads.";
    "outline.open", Outline, ["enter"], Assist(As::OpenOutline), 10, always, "Go there", "Goes to the selected function or constant.";
    "problems.open", Problems, ["enter"], Editor(E::OpenProblem), 4, has_problem, "Go there", "Goes to the selected problem in the code.";
    "problems.fix", Problems, ["f"], Editor(E::Fix), 5, has_problem, "Fix it", "Does what takes the selected problem away; of several ways, you choose.";

    "invoke.cancel", Invoke, ["esc"], Invoke(I::Cancel), 21, running, "Cancel", "Stops the run.";
    "invoke.choose", Invoke, ["ctrl-t", "f7"], Invoke(I::ChoosePayload), 22, lambda_at_hand, "Payloads", "Chooses among the event's samples and the saved payloads.";
    "invoke.save", Invoke, ["ctrl-s"], Invoke(I::SavePayload), 23, lambda_in_workspace, "Save payload", "Saves the payload with the lambda; asks for a name when it has none.";
    "invoke.save_as", Invoke, ["alt-s"], Invoke(I::SavePayloadAs), 0, lambda_in_workspace, "Save payload as", "Saves the payload under another name.";
    "invoke.delete", Invoke, [], Invoke(I::DeletePayload), 0, payload_saved, "Delete payload", "Deletes the saved payload that is shown, after asking.";
    "invoke.reset", Invoke, [], Invoke(I::ResetPayload), 0, lambda_at_hand, "Reset payload", "Puts the payload back as it was chosen.";
    "invoke.format", Invoke, ["alt-l"], Invoke(I::FormatPayload), 0, lambda_at_hand, "Format payload", "Lays the payload's JSON out over lines.";
    "invoke.next_problem", Invoke, ["f8"], Invoke(I::TurnProblem(Next)), 88, has_problem, "Next problem", "Goes to the payload's next problem.";
    "invoke.previous_problem", Invoke, ["shift-f8"], Invoke(I::TurnProblem(Previous)), 0, has_problem, "Previous problem", "Goes to the payload's problem before.";
    "invoke.older_run", Invoke, ["alt-left"], Invoke(I::TurnRun(Previous)), 0, has_run, "Older run", "Shows the run before this one.";
    "invoke.newer_run", Invoke, ["alt-right"], Invoke(I::TurnRun(Next)), 0, has_run, "Newer run", "Shows the run after this one.";
    "invoke.sending", Invoke, ["alt-n"], Invoke(I::TurnSending), 0, lambda_at_hand, "Live or dry", "Sends what runs want to change outside, or only shows it, or as lambdeck.toml says.";

    "calls.open", Calls, ["enter"], Output(O::OpenCall), 3, call_selected, "Open", "Shows request and response of the selected call.";
    "calls.close", Calls, ["esc", "backspace"], Output(O::CloseCall), 2, call_open, "Back to the calls", "Goes back to the list of calls.";

    "output.allow", Output, ["a"], Output(O::AllowHost), 3, host_refused, "Allow host", "Adds the host that was refused to the workspace's `allowed_domains`.";
    "output.source", Output, ["enter"], Output(O::OpenSource), 4, names_place, "Go to line", "Opens the editor at the line that failed, or that wrote the log line.";
    "output.copy", Output, ["c", "ctrl-c"], Output(O::Copy), 23, has_run, "Copy", "Copies the log, the result or the error to the clipboard.";
    "output.level", Output, ["v"], Output(O::CycleLevel), 20, logs_focused, "Level", "Shows log lines from the next level on.";
    "output.follow", Output, ["f"], Output(O::ToggleFollow), 22, logs_focused, "Follow", "Keeps the newest log line in sight, or does not.";
    "output.next_tab", Output, ["right", "tab"], Output(O::TurnTab(Next)), 21, result_focused, "Next tab", "Shows result, calls or the comparison with the run before.";
    "output.previous_tab", Output, ["left", "shift-tab"], Output(O::TurnTab(Previous)), 0, result_focused, "Previous tab", "Shows the tab before.";

    "search.replace_all", Search, ["alt-a"], Search(Sr::ReplaceAll), 12, search_replaces, "Replace all", "Replaces the matches that are not left out; undo takes it back file by file.";
    "search.leave_out", Search, ["alt-e"], Search(Sr::LeaveOut), 13, search_replaces, "Leave out", "Leaves the selected match, or all of a file, out of the replacement, or takes it in.";
    "search.case", Search, ["alt-c"], Search(Sr::ToggleCase), 14, always, "Case", "Heeds upper and lower case, or does not.";
    "search.word", Search, ["alt-w"], Search(Sr::ToggleWord), 15, always, "Words", "Finds whole words only, or parts too.";
    "search.regex", Search, ["alt-r"], Search(Sr::ToggleRegex), 16, always, "Regex", "Reads the text as a regular expression, or as it is.";
    "search.payloads", Search, ["alt-p"], Search(Sr::TogglePayloads), 17, always, "Payloads", "Searches saved payloads too, or does not.";

    "dialog.accept", Dialog, ["enter"], Dialog(D::Accept), 10, always, "Take", "Takes what is selected or written.";
    "dialog.back", Dialog, ["esc"], Dialog(D::Back), 11, always, "Back", "Closes the dialog, or goes back one step in it.";
    "dialog.next", Dialog, ["tab"], Dialog(D::TurnPart(Next)), 0, always, "Next part", "Goes to the next field or button.";
    "dialog.previous", Dialog, ["shift-tab"], Dialog(D::TurnPart(Previous)), 0, always, "Previous part", "Goes to the field or button before.";
    "dialog.preview_down", Dialog, ["ctrl-down", "ctrl-d"], Dialog(D::ScrollPreview(Next)), 20, has_preview, "Scroll preview", "Scrolls the preview down.";
    "dialog.preview_up", Dialog, ["ctrl-up", "ctrl-u"], Dialog(D::ScrollPreview(Previous)), 0, has_preview, "Scroll preview up", "Scrolls the preview up.";
    "picker.up", Picker, ["up"], List(Li::Up), 0, always, "Up", "Selects the entry above.";
    "picker.down", Picker, ["down"], List(Li::Down), 0, always, "Down", "Selects the entry below.";
    "picker.page_up", Picker, ["pageup"], List(Li::PageUp), 0, always, "Page up", "Goes a screenful up.";
    "picker.page_down", Picker, ["pagedown"], List(Li::PageDown), 0, always, "Page down", "Goes a screenful down.";
    "picker.first", Picker, ["ctrl-home"], List(Li::First), 0, always, "First", "Selects the first entry.";
    "picker.last", Picker, ["ctrl-end"], List(Li::Last), 0, always, "Last", "Selects the last entry.";
    "picker.beside", Picker, ["ctrl-\\"], Dialog(D::AcceptBeside), 12, file_selected, "Beside", "Opens the file on the editor's second side.";
    "versions.roll_back", Versions, ["enter"], Dialog(D::Accept), 9, always, "Roll back", "Deploys the selected version again.";
    "versions.mark", Versions, ["space"], Dialog(D::Mark), 11, always, "Mark", "Marks the version: those selected next are compared with it; again takes the mark off.";
    "versions.against", Versions, ["tab"], Dialog(D::TurnPart(Next)), 12, always, "Compare with", "Compares with the version before, with the workspace, or with the marked version.";
    "compare.mine", Compare, ["m"], Dialog(D::Answer(An::Mine)), 1, asks_of_conflict, "Save mine", "Writes your text over what another program wrote.";
    "compare.theirs", Compare, ["t"], Dialog(D::Answer(An::Theirs)), 2, asks_of_conflict, "Take theirs", "Takes what the disk holds; undo brings your text back.";
    "compare.both", Compare, ["b"], Dialog(D::Answer(An::Both)), 3, asks_of_conflict, "See both", "Shows your text with what the disk holds beside it.";
    "compare.restore", Compare, ["r"], Dialog(D::Answer(An::Restore)), 4, asks_of_recovery, "Restore", "Brings the unsaved text back, still unsaved.";
    "compare.drop", Compare, ["d"], Dialog(D::Answer(An::Drop)), 5, asks_of_recovery, "Drop it", "Drops the unsaved text.";
    "compare.next_change", Compare, ["]", "f7"], Dialog(D::TurnChange(Next)), 6, has_preview, "Next change", "Goes to the next change of the comparison.";
    "compare.previous_change", Compare, ["[", "shift-f7"], Dialog(D::TurnChange(Previous)), 0, has_preview, "Previous change", "Goes to the comparison's change before.";
    "confirm.yes", Confirm, ["y"], Dialog(D::Agree), 0, always, "Yes", "Agrees to what the question proposes.";
    "confirm.no", Confirm, ["n"], Dialog(D::Decline), 0, always, "No", "Leaves everything as it is.";
    "confirm.left", Confirm, ["left"], Dialog(D::TurnPart(Previous)), 0, always, "Answer to the left", "Selects the answer to the left.";
    "confirm.right", Confirm, ["right"], Dialog(D::TurnPart(Next)), 0, always, "Answer to the right", "Selects the answer to the right.";

    "field.left", Field, ["left"], Field(F::Left), 0, always, "Left", "Goes one character to the left.";
    "field.right", Field, ["right"], Field(F::Right), 0, always, "Right", "Goes one character to the right.";
    "field.word_left", Field, ["ctrl-left"], Field(F::WordLeft), 0, always, "Word left", "Goes one word to the left.";
    "field.word_right", Field, ["ctrl-right"], Field(F::WordRight), 0, always, "Word right", "Goes one word to the right.";
    "field.home", Field, ["home", "ctrl-a"], Field(F::Home), 0, always, "Start", "Goes to the start of the field.";
    "field.end", Field, ["end"], Field(F::End), 0, always, "End", "Goes to the end of the field.";
    "field.backspace", Field, ["backspace", "shift-backspace"], Field(F::Backspace), 0, always, "Delete left", "Deletes the character to the left.";
    "field.delete", Field, ["delete"], Field(F::Delete), 0, always, "Delete right", "Deletes the character to the right.";
    "field.delete_word", Field, ["ctrl-w", "alt-backspace", "ctrl-backspace"], Field(F::DeleteWord), 0, always, "Delete word", "Deletes the word to the left.";
    "field.clear", Field, ["ctrl-k"], Field(F::Clear), 0, always, "Clear", "Empties the field.";
    "field.paste", Field, ["ctrl-v"], Field(F::Paste), 0, always, "Paste", "Inserts what was cut or copied here last.";
}
