//! The times of schedules.

use crate::domain::Schedule;
use crate::domain::schedule::MISSED_WITHIN_MS;
use crate::platform::store::Tick;
use crate::workspace::closest;
use cronexpr::{Crontab, MakeTimestamp, parse_crontab};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{AmbiguousOffset, TimeZone};
use std::ops::Range;

/// What a field is called, and what may stand in it beside `*`.
const FIELDS: [(&str, &str); 5] = [
    ("minute", "0 to 59"),
    ("hour", "0 to 23"),
    ("day of the month", "1 to 31"),
    ("month", "1 to 12 or JAN to DEC"),
    ("day of the week", "0 to 7 or SUN to SAT"),
];

/// When a schedule is due.
///
/// One that is due in every hour goes by real time. One with hours of its own goes by the clock on the wall, as classic cron
/// does where that is put forward or back: a time that is left out comes right after the gap, one that comes twice counts the
/// first time.
#[derive(Debug)]
pub struct Times {
    crontab: Crontab,
    by_the_wall: Option<TimeZone>,
}

/// Something that is wrong with the times of a schedule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimesFault {
    /// Where.
    pub part: TimesPart,
    /// What, in a sentence.
    pub message: String,
    /// What would be right.
    pub help: String,
}

/// What the times of a schedule are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TimesPart {
    /// These characters of the five fields.
    Cron(Range<usize>),
    /// The name of the time zone.
    TimeZone,
}

