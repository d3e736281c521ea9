//! Dates and times of the calendar.
//!
//! A time is an int, milliseconds since 1970 as `time::now_ms` gives them; a zone is a name of the IANA database, which the
//! program brings along: a sealed worker reads no files, and two machines must not tell one time differently.

use super::arguments::{Fields, int, map, one_of, optional_text, text};
use super::{Arguments, Refusal, Returned};
use crate::language::api::DateFunction;
use jiff::civil::{Date, DateTime};
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use jiff::{Span, Timestamp, ToSpan, Unit, Zoned};
use rhai::{Dynamic, INT, Map};
use std::sync::OnceLock;

/// The longest format, in bytes.
const FORMAT_BYTES: usize = 1_024;

pub(super) fn call(function: DateFunction, arguments: Arguments) -> Returned {
    match function {
        DateFunction::Parse => parse(arguments),
        DateFunction::Format => format(arguments),
        DateFunction::Parts => parts(arguments),
        DateFunction::Of => of(arguments),
        DateFunction::Add => add(arguments),
        DateFunction::Difference => difference(arguments),
        DateFunction::StartOf => start_of(arguments),
    }
}

fn refused(error: &jiff::Error) -> Refusal {
    Refusal::Because(error.to_string())
}

/// The zone in the optional argument with `index`; UTC without.
fn zone(arguments: &[&mut Dynamic], index: usize) -> Result<TimeZone, Refusal> {
    static ZONES: OnceLock<TimeZoneDatabase> = OnceLock::new();
    let Some(name) = optional_text(arguments, index, "zone")? else { return Ok(TimeZone::UTC) };
    if let Ok(zone) = ZONES.get_or_init(TimeZoneDatabase::bundled).get(&name) {
        return Ok(zone);
    }
    let offset = strtime::parse("%:z", &name).ok().and_then(|it| it.offset());
    offset.map(Offset::to_time_zone).ok_or_else(|| {
        Refusal::Because(format!(
            "{name:?} is no time zone; zones are named as in Europe/Berlin, or by an offset as in +01:00"
        ))
    })
}

fn zoned(
    arguments: &[&mut Dynamic],
    index: usize,
    name: &str,
    zone: &TimeZone,
) -> Result<Zoned, Refusal> {
    let ms = int(arguments, index, name)?;
    let time = Timestamp::from_millisecond(ms).map_err(|_| {
        Refusal::Because(format!("`{name}` {ms} is no time in ms between the years -9999 and 9999"))
    })?;
    Ok(time.to_zoned(zone.clone()))
}

fn ms_of(time: DateTime, zone: TimeZone) -> Result<Dynamic, Refusal> {
    let zoned = time.to_zoned(zone).map_err(|error| refused(&error))?;
    Ok(zoned.timestamp().as_millisecond().into())
}

fn parse(arguments: Arguments) -> Returned {
    let text = text(arguments, 0, "text")?;
    let zone = zone(arguments, 2)?;
    if let Some(format) = optional_text(arguments, 1, "format")? {
        let refused = |error: &jiff::Error| {
            Refusal::Because(format!("{text:?} does not read as {format:?}: {error}"))
        };
        let read = strtime::parse(&format, &text).map_err(|error| refused(&error))?;
        if let Ok(time) = read.to_timestamp() {
            return Ok(time.as_millisecond().into());
        }
        let time = read.to_datetime().or_else(|_| read.to_date().map(DateTime::from));
        return ms_of(time.map_err(|error| refused(&error))?, zone);
    }
    let trimmed = text.trim();
    if let Ok(time) = trimmed.parse::<Timestamp>() {
        return Ok(time.as_millisecond().into());
    }
    if let Ok(time) = trimmed.parse::<DateTime>() {
        return ms_of(time, zone);
    }
    match rfc2822::parse(trimmed) {
        Ok(time) => Ok(time.timestamp().as_millisecond().into()),
        Err(_) => Err(Refusal::Because(format!(
            "{text:?} is no date that is known without a format, as 2026-03-09, 2026-03-09T08:30:00Z or \
             Mon, 9 Mar 2026 08:30:00 +0000; give its format, as \"%d.%m.%Y\""
        ))),
    }
}

fn format(arguments: Arguments) -> Returned {
    let time = zoned(arguments, 0, "ms", &zone(arguments, 2)?)?;
    let format = match optional_text(arguments, 1, "format")? {
        Some(format) if format.len() > FORMAT_BYTES => {
            return Err(Refusal::Because(format!("`format` has at most {FORMAT_BYTES} bytes")));
        }
        Some(format) => format,
        None if time.offset() == Offset::UTC => "%Y-%m-%dT%H:%M:%S%.3fZ".to_owned(),
        None => "%Y-%m-%dT%H:%M:%S%.3f%:z".to_owned(),
    };
    match strtime::format(&format, &time) {
        Ok(text) => Ok(text.into()),
        Err(error) => Err(Refusal::Because(format!("{format:?} is no format: {error}"))),
    }
}

fn parts(arguments: Arguments) -> Returned {
    let time = zoned(arguments, 0, "ms", &zone(arguments, 1)?)?;
    let number = |value: i64| Dynamic::from(value as INT);
    let parts: [(&str, Dynamic); 11] = [
        ("year", number(time.year().into())),
        ("month", number(time.month().into())),
        ("day", number(time.day().into())),
        ("hour", number(time.hour().into())),
        ("minute", number(time.minute().into())),
        ("second", number(time.second().into())),
        ("millisecond", number(time.millisecond().into())),
        ("weekday", number(time.weekday().to_monday_one_offset().into())),
        ("day_of_year", number(time.day_of_year().into())),
        ("week", number(time.date().iso_week_date().week().into())),
        ("offset_minutes", number((time.offset().seconds() / 60).into())),
    ];
    let map: Map = parts.into_iter().map(|(name, value)| (name.into(), value)).collect();
    Ok(map.into())
}

