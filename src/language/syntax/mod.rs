//! The syntax tree of a lambda's source, for whatever state the source is in.
//!
//! [`Tree::parse`] reads Rhai's own tokens and never fails: what is missing is an [`Option`] without a value, what has no
//! place becomes a [`NodeKind::Skipped`], and both leave a [`Fault`]. What Rhai's parser accepts gives a tree without
//! faults; the reverse does not hold, since names, types and the like are checked elsewhere. Recovery is by statement
//! (a keyword, `;`, or a line that starts no further right than the statement does) and by function (a `fn` that starts no
//! further right than the one before).
//!
//! The nodes lie in one list and name each other by [`NodeId`]; every node has its exact range, which lies within its
//! parent's. Knows nothing of scopes, types or events.

mod fault;
mod node;
mod parser;
pub mod tokens;

pub use fault::{Fault, FaultKind};
pub use node::{
    Access, Arguments, Binding, Function, Literal, Name, Node, NodeId, NodeKind, Operator, Repeat,
};

use super::engine;
use crate::domain::{Place, TextRange};
use tokens::Tokens;

/// How deep nodes may lie within each other; what is nested deeper is skipped. Rhai itself allows less.
pub const MOST_NESTED: usize = engine::EXPRESSION_DEPTH;

/// A source as a tree.
#[derive(Clone, Debug)]
pub struct Tree {
    tokens: Tokens,
    nodes: Vec<Node>,
    faults: Vec<Fault>,
}

impl Tree {
    /// Reads a source. Takes time in proportion to its length.
    pub fn parse(source: &str) -> Self {
        let tokens = Tokens::of(&engine::compiler(), source);
        let (nodes, faults) = parser::parse(tokens.as_slice());
        Self { tokens, nodes, faults }
    }

    /// The node of the whole source.
    pub fn root(&self) -> NodeId {
        NodeId::of(self.nodes.len() - 1)
    }

    /// A node. The id must be of this tree.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.index()]
    }

    /// What a node is.
    pub fn kind(&self, id: NodeId) -> &NodeKind {
        &self.node(id).kind
    }

    /// Where a node stands.
    pub fn range(&self, id: NodeId) -> TextRange {
        self.node(id).range
    }

    /// Every node, children before their parents.
    pub fn nodes(&self) -> impl ExactSizeIterator<Item = (NodeId, &Node)> {
        self.nodes.iter().enumerate().map(|(index, node)| (NodeId::of(index), node))
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
            match self.kind(found).children().into_iter().find(touches) {
                Some(inner) => found = inner,
                None => return found,
            }
        }
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
        self.nodes().filter_map(|(id, node)| match &node.kind {
            NodeKind::Function(function) => Some((id, &**function)),
            _ => None,
        })
    }

    /// The tokens and comments that the tree was made from.
    pub fn tokens(&self) -> &Tokens {
        &self.tokens
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
