//! The schema of a payload: what is wrong with an input, and what each of its fields means.
//!
//! Owns the check of a whole input, `{"headers": [], "payload": {}, "timestamp": 0}`, against the JSON Schema of an
//! event's payload, and the documentation of fields that stands in that schema. The JSON Schema crate is named nowhere
//! else. It must not know the catalogue: a schema comes as text.

mod envelope;
mod field;
mod wording;

pub use envelope::envelope_only;
pub use field::{FieldDoc, facets};

use super::json::{self, Document};
use crate::domain::{Diagnostic, Severity, TextRange};
use jsonschema::error::ValidationErrorKind;
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

/// The most findings about one input.
pub const FINDING_LIMIT: usize = 100;

/// A compiled JSON Schema (2020-12) of the `payload` of an input.
#[derive(Debug)]
pub struct PayloadSchema {
    schema: Value,
    validator: Validator,
}

impl PayloadSchema {
    /// Compiles a schema; the error says why the text is none. A schema cannot refer to other files or the network.
    pub fn compile(schema_json: &str) -> Result<Self, String> {
        let schema: Value = serde_json::from_str(schema_json)
            .map_err(|error| format!("the schema is not valid JSON: {error}"))?;
        let options = jsonschema::draft202012::options().should_validate_formats(true);
        let validator = options
            .build(&schema)
            .map_err(|error| format!("not a JSON Schema (2020-12): {}", wording::short(&error)))?;
        Ok(Self { schema, validator })
    }

    /// Checks the whole input: its envelope as [`envelope_only`] does, and its `payload` against the schema. Findings
    /// of the code `schema` are errors where a type is wrong or something is missing, which the platform never sends,
    /// and warnings where a value is unusual. They stand in the order of the text, at most [`FINDING_LIMIT`].
    pub fn check(&self, document: &Document) -> Vec<Diagnostic> {
        let mut found = envelope_only(document);
        if let Some(payload) = document.value().get("payload") {
            let errors = self.validator.iter_errors(payload).take(FINDING_LIMIT);
            found.extend(errors.flat_map(|error| findings(document, &error)));
        }
        found.sort_by_key(|finding| finding.range.start);
        found.truncate(FINDING_LIMIT);
        found
    }

    /// What the schema says about the field at `pointer`, a JSON Pointer inside the payload (`/general/convId`; the index
    /// of an array's item steps into its items; the empty pointer is the payload itself).
    pub fn field(&self, pointer: &str) -> Option<FieldDoc> {
        field::find(&self.schema, &json::tokens(pointer)?)
    }
}

fn findings(document: &Document, error: &ValidationError<'_>) -> Vec<Diagnostic> {
    let pointer = format!("/payload{}", error.instance_path().as_str());
    if let ValidationErrorKind::AdditionalProperties { unexpected }
    | ValidationErrorKind::UnevaluatedProperties { unexpected } = error.kind()
    {
        let unknown = |key: &String| {
            let pointer = format!("{pointer}/{}", json::escape(key));
            let at = document.key_range(&pointer).unwrap_or_else(|| spot(document, &pointer));
            finding(Severity::Warning, format!("the schema does not know `{key}`"), at)
        };
        return unexpected.iter().map(unknown).collect();
    }
    let missing = matches!(error.kind(), ValidationErrorKind::Required { .. });
    let at = if missing { opening(document, &pointer) } else { spot(document, &pointer) };
    vec![finding(wording::severity(error.kind()), wording::message(error), at)]
}

fn finding(severity: Severity, message: String, range: TextRange) -> Diagnostic {
    Diagnostic { severity, ..Diagnostic::error("schema", message, range) }
}

/// Where to mark the value at `pointer`: the value itself when it stands on one line, else its opening.
fn spot(document: &Document, pointer: &str) -> TextRange {
    match document.locate(pointer) {
        Some(range) if range.start.line == range.end.line => range,
        _ => opening(document, pointer),
    }
}

/// Where to mark an object or array as a whole: at its key, or else at its bracket.
fn opening(document: &Document, pointer: &str) -> TextRange {
    let value = document.locate(pointer).or_else(|| document.locate(""));
    let bracket = || value.map(|range| TextRange::at(range.start));
    let range = document.key_range(pointer).or_else(bracket);
    range.expect("every document has a value at the empty pointer")
}

#[cfg(test)]
mod tests;
