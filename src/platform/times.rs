//! The times of schedules.

use crate::domain::Schedule;
use crate::domain::schedule::MISSED_WITHIN_MS;
use crate::platform::store::Tick;
use cronexpr::{Crontab, MakeTimestamp, parse_crontab};

/// When a schedule is due.
#[derive(Debug)]
pub struct Times {
    crontab: Crontab,
}

impl Times {
    /// The times `cron` (minute, hour, day of the month, month, day of the week) in `time_zone`; what is wrong with them
    /// otherwise, in a sentence.
    pub fn parse(cron: &str, time_zone: &str) -> Result<Self, String> {
        let fields = cron.split_ascii_whitespace().count();
        if fields != 5 {
            return Err(format!(
                "`{cron}` has {fields} fields; five are needed: minute hour day month weekday, `0 9 * * MON-FRI` for example"
            ));
        }
        if jiff::tz::TimeZone::get(time_zone).is_err() {
            return Err(format!(
                "there is no time zone `{time_zone}`; they are called as `Europe/Berlin` or `UTC`"
            ));
        }
        let text = format!("{cron} {time_zone}");
        let crontab = parse_crontab(&text)
            .map_err(|error| format!("`{cron}` are no times: {}", reason(&error.to_string())))?;
        Ok(Self { crontab })
    }

    /// The first time after `after_ms`, in milliseconds since the Unix epoch; none when there is none.
    pub fn next(&self, after_ms: i64) -> Option<i64> {
        let after = MakeTimestamp::from_millisecond(after_ms).ok()?;
        self.crontab.find_next(after).ok().map(|at| at.timestamp().as_millisecond())
    }
}

/// The reason of the parser's three lines, with the field that its caret points at: a heading, the text, the caret and
/// the reason behind it.
fn reason(error: &str) -> String {
    const FIELDS: [&str; 5] = ["minute", "hour", "day", "month", "weekday"];
    let mut lines = error.lines().skip(1);
    let pointed = lines.next().zip(lines.next().and_then(|line| line.split_once("^ ")));
    let Some((text, (before, reason))) = pointed else {
        return error.split_whitespace().collect::<Vec<_>>().join(" ");
    };
    let start = text.get(..before.len()).unwrap_or(text);
    // The caret may stand at the blank before the field.
    let begins = text[start.len()..].starts_with(' ') && !start.is_empty();
    let field = start.split(' ').count() - 1 + usize::from(begins);
    match (FIELDS.get(field), text.split(' ').nth(field)) {
        (Some(name), Some(value)) => format!("{name} `{value}`: {reason}"),
        _ => reason.to_owned(),
    }
}

/// What is to be done about a schedule at `now_ms`; none while it is not due.
pub(super) fn tick(schedule: &Schedule, now_ms: i64) -> Option<Tick> {
    let due_ms = schedule.next_at_ms.filter(|_| !schedule.is_paused)?;
    let name = schedule.name.clone();
    let Ok(times) = Times::parse(&schedule.cron, &schedule.time_zone) else {
        let gone = Tick { name, due_ms, next_ms: None, run_for_ms: None };
        return (due_ms <= now_ms).then_some(gone);
    };
    if due_ms > now_ms {
        // Later than the next of its times: the clock was ahead when that was written down.
        let next_ms = times.next(now_ms).filter(|next| *next < due_ms)?;
        return Some(Tick { name, due_ms, next_ms: Some(next_ms), run_for_ms: None });
    }
    // Of those that were missed within the last hour, the latest stands for all.
    let mut latest = due_ms;
    let earliest = now_ms - MISSED_WITHIN_MS;
    if latest < earliest {
        latest = times.next(earliest - 1).filter(|at| *at <= now_ms).unwrap_or(latest);
    }
    while let Some(next) = times.next(latest).filter(|next| *next <= now_ms) {
        latest = next;
    }
    let run_for_ms = (latest >= earliest).then_some(latest);
    Some(Tick { name, due_ms, next_ms: times.next(now_ms), run_for_ms })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{LambdaName, ScheduleOrigin};

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;

    fn schedule(cron: &str, next_at_ms: i64) -> Schedule {
        Schedule {
            name: "s".into(),
            lambda: LambdaName::new("x").unwrap(),
            cron: cron.into(),
            time_zone: "UTC".into(),
            input: "{}".into(),
            origin: ScheduleOrigin::Command,
            is_paused: false,
            next_at_ms: Some(next_at_ms),
            last_at_ms: None,
        }
    }

    #[test]
    fn times_follow_the_zone_and_its_changes_of_the_clock() {
        let times = Times::parse("30 2 * * *", "Europe/Berlin").unwrap();
        let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
        assert_eq!(times.next(at("2026-01-10T00:00:00Z")), Some(at("2026-01-10T01:30:00Z")));
        assert_eq!(times.next(at("2026-07-10T00:00:00Z")), Some(at("2026-07-10T00:30:00Z")));
    }

    #[test]
    fn what_are_no_times_is_told() {
        for (cron, zone, part) in [
            ("* * *", "UTC", "3 fields"),
            ("61 * * * *", "UTC", "no times: minute `61`: value must be in range 0..=59; found 61"),
            ("* 9,99 * * *", "UTC", "no times: hour `9,99`: value must be in range"),
            ("* 5-4 * * *", "UTC", "no times: hour `5-4`: range must be in ascending order"),
            ("0 0 * * MON#", "UTC", "no times: weekday `MON#`: malformed expression"),
            ("* * * * *", "Europe/Nowhere", "no time zone `Europe/Nowhere`"),
        ] {
            let told = Times::parse(cron, zone).unwrap_err();
            assert!(told.contains(part), "{told}");
        }
    }

    #[test]
    fn a_time_that_was_written_down_while_the_clock_was_ahead_is_put_right() {
        let silenced = schedule("*/10 * * * *", 9_000 * HOUR);
        let tick = tick(&silenced, 10 * MINUTE).unwrap();
        assert_eq!((tick.run_for_ms, tick.next_ms), (None, Some(20 * MINUTE)));
    }

    #[test]
    fn what_was_missed_within_an_hour_runs_once_and_what_is_older_not_at_all() {
        let every_ten = schedule("*/10 * * * *", 10 * MINUTE);
        assert_eq!(tick(&every_ten, 10 * MINUTE - 1), None);
        let on_time = tick(&every_ten, 10 * MINUTE).unwrap();
        assert_eq!((on_time.run_for_ms, on_time.next_ms), (Some(10 * MINUTE), Some(20 * MINUTE)));
        let late = tick(&every_ten, 45 * MINUTE).unwrap();
        assert_eq!((late.run_for_ms, late.next_ms), (Some(40 * MINUTE), Some(50 * MINUTE)));
        let very_late = tick(&every_ten, 30 * 24 * HOUR + MINUTE).unwrap();
        assert_eq!(very_late.run_for_ms, Some(30 * 24 * HOUR));
        let daily = schedule("0 3 * * *", 3 * HOUR);
        let missed = tick(&daily, 5 * HOUR).unwrap();
        assert_eq!((missed.run_for_ms, missed.next_ms), (None, Some(27 * HOUR)));
    }
}
