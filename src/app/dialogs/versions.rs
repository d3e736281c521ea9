//! The versions of a lambda: when and by whom each was deployed, what it changed, and the way back to it.

use super::picker::{Entry, Picker};
use super::{Dialog, executing};
use crate::app::action::{DialogAction, ListAction};
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
    /// The version that is marked.
    Marked,
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
    /// The place of the version that is marked.
    marked: Option<usize>,
    /// What is compared now.
    compared: Option<Wanted>,
}

/// The selected version, what it is held against, and the version that is marked.
type Wanted = (usize, Against, Option<usize>);

impl VersionsDialog {
    /// The selected version.
    pub fn selected(&self) -> Option<&Version> {
        self.versions.get(self.picker.selected()?.value)
    }

    /// The selected version is the one that is executed.
    pub fn is_deployed(&self) -> bool {
        self.selected().is_some_and(|version| Some(version.number) == self.deployed)
    }

    /// The selected version is the marked one, which is held against the one that is selected next.
    pub fn awaits_another(&self) -> bool {
        let selected = self.picker.selected().map(|entry| entry.value);
        self.against == Against::Marked && self.marked.is_some() && selected == self.marked
    }

    /// What is compared, in words: the older one on the left.
    pub fn title(&self) -> String {
        let Some(version) = self.selected() else { return String::new() };
        let number = version.number;
        match self.pair() {
            _ if self.awaits_another() => {
                format!("version {number} is marked: select the one to compare it with")
            }
            Some((None, _)) => format!("version {number}, the first"),
            Some((Some(old), Some(new))) => {
                format!("{} → {}", self.named(old), self.named(new))
            }
            Some((Some(old), None)) => format!("{} → the workspace", self.named(old)),
            None => String::new(),
        }
    }

    fn named(&self, at: usize) -> String {
        let number = self.versions.get(at).map_or(0, |version| version.number);
        let mark = if Some(at) == self.marked { " (marked)" } else { "" };
        format!("version {number}{mark}")
    }

    /// The places of the older one and the newer one; no older one than the first, and no place for the workspace.
    fn pair(&self) -> Option<(Option<usize>, Option<usize>)> {
        let at = self.picker.selected()?.value;
        let before = Some(at + 1).filter(|at| *at < self.versions.len());
        Some(match (self.against, self.marked) {
            (Against::Workspace, _) => (Some(at), None),
            // The newest stands first.
            (Against::Marked, Some(marked)) => (Some(at.max(marked)), Some(at.min(marked))),
            (Against::Before | Against::Marked, _) => (before, Some(at)),
        })
    }

    /// The version that is executed.
    pub(super) fn executed(&self) -> Option<&Version> {
        self.versions.iter().find(|version| Some(version.number) == self.deployed)
    }

    /// The older text and the newer one.
    fn texts(&self) -> Option<(Arc<str>, Arc<str>)> {
        let (old, new) = self.pair()?;
        let text = |version: Option<&Version>| version.map_or_else(|| "".into(), as_text);
        let old = text(old.and_then(|at| self.versions.get(at)));
        let new = text(new.map_or(self.draft.as_ref(), |at| self.versions.get(at)));
        Some((old, new))
    }

    /// Marks the selected version and holds others against it; or takes its mark off.
    pub fn mark(&mut self) {
        let selected = self.picker.selected().map(|entry| entry.value);
        self.set_mark(selected.filter(|at| Some(*at) != self.marked));
    }

    /// Holds the selected version against the one that is selected next, unless one is marked already.
    pub fn mark_first(&mut self) {
        if self.marked.is_none() {
            self.mark();
        }
    }

    fn set_mark(&mut self, marked: Option<usize>) {
        self.marked = marked;
        self.against = if marked.is_some() { Against::Marked } else { Against::Before };
        for entry in &mut self.picker.entries {
            let number = self.versions.get(entry.value).map(|version| version.number);
            entry.right = stands_as(number == self.deployed, Some(entry.value) == marked);
        }
    }

    /// Compares with something else.
    fn turn(&mut self) {
        self.against = match self.against {
            Against::Before => Against::Workspace,
            Against::Workspace if self.marked.is_some() => Against::Marked,
            Against::Workspace | Against::Marked => Against::Before,
        };
    }

    /// Moves the selection.
    pub fn list(&mut self, action: ListAction, height: usize) {
        self.picker.list(action, height);
    }
}

/// What there is to know of a version at a glance.
fn stands_as(is_deployed: bool, is_marked: bool) -> String {
    let words = [(is_marked, "marked"), (is_deployed, "executed")];
    let words = words.iter().filter(|(holds, _)| *holds).map(|(_, word)| *word);
    words.collect::<Vec<_>>().join(", ")
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
            .with_right(stands_as(is_deployed, false))
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
        marked: None,
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
        DialogAction::Back if dialog.marked.is_some() => dialog.set_mark(None),
        DialogAction::Back => return,
        DialogAction::Mark => dialog.mark(),
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
        DialogAction::TurnPart(_) => dialog.turn(),
        DialogAction::ScrollPreview(turn) => dialog.comparison.scroll_some(turn, height),
        DialogAction::TurnChange(turn) => dialog.comparison.turn_change(turn, height),
        _ => {}
    }
    state.dialogs.push(Dialog::Versions(dialog));
}

/// Has what is selected compared.
pub fn settle(state: &mut AppState, jobs: &mut Vec<Job>) {
    let Some(Dialog::Versions(dialog)) = state.dialogs.last() else { return };
    let selected = dialog.picker.selected();
    let wanted = selected.map(|entry| (entry.value, dialog.against, dialog.marked));
    if wanted == dialog.compared {
        return;
    }
    let id = state.next_text_id();
    let Some(Dialog::Versions(dialog)) = state.dialogs.last_mut() else { return };
    dialog.compared = wanted;
    if let Some((old, new)) = dialog.texts().filter(|_| !dialog.awaits_another()) {
        dialog.comparison = Comparison::ask(id, old, new, jobs);
    }
}
