//! Comparisons whose outcome is known before anything runs.

use super::view::View;
use super::{finding, table};
use crate::domain::{Diagnostic, Fix, TextRange};
use crate::language::analysis::Kind;
use crate::language::nearest::nearest;
use crate::language::syntax::{Literal, NodeId, NodeKind, Operator};
use rhai::Token;

pub(super) fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (id, kind) in view.nodes() {
        match kind {
            NodeKind::Binary { left: Some(left), operator, right: Some(right) }
                if compares(&operator.token) =>
            {
                let of_types = types(view, (*left, *right), operator, view.range(id));
                match of_types {
                    Some(said) => found.push(said),
                    None if equates(&operator.token) => {
                        found.extend(value(view, *left, *right));
                        found.extend(value(view, *right, *left));
                    }
                    None => {}
                }
            }
            NodeKind::Switch { subject: Some(subject), arms, .. } => {
                for arm in arms {
                    let NodeKind::Arm { values, .. } = view.kind(*arm) else { continue };
                    for it in values {
                        found.extend(
                            arm_type(view, *subject, *it).or_else(|| value(view, *subject, *it)),
                        );
                    }
                }
            }
            _ => {}
        }
    }
}

const fn equates(token: &Token) -> bool {
    matches!(token, Token::EqualsTo | Token::NotEqualsTo)
}

const fn compares(token: &Token) -> bool {
    equates(token)
        || matches!(
            token,
            Token::LessThan
                | Token::LessThanEqualsTo
                | Token::GreaterThan
                | Token::GreaterThanEqualsTo
        )
}

/// Kinds whose values can be equal have the same class; none where that is not known.
fn class(kind: &Kind) -> Option<u8> {
    Some(match kind {
        Kind::Bool => 1,
        Kind::Int | Kind::Float | Kind::Number => 2,
        Kind::Text | Kind::Char => 3,
        Kind::Array(_) => 4,
        Kind::Map(_) => 5,
        // What may be absent is compared with `()`, whatever the schema says.
        _ => return None,
    })
}

/// Whether values of these kinds are never equal.
fn differ(left: &Kind, right: &Kind) -> bool {
    let classes = |kind: &Kind| kind.each().map(class).collect::<Option<Vec<_>>>();
    let (Some(left), Some(right)) = (classes(left), classes(right)) else { return false };
    !left.iter().any(|it| right.contains(it))
}

fn types(
    view: &View<'_>,
    (left, right): (NodeId, NodeId),
    operator: &Operator,
    range: TextRange,
) -> Option<Diagnostic> {
    let (one, other) = (view.certain(left)?, view.certain(right)?);
    if !differ(one, other) {
        return None;
    }
    let outcome = if operator.token == Token::NotEqualsTo { "true" } else { "false" };
    let message = format!("this is always {outcome}: {} is compared with {}", a(one), a(other));
    let said = finding(&table::NEVER_EQUAL, message, range);
    Some(match (number_in_quotes(view, left, other), number_in_quotes(view, right, one)) {
        (Some((range, number)), _) | (_, Some((range, number))) => said
            .with_help(format!("write `{number}` without quotes"))
            .with_fix(Fix::replace(format!("Write `{number}`"), range, number)),
        _ if one.is_number() || other.is_number() => {
            said.with_help("convert one side: `parse_int(text)`, `value.to_string()`")
        }
        _ => said.with_help("nothing is converted; compare values of one type"),
    })
}

/// `"1"` where a number is compared.
fn number_in_quotes(view: &View<'_>, id: NodeId, other: &Kind) -> Option<(TextRange, String)> {
    let id = view.bare(id);
    let NodeKind::Literal(Literal::Text(text)) = view.kind(id) else { return None };
    let is_number = other.is_number() && text.parse::<i64>().is_ok();
    is_number.then(|| (view.range(id), text.to_string()))
}

fn a(kind: &Kind) -> String {
    match kind {
        Kind::Array(_) => "an array".to_owned(),
        Kind::Int | Kind::Float | Kind::Number => "a number".to_owned(),
        kind => format!("a {kind}"),
    }
}

fn arm_type(view: &View<'_>, subject: NodeId, arm: NodeId) -> Option<Diagnostic> {
    let (one, other) = (view.certain(subject)?, view.certain(arm)?);
    let NodeKind::Literal(_) = view.kind(arm) else { return None };
    let message = format!("this never matches: {} is compared with {}", a(one), a(other));
    differ(one, other).then(|| finding(&table::NEVER_EQUAL, message, view.range(arm)))
}

/// A value that the field it is compared with never has.
fn value(view: &View<'_>, field: NodeId, value: NodeId) -> Option<Diagnostic> {
    let NodeKind::Literal(literal) = view.kind(view.bare(value)) else { return None };
    let written = match literal {
        Literal::Text(text) => serde_json::to_string(&**text).ok()?,
        Literal::Int(number) => number.to_string(),
        Literal::Bool(it) => it.to_string(),
        Literal::Unit | Literal::Float(_) | Literal::Char(_) => return None,
    };
    let shape = view.analysis.shape(field);
    let allowed = shape.allowed();
    if allowed.is_empty() || allowed.contains(&written) || !view.is_field(field) {
        return None;
    }
    let range = view.range(view.bare(value));
    let path = shape.field.as_ref().map_or("", |it| it.path.as_str());
    let message = format!("`{path}` is never {written}");
    let said = finding(&table::UNKNOWN_VALUE, message, range);
    let longer = || {
        let start = written.trim_end_matches('"');
        let mut all = allowed.iter().map(String::as_str).filter(|it| it.starts_with(start));
        all.next().filter(|_| start.len() > 3 && all.next().is_none())
    };
    Some(match nearest(&written, allowed.iter().map(String::as_str)).or_else(longer) {
        Some(near) => said.with_help(format!("did you mean {near}?")).with_fix(Fix::replace(
            format!("Write {near}"),
            range,
            near,
        )),
        None => said.with_help(format!("it is one of {}", allowed.join(", "))),
    })
}
