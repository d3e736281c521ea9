//! Which of what fits is meant most likely.

use super::{Candidate, CompletionKind};
use nucleo_matcher::pattern::{Atom, AtomKind, CaseMatching, Normalization};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use std::cell::RefCell;
use std::cmp::Reverse;

/// The most items that are offered.
const MOST_ITEMS: usize = 200;

thread_local! {
    /// It takes more memory than all that is matched.
    static MATCHER: RefCell<Matcher> = RefCell::new(Matcher::new(Config::DEFAULT));
}

/// How a label fits what was typed, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// It starts with it.
    Exact,
    /// It starts with it, but for capitals; or its last part does.
    Start,
    /// It has the letters in this order.
    Letters,
}

/// The items that fit `prefix`, the best first: by how they fit, whether every value has them, how lately they were
/// accepted, how near they are, and in the order they were found.
pub(super) fn rank<'a>(
    found: Vec<Candidate<'a>>,
    prefix: &str,
    recent: &[String],
) -> Vec<Candidate<'a>> {
    let atom =
        Atom::new(prefix, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy, false);
    let mut letters = Vec::new();
    // A `_` is in every long name: alone it says that one's own begins so.
    let says_nothing = !prefix.is_empty() && prefix.bytes().all(|it| it == b'_');
    let mut ranked: Vec<_> = found
        .into_iter()
        .enumerate()
        .filter_map(|(index, item)| {
            let fit = fit(item.label(), prefix);
            if says_nothing && fit != Fit::Exact {
                return None;
            }
            let score = match fit {
                Fit::Letters => {
                    let label = Utf32Str::new(item.label(), &mut letters);
                    MATCHER.with_borrow_mut(|matcher| atom.score(label, matcher))?
                }
                Fit::Exact | Fit::Start => 0,
            };
            let age = recent.iter().position(|it| *it == item.label()).unwrap_or(usize::MAX);
            // What a map has is meant before what can be done with any map, however often that was.
            let is_method = item.kind() == CompletionKind::Method;
            Some(((fit, is_method, age, nearness(item.kind()), Reverse(score), index), item))
        })
        .collect();
    ranked.sort_by_key(|(place, _)| *place);
    ranked.truncate(MOST_ITEMS);
    ranked.into_iter().map(|(_, item)| item).collect()
}

fn fit(label: &str, prefix: &str) -> Fit {
    let starts = |text: &str| {
        text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let last = label.rsplit("::").next().unwrap_or(label);
    if label.starts_with(prefix) || label.trim_start_matches('"').starts_with(prefix) {
        Fit::Exact
    } else if starts(label) || starts(last) {
        Fit::Start
    } else {
        Fit::Letters
    }
}

/// What belongs to the value or the scope comes before what there is everywhere.
const fn nearness(kind: CompletionKind) -> u8 {
    match kind {
        CompletionKind::Value => 0,
        CompletionKind::Field | CompletionKind::Variable => 1,
        CompletionKind::Constant | CompletionKind::Function => 2,
        CompletionKind::Snippet => 3,
        CompletionKind::Keyword => 4,
        CompletionKind::Module | CompletionKind::Method => 5,
        CompletionKind::Host => 6,
        CompletionKind::Library => 7,
    }
}