fn of(arguments: Arguments) -> Returned {
    let known = ["year", "month", "day", "hour", "minute", "second", "millisecond"];
    let zone = zone(arguments, 1)?;
    let parts = Fields::of(&arguments, 0, "parts", &known)?;
    let part = |name: &str, otherwise: Option<INT>| {
        let value = parts.int(name)?.or(otherwise);
        value.ok_or_else(|| Refusal::Because(format!("`{}` is missing", parts.path(name))))
    };
    let small = |name: &str, otherwise: Option<INT>| {
        let value = part(name, otherwise)?;
        i8::try_from(value).map_err(|_| no_such_date(name, value))
    };
    let year = part("year", None)?;
    let ms = part("millisecond", Some(0))?;
    let time = DateTime::new(
        i16::try_from(year).map_err(|_| no_such_date("year", year))?,
        small("month", Some(1))?,
        small("day", Some(1))?,
        small("hour", Some(0))?,
        small("minute", Some(0))?,
        small("second", Some(0))?,
        i32::try_from(ms.saturating_mul(1_000_000)).map_err(|_| no_such_date("millisecond", ms))?,
    );
    ms_of(time.map_err(|error| refused(&error))?, zone)
}

fn no_such_date(name: &str, value: INT) -> Refusal {
    Refusal::Because(format!("`parts.{name}` {value} is in no date"))
}

/// What an amount counts: months, days or milliseconds, and how many of them.
const AMOUNTS: [(&str, usize, INT); 8] = [
    ("years", 0, 12),
    ("months", 0, 1),
    ("weeks", 1, 7),
    ("days", 1, 1),
    ("hours", 2, 3_600_000),
    ("minutes", 2, 60_000),
    ("seconds", 2, 1_000),
    ("milliseconds", 2, 1),
];

/// Adds months, then days, then the clock's time: one span of all would have one sign for all.
fn add(arguments: Arguments) -> Returned {
    let time = zoned(arguments, 0, "ms", &zone(arguments, 2)?)?;
    map(arguments, 1, "amounts")?;
    let amounts = Fields::of(&arguments, 1, "amounts", &AMOUNTS.map(|(name, ..)| name))?;
    let mut sums: [INT; 3] = [0; 3];
    for (name, kind, factor) in AMOUNTS {
        let amount = amounts.int(name)?.unwrap_or(0);
        sums[kind] = sums[kind].saturating_add(amount.saturating_mul(factor));
    }
    let span = Span::new();
    let steps = [span.try_months(sums[0]), span.try_days(sums[1]), span.try_milliseconds(sums[2])];
    let later = steps.into_iter().try_fold(time, |time, step| time.checked_add(step?));
    let later = later.map_err(|_| {
        Refusal::Because("the sum lies outside of the years -9999 to 9999".to_owned())
    })?;
    Ok(later.timestamp().as_millisecond().into())
}

fn difference(arguments: Arguments) -> Returned {
    let zone = zone(arguments, 3)?;
    let (from, to) = (zoned(arguments, 0, "from", &zone)?, zoned(arguments, 1, "to", &zone)?);
    let units = [
        ("years", Unit::Year),
        ("months", Unit::Month),
        ("weeks", Unit::Week),
        ("days", Unit::Day),
        ("hours", Unit::Hour),
        ("minutes", Unit::Minute),
        ("seconds", Unit::Second),
        ("milliseconds", Unit::Millisecond),
    ];
    let unit = one_of(&text(arguments, 2, "unit")?, "unit", &units)?;
    let span = from.until((unit, &to)).map_err(|error| refused(&error))?;
    let count = match unit {
        Unit::Year => span.get_years().into(),
        Unit::Month => span.get_months().into(),
        Unit::Week => span.get_weeks().into(),
        Unit::Day => span.get_days().into(),
        Unit::Hour => span.get_hours().into(),
        Unit::Minute => span.get_minutes(),
        Unit::Second => span.get_seconds(),
        _ => span.get_milliseconds(),
    };
    Ok(count.into())
}

fn start_of(arguments: Arguments) -> Returned {
    let zone = zone(arguments, 2)?;
    let time = zoned(arguments, 0, "ms", &zone)?;
    let units = [
        ("year", Unit::Year),
        ("month", Unit::Month),
        ("week", Unit::Week),
        ("day", Unit::Day),
        ("hour", Unit::Hour),
        ("minute", Unit::Minute),
    ];
    let day = |date: Date| DateTime::from(date);
    let start = match one_of(&text(arguments, 1, "unit")?, "unit", &units)? {
        Unit::Year => day(time.date().first_of_year()),
        Unit::Month => day(time.date().first_of_month()),
        Unit::Week => {
            let back = i64::from(time.weekday().to_monday_zero_offset());
            day(time.date().checked_sub(back.days()).map_err(|error| refused(&error))?)
        }
        Unit::Day => day(time.date()),
        unit => {
            // An hour that comes twice in autumn has two beginnings: count from the time itself, not from its name.
            let into_ms = i64::from(time.second()) * 1_000
                + i64::from(time.millisecond())
                + if unit == Unit::Hour { i64::from(time.minute()) * 60_000 } else { 0 };
            return Ok((time.timestamp().as_millisecond() - into_ms).into());
        }
    };
    ms_of(start, zone)
}
