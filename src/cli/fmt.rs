//! `lambdeck fmt`

use super::args::Fmt;
use super::check::plural;
use super::context::{Context, Format};
use super::output::{BAD, FAINT, GOOD, HEADING, Stream, tell};
use super::snippet::{frame, visible};
use super::sources::{self, Source};
use crate::domain::Diagnostic;
use crate::language::format::format;
use anyhow::Context as _;
use serde_json::{Value, json};
use similar::{ChangeTag, TextDiff};
use std::fmt::Write as _;
use std::io::{self, Read as _};
use std::process::ExitCode;

/// The name of what comes in by stdin.
const STDIN: &str = "-";

/// A source, and what became of it.
struct Outcome {
    path: String,
    source: String,
    /// The source laid out, or why it cannot be.
    result: Result<String, Box<Diagnostic>>,
}

impl Outcome {
    fn of(path: String, source: String) -> Self {
        let result = format(&source);
        Self { path, source, result }
    }

    fn is_changed(&self) -> bool {
        self.result.as_ref().is_ok_and(|text| *text != self.source)
    }
}

pub(super) fn run(context: &mut Context, args: &Fmt) -> anyhow::Result<ExitCode> {
    let outcomes =
        if args.names == [STDIN] { vec![stdin(context, args)?] } else { on_disk(context, args)? };
    let changed = outcomes.iter().filter(|it| it.is_changed()).count();
    let failed = outcomes.iter().filter(|it| it.result.is_err()).count();
    match context.format {
        Format::Json => {
            let files: Vec<Value> = outcomes.iter().map(as_json).collect();
            let all = json!({ "files": files, "changed": changed, "failed": failed });
            context.out.json(&all)?;
        }
        Format::Human => {
            for outcome in &outcomes {
                show(context, args, outcome)?;
            }
            context.out.flush()?;
            if args.names != [STDIN] {
                tell(summary(args, outcomes.len(), changed, failed));
            }
        }
    }
    let is_clean = failed == 0 && (changed == 0 || !args.check);
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn stdin(context: &mut Context, args: &Fmt) -> anyhow::Result<Outcome> {
    let mut source = String::new();
    io::stdin().read_to_string(&mut source).context("cannot read the source from stdin")?;
    let outcome = Outcome::of("stdin".to_owned(), source);
    if let (Ok(text), Format::Human, false) = (&outcome.result, context.format, args.check) {
        context.out.text(text)?;
    }
    Ok(outcome)
}

/// Lays out files, and writes those that change unless only a check is wanted.
fn on_disk(context: &Context, args: &Fmt) -> anyhow::Result<Vec<Outcome>> {
    let mut outcomes = Vec::new();
    for it in sources::of(context, &args.names)? {
        let Source { workspace, lambda } = &it;
        let source = workspace.read_source(lambda)?;
        let outcome = Outcome::of(it.shown(context).display().to_string(), source);
        if let (Ok(text), true, false) = (&outcome.result, outcome.is_changed(), args.check) {
            workspace.save_source(lambda, text)?;
        }
        outcomes.push(outcome);
    }
    Ok(outcomes)
}

fn show(context: &mut Context, args: &Fmt, outcome: &Outcome) -> anyhow::Result<()> {
    match &outcome.result {
        Err(error) => tell(frame(Stream::Error, &outcome.path, &outcome.source, error) + "\n"),
        Ok(text) if outcome.is_changed() && args.check => {
            context.out.text(difference(outcome, text))?;
        }
        Ok(_) if outcome.is_changed() && args.names != [STDIN] => {
            context.out.line(&outcome.path)?;
        }
        Ok(_) => {}
    }
    Ok(())
}

fn summary(args: &Fmt, count: usize, changed: usize, failed: usize) -> String {
    let what = if args.check { "would change" } else { "changed" };
    let mut text = format!("{}: {changed} {what}", plural(count, "lambda"));
    if failed > 0 {
        let _ = write!(text, ", {failed} left alone");
    }
    text
}

fn as_json(outcome: &Outcome) -> Value {
    let (text, error) = match &outcome.result {
        Ok(text) => (outcome.is_changed().then_some(text), None),
        Err(error) => (None, Some(error)),
    };
    json!({
        "path": outcome.path,
        "changed": outcome.is_changed(),
        "text": text,
        "error": error.map(|error| json!({
            "line": error.range.start.line,
            "column": error.range.start.column,
            "code": error.code,
            "message": error.message,
            "help": error.help,
        })),
    })
}

/// The lines that differ, with three lines around them.
fn difference(outcome: &Outcome, text: &str) -> String {
    let paint = |style, line: &str| Stream::Result.paint(style, visible(line)) + "\n";
    let mut shown = paint(HEADING, &format!("--- {}", outcome.path));
    shown += &paint(HEADING, &format!("+++ {} laid out", outcome.path));
    let diff = TextDiff::from_lines(outcome.source.as_str(), text);
    for hunk in diff.unified_diff().context_radius(3).iter_hunks() {
        shown += &paint(FAINT, &hunk.header().to_string());
        for change in hunk.iter_changes() {
            let line = change.value().trim_end_matches(['\n', '\r']);
            shown += &match change.tag() {
                ChangeTag::Delete => paint(BAD, &format!("-{line}")),
                ChangeTag::Insert => paint(GOOD, &format!("+{line}")),
                ChangeTag::Equal => visible(&format!(" {line}")) + "\n",
            };
        }
    }
    shown
}
