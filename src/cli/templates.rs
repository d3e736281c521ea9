//! `lambdeck templates`

use super::args::Templates;
use super::context::{self, Context, Format};
use super::output::{HEADING, Stream};
use super::table;
use crate::domain::{Origin, Template};
use serde_json::{Value, json};
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, args: &Templates) -> anyhow::Result<ExitCode> {
    let catalog = context.told_catalog();
    if let Some(text) = &args.template {
        let template = context::template(&catalog, text)?;
        match context.format {
            Format::Json => context.out.json(&as_json(template))?,
            Format::Human => context.out.text(&template.source)?,
        }
        return Ok(ExitCode::SUCCESS);
    }
    if context.format == Format::Json {
        let all: Vec<Value> = catalog.templates.iter().map(as_json).collect();
        context.out.json(&all)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows = vec![["TEMPLATE".to_owned(), "EVENT".into(), "DESCRIPTION".into()]];
    for template in &catalog.templates {
        let event = template
            .event
            .as_ref()
            .and_then(|id| catalog.event(id))
            .map_or("-", |event| &event.name);
        rows.push([
            template.id.clone(),
            event.into(),
            template.description.trim().replace('\n', " "),
        ]);
    }
    for (index, line) in table::lines(&rows).iter().enumerate() {
        let line = if index == 0 { Stream::Result.paint(HEADING, line) } else { line.clone() };
        context.out.line(line)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn as_json(template: &Template) -> Value {
    json!({
        "id": template.id,
        "name": template.name,
        "description": template.description,
        "event": template.event,
        "needs": template.needs,
        "origin": origin(&template.origin),
        "source": &*template.source,
    })
}

/// `built_in`, or the folder of the workspace that holds it.
pub(super) fn origin(origin: &Origin) -> Value {
    match origin {
        Origin::BuiltIn => json!("built_in"),
        Origin::Workspace(path) => json!(path),
    }
}
