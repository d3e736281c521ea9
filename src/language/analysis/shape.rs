//! Shapes: what is known of a value before anything runs.

use std::fmt::{self, Write as _};
use std::sync::Arc;

/// What is known of a value. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shape {
    /// What kind of value it is.
    pub kind: Kind,
    /// The field of the input that the value comes from, where it comes from one.
    pub field: Option<Arc<Field>>,
}

/// Kinds of values, in the words of Rhai.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing is known.
    Any,
    /// There is no value: the items of `[]`, the result of what never returns.
    Nothing,
    /// `()`
    Unit,
    /// `true`, `false`
    Bool,
    /// A whole number.
    Int,
    /// A number with a fraction.
    Float,
    /// An int or a float, as JSON has them.
    Number,
    /// A string.
    Text,
    /// A character.
    Char,
    /// An array; the shape is that of its items.
    Array(Arc<Shape>),
    /// An object map.
    Map(Arc<Members>),
    /// A closure or a pointer to a function.
    Function,
    /// `0..5`
    Range,
    /// A blob.
    Blob,
    /// A timestamp.
    Timestamp,
    /// One of several; none of them is one of several itself.
    Either(Arc<[Kind]>),
}

/// The members of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Members {
    /// What is known of them, in the order of their source.
    pub list: Vec<Member>,
    /// Where that knowledge comes from.
    pub source: Source,
}

/// One member of a map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its name.
    pub name: Arc<str>,
    /// Its value.
    pub shape: Shape,
}

/// Where the knowledge about a map comes from, the least certain last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// The schema of the event: a member that it does not name is not there.
    Schema,
    /// The source itself, which makes the map.
    Code,
    /// Saved payloads: there may be more members.
    Samples,
    /// Nothing: a map from elsewhere.
    Unknown,
}

/// A field of the input.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// How a script writes it from the input on: `payload.general.convId`, `payload.newParticipants[].role`.
    pub path: String,
    /// What it means; may be empty.
    pub doc: String,
    /// A value it had or may have, as JSON on one line, shortened.
    pub sample: Option<String>,
    /// The only values it may have, as a script writes them; empty where any may be.
    pub allowed: Vec<String>,
}

impl Shape {
    /// A value of this kind from nowhere in particular.
    pub const fn of(kind: Kind) -> Self {
        Self { kind, field: None }
    }

    /// A value of which nothing is known.
    pub const fn any() -> Self {
        Self::of(Kind::Any)
    }

    /// A map with these members.
    pub fn map(list: Vec<Member>, source: Source) -> Self {
        Self::of(Kind::Map(Arc::new(Members { list, source })))
    }

    /// An array of these items.
    pub fn array(items: Self) -> Self {
        Self::of(Kind::Array(Arc::new(items)))
    }

    /// A value that is this one or the other.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        let field = match (&self.field, &other.field) {
            (Some(left), Some(right)) if left != right => None,
            (left, right) => left.clone().or_else(|| right.clone()),
        };
        Self { kind: self.kind.or(&other.kind), field }
    }

    /// The value of `self ?? other`.
    #[must_use]
    pub fn coalesced(&self, other: &Self) -> Self {
        let kind = match (self.kind.without_unit(), &other.kind) {
            (Kind::Nothing, kind) => kind.clone(),
            (kind, Kind::Any | Kind::Nothing) => kind,
            (kind, other) => kind.or(other),
        };
        Self { kind, field: self.field.clone().or_else(|| other.field.clone()) }
    }

    /// The member of this name, where the value may be a map that has it.
    pub fn member(&self, name: &str) -> Option<&Self> {
        self.kind.each().find_map(|kind| match kind {
            Kind::Map(members) => members.get(name),
            _ => None,
        })
    }

    /// The maps that the value may be.
    pub fn maps(&self) -> Vec<&Arc<Members>> {
        self.kind
            .each()
            .filter_map(|kind| match kind {
                Kind::Map(members) => Some(members),
                _ => None,
            })
            .collect()
    }

    /// The items, where the value may be an array.
    pub fn items(&self) -> Option<&Self> {
        self.kind.each().find_map(|kind| match kind {
            Kind::Array(items) => Some(&**items),
            _ => None,
        })
    }

    /// The values a field may have, where they are listed.
    pub fn allowed(&self) -> &[String] {
        self.field.as_ref().map_or(&[], |field| &field.allowed)
    }
}

impl Kind {
    /// The kinds this may be: itself, or each of several.
    pub fn each(&self) -> impl Iterator<Item = &Self> {
        match self {
            Self::Either(kinds) => kinds.iter(),
            one => std::slice::from_ref(one).iter(),
        }
    }

