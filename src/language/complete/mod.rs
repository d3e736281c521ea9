//! Completion: what may be meant by what is being typed.
//!
//! [`Analysis::complete`] looks at the tokens before a place to see what can stand there (a member, a path, one of the
//! values of an enum, a name), collects what fits from the analysis, the tables of functions and the snippets, and ranks
//! it. Data in, data out: what is done with the answer is somebody else's. Nothing is offered in comments, in the text of
//! strings and where a new name is made up, and nothing before a first letter unless asked for.

mod functions;
mod names;
mod rank;
mod situation;
mod snippets;
mod values;

use super::analysis::{Analysis, Symbol};
use crate::domain::{Place, TextRange};
use situation::Situation;
use std::ops::Range;

/// What is offered at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completions {
    /// What an accepted item stands in place of. It ends where the completion was asked for; its text is what was typed.
    pub replace: TextRange,
    /// The items, the best first.
    pub items: Vec<Completion>,
}

/// One thing that is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// What the list shows: `convId`, `log::info`.
    pub label: String,
    /// What it is.
    pub kind: CompletionKind,
    /// Its type or signature, in a few words.
    pub detail: String,
    /// What it means, in plain text or Markdown; may be empty.
    pub doc: String,
    /// A value it has or may have.
    pub sample: Option<String>,
    /// What is inserted.
    pub insert: Insert,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CompletionKind {
    /// A value that is allowed here.
    Value,
    /// A member of a map, mostly a field of the payload.
    Field,
    /// A variable, a parameter, a loop variable.
    Variable,
    /// A constant.
    Constant,
    /// A function of the file.
    Function,
    /// A host function.
    Host,
    /// A module of host functions.
    Module,
    /// A method or property of Rhai's library.
    Method,
    /// A function of Rhai's library.
    Library,
    /// A word of the language.
    Keyword,
    /// Several lines to be filled in.
    Snippet,
}

/// A text with holes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Insert {
    /// The text. Its lines after the first are indented from the first column on: who inserts it adds the indentation of
    /// the line.
    pub text: String,
    /// The holes in the order in which they are filled in, in characters of the text. An empty one is where the cursor goes.
    pub holes: Vec<Range<usize>>,
}

impl Insert {
    /// A text without holes.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), holes: Vec::new() }
    }

    /// A text whose holes are marked `${name}`; `${}` is an empty one.
    pub fn of(template: &str) -> Self {
        let mut insert = Self::default();
        let mut rest = template;
        while let Some((before, behind)) = rest.split_once("${") {
            insert.text.push_str(before);
            let Some((name, after)) = behind.split_once('}') else { break };
            let start = insert.text.chars().count();
            insert.text.push_str(name);
            insert.holes.push(start..start + name.chars().count());
            rest = after;
        }
        insert.text.push_str(rest);
        insert
    }
}

/// Why completion is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// Something was typed: nothing is offered before there is something to go by.
    Typed,
    /// The person asks for it.
    Asked,
}

impl Analysis {
    /// What may be meant at `place`; nothing where nothing can be. `recent` are labels that were accepted lately, the
    /// latest first: they come before others that fit as well.
    pub fn complete(
        &self,
        place: Place,
        trigger: Trigger,
        recent: &[String],
    ) -> Option<Completions> {
        let typed = situation::typed(self, place)?;
        let made = match &typed.situation {
            Situation::Member(object) => values::members(self, *object),
            Situation::Key(object) => values::keys(self, *object),
            Situation::Path(module) => functions::of_module(self, module),
            Situation::Environment => values::environment(self),
            Situation::ValueOf(node) => values::allowed(self, *node),
            Situation::Name { compared, .. } => {
                compared.map_or_else(Vec::new, |it| values::allowed(self, it))
            }
        };
        let mut found: Vec<Candidate<'_>> = made.into_iter().map(Candidate::Made).collect();
        if let Situation::Name { starts_statement, .. } = &typed.situation
            && (typed.has_prefix() || trigger == Trigger::Asked)
        {
            found.extend(names::visible(self, place));
            found.extend(functions::everywhere(self).map(Candidate::Known));
            found.extend(snippets::all(self, place, *starts_statement).map(Candidate::Known));
        }
        let best = rank::rank(found, &typed.prefix, recent);
        let items: Vec<Completion> = best.into_iter().map(|it| it.completed(self)).collect();
        (!items.is_empty()).then_some(Completions { replace: typed.replace, items })
    }
}

/// What may be offered. Most of it is not, so that it is described only when it is.
#[derive(Clone, Debug)]
enum Candidate<'a> {
    /// Something that belongs to this place.
    Made(Completion),
    /// Something that there is in every source.
    Known(&'static Completion),
    /// Something that the source gives a name to.
    Named(&'a Symbol),
    /// A constant of the file, and how a function reaches it.
    Constant(&'a Symbol, String),
}

impl Candidate<'_> {
    fn label(&self) -> &str {
        match self {
            Self::Made(it) => &it.label,
            Self::Known(it) => &it.label,
            Self::Named(symbol) => &symbol.name,
            Self::Constant(_, label) => label,
        }
    }

    fn kind(&self) -> CompletionKind {
        match self {
            Self::Made(it) => it.kind,
            Self::Known(it) => it.kind,
            Self::Named(symbol) => names::kind(symbol),
            Self::Constant(..) => CompletionKind::Constant,
        }
    }

    fn completed(self, analysis: &Analysis) -> Completion {
        match self {
            Self::Made(it) => it,
            Self::Known(it) => it.clone(),
            Self::Named(symbol) => names::symbol(analysis, symbol),
            Self::Constant(symbol, label) => names::constant(symbol, label),
        }
    }
}

/// How a place in a statement starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Start {
    /// A statement can start here.
    Statement,
    /// Only an expression can.
    Expression,
}

#[cfg(test)]
mod tests;
