//! `lambdeck new`

use super::args::New;
use super::context::{self, Context, Format};
use super::output::tell;
use super::{Usage, needs, quote};
use crate::catalog::Catalog;
use crate::domain::{Event, LambdaName, Template};
use crate::workspace::{NewLambda, Workspace, WorkspaceError};
use anyhow::anyhow;
use serde_json::json;
use std::process::ExitCode;

/// The template of a lambda for which neither template nor event was given.
const FIRST_TEMPLATE: &str = "greeting";

pub(super) fn run(context: &mut Context, args: &New) -> anyhow::Result<ExitCode> {
    let name = context::lambda_name(&args.name)?;
    let workspace = context.workspace()?;
    let catalog = context.catalog();
    let (event, template) = choose(&catalog, args)?;
    let new = NewLambda { name: &name, event, description: &args.description, template };
    let swap = args.swap.as_deref().map(context::lambda_name).transpose()?;
    match &swap {
        None => workspace.create(new),
        Some(_) if event.is_none() => {
            return Err(
                Usage("--swap takes the slot of an event; name one with --event".into()).into()
            );
        }
        Some(holder) => workspace.create_with_swap(new, holder),
    }
    .map_err(|error| with_swap_command(error, context, args))?;
    if args.allow_domains {
        for domain in template.needs.domains.keys() {
            workspace.allow_domain(domain)?;
        }
    }
    print(context, &workspace, &new, swap.as_ref())?;
    Ok(ExitCode::SUCCESS)
}

/// The event and the template that the arguments mean.
fn choose<'a>(
    catalog: &'a Catalog,
    args: &New,
) -> Result<(Option<&'a Event>, &'a Template), Usage> {
    let template =
        args.template.as_deref().map(|text| context::template(catalog, text)).transpose()?;
    let own = |template: &Template| template.event.as_ref().and_then(|id| catalog.event(id));
    let event = match args.event.as_deref() {
        None => template.and_then(own),
        Some("none") => None,
        Some(text) => Some(context::event(catalog, text)?),
    };
    let template = match (template, event) {
        (Some(template), _) => template,
        (None, Some(event)) => first_template(catalog, Some(event))?,
        (None, None) => context::template(catalog, FIRST_TEMPLATE)?,
    };
    if let (Some(event), Some(other)) = (event, own(template))
        && event.id != other.id
    {
        return Err(Usage(format!(
            "template `{}` reads the payload of {}, not that of {}; `lambdeck templates` lists the others",
            template.id, other.name, event.name
        )));
    }
    Ok((event, template))
}

fn first_template<'a>(catalog: &'a Catalog, event: Option<&Event>) -> Result<&'a Template, Usage> {
    let offered = catalog.templates_for(event.map(|event| &event.id));
    offered.into_iter().next().ok_or_else(|| Usage("there is no template to start from".into()))
}

/// For a full event, the commands that take a slot.
fn with_swap_command(error: WorkspaceError, context: &Context, args: &New) -> anyhow::Error {
    let WorkspaceError::EventFull { holders, .. } = &error else { return error.into() };
    let commands: Vec<String> =
        holders.iter().map(|holder| format!("  {}", swap_command(context, args, holder))).collect();
    anyhow!("{error}\nto swap:\n{}", commands.join("\n"))
}

fn swap_command(context: &Context, args: &New, holder: &LambdaName) -> String {
    let mut words = vec!["lambdeck".to_owned()];
    if let Some(folder) = &context.given {
        words.extend(["-C".into(), quote(&folder.to_string_lossy())]);
    }
    words.extend(["new".into(), args.name.clone()]);
    let description = Some(&args.description).filter(|text| !text.is_empty());
    let options = [
        ("--event", args.event.as_ref()),
        ("--template", args.template.as_ref()),
        ("--description", description),
    ];
    for (option, value) in options {
        if let Some(value) = value {
            words.extend([option.into(), quote(value)]);
        }
    }
    words.extend(["--swap".into(), holder.to_string()]);
    words.join(" ")
}

fn print(
    context: &mut Context,
    workspace: &Workspace,
    new: &NewLambda<'_>,
    swap: Option<&LambdaName>,
) -> anyhow::Result<()> {
    let source = workspace.source_path(new.name);
    let loaded = workspace.load();
    let holds = |holder: &&LambdaName| loaded.lambda(holder).is_some_and(|it| it.event.is_some());
    let (kept, swapped) = (swap.filter(holds), swap.filter(|it| !holds(it)));
    if context.format == Format::Json {
        let event = new.event.map(|event| &event.id);
        let open = needs::open(workspace, new)?;
        let made = json!({
            "name": new.name, "event": event, "template": new.template.id, "source": source, "disconnected": swapped,
            "needs": open,
        });
        return Ok(context.out.json(&made)?);
    }
    context.out.line(source.display())?;
    let open = needs::open(workspace, new)?;
    needs::tell_open(&open);
    if let Some(holder) = swapped {
        tell(format_args!("`{holder}` gave up its slot and is a draft without event now"));
    }
    if let Some(holder) = kept {
        tell(format_args!(
            "a slot was free, so nothing had to be swapped; `{holder}` keeps its own"
        ));
    }
    match new.event {
        Some(event) => {
            tell(format_args!("connected to {}; next: `lambdeck invoke {}`", event.name, new.name));
        }
        None => {
            tell(format_args!("not connected to an event; next: `lambdeck invoke {}`", new.name));
        }
    }
    Ok(())
}
