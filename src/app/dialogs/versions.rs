//! The versions of a lambda: when and by whom each was deployed, what it changed, and the way back to it.

use super::picker::{Entry, Picker};
use super::{Dialog, executing};
use crate::app::action::{DialogAction, ListAction, Turn};
use crate::app::comparison::Comparison;
use crate::app::deployed::job::Versions;
use crate::app::job::Job;
use crate::app::layout;
use crate::app::state::AppState;
use crate::app::words::date_and_time;
use crate::domain::{LambdaName, Version};
use std::sync::Arc;

/// What a version is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Against {
    /// The version before it.
    Before,
    /// The lambda as it stands in the workspace.
    Workspace,
}

/// The versions of a lambda.
#[derive(Clone, Debug)]
pub struct VersionsDialog {
    /// The lambda.
    pub lambda: LambdaName,
    /// The versions, the newest first; the values are their places.
    pub picker: Picker<usize>,
    /// How the selected one differs.
    pub comparison: Comparison,
    /// What it is held against.
    pub against: Against,
    versions: Vec<Version>,
    deployed: Option<u32>,
    draft: Option<Version>,
    /// What is compared now.
    compared: Option<(usize, Against)>,
}

impl VersionsDialog {
    /// The selected version.
    pub fn selected(&self) -> Option<&Version> {
        self.versions.get(self.picker.selected()?.value)
    }

    /// The selected version is the one that is executed.
    pub fn is_deployed(&self) -> bool {
        self.selected().is_some_and(|version| Some(version.number) == self.deployed)
    }

    /// What is compared, in words.
    pub fn title(&self) -> String {
        let number = self.selected().map_or(0, |version| version.number);
        match self.against {
            Against::Before if number <= 1 => "version 1, the first".to_owned(),
            Against::Before => format!("version {number} against the one before"),
            Against::Workspace => format!("the workspace against version {number}"),
        }
    }

    /// The version that is executed.
    pub(super) fn executed(&self) -> Option<&Version> {
        self.versions.iter().find(|version| Some(version.number) == self.deployed)
    }

    /// The older text and the newer one.
    fn texts(&self) -> Option<(Arc<str>, Arc<str>)> {
        let at = self.picker.selected()?.value;
        let version = self.versions.get(at)?;
        let empty = || Arc::<str>::from("");
        Some(match self.against {
            Against::Before => {
                let before = self.versions.get(at + 1);
                (before.map_or_else(empty, as_text), as_text(version))
            }
            Against::Workspace => {
                (as_text(version), self.draft.as_ref().map_or_else(empty, as_text))
            }
        })
    }

    /// Moves the selection.
    pub fn list(&mut self, action: ListAction, height: usize) {
        self.picker.list(action, height);
    }
}

/// A version as one text: what stands in its lambda.toml above its source.
pub(super) fn as_text(version: &Version) -> Arc<str> {
    let event = version.event.as_ref().map_or("none", |event| event.as_str());
    let env = version.env.iter().map(|(name, value)| format!("// env {name} = {value}"));
    // By their names in the form they are kept in, so that no limit is forgotten here.
    let limits = serde_json::to_value(version.limits).unwrap_or_default();
    let limits = limits.as_object().into_iter().flatten();
    let limits = limits.map(|(name, value)| format!("// limit {name} = {value}"));
    let skills = version.skills.iter().map(|skill| format!("// skill {skill}"));
    let schedules = version
        .schedules
        .iter()
        .map(|it| format!("// schedule {}: {} {}", it.name, it.cron, it.time_zone));
    let head = std::iter::once(format!("// event {event}"));
    let head = head.chain(skills).chain(schedules).chain(env).chain(limits);
    let lines: Vec<String> = head.chain([version.source.to_string()]).collect();
    lines.join("\n").into()
}

/// Shows the versions of a lambda.
pub fn open(state: &mut AppState, told: Versions, jobs: &mut Vec<Job>) {
    let Versions { lambda, versions, deployed, draft } = told;
    if versions.is_empty() {
        return state.warn(format!("{lambda} was never deployed; it has no versions yet"));
    }
    let entry = |(at, version): (usize, &Version)| {
        let when = date_and_time(version.created_at_ms, state.utc_offset_s);
        let is_deployed = Some(version.number) == deployed;
        Entry::new(format!("version {}", version.number), at)
            .with_detail(format!("{when}  {}", version.by))
            .with_right(if is_deployed { "executed" } else { "" })
    };
    let entries = versions.iter().enumerate().map(entry).collect();
    let id = state.next_text_id();
    let dialog = VersionsDialog {
        lambda,
        picker: Picker::new(entries),
        comparison: Comparison { id, diff: None, top: 0 },
        against: Against::Before,
        versions,
        deployed,
        draft,
        compared: None,
    };
    state.dialogs.push(Dialog::Versions(Box::new(dialog)));
    settle(state, jobs);
}

/// Carries out a command of the dialog.
pub fn apply(
    state: &mut AppState,
    mut dialog: Box<VersionsDialog>,
    action: DialogAction,
    jobs: &mut Vec<Job>,
) {
    let height = layout::versions_layout(state.size).preview.height.saturating_sub(1) as usize;
    match action {
        DialogAction::Back => return,
        DialogAction::Accept => match dialog.selected().map(|version| version.number) {
            Some(number) if dialog.is_deployed() => {
                state.warn(format!("Version {number} is the one that is executed"));
            }
            Some(_) => {
                let question = executing::ask_to_roll_back(state, &dialog, jobs);
                state.dialogs.push(Dialog::Versions(dialog));
                return state.dialogs.extend(question);
            }
            None => {}
        },
        DialogAction::TurnPart(_) => {
            dialog.against = match dialog.against {
                Against::Before => Against::Workspace,
                Against::Workspace => Against::Before,
            };
        }
        DialogAction::ScrollPreview(turn) => {
            let action = if turn == Turn::Next { ListAction::Down } else { ListAction::Up };
            dialog.comparison.scroll(action, height);
        }
        DialogAction::TurnChange(turn) => dialog.comparison.turn_change(turn, height),
        _ => {}
    }
    state.dialogs.push(Dialog::Versions(dialog));
}

/// Has what is selected compared.
pub fn settle(state: &mut AppState, jobs: &mut Vec<Job>) {
    let Some(Dialog::Versions(dialog)) = state.dialogs.last() else { return };
    let wanted = dialog.picker.selected().map(|entry| (entry.value, dialog.against));
    if wanted == dialog.compared {
        return;
    }
    let id = state.next_text_id();
    let Some(Dialog::Versions(dialog)) = state.dialogs.last_mut() else { return };
    dialog.compared = wanted;
    if let Some((old, new)) = dialog.texts() {
        dialog.comparison = Comparison::ask(id, old, new, jobs);
    }
}
