//! Events as they stand on disk: `event.toml`, `schema.json`, `samples/<number>_<sub-type>.json`.

use super::CatalogProblem;
use super::folder::{Folder, Toml};
use crate::domain::payload;
use crate::domain::{Event, EventId, Origin, ResultShape, Sample, SubType};
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventFile {
    id: String,
    name: String,
    description: String,
    raised_by: String,
    slots: u32,
    retries: Option<u32>,
    result: ResultShape,
    sub_types: Vec<SubTypeFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SubTypeFile {
    id: String,
    title: String,
}

/// Reads the event in `folder`. The JSON of an embedded one is not parsed: a test vouches for it, and the program's
/// start need not.
pub(super) fn read(folder: &Folder) -> Result<Event, Vec<CatalogProblem>> {
    let id = folder.id().map_err(|problem| vec![problem])?;
    let file = folder.toml::<EventFile>("event.toml").map_err(|problem| vec![problem])?;
    let mut problems = rules(&file, &id);
    let schema = folder.text("schema.json").map_or_else(
        |problem| {
            problems.push(problem);
            Arc::from("")
        },
        Arc::from,
    );
    let samples = samples(folder, &file.value.sub_types, &mut problems);
    let EventFile { id, name, description, raised_by, slots, retries, result, sub_types } =
        file.value;
    let sub_types =
        sub_types.into_iter().map(|SubTypeFile { id, title }| SubType { id, title }).collect();
    let (id, origin) = (EventId::new(id), folder.origin());
    let event = Event {
        id,
        name,
        description,
        raised_by,
        slots,
        retries,
        result,
        sub_types,
        samples,
        schema,
        origin,
    };
    if problems.is_empty() && matches!(event.origin, Origin::Workspace(_)) {
        check_schema(folder, &event.schema, &mut problems);
    }
    if problems.is_empty() { Ok(event) } else { Err(problems) }
}

fn rules(file: &Toml<EventFile>, folder_id: &str) -> Vec<CatalogProblem> {
    let event = &file.value;
    let mut problems = Vec::new();
    if event.id != folder_id {
        let message = format!(
            "`id` is `{}`, but the folder is called `{folder_id}`; they must agree",
            event.id
        );
        problems.push(file.problem("id", message));
    }
    if event.name.trim().is_empty() {
        problems.push(file.problem("name", "`name` is empty"));
    }
    if event.slots == 0 {
        problems.push(file.problem("slots", "`slots` is 0; an event admits at least one lambda"));
    }
    if event.sub_types.is_empty() {
        problems.push(file.problem("sub_types", "`sub_types` is empty; an event has at least one"));
    }
    for (index, sub_type) in event.sub_types.iter().enumerate() {
        if event.sub_types[..index].iter().any(|other| other.id.eq_ignore_ascii_case(&sub_type.id))
        {
            problems.push(
                file.problem(
                    "sub_types",
                    format!("the sub-type `{}` is listed twice", sub_type.id),
                ),
            );
        }
    }
    problems
}

/// The samples in the order of their sub-types, then of their file names.
fn samples(
    folder: &Folder,
    sub_types: &[SubTypeFile],
    problems: &mut Vec<CatalogProblem>,
) -> Vec<Sample> {
    let names = match folder.files_in("samples") {
        Ok(names) => names,
        Err(problem) => {
            problems.push(problem);
            return Vec::new();
        }
    };
    let mut found = Vec::new();
    for name in names.iter().map(|name| format!("samples/{name}")) {
        match sample(folder, &name, sub_types) {
            Ok(sample) => found.push(sample),
            Err(problem) => problems.push(problem),
        }
    }
    for (index, sub_type) in sub_types.iter().enumerate() {
        if !found.iter().any(|(of, _)| *of == index) && problems.is_empty() {
            let message = format!(
                "the sub-type `{}` has no sample; add `01_{}.json`",
                sub_type.id,
                sub_type.id.to_lowercase()
            );
            problems.push(CatalogProblem::new(folder.file("samples"), message));
        }
    }
    found.sort_by_key(|(of, _)| *of);
    number_the_repeated(&mut found);
    found.into_iter().map(|(_, sample)| sample).collect()
}

/// A sub-type's second sample is called `its title 2`, so that a list of samples can be read.
fn number_the_repeated(found: &mut [(usize, Sample)]) {
    let mut nth = 1;
    for index in 1..found.len() {
        nth = if found[index].0 == found[index - 1].0 { nth + 1 } else { 1 };
        if nth > 1 {
            found[index].1.title = format!("{} {nth}", found[index].1.title);
        }
    }
}

/// The sample in the file `name` and the index of its sub-type.
fn sample(
    folder: &Folder,
    name: &str,
    sub_types: &[SubTypeFile],
) -> Result<(usize, Sample), CatalogProblem> {
    let problem = |message: String| CatalogProblem::new(folder.file(name), message);
    let Some(stem) = name.strip_prefix("samples/").and_then(|name| name.strip_suffix(".json"))
    else {
        return Err(problem("a sample's file is named `<number>_<sub-type>.json`".into()));
    };
    let sub_type = stem.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches('_');
    let Some(index) = sub_types.iter().position(|known| known.id.eq_ignore_ascii_case(sub_type))
    else {
        let known: Vec<_> = sub_types.iter().map(|known| format!("`{}`", known.id)).collect();
        return Err(problem(format!(
            "no sub-type is called `{sub_type}`; `event.toml` lists {}",
            known.join(", ")
        )));
    };
    let text = folder.text(name)?;
    if let Origin::Workspace(_) = folder.origin() {
        check_sample(&text).map_err(|(line, message)| problem(message).at(line))?;
    }
    let SubTypeFile { id, title } = &sub_types[index];
    Ok((index, Sample { sub_type: id.clone(), title: title.clone(), text: Arc::from(text) }))
}

fn check_sample(text: &str) -> Result<(), (Option<u32>, String)> {
    let value: Value = serde_json::from_str(text).map_err(|error| not_json(text, &error))?;
    match value.get("payload") {
        Some(_) => Ok(()),
        None => Err((
            None,
            "a sample is the whole input, an object with `headers` and `payload`".into(),
        )),
    }
}

fn check_schema(folder: &Folder, text: &str, problems: &mut Vec<CatalogProblem>) {
    let reason = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(_) | Value::Bool(_)) => return,
        Ok(_) => (None, "a JSON Schema is an object".to_owned()),
        Err(error) => not_json(text, &error),
    };
    problems.push(CatalogProblem::new(folder.file("schema.json"), reason.1).at(reason.0));
}

fn not_json(text: &str, error: &serde_json::Error) -> (Option<u32>, String) {
    (Some(error.line() as u32), payload::not_json(text, error).message)
}
