//! Reading a source once more after an edit: what the edit did not touch is taken from the tree before.
//!
//! A piece of the tree depends on the text from the last token of the piece before up to the first tokens of the piece
//! behind, and on nothing else: lexer and parser are in the same state wherever a function of the file starts. Places are
//! those of the whole source, so a piece is only shared with the tree before where it does not move.

use super::parser::{self, Input, Piece};
use super::tokens::{Reading, Spanned, Start, Stretch, Tokens, read as lex};
use super::{Tree, engine, moved};
use crate::domain::Place;
use rhai::LexError;
use std::sync::Arc;

/// So many tokens behind a statement the parser may look at, and more.
const AHEAD: usize = 4;

/// The lexer counts lines and columns in 16 bits; beyond, its places depend on where it began.
const COUNTED: usize = 65_000;

/// So many bytes are compared at once.
const BLOCK: usize = 512;

type Pieces = (Vec<Arc<Stretch>>, Vec<Arc<Piece>>);

/// The tree of a source of which nothing is known.
pub(super) fn read(source: &str) -> Tree {
    let none = Tree::of(Tokens::default(), Vec::new());
    let seam = Seam { old: &none, first: 0, stops: Vec::new(), lines: 0 };
    let (stretches, pieces) = seam.close(source).unwrap_or_default();
    Tree::of(Tokens::of_stretches(stretches), pieces)
}

/// The tree of `source`, which came of editing `before`, of which `old` is the tree.
pub(super) fn edited(old: &Tree, before: &str, source: &str) -> Tree {
    if before == source {
        return old.clone();
    }
    if !is_counted(before) || !is_counted(source) {
        return read(source);
    }
    let change = Change::between(before, source);
    let first = front(old, &change);
    let mut seam = Seam { old, first, stops: Vec::new(), lines: change.lines };
    seam.stops = seam.stops_behind(&change);
    loop {
        match seam.close(source) {
            Ok((stretches, pieces)) => return Tree::of(Tokens::of_stretches(stretches), pieces),
            Err(Misfit::Before) => seam.first -= 1,
            Err(Misfit::Behind) => seam.stops.clear(),
        }
    }
}

/// Why pieces that should stay cannot.
enum Misfit {
    /// What the last piece before the change was followed by is not there any more.
    Before,
    /// What is read anew goes on into what is behind it, or its pieces are more or fewer than before.
    Behind,
}

fn is_counted(source: &str) -> bool {
    let mut lines = source.split('\n');
    lines.by_ref().take(COUNTED).all(|line| line.len() <= COUNTED) && lines.next().is_none()
}

/// What differs between two texts, in bytes.
struct Change<'s> {
    before: &'s str,
    /// Up to here they are the same.
    start: usize,
    /// From here on the older one is the same as the newer one.
    old_end: usize,
    /// By how many lines what is behind it moved down.
    lines: i32,
}

impl<'s> Change<'s> {
    fn between(before: &'s str, source: &'s str) -> Self {
        let (old, new) = (before.as_bytes(), source.as_bytes());
        let start = same_start(old, new);
        let rest = same_end(&old[start..], &new[start..]);
        let (old_end, new_end) = (old.len() - rest, new.len() - rest);
        let lines = |text: &[u8]| text.iter().map(|it| i32::from(*it == b'\n')).sum::<i32>();
        let lines = lines(&new[start..new_end]) - lines(&old[start..old_end]);
        Self { before, start, old_end, lines }
    }
}

/// How many bytes two texts have in common from the start.
fn same_start(old: &[u8], new: &[u8]) -> usize {
    let blocks = old.chunks_exact(BLOCK).zip(new.chunks_exact(BLOCK));
    let whole = blocks.take_while(|(old, new)| old == new).count() * BLOCK;
    let rest = old[whole..].iter().zip(&new[whole..]);
    whole + rest.take_while(|(old, new)| old == new).count()
}

