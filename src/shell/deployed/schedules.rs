//! Schedules: when they are due, and a person's wish that one should rest.

use super::{Desk, NotDone};
use crate::app::deployed::job::PlatformMessage;
use crate::app::deployed::{DueTime, Planned};
use crate::domain::Schedule;
use crate::platform::store::{Schedules as _, StoreError};
use crate::platform::{Times, doer, owner};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// So many of its next times are told of a schedule.
const NEXT: usize = 3;

impl Desk {
    /// Leaves a schedule alone until it is resumed.
    pub(super) fn pause(&mut self, name: String) -> Result<PlatformMessage, NotDone> {
        let store = self.store()?.clone();
        self.tokio.block_on(store.pause_schedule(name, None, doer()))?;
        self.changed()
    }

    /// Goes on with a schedule.
    pub(super) fn resume(&mut self, name: &str) -> Result<PlatformMessage, NotDone> {
        let store = self.store()?.clone();
        let all = self.tokio.block_on(store.schedules())?;
        let unknown = || StoreError::Unknown(format!("schedule `{name}`"));
        let schedule = all.into_iter().find(|it| it.name == name).ok_or_else(unknown)?;
        let doer = doer();
        let times = Times::parse(&schedule.cron, &schedule.time_zone).ok();
        let Some(next_ms) = times.and_then(|times| times.next(doer.at_ms)) else {
            return Err(NotDone::NeverDue(schedule.name));
        };
        self.tokio.block_on(store.pause_schedule(schedule.name, Some(next_ms), doer))?;
        self.changed()
    }

    fn changed(&mut self) -> Result<PlatformMessage, NotDone> {
        owner::wake(&self.state);
        let lambdas = self.lambdas()?;
        self.seen_as(lambdas)
    }
}

/// A schedule with its next times.
pub(super) fn planned(schedule: Schedule) -> Planned {
    let mut next = Vec::new();
    let mut at = schedule.next_at_ms.filter(|_| !schedule.is_paused);
    let times = Times::parse(&schedule.cron, &schedule.time_zone).ok();
    while let Some(at_ms) = at.filter(|_| next.len() < NEXT) {
        next.push(DueTime { at_ms, in_zone: in_zone(at_ms, &schedule.time_zone) });
        at = times.as_ref().and_then(|times| times.next(at_ms));
    }
    Planned { schedule, next }
}

fn in_zone(at_ms: i64, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    let at = Timestamp::from_millisecond(at_ms).unwrap_or_default();
    at.to_zoned(zone).strftime("%Y-%m-%d %H:%M %Z").to_string()
}
