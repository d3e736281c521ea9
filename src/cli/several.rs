//! Several lambdas of one command: each once, and what became of the others where one is refused.

use super::deploy::listed;
use crate::domain::LambdaName;
use anyhow::Error;

/// `names` in their order, each once.
pub(super) fn once_each(names: Vec<LambdaName>) -> Vec<LambdaName> {
    let mut once = Vec::with_capacity(names.len());
    for name in names {
        if !once.contains(&name) {
            once.push(name);
        }
    }
    once
}

/// What refused one of `names` before anything was done. Of several it is said that `nothing` was.
pub(super) fn untouched(error: Error, names: &[LambdaName], nothing: &'static str) -> Error {
    if names.len() > 1 { error.context(nothing) } else { error }
}

/// What refused one of several when others were `done` already, and which are `left` as they were.
pub(super) fn halfway(
    error: Error,
    (done, left): (&[LambdaName], &[LambdaName]),
    word: &str,
) -> Error {
    match (done, left) {
        ([], [_]) => error,
        ([], _) => error.context(format!("nothing was {word}")),
        _ => error.context(format!("{word}: {}; not {word}: {}", listed(done), listed(left))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_done_before_a_refusal_is_told_with_what_was_not() {
        let names: Vec<_> = ["a", "b", "c"].map(|it| LambdaName::new(it).unwrap()).into();
        let told = |done: usize, left: std::ops::Range<usize>| {
            let error = anyhow::anyhow!("`c` is full");
            format!("{:#}", halfway(error, (&names[..done], &names[left]), "deployed"))
        };
        assert_eq!(told(1, 1..3), "deployed: `a`; not deployed: `b`, `c`: `c` is full");
        assert_eq!(told(0, 1..3), "nothing was deployed: `c` is full");
        assert_eq!(told(0, 1..2), "`c` is full");
    }
}
