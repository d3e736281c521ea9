//! A source as the lints look at it: what is certain of its values, and which of its parts can be trusted.

use super::broken::Broken;
use crate::domain::{Diagnostic, TextRange};
use crate::language::analysis::{Analysis, Kind, Source, SymbolKind, Target, Usage};
use crate::language::quick_hash::{QuickMap, QuickSet};
use crate::language::syntax::{Literal, NodeId, NodeKind};

/// A source and what of its form cannot be trusted.
pub(super) struct View<'a> {
    pub(super) analysis: &'a Analysis,
    broken: Broken<'a>,
    /// What a called name and a variable stand for.
    targets: QuickMap<NodeId, &'a Target>,
    /// The members that the source itself puts into maps.
    written: QuickSet<&'a str>,
    /// The texts in quotes, among which names of functions and variables may be.
    texts: QuickSet<&'a str>,
}

impl<'a> View<'a> {
    pub(super) fn new(analysis: &'a Analysis, errors: &[Diagnostic]) -> Self {
        let tree = analysis.tree();
        let named = analysis.occurrences().iter().filter(|it| {
            matches!(tree.kind(it.node), NodeKind::Variable { .. } | NodeKind::MethodCall { .. })
                && !matches!(it.target, Target::HostModule(_) | Target::UnknownModule)
        });
        let mut view = Self {
            analysis,
            broken: Broken::of(analysis, errors),
            targets: named.map(|it| (it.node, &it.target)).collect(),
            written: QuickSet::default(),
            texts: QuickSet::default(),
        };
        view.collect_texts();
        view
    }

    fn collect_texts(&mut self) {
        let tree = self.analysis.tree();
        for (_, node) in tree.nodes() {
            match &node.kind {
                NodeKind::Literal(Literal::Text(text)) => _ = self.texts.insert(&**text),
                NodeKind::Assign { target, .. } => match tree.kind(*target) {
                    NodeKind::Member { name: Some(name), .. } => {
                        _ = self.written.insert(&*name.text);
                    }
                    NodeKind::Index { index: Some(index), .. } => {
                        if let NodeKind::Literal(Literal::Text(key)) = tree.kind(*index) {
                            self.written.insert(&**key);
                        }
                    }
                    _ => {}
                },
                _ => {}
            }
        }
    }

    /// Whether what stands at `range` has the form it should have.
    pub(super) fn is_sound(&self, range: TextRange) -> bool {
        !self.broken.has(range.start)
    }

    /// Whether a name may be meant where the source does not have the form it should have: what is not seen of it may be
    /// there.
    pub(super) fn is_in_broken(&self, name: &str) -> bool {
        self.broken.may_name(name)
    }

