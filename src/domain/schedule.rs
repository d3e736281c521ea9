//! Schedules: lambdas that run at times.

use super::diagnostic::TextRange;
use super::lambda::LambdaName;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How late a run may be made that was missed while nothing executed, in milliseconds. However many were missed within it,
/// one run is made for all of them, for the last time they were due; what is older is left out.
pub const MISSED_WITHIN_MS: i64 = 3_600_000;

/// The most characters of a schedule's payload, as the hosted system has it.
pub const SCHEDULE_PAYLOAD_CHARS: usize = 15_000;

/// The most characters of the name of a schedule or a token.
const NAME_CHARS: usize = 50;

/// Why `name` cannot be that of a schedule, if it cannot.
pub fn check_name(name: &str) -> Result<(), String> {
    check_plain_name("a schedule", name)
}

/// Why `name` cannot be that of `what`, if it cannot.
pub(super) fn check_plain_name(what: &str, name: &str) -> Result<(), String> {
    let is_fit = |c: &char| c.is_ascii_alphanumeric() || "_-".contains(*c);
    if let Some(bad) = name.chars().find(|c| !is_fit(c)) {
        return Err(format!(
            "`{bad}` cannot stand in the name of {what}; use letters, digits, `_` and `-`"
        ));
    }
    if name.is_empty() || name.len() > NAME_CHARS {
        return Err(format!("the name of {what} has 1 to {NAME_CHARS} characters"));
    }
    Ok(())
}

/// A schedule as the `lambda.toml` of a lambda declares it; it is deployed with the lambda's version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeclaredSchedule {
    /// What it is called within its lambda.
    pub name: String,
    /// Minute, hour, day of the month, month, day of the week.
    pub cron: String,
    /// The time zone the times are in.
    pub time_zone: String,
    /// What the lambda is given: a JSON object of `headers` and `payload`.
    pub input: Arc<str>,
    /// Where its times stand in the file that it was read from.
    #[serde(skip)]
    pub places: SchedulePlaces,
}

/// Where the times of a schedule stand in a file, without their quotes; none where it was not read from a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SchedulePlaces {
    /// The five fields.
    pub cron: Option<TextRange>,
    /// The time zone.
    pub time_zone: Option<TextRange>,
}

impl DeclaredSchedule {
    /// What it is called among all schedules, as one of `lambda`.
    pub fn full_name(&self, lambda: &LambdaName) -> String {
        format!("{lambda}/{}", self.name)
    }
}

/// Where a schedule comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ScheduleOrigin {
    /// `lambdeck schedule add` made it.
    Command,
    /// The `lambda.toml` of its lambda declares it: deploying makes and removes it.
    Lambda,
}

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
    /// Where it comes from.
    pub origin: ScheduleOrigin,
    /// It is left alone until it is resumed.
    pub is_paused: bool,
    /// When it is due next, in milliseconds since the Unix epoch; none when it never is again.
    pub next_at_ms: Option<i64>,
    /// When it was last due, in milliseconds since the Unix epoch.
    pub last_at_ms: Option<i64>,
}
