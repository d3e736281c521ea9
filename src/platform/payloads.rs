//! What is wrong with saved payloads.

use super::findings::Finding;
use crate::catalog::Catalog;
use crate::domain::payload::check_input;
use crate::domain::{Diagnostic, EventId, Lambda, Limits, Place, Severity, TextRange};
use crate::language::json::Document;
use crate::language::schema::{PayloadSchema, envelope_only};
use crate::workspace::{Loaded, Workspace};
use std::collections::HashMap;

/// Checks saved payloads against the schemas of their events, each of which is compiled once.
pub(super) struct Payloads<'a> {
    catalog: &'a Catalog,
    /// `None` for an event that does not exist or whose schema is none.
    schemas: HashMap<&'a EventId, Option<PayloadSchema>>,
}

impl<'a> Payloads<'a> {
    pub(super) fn new(catalog: &'a Catalog) -> Self {
        Self { catalog, schemas: HashMap::new() }
    }

    /// What is wrong with the payloads saved for `lambda`.
    pub(super) fn check(
        &mut self,
        workspace: &Workspace,
        loaded: &'a Loaded,
        lambda: &'a Lambda,
    ) -> Vec<Finding> {
        let limits = loaded.config.limits_for(lambda);
        let mut findings = Vec::new();
        for name in workspace.payloads(&lambda.name) {
            let Ok(path) = workspace.payload_path(&lambda.name, &name) else { continue };
            let (source, diagnostics) = match workspace.read_payload(&lambda.name, &name) {
                Ok(text) => {
                    (Some(text.clone()), self.diagnose(&text, &limits, lambda.event.as_ref()))
                }
                Err(error) => (None, vec![unusable(error.to_string(), None)]),
            };
            findings.extend(diagnostics.into_iter().map(|diagnostic| Finding {
                path: path.clone(),
                diagnostic,
                source: source.clone(),
            }));
        }
        findings
    }

    fn diagnose(
        &mut self,
        text: &str,
        limits: &Limits,
        event: Option<&'a EventId>,
    ) -> Vec<Diagnostic> {
        let document = match Document::parse(text) {
            Ok(document) => document,
            Err(syntax) => return vec![syntax],
        };
        if let Err(error) = check_input(text, limits) {
            return vec![unusable(error.message, error.place)];
        }
        let mut found = match event.and_then(|id| self.schema(id)) {
            Some(schema) => schema.check(&document),
            None => envelope_only(&document),
        };
        // A payload that no platform would send may be saved to see what the lambda makes of it.
        for diagnostic in &mut found {
            diagnostic.severity = diagnostic.severity.min(Severity::Warning);
        }
        found
    }

    fn schema(&mut self, id: &'a EventId) -> Option<&PayloadSchema> {
        let catalog = self.catalog;
        let compile = || PayloadSchema::compile(&catalog.event(id)?.schema).ok();
        self.schemas.entry(id).or_insert_with(compile).as_ref()
    }
}

fn unusable(message: String, place: Option<Place>) -> Diagnostic {
    Diagnostic::error("payload", message, TextRange::at(place.unwrap_or(Place::new(1, 1))))
}
