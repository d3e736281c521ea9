//! The text model behind the code and payload panes: rope, edits, undo, selection, motions, search, columns.
//!
//! Owns what a text is while it is edited and what every editing command does to it. Pure: it knows no files, no
//! clock (times come in as milliseconds), no terminal and no language beyond brackets and indentation. Text goes in
//! by [`Buffer::new`] and comes out by [`Buffer::text`]; every edit gives a new [`Revision`] and a
//! [`crate::domain::LineChange`] that highlighting and diagnostics follow.
//!
//! Positions count lines and columns from 0, columns in characters (Unicode scalar values); cells are what a terminal
//! shows, and [`columns`] is the one place that turns one into the other. The cursor never stands inside a grapheme
//! cluster.

mod brackets;
pub mod buffer;
mod carets;
mod case;
mod changes;
mod clipboard;
pub mod columns;
mod delete;
pub mod diff;
mod edits;
mod folds;
mod graphemes;
pub mod history;
mod hits;
pub mod indent;
mod lines;
pub mod long_lines;
mod mirror;
pub mod motion;
mod occurrences;
pub mod position;
mod rearrange;
mod replace;
pub mod rows;
mod saved;
pub mod search;
mod selection;
mod stored;
mod surround;
mod text_form;
mod typing;
pub mod viewport;
mod words;
mod wrap;

#[cfg(test)]
mod marked;
#[cfg(test)]
mod model_tests;

pub use buffer::Buffer;
pub use case::Lettering;
pub use columns::{Cluster, cell_of_column, clusters, column_of_cell, shown};
pub use diff::{Change, Diff, DiffRow};
pub use history::Revision;
pub use hits::{Hit, hits};
pub use indent::Indent;
pub use long_lines::Mark;
pub use motion::{Extend, Motion};
pub use occurrences::Occurrence;
pub use position::{Position, Selection};
pub use rearrange::SortOrder;
pub use rows::{Row, RowAt, clusters_of, end_of};
pub use search::{Case, Finder, Matches, Query, QueryError, QueryKind, find_all};
pub use stored::StoredHistory;
pub use text_form::{LineEnding, Snapshot};
pub use viewport::{PaneSize, Viewport};