    pub(super) fn kind(&self, id: NodeId) -> &'a NodeKind {
        self.analysis.tree().kind(id)
    }

    pub(super) fn range(&self, id: NodeId) -> TextRange {
        self.analysis.tree().range(id)
    }

    /// Every node, children before their parents.
    pub(super) fn nodes(&self) -> impl Iterator<Item = (NodeId, &'a NodeKind)> {
        self.analysis.tree().nodes().map(|(id, node)| (id, &node.kind))
    }

    /// What a variable, a called name or a method stands for.
    pub(super) fn target(&self, id: NodeId) -> Option<&'a Target> {
        self.targets.get(&id).copied()
    }

    /// Whether the source puts a member of this name into a map somewhere.
    pub(super) fn is_written(&self, name: &str) -> bool {
        self.written.contains(name) || self.is_in_broken(name)
    }

    /// Whether the source names this in quotes, as `Fn("name")` and `is_def_var("name")` do.
    pub(super) fn is_in_quotes(&self, name: &str) -> bool {
        self.texts.contains(name)
    }

    /// Whether a text in quotes has `${name}` in it, which somebody takes for the value.
    pub(super) fn is_filled_in(&self, name: &str) -> bool {
        let pattern = format!("${{{name}");
        self.texts.iter().any(|it| it.contains(&pattern))
    }

    /// A stretch of one line of the source.
    pub(super) fn text(&self, range: TextRange) -> &'a str {
        let tokens = self.analysis.tree().tokens();
        let first = tokens.partition_point(|it| it.range.start < range.start);
        let behind = tokens.partition_point(|it| it.range.end <= range.end);
        let (Some(start), Some(end)) =
            (tokens.bytes(first), behind.checked_sub(1).and_then(|last| tokens.bytes(last)))
        else {
            return "";
        };
        self.analysis.source().get(start.start..end.end).unwrap_or_default()
    }

    /// What is in parentheses.
    pub(super) fn bare(&self, id: NodeId) -> NodeId {
        match self.kind(id) {
            NodeKind::Group { inner: Some(inner), .. } => self.bare(*inner),
            _ => id,
        }
    }

    /// The kind of a value, where nothing that the source does can make it another.
    pub(super) fn certain(&self, id: NodeId) -> Option<&'a Kind> {
        self.is_certain(id, 0).then(|| &self.analysis.shape(id).kind)
    }

    fn is_certain(&self, id: NodeId, depth: usize) -> bool {
        /// How many variables are followed.
        const FOLLOWED: usize = 16;
        let shape = self.analysis.shape(id);
        if depth > FOLLOWED || matches!(shape.kind, Kind::Any | Kind::Nothing) {
            return false;
        }
        match self.kind(id) {
            NodeKind::Literal(_)
            | NodeKind::Interpolation { .. }
            | NodeKind::Array { .. }
            | NodeKind::Map { .. } => true,
            NodeKind::Group { inner: Some(inner), .. } => self.is_certain(*inner, depth + 1),
            NodeKind::Member { .. } | NodeKind::Index { .. } => self.is_field(id),
            NodeKind::Binary { left: Some(left), right: Some(right), .. } => {
                self.is_certain(*left, depth + 1) && self.is_certain(*right, depth + 1)
            }
            NodeKind::Call { callee, .. } => self.is_from_elsewhere(*callee),
            NodeKind::MethodCall { object, .. } => {
                self.is_from_elsewhere(id)
                    && !matches!(self.analysis.shape(*object).kind, Kind::Map(_))
            }
            NodeKind::Variable { .. } => {
                self.only_value(id).is_some_and(|value| self.is_certain(value, depth + 1))
            }
            _ => false,
        }
    }

    /// Whether a called name is of the host or of Rhai's library.
    fn is_from_elsewhere(&self, id: NodeId) -> bool {
        matches!(self.target(id), Some(Target::Host { .. } | Target::Library(_)))
    }

    /// The value of a variable that never gets another.
    fn only_value(&self, variable: NodeId) -> Option<NodeId> {
        let Some(Target::Symbol(symbol)) = self.target(variable) else { return None };
        let symbol = self.analysis.symbol(*symbol);
        let is_plain = matches!(symbol.kind, SymbolKind::Variable | SymbolKind::Constant);
        match self.kind(symbol.node) {
            NodeKind::Let { value, .. }
                if is_plain && symbol.writes == 0 && !self.is_in_broken(&symbol.name) =>
            {
                *value
            }
            _ => None,
        }
    }

    /// Whether a value is a field of the input as the schema describes it, and nothing the source makes of one.
    pub(super) fn is_field(&self, id: NodeId) -> bool {
        match self.kind(id) {
            NodeKind::Member { object, name: Some(name), .. } => {
                !self.is_written(&name.text) && self.is_of_schema(*object)
            }
            NodeKind::Index { object, index: Some(index), .. } => {
                matches!(self.kind(*index), NodeKind::Literal(Literal::Text(key)) if !self.is_written(key))
                    && self.is_of_schema(*object)
            }
            NodeKind::Group { inner: Some(inner), .. } => self.is_field(*inner),
            NodeKind::Variable { .. } => {
                self.only_value(id).is_some_and(|value| self.is_field(value))
            }
            _ => false,
        }
    }

    /// Whether a value can only be a map that the schema describes.
    pub(super) fn is_of_schema(&self, id: NodeId) -> bool {
        let shape = self.analysis.shape(id);
        let maps = shape.maps();
        let is_map = |kind: &Kind| matches!(kind, Kind::Map(_) | Kind::Unit);
        !maps.is_empty()
            && shape.kind.each().all(is_map)
            && maps.iter().all(|it| it.source == Source::Schema)
    }

    /// The names that are read or called, each with its occurrence.
    pub(super) fn reads(
        &self,
    ) -> impl Iterator<Item = &'a crate::language::analysis::Occurrence> + use<'a> {
        self.analysis.occurrences().iter().filter(|it| it.usage != Usage::Definition)
    }
}
