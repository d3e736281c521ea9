//! The lexer's tokens and the comments between them, with exact ranges.
//!
//! Rhai's own lexer does the reading. It leaves gaps that are closed here: it gives up at a text without an end, it keeps
//! some comments to itself, and it loses count behind `\${`.
//!
//! They lie in stretches, one behind the other, so that those of a source that was edited can be taken from before.

mod lexing;
mod walk;

pub(super) use lexing::{Reading, Start, read};

use crate::domain::{Place, TextRange};
use rhai::{Engine, LexError, Position, Token};
use std::iter::successors;
use std::ops::{Index, Range};
use std::sync::Arc;

/// A token and where it stands.
#[derive(Clone, Debug)]
pub struct Spanned {
    /// The token. A text without an end is a [`Token::LexError`] that reaches to the end of its line.
    pub token: Token,
    /// Where it stands.
    pub range: TextRange,
    /// The same in bytes of its stretch.
    pub(super) bytes: Range<usize>,
}

/// A comment and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comment {
    /// From its first slash up to its last character, without the end of the line.
    pub range: TextRange,
    /// The same in bytes of the source.
    pub bytes: Range<usize>,
    /// What it is.
    pub kind: CommentKind,
}

/// How a comment ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommentKind {
    /// `//`: with its line.
    Line,
    /// `/* ... */`
    Block,
    /// `/*` without an end.
    Open,
}

/// Something that is no token.
#[derive(Clone, Debug)]
pub struct Malformed {
    /// What is wrong with it.
    pub error: LexError,
    /// Where; a text without an end is marked at its first character.
    pub range: TextRange,
}

/// What was read of a stretch of the source, which starts where the last token of the one before ends. Bytes count from
/// there.
#[derive(Clone, Debug, Default)]
pub(super) struct Stretch {
    pub(super) list: Vec<Spanned>,
    pub(super) comments: Vec<Comment>,
    pub(super) malformed: Vec<Malformed>,
    /// How long it is.
    pub(super) bytes: usize,
}

/// The tokens and comments of a source, each in the order of the text.
#[derive(Clone, Debug, Default)]
pub struct Tokens {
    stretches: Vec<Arc<Stretch>>,
    /// How many bytes and tokens there are before each stretch.
    before: Vec<(usize, usize)>,
    count: usize,
}

impl Tokens {
    /// Reads `source`. Whatever it holds, this ends and gives ranges that do not overlap.
    pub fn of(engine: &Engine, source: &str) -> Self {
        let Reading { list, comments, malformed, .. } = read(engine, source, Start::default(), &[]);
        let all = Stretch { list, comments, malformed, bytes: source.len() };
        Self::of_stretches(vec![Arc::new(all)])
    }

    pub(super) fn of_stretches(stretches: Vec<Arc<Stretch>>) -> Self {
        let mut before = Vec::with_capacity(stretches.len());
        let (mut bytes, mut count) = (0, 0);
        for stretch in &stretches {
            before.push((bytes, count));
            bytes += stretch.bytes;
            count += stretch.list.len();
        }
        Self { stretches, before, count }
    }

    pub(super) fn stretches(&self) -> &[Arc<Stretch>] {
        &self.stretches
    }

    /// How many bytes there are before a stretch.
    pub(super) fn bytes_before(&self, stretch: usize) -> usize {
        self.before[stretch].0
    }

    /// How many tokens there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The token with an index.
    pub fn get(&self, index: usize) -> Option<&Spanned> {
        let stretch = self.stretch_of(index)?;
        self.stretches[stretch].list.get(index - self.before[stretch].1)
    }

    /// Where the token with an index stands, in bytes of the source.
    pub fn bytes(&self, index: usize) -> Option<Range<usize>> {
        let own = &self.get(index)?.bytes;
        let before = self.before[self.stretch_of(index)?].0;
        Some(own.start + before..own.end + before)
    }

    fn stretch_of(&self, index: usize) -> Option<usize> {
        self.before.partition_point(|(_, count)| *count <= index).checked_sub(1)
    }

    /// All tokens, without comments.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Spanned> {
        self.stretches.iter().flat_map(|it| &it.list)
    }

    /// The tokens from an index on.
    pub fn from(&self, index: usize) -> impl Iterator<Item = &Spanned> {
        successors(Some(index), |index| Some(index + 1)).map_while(|index| self.get(index))
    }

    /// Index of the first token that a predicate, which holds for all before it, does not hold for.
    pub fn partition_point(&self, holds: impl Fn(&Spanned) -> bool) -> usize {
        let is_before = |it: &Arc<Stretch>| it.list.last().is_none_or(&holds);
        let stretch = self.stretches.partition_point(is_before);
        let Some(own) = self.stretches.get(stretch) else { return self.count };
        self.before[stretch].1 + own.list.partition_point(holds)
    }

    /// All comments, in bytes of the source.
    pub fn comments(&self) -> impl DoubleEndedIterator<Item = Comment> {
        let all = self.stretches.iter().zip(&self.before);
        all.flat_map(|(stretch, (bytes, _))| stretch.comments.iter().map(|it| it.moved(*bytes)))
    }

    /// The comments that start before `place`, the nearest first.
    pub fn comments_before(&self, place: Place) -> impl Iterator<Item = Comment> {
        let starts_before = |it: &Arc<Stretch>| {
            it.comments.first().is_some_and(|it| it.range.start < place)
                || it.list.first().is_some_and(|it| it.range.start < place)
        };
        let count = self.stretches.partition_point(starts_before).min(self.stretches.len());
        let all = self.stretches[..count].iter().zip(&self.before).rev();
        all.flat_map(move |(stretch, (bytes, _))| {
            let own = stretch.comments.partition_point(|it| it.range.start < place);
            stretch.comments[..own].iter().rev().map(|it| it.moved(*bytes))
        })
    }

    /// What is no token, in the order it was found.
    pub fn malformed(&self) -> impl Iterator<Item = &Malformed> {
        self.stretches.iter().flat_map(|it| &it.malformed)
    }

    /// The comment without an end, if there is one; then the rest of the text is no code.
    pub fn open_comment(&self) -> Option<Comment> {
        self.comments().next_back().filter(|it| it.kind == CommentKind::Open)
    }

    /// The comment that `place` stands in. Just behind a line comment is still in it.
    pub fn comment_at(&self, place: Place) -> Option<Comment> {
        let comment = self.comments_before(place).next()?;
        let is_at_end = place == comment.range.end && comment.kind != CommentKind::Block;
        (place < comment.range.end || is_at_end).then_some(comment)
    }

    /// Index of the first token that ends behind `place`.
    pub fn index_at(&self, place: Place) -> usize {
        self.partition_point(|it| it.range.end <= place)
    }
}

impl Index<usize> for Tokens {
    type Output = Spanned;

    fn index(&self, index: usize) -> &Spanned {
        self.get(index).expect("an index that one of the tokens has")
    }
}

impl Comment {
    fn moved(&self, bytes: usize) -> Self {
        let own = &self.bytes;
        Self { bytes: own.start + bytes..own.end + bytes, ..self.clone() }
    }
}

/// Where the text starts.
const START: Place = Place::new(1, 1);

/// Rhai's position as a place; none at all is the start, and the beginning of a line its first column.
pub fn place_of(position: Position) -> Place {
    position
        .line()
        .map_or(START, |line| Place::new(line as u32, position.position().unwrap_or(1) as u32))
}
