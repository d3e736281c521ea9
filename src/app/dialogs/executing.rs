//! Questions about what is executed: each says what changes, and leaves everything as it is unless somebody agrees.

use super::Dialog;
use super::confirm::{Confirm, Purpose};
use super::versions::{VersionsDialog, as_text};
use crate::app::comparison::Comparison;
use crate::app::job::Job;
use crate::app::state::AppState;
use crate::app::words::date_and_time;
use crate::domain::{EventId, LambdaName};

const KEEP: &str = "Keep";

/// Asks whether to stop executing a lambda.
pub fn ask_to_undeploy(state: &mut AppState, lambda: LambdaName) {
    let mut text = vec![format!("Stop executing {lambda} when its event is triggered?")];
    if let Some(deployment) = state.deployed.deployment(&lambda) {
        let since = date_and_time(deployment.deployed_at_ms, state.utc_offset_s);
        text.push(format!(
            "Version {}, executed {} since {since}, is executed no more, and its slot is free at once.",
            deployment.version,
            place(state, deployment.event.as_ref())
        ));
    }
    let resting: Vec<_> =
        state.deployed.schedules_of(&lambda).map(|it| it.schedule.name.as_str()).collect();
    if !resting.is_empty() {
        text.push(format!("Its schedules rest: {}.", resting.join(", ")));
    }
    text.push(
        "What waits to be delivered to it becomes dead letters. Its versions are kept, and any of them can be deployed again."
            .to_owned(),
    );
    let title = format!("Undeploy {lambda}");
    let confirm = question(&title, text, "Undeploy", Purpose::Undeploy(lambda));
    state.dialogs.push(Dialog::Confirm(confirm));
}

/// Asks whether to deploy the newest version of a lambda again that is not deployed.
pub fn ask_to_redeploy(state: &mut AppState, lambda: LambdaName) {
    let text = vec![
        format!("{lambda} is not deployed now. Deploy its newest version again?"),
        "It takes a slot of the event it was connected to; what was edited since is left out."
            .to_owned(),
    ];
    let title = format!("Redeploy {lambda}");
    let confirm = question(&title, text, "Redeploy", Purpose::RollBack(lambda, None));
    state.dialogs.push(Dialog::Confirm(confirm));
}

/// The question whether to execute the selected version in the place of the one that is executed now.
pub(super) fn ask_to_roll_back(
    state: &mut AppState,
    dialog: &VersionsDialog,
    jobs: &mut Vec<Job>,
) -> Option<Dialog> {
    let new = dialog.selected()?;
    let (lambda, number) = (&dialog.lambda, new.number);
    let place = place(state, new.event.as_ref());
    let text = match dialog.executed() {
        None => format!("{lambda} is not deployed now. Version {number} will be executed {place}."),
        Some(old) => format!(
            "Version {number} takes the place of version {}, {place}. + comes back, - is what is executed now.",
            old.number
        ),
    };
    let purpose = Purpose::RollBack(lambda.clone(), Some(number));
    let title = format!("Roll back {lambda}");
    let mut confirm = question(&title, vec![text], "Roll back", purpose);
    if let Some(old) = dialog.executed() {
        let (old, new) = (as_text(old), as_text(new));
        confirm.comparison = Some(Comparison::ask(state.next_text_id(), old, new, jobs));
    }
    Some(Dialog::Confirm(confirm))
}

/// A question of which the careful answer is selected.
fn question(title: &str, text: Vec<String>, answer: &'static str, purpose: Purpose) -> Confirm {
    let mut confirm = Confirm::new(title, text, vec![answer, KEEP], purpose);
    confirm.selected = 1;
    confirm
}

fn place(state: &AppState, event: Option<&EventId>) -> String {
    let Some(id) = event else { return "without an event".to_owned() };
    let known = state.project.catalog.event(id);
    format!("on {}", known.map_or_else(|| id.to_string(), |event| event.name.clone()))
}
