//! `lambdeck check`

use super::context::{Context, Format};
use super::output::{Stream, tell};
use super::snippet::{frame, visible};
use crate::catalog::{Catalog, CatalogProblem};
use crate::domain::{Diagnostic, Lambda, Place, Severity, TextRange};
use crate::workspace::{LAMBDA_FILE, Loaded, Problem, Workspace, closest};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Something found wrong in a file or folder.
struct Finding {
    path: PathBuf,
    /// What it is; its range counts only where there is a `source`.
    diagnostic: Diagnostic,
    /// The text of the file, where the finding is about a place in it.
    source: Option<String>,
}

pub(super) fn run(context: &mut Context) -> anyhow::Result<ExitCode> {
    let workspace = context.workspace()?;
    let loaded = workspace.load();
    let catalog = context.catalog();
    let mut findings: Vec<Finding> = loaded.problems.iter().map(from_problem).collect();
    findings.extend(catalog.problems.iter().map(from_catalog));
    findings.extend(connections(&workspace, &loaded, &catalog));
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
                context.out.line(as_text(finding, workspace.root()))?;
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

/// Events and templates that do not exist, and more lambdas on an event than it admits.
fn connections(workspace: &Workspace, loaded: &Loaded, catalog: &Catalog) -> Vec<Finding> {
    let mut findings = Vec::new();
    for lambda in &loaded.lambdas {
        if let Some(id) = lambda.event.as_ref().filter(|id| catalog.event(id).is_none()) {
            let known: Vec<&str> = catalog.events.iter().map(|event| event.id.as_str()).collect();
            let message =
                format!("`{}` is connected to an event that does not exist: `{id}`", lambda.name);
            findings.push(at_key(
                workspace,
                lambda,
                "event",
                unknown("unknown-event", message, id.as_str(), &known),
            ));
        }
        if let Some(id) =
            lambda.template.as_deref().filter(|id| catalog.find_template(id).is_none())
        {
            let known: Vec<&str> =
                catalog.templates.iter().map(|template| template.id.as_str()).collect();
            let message = format!("`{}` names a template that does not exist: `{id}`", lambda.name);
            let mut diagnostic = unknown("unknown-template", message, id, &known);
            diagnostic.severity = Severity::Warning; // the source has been taken from it long since
            findings.push(at_key(workspace, lambda, "template", diagnostic));
        }
    }
    for event in &catalog.events {
        let slots = loaded.slots(event);
        let Some(beyond) = slots.holders.get(slots.slots as usize) else { continue };
        let holders: Vec<&str> =
            slots.holders.iter().map(crate::domain::LambdaName::as_str).collect();
        let message = format!(
            "{} admits {}, but {} are connected: {}",
            event.name,
            plural(slots.slots as usize, "lambda"),
            holders.len(),
            holders.join(", ")
        );
        let diagnostic =
            Diagnostic::error("slots-exceeded", message, TextRange::at(Place::new(1, 1)))
                .with_help(
                    "remove the line `event` from the lambda.toml of those that should be drafts",
                );
        if let Some(lambda) = loaded.lambda(beyond) {
            findings.push(at_key(workspace, lambda, "event", diagnostic));
        }
    }
    findings
}

fn unknown(code: &'static str, message: String, word: &str, known: &[&str]) -> Diagnostic {
    let diagnostic = Diagnostic::error(code, message, TextRange::at(Place::new(1, 1)));
    match closest(word, known) {
        Some(like) => diagnostic.with_help(format!("did you mean `{like}`?")),
        None => diagnostic,
    }
}

/// `diagnostic` about the line of `key` in a lambda's settings.
fn at_key(workspace: &Workspace, lambda: &Lambda, key: &str, diagnostic: Diagnostic) -> Finding {
    let path = workspace.lambda_dir(&lambda.name).join(LAMBDA_FILE);
    let text = fs::read_to_string(&path).unwrap_or_default();
    let is_key =
        |line: &str| line.strip_prefix(key).is_some_and(|rest| rest.trim_start().starts_with('='));
    let line = text.lines().position(is_key).map(|index| index as u32 + 1);
    at_line(path, line, diagnostic)
}

/// `diagnostic` about the whole of line `line`, from 1, of the file at `path`.
fn at_line(path: PathBuf, line: Option<u32>, mut diagnostic: Diagnostic) -> Finding {
    let source = line.and_then(|_| fs::read_to_string(&path).ok());
    if let (Some(line), Some(source)) = (line, &source) {
        let text = source.lines().nth(line as usize - 1).unwrap_or_default();
        let indent = text.chars().take_while(|c| c.is_whitespace()).count() as u32;
        let end = text.trim_end().chars().count() as u32;
        diagnostic.range =
            TextRange::new(Place::new(line, indent + 1), Place::new(line, end.max(indent) + 1));
    }
    Finding { path, diagnostic, source }
}

fn from_problem(problem: &Problem) -> Finding {
    let mut diagnostic =
        Diagnostic::error("workspace", &problem.message, TextRange::at(Place::new(1, 1)));
    diagnostic.severity = problem.severity;
    at_line(problem.path.clone(), problem.line, diagnostic)
}

fn from_catalog(problem: &CatalogProblem) -> Finding {
    let diagnostic =
        Diagnostic::error("catalogue", &problem.message, TextRange::at(Place::new(1, 1)));
    at_line(problem.path.clone(), problem.line, diagnostic)
}

fn as_json(finding: &Finding, root: &Path) -> Value {
    let Diagnostic { severity, code, message, range, help } = &finding.diagnostic;
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

fn as_text(finding: &Finding, root: &Path) -> String {
    let path = relative(&finding.path, root).display().to_string();
    if let Some(source) = &finding.source {
        return frame(Stream::Result, &path, source, &finding.diagnostic);
    }
    let Diagnostic { severity, code, message, help, .. } = &finding.diagnostic;
    let help = help.as_ref().map(|help| format!("\n = help: {help}")).unwrap_or_default();
    visible(&format!("{severity}[{code}]: {message}\n --> {path}{help}"))
}

fn relative<'a>(path: &'a Path, root: &Path) -> &'a Path {
    path.strip_prefix(root).unwrap_or(path)
}

fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}
