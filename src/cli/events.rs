//! `lambdeck events`

use super::args::Events;
use super::context::{self, Context, Format};
use super::fields::fields;
use super::output::{FAINT, HEADING, Stream};
use super::{table, templates};
use crate::catalog::Catalog;
use crate::domain::{Event, ResultShape, SlotUse};
use crate::workspace::Loaded;
use serde_json::{Value, json};
use std::io;
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, args: &Events) -> anyhow::Result<ExitCode> {
    let catalog = context.told_catalog();
    let loaded =
        context.find_workspace().map_or_else(Loaded::default, |workspace| workspace.load());
    let Some(text) = &args.event else {
        list(context, &catalog, &loaded)?;
        return Ok(ExitCode::SUCCESS);
    };
    let event = context::event(&catalog, text)?;
    let slots = loaded.slots(event);
    match context.format {
        Format::Json => {
            let mut details = summary(event, &slots);
            details["sub_types"] = json!(event.sub_types);
            details["samples"] = event
                .samples
                .iter()
                .map(|s| json!({ "sub_type": s.sub_type, "input": parse(&s.text) }))
                .collect();
            details["schema"] = parse(&event.schema);
            details["templates"] =
                connected(&catalog, event).map(|template| json!(template.id)).collect();
            context.out.json(&details)?;
        }
        Format::Human => show(context, &catalog, event, &slots)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn list(context: &mut Context, catalog: &Catalog, loaded: &Loaded) -> io::Result<()> {
    let events: Vec<(&Event, SlotUse)> =
        catalog.events.iter().map(|event| (event, loaded.slots(event))).collect();
    if context.format == Format::Json {
        let all: Vec<Value> = events.iter().map(|(event, slots)| summary(event, slots)).collect();
        return context.out.json(&all);
    }
    let mut rows = vec![["EVENT".to_owned(), "SLOTS".into(), "ID".into(), "LAMBDAS".into()]];
    for (event, slots) in &events {
        let used = format!("{}/{}", slots.holders.len(), slots.slots);
        rows.push([event.name.clone(), used, event.id.to_string(), holders(slots)]);
    }
    for (index, line) in table::lines(&rows).iter().enumerate() {
        let line = if index == 0 { Stream::Result.paint(HEADING, line) } else { line.clone() };
        context.out.line(line)?;
    }
    Ok(())
}

fn show(
    context: &mut Context,
    catalog: &Catalog,
    event: &Event,
    slots: &SlotUse,
) -> anyhow::Result<()> {
    let heading = |text: &str| Stream::Result.paint(HEADING, text);
    let out = &mut context.out;
    out.line(format_args!("{}  {}", heading(&event.name), event.id))?;
    out.line(event.description.trim())?;
    out.line("")?;
    let facts = [
        ["Raised by".to_owned(), event.raised_by.clone()],
        [
            "Slots".into(),
            format!("{} of {} held {}", slots.holders.len(), slots.slots, holders(slots)),
        ],
        ["Result".into(), result(event.result).into()],
    ];
    for line in table::lines(&facts) {
        out.line(line)?;
    }
    let sub_types: Vec<_> =
        event.sub_types.iter().map(|sub| [format!("  {}", sub.id), sub.title.clone()]).collect();
    let templates: Vec<_> = connected(catalog, event)
        .map(|template| [format!("  {}", template.id), template.name.clone()])
        .collect();
    for (title, rows) in [("Sub-types", sub_types), ("Templates", templates)] {
        out.line("")?;
        out.line(heading(title))?;
        for line in table::lines(&rows) {
            out.line(line)?;
        }
    }
    out.line("")?;
    out.line(heading("Payload"))?;
    let fields = fields(&parse(&event.schema));
    let rows: Vec<_> = fields
        .into_iter()
        .map(|field| {
            [format!("{}{}", "  ".repeat(field.depth + 1), field.name), field.kind, field.meaning]
        })
        .collect();
    for line in table::lines(&rows) {
        out.line(line)?;
    }
    out.line("")?;
    let hint = format!(
        "lambdeck events {} --json prints the schema and a sample for every sub-type",
        event.id
    );
    out.line(Stream::Result.paint(FAINT, hint))?;
    Ok(())
}

fn summary(event: &Event, slots: &SlotUse) -> Value {
    json!({
        "id": event.id,
        "name": event.name,
        "description": event.description,
        "raised_by": event.raised_by,
        "slots": slots.slots,
        "holders": slots.holders,
        "result": event.result,
        "origin": templates::origin(&event.origin),
    })
}

fn connected<'a>(
    catalog: &'a Catalog,
    event: &'a Event,
) -> impl Iterator<Item = &'a crate::domain::Template> {
    let offered = catalog.templates_for(Some(&event.id));
    offered.into_iter().filter(|template| template.event.as_ref() == Some(&event.id))
}

fn holders(slots: &SlotUse) -> String {
    slots.holders.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn result(shape: ResultShape) -> &'static str {
    match shape {
        ResultShape::MessagingCommands => {
            "nothing, a command or a list of commands: systemMessage, transfer, closeConversation"
        }
        ResultShape::Mails => "a list of mails: targetEmail, senderName, senderEmail, subject",
        ResultShape::Ignored => "ignored; \"ok\" is the custom",
        ResultShape::Anything => "any JSON value",
    }
}

/// JSON that the catalogue has read already.
fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
