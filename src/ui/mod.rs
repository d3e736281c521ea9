//! Draws the state, and only that: state in, cells out.
//!
//! Owns the themes and everything about how things look. Reads no clock, no file and no terminal, and changes nothing:
//! drawing the same state twice gives the same cells, and so does drawing it over the frame before, which leaves alone
//! what still stands.

pub mod canvas;
mod dialogs;
mod frame;
mod header;
mod kept;
pub mod root;
mod screens;
mod search;
pub mod theme;
mod widgets;

pub use kept::Kept;
pub use root::{Drawn, draw, redraw};
pub use theme::{ColorMode, Palette, Theme};
