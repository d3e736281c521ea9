//! What goes on in this process.

use super::NotCancelled;
use crate::domain::{OngoingRun, RunId};
use crate::runtime::Cancel;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// A run is told of once it has gone on for so long: what is over before a person could read it is only noise.
const MOMENT: Duration = Duration::from_millis(250);
/// What changes is told of at most so often.
const PAUSE: Duration = Duration::from_millis(250);

/// The runs that go on.
pub(in super::super) struct Ongoing {
    runs: Mutex<Runs>,
    changed: watch::Sender<()>,
}

#[derive(Default)]
struct Runs {
    /// In the order in which they began.
    by_id: BTreeMap<RunId, Entry>,
    is_stopped: bool,
}

struct Entry {
    run: Arc<OngoingRun>,
    since: Instant,
    cancel: Cancel,
    cancelled_by: Option<String>,
}

/// A run while it goes on; it is over when this is dropped.
pub(in super::super) struct Going<'a> {
    ongoing: &'a Ongoing,
    id: RunId,
    cancel: Cancel,
}

impl Default for Ongoing {
    fn default() -> Self {
        Self { runs: Mutex::default(), changed: watch::Sender::new(()) }
    }
}

impl Ongoing {
    fn runs(&self) -> MutexGuard<'_, Runs> {
        self.runs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a run begins. One that begins after everything was stopped is cancelled from the start.
    pub(in super::super) fn begin(&self, run: OngoingRun) -> Going<'_> {
        let (id, cancel) = (run.id, Cancel::new());
        let entry = Entry {
            run: Arc::new(run),
            since: Instant::now(),
            cancel: cancel.clone(),
            cancelled_by: None,
        };
        let mut runs = self.runs();
        if runs.is_stopped {
            cancel.cancel();
        }
        runs.by_id.insert(id, entry);
        drop(runs);
        self.changed.send_replace(());
        Going { ongoing: self, id, cancel }
    }

    /// All of them, the one that began first before the others.
    pub(in super::super) fn list(&self) -> Vec<Arc<OngoingRun>> {
        self.runs().by_id.values().map(|entry| Arc::clone(&entry.run)).collect()
    }

    /// Cancels the run with the id `run`, or with an id that begins so.
    pub(in super::super) fn cancel(
        &self,
        run: &str,
        by: String,
    ) -> Result<Arc<OngoingRun>, NotCancelled> {
        let mut runs = self.runs();
        let wanted = run.to_ascii_lowercase();
        let is_meant = |id: &RunId| !wanted.is_empty() && id.to_string().starts_with(&wanted);
        let mut found = runs.by_id.iter_mut().filter(|(id, _)| is_meant(id));
        let (Some((_, entry)), others) = (found.next(), found.count()) else {
            return Err(NotCancelled::Unknown(run.to_owned()));
        };
        if others > 0 {
            return Err(NotCancelled::Several(run.to_owned()));
        }
        entry.cancelled_by.get_or_insert(by);
        entry.cancel.cancel();
        Ok(Arc::clone(&entry.run))
    }

    /// Breaks off everything that goes on, and what begins from here on.
    pub(in super::super) fn stop(&self) {
        let mut runs = self.runs();
        runs.is_stopped = true;
        for entry in runs.by_id.values() {
            entry.cancel.cancel();
        }
    }

    /// Tells what goes on, and again whenever that has changed.
    pub(in super::super) fn follow(&self) -> OngoingWatch<'_> {
        OngoingWatch { ongoing: self, changed: self.changed.subscribe(), told: None }
    }

    /// The runs that have gone on for a moment, and when the next one will have.
    fn visible(&self, now: Instant) -> (Vec<Arc<OngoingRun>>, Option<Instant>) {
        let runs = self.runs();
        let is_visible = |entry: &&Entry| entry.since + MOMENT <= now;
        let visible = runs.by_id.values().filter(is_visible).map(|it| Arc::clone(&it.run));
        let young = runs.by_id.values().filter(|it| !is_visible(it)).map(|it| it.since + MOMENT);
        (visible.collect(), young.min())
    }
}

