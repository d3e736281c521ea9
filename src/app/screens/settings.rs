//! The Settings screen: what lambdas may reach, what they are given, and what they may use.
//!
//! One list of everything under headings. A change goes to the disk as a job and comes back with the workspace read anew.
//! The values of secrets are not in the state, save for the one that is revealed for a moment.

use crate::app::action::{ListAction, SettingsAction};
use crate::app::deployed::Planned;
use crate::app::deployed::job::PlatformJob;
use crate::app::dialogs::Dialog;
use crate::app::dialogs::prompt::Ask;
use crate::app::job::{DiskJob, Job};
use crate::app::layout;
use crate::app::list::Cursor;
use crate::app::setting::Change;
use crate::app::state::{AppState, Pane};
use crate::domain::{
    DeclaredSchedule, LambdaName, LimitOverrides, Limits, Schedule, ScheduleOrigin, Secret,
    SecretKind, SecretName,
};
use crate::workspace::Owner;
use std::collections::BTreeMap;

/// How long a revealed secret is shown, in milliseconds.
const REVEALED_MS: i64 = 5_000;

/// The Settings screen.
#[derive(Clone, Debug, Default)]
pub struct SettingsScreen {
    /// The selected entry.
    pub cursor: Cursor,
    /// The secrets, or why they cannot be read; none before the disk was asked.
    pub secrets: Option<Result<Vec<(SecretName, SecretKind)>, String>>,
    /// The secret that is shown for a moment.
    pub revealed: Option<Revealed>,
}

/// A secret that is shown for a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revealed {
    /// Its name.
    pub name: SecretName,
    /// Its value.
    pub secret: Secret,
    /// When it is hidden again, in milliseconds since the Unix epoch.
    pub until_ms: i64,
}

/// A part of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Section {
    /// The hosts that lambdas may call.
    Domains,
    /// The networks that lambdas may reach although they are not public.
    Networks,
    /// The secrets.
    Secrets,
    /// Environment variables.
    Variables(Owner),
    /// When lambdas run by themselves.
    Schedules,
    /// Limits of a run.
    Limits(Owner),
}

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The beginning of a section.
    Heading(Section),
    /// There is nothing in the section, or it cannot be read.
    Nothing(Section),
    /// A host that lambdas may call.
    Domain(String),
    /// A network that lambdas may reach although it is not public.
    Network(String),
    /// A secret.
    Secret(SecretName, SecretKind),
    /// An environment variable.
    Variable {
        /// Whose.
        owner: Owner,
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// A schedule.
    Schedule(PlannedRow),
    /// A limit.
    Limit {
        /// Whose.
        owner: Owner,
        /// Its name in the file.
        name: &'static str,
        /// What the file says, if it does.
        own: Option<u64>,
        /// What holds.
        value: u64,
        /// What it limits.
        meaning: &'static str,
    },
}

/// A schedule in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlannedRow {
    /// It is known where lambdas are executed.
    Known(Planned),
    /// A lambda.toml declares it, and it was not deployed yet.
    Declared {
        /// The lambda.
        lambda: LambdaName,
        /// What it declares.
        schedule: DeclaredSchedule,
    },
}

/// Everything there is to set, for the workspace and for the lambda at hand.
pub fn entries(state: &AppState) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut section = |section: Section, rows: Vec<Entry>| {
        entries.push(Entry::Heading(section.clone()));
        if rows.is_empty() {
            entries.push(Entry::Nothing(section));
        }
        entries.extend(rows);
    };
    let project = &state.project;
    let domains = project.reach.hosts.iter().map(|host| Entry::Domain(host.to_string()));
    section(Section::Domains, domains.collect());
    let networks = project.reach.networks.iter().map(|it| Entry::Network(it.to_string()));
    section(Section::Networks, networks.collect());
    let secrets = match &state.settings.secrets {
        Some(Ok(secrets)) => secrets.as_slice(),
        Some(Err(_)) | None => &[],
    };
    let secret = |(name, kind): &(SecretName, SecretKind)| Entry::Secret(name.clone(), *kind);
    section(Section::Secrets, secrets.iter().map(secret).collect());
    let owner = Owner::Workspace;
    section(Section::Variables(owner.clone()), variables(&owner, &project.env));
    let at_hand = state.at_hand().and_then(|name| project.lambda(&name));
    if let Some(lambda) = at_hand {
        let owner = Owner::Lambda(lambda.name.clone());
        section(Section::Variables(owner.clone()), variables(&owner, &lambda.env));
    }
    section(Section::Schedules, schedules(state));
    let workspace = limits(&Owner::Workspace, project.own_limits, project.limits);
    section(Section::Limits(Owner::Workspace), workspace);
    if let Some(lambda) = at_hand {
        let owner = Owner::Lambda(lambda.name.clone());
        let rows = limits(&owner, lambda.limits, project.limits_of(&lambda.name));
        section(Section::Limits(owner), rows);
    }
    entries
}

