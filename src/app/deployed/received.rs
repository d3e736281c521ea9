//! What happens when the platform tells something.

use super::actions;
use super::job::{Look, PlatformJob, PlatformMessage, Standing, ThenRead, ThenUndeployed};
use super::{Deployed, Serving};
use crate::app::dialogs::{Dialog, confirm, versions};
use crate::app::job::{DiskJob, Job};
use crate::app::notice::Notice;
use crate::app::screens::{activity, ongoing};
use crate::app::state::{AppState, Screen};
use crate::app::status;
use crate::domain::{Ending, KeptRun};

/// Takes in what the platform told; says whether anything a person can see may have changed.
pub fn receive(state: &mut AppState, message: PlatformMessage, jobs: &mut Vec<Job>) -> bool {
    match message {
        PlatformMessage::Seen(standing) => return seen(state, *standing),
        PlatformMessage::Reviewed(review) => actions::reviewed(state, *review, jobs),
        PlatformMessage::Deployed { lambda, version, undeployed } => {
            state.dialogs.retain(|dialog| !matches!(dialog, Dialog::Versions(_)));
            let swapped = undeployed
                .map(|holder| format!("; {holder} gave its slot and is not deployed any more"));
            let swapped = swapped.unwrap_or_default();
            state.inform(format!("Deployed {lambda}: version {version} is executed now{swapped}"));
            jobs.push(Job::Platform(PlatformJob::Look));
        }
        PlatformMessage::Full { lambda, version, slots } => {
            actions::ask_for_slot(state, (lambda, version), &slots);
        }
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
            forget_collector(state);
        }
        PlatformMessage::ServesByItself { address } => {
            let told = format!(
                "The IDE executes what is deployed, at {address}; `in_ide = false` in [serve] of lambdeck.toml switches that off"
            );
            state.add_notice(Notice::warning(told, state.now_ms));
        }
        PlatformMessage::OwnerChanged => {
            jobs.push(Job::Platform(PlatformJob::Look));
            return false;
        }
        PlatformMessage::Collector(trouble) => collector(state, trouble),
        PlatformMessage::Ongoing(runs) => return ongoing::told(state, runs),
        PlatformMessage::Replaying(runs) => ongoing::replaying(state, runs),
        PlatformMessage::Cancelled(run) => {
            state.inform(format!("Cancelled the run of {}", run.lambda));
        }
        PlatformMessage::Ran => {
            match state.screen {
                Screen::Lambdas => jobs.push(Job::Platform(PlatformJob::Look)),
                Screen::Activity => activity::look(state, jobs),
                Screen::Editor | Screen::Invoke | Screen::Settings => {}
            }
            // What ran may have been a schedule, which is due at another time now.
            let shows_schedules = matches!(state.screen, Screen::Activity | Screen::Settings);
            if shows_schedules && !state.deployed.schedules.is_empty() {
                jobs.push(Job::Platform(PlatformJob::Look));
            }
            return false;
        }
        PlatformMessage::Warned(text) => {
            state.add_notice(Notice::warning(text, state.now_ms));
        }
        PlatformMessage::Watched(seen) => return activity::seen(state, *seen),
        PlatformMessage::Unread(look, reason) => return unread(state, look, reason),
        PlatformMessage::Page { query, side, found } => {
            activity::page(state, (&query, side), found);
        }
        PlatformMessage::Read(kept, source, ThenRead::Show) => {
            activity::show(state, (*kept, source), jobs);
        }
        PlatformMessage::Read(kept, _, ThenRead::Replay) => confirm::ask_to_replay(state, &kept),
        PlatformMessage::Replayed(kept) => replayed(state, *kept, jobs),
        PlatformMessage::Redriven { count, left } => {
            let letters = status::count(count as usize, "dead letter");
            let told = format!("{letters} went back into the queue, with all attempts");
            if left.is_empty() {
                state.inform(told);
            } else {
                let names: Vec<_> = left.iter().map(ToString::to_string).collect();
                let names = names.join(", ");
                state.warn(format!("{told}; those of {names} stay, for nothing of it is deployed"));
            }
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

fn seen(state: &mut AppState, standing: Standing) -> bool {
    let Standing { lambdas, schedules, serving } = standing;
    let known = &state.deployed;
    let is_same = known.lambdas == lambdas && known.schedules == schedules;
    if is_same && known.serving == serving && known.unread.is_none() {
        return false;
    }
    let before = std::mem::take(&mut state.deployed);
    state.deployed = Deployed { lambdas, schedules, serving, unread: None, ..before };
    forget_collector(state);
    true
}

/// What cannot be read is told once, and shown for as long as it cannot.
fn unread(state: &mut AppState, look: Look, reason: String) -> bool {
    let known = match look {
        Look::Standing => &mut state.deployed.unread,
        Look::Activity => &mut state.activity.unread,
    };
    if known.as_ref() == Some(&reason) {
        return false;
    }
    *known = Some(reason.clone());
    state.fail(reason);
    true
}

/// Who executes elsewhere or not at all sends no spans from here.
fn forget_collector(state: &mut AppState) {
    state.deployed.collector_is_away &= matches!(state.deployed.serving, Serving::Here { .. });
}

fn collector(state: &mut AppState, trouble: Option<String>) {
    state.deployed.collector_is_away = trouble.is_some();
    let notice = match trouble {
        Some(reason) => Notice::warning(
            format!(
                "The collector of traces takes no spans ({reason}); lambdas run on, spans wait and are dropped when too many do"
            ),
            state.now_ms,
        ),
        None => Notice::info("The collector takes spans again", state.now_ms),
    };
    state.add_notice(notice);
}

fn who_serves(serving: &Serving, now_ms: i64) -> Notice {
    match serving {
        Serving::Here { address: Some(address), .. } => {
            Notice::info(format!("Executing what is deployed, listening at {address}"), now_ms)
        }
        Serving::Here { address: None, .. } => Notice::info("Executing what is deployed", now_ms),
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
        activity::show(state, (kept, None), jobs);
    }
    state.inform(format!("Replayed {lambda} with {code}: {ending}"));
}
