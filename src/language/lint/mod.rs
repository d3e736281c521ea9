//! What a source may have wrong with it that the compiler does not see.
//!
//! Owns the table of all findings about a source ([`RULES`]), the lints, a file for those that look at the same thing, and
//! the comments that silence them. A lint reads the [`Analysis`] and is silent wherever a name or a type is not certain:
//! a false warning costs more than a missing one. Knows no file, no screen and no worker.

mod allow;
mod arguments;
mod broken;
mod comparisons;
mod fields;
mod flow;
mod names;
mod operators;
mod results;
mod table;
mod unused;
mod values;
mod view;

pub use allow::fix as allow_fix;
pub use table::{RULES, can_be_allowed, rule};

use super::analysis::{Analysis, Context};
use super::diagnose;
use crate::domain::{Diagnostic, Rule, TextRange};
use std::sync::Arc;
use view::View;

/// All that is wrong with a lambda's source, however long it is, in the order of the text: what keeps it from running, and
/// what the lints find in the parts that are sound.
pub fn check(source: &str, context: Arc<Context>) -> Vec<Diagnostic> {
    findings(&Analysis::of(source, context))
}

/// The same for a source that is understood already.
pub fn findings(analysis: &Analysis) -> Vec<Diagnostic> {
    let errors = diagnose::of_tree(analysis.source(), analysis.tree());
    let mut found = lints(analysis, &errors);
    found.extend(errors);
    found.sort_by_key(|it| (it.range.start, it.range.end));
    found
}

/// What the lints find, beside the `errors` that the compiler has found.
fn lints(analysis: &Analysis, errors: &[Diagnostic]) -> Vec<Diagnostic> {
    let view = View::new(analysis, errors);
    let mut found = Vec::new();
    for check in [
        names::check,
        arguments::check,
        fields::check,
        comparisons::check,
        operators::check,
        values::check,
        flow::check,
        results::check,
        unused::check,
    ] {
        check(&view, &mut found);
    }
    found.retain(|it| view.is_sound(it.range));
    allow::apply(&view, &mut found);
    found
}

/// A finding of this rule.
fn finding(rule: &Rule, message: impl Into<String>, range: TextRange) -> Diagnostic {
    Diagnostic { severity: rule.severity, ..Diagnostic::error(rule.code, message, range) }
}

#[cfg(test)]
mod tests;
