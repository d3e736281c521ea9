//! What values are known to be.
//!
//! The tree is walked in the order in which it runs, as far as that is plain: a variable has the shape of what was last
//! put into it, or may have been. Parameters and results of functions need the whole source, so the walk is repeated with
//! what the one before has learned, until nothing new is learned or [`WALKS`] are done.

mod calls;

use super::names::{SymbolId, Target};
use super::resolve::Names;
use super::shape::{Kind, Member, Shape, Source};
use crate::language::engine::ENTRY_POINT;
use crate::language::library::{self, LibraryFunction};
use crate::language::quick_hash::QuickMap;
use crate::language::syntax::{Literal, Name, NodeId, NodeKind, Operator, Tree};
use calls::returned;
use rhai::Token;
use std::sync::Arc;

/// How often the source is walked at most: so many calls deep shapes are handed on.
const WALKS: usize = 4;

/// The shapes of all nodes; those of symbols are put into `names`.
pub(super) fn infer(tree: &Tree, names: &mut Names, input: &Shape) -> Vec<Shape> {
    let mut learned = Learned::default();
    let mut shapes = vec![Shape::any(); tree.count()];
    let mut current = vec![Shape::any(); names.symbols.len()];
    loop {
        current.fill(Shape::any());
        let next = Learned { walks: learned.walks + 1, ..Learned::default() };
        let learned_before = &learned;
        // Every walk comes by the same nodes, so what the one before has left in `shapes` is written over.
        let mut walk = Walk {
            tree,
            names,
            input,
            learned: learned_before,
            next,
            shapes,
            current,
            function: None,
        };
        walk.shape(tree.root());
        let next;
        Walk { next, shapes, current, .. } = walk;
        let is_settled = next.is_like(&learned) || next.walks >= WALKS;
        learned = next;
        if is_settled {
            for (symbol, shape) in names.symbols.iter_mut().zip(current) {
                symbol.shape = match learned.returns.get(&symbol.node) {
                    Some(result) if symbol.is_function() => known(result),
                    _ => shape,
                };
            }
            return shapes;
        }
    }
}

/// What one walk hands to the next.
#[derive(Default)]
struct Learned {
    walks: usize,
    /// What parameters were called with.
    arguments: QuickMap<SymbolId, Shape>,
    /// What functions return.
    returns: QuickMap<NodeId, Shape>,
    /// What was put into variables behind their definition.
    written: QuickMap<SymbolId, Shape>,
}

impl Learned {
    fn is_like(&self, other: &Self) -> bool {
        self.arguments == other.arguments
            && self.returns == other.returns
            && self.written == other.written
    }
}

struct Walk<'a> {
    tree: &'a Tree,
    names: &'a Names,
    input: &'a Shape,
    learned: &'a Learned,
    next: Learned,
    shapes: Vec<Shape>,
    /// What symbols hold at this point.
    current: Vec<Shape>,
    /// The function that a `return` here returns from; none in a closure.
    function: Option<NodeId>,
}

impl<'a> Walk<'a> {
    fn shape(&mut self, id: NodeId) -> Shape {
        let shape = self.shape_of(id);
        self.shapes[self.tree.index(id)] = shape.clone();
        shape
    }

    fn shape_if_any(&mut self, id: Option<NodeId>) -> Shape {
        id.map_or_else(|| Shape::of(Kind::Unit), |id| self.shape(id))
    }

    fn walk_all(&mut self, ids: &[NodeId]) {
        for id in ids {
            self.shape(*id);
        }
    }

    fn shape_of(&mut self, id: NodeId) -> Shape {
        let tree: &'a Tree = self.tree;
        let kind = tree.kind(id);
        match kind {
            NodeKind::Literal(literal) => Shape::of(kind_of(literal)),
            NodeKind::Interpolation { parts } => {
                self.walk_all(parts);
                Shape::of(Kind::Text)
            }
            NodeKind::Array { items, .. } => {
                let items = items.iter().map(|it| self.shape(*it));
                Shape::array(
                    items.reduce(|all, one| all.or(&one)).unwrap_or(Shape::of(Kind::Nothing)),
                )
            }
            NodeKind::Map { entries, .. } => self.map(entries),
            NodeKind::Variable { .. } => self.variable(id),
            NodeKind::Group { inner, .. } => self.shape_if_any(*inner),
            NodeKind::Member { object, name, .. } => {
                let object = self.shape(*object);
                name.as_ref().map_or_else(Shape::any, |name| member(&object, &name.text))
            }
            NodeKind::Index { object, index, .. } => self.index(*object, *index),
            NodeKind::Call { callee, arguments } => self.call(*callee, arguments),
            NodeKind::MethodCall { object, name, arguments, .. } => {
                self.method(*object, name, arguments)
            }
            NodeKind::Closure { .. } => {
                self.closure(id, &[]);
                Shape::of(Kind::Function)
            }
            NodeKind::Unary { operator, operand } => {
                let operand = self.shape_if_any(*operand);
                if operator.token == Token::Bang {
                    Shape::of(Kind::Bool)
                } else {
                    Shape::of(operand.kind)
                }
            }
            NodeKind::Binary { left, operator, right } => self.binary(*left, operator, *right),
            NodeKind::Entry { value, .. } => self.shape_if_any(*value),
            NodeKind::Skipped | NodeKind::This => Shape::any(),
            _ => self.statement(id, kind),
        }
    }

