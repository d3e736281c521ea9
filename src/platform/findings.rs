//! What is wrong with a workspace: its files, its connections, its sources, its payloads.

use super::payloads::Payloads;
use super::times::{Times, TimesFault, TimesPart};
use crate::catalog::{Catalog, CatalogProblem};
use crate::domain::{
    DeclaredSchedule, Diagnostic, Event, Lambda, LambdaName, Origin, Place, ResultShape, Severity,
    TextRange,
};
use crate::language::analysis::Context;
use crate::language::diagnose::check_length;
use crate::language::lint::check;
use crate::workspace::{
    CONFIG_FILE, LAMBDA_FILE, Loaded, PAYLOADS, Problem, SOURCE_FILE, Workspace, WorkspaceError,
    closest,
};
use serde_json::Value;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

/// The code of more lambdas on an event than it admits.
const SLOTS_EXCEEDED: &str = "slots-exceeded";

/// Something found wrong in a file or folder.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The file or folder.
    pub path: PathBuf,
    /// What it is; its range counts only where there is a `source`.
    pub diagnostic: Diagnostic,
    /// The text of the file, where the finding is about a place in it.
    pub source: Option<String>,
}

impl Finding {
    /// Nothing can be deployed with it. A saved payload is there to try the lambda with, and is not deployed.
    pub fn refuses_deployment(&self) -> bool {
        let is_of_payload = self.path.parent().is_some_and(|folder| folder.ends_with(PAYLOADS));
        self.diagnostic.severity == Severity::Error && !is_of_payload
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Diagnostic { message, range, help, .. } = &self.diagnostic;
        write!(f, "{}:", self.path.display())?;
        if self.source.is_some() {
            write!(f, "{}:", range.start.line)?;
        }
        write!(f, " {message}")?;
        help.as_ref().map_or(Ok(()), |help| write!(f, "; {help}"))
    }
}

/// All that is wrong: first the files that cannot be used, then the lambdas one by one.
pub fn collect(workspace: &Workspace, loaded: &Loaded, catalog: &Catalog) -> Vec<Finding> {
    let mut findings = of_files(workspace, loaded, catalog);
    let mut payloads = Payloads::new(catalog);
    for lambda in &loaded.lambdas {
        findings.extend(source(workspace, loaded, catalog, lambda));
        findings.extend(payloads.check(workspace, loaded, lambda));
    }
    for template in &catalog.templates {
        let Origin::Workspace(folder) = &template.origin else { continue };
        let path = folder.join(SOURCE_FILE);
        let context = context(template.event.as_ref().and_then(|id| catalog.event(id)), &[]);
        findings.extend(check(&template.source, context).into_iter().map(|diagnostic| Finding {
            path: path.clone(),
            diagnostic,
            source: Some(template.source.to_string()),
        }));
    }
    findings
}

/// What is wrong with the files of a workspace beside what stands in its sources and payloads.
pub fn of_files(workspace: &Workspace, loaded: &Loaded, catalog: &Catalog) -> Vec<Finding> {
    let mut findings: Vec<Finding> = loaded.problems.iter().map(from_problem).collect();
    findings.extend(catalog.problems.iter().map(from_catalog));
    findings.extend(workspace.strays().iter().map(from_problem));
    findings.extend(connections(workspace, loaded, catalog));
    findings.extend(workspace.unreadable_sources(&loaded.lambdas).iter().map(of_source));
    findings
}

/// What is wrong with one lambda and with what its runs depend on. More lambdas connected to its event than it admits are
/// no matter here: the slots of deployed lambdas are counted when it is deployed.
pub fn of_lambda(
    workspace: &Workspace,
    loaded: &Loaded,
    catalog: &Catalog,
    lambda: &Lambda,
) -> Vec<Finding> {
    let folder = workspace.lambda_dir(&lambda.name);
    let config = workspace.root().join(CONFIG_FILE);
    let mut findings: Vec<Finding> = loaded.problems.iter().map(from_problem).collect();
    findings.extend(connections(workspace, loaded, catalog));
    let own = workspace.unreadable_sources(std::slice::from_ref(lambda));
    findings.extend(own.iter().map(of_source));
    findings.extend(source(workspace, loaded, catalog, lambda));
    findings.extend(Payloads::new(catalog).check(workspace, loaded, lambda));
    let is_own = |finding: &Finding| finding.path.starts_with(&folder) || finding.path == config;
    findings.retain(|finding| is_own(finding) && finding.diagnostic.code != SLOTS_EXCEEDED);
    findings
}

/// What is wrong with the lambda called `name`, be it only that its files cannot be used.
///
/// # Errors
///
/// Where there is no such lambda.
pub fn of_name(
    workspace: &Workspace,
    catalog: &Catalog,
    name: &LambdaName,
) -> Result<Vec<Finding>, WorkspaceError> {
    let loaded = workspace.load();
    if let Some(lambda) = loaded.lambda(name) {
        return Ok(of_lambda(workspace, &loaded, catalog, lambda));
    }
    let folder = workspace.lambda_dir(name);
    let own = loaded.problems.iter().filter(|it| it.path.starts_with(&folder));
    let findings: Vec<Finding> = own.map(from_problem).collect();
    if findings.is_empty() { Err(workspace.unknown(name)) } else { Ok(findings) }
}