/// And from the end.
fn same_end(old: &[u8], new: &[u8]) -> usize {
    let blocks = old.rchunks_exact(BLOCK).zip(new.rchunks_exact(BLOCK));
    let whole = blocks.take_while(|(old, new)| old == new).count() * BLOCK;
    let rest = old[..old.len() - whole].iter().rev().zip(new[..new.len() - whole].iter().rev());
    whole + rest.take_while(|(old, new)| old == new).count()
}

/// How many pieces end before the change; what follows each of them at once is the same, too.
fn front(old: &Tree, change: &Change<'_>) -> usize {
    let all = old.tokens.stretches().iter().zip(1..old.pieces.len());
    let stays = |(it, next): &(&Arc<Stretch>, usize)| {
        old.tokens.bytes_before(*next) < change.start && !looks_far(it)
    };
    all.take_while(stays).count()
}

/// Whether there is a text without an end, which the change may have given one.
fn looks_far(stretch: &Stretch) -> bool {
    stretch.malformed.iter().any(|it| matches!(it.error, LexError::UnterminatedString))
}

/// Where what is read anew meets what stays.
struct Seam<'t> {
    old: &'t Tree,
    /// The first piece that is read anew.
    first: usize,
    /// Where pieces start that may stay.
    stops: Vec<Place>,
    /// By how many lines these have moved down.
    lines: i32,
}

impl Seam<'_> {
    /// Where the pieces start that lie behind the line of the change.
    fn stops_behind(&self, change: &Change<'_>) -> Vec<Place> {
        let Some(rest) = change.before[change.old_end..].find('\n') else { return Vec::new() };
        let line_end = change.old_end + rest;
        let stretches = self.old.tokens.stretches().iter().enumerate().skip(self.first + 1);
        let behind = stretches.filter(|(it, _)| self.old.tokens.bytes_before(*it) > line_end);
        behind.filter_map(|(_, it)| Some(self.moved(it.list.first()?.range.start))).collect()
    }

    /// Reads what does not stay and puts all together.
    fn close(&self, source: &str) -> Result<Pieces, Misfit> {
        let last = self.first.checked_sub(1).and_then(|it| self.stretch(it).list.last());
        let byte = if self.first == 0 { 0 } else { self.old.tokens.bytes_before(self.first) };
        let place = last.map_or(Place::new(1, 1), |it| it.range.end);
        let mut reading = lex(&engine::compiler(), source, Start { byte, place }, &self.stops);
        if self.first > 0 && !self.is_followed_by(&reading.list) {
            return Err(Misfit::Before);
        }
        let next = match reading.stopped {
            Some(place) => self.piece_at(place).ok_or(Misfit::Behind)?,
            None => self.old.pieces.len(),
        };
        if reading.stopped.is_some() && !self.meets(reading.list.last().or(last), next) {
            return Err(Misfit::Behind);
        }
        let count = reading.list.len();
        let end = if reading.stopped.is_some() { None } else { Some(source.len()) };
        let lead = usize::from(last.is_some());
        let behind = self.behind(next);
        let mut tokens = Vec::with_capacity(count + lead + behind.len());
        tokens.extend(last.cloned());
        tokens.append(&mut reading.list);
        tokens.extend(behind);
        let openings: Vec<usize> = reading.openings.iter().map(|it| it + lead).collect();
        let range = lead..lead + count;
        let input = Input { tokens: &tokens, range, openings: &openings, first: self.first };
        let (parsed, end_of_parse) = parser::parse(&input);
        let fits = end_of_parse == lead + count && self.first + parsed.len() == next;
        if reading.stopped.is_some() && !fits {
            return Err(Misfit::Behind);
        }
        tokens.truncate(lead + count);
        reading.list = tokens.split_off(lead);
        let starts: Vec<usize> = parsed.iter().map(|(start, _)| start - lead).collect();
        let new = cut(reading, &starts, byte, end);
        let old = self.old.tokens.stretches();
        let mut stretches = old[..self.first].to_vec();
        stretches.extend(new.into_iter().map(Arc::new));
        stretches.extend(old[next..].iter().map(|it| self.shared(it, moved::stretch)));
        let mut pieces = self.old.pieces[..self.first].to_vec();
        pieces.extend(parsed.into_iter().map(|(_, piece)| Arc::new(piece)));
        let rest = self.old.pieces[next..].iter();
        pieces.extend(rest.map(|it| self.shared(it, moved::piece)));
        Ok((stretches, pieces))
    }

    fn stretch(&self, piece: usize) -> &Stretch {
        &self.old.tokens.stretches()[piece]
    }

    /// A place behind the change, where it is now.
    fn moved(&self, place: Place) -> Place {
        Place { line: place.line.saturating_add_signed(self.lines), ..place }
    }

    /// Something that stays, where it is now.
    fn shared<T>(&self, it: &Arc<T>, moved: impl Fn(&T, i32) -> T) -> Arc<T> {
        if self.lines == 0 { it.clone() } else { Arc::new(moved(it, self.lines)) }
    }

    /// Whether the comments before a piece that stays are still there: the last token before them ends where one did.
    fn meets(&self, last: Option<&Spanned>, next: usize) -> bool {
        let before = next.checked_sub(1).and_then(|it| self.stretch(it).list.last());
        last.map(|it| it.range.end) == before.map(|it| self.moved(it.range.end))
    }

    fn piece_at(&self, place: Place) -> Option<usize> {
        let is_it = |it: &Spanned| self.moved(it.range.start) == place;
        let starts = |it: &Arc<Stretch>| it.list.first().is_some_and(is_it);
        self.old.tokens.stretches().iter().position(starts)
    }

    /// Whether what the parser saw behind the last piece that stays is still there.
    fn is_followed_by(&self, tokens: &[Spanned]) -> bool {
        let before = self.stretch(self.first).list.iter().take(AHEAD);
        let is_same =
            |(old, new): (&Spanned, &Spanned)| old.token == new.token && old.range == new.range;
        tokens.len() >= AHEAD && before.len() == AHEAD && before.zip(tokens).all(is_same)
    }

    /// The first tokens of a piece that stays and of those behind it.
    fn behind(&self, piece: usize) -> Vec<Spanned> {
        let rest = self.old.tokens.stretches().iter().skip(piece).flat_map(|it| &it.list);
        rest.take(AHEAD).map(|it| moved::token(it, self.lines)).collect()
    }
}