fn variables(owner: &Owner, env: &BTreeMap<String, String>) -> Vec<Entry> {
    let row = |(name, value): (&String, &String)| Entry::Variable {
        owner: owner.clone(),
        name: name.clone(),
        value: value.clone(),
    };
    env.iter().map(row).collect()
}

/// The schedules that are known, then those that are only declared.
fn schedules(state: &AppState) -> Vec<Entry> {
    let known = &state.deployed.schedules;
    let is_known = |name: &str| known.iter().any(|it| it.schedule.name == name);
    let declared = state.project.lambdas.iter().flat_map(|lambda| {
        let of_lambda = lambda.schedules.iter().map(|it| (&lambda.name, it));
        of_lambda.filter(|(lambda, it)| !is_known(&it.full_name(lambda)))
    });
    let declared = declared.map(|(lambda, schedule)| PlannedRow::Declared {
        lambda: lambda.clone(),
        schedule: schedule.clone(),
    });
    let rows = known.iter().cloned().map(PlannedRow::Known).chain(declared);
    rows.map(Entry::Schedule).collect()
}

/// The limits by their names in the file: what it says, and what holds.
fn limits(owner: &Owner, own: LimitOverrides, all: Limits) -> Vec<Entry> {
    const MIB: u64 = 1024 * 1024;
    let size = |own: Option<usize>| own.map(|it| it as u64);
    let requests = (own.requests_per_second.map(u64::from), u64::from(all.requests_per_second));
    let rows = [
        ("deadline_ms", own.deadline_ms, all.deadline_ms),
        ("memory_mib", own.memory_mib, all.memory_bytes / MIB),
        ("source_chars", size(own.source_chars), all.source_chars as u64),
        ("payload_bytes", size(own.payload_bytes), all.payload_bytes as u64),
        ("log_lines", size(own.log_lines), all.log_lines as u64),
        ("log_chars", size(own.log_chars), all.log_chars as u64),
        ("requests_per_second", requests.0, requests.1),
        ("response_bytes", size(own.response_bytes), all.response_bytes as u64),
    ];
    let row = |(name, own, value)| {
        let meaning = LimitOverrides::meaning(name);
        Entry::Limit { owner: owner.clone(), name, own, value, meaning }
    };
    rows.into_iter().map(row).collect()
}

/// The selected entry.
pub fn selected(state: &AppState) -> Option<Entry> {
    entries(state).into_iter().nth(state.settings.cursor.selected)
}

/// The section that the selected entry belongs to.
fn section(state: &AppState) -> Option<Section> {
    let headings = entries(state).into_iter().take(state.settings.cursor.selected + 1);
    headings
        .filter_map(|it| if let Entry::Heading(section) = it { Some(section) } else { None })
        .next_back()
}

/// Moves the selection.
pub fn list(state: &mut AppState, action: ListAction) {
    let height = layout::list_height(state, Pane::Settings);
    let len = entries(state).len();
    state.settings.cursor.apply(action, len, height);
}

/// Brings the selection up to date after a change.
pub fn settle(state: &mut AppState) {
    let height = layout::list_height(state, Pane::Settings);
    let len = entries(state).len();
    state.settings.cursor.settle(len, height);
}

