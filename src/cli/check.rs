//! `lambdeck check`

use super::args::{Check, Deny};
use super::context::{Context, Format};
use super::explain;
use super::output::{Stream, tell};
use super::sarif;
use super::snippet::{frame, visible};
use super::sources::{self, Source};
use crate::domain::{Diagnostic, Severity};
use crate::platform::findings::{self, Finding};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What was looked at, and what was found.
struct Report {
    /// The folder that paths are told from.
    root: PathBuf,
    /// How many lambdas there are.
    lambdas: usize,
    findings: Vec<Finding>,
}

impl Report {
    fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|it| it.diagnostic.severity == severity).count()
    }
}

pub(super) fn run(context: &mut Context, args: &Check) -> anyhow::Result<ExitCode> {
    if let Some(code) = &args.explain {
        return explain::run(context, code);
    }
    let report =
        if args.names.is_empty() { whole(context)? } else { of_names(context, &args.names)? };
    print(context, args, &report)?;
    let is_denied = args.deny == Some(Deny::Warnings) && report.count(Severity::Warning) > 0;
    let is_clean = report.count(Severity::Error) == 0 && !is_denied;
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The whole workspace.
fn whole(context: &Context) -> anyhow::Result<Report> {
    let workspace = context.workspace()?;
    let loaded = workspace.load();
    let findings = findings::collect(&workspace, &loaded, &context.catalog());
    Ok(Report { root: workspace.root().into(), lambdas: loaded.lambdas.len(), findings })
}

/// Some lambdas, or single files.
fn of_names(context: &Context, names: &[String]) -> anyhow::Result<Report> {
    let root = context.find_workspace().map_or(context.folder.clone(), |it| it.root().into());
    let catalog = context.catalog();
    let mut findings = Vec::new();
    for Source { workspace, lambda } in sources::of(context, names)? {
        findings.extend(findings::of_name(&workspace, &catalog, &lambda)?);
    }
    Ok(Report { root, lambdas: names.len(), findings })
}

fn print(context: &mut Context, args: &Check, report: &Report) -> anyhow::Result<()> {
    let Report { root, findings, .. } = report;
    let [errors, warnings, hints] =
        [Severity::Error, Severity::Warning, Severity::Hint].map(|it| report.count(it));
    if args.sarif {
        context.out.json(&sarif::log(findings, root))?;
        return Ok(());
    }
    if context.format == Format::Json {
        let all: Vec<Value> = findings.iter().map(|it| as_json(it, root)).collect();
        let counts =
            json!({ "findings": all, "errors": errors, "warnings": warnings, "hints": hints });
        context.out.json(&counts)?;
        return Ok(());
    }
    for finding in findings {
        context.out.line(as_text(Stream::Result, finding, root))?;
        context.out.line("")?;
    }
    context.out.flush()?;
    let lambdas = plural(report.lambdas, "lambda");
    let (errors, warnings) = (plural(errors, "error"), plural(warnings, "warning"));
    let hints = if hints == 0 { String::new() } else { format!(", {}", plural(hints, "hint")) };
    tell(format_args!("{lambdas}: {errors}, {warnings}{hints}"));
    Ok(())
}

pub(super) fn as_json(finding: &Finding, root: &Path) -> Value {
    let Diagnostic { severity, code, message, range, help, fixes } = &finding.diagnostic;
    let range = finding.source.is_some().then_some(range);
    json!({
        "path": relative(&finding.path, root),
        "line": range.map(|range| range.start.line),
        "column": range.map(|range| range.start.column),
        "end_line": range.map(|range| range.end.line),
        "end_column": range.map(|range| range.end.column),
        "severity": severity,
        "code": code,
        "message": message,
        "help": help,
        "fixes": fixes,
    })
}

pub(super) fn as_text(stream: Stream, finding: &Finding, root: &Path) -> String {
    let path = relative(&finding.path, root).display().to_string();
    if let Some(source) = &finding.source {
        return frame(stream, &path, source, &finding.diagnostic);
    }
    let Diagnostic { severity, code, message, help, .. } = &finding.diagnostic;
    let help = help.as_ref().map(|help| format!("\n = help: {help}")).unwrap_or_default();
    visible(&format!("{severity}[{code}]: {message}\n --> {path}{help}"))
}

/// A path from the folder that paths are told from, where it lies below.
pub(super) fn relative<'a>(path: &'a Path, root: &Path) -> &'a Path {
    path.strip_prefix(root).unwrap_or(path)
}

/// `count` things called `noun`.
pub(super) fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
