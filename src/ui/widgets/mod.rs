//! Parts that several screens and dialogs are made of.

pub(super) mod assist_view;
pub(super) mod bars;
mod code_row;
pub(super) mod code_view;
pub(super) mod diff_view;
pub(super) mod field_view;
mod find_view;
pub(super) mod picker_view;
pub(super) mod scrollbar;
