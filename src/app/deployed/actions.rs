//! What the commands about deployments do.

use super::job::{PlatformJob, Review, Slots};
use crate::app::action::DeployAction;
use crate::app::dialogs::{confirm, executing, pick};
use crate::app::job::{Job, Then};
use crate::app::notice::Notice;
use crate::app::screens::editor;
use crate::app::state::AppState;
use crate::app::status::count;
use crate::app::update;
use crate::domain::{DeclaredSchedule, DeploymentState, FileKey, LambdaName};

/// So many warnings are shown before a lambda is deployed.
const WARNINGS_SHOWN: usize = 4;
/// So many further changes are.
const CHANGES_SHOWN: usize = 8;

/// Carries out a command.
pub fn apply(state: &mut AppState, action: DeployAction, jobs: &mut Vec<Job>) {
    match action {
        DeployAction::TurnServing => return jobs.push(Job::Platform(PlatformJob::TurnServing)),
        // Whoever looks has it tried again.
        DeployAction::ListenAgain => return jobs.push(Job::Platform(PlatformJob::Look)),
        _ => {}
    }
    let Some(lambda) = state.at_hand() else { return };
    match action {
        DeployAction::Deploy => deploy(state, lambda, jobs),
        DeployAction::Undeploy => executing::ask_to_undeploy(state, lambda),
        DeployAction::Redeploy => executing::ask_to_redeploy(state, lambda),
        DeployAction::Versions => jobs.push(Job::Platform(PlatformJob::Versions(lambda))),
        DeployAction::TurnServing | DeployAction::ListenAgain => {}
    }
}

/// Saves the lambda, then has it reviewed.
fn deploy(state: &mut AppState, lambda: LambdaName, jobs: &mut Vec<Job>) {
    let is_dirty = |it: &editor::Document| it.pane.buffer.is_dirty();
    if state.editor.source(&lambda).is_some_and(is_dirty) {
        let file = FileKey::Source(lambda.clone());
        state.deployed.wanted = Some(lambda);
        return editor::save_file(state, &file, editor::Expect::Unchanged, jobs);
    }
    review(state, lambda, jobs);
}

/// Has a lambda reviewed as the disk has it.
pub(super) fn review(state: &mut AppState, lambda: LambdaName, jobs: &mut Vec<Job>) {
    state.deployed.wanted = None;
    state.inform(checking(&lambda));
    jobs.push(Job::Platform(PlatformJob::Review(lambda)));
}

/// Said while a lambda is reviewed.
fn checking(lambda: &LambdaName) -> String {
    format!("Checking {lambda} …")
}

/// A file was saved: the lambda may be waited for.
pub fn saved(state: &mut AppState, file: &FileKey, jobs: &mut Vec<Job>) {
    let FileKey::Source(lambda) = file else { return };
    if state.deployed.wanted.as_ref() == Some(lambda) {
        return review(state, lambda.clone(), jobs);
    }
    if state.deployed.is_known(lambda) {
        jobs.push(Job::Platform(PlatformJob::Look));
    }
}

/// A file could not be saved: nothing of it is deployed.
pub fn not_saved(state: &mut AppState, file: &FileKey) {
    state.deployed.wanted.take_if(|wanted| wanted == file.lambda());
}

/// Leads to what is wrong, or asks whether to deploy.
pub(super) fn reviewed(state: &mut AppState, review: Review, jobs: &mut Vec<Job>) {
    let lambda = &review.lambda;
    state.notice.take_if(|notice| notice.text == checking(lambda));
    if let Some((first, place, errors)) = &review.errors {
        let (errors, first) = (count(*errors, "error"), first.trim_end_matches('.'));
        let told = format!("{lambda} was not deployed: {errors}, the first: {first}");
        if let Some(place) = place {
            update::open_lambda(state, lambda.clone(), Then::GoTo(*place), jobs);
        }
        return state.add_notice(Notice::error(told, state.now_ms));
    }
    if let (Some(deployed), DeploymentState::Productive) = (&review.deployed, review.state) {
        let number = deployed.number;
        let told = format!("{lambda} is deployed as it stands: version {number}");
        return state.add_notice(Notice::info(told, state.now_ms));
    }
    confirm::ask_to_deploy(state, review, jobs);
}

/// What there is to read before a lambda is deployed.
pub(in crate::app) fn words(state: &AppState, review: &Review) -> Vec<String> {
    let event = review.new.event.as_ref();
    let name = event.map(|id| event_name(state, id));
    let place = name.map_or_else(|| "without an event".to_owned(), |name| format!("on {name}"));
    let mut words = vec![match &review.deployed {
        None => format!("{} is not deployed now. It will be executed {place}.", review.lambda),
        Some(old) => format!(
            "{} takes the place of version {}, {place}. + is new, - is what is executed now.",
            review.lambda, old.number
        ),
    }];
    if review.deployed.is_none() {
        let told =
            |it: &DeclaredSchedule| format!("Schedule {}: {} {}", it.name, it.cron, it.time_zone);
        words.extend(review.new.schedules.iter().map(told));
    }
    words.extend(review.full.as_ref().map(|slots| full(state, slots)));
    words.extend(cut(&review.changes, CHANGES_SHOWN, "further change"));
    words.extend(cut(&review.warnings, WARNINGS_SHOWN, "further warning"));
    words
}

fn cut(all: &[String], most: usize, what: &str) -> Vec<String> {
    let mut shown: Vec<_> = all.iter().take(most).cloned().collect();
    if all.len() > most {
        shown.push(format!("and {}", count(all.len() - most, what)));
    }
    shown
}

fn event_name(state: &AppState, id: &crate::domain::EventId) -> String {
    state.project.catalog.event(id).map_or_else(|| id.to_string(), |event| event.name.clone())
}

fn full(state: &AppState, slots: &Slots) -> String {
    let holders: Vec<_> = slots.holders.iter().map(ToString::to_string).collect();
    let (is, it) = if holders.len() == 1 { ("is", "it") } else { ("are", "one of them") };
    format!(
        "{} admits {} and is full: {} {is} deployed on it. Swapping undeploys {it} and deploys this one, in one step.",
        event_name(state, &slots.event),
        count(slots.slots as usize, "deployed lambda"),
        holders.join(", ")
    )
}

/// Asks which lambda gives its slot to one that is to be deployed.
pub(in crate::app) fn ask_for_slot(
    state: &mut AppState,
    (lambda, version): (LambdaName, Option<u32>),
    slots: &Slots,
) {
    let note = full(state, slots);
    let dialog = pick::slot_to_deploy((lambda, version), note, &slots.holders);
    state.dialogs.push(dialog);
}
