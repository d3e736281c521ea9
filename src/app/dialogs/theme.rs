//! Choosing a theme: the screen shows the selected one.

use super::Dialog;
use super::pick::{Choice, Pick, Purpose};
use super::picker::{Entry, Picker};
use crate::app::state::AppState;

/// Opens the list of themes.
pub fn open(state: &mut AppState) {
    let themes = &state.desk.themes;
    let automatic = Entry::new("automatic", Choice::Theme(None))
        .with_detail("dark or light, as far as the terminal tells");
    let entries = themes.all().map(|name| {
        Entry::new(themes.id(name), Choice::Theme(Some(name))).with_detail(name.words())
    });
    let current = Choice::Theme(themes.chosen);
    let picker = Picker::new(std::iter::once(automatic).chain(entries).collect())
        .selecting(|choice| *choice == current);
    let purpose = Purpose::Theme(themes.shown);
    state.dialogs.push(Dialog::Pick(Pick {
        title: "Theme".to_owned(),
        note: Some("What is selected is shown at once.".to_owned()),
        picker,
        purpose,
    }));
}

/// Shows the selected theme while the list is on top.
pub fn settle_preview(state: &mut AppState) {
    let Some(Dialog::Pick(Pick { picker, purpose: Purpose::Theme(_), .. })) = state.dialogs.last()
    else {
        return;
    };
    if let Some(Choice::Theme(choice)) = picker.selected().map(|entry| &entry.value) {
        state.desk.themes.shown = state.desk.themes.of(*choice);
    }
}
