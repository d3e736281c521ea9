//! Names and what they stand for.

use super::shape::{Field, Shape};
use crate::domain::{Place, TextRange};
use crate::language::syntax::NodeId;
use std::sync::Arc;

/// Names a symbol of one analysis.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SymbolId(u32);

impl SymbolId {
    pub(super) fn of(index: usize) -> Self {
        Self(index as u32)
    }

    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// Something that the source gives a name to.
#[derive(Clone, Debug)]
pub struct Symbol {
    /// Its name.
    pub name: Box<str>,
    /// What it is.
    pub kind: SymbolKind,
    /// The name where it is given.
    pub definition: TextRange,
    /// Where the name can be used: from the end of its definition up to the end of its block. A function's is the whole
    /// source.
    pub visible: TextRange,
    /// The function that it belongs to; what belongs to none stands at the top of the source.
    pub function: Option<NodeId>,
    /// The node that defines it: the `let`, the function, the loop, the closure.
    pub node: NodeId,
    /// What its value is known to be; of a function what it returns.
    pub shape: Shape,
    /// How often the name is read or called.
    pub reads: usize,
    /// How often a value is put into it after its definition.
    pub writes: usize,
}

/// What a symbol is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SymbolKind {
    /// `let`
    Variable,
    /// `const`
    Constant,
    /// A parameter of a function or a closure.
    Parameter,
    /// The variable or the counter of a `for`.
    Loop,
    /// The variable of a `catch`.
    Catch,
    /// The name of an imported module.
    Module,
    /// A function with so many parameters.
    Function(usize),
}

impl SymbolKind {
    /// The kind in a word or two.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Variable => "variable",
            Self::Constant => "constant",
            Self::Parameter => "parameter",
            Self::Loop => "loop variable",
            Self::Catch => "caught value",
            Self::Module => "module",
            Self::Function(_) => "function",
        }
    }
}

/// A name in the source, where it stands and what it stands for.
#[derive(Clone, Debug)]
pub struct Occurrence {
    /// Where.
    pub range: TextRange,
    /// The node that the name is part of.
    pub node: NodeId,
    /// What it stands for.
    pub target: Target,
    /// What is done with it.
    pub usage: Usage,
}

/// What is done with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Usage {
    /// It is given its meaning.
    Definition,
    /// Its value is asked for, or it is called.
    Read,
    /// A value is put into it.
    Write,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Something that the source defines.
    Symbol(SymbolId),
    /// A host function.
    Host {
        /// Its module.
        module: Option<&'static str>,
        /// Its name.
        name: &'static str,
    },
    /// A module of host functions.
    HostModule(&'static str),
    /// A function or a property of Rhai's library.
    Library(&'static str),
    /// A member of a map; what is known of its value, and of it as a field of the input.
    Member {
        /// Its value.
        shape: Shape,
        /// Whether the map is known to have it; `None` where nothing is known about the map.
        is_known: Option<bool>,
    },
    /// A variable that nothing defines.
    UnknownVariable,
    /// A function that nothing defines, called with so many values; as a method, the receiver is not counted.
    UnknownFunction(usize),
    /// A module that nothing defines.
    UnknownModule,
}

impl Target {
    /// The field of the input, where the name is one.
    pub fn field(&self) -> Option<&Arc<Field>> {
        match self {
            Self::Member { shape, .. } => shape.field.as_ref(),
            _ => None,
        }
    }
}

impl Symbol {
    /// Whether it is a function.
    pub const fn is_function(&self) -> bool {
        matches!(self.kind, SymbolKind::Function(_))
    }

    /// Whether the name can be used at `place`, which is in `function`.
    pub fn is_visible(&self, place: Place, function: Option<NodeId>) -> bool {
        let is_everywhere = self.is_function() || self.kind == SymbolKind::Module;
        let is_reached = self.function == function || (is_everywhere && self.function.is_none());
        is_reached && self.visible.start <= place && place <= self.visible.end
    }
}