impl Times {
    /// The times `cron` (minute, hour, day of the month, month, day of the week) in `time_zone`; all that is wrong with
    /// them otherwise.
    pub fn parse(cron: &str, time_zone: &str) -> Result<Self, Vec<TimesFault>> {
        let mut faults = faults_of_cron(cron);
        let zone = TimeZone::get(time_zone);
        if zone.is_err() {
            faults.push(no_zone(time_zone));
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        let hours = fields(cron).get(1).map_or("*", |(_, hours)| *hours);
        let by_the_wall = zone.ok().filter(|_| !matches!(hours, "*" | "*/1" | "0-23"));
        // What goes by the wall is looked for as if its zone had no offset.
        let crontab_zone = if by_the_wall.is_some() { "UTC" } else { time_zone };
        match parse_crontab(&format!("{cron} {crontab_zone}")) {
            Ok(crontab) => Ok(Self { crontab, by_the_wall }),
            Err(_) => Err(vec![of_cron(0..cron.chars().count(), format!("`{cron}` are no times"))]),
        }
    }

    /// The first time after `after_ms`, in milliseconds since the Unix epoch; none when there is none.
    pub fn next(&self, after_ms: i64) -> Option<i64> {
        let Some(zone) = &self.by_the_wall else { return self.next_of_crontab(after_ms) };
        let after = Timestamp::from_millisecond(after_ms).ok()?;
        let wall = after.to_zoned(zone.clone()).datetime();
        let mut wall_ms = TimeZone::UTC.to_timestamp(wall).ok()?.as_millisecond();
        // More than once only where the clock shows for the second time what counted the first time.
        loop {
            wall_ms = self.next_of_crontab(wall_ms)?;
            let wall = Timestamp::from_millisecond(wall_ms).ok()?.to_zoned(TimeZone::UTC);
            let at_ms = first_at(zone, wall.datetime())?.as_millisecond();
            if at_ms > after_ms {
                return Some(at_ms);
            }
        }
    }

    fn next_of_crontab(&self, after_ms: i64) -> Option<i64> {
        let after = MakeTimestamp::from_millisecond(after_ms).ok()?;
        self.crontab.find_next(after).ok().map(|at| at.timestamp().as_millisecond())
    }
}

/// When the clock on the wall shows `wall` first, or would have if it had not been put forward at that very moment.
fn first_at(zone: &TimeZone, wall: DateTime) -> Option<Timestamp> {
    match zone.to_ambiguous_timestamp(wall).offset() {
        AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(wall).ok(),
        AmbiguousOffset::Fold { before, .. } => before.to_timestamp(wall).ok(),
        AmbiguousOffset::Gap { after, .. } => {
            // With the later offset a time in the gap stands before it.
            let before_the_gap = after.to_timestamp(wall).ok()?;
            zone.following(before_the_gap).next().map(|gap| gap.timestamp())
        }
    }
}

/// What is wrong with each of the five fields.
fn faults_of_cron(cron: &str) -> Vec<TimesFault> {
    let fields = fields(cron);
    if fields.len() != FIELDS.len() {
        let message = format!(
            "`{cron}` has {} {}; five are needed: minute, hour, day of the month, month, day of the week",
            fields.len(),
            if fields.len() == 1 { "field" } else { "fields" }
        );
        return vec![of_cron(0..cron.chars().count(), message)];
    }
    let wrong = |(index, (at, field)): (usize, &(usize, &str))| {
        let mut alone = ["*"; FIELDS.len()];
        alone[index] = field;
        let error = parse_crontab(&format!("{} UTC", alone.join(" "))).err()?;
        let (name, values) = FIELDS[index];
        let message = if error.to_string().contains("ascending") {
            format!("`{field}` is no {name}: a range goes from the smaller to the larger")
        } else {
            format!(
                "`{field}` is no {name}: it takes {values}, `*`, ranges such as `1-5`, lists such as `1,3` and steps such as `*/2`"
            )
        };
        Some(of_cron(*at..at + field.chars().count(), message))
    };
    fields.iter().enumerate().filter_map(wrong).collect()
}

/// The fields, each with the number of characters before it.
fn fields(cron: &str) -> Vec<(usize, &str)> {
    let mut at = 0;
    let mut fields = Vec::new();
    for field in cron.split(|it: char| it.is_ascii_whitespace()) {
        if !field.is_empty() {
            fields.push((at, field));
        }
        at += field.chars().count() + 1;
    }
    fields
}

fn of_cron(chars: Range<usize>, message: String) -> TimesFault {
    let help = "`0 9 * * MON-FRI` is nine o'clock from Monday to Friday, `*/15 * * * *` every quarter of an hour";
    TimesFault { part: TimesPart::Cron(chars), message, help: help.to_owned() }
}

fn no_zone(time_zone: &str) -> TimesFault {
    let known: Vec<String> = jiff::tz::db().available().map(|it| it.to_string()).collect();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let help = closest(time_zone, &known).map_or_else(
        || "they are called as `Europe/Berlin` or `UTC`".to_owned(),
        |like| format!("did you mean `{like}`?"),
    );
    let message = format!("there is no time zone `{time_zone}`");
    TimesFault { part: TimesPart::TimeZone, message, help }
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

    /// The times in Berlin from the beginning of a day there on, by UTC.
    fn on(cron: &str, day: &str, count: usize) -> Vec<String> {
        let times = Times::parse(cron, "Europe/Berlin").unwrap();
        let midnight = format!("{day}T00:00[Europe/Berlin]").parse::<jiff::Zoned>().unwrap();
        let mut at = midnight.timestamp().as_millisecond() - 1;
        let next = || {
            at = times.next(at).unwrap();
            Timestamp::from_millisecond(at).unwrap().strftime("%d %H:%M").to_string()
        };
        std::iter::repeat_with(next).take(count).collect()
    }

    #[test]
    fn a_job_with_its_hour_runs_once_on_the_days_when_the_clock_is_changed() {
        // At one by UTC the clock goes from two to three, in autumn from three to two.
        for (cron, spring) in [
            ("30 2 * * *", ["28 01:00", "29 00:30"]),
            ("0 2 * * *", ["28 01:00", "29 00:00"]),
            ("0 2,3 * * *", ["28 01:00", "29 00:00"]),
            ("*/30 2 * * *", ["28 01:00", "29 00:00"]),
            ("30 1 * * *", ["28 00:30", "28 23:30"]),
            ("0 3 * * *", ["28 01:00", "29 01:00"]),
        ] {
            assert_eq!(on(cron, "2027-03-28", 2), spring, "{cron}");
        }
        for (cron, autumn) in [
            ("30 2 * * *", ["31 00:30", "01 01:30"]),
            ("0,30 2 * * *", ["31 00:00", "31 00:30"]),
            ("30 2,3 * * *", ["31 00:30", "31 02:30"]),
            ("0 3 * * *", ["31 02:00", "01 02:00"]),
        ] {
            assert_eq!(on(cron, "2027-10-31", 2), autumn, "{cron}");
        }
        // While the clock shows for the second time what it showed, it has been so already.
        let again = "2027-10-31T01:10:00Z".parse::<Timestamp>().unwrap().as_millisecond();
        let times = Times::parse("*/10 2 * * *", "Europe/Berlin").unwrap();
        let next = Timestamp::from_millisecond(times.next(again).unwrap()).unwrap();
        assert_eq!(next.to_string(), "2027-11-01T01:00:00Z");
    }

    #[test]
    fn a_job_of_every_hour_goes_by_real_time() {
        assert_eq!(on("30 * * * *", "2027-03-28", 4)[1..], ["28 00:30", "28 01:30", "28 02:30"]);
        let autumn = on("30 * * * *", "2027-10-31", 5);
        assert_eq!(autumn[2..], ["31 00:30", "31 01:30", "31 02:30"]);
    }

    #[test]
    fn what_are_no_times_is_told_with_its_place() {
        use TimesPart::{Cron, TimeZone};
        for (cron, zone, wanted) in [
            ("* * *", "UTC", vec![(Cron(0..5), "3 fields; five are needed")]),
            ("61 * * * *", "UTC", vec![(Cron(0..2), "`61` is no minute: it takes 0 to 59, `*`")]),
            ("* 9,99 * * *", "UTC", vec![(Cron(2..6), "`9,99` is no hour: it takes 0 to 23")]),
            (
                "*  5-4 * * *",
                "UTC",
                vec![(Cron(3..6), "`5-4` is no hour: a range goes from the smaller")],
            ),
            (
                "0 0 32 13 MON#",
                "UTC",
                vec![
                    (Cron(4..6), "`32` is no day of the month"),
                    (Cron(7..9), "`13` is no month: it takes 1 to 12 or JAN to DEC"),
                    (Cron(10..14), "`MON#` is no day of the week"),
                ],
            ),
            (
                "x * * * *",
                "Europe/Berlim",
                vec![(Cron(0..1), "`x` is no minute"), (TimeZone, "no time zone `Europe/Berlim`")],
            ),
        ] {
            let told = Times::parse(cron, zone).unwrap_err();
            assert_eq!(told.len(), wanted.len(), "{told:?}");
            for (fault, (part, message)) in told.iter().zip(wanted) {
                assert_eq!(fault.part, part, "{told:?}");
                assert!(fault.message.contains(message), "{told:?}");
            }
        }
        let told = Times::parse("x * * * *", "Europe/Berlim").unwrap_err();
        assert!(told[0].help.contains("`0 9 * * MON-FRI`"), "{told:?}");
        assert_eq!(told[1].help, "did you mean `Europe/Berlin`?");
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
