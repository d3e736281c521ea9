//! Templates as they stand on disk: `template.toml` and `main.rhai`.

use super::CatalogProblem;
use super::folder::Folder;
use crate::domain::{Event, Template};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateFile {
    name: String,
    description: String,
    event: Option<String>,
}

/// Reads the template in `folder`; `events` are those it may be connected to.
pub(super) fn read(folder: &Folder, events: &[Event]) -> Result<Template, CatalogProblem> {
    let id = folder.id()?;
    let file = folder.toml::<TemplateFile>("template.toml")?;
    if file.value.name.trim().is_empty() {
        return Err(file.problem("name", "`name` is empty"));
    }
    let event = match &file.value.event {
        None => None,
        Some(text) => match events.iter().find(|event| event.id.as_str() == text) {
            Some(event) => Some(event.id.clone()),
            None => {
                let message = format!("no event has the id `{text}`; `lambdeck events` lists them");
                return Err(file.problem("event", message));
            }
        },
    };
    let source = Arc::from(folder.text("main.rhai")?);
    let TemplateFile { name, description, .. } = file.value;
    Ok(Template { id, name, description, event, source, origin: folder.origin() })
}
