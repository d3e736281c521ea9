//! What can stand at a place, seen from the tokens before it.

use super::Start;
use crate::domain::{Place, TextRange};
use crate::language::analysis::{Analysis, Target};
use crate::language::syntax::tokens::{Spanned, Tokens};
use crate::language::syntax::{NodeId, NodeKind};
use rhai::{LexError, Token};

/// What can stand at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Situation {
    /// A member or method of this value.
    Member(NodeId),
    /// The key of a member of this value, in a string.
    Key(NodeId),
    /// Something of this module.
    Path(String),
    /// The name of an environment variable, in a string.
    Environment,
    /// A value that is allowed for this one.
    ValueOf(NodeId),
    /// A name, a word or a snippet; also a value that is allowed for what it is compared with.
    Name {
        /// Whether a statement can start here.
        starts_statement: Start,
        /// What is compared with what is being typed.
        compared: Option<NodeId>,
    },
}

/// What has been typed, and where.
#[derive(Debug)]
pub(super) struct Typed {
    pub(super) prefix: String,
    pub(super) replace: TextRange,
    pub(super) situation: Situation,
}

impl Typed {
    pub(super) fn has_prefix(&self) -> bool {
        !self.prefix.is_empty()
    }
}

/// What is being typed at `place`; nothing where nothing can be offered.
pub(super) fn typed(analysis: &Analysis, place: Place) -> Option<Typed> {
    let tokens = analysis.tree().tokens();
    if tokens.comment_at(place).is_some() {
        return None;
    }
    let behind = tokens.partition_point(|it| it.range.start < place);
    let last = behind.checked_sub(1).map(|index| &tokens[index]);
    let touched = last.filter(|it| place <= it.range.end);
    let Some(touched) = touched else { return named(analysis, place, place, behind) };
    match &touched.token {
        _ if is_string(touched) && is_inside(touched, place) => {
            in_string(analysis, place, behind - 1)
        }
        Token::InterpolatedString(_)
        | Token::StringConstant(_)
        | Token::CharConstant(_)
        | Token::IntegerConstant(_)
        | Token::FloatConstant(_)
        | Token::LexError(_) => None,
        token if is_word(token) => named(analysis, touched.range.start, place, behind - 1),
        _ => named(analysis, place, place, behind),
    }
}

fn is_word(token: &Token) -> bool {
    match token {
        // Alone, a `_` is the beginning of a name.
        Token::Identifier(_) | Token::Underscore => true,
        Token::Reserved(word) => word.starts_with(|first: char| first.is_alphabetic()),
        token => token.is_standard_keyword(),
    }
}

fn is_string(it: &Spanned) -> bool {
    match &it.token {
        Token::StringConstant(_) => true,
        Token::LexError(error) => matches!(**error, LexError::UnterminatedString),
        _ => false,
    }
}

/// Whether `place` is between the quotes.
fn is_inside(it: &Spanned, place: Place) -> bool {
    it.range.start < place && (place < it.range.end || matches!(it.token, Token::LexError(_)))
}

/// What stands between `start` and `place` in one line; a string without its quote.
fn text(analysis: &Analysis, at: usize, skipped: u32, place: Place) -> String {
    let tokens = analysis.tree().tokens();
    let (Some(token), Some(bytes)) = (tokens.get(at), tokens.bytes(at)) else {
        return String::new();
    };
    let written = analysis.source().get(bytes).unwrap_or_default();
    let count = place.column.saturating_sub(token.range.start.column + skipped);
    written.chars().skip(skipped as usize).take(count as usize).collect()
}

/// A string that is being typed, the token with the index `at`.
fn in_string(analysis: &Analysis, place: Place, at: usize) -> Option<Typed> {
    let tree = analysis.tree();
    let all = tree.tokens();
    let token = &all[at];
    if token.range.start.line != place.line {
        return None;
    }
    let before = all.get(at.checked_sub(1)?)?;
    let inner = Place::new(place.line, token.range.start.column + 1);
    let node = tree.node_at(inner);
    let situation = match &before.token {
        Token::LeftBracket | Token::QuestionBracket => {
            tree.ancestors(node).find_map(|id| match tree.kind(id) {
                NodeKind::Index { object, .. } if tree.range(*object).end <= before.range.start => {
                    Some(Situation::Key(*object))
                }
                _ => None,
            })?
        }
        Token::LeftParen if is_environment(analysis, before.range.start) => Situation::Environment,
        _ => Situation::ValueOf(compared(analysis, before)?),
    };
    if matches!(situation, Situation::ValueOf(_)) {
        // The quotes are part of the value, and replaced with it.
        let quoted = text(analysis, at, 0, place);
        let end = if matches!(token.token, Token::LexError(_)) { place } else { token.range.end };
        let replace = TextRange::new(token.range.start, end);
        return Some(Typed { prefix: quoted, replace, situation });
    }
    let prefix = text(analysis, at, 1, place);
    Some(Typed { prefix, replace: TextRange::new(inner, place), situation })
}

/// Whether the parenthesis at `place` opens a call of `env::get`.
fn is_environment(analysis: &Analysis, place: Place) -> bool {
    let name = analysis.occurrence_at(place).map(|it| &it.target);
    matches!(name, Some(Target::Host { module: Some("env"), .. }))
}

