//! What the template of a lambda needs and is not set up yet, as a list that gets shorter with every step.

use super::Dialog;
use super::pick::{Choice, Pick, Purpose, secret_kind};
use super::picker::{Entry, Picker};
use super::prompt::Ask;
use crate::app::job::{DiskJob, Job};
use crate::app::layout;
use crate::app::setting::Change;
use crate::app::state::AppState;
use crate::domain::{LambdaName, Needs, SecretName};
use crate::workspace::Owner;

/// Something that is not set up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Need {
    /// A host that has to be allowed.
    Domain(String),
    /// A secret that has to be set.
    Secret(SecretName),
    /// An environment variable that has to be set.
    Variable(String),
}

impl Need {
    fn label(&self) -> String {
        match self {
            Self::Domain(host) => format!("domain    {host}"),
            Self::Secret(name) => format!("secret    {name}"),
            Self::Variable(name) => format!("variable  {name}"),
        }
    }
}

/// Whether a list is shown.
pub fn is_open(state: &AppState) -> bool {
    position(state).is_some()
}

fn position(state: &AppState) -> Option<usize> {
    state
        .dialogs
        .iter()
        .position(|dialog| matches!(dialog, Dialog::Pick(Pick { purpose: Purpose::SetUp(_), .. })))
}

/// Has the list shown for `lambda` as soon as the workspace was read with it.
pub fn request(state: &mut AppState, lambda: LambdaName, jobs: &mut Vec<Job>) {
    state.lambdas.to_set_up = Some(lambda);
    jobs.push(Job::Disk(DiskJob::ListSecrets));
}

/// Shows the list that was asked for, and brings one that is shown up to date.
pub fn settle(state: &mut AppState) {
    if let Some(lambda) = state.lambdas.to_set_up.take() {
        match needs_of(state, &lambda) {
            Some(needs) if !needs.secrets.is_empty() && state.settings.secrets.is_none() => {
                state.lambdas.to_set_up = Some(lambda);
            }
            Some(needs) => offer(state, lambda, &needs),
            None => state.lambdas.to_set_up = Some(lambda),
        }
    }
    refresh(state);
}

/// What the template of `lambda` needs, set up or not; none while the workspace is not read with it.
pub fn needs_of(state: &AppState, lambda: &LambdaName) -> Option<Needs> {
    let template = state.project.lambda(lambda)?.template.as_deref();
    let template = template.and_then(|id| state.project.catalog.find_template(id));
    Some(template.map(|template| template.needs.clone()).unwrap_or_default())
}

fn offer(state: &mut AppState, lambda: LambdaName, needs: &Needs) {
    let entries = entries(state, &lambda, needs);
    if entries.is_empty() {
        if !needs.is_empty() {
            state.inform(format!("{lambda} has all that its template needs"));
        }
        return;
    }
    state.dialogs.push(Dialog::Pick(Pick {
        title: format!("Set up {lambda}"),
        note: Some(format!(
            "Its template needs these. {} sets one up, {} leaves the rest.",
            state.keymap.word_for("dialog.accept"),
            state.keymap.word_for("dialog.back")
        )),
        picker: Picker::new(entries),
        purpose: Purpose::SetUp(lambda),
    }));
}

/// A list whose last need was met closes itself.
fn refresh(state: &mut AppState) {
    let Some(at) = position(state) else { return };
    let Dialog::Pick(Pick { purpose: Purpose::SetUp(lambda), .. }) = &state.dialogs[at] else {
        return;
    };
    let lambda = lambda.clone();
    let needs = needs_of(state, &lambda).unwrap_or_default();
    let entries = entries(state, &lambda, &needs);
    if entries.is_empty() {
        state.dialogs.remove(at);
        return state.inform(format!("{lambda} has all that its template needs"));
    }
    let height = layout::dialog_list_height(state);
    if let Dialog::Pick(dialog) = &mut state.dialogs[at]
        && dialog.picker.entry_count() != entries.len()
    {
        dialog.picker = Picker::new(entries);
        dialog.picker.settle(height);
    }
}

/// What is open of `needs`.
fn entries(state: &AppState, lambda: &LambdaName, needs: &Needs) -> Vec<Entry<Choice>> {
    let project = &state.project;
    let env = project.env_of(lambda);
    let secrets = state.settings.secrets.as_ref().and_then(|it| it.as_ref().ok());
    let domains = needs.domains.iter().filter(|(host, _)| {
        !project.reach.hosts.iter().any(|allowed| allowed.to_string() == **host)
    });
    let domains = domains.map(|(host, why)| (Need::Domain(host.clone()), why));
    let is_set = |name: &SecretName| {
        secrets.is_some_and(|secrets| secrets.iter().any(|(other, _)| other == name))
    };
    let secrets = needs.secrets.iter().filter_map(|(name, why)| {
        let name = SecretName::new(name).ok().filter(|name| !is_set(name))?;
        Some((Need::Secret(name), why))
    });
    let variables = needs.environment.iter().filter(|(name, _)| !env.contains_key(*name));
    let variables = variables.map(|(name, why)| (Need::Variable(name.clone()), why));
    let entry = |(need, why): (Need, &String)| {
        Entry::new(need.label(), Choice::Need(need)).with_detail(why.clone())
    };
    domains.chain(secrets).chain(variables).map(entry).collect()
}

/// Sets `need` of `lambda` up, or asks for its value. The list stays beneath.
pub fn set_up(state: &mut AppState, lambda: LambdaName, need: Need, jobs: &mut Vec<Job>) {
    match need {
        Need::Domain(domain) => {
            let change = Change::Allow { domain, instead_of: None };
            jobs.push(Job::Disk(DiskJob::Change(Box::new(change))));
        }
        Need::Secret(name) => state.dialogs.push(secret_kind(name)),
        Need::Variable(name) => {
            let ask = Ask::VariableValue { owner: Owner::Lambda(lambda), name };
            state.dialogs.push(Dialog::setting(ask, ""));
        }
    }
}
