//! Dates and times of the calendar.

use super::{optional, required};
use crate::language::api::{ApiFunction, HostFunction, Parameter};

/// Functions of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "each variant is described by its row in the table")]
pub enum DateFunction {
    Parse,
    Format,
    Parts,
    Of,
    Add,
    Difference,
    StartOf,
}

const MS: Parameter = required("ms", "int");
const ZONE: Parameter = optional("zone", "string");

pub(super) const ROWS: &[ApiFunction] = &[
    ApiFunction {
        function: HostFunction::Date(DateFunction::Parse),
        module: Some("date"),
        name: "parse",
        parameters: &[required("text", "string"), optional("format", "string"), ZONE],
        returns: "int",
        doc: "The time that a text names, in ms since 1970: as in ISO 8601 or in mail headers, or as the format says (`%Y-%m-%d %H:%M`). A text without an offset is of the zone, UTC without one.",
        example: r#"date::parse("09.03.2026 08:30", "%d.%m.%Y %H:%M", "Europe/Berlin")"#,
        errors: "Fails when the text does not read as a date, or the zone is not known.",
    },
    ApiFunction {
        function: HostFunction::Date(DateFunction::Format),
        module: Some("date"),
        name: "format",
        parameters: &[MS, optional("format", "string"), ZONE],
        returns: "string",
        doc: "The time as text, by a format as of `strftime` (`%a, %d %b %Y %H:%M`) or, without one or with `()`, as in ISO 8601; in the zone, UTC without one.",
        example: r#"date::format(time::now_ms(), "%H:%M", "America/New_York")"#,
        errors: "Fails when the time lies outside of the years -9999 to 9999, or the format or the zone is not known.",
    },
    ApiFunction {
        function: HostFunction::Date(DateFunction::Parts),
        module: Some("date"),
        name: "parts",
        parameters: &[MS, ZONE],
        returns: "map",
        doc: "What clock and calendar show: `year`, `month`, `day`, `hour`, `minute`, `second`, `millisecond`, `weekday` (1 is Monday), `week` (ISO), `day_of_year`, `offset_minutes`.",
        example: r#"date::parts(time::now_ms(), "Europe/London").weekday < 6"#,
        errors: "Fails when the time lies outside of the years -9999 to 9999, or the zone is not known.",
    },
    ApiFunction {
        function: HostFunction::Date(DateFunction::Of),
        module: Some("date"),
        name: "of",
        parameters: &[required("parts", "map"), ZONE],
        returns: "int",
        doc: "The time of `year`, `month`, `day`, `hour`, `minute`, `second` and `millisecond` in the zone; all but the year may be left out.",
        example: r#"date::of(#{ year: 2026, month: 3, day: 9 }, "Europe/Berlin")"#,
        errors: "Fails when there is no such date, a part is not known, or the zone is not known.",
    },
    ApiFunction {
        function: HostFunction::Date(DateFunction::Add),
        module: Some("date"),
        name: "add",
        parameters: &[MS, required("amounts", "map"), ZONE],
        returns: "int",
        doc: "The time later by `years`, `months`, `weeks`, `days`, `hours`, `minutes`, `seconds`, `milliseconds`; earlier by negative ones. Days and longer keep the clock of the zone; 31 January and a month is the last of February.",
        example: "date::add(time::now_ms(), #{ days: 1, hours: -2 })",
        errors: "Fails when an amount is no int or not known, or the sum lies outside of the years -9999 to 9999.",
    },
    ApiFunction {
        function: HostFunction::Date(DateFunction::Difference),
        module: Some("date"),
        name: "difference",
        parameters: &[
            required("from", "int"),
            required("to", "int"),
            required("unit", "string"),
            ZONE,
        ],
        returns: "int",
        doc: "How many whole `years`, `months`, `weeks`, `days`, `hours`, `minutes`, `seconds` or `milliseconds` lie between two times; negative when the second is the earlier.",
        example: r#"date::difference(date::parse("2026-01-31"), time::now_ms(), "days")"#,
        errors: "Fails when the unit or the zone is not known, or a time lies outside of the years -9999 to 9999.",
    },
    ApiFunction {
        function: HostFunction::Date(DateFunction::StartOf),
        module: Some("date"),
        name: "start_of",
        parameters: &[MS, required("unit", "string"), ZONE],
        returns: "int",
        doc: "When the `year`, `month`, `week` (of Monday), `day`, `hour` or `minute` began that the time lies in.",
        example: r#"date::start_of(time::now_ms(), "day", "Europe/Berlin")"#,
        errors: "Fails when the unit or the zone is not known, or the time lies outside of the years -9999 to 9999.",
    },
];
