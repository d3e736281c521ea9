//! What can be found in a source: one row a code.
//!
//! The list of all findings, which `lambdeck check --explain` and the README show, begins with it. A row's `bad`
//! has the finding and its `good` has none: a test holds every row to that.

mod compile;
mod lints;

pub(super) use lints::*;

use crate::domain::Rule;

const COUNT: usize = compile::ROWS.len() + lints::ROWS.len();

/// Every kind of finding about a source, those of the compiler first.
pub static RULES: &[Rule] = &{
    let mut all = [compile::ROWS[0]; COUNT];
    let mut count = 0;
    while count < COUNT {
        let of_compiler = compile::ROWS.len();
        all[count] = if count < of_compiler {
            compile::ROWS[count]
        } else {
            lints::ROWS[count - of_compiler]
        };
        count += 1;
    }
    all
};

/// The rule with this code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    RULES.iter().find(|it| it.code == code)
}

/// Whether a comment may silence findings of this code; what keeps a source from running cannot be.
pub fn can_be_allowed(code: &str) -> bool {
    lints::ROWS.iter().any(|it| it.code == code)
}