/// What is known around a source: its event, else inputs it may get.
fn context(event: Option<&Event>, samples: &[Value]) -> Arc<Context> {
    let schema = event.and_then(|event| serde_json::from_str(&event.schema).ok());
    let accepts = event.map_or(ResultShape::Anything, |event| event.result);
    Arc::new(Context::new(schema.as_ref(), samples).accepting(accepts))
}

/// The saved payloads of a lambda without an event.
fn samples(workspace: &Workspace, lambda: &Lambda) -> Vec<Value> {
    let names = workspace.payloads(&lambda.name).into_iter();
    let texts = names.filter_map(|name| workspace.read_payload(&lambda.name, &name).ok());
    texts.filter_map(|text| serde_json::from_str(&text).ok()).collect()
}

/// What is wrong with a lambda's source.
fn source(
    workspace: &Workspace,
    loaded: &Loaded,
    catalog: &Catalog,
    lambda: &Lambda,
) -> Vec<Finding> {
    let path = workspace.source_path(&lambda.name);
    // That it cannot be read is said elsewhere.
    let Ok(text) = workspace.read_source(&lambda.name) else { return Vec::new() };
    let limit = loaded.config.limits_for(lambda).source_chars;
    let mut diagnostics: Vec<Diagnostic> = check_length(&text, limit).into_iter().collect();
    if diagnostics.is_empty() {
        let event = lambda.event.as_ref().and_then(|id| catalog.event(id));
        let samples = if event.is_none() { samples(workspace, lambda) } else { Vec::new() };
        diagnostics = check(&text, context(event, &samples));
    }
    let finding =
        |diagnostic| Finding { path: path.clone(), diagnostic, source: Some(text.clone()) };
    diagnostics.into_iter().map(finding).collect()
}

/// Events and templates that do not exist, and more lambdas on an event than it admits.
fn connections(workspace: &Workspace, loaded: &Loaded, catalog: &Catalog) -> Vec<Finding> {
    let mut findings = Vec::new();
    for lambda in &loaded.lambdas {
        findings.extend(schedules(workspace, lambda));
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
            "{} admits {} {}, but {} are connected: {}",
            event.name,
            slots.slots,
            if slots.slots == 1 { "lambda" } else { "lambdas" },
            holders.len(),
            holders.join(", ")
        );
        let diagnostic =
            Diagnostic::error(SLOTS_EXCEEDED, message, TextRange::at(Place::new(1, 1))).with_help(
                "remove the line `event` from the lambda.toml of those that should be drafts",
            );
        if let Some(lambda) = loaded.lambda(beyond) {
            findings.push(at_key(workspace, lambda, "event", diagnostic));
        }
    }
    findings
}

/// Schedules whose times cannot be understood, or never come.
fn schedules(workspace: &Workspace, lambda: &Lambda) -> Vec<Finding> {
    let path = workspace.lambda_dir(&lambda.name).join(LAMBDA_FILE);
    let mut findings = Vec::new();
    let mut source = None;
    for declared in &lambda.schedules {
        let faults = match Times::parse(&declared.cron, &declared.time_zone) {
            Ok(times) if times.next(0).is_some() => continue,
            Ok(_) => vec![never_due(&declared.cron)],
            Err(faults) => faults,
        };
        let source = source.get_or_insert_with(|| fs::read_to_string(&path).ok());
        findings.extend(faults.into_iter().map(|fault| {
            let message = format!("the schedule `{}`: {}", declared.name, fault.message);
            let range = range_of(&fault.part, declared);
            let diagnostic = Diagnostic::error("unknown-times", message, range);
            let diagnostic = diagnostic.with_help(fault.help);
            Finding { path: path.clone(), diagnostic, source: source.clone() }
        }));
    }
    findings
}

fn never_due(cron: &str) -> TimesFault {
    TimesFault {
        part: TimesPart::Cron(0..cron.chars().count()),
        message: format!("`{cron}` is never due"),
        help: "no month has such a day; `0 9 1 * *` is the first of every month".to_owned(),
    }
}

/// Where a part of the times of a schedule stands.
fn range_of(part: &TimesPart, declared: &DeclaredSchedule) -> TextRange {
    let first = TextRange::at(Place::new(1, 1));
    match part {
        TimesPart::TimeZone => declared.places.time_zone.unwrap_or(first),
        TimesPart::Cron(chars) => {
            let Some(all) = declared.places.cron else { return first };
            let chars = chars.start as u32..chars.end as u32;
            let width = declared.cron.chars().count() as u32;
            let is_plain = all.start.line == all.end.line
                && all.end.column - all.start.column == width
                && !chars.is_empty();
            let column = |it: u32| Place::new(all.start.line, all.start.column + it);
            if is_plain { TextRange::new(column(chars.start), column(chars.end)) } else { all }
        }
    }
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
    // What is told may be that it is no text.
    let read = line.and_then(|_| fs::read(&path).ok());
    let source = read.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
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

/// A source that cannot be read.
fn of_source(problem: &Problem) -> Finding {
    let mut finding = from_problem(problem);
    finding.diagnostic.code = "source".into();
    finding
}

fn from_catalog(problem: &CatalogProblem) -> Finding {
    let diagnostic =
        Diagnostic::error("catalogue", &problem.message, TextRange::at(Place::new(1, 1)));
    at_line(problem.path.clone(), problem.line, diagnostic)
}
