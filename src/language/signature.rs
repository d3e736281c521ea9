//! What a function takes, while its values are typed.

use super::analysis::Analysis;
use super::api::{self, ApiFunction};
use super::hover::documented;
use super::library::{self, LibraryFunction, Style};
use super::syntax::tokens::Tokens;
use crate::domain::Place;
use rhai::Token;
use std::ops::Range;

/// The forms of the function that is being called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureHelp {
    /// The forms; at least one.
    pub signatures: Vec<Signature>,
    /// Which form takes as many values as are there.
    pub active: usize,
    /// Which of its values is being typed, from 0; beyond its parameters where there are too many.
    pub parameter: usize,
}

/// One form of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// `env::get(name: string, default?: any) -> string or default`
    pub label: String,
    /// Where each parameter stands in the label, in characters. The last one may take any number of values.
    pub parameters: Vec<Range<usize>>,
    /// The most values it takes.
    pub most: usize,
    /// What it does; may be empty.
    pub doc: String,
}

impl Analysis {
    /// The function whose values are typed at `place`.
    pub fn signature_help(&self, place: Place) -> Option<SignatureHelp> {
        let tokens = self.tree().tokens();
        if tokens.comment_at(place).is_some() {
            return None;
        }
        let (open, parameter) = open_call(tokens, place)?;
        let signatures = self.signatures(tokens, open)?;
        let takes = |it: &Signature| parameter < it.most || (it.most == 0 && parameter == 0);
        let active = signatures.iter().position(takes).unwrap_or(0);
        Some(SignatureHelp { signatures, active, parameter })
    }

    /// The forms of the function before the parenthesis that is the token `open`.
    fn signatures(&self, all: &Tokens, open: usize) -> Option<Vec<Signature>> {
        let mut at = open.checked_sub(1)?;
        if all[at].token == Token::Bang {
            at = at.checked_sub(1)?;
        }
        let name = match &all[at].token {
            Token::Identifier(name) | Token::Reserved(name) => name.as_str(),
            _ => return None,
        };
        let before = at.checked_sub(1).map(|before| &all[before]);
        let module = at.checked_sub(2).and_then(|at| match (&all[at].token, &all[at + 1].token) {
            (Token::Identifier(module), Token::DoubleColon) => Some(module.as_str()),
            _ => None,
        });
        let is_method = before.is_some_and(|it| matches!(it.token, Token::Period | Token::Elvis));
        let mut found: Vec<Signature> = Vec::new();
        if module.is_none_or(|it| it == "global") {
            let own = self.symbols().filter(|(_, it)| it.is_function() && &*it.name == name);
            found.extend(own.map(|(_, it)| {
                let names = self.parameters(it.node).into_iter().map(str::to_owned);
                let names: Vec<String> = names.collect();
                let returns = it.shape.to_string();
                Signature { doc: self.doc(it.node), ..made(name, &names, &returns) }
            }));
        }
        if !is_method && found.is_empty() {
            found.extend(api::lookup(module, name).map(of_host));
        }
        if found.is_empty() && module.is_none() {
            let style = if is_method { Style::Method } else { Style::Call };
            let dot = before.filter(|_| is_method);
            let receiver = dot.and_then(|dot| self.tree().object_before(dot.range));
            let kind = receiver.map(|id| self.shape(id).kind.to_string());
            let forms = library::forms(name, kind.as_deref());
            found.extend(
                forms.into_iter().filter(|it| !it.is_property).map(|it| of_library(it, style)),
            );
        }
        (!found.is_empty()).then_some(found)
    }
}

/// The parenthesis that is open at `place`, as an index, and how many values stand between.
fn open_call(all: &Tokens, place: Place) -> Option<(usize, usize)> {
    let behind = all.partition_point(|it| it.range.start < place);
    let mut depth = 0_usize;
    let mut commas = 0;
    for index in (0..behind).rev() {
        let it = &all[index];
        match it.token {
            // The cursor stands between the two parentheses.
            Token::Unit if place < it.range.end => return Some((index, 0)),
            Token::RightParen | Token::RightBracket | Token::RightBrace
                if it.range.end <= place =>
            {
                depth += 1;
            }
            Token::LeftParen if depth == 0 => {
                let is_call = index > 0
                    && matches!(
                        all[index - 1].token,
                        Token::Identifier(_) | Token::Reserved(_) | Token::Bang
                    )
                    && (index < 2 || !matches!(all[index - 2].token, Token::Fn));
                if is_call {
                    return Some((index, commas));
                }
                commas = 0;
            }
            // A value of several parts is one value of the call around it.
            Token::LeftBracket | Token::QuestionBracket | Token::MapStart if depth == 0 => {
                commas = 0;
            }
            Token::LeftBrace | Token::SemiColon if depth == 0 => return None,
            Token::LeftParen
            | Token::LeftBracket
            | Token::QuestionBracket
            | Token::MapStart
            | Token::LeftBrace => depth -= 1,
            Token::Comma if depth == 0 => commas += 1,
            _ => {}
        }
    }
    None
}

fn made(path: &str, parameters: &[String], returns: &str) -> Signature {
    let mut label = format!("{path}(");
    let mut ranges = Vec::new();
    for (index, parameter) in parameters.iter().enumerate() {
        if index > 0 {
            label.push_str(", ");
        }
        let start = label.chars().count();
        label.push_str(parameter);
        ranges.push(start..label.chars().count());
    }
    label.push_str(") -> ");
    label.push_str(returns);
    Signature { label, most: parameters.len(), parameters: ranges, doc: String::new() }
}

fn of_host(row: &ApiFunction) -> Signature {
    let parameters: Vec<String> = row.parameters.iter().map(ToString::to_string).collect();
    let made = made(&row.path(), &parameters, row.returns);
    Signature { most: row.most_arguments(), doc: documented(row), ..made }
}

fn of_library(function: &LibraryFunction, style: Style) -> Signature {
    let skipped = usize::from(style == Style::Method);
    let parameters =
        function.parameters.iter().skip(skipped).map(|(name, kind)| {
            if name.is_empty() { kind.clone() } else { format!("{name}: {kind}") }
        });
    let parameters: Vec<String> = parameters.collect();
    let made = made(&function.name, &parameters, &function.returns);
    Signature { doc: function.doc.clone(), ..made }
}
