//! What a person means. The keymap makes actions from keys, the palette from rows of the command table, the mouse from
//! clicks; `update` carries them out.

mod text;

pub use text::{FindAction, Step, TextAction};

use super::state::Screen;

/// One thing a person asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// The program as a whole.
    App(AppAction),
    /// Moving in whatever list has the focus.
    List(ListAction),
    /// The Lambdas screen.
    Lambdas(LambdasAction),
    /// Text under the cursor, code or payload.
    Text(TextAction),
    /// The find bar.
    Find(FindAction),
    /// The Editor screen.
    Editor(EditorAction),
    /// What the editor knows of the source.
    Assist(AssistAction),
    /// The payload tree in the sidebar.
    Tree(TreeAction),
    /// The Invoke screen.
    Invoke(InvokeAction),
    /// The Settings screen.
    Settings(SettingsAction),
    /// What is deployed.
    Deploy(DeployAction),
    /// The lists of the Activity screen.
    Activity(ActivityAction),
    /// The run that is open there.
    Run(RunAction),
    /// The log, result and call panes.
    Output(OutputAction),
    /// The search through all lambdas.
    Search(SearchAction),
    /// The dialog on top.
    Dialog(DialogAction),
    /// The one-line field that has the focus.
    Field(FieldAction),
}

/// See [`Action::App`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AppAction {
    /// Leave the program.
    Quit,
    /// Show the keys.
    Help,
    /// Find a file, a function, a line, a command or a tab.
    Palette,
    /// Show every command.
    Commands,
    /// Go to a screen.
    Show(Screen),
    /// Go to the screen behind this one, or before it.
    TurnScreen(Turn),
    /// Give the focus to another pane.
    TurnPane(Turn),
    /// Give the focused pane the whole screen, or back.
    Maximise,
    /// Make a lambda.
    NewLambda,
    /// Find a lambda by its name and edit it.
    OpenLambda,
    /// Find and replace in all lambdas.
    Search,
    /// Save and invoke the lambda at hand.
    Invoke,
    /// Choose a theme.
    ChooseTheme,
    /// Show what the terminal sends.
    ProbeKeys,
    /// Let the terminal's own mouse selection work, or take the mouse back.
    ToggleMouse,
    /// Stop the program and give the terminal to the shell that started it.
    Suspend,
    /// Draw everything anew.
    Redraw,
    /// Read the workspace from the disk again.
    Reload,
    /// Close the message at the bottom.
    Dismiss,
}

/// A direction in a round.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// To the next.
    Next,
    /// To the one before.
    Previous,
}

/// See [`Action::List`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListAction {
    /// One up.
    Up,
    /// One down.
    Down,
    /// A screenful up.
    PageUp,
    /// A screenful down.
    PageDown,
    /// To the first.
    First,
    /// To the last.
    Last,
}

/// See [`Action::Lambdas`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LambdasAction {
    /// Open the selected lambda in the editor; on an event, start a new lambda for it.
    Open,
    /// Invoke the selected lambda.
    Invoke,
    /// Connect it to another event.
    Connect,
    /// Set up what its template needs.
    SetUp,
    /// Give it another name.
    Rename,
    /// Make a copy of it.
    Duplicate,
    /// Delete it.
    Delete,
    /// Show only the lambdas that match a text.
    Filter,
    /// Show what is wrong with the workspace's files.
    Problems,
}

/// See [`Action::Deploy`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeployAction {
    /// Deploy the lambda at hand.
    Deploy,
    /// Stop executing it.
    Undeploy,
    /// Deploy the version again that was deployed last.
    Redeploy,
    /// Show its versions.
    Versions,
    /// Execute what is deployed in this process, or stop it.
    TurnServing,
    /// Try again to listen where it could not.
    ListenAgain,
}

/// See [`Action::Activity`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityAction {
    /// Show payload, logs, result and calls of the selected run.
    Open,
    /// Make the selected run again.
    Replay,
    /// Cancel the selected run, which goes on.
    Cancel,
    /// Show only the runs that match a text.
    Filter,
    /// Show only the runs that failed, or all.
    TurnFailed,
    /// Show only the runs of the selected one's lambda, or all.
    TurnLambda,
    /// Keep the newest runs in sight, or stand still.
    TurnFollow,
    /// Show the runs of a longer time as bars, then of the shortest again.
    TurnWindow,
    /// Put the dead letter back into the queue.
    Redrive,
    /// Put all dead letters back into the queue.
    RedriveAll,
    /// Remove the dead letter.
    Purge,
    /// Remove all dead letters.
    PurgeAll,
}

/// See [`Action::Run`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunAction {
    /// Go back to the list.
    Close,
    /// Make the run again.
    Replay,
    /// Save what it was given with its lambda.
    SavePayload,
}

/// See [`Action::Settings`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SettingsAction {
    /// Add an entry to the section of the selected one.
    Add,
    /// Change the selected entry.
    Edit,
    /// Give it another name.
    Rename,
    /// Leave a schedule alone, or go on with it.
    Pause,
    /// Show a secret for a moment.
    Reveal,
    /// Delete it.
    Delete,
}

