//! The syntax tree of a lambda's source, for whatever state the source is in.
//!
//! [`Tree::parse`] reads Rhai's own tokens and never fails: what is missing is an [`Option`] without a value, what has no
//! place becomes a [`NodeKind::Skipped`], and both leave a [`Fault`]. What Rhai's parser accepts gives a tree without
//! faults; the reverse does not hold, since names, types and the like are checked elsewhere. Recovery is by statement
//! (a keyword, `;`, or a line that starts no further right than the statement does) and by function (a `fn` that starts no
//! further right than the one before).
//!
//! The nodes lie in pieces, from one function of the file to the next, and name each other by [`NodeId`]; every node has its
//! exact range, which lies within its parent's. [`Tree::again`] reads an edited source and takes the pieces that the edit
//! did not touch from the tree before. Knows nothing of scopes, types or events.

mod again;
mod fault;
mod moved;
mod node;
mod parser;
pub mod tokens;

pub use fault::{Fault, FaultKind};
pub use node::{
    Access, Arguments, Binding, Function, Literal, Name, Node, NodeId, NodeKind, Operator, Repeat,
};

use super::engine;
use crate::domain::{Place, TextRange};
use parser::Piece;
use std::sync::Arc;
use tokens::Tokens;

/// How deep nodes may lie within each other; what is nested deeper is skipped. Rhai itself allows less.
pub const MOST_NESTED: usize = engine::EXPRESSION_DEPTH;

/// A source as a tree.
#[derive(Clone, Debug)]
pub struct Tree {
    tokens: Tokens,
    /// As many as there are stretches of tokens.
    pieces: Vec<Arc<Piece>>,
    /// How many nodes there are before each piece.
    before: Vec<usize>,
    root: Node,
    faults: Vec<Fault>,
}

impl Tree {
    /// Reads a source. Takes time in proportion to its length.
    pub fn parse(source: &str) -> Self {
        again::read(source)
    }

    /// Reads a source that came of editing `before`, of which this is the tree. Gives what [`Tree::parse`] does, and takes
    /// time in proportion to the functions that were edited, and a little for those that moved to other lines.
    #[must_use]
    pub fn again(&self, before: &str, source: &str) -> Self {
        again::edited(self, before, source)
    }

    fn of(tokens: Tokens, pieces: Vec<Arc<Piece>>) -> Self {
        let mut before = Vec::with_capacity(pieces.len());
        let mut count = 0;
        for piece in &pieces {
            before.push(count);
            count += piece.nodes.len();
        }
        let start = Place::new(1, 1);
        let end = tokens.iter().next_back().map_or(start, |it| it.range.end);
        let statements = pieces.iter().flat_map(|it| &it.statements).copied().collect();
        let faults = pieces.iter().flat_map(|it| &it.faults).take(parser::MOST_FAULTS);
        let faults = faults.cloned().collect();
        let kind = NodeKind::Script { statements };
        let root = Node { kind, range: TextRange::new(start, end), parent: None };
        Self { tokens, pieces, before, root, faults }
    }

    /// The node of the whole source.
    pub fn root(&self) -> NodeId {
        NodeId::ROOT
    }

    /// A node. The id must be of this tree.
    pub fn node(&self, id: NodeId) -> &Node {
        if id == NodeId::ROOT { &self.root } else { &self.pieces[id.piece()].nodes[id.index()] }
    }

    /// What a node is.
    pub fn kind(&self, id: NodeId) -> &NodeKind {
        &self.node(id).kind
    }

    /// Where a node stands.
    pub fn range(&self, id: NodeId) -> TextRange {
        self.node(id).range
    }

    /// How many nodes there are.
    pub fn count(&self) -> usize {
        self.before.last().zip(self.pieces.last()).map_or(0, |(it, last)| it + last.nodes.len()) + 1
    }

    /// The place of a node among all, for tables beside the tree.
    pub fn index(&self, id: NodeId) -> usize {
        if id == NodeId::ROOT { self.count() - 1 } else { self.before[id.piece()] + id.index() }
    }

    /// Every node, children before their parents.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        let all = self.pieces.iter().enumerate().flat_map(|(number, piece)| {
            let id = move |(index, node)| (NodeId::of(number, index), node);
            piece.nodes.iter().enumerate().map(id)
        });
        all.chain([(NodeId::ROOT, &self.root)])
    }

    /// The node and all it is part of, from the inside out.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(id), |id| self.node(*id).parent)
    }

    /// The innermost node that `place` stands in or touches; of two that touch there, the one that ends there.
    pub fn node_at(&self, place: Place) -> NodeId {
        let mut found = self.root();
        loop {
            let touches = |id: &NodeId| {
                let range = self.range(*id);
                range.start <= place && place <= range.end
            };
            let next = match self.kind(found) {
                // There may be thousands of these, one behind the other.
                NodeKind::Script { statements: many }
                | NodeKind::Block { statements: many, .. }
                | NodeKind::Array { items: many, .. }
                | NodeKind::Map { entries: many, .. } => {
                    let first = many.partition_point(|id| self.range(*id).end < place);
                    many.get(first).copied().filter(touches)
                }
                kind => {
                    let mut next = None;
                    kind.for_each_child(|id| next = next.or(Some(id).filter(touches)));
                    next
                }
            };
            match next {
                Some(inner) => found = inner,
                None => return found,
            }
        }
    }

    /// The innermost statement of a block that `place` stands in or touches.
    pub fn statement_at(&self, place: Place) -> Option<NodeId> {
        self.ancestors(self.node_at(place)).find(|id| {
            let parent = self.node(*id).parent.map(|parent| self.kind(parent));
            matches!(parent, Some(NodeKind::Block { .. }))
        })
    }

    /// The value before a `.` or `?.`, which stands at `dot`.
    pub fn object_before(&self, dot: TextRange) -> Option<NodeId> {
        self.ancestors(self.node_at(dot.end)).find_map(|id| match self.kind(id) {
            NodeKind::Member { object, .. } | NodeKind::MethodCall { object, .. } => {
                Some(*object).filter(|object| self.range(*object).end <= dot.start)
            }
            _ => None,
        })
    }

    /// The functions of the file, in order.
    pub fn functions(&self) -> impl Iterator<Item = (NodeId, &Function)> {
        let all = self.pieces.iter().flat_map(|it| &it.functions);
        all.filter_map(|id| match self.kind(*id) {
            NodeKind::Function(function) => Some((*id, &**function)),
            _ => None,
        })
    }

    /// The tokens and comments that the tree was made from.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
    }

    /// Whether Rhai accepts every piece of `source`, of which this is the tree. What was found out of a piece before the
    /// last edit holds as long as the piece stays.
    pub fn is_accepted_in_pieces(&self, source: &str) -> bool {
        let engine = engine::compiler();
        self.pieces.iter().zip(self.tokens.stretches()).enumerate().all(|(number, it)| {
            let start = self.tokens.bytes_before(number);
            let text = source.get(start..start + it.1.bytes);
            *it.0.is_accepted.get_or_init(|| text.is_some_and(|it| engine.compile(it).is_ok()))
        })
    }

    /// What is missing and what has no place, in the order of the text.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

#[cfg(test)]
pub(crate) mod corpus;
#[cfg(test)]
mod tests;
