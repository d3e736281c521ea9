//! Which parts of a source that does not compile can be trusted.
//!
//! A fault makes the statement around it uncertain, and what it would have named; the blocks in the statement and the
//! statements beside it mean what they say. Where braces or texts do not end, nobody knows what belongs together: then the
//! function is uncertain as a whole, up to the next one.

use crate::domain::{Diagnostic, Place, TextRange};
use crate::language::analysis::Analysis;
use crate::language::diagnose::code;
use crate::language::quick_hash::QuickSet;
use crate::language::syntax::tokens::Malformed;
use crate::language::syntax::{Fault, FaultKind, NodeId, NodeKind, Tree};
use rhai::LexError;

/// A stretch that is not what it looks like, apart from the blocks in it.
struct Stretch {
    range: TextRange,
    sound: Vec<TextRange>,
    /// Nothing that begins in it goes on behind it.
    is_closed: bool,
}

impl Stretch {
    fn all_of(range: TextRange) -> Self {
        Self { range, sound: Vec::new(), is_closed: true }
    }

    fn covers(&self, other: &Self) -> bool {
        self.has(other.range.start)
            && other.range.end <= self.range.end
            && (self.sound.is_empty() || !other.sound.is_empty())
    }

    fn has(&self, place: Place) -> bool {
        let is_sound = |it: &TextRange| it.start < place && place < it.end;
        self.range.start <= place && place <= self.range.end && !self.sound.iter().any(is_sound)
    }
}

/// The parts of a source that cannot be trusted.
pub(super) struct Broken<'a> {
    stretches: Vec<Stretch>,
    /// Every word in them, which may be a name that is given, read or called there.
    words: QuickSet<&'a str>,
}

impl<'a> Broken<'a> {
    /// What the `errors` of the compiler and the faults of the tree leave uncertain.
    pub(super) fn of(analysis: &'a Analysis, errors: &[Diagnostic]) -> Self {
        let tree = analysis.tree();
        let mut stretches: Vec<Stretch> = Vec::new();
        for fault in tree.faults() {
            // Of thousands on one line, the first leaves all that follows uncertain.
            let place = fault.range.start;
            if is_local(fault) && stretches.iter().any(|it| it.is_closed && it.has(place)) {
                continue;
            }
            let stretch = around_fault(tree, fault);
            if !stretches.iter().any(|it| it.covers(&stretch)) {
                stretches.push(stretch);
            }
        }
        for it in tree.tokens().malformed().filter(|it| runs_on(analysis, it)) {
            stretches.push(Stretch::all_of(up_to_next_function(tree, it.range.start)));
        }
        let of_form =
            |it: &&Diagnostic| it.code != code::MISSING_LAMBDA && it.code != code::WRONG_PARAMETERS;
        for it in errors.iter().filter(of_form) {
            // The tree has told of most, and says better what is wrong.
            if !stretches.iter().any(|stretch| stretch.has(it.range.start)) {
                stretches.push(around(tree, it.range.start));
            }
        }
        let mut broken = Self { stretches, words: QuickSet::default() };
        broken.collect_words(analysis);
        broken
    }

    /// Whether what starts at `place` is in one of them.
    pub(super) fn has(&self, place: Place) -> bool {
        self.stretches.iter().any(|it| it.has(place))
    }

    /// Whether a name may be meant in one of them.
    pub(super) fn may_name(&self, name: &str) -> bool {
        self.words.contains(name)
    }

    fn collect_words(&mut self, analysis: &'a Analysis) {
        let (source, tokens) = (analysis.source(), analysis.tree().tokens());
        let mut words = QuickSet::default();
        for stretch in &self.stretches {
            let first = tokens.index_at(stretch.range.start);
            let own = tokens.from(first).take_while(|it| it.range.start <= stretch.range.end);
            for (index, token) in own.enumerate() {
                if stretch.has(token.range.start)
                    && let Some(text) = tokens.bytes(first + index).and_then(|it| source.get(it))
                {
                    words.extend(words_of(text));
                }
            }
        }
        // Behind a comment without an end there are no tokens.
        if let Some(text) = tokens.open_comment().and_then(|it| source.get(it.bytes.start..)) {
            words.extend(words_of(text));
        }
        self.words = words;
    }
}