/// See [`Action::Editor`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EditorAction {
    /// Write the file to the disk.
    Save,
    /// Write it although the file has changed since it was read.
    Overwrite,
    /// Read the file again and drop what was typed.
    Revert,
    /// Lay out the code.
    Format,
    /// Do what takes the problem at hand away.
    Fix,
    /// Go to another problem.
    TurnProblem(Turn),
    /// Show or hide the sidebar.
    ToggleSidebar,
    /// Go to the sidebar, or back to the code.
    FocusSidebar,
    /// Show another tab of the sidebar.
    TurnTab(Turn),
    /// Show another open file.
    TurnFile(Turn),
    /// Close the file in sight.
    CloseFile,
    /// Close every file but the one in sight.
    CloseOthers,
    /// Put the payload, or the source, beside the file; or go back to one side.
    Split,
    /// Put the file in sight on both sides.
    SameFileBeside,
    /// Open the file again that was closed last.
    ReopenFile,
    /// Go to the selected problem.
    OpenProblem,
}

/// See [`Action::Assist`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssistAction {
    /// List what may be meant.
    Complete,
    /// Move in that list.
    Choose(ListAction),
    /// Write what is selected in it.
    Accept,
    /// Close what is shown over the text.
    Close,
    /// Go to the next hole of what was inserted, or to the one before.
    TurnHole(Turn),
    /// Tell what the name under the cursor is.
    Explain,
    /// Tell the parameters of the call under the cursor.
    Parameters,
    /// Go to where the name under the cursor is defined.
    Definition,
    /// List where it is used.
    References,
    /// Give it another name.
    Rename,
    /// Go to the selected entry of the outline.
    OpenOutline,
    /// Go back to where the last jump began.
    Back,
    /// Go forward again.
    Forward,
}

/// See [`Action::Tree`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeAction {
    /// Open the branch, or go to its first child.
    Expand,
    /// Close the branch, or go to its parent.
    Collapse,
    /// Open it when closed, close it when open.
    Toggle,
    /// Write the path into the code at the cursor.
    InsertPath,
    /// Copy the path.
    CopyPath,
}

/// See [`Action::Invoke`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvokeAction {
    /// Stop the run.
    Cancel,
    /// Choose among the samples and saved payloads.
    ChoosePayload,
    /// Save the payload under its name, or ask for one.
    SavePayload,
    /// Save the payload under another name.
    SavePayloadAs,
    /// Delete a saved payload.
    DeletePayload,
    /// Put the payload back as it was chosen.
    ResetPayload,
    /// Format the payload.
    FormatPayload,
    /// Go to the payload's next problem, or the one before.
    TurnProblem(Turn),
    /// Show another run of this lambda.
    TurnRun(Turn),
    /// Send what the next runs want to change outside, or only record it.
    TurnSending,
}

/// See [`Action::Output`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutputAction {
    /// Go to the failing line, or to the line that wrote the selected log line.
    OpenSource,
    /// Copy what the pane shows.
    Copy,
    /// Show only more important log lines.
    CycleLevel,
    /// Keep the newest log line in sight, or do not.
    ToggleFollow,
    /// Show another tab beside the result.
    TurnTab(Turn),
    /// Show request and response of the selected call.
    OpenCall,
    /// Go back to the list of calls.
    CloseCall,
    /// Let the lambdas of the workspace reach the host that was refused.
    AllowHost,
}

/// See [`Action::Search`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SearchAction {
    /// Heed upper and lower case, or do not.
    ToggleCase,
    /// Match whole words only, or parts too.
    ToggleWord,
    /// Read the text as a regular expression, or as it is.
    ToggleRegex,
    /// Search saved payloads too, or do not.
    TogglePayloads,
    /// Leave the selected match out of the replacement, or take it in again.
    LeaveOut,
    /// Replace all matches that are not left out.
    ReplaceAll,
}

/// See [`Action::Dialog`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DialogAction {
    /// Take what is selected or written.
    Accept,
    /// Close the dialog, or go back one step in it.
    Back,
    /// Go to the next part of the dialog, or the one before.
    TurnPart(Turn),
    /// Mark what is selected, to hold others against it; or take its mark off.
    Mark,
    /// Scroll the preview.
    ScrollPreview(Turn),
    /// Say yes: the first answer, whichever is selected.
    Agree,
    /// Say no: the answer that leaves everything as it is.
    Decline,
    /// Take what is selected to the editor's second side.
    AcceptBeside,
    /// Go to the next change of a comparison, or the one before.
    TurnChange(Turn),
    /// Give an answer that has a key of its own.
    Answer(Answer),
}

/// See [`DialogAction::Answer`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Write what was typed over what another program wrote.
    Mine,
    /// Take what another program wrote.
    Theirs,
    /// Look at both texts beside each other.
    Both,
    /// Bring back what an earlier session left.
    Restore,
    /// Drop what an earlier session left.
    Drop,
}

/// See [`Action::Field`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldAction {
    /// One character to the left.
    Left,
    /// One character to the right.
    Right,
    /// One word to the left.
    WordLeft,
    /// One word to the right.
    WordRight,
    /// To the start.
    Home,
    /// To the end.
    End,
    /// Delete to the left.
    Backspace,
    /// Delete to the right.
    Delete,
    /// Delete the word to the left.
    DeleteWord,
    /// Empty the field.
    Clear,
    /// Insert the clipboard.
    Paste,
}
