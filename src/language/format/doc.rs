//! What a text consists of before its line breaks are chosen.

use std::rc::Rc;

/// A piece of layout. Cheap to clone: alternatives share their parts.
#[derive(Clone, Debug)]
pub(super) struct Doc<'a>(Rc<Node<'a>>);

#[derive(Debug)]
struct Node<'a> {
    kind: Kind<'a>,
    /// A line ends inside, whatever room there is.
    breaks: bool,
}

/// What a [`Doc`] is.
#[derive(Debug)]
pub(super) enum Kind<'a> {
    /// Code as it is written; line breaks inside belong to it.
    Text(&'a str),
    /// A comment up to the end of its line; whatever follows goes on the next one.
    LineComment(&'a str),
    /// A comment whose further lines may be moved along with its first.
    BlockComment(&'a str),
    /// One blank, unless the line ends here.
    Space,
    /// Nothing when its group is on one line, else a new line.
    SoftLine,
    /// A blank when its group is on one line, else a new line.
    Line,
    /// A new line, unless one has just begun.
    NewLine,
    /// A new line with an empty one before it.
    EmptyLine,
    /// A comma when its group is on several lines; stands before the comment that ends the line.
    TrailingComma,
    /// One after another.
    All(Vec<Doc<'a>>),
    /// New lines inside begin further to the right.
    Indent(Doc<'a>),
    /// On one line if there is room.
    Group(Doc<'a>),
    /// On one line, room or not.
    Flat(Doc<'a>),
    /// The first that fits; the last in any case.
    Choice { flat: Doc<'a>, hugged: Doc<'a>, broken: Doc<'a> },
}

impl<'a> Doc<'a> {
    fn new(kind: Kind<'a>, breaks: bool) -> Self {
        Self(Rc::new(Node { kind, breaks }))
    }

    pub(super) fn kind(&self) -> &Kind<'a> {
        &self.0.kind
    }

    /// Whether a line ends inside, whatever room there is.
    pub(super) fn breaks(&self) -> bool {
        self.0.breaks
    }

    pub(super) fn text(text: &'a str) -> Self {
        Self::new(Kind::Text(text), false)
    }

    pub(super) fn line_comment(text: &'a str) -> Self {
        Self::new(Kind::LineComment(text), true)
    }

    pub(super) fn block_comment(text: &'a str) -> Self {
        Self::new(Kind::BlockComment(text), false)
    }

    pub(super) fn nothing() -> Self {
        Self::all(Vec::new())
    }

    pub(super) fn space() -> Self {
        Self::new(Kind::Space, false)
    }

    pub(super) fn soft_line() -> Self {
        Self::new(Kind::SoftLine, false)
    }

    pub(super) fn line() -> Self {
        Self::new(Kind::Line, false)
    }

    pub(super) fn new_line() -> Self {
        Self::new(Kind::NewLine, true)
    }

    pub(super) fn empty_line() -> Self {
        Self::new(Kind::EmptyLine, true)
    }

    pub(super) fn trailing_comma() -> Self {
        Self::new(Kind::TrailingComma, false)
    }

    pub(super) fn all(docs: Vec<Doc<'a>>) -> Self {
        let breaks = docs.iter().any(Self::breaks);
        Self::new(Kind::All(docs), breaks)
    }

    pub(super) fn indent(self) -> Self {
        let breaks = self.breaks();
        Self::new(Kind::Indent(self), breaks)
    }

    pub(super) fn group(self) -> Self {
        let breaks = self.breaks();
        Self::new(Kind::Group(self), breaks)
    }

    /// A group that is on several lines, room or not.
    pub(super) fn broken_group(self) -> Self {
        Self::new(Kind::Group(self), true)
    }

    pub(super) fn flat(self) -> Self {
        let breaks = self.breaks();
        Self::new(Kind::Flat(self), breaks)
    }

    /// `flat` if it has no line end and fits, else `hugged` if its first line fits, else `broken`.
    pub(super) fn choice(flat: Self, hugged: Self, broken: Self) -> Self {
        let breaks = flat.breaks();
        Self::new(Kind::Choice { flat, hugged, broken }, breaks)
    }
}
