//! Runs as lines for people: those that ended and those that go on in the same columns.

use super::figures::duration;
use super::output::{BAD, FAINT, GOOD, ODD, Stream};
use super::snippet::visible;
use super::when;
use crate::domain::{Ending, LambdaName, OngoingRun, RunSummary};
use clap::builder::styling::Style;
use unicode_width::UnicodeWidthStr as _;

/// How wide the longest duration is that is usual.
const TOOK: usize = 9;

/// Lines of runs. A column is as wide as what has stood in it so far, for nobody knows what will come.
#[derive(Default)]
pub(super) struct RunLines {
    who: usize,
    why: usize,
    end: usize,
}

/// What a line says, in its order.
struct Cells<'a> {
    started_at_ms: i64,
    id: String,
    took: String,
    who: String,
    why: String,
    end: (Style, &'static str),
    message: &'a str,
}

impl RunLines {
    /// For lines that are printed as they come: wide enough for what is usual.
    pub(super) fn streaming() -> Self {
        Self { who: 16, why: 10, end: 9 }
    }

    /// For these runs.
    pub(super) fn of(runs: &[RunSummary]) -> Self {
        let mut lines = Self::default();
        lines.fit(runs);
        lines
    }

    /// Makes room for these runs, before their lines.
    pub(super) fn fit(&mut self, runs: &[RunSummary]) {
        for run in runs {
            self.widen(&ended(run));
        }
    }

    /// The same for runs that go on.
    pub(super) fn fit_going_on<'a>(&mut self, runs: impl IntoIterator<Item = &'a OngoingRun>) {
        for run in runs {
            self.widen(&going_on(run, 0));
        }
    }

    /// The line of a run that ended.
    pub(super) fn line(&mut self, run: &RunSummary) -> String {
        self.put(&ended(run))
    }

    /// The line of a run that goes on.
    pub(super) fn going_on(&mut self, run: &OngoingRun, now_ms: i64) -> String {
        self.put(&going_on(run, now_ms))
    }

    fn widen(&mut self, cells: &Cells<'_>) {
        self.who = self.who.max(cells.who.width());
        self.why = self.why.max(cells.why.width());
        self.end = self.end.max(cells.end.1.width());
    }

    fn put(&mut self, cells: &Cells<'_>) -> String {
        self.widen(cells);
        let paint = |style, text: &str| Stream::Result.paint(style, text);
        let padded = |text: &str, width: usize| format!("{text}{:1$}", "", width - text.width());
        let (style, end) = cells.end;
        let line = format!(
            "{}  {}  {:>TOOK$}  {}  {}  {}",
            paint(FAINT, &when::local(cells.started_at_ms)),
            paint(FAINT, &cells.id),
            cells.took,
            padded(&cells.who, self.who),
            padded(&cells.why, self.why),
            paint(style, end),
        );
        if cells.message.is_empty() {
            return line;
        }
        format!("{line}{:1$}  {2}", "", self.end - end.width(), visible(cells.message))
    }
}

fn ended(run: &RunSummary) -> Cells<'_> {
    let style = match run.ending {
        Ending::Succeeded => GOOD,
        Ending::Failed(_) => BAD,
        Ending::Cancelled | Ending::Interrupted => ODD,
    };
    Cells {
        started_at_ms: run.started_at_ms,
        id: run.id.to_string(),
        took: run.took_us().map_or_else(|| "-".to_owned(), duration),
        who: who(&run.lambda, run.version),
        why: run.cause.title(),
        end: (style, run.ending.title()),
        message: run.message.as_deref().unwrap_or_default().lines().next().unwrap_or_default(),
    }
}

fn who(lambda: &LambdaName, version: Option<u32>) -> String {
    version.map_or_else(|| format!("{lambda} draft"), |number| format!("{lambda} v{number}"))
}

fn going_on(run: &OngoingRun, now_ms: i64) -> Cells<'static> {
    let for_us = u64::try_from(now_ms - run.started_at_ms).unwrap_or(0).saturating_mul(1_000);
    Cells {
        started_at_ms: run.started_at_ms,
        id: run.id.to_string(),
        took: duration(for_us),
        who: who(&run.lambda, (run.version > 0).then_some(run.version)),
        why: run.cause.title(),
        end: (ODD, "running"),
        message: "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Cause, FailureKind, RunId};
    use uuid::Uuid;

    fn run(lambda: &str, duration_us: u64, ending: Ending, message: Option<&str>) -> RunSummary {
        RunSummary {
            id: RunId(Uuid::nil()),
            lambda: LambdaName::new(lambda).unwrap(),
            event: None,
            started_at_ms: 0,
            duration_us,
            ending,
            message: message.map(Into::into),
            cause: Cause::Invoke,
            version: Some(1),
            logs: 0,
            calls: 0,
        }
    }

    #[test]
    fn what_goes_on_stands_in_the_same_columns_as_what_ended() {
        let ended = [
            run("x", 840, Ending::Succeeded, None),
            run(
                "a_longer_one",
                999_999,
                Ending::Failed(FailureKind::Threw),
                Some("no luck\nat all"),
            ),
            run("x", 12_300_000, Ending::Interrupted, Some("lambdeck ended")),
        ];
        let going = OngoingRun {
            id: ended[0].id,
            lambda: ended[0].lambda.clone(),
            event: None,
            cause: Cause::Invoke,
            version: 2,
            started_at_ms: 0,
        };
        let mut lines = RunLines::of(&ended);
        lines.fit_going_on([&going]);
        let mut all: Vec<_> = ended.iter().map(|it| lines.line(it)).collect();
        all.push(lines.going_on(&going, 2_000));
        let from = all[0].find("840").unwrap() - 3;
        let shown: Vec<_> = all.iter().map(|line| &line[from..]).collect();
        assert_eq!(
            shown,
            [
                "   840 us  x v1             invoke  ok",
                "1000.0 ms  a_longer_one v1  invoke  threw        no luck",
                "        -  x v1             invoke  interrupted  lambdeck ended",
                "    2.0 s  x v2             invoke  running",
            ]
        );
    }
}
