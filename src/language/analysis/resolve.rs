//! Who defines a name: the scopes of Rhai.
//!
//! A function sees its parameters and its own variables, other functions, and constants of the file behind `global::`;
//! nothing else from outside. A closure sees what is around it. A `let` shadows from its end on.

use super::names::{Occurrence, Symbol, SymbolId, SymbolKind, Target, Usage};
use super::shape::Shape;
use crate::domain::{Place, TextRange};
use crate::language::quick_hash::QuickMap;
use crate::language::syntax::{Binding, Name, NodeId, NodeKind, Tree};
use crate::language::{api, library};
use rhai::Token;
use std::borrow::Cow;
use std::hash::BuildHasherDefault;

/// The module through which functions reach the constants of the file.
const GLOBAL: &str = "global";

/// Symbols, and where they are named.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) symbols: Vec<Symbol>,
    pub(super) occurrences: Vec<Occurrence>,
    /// By where the name is given.
    pub(super) defined: QuickMap<Place, SymbolId>,
    /// Of every node, if it is a variable or a called name, the number of its occurrence, from 1.
    named: Vec<u32>,
    pub(super) functions: Functions,
}

impl Names {
    /// What a variable or a called name stands for.
    pub(super) fn target(&self, tree: &Tree, id: NodeId) -> Option<&Target> {
        let number = self.named[tree.index(id)].checked_sub(1)?;
        self.occurrences.get(number as usize).map(|it| &it.target)
    }
}

/// The functions of the file; of those that are defined twice the first.
#[derive(Debug, Default)]
pub(super) struct Functions(QuickMap<Box<str>, Vec<(usize, SymbolId)>>);

impl Functions {
    fn add(&mut self, name: &str, count: usize, id: SymbolId) {
        let forms = self.0.entry(name.into()).or_default();
        if forms.iter().all(|(known, _)| *known != count) {
            forms.push((count, id));
        }
    }

    /// The one with this name and so many parameters.
    pub(super) fn get(&self, name: &str, count: usize) -> Option<SymbolId> {
        let forms = self.0.get(name)?.iter();
        forms.copied().find_map(|(known, id)| (known == count).then_some(id))
    }

    fn any(&self, name: &str) -> Option<SymbolId> {
        self.0.get(name)?.iter().map(|(_, id)| *id).min()
    }
}

pub(super) fn resolve(tree: &Tree) -> Names {
    let count = tree.count();
    let names = Names {
        symbols: Vec::with_capacity(count / 16),
        occurrences: Vec::with_capacity(count / 2),
        defined: QuickMap::with_capacity_and_hasher(count / 16, BuildHasherDefault::default()),
        named: vec![0; count],
        functions: Functions::default(),
    };
    let mut resolver =
        Resolver { tree, names, scopes: Vec::new(), of_file: Vec::new(), function: None };
    resolver.declare_functions();
    resolver.walk(tree.root());
    resolver.names
}

/// Where the inside of a node ends: before its closing brace, or where that is missing before the next token.
pub(super) fn reach(tree: &Tree, id: NodeId) -> Place {
    let node = tree.node(id);
    let is_closed = match &node.kind {
        NodeKind::Block { is_closed, .. } | NodeKind::Switch { is_closed, .. } => *is_closed,
        NodeKind::Function(function) => {
            return function
                .body
                .map_or_else(|| behind(tree, node.range.end), |it| reach(tree, it));
        }
        NodeKind::Script { .. } => return END,
        NodeKind::Closure { .. } => return behind(tree, node.range.end),
        _ => return node.range.end,
    };
    if is_closed {
        let end = node.range.end;
        Place::new(end.line, end.column.saturating_sub(1))
    } else {
        behind(tree, node.range.end)
    }
}

/// The end of every text.
const END: Place = Place::new(u32::MAX, u32::MAX);

fn behind(tree: &Tree, end: Place) -> Place {
    let tokens = tree.tokens();
    let next = tokens.partition_point(|it| it.range.start < end);
    tokens.get(next).map_or(END, |it| it.range.start)
}

struct Resolver<'t> {
    tree: &'t Tree,
    names: Names,
    /// The scopes that are open in the function, the innermost last, each with where it ends.
    scopes: Vec<(Place, Vec<SymbolId>)>,
    /// What is defined outside of functions and blocks.
    of_file: Vec<SymbolId>,
    function: Option<NodeId>,
}

