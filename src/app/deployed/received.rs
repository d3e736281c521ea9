//! What happens when the platform tells something.

use super::actions;
use super::job::{PlatformJob, PlatformMessage, ThenRead, ThenUndeployed};
use super::{Deployed, Serving};
use crate::app::dialogs::{Dialog, confirm, versions};
use crate::app::job::{DiskJob, Job};
use crate::app::notice::Notice;
use crate::app::screens::activity;
use crate::app::state::{AppState, Screen};
use crate::app::status;
use crate::domain::{Ending, KeptRun};

/// Takes in what the platform told; says whether anything a person can see may have changed.
pub fn receive(state: &mut AppState, message: PlatformMessage, jobs: &mut Vec<Job>) -> bool {
    match message {
        PlatformMessage::Seen(lambdas, serving) => {
            let Deployed { lambdas: before, serving: served, .. } = &state.deployed;
            if *before == lambdas && *served == serving {
                return false;
            }
            state.deployed.lambdas = lambdas;
            state.deployed.serving = serving;
        }
        PlatformMessage::Reviewed(review) => actions::reviewed(state, *review, jobs),
        PlatformMessage::Deployed { lambda, version, undeployed } => {
            state.dialogs.retain(|dialog| !matches!(dialog, Dialog::Versions(_)));
            let swapped = undeployed
                .map(|holder| format!("; {holder} gave its slot and is not deployed any more"));
            let swapped = swapped.unwrap_or_default();
            state.inform(format!("Deployed {lambda}: version {version} is executed now{swapped}"));
            jobs.push(Job::Platform(PlatformJob::Look));
        }
        PlatformMessage::Full { lambda, slots } => actions::ask_for_slot(state, lambda, &slots),
        PlatformMessage::Undeployed(lambda, ThenUndeployed::Delete) => {
            jobs.push(Job::Disk(DiskJob::Delete(lambda)));
        }
        PlatformMessage::Undeployed(lambda, ThenUndeployed::Nothing) => {
            state.inform(format!("{lambda} is not executed any more; its versions are kept"));
            jobs.push(Job::Platform(PlatformJob::Look));
        }
        PlatformMessage::Versions(told) => versions::open(state, *told, jobs),
        PlatformMessage::Renamed { lambda, to } => {
            jobs.push(Job::Disk(DiskJob::FollowRename { lambda, to }));
        }
        PlatformMessage::Serves(serving) => {
            state.add_notice(who_serves(&serving, state.now_ms));
            state.deployed.serving = serving;
        }
        PlatformMessage::Ran => {
            match state.screen {
                Screen::Lambdas => jobs.push(Job::Platform(PlatformJob::Look)),
                Screen::Activity => activity::look(state, jobs),
                Screen::Editor | Screen::Invoke | Screen::Settings => {}
            }
            return false;
        }
        PlatformMessage::Warned(text) => {
            state.add_notice(Notice::warning(text, state.now_ms));
        }
        PlatformMessage::Watched(seen) => return activity::seen(state, *seen),
        PlatformMessage::Page { query, side, found } => {
            activity::page(state, (&query, side), found);
        }
        PlatformMessage::Read(kept, ThenRead::Show) => activity::show(state, *kept, jobs),
        PlatformMessage::Read(kept, ThenRead::Replay) => confirm::ask_to_replay(state, &kept),
        PlatformMessage::Replayed(kept) => replayed(state, *kept, jobs),
        PlatformMessage::Redriven(count) => {
            let letters = status::count(count as usize, "dead letter");
            state.inform(format!("{letters} went back into the queue, with all attempts"));
            activity::look(state, jobs);
        }
        PlatformMessage::Purged(count) => {
            let letters = status::count(count as usize, "dead letter");
            state.inform(format!("{letters} removed for good"));
            activity::look(state, jobs);
        }
    }
    true
}

fn who_serves(serving: &Serving, now_ms: i64) -> Notice {
    match serving {
        Serving::Here { address: Some(address) } => {
            Notice::info(format!("Executing what is deployed, listening at {address}"), now_ms)
        }
        Serving::Here { address: None } => Notice::info("Executing what is deployed", now_ms),
        Serving::Elsewhere { pid, .. } => {
            Notice::warning(format!("The process {pid} executes what is deployed here"), now_ms)
        }
        Serving::Nobody => Notice::info("Nothing is executed here any more", now_ms),
    }
}

/// Shows a run that was made again, where somebody still looks at runs.
fn replayed(state: &mut AppState, kept: KeptRun, jobs: &mut Vec<Job>) {
    let (lambda, ending) = (kept.run.lambda.clone(), Ending::of(&kept.run.outcome).title());
    let code = kept.version.map_or_else(|| "the draft".to_owned(), |it| format!("version {it}"));
    if state.screen == Screen::Activity && state.dialogs.is_empty() {
        activity::show(state, kept, jobs);
    }
    state.inform(format!("Replayed {lambda} with {code}: {ending}"));
}
