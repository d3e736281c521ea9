//! Operators that do something else than in other languages.

use super::view::View;
use super::{finding, table};
use crate::domain::{Diagnostic, Fix, Place, TextRange};
use crate::language::syntax::{Literal, NodeId, NodeKind, Operator};
use rhai::Token;

pub(super) fn check(view: &View<'_>, found: &mut Vec<Diagnostic>) {
    for (id, kind) in view.nodes() {
        let NodeKind::Binary { left: Some(left), operator, right: Some(right) } = kind else {
            continue;
        };
        let (Some(one), Some(other)) = (whole(view, *left), whole(view, *right)) else { continue };
        match operator.token {
            Token::Divide => found.extend(division(view, id, *left, (one, other))),
            Token::XOr => found.extend(power(view, id, operator, (one, other))),
            _ => {}
        }
    }
}

/// The whole number that stands there.
fn whole(view: &View<'_>, id: NodeId) -> Option<i64> {
    match view.kind(view.bare(id)) {
        NodeKind::Literal(Literal::Int(number)) => Some(*number),
        _ => None,
    }
}

fn division(
    view: &View<'_>,
    id: NodeId,
    left: NodeId,
    (one, other): (i64, i64),
) -> Option<Diagnostic> {
    let range = view.range(id);
    if other == 0 {
        let said = finding(&table::INTEGER_DIVISION, "a division by 0 fails", range);
        return Some(said);
    }
    let rest = one.checked_rem(other)?;
    let result = one.checked_div(other)?;
    if rest == 0 {
        return None;
    }
    let said = finding(&table::INTEGER_DIVISION, format!("`{one} / {other}` is {result}"), range);
    let end = view.range(view.bare(left)).end;
    let fix =
        Fix::insert(format!("Write `{one}.0 / {other}`"), Place::new(end.line, end.column), ".0");
    let said = said.with_help(format!("write `{one}.0 / {other}` for the fraction"));
    // `0x10.0` is no number.
    let is_decimal = view.text(view.range(view.bare(left))).bytes().all(|it| it.is_ascii_digit());
    Some(if is_decimal { said.with_fix(fix) } else { said })
}

fn power(
    view: &View<'_>,
    id: NodeId,
    operator: &Operator,
    (base, exponent): (i64, i64),
) -> Option<Diagnostic> {
    let looks_like_one = matches!(base, 2 | 10) && (2..=64).contains(&exponent);
    let is_decimal =
        |it: TextRange| view.text(it).bytes().all(|it| it.is_ascii_digit() || b"^ ".contains(&it));
    if !looks_like_one || !is_decimal(view.range(id)) {
        return None;
    }
    let message = format!("`{base} ^ {exponent}` is {}, as `^` is exclusive or", base ^ exponent);
    let said = finding(&table::XOR_AS_POWER, message, view.range(id));
    let fix = Fix::replace(format!("Write `{base} ** {exponent}`"), operator.range, "**");
    Some(said.with_help("a power is written `**`").with_fix(fix))
}