impl Resolver<'_> {
    fn declare_functions(&mut self) {
        let tree = self.tree;
        for (node, function) in tree.functions() {
            let Some(name) = &function.name else { continue };
            let count = function.parameters.len();
            let kind = SymbolKind::Function(count);
            let id = self.define(name, kind, node, TextRange::new(Place::new(1, 1), END));
            self.names.functions.add(&name.text, count, id);
        }
    }

    fn define(
        &mut self,
        name: &Name,
        kind: SymbolKind,
        node: NodeId,
        visible: TextRange,
    ) -> SymbolId {
        let id = SymbolId::of(self.names.symbols.len());
        self.names.symbols.push(Symbol {
            name: name.text.clone(),
            kind,
            definition: name.range,
            visible,
            function: self.function,
            node,
            shape: Shape::any(),
            reads: 0,
            writes: 0,
        });
        self.names.defined.insert(name.range.start, id);
        self.occur(name.range, node, Target::Symbol(id), Usage::Definition);
        id
    }

    /// Defines a name in the innermost scope, visible from `from` on.
    fn declare(&mut self, name: Option<&Name>, kind: SymbolKind, node: NodeId, from: Place) {
        let (Some(name), Some((end, _))) = (name, self.scopes.last()) else { return };
        let visible = TextRange::new(from, *end);
        let id = self.define(name, kind, node, visible);
        if self.function.is_none() && visible.end == END {
            self.of_file.push(id);
        }
        if let Some((_, scope)) = self.scopes.last_mut() {
            scope.push(id);
        }
    }

    fn occur(&mut self, range: TextRange, node: NodeId, target: Target, usage: Usage) {
        if let Target::Symbol(id) = &target {
            let symbol = &mut self.names.symbols[id.index()];
            symbol.reads += usize::from(usage == Usage::Read);
            symbol.writes += usize::from(usage == Usage::Write);
        }
        self.names.occurrences.push(Occurrence { range, node, target, usage });
    }

    /// The name of a node, which stands for `target`.
    fn stand_for(&mut self, range: TextRange, node: NodeId, target: Target, usage: Usage) {
        self.occur(range, node, target, usage);
        self.names.named[self.tree.index(node)] = self.names.occurrences.len() as u32;
    }

    /// Walks in a scope of its own, which ends where the inside of `owner` does.
    fn within(&mut self, owner: NodeId, walk: impl FnOnce(&mut Self)) {
        self.scopes.push((reach(self.tree, owner), Vec::new()));
        walk(self);
        self.scopes.pop();
    }

    fn walk_all(&mut self, ids: impl IntoIterator<Item = NodeId>) {
        for id in ids {
            self.walk(id);
        }
    }

    fn walk(&mut self, id: NodeId) {
        let tree = self.tree;
        let kind = tree.kind(id);
        match kind {
            // Functions come last: they see the constants and modules of the file wherever these stand.
            NodeKind::Script { statements } => self.within(id, |it| {
                let is_function = |id: &NodeId| matches!(tree.kind(*id), NodeKind::Function(_));
                it.walk_all(statements.iter().copied().filter(|id| !is_function(id)));
                it.walk_all(statements.iter().copied().filter(is_function));
            }),
            NodeKind::Block { statements, .. } => {
                self.within(id, |it| it.walk_all(statements.iter().copied()));
            }
            NodeKind::Function(_) => self.walk_function(id),
            NodeKind::Let { binding, name, value, .. } => {
                self.walk_all(*value);
                let kind = match binding {
                    Binding::Variable => SymbolKind::Variable,
                    Binding::Constant => SymbolKind::Constant,
                };
                self.declare(name.as_ref(), kind, id, tree.range(id).end);
            }
            NodeKind::For { variable, counter, iterable, body } => {
                self.walk_all(*iterable);
                let Some(body) = *body else { return };
                let start = tree.range(body).start;
                self.within(body, |it| {
                    it.declare(variable.as_ref(), SymbolKind::Loop, id, start);
                    it.declare(counter.as_ref(), SymbolKind::Loop, id, start);
                    it.walk(body);
                });
            }
            NodeKind::Try { body, variable, handler } => {
                self.walk_all(*body);
                let Some(handler) = *handler else { return };
                self.within(handler, |it| {
                    let start = tree.range(handler).start;
                    it.declare(variable.as_ref(), SymbolKind::Catch, id, start);
                    it.walk(handler);
                });
            }
            NodeKind::Closure { parameters, body } => self.within(id, |it| {
                let from = parameters.last().map_or(tree.range(id).start, |last| last.range.end);
                for parameter in parameters {
                    it.declare(Some(parameter), SymbolKind::Parameter, id, from);
                }
                it.walk_all(*body);
            }),
            NodeKind::Arm { .. } => {
                self.within(id, |it| kind.for_each_child(|child| it.walk(child)));
            }
            NodeKind::Import { path, alias } => {
                self.walk_all(*path);
                self.declare(alias.as_ref(), SymbolKind::Module, id, tree.range(id).end);
            }
            NodeKind::Export { name: Some(name), .. } => {
                if let Some(symbol) = self.variable(&name.text) {
                    self.occur(name.range, id, Target::Symbol(symbol), Usage::Read);
                }
            }
            NodeKind::Assign { target, operator, value } => {
                self.walk_all(*value);
                self.walk_target(*target, &operator.token);
            }
            NodeKind::Call { callee, arguments } => {
                self.walk_callee(*callee, arguments.items.len());
                self.walk_all(arguments.items.iter().copied());
            }
            NodeKind::Variable { modules, name } => self.walk_variable(id, modules, name.as_ref()),
            _ => kind.for_each_child(|child| self.walk(child)),
        }
    }

    fn walk_function(&mut self, id: NodeId) {
        let NodeKind::Function(function) = self.tree.kind(id) else { return };
        let outer = std::mem::take(&mut self.scopes);
        let outer_function = self.function.replace(id);
        self.within(id, |it| {
            for parameter in &function.parameters {
                it.declare(Some(parameter), SymbolKind::Parameter, id, parameter.range.end);
            }
            it.walk_all(function.body);
        });
        self.scopes = outer;
        self.function = outer_function;
    }

    /// What is assigned to; with `+=` and its like it is read as well.
    fn walk_target(&mut self, target: NodeId, operator: &Token) {
        let NodeKind::Variable { modules, name: Some(name) } = self.tree.kind(target) else {
            return self.walk(target);
        };
        let symbol = modules.is_empty().then(|| self.variable(&name.text)).flatten();
        let Some(symbol) = symbol else { return self.walk(target) };
        self.stand_for(name.range, target, Target::Symbol(symbol), Usage::Write);
        self.names.symbols[symbol.index()].reads += usize::from(*operator != Token::Equals);
    }

    fn walk_variable(&mut self, id: NodeId, modules: &[Name], name: Option<&Name>) {
        let module = self.walk_modules(id, modules);
        let Some(name) = name else { return };
        let target = match module.as_deref() {
            None => {
                match self.variable(&name.text).or_else(|| self.names.functions.any(&name.text)) {
                    Some(symbol) => Target::Symbol(symbol),
                    None => Target::UnknownVariable,
                }
            }
            Some(GLOBAL) => match self.of_file(&name.text, SymbolKind::Constant) {
                Some(symbol) => Target::Symbol(symbol),
                None => Target::UnknownVariable,
            },
            Some(module) => match host(Some(module), &name.text) {
                Some(target) => target,
                None => return,
            },
        };
        self.stand_for(name.range, id, target, Usage::Read);
    }

    /// The modules before a name, as one path; what they stand for is kept.
    fn walk_modules<'n>(&mut self, id: NodeId, modules: &'n [Name]) -> Option<Cow<'n, str>> {
        let first = modules.first()?;
        let imported =
            self.variable(&first.text).or_else(|| self.of_file(&first.text, SymbolKind::Module));
        let target = match (imported, api::module(&first.text)) {
            (Some(symbol), _) => Some(Target::Symbol(symbol)),
            (None, Some(module)) => Some(Target::HostModule(module)),
            (None, None) if &*first.text == GLOBAL => None,
            (None, None) => Some(Target::UnknownModule),
        };
        if let Some(target) = target {
            self.occur(first.range, id, target, Usage::Read);
        }
        Some(match modules {
            [one] => Cow::Borrowed(&*one.text),
            several => {
                Cow::Owned(several.iter().map(|it| &*it.text).collect::<Vec<_>>().join("::"))
            }
        })
    }

    fn walk_callee(&mut self, callee: NodeId, count: usize) {
        let NodeKind::Variable { modules, name } = self.tree.kind(callee) else {
            return self.walk(callee);
        };
        let module = self.walk_modules(callee, modules);
        let Some(name) = name else { return };
        let target = match module.as_deref() {
            None | Some(GLOBAL) => self.called(&name.text, count),
            Some(module) => {
                let is_host = api::module(module).is_some();
                match host(Some(module), &name.text) {
                    Some(target) => target,
                    None if is_host => Target::UnknownFunction(count),
                    None => return,
                }
            }
        };
        self.stand_for(name.range, callee, target, Usage::Read);
    }

    fn called(&self, name: &str, count: usize) -> Target {
        if let Some(symbol) = self.names.functions.get(name, count) {
            return Target::Symbol(symbol);
        }
        if let Some(symbol) = self.variable(name) {
            return Target::Symbol(symbol);
        }
        host(None, name)
            .or_else(|| library_function(name))
            .unwrap_or(Target::UnknownFunction(count))
    }

    fn variable(&self, name: &str) -> Option<SymbolId> {
        let symbols = self.scopes.iter().rev().flat_map(|(_, scope)| scope.iter().rev());
        let mut named = symbols.filter(|id| &*self.names.symbols[id.index()].name == name);
        named.next().copied()
    }

    /// What the file itself, outside of functions and blocks, defines by this name.
    fn of_file(&self, name: &str, kind: SymbolKind) -> Option<SymbolId> {
        let mut ids = self.of_file.iter().rev().copied();
        ids.find(|id| {
            let symbol = &self.names.symbols[id.index()];
            symbol.kind == kind && &*symbol.name == name
        })
    }
}

fn host(module: Option<&str>, name: &str) -> Option<Target> {
    api::lookup(module, name).next().map(|it| Target::Host { module: it.module, name: it.name })
}

/// The function of Rhai's library with this name.
pub(super) fn library_function(name: &str) -> Option<Target> {
    library::named(name).find(|it| !it.is_property).map(|it| Target::Library(&it.name))
}
