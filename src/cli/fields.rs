//! The fields of a payload, as its JSON Schema tells them.

use serde_json::Value;

/// How deep fields are followed; a schema may refer to itself.
const DEPTH_LIMIT: usize = 12;

/// One field of a payload.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// How many fields it lies within.
    pub(super) depth: usize,
    /// Its name; that of a list ends with `[]`.
    pub(super) name: String,
    /// Its type or types, `string | number` for example.
    pub(super) kind: String,
    /// What it means, and which values it can have where they are few.
    pub(super) meaning: String,
}

/// The fields that the JSON Schema `schema` describes, each followed by those within it.
pub(super) fn fields(schema: &Value) -> Vec<Field> {
    let mut fields = Vec::new();
    collect(schema, schema, 0, &mut fields);
    fields
}

fn collect(root: &Value, object: &Value, depth: usize, fields: &mut Vec<Field>) {
    let Some(properties) = object["properties"].as_object().filter(|_| depth < DEPTH_LIMIT) else {
        return;
    };
    for (name, property) in properties {
        let field = resolve(root, property);
        // What stands beside a reference is about this field, so it goes first.
        let text = |key: &str| property[key].as_str().or(field[key].as_str()).unwrap_or_default();
        let items = resolve(root, &field["items"]);
        let is_list = items.is_object();
        let mut meaning = text("description").to_owned();
        if let Some(values) = field["enum"].as_array() {
            let values: Vec<String> = values
                .iter()
                .map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned))
                .collect();
            meaning = format!("{meaning} ({})", values.join(", "));
        }
        fields.push(Field {
            depth,
            name: if is_list { format!("{name}[]") } else { name.clone() },
            kind: if is_list { format!("list of {}", kind(items)) } else { kind(field) },
            meaning: meaning.trim().to_owned(),
        });
        collect(root, if is_list { items } else { field }, depth + 1, fields);
    }
}

/// The schema that `schema` stands for: itself, or the one in this document that it refers to.
fn resolve<'a>(root: &'a Value, mut schema: &'a Value) -> &'a Value {
    for _ in 0..DEPTH_LIMIT {
        let Some(pointer) =
            schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'))
        else {
            break;
        };
        let Some(target) = root.pointer(pointer) else { break };
        schema = target;
    }
    schema
}

fn kind(schema: &Value) -> String {
    match &schema["type"] {
        Value::String(kind) => kind.clone(),
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" | ")
        }
        _ if schema["properties"].is_object() => "object".into(),
        _ => "any".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn fields_follow_references_and_lists() {
        let schema = json!({
            "properties": {
                "ttr": { "$ref": "#/$defs/time", "description": "the new one" },
                "people": { "type": "array", "items": { "properties": { "role": { "type": ["string", "null"], "enum": ["A", null] } } } },
            },
            "$defs": { "time": { "type": "object", "description": "a time", "properties": { "value": { "type": "number" } } } },
        });
        let shown: Vec<String> = fields(&schema)
            .into_iter()
            .map(|f| format!("{}{} {}: {}", " ".repeat(f.depth), f.name, f.kind, f.meaning))
            .collect();
        let wanted = [
            "ttr object: the new one",
            " value number: ",
            "people[] list of object: ",
            " role string | null: (A, null)",
        ];
        assert_eq!(shown, wanted);
    }

    #[test]
    fn a_schema_that_refers_to_itself_comes_to_an_end() {
        let schema = json!({ "properties": { "child": { "$ref": "#" } }, "$defs": { "loop": { "$ref": "#/$defs/loop" } } });
        assert_eq!(fields(&schema).len(), DEPTH_LIMIT);
        assert!(fields(&json!({ "properties": { "x": { "$ref": "#/$defs/loop" } } })).len() == 1);
    }
}
