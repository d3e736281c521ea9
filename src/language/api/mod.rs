//! The host functions: what a lambda can call beyond Rhai's own library.
//!
//! Owns the one table they are all made from. The worker registers its functions by walking the table, completion,
//! hover, `lambdeck api` and the documentation print it. Must not know how a function does its work.

mod table;
mod types;

pub use table::{
    CacheFunction, ConversationFunction, CryptoFunction, CsvFunction, DateFunction, EnvFunction,
    FUNCTIONS, HostFunction, HttpFunction, JsonFunction, JwtFunction, LogFunction, MailFunction,
    MessagingFunction, Oauth1Function, RandomFunction, RegexFunction, SalesforceFunction,
    SecretsFunction, SmtpFunction, TimeFunction, UrlFunction,
};
pub use types::{ApiType, Field, TYPES, api_type};

use crate::language::quick_hash::QuickMap;
use std::fmt;
use std::sync::LazyLock;

/// The most extra values a log call takes beside its message.
pub const LOG_EXTRAS: usize = 8;

/// Whether a parameter must be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// Must be given.
    Required,
    /// May be left out, with all that follow it.
    Optional,
    /// Any number of values up to this one.
    Variadic(usize),
}

/// One parameter of a host function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Its name.
    pub name: &'static str,
    /// Its type in words: `string`, `int`, `any`.
    pub kind: &'static str,
    /// Whether it must be given.
    pub presence: Presence,
}

/// One host function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ApiFunction {
    /// Which one it is.
    pub function: HostFunction,
    /// Its module; those without are called by their bare name.
    pub module: Option<&'static str>,
    /// Its name.
    pub name: &'static str,
    /// Its parameters, in order.
    pub parameters: &'static [Parameter],
    /// What it returns, in words: `string or ()`.
    pub returns: &'static str,
    /// What it does, in a sentence or two.
    pub doc: &'static str,
    /// A snippet that can stand as the body of `fn lambda(input)`.
    pub example: &'static str,
    /// When it fails, in a sentence; empty when it cannot.
    pub errors: &'static str,
}

impl ApiFunction {
    /// The name as a script writes it: `log::info`, `uuid`, `response.json` for a method.
    pub fn path(&self) -> String {
        match (self.module, self.receiver()) {
            (Some(module), _) => format!("{module}::{}", self.name),
            (None, Some(receiver)) => format!("{}.{}", receiver.name, self.name),
            (None, None) => self.name.to_owned(),
        }
    }

    /// The type whose method it is.
    pub fn receiver(&self) -> Option<&'static ApiType> {
        let first = self.parameters.first().filter(|_| self.module.is_none())?;
        api_type(first.kind)
    }

    /// The call as documentation shows it: `env::get(name: string, default?: any) -> string or any`.
    pub fn signature(&self) -> String {
        let before = usize::from(self.receiver().is_some());
        let parameters: Vec<_> =
            self.parameters[before..].iter().map(ToString::to_string).collect();
        format!("{}({}) -> {}", self.path(), parameters.join(", "), self.returns)
    }

    /// The fewest values a call gives.
    pub fn fewest_arguments(&self) -> usize {
        self.parameters.iter().filter(|it| it.presence == Presence::Required).count()
    }

    /// The most values a call gives.
    pub fn most_arguments(&self) -> usize {
        let count = |parameter: &Parameter| match parameter.presence {
            Presence::Required | Presence::Optional => 1,
            Presence::Variadic(most) => most,
        };
        self.parameters.iter().map(count).sum()
    }
}

impl fmt::Display for Parameter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.presence {
            Presence::Required => write!(f, "{}: {}", self.name, self.kind),
            Presence::Optional => write!(f, "{}?: {}", self.name, self.kind),
            Presence::Variadic(_) => write!(f, "{}...: {}", self.name, self.kind),
        }
    }
}

/// The rows by their names, and the modules: every path in a source is looked up at every key.
static BY_NAME: LazyLock<QuickMap<&str, Vec<&ApiFunction>>> = LazyLock::new(|| {
    let mut rows: QuickMap<&str, Vec<&ApiFunction>> = QuickMap::default();
    for row in FUNCTIONS {
        rows.entry(row.name).or_default().push(row);
    }
    rows
});
static MODULES: LazyLock<QuickMap<&str, &str>> =
    LazyLock::new(|| FUNCTIONS.iter().filter_map(|row| Some((row.module?, row.module?))).collect());

/// The rows of `module` and `name`; a function with two forms has two.
pub fn lookup(module: Option<&str>, name: &str) -> impl Iterator<Item = &'static ApiFunction> {
    let rows = BY_NAME.get(name).into_iter().flatten().copied();
    rows.filter(move |row| row.module == module)
}

/// The module called `name`.
pub fn module(name: &str) -> Option<&'static str> {
    MODULES.get(name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn no_call_fits_two_rows() {
        let mut seen = HashSet::new();
        for row in FUNCTIONS {
            for count in row.fewest_arguments()..=row.most_arguments() {
                assert!(seen.insert((row.path(), count)), "{} with {count} arguments", row.path());
            }
        }
    }

    #[test]
    fn every_function_has_one_row() {
        let functions: HashSet<_> = FUNCTIONS.iter().map(|row| row.function).collect();
        assert_eq!(functions.len(), FUNCTIONS.len());
    }

    #[test]
    fn signatures_read_well() {
        let of = |name| FUNCTIONS.iter().find(|row| row.path() == name).unwrap().signature();
        assert_eq!(of("log::info"), "log::info(message: any, extras...: any) -> ()");
        assert_eq!(of("env::get"), "env::get(name: string, default?: any) -> string or default");
        assert_eq!(of("uuid"), "uuid() -> string");
        assert_eq!(of("response.json"), "response.json() -> any");
    }

    #[test]
    fn what_may_be_left_out_stands_last() {
        for row in FUNCTIONS {
            let first_optional =
                row.parameters.iter().position(|it| it.presence != Presence::Required);
            if let Some(index) = first_optional {
                let rest = &row.parameters[index..];
                assert!(rest.iter().all(|it| it.presence != Presence::Required), "{}", row.path());
            }
            for (index, parameter) in row.parameters.iter().enumerate() {
                if matches!(parameter.presence, Presence::Variadic(_)) {
                    assert_eq!(index, row.parameters.len() - 1, "{}", row.path());
                }
            }
        }
    }

    #[test]
    fn lookup_finds_both_forms_of_random() {
        assert_eq!(lookup(None, "random").count(), 2);
        assert_eq!(lookup(Some("log"), "random").count(), 0);
    }
}