    /// The kind of a value that is of this kind or of the other.
    #[must_use]
    pub fn or(&self, other: &Self) -> Self {
        match (self, other) {
            (left, right) if left == right => left.clone(),
            (Self::Nothing, kind) | (kind, Self::Nothing) => kind.clone(),
            (Self::Any, _) | (_, Self::Any) => Self::Any,
            (Self::Array(left), Self::Array(right)) => Self::Array(Arc::new(left.or(right))),
            (Self::Map(left), Self::Map(right)) => Self::Map(Arc::new(left.or(right))),
            (left, right) if left.is_number() && right.is_number() => Self::Number,
            _ => {
                let mut kinds: Vec<Self> = Vec::new();
                for kind in self.each().chain(other.each()) {
                    match kinds.iter_mut().find(|it| it.is_like(kind)) {
                        Some(like) => *like = like.or(kind),
                        None => kinds.push(kind.clone()),
                    }
                }
                Self::one_of(kinds)
            }
        }
    }

    /// The kind without `()`; of `()` alone nothing remains.
    #[must_use]
    pub fn without_unit(&self) -> Self {
        Self::one_of(self.each().filter(|it| **it != Self::Unit).cloned().collect())
    }

    fn one_of(mut kinds: Vec<Self>) -> Self {
        match kinds.len() {
            0 => Self::Nothing,
            1 => kinds.remove(0),
            _ => Self::Either(kinds.into()),
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
            || (self.is_number() && other.is_number())
    }

    /// Whether every value of this kind is a number.
    pub const fn is_number(&self) -> bool {
        matches!(self, Self::Int | Self::Float | Self::Number)
    }

    /// Whether these are the words for it.
    pub fn is_called(&self, words: &str) -> bool {
        let mut rest = Rest(words);
        write!(rest, "{self}").is_ok() && rest.0.is_empty()
    }

    /// The kind that words name: `string or int`, `array of string`; words that are none name any.
    pub fn named(words: &str) -> Self {
        words
            .split(" or ")
            .map(Self::named_alone)
            .reduce(|all, one| all.or(&one))
            .unwrap_or(Self::Any)
    }

    fn named_alone(word: &str) -> Self {
        match word.trim() {
            "()" | "null" => Self::Unit,
            "bool" | "boolean" => Self::Bool,
            "int" | "integer" => Self::Int,
            "float" => Self::Float,
            "number" => Self::Number,
            "string" => Self::Text,
            "char" => Self::Char,
            "function" | "Fn" => Self::Function,
            "range" => Self::Range,
            "blob" => Self::Blob,
            "timestamp" => Self::Timestamp,
            "map" | "object" => {
                Self::Map(Arc::new(Members { list: Vec::new(), source: Source::Unknown }))
            }
            "array" => Self::Array(Arc::new(Shape::any())),
            other => match other.strip_prefix("array of ") {
                Some(items) => Self::Array(Arc::new(Shape::of(Self::named_alone(items)))),
                None => Self::Any,
            },
        }
    }
}

impl Members {
    /// The member of this name.
    pub fn get(&self, name: &str) -> Option<&Shape> {
        self.list.iter().find(|it| &*it.name == name).map(|it| &it.shape)
    }

    /// The same with another value for a member, which may be new.
    #[must_use]
    pub fn with(&self, name: &str, shape: Shape) -> Self {
        let mut list = self.list.clone();
        match list.iter_mut().find(|it| &*it.name == name) {
            Some(member) => member.shape = shape,
            None => list.push(Member { name: name.into(), shape }),
        }
        Self { list, source: self.source }
    }

    fn or(&self, other: &Self) -> Self {
        if self.list.is_empty() || other.list.is_empty() {
            // An empty map stands for one that is not there.
            let (known, source) = if self.list.is_empty() { (other, self) } else { (self, other) };
            let source =
                if source.source == Source::Unknown { Source::Unknown } else { known.source };
            return Self { list: known.list.clone(), source };
        }
        let mut list = self.list.clone();
        for member in &other.list {
            match list.iter_mut().find(|it| it.name == member.name) {
                Some(known) => known.shape = known.shape.or(&member.shape),
                None => list.push(member.clone()),
            }
        }
        Self { list, source: self.source.max(other.source) }
    }
}

/// What is left of a text from which what is written is taken away.
struct Rest<'a>(&'a str);

impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(text).ok_or(fmt::Error)?;
        Ok(())
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Any | Self::Nothing => "any",
            Self::Unit => "()",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float",
            Self::Number => "number",
            Self::Text => "string",
            Self::Char => "char",
            Self::Map(_) => "map",
            Self::Function => "function",
            Self::Range => "range",
            Self::Blob => "blob",
            Self::Timestamp => "timestamp",
            Self::Array(items) => {
                return match &items.kind {
                    Self::Any | Self::Nothing | Self::Either(_) => f.write_str("array"),
                    kind => write!(f, "array of {kind}"),
                };
            }
            Self::Either(kinds) => {
                for (index, kind) in kinds.iter().enumerate() {
                    if index > 0 {
                        f.write_str(" or ")?;
                    }
                    kind.fmt(f)?;
                }
                return Ok(());
            }
        };
        f.write_str(word)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.kind.fmt(f)
    }
}
