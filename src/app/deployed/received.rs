//! What happens when the platform tells something.

use super::actions;
use super::job::{PlatformJob, PlatformMessage, ThenUndeployed};
use super::{Deployed, Serving};
use crate::app::dialogs::{Dialog, versions};
use crate::app::job::{DiskJob, Job};
use crate::app::state::{AppState, Screen};

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
        PlatformMessage::Versions(told) => versions::open(state, told, jobs),
        PlatformMessage::Renamed { lambda, to } => {
            jobs.push(Job::Disk(DiskJob::FollowRename { lambda, to }));
        }
        PlatformMessage::Serves(serving) => {
            match &serving {
                Serving::Here { address: Some(address) } => {
                    state.inform(format!("Executing what is deployed, listening at {address}"));
                }
                Serving::Here { address: None } => state.inform("Executing what is deployed"),
                Serving::Elsewhere { pid, .. } => {
                    state.warn(format!("The process {pid} executes what is deployed here"));
                }
                Serving::Nobody => state.inform("Nothing is executed here any more"),
            }
            state.deployed.serving = serving;
        }
        PlatformMessage::Ran => {
            if state.screen == Screen::Lambdas {
                jobs.push(Job::Platform(PlatformJob::Look));
            }
            return false;
        }
    }
    true
}
