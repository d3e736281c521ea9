//! What calls give, and what functions and closures are called with.

use super::super::names::Target;
use super::super::shape::{Kind, Shape};
use super::{ENTRY_POINT, Walk, items, known, learn};
use crate::language::quick_hash::QuickMap;
use crate::language::syntax::{Arguments, Name, NodeId, NodeKind};
use crate::language::{api, library};
use std::sync::LazyLock;

impl Walk<'_> {
    pub(super) fn function_body(
        &mut self,
        id: NodeId,
        name: Option<&Name>,
        parameters: &[Name],
        body: Option<NodeId>,
    ) {
        let is_entry = name.is_some_and(|it| &*it.text == ENTRY_POINT) && parameters.len() == 1;
        for parameter in parameters {
            let Some(symbol) = self.names.defined.get(&parameter.range.start) else { continue };
            let given = self.learned.arguments.get(symbol);
            let shape =
                if is_entry { self.input.clone() } else { given.map_or_else(Shape::any, known) };
            self.define(Some(parameter), &shape);
        }
        let outer = self.function.replace(id);
        let value = self.shape_if_any(body);
        self.function = outer;
        learn(&mut self.next.returns, id, &value);
    }

    pub(super) fn call(&mut self, callee: NodeId, arguments: &Arguments) -> Shape {
        let target = self.names.target(self.tree, callee);
        self.shape(callee);
        let given: Vec<Shape> = arguments.items.iter().map(|it| self.shape(*it)).collect();
        match target {
            Some(Target::Symbol(symbol)) => {
                let symbol = &self.names.symbols[symbol.index()];
                if symbol.is_function() {
                    self.script_call(symbol.node, &given)
                } else {
                    Shape::any()
                }
            }
            Some(Target::Host { module, name }) => host_result(*module, name, &given),
            Some(Target::Library(name)) => library_result(name, None, &given),
            _ => Shape::any(),
        }
    }

    fn script_call(&mut self, function: NodeId, given: &[Shape]) -> Shape {
        if let NodeKind::Function(definition) = self.tree.kind(function) {
            for (parameter, shape) in definition.parameters.iter().zip(given) {
                if let Some(symbol) = self.names.defined.get(&parameter.range.start) {
                    learn(&mut self.next.arguments, *symbol, shape);
                }
            }
        }
        self.learned.returns.get(&function).map_or_else(Shape::any, known)
    }

    pub(super) fn method(&mut self, object: NodeId, name: &Name, arguments: &Arguments) -> Shape {
        let receiver = self.shape(object);
        let hints = closure_hints(&receiver, &name.text);
        let mut results = Vec::new();
        let mut given = Vec::new();
        for item in &arguments.items {
            if let NodeKind::Closure { .. } = self.tree.kind(*item) {
                results.push(self.closure(*item, &hints));
                self.shapes[self.tree.index(*item)] = Shape::of(Kind::Function);
                given.push(Shape::of(Kind::Function));
            } else {
                given.push(self.shape(*item));
            }
        }
        let function = self.names.functions.get(&name.text, given.len());
        if let Some(symbol) = function {
            return self.script_call(self.names.symbols[symbol.index()].node, &given);
        }
        self.grow(object, &name.text, given.first());
        array_result(&receiver, &name.text, results.first())
            .unwrap_or_else(|| library_result(&name.text, Some(&receiver), &given))
    }

    /// `list.push(x)` tells what the items of `list` are.
    fn grow(&mut self, object: NodeId, name: &str, given: Option<&Shape>) {
        let (Some(Target::Symbol(symbol)), "push", Some(given)) =
            (self.names.target(self.tree, object), name, given)
        else {
            return;
        };
        let current = &mut self.current[symbol.index()];
        if let Kind::Array(known) = &current.kind {
            let grown = Shape::array(known.or(given));
            learn(&mut self.next.written, *symbol, &grown);
            current.kind = grown.kind;
        }
    }

    /// Walks a closure whose parameters have these shapes, and gives the shape of its result.
    pub(super) fn closure(&mut self, id: NodeId, hints: &[Shape]) -> Shape {
        let NodeKind::Closure { parameters, body } = self.tree.kind(id) else {
            return Shape::any();
        };
        for (index, parameter) in parameters.iter().enumerate() {
            let shape = hints.get(index).cloned().unwrap_or_else(Shape::any);
            self.define(Some(parameter), &shape);
        }
        let outer = self.function.take();
        let result = self.shape_if_any(*body);
        self.function = outer;
        result
    }
}