/// Cuts what was read from the byte `from` on before each of the tokens `starts`; the last stretch goes up to `end`, or to
/// its last token.
fn cut(reading: Reading, starts: &[usize], from: usize, end: Option<usize>) -> Vec<Stretch> {
    let Reading { mut list, mut comments, mut malformed, .. } = reading;
    let mut stretches = Vec::with_capacity(starts.len());
    for start in starts.iter().rev() {
        let own = list.split_off(*start);
        // A stretch starts where the token before it ends.
        let before = list.last().map(|it| (it.bytes.end, it.range.end));
        let (byte, place) = before.unwrap_or((from, Place::new(0, 0)));
        let own_comments = comments.partition_point(|it| it.bytes.start < byte);
        let own_malformed = malformed.partition_point(|it| it.range.start < place);
        stretches.push(Stretch {
            list: own,
            comments: comments.split_off(own_comments),
            malformed: malformed.split_off(own_malformed),
            bytes: byte,
        });
    }
    stretches.reverse();
    let ends: Vec<usize> = stretches.iter().skip(1).map(|it| it.bytes).collect();
    for (index, stretch) in stretches.iter_mut().enumerate() {
        let byte = stretch.bytes;
        let last = stretch.list.last().map_or(byte, |it| it.bytes.end);
        stretch.bytes = ends.get(index).copied().or(end).unwrap_or(last) - byte;
        for it in &mut stretch.list {
            it.bytes = it.bytes.start - byte..it.bytes.end - byte;
        }
        for it in &mut stretch.comments {
            it.bytes = it.bytes.start - byte..it.bytes.end - byte;
        }
    }
    stretches
}

#[cfg(test)]
mod tests;
