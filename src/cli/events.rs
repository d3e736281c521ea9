//! `lambdeck events`

use super::args::Events;
use super::context::{self, Context, Format};
use super::fields::fields;
use super::output::{FAINT, HEADING, ODD, Stream, tell};
use super::stage::Stage;
use super::{table, templates};
use crate::catalog::Catalog;
use crate::domain::{Event, LambdaName, ResultShape, SlotUse};
use crate::platform::embedded::Embedded;
use crate::platform::store::{Deployments as _, Holders};
use crate::workspace::Loaded;
use serde_json::{Value, json};
use std::io;
use std::process::ExitCode;

pub(super) fn run(context: &mut Context, args: &Events) -> anyhow::Result<ExitCode> {
    let catalog = context.told_catalog();
    let loaded =
        context.find_workspace().map_or_else(Loaded::default, |workspace| workspace.load());
    let deployed = deployed(context).map_err(|error| {
        // The events are known without it.
        let warning = Stream::Error.paint(ODD, "warning");
        tell(format_args!("{warning}: who is deployed cannot be said: {error:#}"));
    });
    let slots_of = |event: &Event| Slots {
        of: loaded.slots(event),
        deployed: deployed.as_ref().ok().map(|it| it.on(&event.id)),
    };
    let Some(text) = &args.event else {
        list(context, &catalog, slots_of)?;
        return Ok(ExitCode::SUCCESS);
    };
    let event = context::event(&catalog, text)?;
    let slots = slots_of(event);
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

/// Who holds the slots of an event: in the workspace, and among what is deployed.
struct Slots {
    of: SlotUse,
    /// None where it is not known.
    deployed: Option<Vec<LambdaName>>,
}

impl Slots {
    /// The lambdas of the workspace, and who is deployed beside or instead of them.
    fn holders(&self) -> String {
        let deployed = match self.deployed.as_deref() {
            None | Some([]) => String::new(),
            Some(names) => format!("(deployed: {})", listed(names)),
        };
        [listed(&self.of.holders), deployed]
            .into_iter()
            .filter(|it| !it.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// Who is deployed in the workspace; nobody where nothing ever was.
fn deployed(context: &Context) -> anyhow::Result<Holders> {
    let workspace = context.find_workspace();
    let state = workspace.and_then(|it| it.state_folder().ok());
    if !state.is_some_and(|it| Embedded::exists(&it)) {
        return Ok(Holders::default());
    }
    let stage = Stage::open(context)?;
    Ok(Holders::of(&stage.wait(stage.store.lambdas())?))
}

fn list(
    context: &mut Context,
    catalog: &Catalog,
    slots_of: impl Fn(&Event) -> Slots,
) -> io::Result<()> {
    let events: Vec<_> = catalog.events.iter().map(|event| (event, slots_of(event))).collect();
    if context.format == Format::Json {
        let all: Vec<Value> = events.iter().map(|(event, slots)| summary(event, slots)).collect();
        return context.out.json(&all);
    }
    let mut rows = vec![["EVENT".to_owned(), "SLOTS".into(), "ID".into(), "LAMBDAS".into()]];
    for (event, slots) in &events {
        let used = format!("{}/{}", slots.of.holders.len(), slots.of.slots);
        rows.push([event.name.clone(), used, event.id.to_string(), slots.holders()]);
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
    slots: &Slots,
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
            format!("{} of {} held {}", slots.of.holders.len(), slots.of.slots, slots.holders()),
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

fn summary(event: &Event, slots: &Slots) -> Value {
    json!({
        "id": event.id,
        "name": event.name,
        "description": event.description,
        "raised_by": event.raised_by,
        "slots": slots.of.slots,
        "holders": slots.of.holders,
        "deployed": slots.deployed,
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

fn listed(names: &[LambdaName]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
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