/// What a method of an array calls its closure with.
fn closure_hints(receiver: &Shape, method: &str) -> Vec<Shape> {
    if receiver.items().is_none() {
        return Vec::new();
    }
    let item = items(receiver);
    let index = Shape::of(Kind::Int);
    match method {
        "sort" | "sort_by" | "dedup" => vec![item.clone(), item],
        "reduce" | "reduce_rev" => vec![Shape::any(), item, index],
        _ => vec![item, index],
    }
}

/// The results of methods of arrays that depend on the items.
fn array_result(receiver: &Shape, method: &str, closure: Option<&Shape>) -> Option<Shape> {
    let item = items(receiver);
    receiver.items()?;
    Some(match method {
        "filter" | "extract" | "drain" | "retain" | "splice" | "chop" | "order" | "order_desc" => {
            Shape::of(receiver.kind.clone())
        }
        "pop" | "shift" | "remove" | "find" | "get" => item,
        "map" => Shape::array(closure.map_or_else(Shape::any, known)),
        "find_map" => closure.map_or_else(Shape::any, known),
        _ => return None,
    })
}

fn host_result(module: Option<&str>, name: &str, given: &[Shape]) -> Shape {
    let count = given.len();
    let fits =
        |it: &&api::ApiFunction| (it.fewest_arguments()..=it.most_arguments()).contains(&count);
    let Some(row) = api::lookup(module, name).find(fits) else { return Shape::any() };
    let words = row.returns.split(" or ").map(|word| {
        // The name of a parameter stands for what is given for it.
        let parameter = row.parameters.iter().position(|it| it.name == word);
        match parameter {
            Some(index) => given.get(index).map_or(Kind::Unit, |it| it.kind.clone()),
            None => returned(word),
        }
    });
    Shape::of(words.reduce(|all, one| all.or(&one)).unwrap_or(Kind::Any))
}

/// The kinds that the tables name as results.
static RETURNED: LazyLock<QuickMap<&str, Kind>> = LazyLock::new(|| {
    let library = library::functions().iter().map(|it| it.returns.as_str());
    let host = api::FUNCTIONS.iter().flat_map(|it| it.returns.split(" or "));
    library.chain(host).map(|words| (words, Kind::named(words))).collect()
});

/// The kind that a table names as a result.
pub(super) fn returned(words: &str) -> Kind {
    RETURNED.get(words).cloned().unwrap_or_else(|| Kind::named(words))
}

/// The result of a function of Rhai's library, where all that fit agree.
fn library_result(name: &str, receiver: Option<&Shape>, given: &[Shape]) -> Shape {
    let count = given.len() + usize::from(receiver.is_some());
    let first = receiver.or(given.first()).map(|it| &it.kind);
    let fits = |it: &&library::LibraryFunction| {
        let kind = it.receiver().unwrap_or_default();
        let is_receiver = || match first {
            None | Some(Kind::Any | Kind::Nothing) => true,
            Some(Kind::Number) => kind == "int" || kind == "float" || kind == "any",
            Some(Kind::Array(_)) => kind == "any" || kind == "array",
            Some(Kind::Either(several)) if matches!(several[0], Kind::Array(_)) => {
                kind == "any" || (kind == "array" && !several[0].is_called("array"))
            }
            Some(first) => kind == "any" || first.is_called(kind),
        };
        !it.is_property && it.parameters.len() == count && is_receiver()
    };
    let all = library::named(name).filter(fits).map(|it| returned(&it.returns));
    let kind = all.reduce(|all, one| if all == one { all } else { Kind::Any }).unwrap_or(Kind::Any);
    match (name, kind) {
        ("keys" | "split" | "split_rev", Kind::Array(_)) => Shape::array(Shape::of(Kind::Text)),
        (_, kind) => Shape::of(kind),
    }
}
