//! What is known of the name under a pointer.

use super::analysis::{Analysis, Field, Occurrence, Shape, Symbol, SymbolKind, Target};
use super::api::{self, ApiFunction};
use super::library::{self, Style};
use super::syntax::NodeKind;
use crate::domain::{Place, TextRange};

/// What is known of a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hover {
    /// The name's range.
    pub range: Option<TextRange>,
    /// The name as it is best written out, or the signature: `payload.general.convId`, `log::info(message: any, ...)`.
    pub title: String,
    /// The type of its value; empty for functions, whose signature has it.
    pub kind: String,
    /// What it means, in plain text or Markdown; may be empty.
    pub doc: String,
    /// A value it has or may have, as JSON.
    pub sample: Option<String>,
    /// The only values it may have, as a script writes them.
    pub allowed: Vec<String>,
}

impl Analysis {
    /// What is known of the name at `place`.
    pub fn hover(&self, place: Place) -> Option<Hover> {
        if self.tree().tokens().comment_at(place).is_some() {
            return None;
        }
        let found = self.occurrence_at(place)?;
        let hover = match &found.target {
            Target::Symbol(id) => self.of_symbol(found, self.symbol(*id)),
            Target::Host { module, name } => of_host(*module, name),
            Target::HostModule(module) => of_module(module),
            Target::Library(name) => self.of_library(found, name)?,
            Target::Member { shape, .. } => of_value(self.member_name(found), shape),
            Target::UnknownVariable | Target::UnknownFunction(_) | Target::UnknownModule => {
                return None;
            }
        };
        Some(Hover { range: Some(found.range), ..hover })
    }

    fn of_symbol(&self, found: &Occurrence, symbol: &Symbol) -> Hover {
        if symbol.is_function() {
            return Hover {
                title: format!("fn {}", self.signature_of(symbol)),
                doc: self.doc(symbol.node),
                ..Hover::default()
            };
        }
        // Where it is read, more may be known than where it is defined.
        let shape = match self.tree().kind(found.node) {
            NodeKind::Variable { name: Some(name), .. } if name.range == found.range => {
                self.shape(found.node)
            }
            _ => &symbol.shape,
        };
        let hover = of_value(format!("{} {}", symbol.kind.word(), symbol.name), shape);
        match self.constant_as_written(symbol) {
            Some(code) => Hover { doc: joined(&[&hover.doc, &code]), ..hover },
            None => hover,
        }
    }

    /// The definition of a constant as Markdown; of a long one the first lines.
    fn constant_as_written(&self, symbol: &Symbol) -> Option<String> {
        const LINES: usize = 8;
        if symbol.kind != SymbolKind::Constant {
            return None;
        }
        let range = self.tree().range(symbol.node);
        let tokens = self.tree().tokens();
        let first = tokens.bytes(tokens.partition_point(|it| it.range.start < range.start))?;
        let behind = tokens.partition_point(|it| it.range.start < range.end);
        let last = tokens.bytes(behind.checked_sub(1)?)?;
        let text = self.source().get(first.start..last.end)?;
        let mut lines: Vec<&str> = text.lines().take(LINES).collect();
        if text.lines().count() > LINES {
            lines.push("...");
        }
        Some(format!("```rhai\n{}\n```", lines.join("\n")))
    }

    fn of_library(&self, found: &Occurrence, name: &str) -> Option<Hover> {
        let tree = self.tree();
        let (receiver, style) = match tree.kind(found.node) {
            NodeKind::MethodCall { object, .. } | NodeKind::Member { object, .. } => {
                (Some(self.shape(*object)), Style::Method)
            }
            _ => (None, Style::Call),
        };
        let kind = receiver.map(|it| it.kind.to_string());
        let fitting = library::forms(name, kind.as_deref());
        let first = *fitting.first()?;
        let titles: Vec<String> = fitting.iter().map(|it| it.signature(style)).collect();
        Some(Hover { title: titles.join("\n"), doc: first.doc.clone(), ..Hover::default() })
    }

    fn member_name(&self, found: &Occurrence) -> String {
        let kind = self.tree().kind(found.node);
        match kind {
            NodeKind::Member { name: Some(name), .. } | NodeKind::MethodCall { name, .. } => {
                name.text.to_string()
            }
            NodeKind::Index { index: Some(index), .. } => match self.tree().kind(*index) {
                NodeKind::Literal(super::syntax::Literal::Text(key)) => key.to_string(),
                _ => String::new(),
            },
            _ => String::new(),
        }
    }
}

/// A value, which is best named by the field it comes from.
fn of_value(name: String, shape: &Shape) -> Hover {
    let field = shape.field.as_deref().cloned().unwrap_or_default();
    let Field { path, doc, sample, allowed } = field;
    let is_own = path.rsplit('.').next().is_some_and(|last| *last == name);
    let title = match path.is_empty() {
        true => name,
        false if is_own => path,
        false => format!("{name}: {path}"),
    };
    Hover { range: None, title, kind: shape.to_string(), doc, sample, allowed }
}

fn of_host(module: Option<&str>, name: &str) -> Hover {
    let rows: Vec<&ApiFunction> = api::lookup(module, name).collect();
    let titles: Vec<String> = rows.iter().map(|it| it.signature()).collect();
    let docs: Vec<String> = rows.iter().map(|it| documented(it)).collect();
    Hover { title: titles.join("\n"), doc: docs.join("\n\n"), ..Hover::default() }
}

/// What a host function does, an example, and when it fails: long texts are cut where they are shown.
pub(super) fn documented(row: &ApiFunction) -> String {
    let example = format!("```rhai\n{}\n```", row.example);
    joined(&[row.doc, &example, row.errors])
}

/// What is said of these, in paragraphs.
fn joined(parts: &[&str]) -> String {
    let said: Vec<&str> = parts.iter().copied().filter(|it| !it.is_empty()).collect();
    said.join("\n\n")
}

fn of_module(module: &str) -> Hover {
    let own = api::FUNCTIONS.iter().filter(|it| it.module == Some(module));
    let lines: Vec<String> = own.map(ApiFunction::signature).collect();
    Hover { title: format!("module {module}"), doc: lines.join("\n"), ..Hover::default() }
}