    fn statement(&mut self, id: NodeId, kind: &'a NodeKind) -> Shape {
        let unit = Shape::of(Kind::Unit);
        match kind {
            NodeKind::Script { statements } => {
                // The file's own statements run before any function.
                let is_function =
                    |id: &&NodeId| matches!(self.tree.kind(**id), NodeKind::Function(_));
                let (functions, others): (Vec<NodeId>, Vec<NodeId>) =
                    statements.iter().partition(is_function);
                self.walk_all(&others);
                self.walk_all(&functions);
                unit
            }
            NodeKind::Block { statements, .. } => {
                statements.iter().map(|it| self.shape(*it)).last().unwrap_or(unit)
            }
            NodeKind::Function(function) => {
                self.function_body(id, function.name.as_ref(), &function.parameters, function.body);
                unit
            }
            NodeKind::Let { name, value, .. } => {
                let value = self.shape_if_any(*value);
                self.define(name.as_ref(), &value);
                unit
            }
            NodeKind::Assign { target, operator, value } => {
                self.assign(*target, operator, *value);
                unit
            }
            NodeKind::Return { value } => {
                let value = self.shape_if_any(*value);
                if let Some(function) = self.function {
                    learn(&mut self.next.returns, function, &value);
                }
                Shape::of(Kind::Nothing)
            }
            NodeKind::Throw { value } | NodeKind::Break { value } => {
                self.shape_if_any(*value);
                Shape::of(Kind::Nothing)
            }
            NodeKind::Continue => Shape::of(Kind::Nothing),
            NodeKind::If { condition, then, otherwise } => {
                self.shape_if_any(*condition);
                let then = self.shape_if_any(*then);
                then.or(&self.shape_if_any(*otherwise))
            }
            NodeKind::Switch { subject, arms, .. } => {
                self.shape_if_any(*subject);
                let arms = arms.iter().map(|it| self.shape(*it));
                arms.reduce(|all, one| all.or(&one)).unwrap_or(unit)
            }
            NodeKind::Arm { values, guard, body } => {
                self.walk_all(values);
                self.shape_if_any(*guard);
                self.shape_if_any(*body)
            }
            NodeKind::Try { body, variable, handler } => {
                let body = self.shape_if_any(*body);
                self.define(variable.as_ref(), &Shape::any());
                body.or(&self.shape_if_any(*handler))
            }
            NodeKind::For { variable, counter, iterable, body } => {
                let iterable = self.shape_if_any(*iterable);
                self.define(variable.as_ref(), &items(&iterable));
                self.define(counter.as_ref(), &Shape::of(Kind::Int));
                self.shape_if_any(*body);
                unit
            }
            NodeKind::Loop { body } => {
                self.shape_if_any(*body);
                Shape::any()
            }
            _ => {
                kind.for_each_child(|child| _ = self.shape(child));
                unit
            }
        }
    }

    fn map(&mut self, entries: &[NodeId]) -> Shape {
        let mut list: Vec<Member> = Vec::new();
        for entry in entries {
            let shape = self.shape(*entry);
            if let NodeKind::Entry { key, .. } = self.tree.kind(*entry) {
                list.push(Member { name: (&*key.text).into(), shape });
            }
        }
        Shape::map(list, Source::Code)
    }

    fn variable(&self, id: NodeId) -> Shape {
        match self.names.target(self.tree, id) {
            Some(Target::Symbol(symbol)) => {
                if self.names.symbols[symbol.index()].is_function() {
                    return Shape::of(Kind::Function);
                }
                self.current[symbol.index()].clone()
            }
            _ => Shape::any(),
        }
    }

    /// Gives a name its value; what is put into it elsewhere may already be there, as in a loop.
    fn define(&mut self, name: Option<&Name>, value: &Shape) {
        let Some(symbol) = name.and_then(|it| self.names.defined.get(&it.range.start)) else {
            return;
        };
        let written = self.learned.written.get(symbol);
        self.current[symbol.index()] =
            written.map_or_else(|| value.clone(), |written| value.or(written));
    }