fn words_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|it: char| !it.is_alphanumeric() && it != '_').filter(|it| !it.is_empty())
}

/// Whether a fault concerns the statement it is in and no more.
fn is_local(fault: &Fault) -> bool {
    !matches!(fault.kind, FaultKind::Missing("`}`") | FaultKind::InnerFunction)
}

/// What a fault leaves uncertain.
fn around_fault(tree: &Tree, fault: &Fault) -> Stretch {
    let place = fault.range.start;
    if fault.kind == FaultKind::Missing("`}`") {
        return Stretch::all_of(up_to_next_function(tree, place));
    }
    let mut stretch = around(tree, place);
    if fault.kind == FaultKind::InnerFunction {
        // What it sees of the function around it is not what its author thinks.
        stretch.sound.clear();
    }
    stretch
}

/// What is uncertain where something is wrong at `place`: the innermost statement, and what follows on the line, which may
/// have been taken for the next one.
fn around(tree: &Tree, place: Place) -> Stretch {
    let Some(statement) = statement_of(tree, place) else {
        return Stretch::all_of(up_to_next_function(tree, place));
    };
    let range = tree.range(statement);
    let line = place.line.max(range.end.line);
    let tokens = tree.tokens();
    let behind = tokens.partition_point(|it| it.range.end.line <= line);
    let last = behind.checked_sub(1).and_then(|last| tokens.get(last));
    let end = last.map_or(range.end, |it| it.range.end).max(range.end);
    let mut sound = Vec::new();
    collect_blocks(tree, statement, &mut sound);
    let is_closed = tree.ancestors(tree.node_at(end)).all(|id| {
        let around = tree.range(id);
        id == tree.root() || around.start < range.start || around.end <= end
    });
    Stretch { range: TextRange::new(range.start, end), sound, is_closed }
}

/// The innermost statement at `place`, also one between the functions; none where what stands there is no statement.
fn statement_of(tree: &Tree, place: Place) -> Option<NodeId> {
    tree.statement_at(place).or_else(|| {
        let is_of_file = |id: &NodeId| tree.node(*id).parent == Some(tree.root());
        let id = tree.ancestors(tree.node_at(place)).find(is_of_file)?;
        match tree.kind(id) {
            NodeKind::Skipped => None,
            // Without its block, what follows is not its body.
            NodeKind::Function(function) if function.body.is_none() => None,
            _ => Some(id),
        }
    })
}

/// The outermost blocks of statements in a node.
fn collect_blocks(tree: &Tree, id: NodeId, blocks: &mut Vec<TextRange>) {
    let is_text = matches!(tree.kind(id), NodeKind::Interpolation { .. });
    tree.kind(id).for_each_child(|child| match tree.kind(child) {
        NodeKind::Block { .. } if !is_text => blocks.push(tree.range(child)),
        _ => collect_blocks(tree, child, blocks),
    });
}

/// From the start of the function that `place` is in or behind to the one after it.
fn up_to_next_function(tree: &Tree, place: Place) -> TextRange {
    let starts = || tree.functions().map(|(id, _)| tree.range(id).start);
    let start = starts().take_while(|it| *it <= place).last().unwrap_or(Place::new(1, 1));
    let end = starts().find(|it| *it > place);
    let last = Place::new(u32::MAX, u32::MAX);
    let just_before = |it: Place| Place::new(it.line, it.column - 1);
    TextRange::new(start, end.map_or(last, just_before))
}

/// Whether what follows on the next lines may still belong to a text; one in double quotes ends with its line.
fn runs_on(analysis: &Analysis, it: &Malformed) -> bool {
    let tokens = analysis.tree().tokens();
    let bytes = tokens.bytes(tokens.index_at(it.range.start));
    let text = bytes.and_then(|it| analysis.source().get(it.start..)).unwrap_or_default();
    matches!(it.error, LexError::UnterminatedString) && !text.starts_with('"')
}
