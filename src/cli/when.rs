//! Times as people write and read them.

use super::Usage;
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A time here, to the second.
pub(super) fn local(at_ms: i64) -> String {
    formatted(at_ms, "%Y-%m-%d %H:%M:%S")
}

/// A time here, to the minute.
pub(super) fn to_the_minute(at_ms: i64) -> String {
    formatted(at_ms, "%Y-%m-%d %H:%M")
}

/// A time of the day here, to the millisecond.
pub(super) fn time_of_day(at_ms: i64) -> String {
    formatted(at_ms, "%H:%M:%S%.3f")
}

fn formatted(at_ms: i64, form: &str) -> String {
    Timestamp::from_millisecond(at_ms).map_or_else(
        |_| at_ms.to_string(),
        |at| at.to_zoned(TimeZone::system()).strftime(form).to_string(),
    )
}

/// The milliseconds that a text such as `90s`, `10m`, `2h` or `3d` means.
pub(super) fn age_ms(text: &str) -> Option<i64> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 24 * 3_600_000,
        _ => return None,
    };
    digits.parse::<i64>().ok().filter(|count| *count >= 0)?.checked_mul(unit)
}

/// The time that `text` means, an age before `now_ms` or a time, in milliseconds since the Unix epoch.
pub(super) fn since(text: &str, now_ms: i64) -> Result<i64, Usage> {
    if let Some(age) = age_ms(text) {
        return Ok(now_ms - age);
    }
    text.parse::<Timestamp>().map(Timestamp::as_millisecond).map_err(|_| {
        Usage(format!("`{text}` is no age such as `10m`, `2h` or `3d`, and no time such as `2026-11-25T14:00:00Z`"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_and_times_are_understood_and_nothing_else() {
        assert_eq!(since("10m", 1_000_000).unwrap(), 400_000);
        assert_eq!(since("3d", 0).unwrap(), -3 * 24 * 3_600_000);
        assert_eq!(since("1970-01-01T00:00:01Z", 5).unwrap(), 1_000);
        for bad in ["", "m", "-1h", "10", "10 minutes", "ü", "99999999999999999d"] {
            assert!(since(bad, 0).is_err(), "{bad}");
        }
    }
}
