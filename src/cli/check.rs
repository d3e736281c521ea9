//! `lambdeck check`

use super::context::{Context, Format};
use super::output::{Stream, tell};
use super::snippet::{frame, visible};
use crate::domain::{Diagnostic, Severity};
use crate::platform::findings::{self, Finding};
use serde_json::{Value, json};
use std::path::Path;
use std::process::ExitCode;

pub(super) fn run(context: &mut Context) -> anyhow::Result<ExitCode> {
    let workspace = context.workspace()?;
    let loaded = workspace.load();
    let catalog = context.catalog();
    let findings = findings::collect(&workspace, &loaded, &catalog);
    let count = |severity| {
        findings.iter().filter(|finding| finding.diagnostic.severity == severity).count()
    };
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    match context.format {
        Format::Json => {
            let all: Vec<Value> =
                findings.iter().map(|finding| as_json(finding, workspace.root())).collect();
            context
                .out
                .json(&json!({ "findings": all, "errors": errors, "warnings": warnings }))?;
        }
        Format::Human => {
            for finding in &findings {
                context.out.line(as_text(Stream::Result, finding, workspace.root()))?;
                context.out.line("")?;
            }
            context.out.flush()?;
            let lambdas = plural(loaded.lambdas.len(), "lambda");
            tell(format_args!(
                "{lambdas}: {}, {}",
                plural(errors, "error"),
                plural(warnings, "warning")
            ));
        }
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

pub(super) fn as_json(finding: &Finding, root: &Path) -> Value {
    let Diagnostic { severity, code, message, range, help, .. } = &finding.diagnostic;
    let place = finding.source.is_some().then_some(range.start);
    json!({
        "path": relative(&finding.path, root),
        "line": place.map(|place| place.line),
        "column": place.map(|place| place.column),
        "severity": severity,
        "code": code,
        "message": message,
        "help": help,
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

fn relative<'a>(path: &'a Path, root: &Path) -> &'a Path {
    path.strip_prefix(root).unwrap_or(path)
}

/// `count` things called `noun`.
pub(super) fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
