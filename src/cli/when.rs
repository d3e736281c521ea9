//! Times as people read them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A time here, to the second.
pub(super) fn local(at_ms: i64) -> String {
    Timestamp::from_millisecond(at_ms).map_or_else(
        |_| at_ms.to_string(),
        |at| at.to_zoned(TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
    )
}