    fn assign(&mut self, target: NodeId, operator: &Operator, value: Option<NodeId>) {
        let value = self.shape_if_any(value);
        let before = self.shape(target);
        let value = match operator.token {
            Token::Equals => value,
            Token::PlusAssign => sum(&before, &value),
            _ => Shape::of(before.kind),
        };
        if let Some(Target::Symbol(symbol)) = self.names.target(self.tree, target) {
            learn(&mut self.next.written, *symbol, &value);
            let current = &mut self.current[symbol.index()];
            *current = current.or(&value);
            return;
        }
        let (object, name) = match self.tree.kind(target) {
            NodeKind::Member { object, name: Some(name), .. } => (*object, name.text.clone()),
            NodeKind::Index { object, index: Some(index), .. } => {
                let NodeKind::Literal(Literal::Text(key)) = self.tree.kind(*index) else { return };
                (*object, key.clone())
            }
            _ => return,
        };
        // A map that the source makes may grow a member.
        let Some(Target::Symbol(symbol)) = self.names.target(self.tree, object) else { return };
        let current = &mut self.current[symbol.index()];
        if let Kind::Map(members) = &current.kind
            && members.source == Source::Code
        {
            current.kind = Kind::Map(Arc::new(members.with(&name, value)));
        }
    }

    fn index(&mut self, object: NodeId, index: Option<NodeId>) -> Shape {
        let object = self.shape(object);
        let position = self.shape_if_any(index);
        if let Some(NodeKind::Literal(Literal::Text(key))) = index.map(|id| self.tree.kind(id)) {
            return member(&object, key);
        }
        match (&object.kind, &position.kind) {
            (Kind::Array(_) | Kind::Text | Kind::Blob, Kind::Range) => object,
            (Kind::Text, _) => Shape::of(Kind::Char),
            (Kind::Blob, _) => Shape::of(Kind::Int),
            _ => object.items().map_or_else(Shape::any, known),
        }
    }

    fn binary(
        &mut self,
        left: Option<NodeId>,
        operator: &Operator,
        right: Option<NodeId>,
    ) -> Shape {
        let left = self.shape_if_any(left);
        let right = self.shape_if_any(right);
        match &operator.token {
            Token::DoubleQuestion => left.coalesced(&right),
            Token::Plus => sum(&left, &right),
            Token::Minus | Token::Multiply | Token::Divide | Token::Modulo | Token::PowerOf => {
                Shape::of(number(&left.kind, &right.kind))
            }
            Token::ExclusiveRange | Token::InclusiveRange => Shape::of(Kind::Range),
            Token::Ampersand | Token::Pipe | Token::XOr | Token::LeftShift | Token::RightShift => {
                Shape::of(left.kind)
            }
            _ => Shape::of(Kind::Bool),
        }
    }
}

fn learn<K: std::hash::Hash + Eq>(learned: &mut QuickMap<K, Shape>, key: K, shape: &Shape) {
    learned
        .entry(key)
        .and_modify(|known| *known = known.or(shape))
        .or_insert_with(|| shape.clone());
}

fn kind_of(literal: &Literal) -> Kind {
    match literal {
        Literal::Unit => Kind::Unit,
        Literal::Bool(_) => Kind::Bool,
        Literal::Int(_) => Kind::Int,
        Literal::Float(_) => Kind::Float,
        Literal::Char(_) => Kind::Char,
        Literal::Text(_) => Kind::Text,
    }
}

/// The shape of something read: what is never there is any.
fn known(shape: &Shape) -> Shape {
    if shape.kind == Kind::Nothing { Shape::any() } else { shape.clone() }
}

/// The value of `left + right`.
fn sum(left: &Shape, right: &Shape) -> Shape {
    match (&left.kind, &right.kind) {
        (Kind::Text, _) | (_, Kind::Text) => Shape::of(Kind::Text),
        (Kind::Array(_), Kind::Array(_)) | (Kind::Map(_), Kind::Map(_)) => left.or(right),
        // An item is added; of what kind the whole array is does not show.
        (Kind::Array(items), _) => Shape::array(items.or(right)),
        (left, right) => Shape::of(number(left, right)),
    }
}

fn number(left: &Kind, right: &Kind) -> Kind {
    match (left, right) {
        (Kind::Int, Kind::Int) => Kind::Int,
        (Kind::Float, other) | (other, Kind::Float) if other.is_number() => Kind::Float,
        (left, right) if left.is_number() && right.is_number() => Kind::Number,
        _ => Kind::Any,
    }
}

/// What a `for` gives of a value.
fn items(iterable: &Shape) -> Shape {
    match &iterable.kind {
        Kind::Range | Kind::Blob => Shape::of(Kind::Int),
        Kind::Text => Shape::of(Kind::Char),
        _ => iterable.items().map_or_else(Shape::any, known),
    }
}

/// The value of a member or a property.
fn member(object: &Shape, name: &str) -> Shape {
    if let Some(shape) = object.member(name) {
        return known(shape);
    }
    let is_own = |it: &&LibraryFunction| {
        it.is_property && it.receiver().is_some_and(|own| object.kind.is_called(own))
    };
    library::named(name).find(is_own).map_or_else(Shape::any, |it| Shape::of(returned(&it.returns)))
}