/// A name that is being typed: it starts at `start`, and `behind` counts the tokens before it.
fn named(analysis: &Analysis, start: Place, place: Place, behind: usize) -> Option<Typed> {
    let tree = analysis.tree();
    let all = tree.tokens();
    let before = behind.checked_sub(1).map(|index| &all[index]);
    let prefix = all.get(behind).filter(|it| it.range.start == start && start < place);
    let prefix = prefix.map_or_else(String::new, |_| text(analysis, behind, 0, place));
    let found = |situation| {
        Some(Typed { prefix: prefix.clone(), replace: TextRange::new(start, place), situation })
    };
    let Some(before) = before else {
        return found(Situation::Name { starts_statement: Start::Statement, compared: None });
    };
    match &before.token {
        Token::Period | Token::Elvis => {
            let object = tree.object_before(before.range)?;
            found(Situation::Member(object))
        }
        Token::DoubleColon => found(Situation::Path(path(all, behind))),
        Token::Let | Token::Const | Token::Fn | Token::For | Token::As => None,
        _ if makes_name(analysis, start, before) => None,
        token => {
            let compared = compared(analysis, before);
            if let (Some(node), Token::LeftBrace | Token::Comma | Token::RightBrace) =
                (compared, token)
            {
                // Between the arms of a `switch` only its values can stand.
                return found(Situation::ValueOf(node));
            }
            let starts_statement = match token {
                Token::SemiColon | Token::LeftBrace | Token::RightBrace | Token::DoubleArrow => {
                    Start::Statement
                }
                Token::Else => Start::Statement,
                _ => Start::Expression,
            };
            found(Situation::Name { starts_statement, compared })
        }
    }
}

/// The path before the `::` that ends the first `behind` tokens.
fn path(all: &Tokens, behind: usize) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let mut at = behind;
    while at >= 2 && matches!(all[at - 1].token, Token::DoubleColon) {
        let Token::Identifier(name) = &all[at - 2].token else { break };
        parts.insert(0, name);
        at -= 2;
    }
    parts.join("::")
}

/// Whether a new name is made up here: a parameter, the variable of a loop or a `catch`, the key of a map.
fn makes_name(analysis: &Analysis, start: Place, before: &Spanned) -> bool {
    let tree = analysis.tree();
    let node = tree.node_at(start);
    for id in tree.ancestors(node) {
        let body = match tree.kind(id) {
            NodeKind::Function(function) => function.body,
            NodeKind::Closure { body, parameters } => {
                // Behind the closing `|` the body starts.
                let is_closed = matches!(before.token, Token::Pipe | Token::Or)
                    && parameters.last().is_none_or(|it| it.range.end <= before.range.start)
                    && tree.range(id).start < before.range.start;
                if is_closed || matches!(before.token, Token::Or) {
                    return false;
                }
                *body
            }
            NodeKind::For { iterable: Some(iterable), .. } => Some(*iterable),
            NodeKind::Try { variable: Some(name), .. } if name.range.start == start => return true,
            NodeKind::Entry { key, .. } => return key.range.start == start,
            NodeKind::Map { .. } => {
                return matches!(before.token, Token::MapStart | Token::Comma);
            }
            NodeKind::Block { .. } | NodeKind::Call { .. } | NodeKind::Array { .. } => {
                return false;
            }
            _ => continue,
        };
        return body.is_none_or(|body| start < tree.range(body).start);
    }
    false
}

/// What is compared with what follows the token `before`: the other side of `==`, the subject of a `switch`.
fn compared(analysis: &Analysis, before: &Spanned) -> Option<NodeId> {
    let tree = analysis.tree();
    match &before.token {
        Token::EqualsTo | Token::NotEqualsTo => {
            let node = tree.node_at(before.range.start);
            tree.ancestors(node).find_map(|id| match tree.kind(id) {
                NodeKind::Binary { left, operator, .. } if operator.range == before.range => *left,
                _ => None,
            })
        }
        Token::LeftBrace | Token::Comma | Token::Pipe | Token::RightBrace => {
            let node = tree.node_at(before.range.end);
            for id in tree.ancestors(node).filter(|id| tree.range(*id).start < before.range.start) {
                match tree.kind(id) {
                    NodeKind::Switch { subject: Some(subject), .. } => {
                        let is_inside = tree.range(*subject).end <= before.range.start
                            && analysis.is_open_at(id, before.range.end);
                        return is_inside.then_some(*subject);
                    }
                    NodeKind::Arm { values, body, .. } => {
                        let in_values =
                            body.is_none_or(|it| before.range.end <= tree.range(it).start);
                        let is_behind =
                            body.is_some_and(|it| tree.range(it).end <= before.range.end);
                        if values.is_empty() || !(in_values || is_behind) {
                            return None;
                        }
                    }
                    // What ends with the token does not enclose what follows it.
                    _ if tree.range(id).end <= before.range.end => {}
                    NodeKind::Binary { .. } => {}
                    _ => return None,
                }
            }
            None
        }
        _ => None,
    }
}
