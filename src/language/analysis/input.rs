//! The shape of a lambda's input: from the schema of its event, from saved payloads, or from both.

use super::shape::{Field, Kind, Member, Shape, Source};
use crate::language::schema::facets;
use serde_json::Value;
use std::sync::Arc;

/// How deep a schema is followed; ends circles of references.
const DEPTH_LIMIT: usize = 16;
/// The most fields that a shape is made of.
const FIELD_LIMIT: usize = 5_000;
/// The most items of an array in a sample that are looked at.
const ITEM_LIMIT: usize = 50;
/// The most characters of a sample value.
const SAMPLE_CHARS: usize = 60;

/// The shape of the whole input. `schema` describes the payload; `samples` are whole inputs, `{"payload": ...}`.
pub(super) fn shape(schema: Option<&Value>, samples: &[Value]) -> Shape {
    let payloads: Vec<&Value> = samples.iter().filter_map(|it| it.get("payload")).collect();
    let payload = match schema {
        Some(schema) => {
            Reading { root: schema, left: FIELD_LIMIT }.shape(schema, "payload", &payloads, 0)
        }
        None if payloads.is_empty() => Shape::any(),
        None => of_values(&payloads, "payload", 0),
    };
    let header = vec![
        member("key", described(Kind::Text, "headers[].key", "The header's name")),
        member("value", described(Kind::Text, "headers[].value", "The header's value")),
    ];
    let headers = Shape::array(Shape::map(header, Source::Schema)).kind;
    let sent = "What the caller sent along, each with `key` and `value`";
    let stamp = "When the caller sent it; milliseconds since the Unix epoch";
    let members = vec![
        member("payload", payload),
        member("headers", described(headers, "headers", sent)),
        member("timestamp", described(Kind::Number, "timestamp", stamp)),
    ];
    let input = Shape::map(members, Source::Schema).kind;
    described(input, "", "What the lambda is called with")
}

fn described(kind: Kind, path: &str, doc: &str) -> Shape {
    let field = Field { path: path.to_owned(), doc: doc.to_owned(), ..Field::default() };
    Shape { kind, field: Some(Arc::new(field)) }
}

fn member(name: &str, shape: Shape) -> Member {
    Member { name: name.into(), shape }
}

/// A schema while it is read.
struct Reading<'a> {
    root: &'a Value,
    /// How many fields may still be made.
    left: usize,
}

impl Reading<'_> {
    fn shape(&mut self, schema: &Value, path: &str, samples: &[&Value], depth: usize) -> Shape {
        if depth >= DEPTH_LIMIT || self.left == 0 {
            return Shape::any();
        }
        self.left -= 1;
        let facets = facets(self.root, schema);
        let text = |word: &str| facets.iter().find_map(|it| it.get(word)?.as_str());
        let list = |word: &str| facets.iter().find_map(|it| it.get(word)?.as_array());
        let constant = facets.iter().find_map(|it| it.get("const"));
        let allowed: Vec<&Value> = match list("enum") {
            Some(values) => values.iter().collect(),
            None => constant.into_iter().collect(),
        };
        let example = list("examples").and_then(|it| it.first()).or(allowed.first().copied());
        let sample = samples.iter().copied().find(|it| !it.is_null()).or(example);
        let mut kinds: Vec<Kind> = Vec::new();
        for facet in &facets {
            self.kinds(facet, &facets, (path, samples, depth), &mut kinds);
        }
        if kinds.is_empty() {
            kinds.extend(allowed.iter().map(|it| kind_of(it)));
        }
        let field = Field {
            path: path.to_owned(),
            doc: text("description").unwrap_or_default().to_owned(),
            sample: sample.and_then(short),
            allowed: allowed.into_iter().filter_map(literal).collect(),
        };
        let kind = kinds.into_iter().reduce(|all, one| all.or(&one)).unwrap_or(Kind::Any);
        Shape { kind, field: Some(Arc::new(field)) }
    }

    /// The kinds that one facet of a schema names.
    fn kinds(
        &mut self,
        facet: &Value,
        facets: &[&Value],
        (path, samples, depth): (&str, &[&Value], usize),
        kinds: &mut Vec<Kind>,
    ) {
        let types: Vec<&str> = match facet.get("type") {
            Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(one)) => vec![one],
            _ if facet.get("properties").is_some() => vec!["object"],
            _ => Vec::new(),
        };
        for word in types {
            let kind = match word {
                "object" => self.map(facets, path, samples, depth),
                "array" => {
                    let items = facets.iter().find_map(|it| it.get("items"));
                    let inner: Vec<&Value> =
                        samples.iter().filter_map(|it| it.as_array()).flatten().collect();
                    let path = format!("{path}[]");
                    let items = items.map(|it| self.shape(it, &path, &inner, depth + 1));
                    Kind::Array(Arc::new(items.unwrap_or_else(Shape::any)))
                }
                other => Kind::named(other),
            };
            kinds.push(kind);
        }
    }

    fn map(&mut self, facets: &[&Value], path: &str, samples: &[&Value], depth: usize) -> Kind {
        let mut list: Vec<Member> = Vec::new();
        let all = facets.iter().filter_map(|it| it.get("properties")?.as_object()).flatten();
        for (name, schema) in all {
            if list.iter().any(|it| *it.name == **name) {
                continue;
            }
            let inner: Vec<&Value> = samples.iter().filter_map(|it| it.get(name)).collect();
            let path = inner_path(path, name);
            list.push(member(name, self.shape(schema, &path, &inner, depth + 1)));
        }
        // Without any property, or with others of a form, the schema does not say what is there.
        let is_open = list.is_empty()
            || facets.iter().any(|it| {
                it.get("additionalProperties").is_some_and(|it| *it != Value::Bool(false))
                    || it.get("patternProperties").is_some()
            });
        let source = if is_open { Source::Unknown } else { Source::Schema };
        Shape::map(list, source).kind
    }
}

