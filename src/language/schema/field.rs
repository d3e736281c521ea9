//! What a schema says about one field.

use super::super::json;
use super::wording::plain;
use serde_json::Value;
use std::borrow::Cow;

/// The most schemas that are looked at for one field; ends circles of references.
const FACET_LIMIT: usize = 64;

/// The documentation of a field.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct FieldDoc {
    /// The kind of its value: `string`, `number or string`, `array of string`; `any` where the schema leaves it open.
    pub kind: String,
    /// What it means; empty where the schema does not say.
    pub description: String,
    /// The values it may have, where they are listed; empty otherwise.
    pub allowed: Vec<String>,
}

/// What `schema` says about the field that the steps `path` lead to.
pub(super) fn find(schema: &Value, path: &[Cow<'_, str>]) -> Option<FieldDoc> {
    let mut at = schema;
    for step in path {
        at = facets(schema, at).into_iter().find_map(|facet| inner(facet, step))?;
    }
    let facets = facets(schema, at);
    let text = |facet: &&Value| facet.get("description").and_then(Value::as_str).map(str::to_owned);
    let listed = |facet: &&Value| facet.get("enum").and_then(Value::as_array).cloned();
    Some(FieldDoc {
        kind: kind(schema, &facets),
        description: facets.iter().find_map(text).unwrap_or_default(),
        allowed: facets.iter().find_map(listed).unwrap_or_default().iter().map(plain).collect(),
    })
}

/// The schema of the member or item `step` as `schema` itself states it.
fn inner<'a>(schema: &'a Value, step: &str) -> Option<&'a Value> {
    let member = schema.get("properties").and_then(|properties| properties.get(step));
    let item = || {
        let index = json::index(step)?;
        let own = schema.get("prefixItems").and_then(|items| items.get(index));
        own.or_else(|| schema.get("items"))
    };
    let other = || schema.get("additionalProperties").filter(|other| other.is_object());
    member.or_else(item).or_else(other)
}

/// `schema`, what it refers to within `root`, and what it is composed of, nearest first.
pub fn facets<'a>(root: &'a Value, schema: &'a Value) -> Vec<&'a Value> {
    let mut facets = vec![schema];
    let mut index = 0;
    while let Some(facet) = facets.get(index).copied() {
        let referred =
            facet.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
        facets.extend(referred.and_then(|pointer| root.pointer(pointer)));
        let composed =
            ["allOf", "anyOf", "oneOf"].iter().filter_map(|word| facet.get(word)?.as_array());
        facets.extend(composed.flatten());
        facets.truncate(FACET_LIMIT);
        index += 1;
    }
    facets
}

fn kind(root: &Value, facets: &[&Value]) -> String {
    let mut names: Vec<String> = Vec::new();
    for facet in facets {
        let types = match facet.get("type") {
            Some(Value::Array(types)) => types.as_slice(),
            Some(one) => std::slice::from_ref(one),
            None => &[],
        };
        for name in types.iter().filter_map(Value::as_str) {
            let name = if name == "array" { array(root, facet) } else { name.to_owned() };
            if !names.contains(&name) {
                names.push(name);
            }
        }
    }
    if names.is_empty() { "any".into() } else { names.join(" or ") }
}

/// `array of string` for an array whose items have a kind, else `array`.
fn array(root: &Value, schema: &Value) -> String {
    let items = schema.get("items").map(|items| facets(root, items));
    let types: Vec<_> =
        items.into_iter().flatten().filter_map(|facet| facet.get("type")?.as_str()).collect();
    types.first().map_or_else(|| "array".into(), |first| format!("array of {first}"))
}