/// Somebody who is told what goes on.
pub struct OngoingWatch<'a> {
    ongoing: &'a Ongoing,
    changed: watch::Receiver<()>,
    told: Option<Vec<Arc<OngoingRun>>>,
}

impl OngoingWatch<'_> {
    /// What goes on, at once; then each time what goes on when that is something else than was told before. A run that
    /// is over within a moment is never told of.
    pub async fn next(&mut self) -> Vec<Arc<OngoingRun>> {
        loop {
            if self.told.is_some() {
                tokio::time::sleep(PAUSE).await;
            }
            self.changed.mark_unchanged();
            let (runs, next) = self.ongoing.visible(Instant::now());
            if self.told.as_ref() != Some(&runs) {
                self.told = Some(runs.clone());
                return runs;
            }
            self.something(next).await;
        }
    }

    /// Waits until a run began or ended, or until one has gone on for a moment.
    async fn something(&mut self, next: Option<Instant>) {
        let ripens = async {
            match next {
                Some(at) => tokio::time::sleep_until(at.into()).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            // The sender lives as long as what is followed.
            _ = self.changed.changed() => {}
            () = ripens => {}
        }
    }
}

impl Going<'_> {
    /// What breaks it off.
    pub(in super::super) fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }

    /// Who cancelled it, if a person did.
    pub(in super::super) fn cancelled_by(&self) -> Option<String> {
        self.ongoing.runs().by_id.get(&self.id)?.cancelled_by.clone()
    }
}

impl Drop for Going<'_> {
    fn drop(&mut self) {
        self.ongoing.runs().by_id.remove(&self.id);
        self.ongoing.changed.send_replace(());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Cause, LambdaName};
    use uuid::Uuid;

    fn run(id: u128) -> OngoingRun {
        OngoingRun {
            id: RunId(Uuid::from_u128(id)),
            lambda: LambdaName::new("x").unwrap(),
            event: None,
            cause: Cause::Call { system: None },
            version: 1,
            started_at_ms: 0,
        }
    }

    const FIRST: u128 = 0x0190_0000 << 96;
    const SECOND: u128 = 0x0191_0000 << 96;

    #[test]
    fn one_is_cancelled_by_as_much_of_its_id_as_tells_it_from_others() {
        let ongoing = Ongoing::default();
        let (first, second) = (ongoing.begin(run(FIRST)), ongoing.begin(run(SECOND)));
        let several = ongoing.cancel("019", "ada".into()).unwrap_err();
        assert_eq!(several, NotCancelled::Several("019".into()));
        assert_eq!(ongoing.cancel("", "ada".into()), Err(NotCancelled::Unknown(String::new())));
        assert_eq!(ongoing.cancel("0191", "ada".into()).unwrap().id, run(SECOND).id);
        assert!(!first.cancel().is_cancelled() && second.cancel().is_cancelled());
        ongoing.cancel("0191", "bob".into()).unwrap();
        assert_eq!(second.cancelled_by().as_deref(), Some("ada"), "who was first did it");
        drop(second);
        assert_eq!(ongoing.list().len(), 1);
        assert!(ongoing.cancel("0191", "ada".into()).is_err());
    }

    #[test]
    fn what_stops_all_is_nobody_and_holds_for_what_begins_later() {
        let ongoing = Ongoing::default();
        let early = ongoing.begin(run(FIRST));
        ongoing.stop();
        let late = ongoing.begin(run(SECOND));
        assert!(early.cancel().is_cancelled() && late.cancel().is_cancelled());
        assert_eq!(early.cancelled_by(), None);
    }

    #[tokio::test]
    async fn what_lasts_is_told_of_when_it_began_and_when_it_is_over() {
        let ongoing = Ongoing::default();
        let mut following = ongoing.follow();
        assert!(following.next().await.is_empty());
        let over_at_once = ongoing.begin(run(FIRST));
        drop(over_at_once);
        let going = ongoing.begin(run(SECOND));
        let told = following.next().await;
        assert_eq!(told.iter().map(|it| it.id).collect::<Vec<_>>(), [run(SECOND).id]);
        drop(going);
        assert!(following.next().await.is_empty());
    }
}
