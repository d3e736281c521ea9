//! What a tree is made of.

use crate::domain::TextRange;
use rhai::Token;
use std::num::NonZeroU32;

/// Names a node of one tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId {
    piece: u32,
    /// Its number in its piece, from 1.
    number: NonZeroU32,
}

impl NodeId {
    /// The node of the whole source, which is in no piece.
    pub(super) const ROOT: Self = Self { piece: u32::MAX, number: NonZeroU32::MIN };

    pub(super) fn of(piece: usize, index: usize) -> Self {
        Self { piece: piece as u32, number: NonZeroU32::MIN.saturating_add(index as u32) }
    }

    /// The piece of the tree that it is in.
    pub(super) fn piece(self) -> usize {
        self.piece as usize
    }

    /// Its place in its piece.
    pub(super) fn index(self) -> usize {
        self.number.get() as usize - 1
    }
}

/// A stretch of the source with a meaning.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// From its first to its last token; it encloses the ranges of its children.
    pub range: TextRange,
    /// The node it is part of; only the script has none.
    pub parent: Option<NodeId>,
}

/// A name as it is written, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: Box<str>,
    /// Where it stands; of a name in quotes the quotes are part.
    pub range: TextRange,
}

/// An operator and where it stands.
#[derive(Clone, Debug)]
pub struct Operator {
    /// The operator.
    pub token: Token,
    /// Where it stands.
    pub range: TextRange,
}

/// The values in the parentheses of a call.
#[derive(Clone, Debug)]
pub struct Arguments {
    /// The opening parenthesis.
    pub open: TextRange,
    /// The values.
    pub items: Vec<NodeId>,
    /// Whether the closing parenthesis is there.
    pub is_closed: bool,
}

/// Whether an access is passed over where there is nothing to access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// `.` or `[`.
    Plain,
    /// `?.` or `?[`: gives `()` where the object is `()`.
    Optional,
}

/// A plain value.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// `()`
    Unit,
    /// `true`
    Bool(bool),
    /// `42`
    Int(i64),
    /// `4.2`
    Float(f64),
    /// `'x'`
    Char(char),
    /// A string without `${...}`, or the piece of one between two.
    Text(Box<str>),
}

/// Whether a variable can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Binding {
    /// `let`
    Variable,
    /// `const`
    Constant,
}

/// When a `do` goes round again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// While the condition holds.
    While,
    /// Until the condition holds.
    Until,
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Whether `private` stands before it.
    pub is_private: bool,
    /// The type that `this` must have: `fn "map".f()`.
    pub this_type: Option<Name>,
    /// Its name.
    pub name: Option<Name>,
    /// Its parameters.
    pub parameters: Vec<Name>,
    /// Its block.
    pub body: Option<NodeId>,
}

/// What a node is. What may be missing while somebody types is an [`Option`].
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are the parts that the variant names")]
pub enum NodeKind {
    /// The whole source.
    Script { statements: Vec<NodeId> },
    /// Tokens that have no place where they stand, or that follow something broken.
    Skipped,

    /// `fn name(parameters) { ... }`
    Function(Box<Function>),
    /// `let name = value`, `const name = value`, also behind `export`.
    Let { binding: Binding, is_exported: bool, name: Option<Name>, value: Option<NodeId> },
    /// `target = value`, `target += value`
    Assign { target: NodeId, operator: Operator, value: Option<NodeId> },
    /// `import path as alias`
    Import { path: Option<NodeId>, alias: Option<Name> },
    /// `export name as alias`
    Export { name: Option<Name>, alias: Option<Name> },
    /// `return value`
    Return { value: Option<NodeId> },
    /// `throw value`
    Throw { value: Option<NodeId> },
    /// `break value`
    Break { value: Option<NodeId> },
    /// `continue`
    Continue,
    /// `try { ... } catch (variable) { ... }`
    Try { body: Option<NodeId>, variable: Option<Name>, handler: Option<NodeId> },

    /// `{ ... }`
    Block { statements: Vec<NodeId>, is_closed: bool },
    /// `if condition { ... } else ...`; what follows `else` is a block or another `if`.
    If { condition: Option<NodeId>, then: Option<NodeId>, otherwise: Option<NodeId> },
    /// `switch subject { arms }`
    Switch { subject: Option<NodeId>, arms: Vec<NodeId>, is_closed: bool },
    /// `value | value if guard => body`; no value at all is `_`.
    Arm { values: Vec<NodeId>, guard: Option<NodeId>, body: Option<NodeId> },
    /// `while condition { ... }`
    While { condition: Option<NodeId>, body: Option<NodeId> },
    /// `loop { ... }`
    Loop { body: Option<NodeId> },
    /// `do { ... } while condition`
    Do { body: Option<NodeId>, repeat: Repeat, condition: Option<NodeId> },
    /// `for variable in iterable { ... }`, `for (variable, counter) in iterable { ... }`
    For {
        variable: Option<Name>,
        counter: Option<Name>,
        iterable: Option<NodeId>,
        body: Option<NodeId>,
    },

