//! Lambdas made and connected.

use crate::app::Message;
use crate::app::job::NewLambda;
use crate::catalog::Catalog;
use crate::domain::{EventId, LambdaName};
use crate::workspace::{self, Workspace, WorkspaceError};

/// Makes a lambda from a template, with the slot of another one if so.
pub(super) fn create(
    workspace: &Workspace,
    catalog: &Catalog,
    new: &NewLambda,
) -> Result<Message, WorkspaceError> {
    let template = catalog.templates.iter().find(|template| template.id == new.template);
    let Some(template) = template else {
        return Ok(Message::NotCreated(format!(
            "The template `{}` is gone; reload the workspace",
            new.template
        )));
    };
    let event = new.event.as_ref().and_then(|id| catalog.event(id));
    let order =
        workspace::NewLambda { name: &new.name, event, description: &new.description, template };
    match &new.swap {
        Some(holder) => workspace.create_with_swap(order, holder)?,
        None => workspace.create(order)?,
    }
    Ok(Message::Created(new.name.clone()))
}

/// Connects a lambda to an event or to none, with the slot of another one if so.
pub(super) fn connect(
    workspace: &Workspace,
    catalog: &Catalog,
    (lambda, event): (&LambdaName, Option<&EventId>),
    swap: Option<&LambdaName>,
) -> Result<Message, WorkspaceError> {
    let event = event.and_then(|id| catalog.event(id));
    match (event, swap) {
        (Some(event), Some(holder)) => workspace.connect_swapping(lambda, event, holder)?,
        (event, _) => workspace.connect(lambda, event)?,
    }
    let name = event.map_or("no event", |event| &event.name);
    Ok(Message::Done(format!("{lambda} is connected to {name}")))
}