/// The shape that values have in common.
fn of_values(values: &[&Value], path: &str, depth: usize) -> Shape {
    if depth >= DEPTH_LIMIT {
        return Shape::any();
    }
    let mut kind = Kind::Nothing;
    if values.iter().any(|it| it.is_object()) {
        let mut names: Vec<&String> = Vec::new();
        for name in values.iter().filter_map(|it| it.as_object()).flat_map(|it| it.keys()) {
            if !names.contains(&name) {
                names.push(name);
            }
        }
        let list = names.into_iter().take(FIELD_LIMIT).map(|name| {
            let inner: Vec<&Value> = values.iter().filter_map(|it| it.get(name)).collect();
            member(name, of_values(&inner, &inner_path(path, name), depth + 1))
        });
        kind = Shape::map(list.collect(), Source::Samples).kind;
    }
    if values.iter().any(|it| it.is_array()) {
        let items = values.iter().filter_map(|it| it.as_array()).flatten().take(ITEM_LIMIT);
        let items: Vec<&Value> = items.collect();
        let items = of_values(&items, &format!("{path}[]"), depth + 1);
        kind = kind.or(&Shape::array(items).kind);
    }
    for value in values.iter().filter(|it| !it.is_object() && !it.is_array()) {
        kind = kind.or(&kind_of(value));
    }
    let sample = values.iter().copied().find(|it| !it.is_null()).and_then(short);
    let field = Field { path: path.to_owned(), sample, ..Field::default() };
    Shape { kind, field: Some(Arc::new(field)) }
}

fn inner_path(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}

fn kind_of(value: &Value) -> Kind {
    match value {
        Value::Null => Kind::Unit,
        Value::Bool(_) => Kind::Bool,
        Value::Number(number) if number.is_f64() => Kind::Float,
        Value::Number(_) => Kind::Int,
        Value::String(_) => Kind::Text,
        Value::Array(_) => Kind::named("array"),
        Value::Object(_) => Kind::named("map"),
    }
}

/// A value on one line; of maps and arrays only small ones are worth showing.
fn short(value: &Value) -> Option<String> {
    let text = value.to_string();
    let is_nested = value.is_object() || value.is_array();
    match text.char_indices().nth(SAMPLE_CHARS) {
        None => Some(text),
        Some(_) if is_nested => None,
        Some((end, _)) => Some(format!("{}…", &text[..end])),
    }
}

/// A value as a script writes it.
fn literal(value: &Value) -> Option<String> {
    match value {
        Value::Null => Some("()".to_owned()),
        Value::Array(_) | Value::Object(_) => None,
        // A string of JSON is one of Rhai, but for the escapes of the rarest characters.
        other => Some(other.to_string()),
    }
}
