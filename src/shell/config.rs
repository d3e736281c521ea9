//! The person's own configuration, read at the start.

use crate::app::{AppState, keymap};
use crate::workspace::{ConfigFolder, Problem};
use std::sync::Arc;

/// Takes in what the person configured. What is wrong with it is told, and the rest holds.
pub(super) fn take_in(state: &mut AppState, folder: &ConfigFolder) {
    let mut problems = Vec::new();
    match folder.keys() {
        Ok(Some(file)) => {
            let (keymap, found) = keymap::read(&file.path, &file.text);
            state.keymap = Arc::new(keymap);
            problems.extend(found);
        }
        Ok(None) => {}
        Err(problem) => problems.push(problem),
    }
    tell(state, &problems);
}

fn tell(state: &mut AppState, problems: &[Problem]) {
    match problems {
        [] => {}
        [only] => state.fail(only.to_string()),
        [first, others @ ..] => {
            let count = others.len();
            state.fail(format!("{first} ({count} more: `lambdeck keys` names them all)"));
        }
    }
}