/// Carries out a command of the screen.
pub fn apply(state: &mut AppState, action: SettingsAction, jobs: &mut Vec<Job>) {
    let Some(entry) = selected(state) else { return };
    match (action, entry) {
        (SettingsAction::Add, _)
        | (SettingsAction::Edit, Entry::Heading(_) | Entry::Nothing(_)) => add(state),
        (SettingsAction::Edit, Entry::Domain(domain)) => {
            ask(state, Ask::Domain { instead_of: Some(domain.clone()) }, &domain);
        }
        (SettingsAction::Edit, Entry::Network(network)) => {
            ask(state, Ask::Network { instead_of: Some(network.clone()) }, &network);
        }
        (SettingsAction::Edit, Entry::Secret(name, kind)) => {
            ask(state, Ask::SecretValue { name, kind }, "");
        }
        (SettingsAction::Edit, Entry::Variable { owner, name, value }) => {
            ask(state, Ask::VariableValue { owner, name }, &value);
        }
        (SettingsAction::Edit, Entry::Limit { owner, name, own, value, .. }) => {
            ask(state, Ask::Limit { owner, name }, &own.unwrap_or(value).to_string());
        }
        (SettingsAction::Rename, Entry::Secret(name, _)) => {
            let text = name.to_string();
            ask(state, Ask::SecretName { old: Some(name) }, &text);
        }
        (SettingsAction::Rename, Entry::Variable { owner, name, value }) => {
            let text = name.clone();
            ask(state, Ask::VariableName { owner, old: Some((name, value)) }, &text);
        }
        (SettingsAction::Edit | SettingsAction::Delete, Entry::Schedule(row)) => {
            state.inform(where_it_stands(&row));
        }
        (SettingsAction::Pause, Entry::Schedule(PlannedRow::Known(planned))) => {
            let Schedule { name, is_paused, .. } = planned.schedule;
            let turn =
                if is_paused { PlatformJob::ResumeSchedule } else { PlatformJob::PauseSchedule };
            jobs.push(Job::Platform(turn(name)));
        }
        (SettingsAction::Reveal, Entry::Secret(name, _)) => show_or_hide(state, name, jobs),
        (SettingsAction::Delete, Entry::Domain(domain)) => {
            delete(state, &format!("the domain `{domain}`"), Change::Forbid(domain));
        }
        (SettingsAction::Delete, Entry::Network(network)) => {
            delete(state, &format!("the network `{network}`"), Change::ForbidNetwork(network));
        }
        (SettingsAction::Delete, Entry::Secret(name, _)) => {
            delete(state, &format!("the secret `{name}`"), Change::RemoveSecret(name));
        }
        (SettingsAction::Delete, Entry::Variable { owner, name, .. }) => {
            let change = Change::RemoveVariable(owner, name.clone());
            delete(state, &format!("the variable `{name}`"), change);
        }
        (SettingsAction::Delete, Entry::Limit { owner, name, own: Some(_), .. }) => {
            jobs.push(Job::Disk(DiskJob::Change(Box::new(Change::SetLimit(owner, name, None)))));
        }
        _ => {}
    }
}

fn add(state: &mut AppState) {
    match section(state) {
        Some(Section::Domains) => ask(state, Ask::Domain { instead_of: None }, ""),
        Some(Section::Networks) => ask(state, Ask::Network { instead_of: None }, ""),
        Some(Section::Secrets) => ask(state, Ask::SecretName { old: None }, ""),
        Some(Section::Variables(owner)) => ask(state, Ask::VariableName { owner, old: None }, ""),
        Some(Section::Schedules) => state.inform(HOW_TO_ADD),
        Some(Section::Limits(_)) | None => {}
    }
}

/// How one comes by a schedule.
const HOW_TO_ADD: &str = "`[[schedule]]` in the lambda.toml of a lambda declares one, which is deployed with it; `lambdeck schedule add` makes one at once";

fn where_it_stands(row: &PlannedRow) -> String {
    let lambda = match row {
        PlannedRow::Declared { lambda, .. } => lambda,
        PlannedRow::Known(planned) => match planned.schedule.origin {
            ScheduleOrigin::Lambda => &planned.schedule.lambda,
            ScheduleOrigin::Command => {
                let name = &planned.schedule.name;
                return format!(
                    "`lambdeck schedule rm {name}` and `schedule add` change it; it can be paused here"
                );
            }
        },
    };
    format!("It stands in lambdas/{lambda}/lambda.toml; change it there and deploy {lambda}")
}

fn ask(state: &mut AppState, ask: Ask, text: &str) {
    state.dialogs.push(Dialog::setting(ask, text));
}

fn show_or_hide(state: &mut AppState, name: SecretName, jobs: &mut Vec<Job>) {
    if state.settings.revealed.take().is_none_or(|shown| shown.name != name) {
        jobs.push(Job::Disk(DiskJob::RevealSecret(name)));
    }
}

fn delete(state: &mut AppState, what: &str, change: Change) {
    state.dialogs.push(Dialog::delete_setting(what, change));
}

/// The disk has read the secret that is to be shown.
pub fn reveal(state: &mut AppState, name: SecretName, secret: Secret) {
    let until_ms = state.now_ms + REVEALED_MS;
    state.settings.revealed = Some(Revealed { name, secret, until_ms });
}
