//! The screens.

pub(super) mod activity;
pub(super) mod editor;
pub(super) mod invoke;
pub(super) mod lambdas;
pub(super) mod settings;
