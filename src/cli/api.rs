//! `lambdeck api`

use super::Usage;
use super::args::Api;
use super::context::{Context, Format};
use super::output::{HEADING, Stream};
use super::table;
use crate::language::api::{ApiFunction, ApiType, FUNCTIONS, Presence, TYPES};
use crate::workspace::closest;
use serde_json::{Value, json};
use std::io;
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, args: &Api) -> anyhow::Result<ExitCode> {
    if let Some(kind) =
        args.function.as_ref().and_then(|word| TYPES.iter().find(|it| it.name == word))
    {
        return describe_type(context, kind);
    }
    let chosen = match &args.function {
        None => FUNCTIONS.iter().collect(),
        Some(word) => choose(word)?,
    };
    if context.format == Format::Json {
        let all: Vec<Value> = chosen.into_iter().map(as_json).collect();
        context.out.json(&all)?;
    } else if args.function.is_some() {
        for function in chosen {
            describe(context, function)?;
        }
    } else {
        let rows: Vec<_> =
            chosen.iter().map(|function| [function.signature(), function.doc.into()]).collect();
        for line in table::lines(&rows) {
            context.out.line(line)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The functions that `word` means: those with this path or name, or all of a module.
fn choose(word: &str) -> Result<Vec<&'static ApiFunction>, Usage> {
    let meant = |function: &&ApiFunction| {
        function.path() == word || function.name == word || function.module == Some(word)
    };
    let chosen: Vec<_> = FUNCTIONS.iter().filter(meant).collect();
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let paths: Vec<String> = FUNCTIONS.iter().map(ApiFunction::path).collect();
    let known: Vec<&str> = paths.iter().map(String::as_str).collect();
    let advice = closest(word, &known).map_or_else(
        || "`lambdeck api` lists them".into(),
        |like| format!("did you mean `{like}`?"),
    );
    Err(Usage(format!("there is no host function `{word}`; {advice}")))
}

fn describe(context: &mut Context, function: &ApiFunction) -> io::Result<()> {
    let out = &mut context.out;
    out.line(Stream::Result.paint(HEADING, function.signature()))?;
    out.line(format_args!("  {}", function.doc))?;
    if !function.errors.is_empty() {
        out.line(format_args!("  Fails: {}", function.errors))?;
    }
    out.line("")?;
    for line in function.example.lines() {
        out.line(format_args!("      {line}").to_string().trim_end())?;
    }
    out.line("")
}

/// A type: what can be read of it, and its methods.
fn describe_type(context: &mut Context, kind: &ApiType) -> anyhow::Result<ExitCode> {
    let methods = FUNCTIONS.iter().filter(|it| it.receiver() == Some(kind));
    if context.format == Format::Json {
        let fields = kind.fields.iter();
        let fields: Vec<Value> = fields
            .map(|field| json!({ "name": field.name, "type": field.kind, "doc": field.doc }))
            .collect();
        let methods: Vec<Value> = methods.map(as_json).collect();
        let all =
            json!({ "type": kind.name, "doc": kind.doc, "fields": fields, "methods": methods });
        context.out.json(&all)?;
        return Ok(ExitCode::SUCCESS);
    }
    context.out.line(Stream::Result.paint(HEADING, kind.name))?;
    context.out.line(format_args!("  {}", kind.doc))?;
    context.out.line("")?;
    let fields = kind.fields.iter();
    let fields = fields.map(|it| [format!(".{}: {}", it.name, it.kind), it.doc.to_owned()]);
    let methods = methods.map(|it| [it.signature(), it.doc.to_owned()]);
    let rows: Vec<_> = fields.chain(methods).collect();
    for line in table::lines(&rows) {
        context.out.line(line)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(function: &ApiFunction) -> Value {
    let parameters: Vec<Value> = function
        .parameters
        .iter()
        .map(|parameter| {
            let presence = match parameter.presence {
                Presence::Required => "required",
                Presence::Optional => "optional",
                Presence::Variadic(_) => "variadic",
            };
            json!({ "name": parameter.name, "type": parameter.kind, "presence": presence })
        })
        .collect();
    json!({
        "path": function.path(),
        "module": function.module,
        "name": function.name,
        "signature": function.signature(),
        "parameters": parameters,
        "returns": function.returns,
        "doc": function.doc,
        "example": function.example,
        "errors": function.errors,
    })
}
