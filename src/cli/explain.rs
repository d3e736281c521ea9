//! `lambdeck check --explain`

use super::Usage;
use super::context::{Context, Format};
use super::output::{HEADING, Stream};
use super::table;
use crate::domain::Rule;
use crate::language::lint;
use crate::platform::rules;
use crate::workspace::closest;
use serde_json::{Value, json};
use std::io;
use std::process::ExitCode;

/// Tells what `code` means, or lists all codes where it is empty.
pub(super) fn run(context: &mut Context, code: &str) -> anyhow::Result<ExitCode> {
    if code.is_empty() {
        list(context)?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(rule) = rules::find(code) else { return Err(unknown(code).into()) };
    match context.format {
        Format::Json => context.out.json(&as_json(rule))?,
        Format::Human => tell_of(context, rule)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn unknown(code: &str) -> Usage {
    let codes: Vec<&str> = rules::all().map(|it| it.code).collect();
    let advice = closest(code, &codes).map_or_else(
        || "`lambdeck check --explain` lists them".to_owned(),
        |like| format!("did you mean `{like}`?"),
    );
    Usage(format!("there is no code `{code}`; {advice}"))
}

fn list(context: &mut Context) -> io::Result<()> {
    if context.format == Format::Json {
        return context.out.json(&rules::all().map(as_json).collect::<Vec<_>>());
    }
    let row = |rule: &Rule| [rule.code.to_owned(), rule.severity.to_string(), rule.doc.to_owned()];
    for line in table::lines(&rules::all().map(row).collect::<Vec<_>>()) {
        context.out.line(line)?;
    }
    Ok(())
}

fn tell_of(context: &mut Context, rule: &Rule) -> io::Result<()> {
    let paint = |text: &str| Stream::Result.paint(HEADING, text);
    let out = &mut context.out;
    out.line(format_args!("{} ({}): {}.", paint(rule.code), rule.severity, rule.doc))?;
    out.line(format_args!("\n{}", rule.explanation))?;
    for (title, example) in [("Wrong", rule.bad), ("Right", rule.good)] {
        if example.is_empty() {
            continue;
        }
        out.line(format_args!("\n{}\n", paint(title)))?;
        for line in example.lines() {
            out.line(format_args!("    {line}").to_string().trim_end())?;
        }
    }
    if lint::can_be_allowed(rule.code) {
        let code = rule.code;
        out.line(format_args!("\n`// allow: {code}` silences it on its line, or on the next."))?;
    }
    Ok(())
}

fn as_json(rule: &Rule) -> Value {
    let example = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    json!({
        "code": rule.code,
        "severity": rule.severity,
        "doc": rule.doc,
        "explanation": rule.explanation,
        "bad": example(rule.bad),
        "good": example(rule.good),
        "can_be_allowed": lint::can_be_allowed(rule.code),
    })
}
