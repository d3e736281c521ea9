//! What a lambda's source means: its names, and what their values are known to be.
//!
//! [`Analysis::of`] reads a source once; whoever wants to know something of it asks the analysis, so that a key costs one
//! reading. It owns scopes ([`Symbol`], [`Occurrence`]), shapes ([`Shape`]) and the [`Context`] they come from: the
//! schema of the lambda's event and its saved payloads. It never fails, whatever the source looks like. What is done with
//! the knowledge (completion, hover, ...) lives beside it in `language`; it knows no screen, no file and no worker.

mod infer;
mod input;
mod names;
mod resolve;
mod shape;

pub use names::{Occurrence, Symbol, SymbolId, SymbolKind, Target, Usage};
pub use shape::{Field, Kind, Member, Members, Shape, Source};

use super::syntax::{NodeId, NodeKind, Tree};
use crate::domain::{Place, ResultShape};
use serde_json::Value;
use std::sync::Arc;

/// What is known around a lambda. Made anew when its event or its saved payloads change, not at every key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// What the lambda is called with.
    pub input: Shape,
    /// The names of its environment variables.
    pub environment: Vec<String>,
    /// What its event accepts as a result.
    pub accepts: ResultShape,
}

impl Context {
    /// The context of a lambda whose event has a payload of this JSON Schema, and which has these inputs as samples,
    /// `{"payload": ...}` each. Without a schema the shape of the payload is that of the samples.
    pub fn new(schema: Option<&Value>, samples: &[Value]) -> Self {
        Self {
            input: input::shape(schema, samples),
            environment: Vec::new(),
            accepts: ResultShape::Anything,
        }
    }

    /// The same for an event that accepts such results.
    #[must_use]
    pub fn accepting(self, accepts: ResultShape) -> Self {
        Self { accepts, ..self }
    }

    /// The same with environment variables of these names.
    #[must_use]
    pub fn with_environment(self, environment: Vec<String>) -> Self {
        Self { environment, ..self }
    }
}

impl Default for Context {
    fn default() -> Self {
        Self::new(None, &[])
    }
}

/// A source understood.
#[derive(Clone, Debug)]
pub struct Analysis {
    source: Arc<str>,
    context: Arc<Context>,
    tree: Tree,
    symbols: Vec<Symbol>,
    occurrences: Vec<Occurrence>,
    shapes: Vec<Shape>,
}

impl Analysis {
    /// Understands a source. Takes time in proportion to its length; off the UI thread, please.
    pub fn of(source: impl Into<Arc<str>>, context: Arc<Context>) -> Self {
        let source = source.into();
        let tree = Tree::parse(&source);
        Self::of_tree(source, tree, context)
    }

    /// Understands a source that came of editing this one. Gives what [`Analysis::of`] does, sooner.
    #[must_use]
    pub fn again(&self, source: impl Into<Arc<str>>, context: Arc<Context>) -> Self {
        let source = source.into();
        let tree = self.tree.again(&self.source, &source);
        Self::of_tree(source, tree, context)
    }

    fn of_tree(source: Arc<str>, tree: Tree, context: Arc<Context>) -> Self {
        let mut names = resolve::resolve(&tree);
        let shapes = infer::infer(&tree, &mut names, &context.input);
        let mut occurrences = names.occurrences;
        members::add(&tree, &shapes, &names.functions, &mut names.symbols, &mut occurrences);
        // They are large, so that it is cheaper to sort their places first.
        occurrences.sort_by_cached_key(|it| it.range.start);
        Self { source, context, tree, symbols: names.symbols, occurrences, shapes }
    }

    /// The source.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What the source was understood with.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Its tree.
    pub fn tree(&self) -> &Tree {
        &self.tree
    }

    /// Everything the source gives a name to, functions first.
    pub fn symbols(&self) -> impl Iterator<Item = (SymbolId, &Symbol)> {
        self.symbols.iter().enumerate().map(|(index, it)| (SymbolId::of(index), it))
    }

    /// A symbol. The id must be of this analysis.
    pub fn symbol(&self, id: SymbolId) -> &Symbol {
        &self.symbols[id.index()]
    }

    /// Every name in the source that stands for something, in the order of the text.
    pub fn occurrences(&self) -> &[Occurrence] {
        &self.occurrences
    }

    /// The name that `place` stands in or touches.
    pub fn occurrence_at(&self, place: Place) -> Option<&Occurrence> {
        let behind = self.occurrences.partition_point(|it| it.range.start <= place);
        let last = &self.occurrences[behind.saturating_sub(2)..behind];
        last.iter().find(|it| place <= it.range.end)
    }

    /// What the value of a node is known to be.
    pub fn shape(&self, node: NodeId) -> &Shape {
        &self.shapes[self.tree.index(node)]
    }

    /// The function that `place` is in.
    pub fn function_at(&self, place: Place) -> Option<NodeId> {
        let functions = self.tree.functions().map(|(id, _)| id);
        let encloses = |id: &NodeId| {
            self.tree.range(*id).start <= place && place <= resolve::reach(&self.tree, *id)
        };
        functions.filter(encloses).last()
    }

    /// The symbols that can be named at `place`, the nearest first; of several with one name only the nearest, but every
    /// function.
    pub fn visible_at(&self, place: Place) -> Vec<&Symbol> {
        let function = self.function_at(place);
        let mut found: Vec<&Symbol> = Vec::new();
        for symbol in self.symbols.iter().rev().filter(|it| it.is_visible(place, function)) {
            if symbol.is_function() || !found.iter().any(|it| it.name == symbol.name) {
                found.push(symbol);
            }
        }
        found.sort_by_key(|it| it.is_function());
        found
    }

    /// The constants of the file, which functions reach as `global::NAME`.
    pub fn constants(&self) -> impl Iterator<Item = &Symbol> {
        self.symbols.iter().filter(|it| {
            it.kind == SymbolKind::Constant
                && it.function.is_none()
                && self.tree.node(it.node).parent == Some(self.tree.root())
        })
    }

    /// The documentation comment of a function, as text.
    pub fn doc(&self, function: NodeId) -> String {
        doc::of(self, function)
    }

    /// A function as a call of it looks: `add(a: int, b: int) -> int`. Types of which nothing is known are left out.
    pub fn signature_of(&self, function: &Symbol) -> String {
        let parameters = self
            .symbols
            .iter()
            .filter(|it| it.kind == SymbolKind::Parameter && it.node == function.node);
        let parameters: Vec<String> = parameters
            .map(|it| match it.shape.kind {
                Kind::Any => it.name.to_string(),
                _ => format!("{}: {}", it.name, it.shape),
            })
            .collect();
        format!("{}({}) -> {}", function.name, parameters.join(", "), function.shape)
    }

    /// Whether `place` is before the end of the inside of a node: before its closing brace, if it has one.
    pub fn is_open_at(&self, node: NodeId, place: Place) -> bool {
        place <= resolve::reach(&self.tree, node)
    }

    /// The names of a function's parameters.
    pub fn parameters(&self, function: NodeId) -> Vec<&str> {
        match self.tree.kind(function) {
            NodeKind::Function(it) => it.parameters.iter().map(|it| &*it.text).collect(),
            NodeKind::Closure { parameters, .. } => parameters.iter().map(|it| &*it.text).collect(),
            _ => Vec::new(),
        }
    }
}

mod doc;
mod members;

#[cfg(test)]
pub(in crate::language) mod tests;
