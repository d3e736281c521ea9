//! Schedules: lambdas that run at times.

use super::lambda::LambdaName;
use serde::Serialize;
use std::sync::Arc;

/// How late a run may be made that was missed while nothing executed, in milliseconds. However many were missed within it,
/// one run is made for all of them, for the last time they were due; what is older is left out.
pub const MISSED_WITHIN_MS: i64 = 3_600_000;

/// The most characters of a schedule's payload, as the hosted system has it.
pub const SCHEDULE_PAYLOAD_CHARS: usize = 15_000;

/// When a lambda is to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Schedule {
    /// What it is called.
    pub name: String,
    /// The lambda.
    pub lambda: LambdaName,
    /// Minute, hour, day of the month, month, day of the week.
    pub cron: String,
    /// The time zone the times are in, `Europe/Berlin` for example.
    pub time_zone: String,
    /// What the lambda is given: a JSON object of `headers` and `payload`.
    pub input: Arc<str>,
    /// It is left alone until it is resumed.
    pub is_paused: bool,
    /// When it is due next, in milliseconds since the Unix epoch; none when it never is again.
    pub next_at_ms: Option<i64>,
    /// When it was last due, in milliseconds since the Unix epoch.
    pub last_at_ms: Option<i64>,
}
