//! Templates as they stand on disk: `template.toml` and `main.rhai`.

use super::CatalogProblem;
use super::folder::Folder;
use crate::domain::{Event, Needs, Template};
use serde::Deserialize;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateFile {
    name: String,
    description: String,
    event: Option<String>,
    #[serde(default)]
    needs: Needs,
}

/// Reads the template in `folder`; `events` are those it may be connected to.
pub(super) fn read(folder: &Folder, events: &[Event]) -> Result<Template, CatalogProblem> {
    let id = folder.id()?;
    let file = folder.toml::<TemplateFile>("template.toml")?;
    if file.value.name.trim().is_empty() {
        return Err(file.problem("name", "`name` is empty"));
    }
    let connected = |text: &str| {
        let event =
            events.iter().find(|event| event.id.as_str() == text).map(|event| event.id.clone());
        let message = format!(
            "no event that could be read has the id `{text}`; `lambdeck events` lists them"
        );
        event.ok_or_else(|| file.problem("event", message))
    };
    let event = file.value.event.as_deref().map(connected).transpose()?;
    file.value.needs.check().map_err(|reason| file.problem("needs", reason))?;
    let source = Arc::from(folder.text("main.rhai")?);
    let TemplateFile { name, description, needs, .. } = file.value;
    Ok(Template { id, name, description, event, source, needs, origin: folder.origin() })
}
