//! From a name to where it is defined, to all its uses, and to another name.

use super::analysis::{Analysis, Occurrence, Symbol, SymbolId, SymbolKind, Target, Usage};
use super::{api, engine, library};
use crate::domain::{Place, TextRange};
use std::fmt;

/// A piece of text that stands in place of another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub range: TextRange,
    /// What comes.
    pub text: String,
}

/// Why a name cannot be changed: a sentence without a full stop.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct RenameRefused(String);

impl fmt::Display for RenameRefused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Why a text is no name.
fn no_name(text: &str) -> String {
    let is_part = |it: char| it.is_ascii_alphanumeric() || it == '_';
    if text.contains(char::is_whitespace) {
        let joined = text.split_whitespace().collect::<Vec<_>>().join("_");
        return format!("a name has no blanks; write `{joined}`");
    }
    if let Some(bad) = text.chars().find(|it| !is_part(*it)) {
        return format!("`{bad}` cannot stand in a name; use letters, digits and `_`");
    }
    if !text.contains(|it: char| it.is_ascii_alphabetic()) {
        return "a name has at least one letter".to_owned();
    }
    if text.starts_with(|it: char| it.is_ascii_digit()) {
        return "a name starts with a letter or `_`".to_owned();
    }
    format!("`{text}` is a word of the language, so it cannot be a name")
}

impl Analysis {
    /// Where the name at `place` is defined.
    pub fn definition(&self, place: Place) -> Option<TextRange> {
        self.symbol_at(place).map(|id| self.symbol(id).definition)
    }

    /// All uses of the name at `place`, its definition included, in the order of the text. Of a host function or a field
    /// of the payload they are the places where it is named.
    pub fn references(&self, place: Place) -> Vec<(TextRange, Usage)> {
        let Some(wanted) = self.occurrence_at(place).map(|it| &it.target) else {
            return Vec::new();
        };
        let same = |it: &&Occurrence| match (wanted, &it.target) {
            (Target::Member { .. }, other) => {
                wanted.field().is_some() && wanted.field() == other.field()
            }
            (Target::UnknownVariable | Target::UnknownFunction(_) | Target::UnknownModule, _) => {
                false
            }
            (wanted, other) => wanted == other,
        };
        self.occurrences().iter().filter(same).map(|it| (it.range, it.usage)).collect()
    }

    /// The name at `place`, where it can be changed.
    pub fn renamable(&self, place: Place) -> Result<(TextRange, &str), RenameRefused> {
        let refused = |reason: String| Err(RenameRefused(reason));
        let Some(found) = self.occurrence_at(place) else {
            return refused("there is no name here".to_owned());
        };
        match &found.target {
            Target::Symbol(id) => {
                let symbol = self.symbol(*id);
                if symbol.kind == SymbolKind::Function(1) && &*symbol.name == engine::ENTRY_POINT {
                    return refused("a run starts at `fn lambda`, which keeps its name".to_owned());
                }
                Ok((found.range, &symbol.name))
            }
            Target::Host { module, name } => {
                let module = module.map_or(String::new(), |it| format!("{it}::"));
                refused(format!("`{module}{name}` is a host function"))
            }
            Target::HostModule(name) => refused(format!("`{name}` is a module of host functions")),
            Target::Library(name) => refused(format!("`{name}` belongs to Rhai")),
            Target::Member { .. } => refused(
                "this is a member of a map; its name comes from where the map does".to_owned(),
            ),
            Target::UnknownVariable | Target::UnknownFunction(_) | Target::UnknownModule => {
                refused("nothing defines this name".to_owned())
            }
        }
    }

    /// The edits that give the name at `place` another one everywhere, in the order of the text.
    pub fn rename(&self, place: Place, to: &str) -> Result<Vec<Edit>, RenameRefused> {
        self.renamable(place)?;
        let Some(id) = self.symbol_at(place) else {
            return Err(RenameRefused("there is no name here".to_owned()));
        };
        if !engine::is_property_name(to) || to == "global" {
            return Err(RenameRefused(no_name(to)));
        }
        let symbol = self.symbol(id);
        if *symbol.name == *to {
            return Ok(Vec::new());
        }
        if let Some(reason) = self.clash(id, to) {
            return Err(RenameRefused(reason));
        }
        let own = self.occurrences().iter().filter(|it| it.target == Target::Symbol(id));
        Ok(own.map(|it| Edit { range: it.range, text: to.to_owned() }).collect())
    }

    fn symbol_at(&self, place: Place) -> Option<SymbolId> {
        match self.occurrence_at(place)?.target {
            Target::Symbol(id) => Some(id),
            _ => None,
        }
    }

    /// What another name would collide with.
    fn clash(&self, id: SymbolId, to: &str) -> Option<String> {
        let symbol = self.symbol(id);
        let others = self.symbols().map(|(_, it)| it).filter(|it| *it.name == *to);
        if let SymbolKind::Function(count) = symbol.kind {
            let mut others = others;
            if let Some(other) = others.find(|it| it.kind == SymbolKind::Function(count)) {
                return Some(taken("a function", to, other));
            }
            let is_known =
                api::lookup(None, to).next().is_some() || library::named(to).next().is_some();
            return is_known
                .then(|| format!("there is already a function `{to}`, which this would hide"));
        }
        for other in others.filter(|it| !it.is_function()) {
            // The other would take over a use of this one, or this one a use of the other.
            let is_hidden = self.is_named_where(id, other);
            let (other_id, _) = self.symbols().find(|(_, it)| std::ptr::eq(*it, other))?;
            if is_hidden
                || self.is_named_where(other_id, symbol)
                || other.definition == symbol.definition
            {
                return Some(taken(&format!("a {}", other.kind.word()), to, other));
            }
        }
        None
    }

    /// Whether `named` is named at a place where `other` can be named too.
    fn is_named_where(&self, named: SymbolId, other: &Symbol) -> bool {
        let mut occurrences = self.occurrences().iter();
        occurrences.any(|it| {
            let place = it.range.start;
            it.target == Target::Symbol(named) && other.is_visible(place, self.function_at(place))
        })
    }
}

fn taken(what: &str, name: &str, other: &Symbol) -> String {
    format!("there is already {what} `{name}`, in line {}", other.definition.start.line)
}