    /// `42`, `"text"`, `()`
    Literal(Literal),
    /// A text in back-ticks with `${...}` in it: pieces of text, and a block for each `${...}`.
    Interpolation { parts: Vec<NodeId> },
    /// `[items]`
    Array { items: Vec<NodeId>, is_closed: bool },
    /// `#{ entries }`
    Map { entries: Vec<NodeId>, is_closed: bool },
    /// `key: value` in a map
    Entry { key: Name, value: Option<NodeId> },
    /// `name`, `module::name`: a variable, a constant, or what is called.
    Variable { modules: Vec<Name>, name: Option<Name> },
    /// `this`
    This,
    /// `(inner)`
    Group { inner: Option<NodeId>, is_closed: bool },
    /// `object.name`
    Member { object: NodeId, access: Access, dot: TextRange, name: Option<Name> },
    /// `object[index]`
    Index { object: NodeId, access: Access, index: Option<NodeId>, is_closed: bool },
    /// `callee(arguments)`; the callee is a [`NodeKind::Variable`], rarely in parentheses.
    Call { callee: NodeId, arguments: Arguments },
    /// `object.name(arguments)`
    MethodCall { object: NodeId, access: Access, name: Name, arguments: Arguments },
    /// `|parameters| body`
    Closure { parameters: Vec<Name>, body: Option<NodeId> },
    /// `-operand`, `!operand`
    Unary { operator: Operator, operand: Option<NodeId> },
    /// `left + right`; a range may lack either side.
    Binary { left: Option<NodeId>, operator: Operator, right: Option<NodeId> },
}

impl NodeKind {
    /// The nodes it is made of, in the order of the text.
    pub fn children(&self) -> Vec<NodeId> {
        let mut children = Vec::new();
        self.for_each_child(|child| children.push(child));
        children
    }

    /// Calls for each of the nodes it is made of, in the order of the text.
    pub fn for_each_child(&self, mut call: impl FnMut(NodeId)) {
        match self {
            Self::Skipped
            | Self::Export { .. }
            | Self::Continue
            | Self::Literal(_)
            | Self::Variable { .. }
            | Self::This => {}
            Self::Script { statements: many }
            | Self::Block { statements: many, .. }
            | Self::Interpolation { parts: many }
            | Self::Array { items: many, .. }
            | Self::Map { entries: many, .. } => many.iter().copied().for_each(call),
            Self::Function(function) => function.body.into_iter().for_each(call),
            Self::Let { value: one, .. }
            | Self::Import { path: one, .. }
            | Self::Return { value: one }
            | Self::Throw { value: one }
            | Self::Break { value: one }
            | Self::Loop { body: one }
            | Self::Entry { value: one, .. }
            | Self::Group { inner: one, .. }
            | Self::Closure { body: one, .. }
            | Self::Unary { operand: one, .. } => one.iter().copied().for_each(call),
            Self::Try { body: first, handler: second, .. }
            | Self::While { condition: first, body: second }
            | Self::Do { body: first, condition: second, .. }
            | Self::For { iterable: first, body: second, .. }
            | Self::Binary { left: first, right: second, .. } => {
                [*first, *second].into_iter().flatten().for_each(call);
            }
            Self::If { condition, then, otherwise } => {
                [*condition, *then, *otherwise].into_iter().flatten().for_each(call);
            }
            Self::Switch { subject, arms, .. } => {
                subject.iter().chain(arms).copied().for_each(call);
            }
            Self::Arm { values, guard, body } => {
                values.iter().chain(guard).chain(body).copied().for_each(call);
            }
            Self::Assign { target: first, value: second, .. }
            | Self::Index { object: first, index: second, .. } => {
                std::iter::once(*first).chain(*second).for_each(call);
            }
            Self::Member { object, .. } => call(*object),
            Self::Call { callee: first, arguments }
            | Self::MethodCall { object: first, arguments, .. } => {
                std::iter::once(first).chain(&arguments.items).copied().for_each(call);
            }
        }
    }

    /// Whether a statement of this kind needs no `;` behind it.
    pub fn ends_itself(&self) -> bool {
        matches!(
            self,
            Self::Function(_)
                | Self::Block { .. }
                | Self::If { .. }
                | Self::Switch { .. }
                | Self::While { .. }
                | Self::Loop { .. }
                | Self::For { .. }
                | Self::Try { .. }
                | Self::Skipped
        )
    }
}
