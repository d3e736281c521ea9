//! A line of a version that ran, found again in the draft, which may have been edited since.

use super::editor;
use crate::app::state::{AppState, Pane};
use crate::domain::Place;
use similar::{Algorithm, DiffTag, capture_diff_slices};

/// Where a line of an older text is in a newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Followed {
    /// The texts are the same.
    Unchanged,
    /// There, though something else may differ.
    At(u32),
    /// Nowhere; what took its place begins there.
    Gone(u32),
}

/// Goes to the line of the draft that was at `place` in the version that the open run was of, and says what differs.
pub fn go_to(state: &mut AppState, place: Place) {
    let of_run = state.activity.open.as_ref().and_then(|open| {
        let is_failure = open.focus == Pane::Result && open.session.failure().is_some();
        let verb = if is_failure { "failed" } else { "was" };
        Some((open.version?, open.source.clone(), verb))
    });
    let draft = state.document().map(|document| document.pane.buffer.text());
    let Some((version, source, verb)) = of_run else {
        return editor::go_to(state, place.into());
    };
    let Some((source, draft)) = source.zip(draft) else {
        editor::go_to(state, place.into());
        return state.warn(format!("Version {version} {verb} here; the draft may be another"));
    };
    match follow(&source, &draft, place.line) {
        Followed::Unchanged => editor::go_to(state, place.into()),
        Followed::At(line) => {
            editor::go_to(state, Place::new(line, place.column).into());
            state.inform(format!("Version {version} {verb} here; the draft has changed since"));
        }
        Followed::Gone(line) => {
            editor::go_to(state, Place::new(line, 1).into());
            state.warn(format!(
                "Version {version} {verb} at its line {}, which the draft has no more; it stood here",
                place.line
            ));
        }
    }
}

/// Follows `line`, from 1, of `old` into `new`.
fn follow(old: &str, new: &str, line: u32) -> Followed {
    let old: Vec<&str> = old.lines().collect();
    let new: Vec<&str> = new.lines().collect();
    if old == new {
        return Followed::Unchanged;
    }
    let index = line.saturating_sub(1) as usize;
    let at = |index: usize| index as u32 + 1;
    let steps = capture_diff_slices(Algorithm::Myers, &old, &new);
    match steps.iter().find(|step| step.old_range().contains(&index)) {
        Some(step) if step.tag() == DiffTag::Equal => {
            Followed::At(at(step.new_range().start + index - step.old_range().start))
        }
        Some(step) => Followed::Gone(at(step.new_range().start)),
        None => Followed::Gone(at(new.len().saturating_sub(1))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_followed_through_what_was_added_and_told_when_it_is_gone() {
        let old = "a\nb\nc\n";
        assert_eq!(follow(old, "a\nb\nc", 2), Followed::Unchanged);
        assert_eq!(follow(old, "x\ny\na\nb\nc\n", 2), Followed::At(4));
        assert_eq!(follow(old, "a\nb\nother\n", 2), Followed::At(2));
        assert_eq!(follow(old, "a\nc\n", 2), Followed::Gone(2));
        assert_eq!(follow(old, "", 9), Followed::Gone(1));
    }
}
