//! The structure of a source: what it defines, what can be folded, where a place is in it.

use super::analysis::{Analysis, SymbolKind};
use super::syntax::tokens::CommentKind;
use super::syntax::{NodeId, NodeKind};
use crate::domain::{Place, TextRange};
use rhai::Token;

/// The most characters of a crumb.
const CRUMB_CHARS: usize = 40;

/// Something that a source defines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutlineEntry {
    /// Its name.
    pub name: String,
    /// Whether it is a function or a constant.
    pub kind: SymbolKind,
    /// What follows the name: the parameters in parentheses, or a colon and the type of the value.
    pub detail: String,
    /// All of it.
    pub range: TextRange,
    /// Its name, where a jump goes.
    pub name_range: TextRange,
}

/// Something that a place is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// `lambda(input)`, `for p in list`
    pub label: String,
    /// All of it.
    pub range: TextRange,
}

/// Lines that can be folded into the first of them; both from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fold {
    /// The line that stays.
    pub first: u32,
    /// The last line that goes.
    pub last: u32,
}

impl Analysis {
    /// The functions of the file and its constants, in the order of the text.
    pub fn outline(&self) -> Vec<OutlineEntry> {
        let functions = self.symbols().map(|(_, it)| it).filter(|it| it.is_function());
        let mut entries: Vec<OutlineEntry> = functions
            .chain(self.constants())
            .map(|it| OutlineEntry {
                name: it.name.to_string(),
                kind: it.kind,
                detail: match it.kind {
                    SymbolKind::Function(_) => format!("({})", self.parameters(it.node).join(", ")),
                    _ => format!(": {}", it.shape),
                },
                range: self.tree().range(it.node),
                name_range: it.definition,
            })
            .collect();
        entries.sort_by_key(|it| it.name_range.start);
        entries
    }

    /// What can be folded, at most one a line, by its first line: blocks, `switch`, maps, arrays, calls over several lines,
    /// and comments.
    pub fn folds(&self) -> Vec<Fold> {
        let mut folds: Vec<Fold> = self
            .tree()
            .nodes()
            .filter(|(_, node)| {
                matches!(
                    node.kind,
                    NodeKind::Block { .. }
                        | NodeKind::Switch { .. }
                        | NodeKind::Map { .. }
                        | NodeKind::Array { .. }
                        | NodeKind::Call { .. }
                        | NodeKind::MethodCall { .. }
                )
            })
            .map(|(_, node)| Fold { first: node.range.start.line, last: node.range.end.line })
            .chain(self.comment_folds())
            .filter(|it| it.first < it.last)
            .collect();
        folds.sort_by_key(|it| (it.first, std::cmp::Reverse(it.last)));
        folds.dedup_by_key(|it| it.first);
        folds
    }

    /// Comments over several lines, and runs of comments that have a line each.
    fn comment_folds(&self) -> Vec<Fold> {
        let tokens = self.tree().tokens();
        let mut folds: Vec<Fold> = Vec::new();
        let mut is_run = false;
        for comment in tokens.comments() {
            let (first, last) = (comment.range.start.line, comment.range.end.line);
            let before = tokens.index_at(comment.range.start).checked_sub(1);
            let is_alone = before.is_none_or(|it| tokens[it].range.end.line < first);
            let is_line = comment.kind == CommentKind::Line && is_alone;
            match folds.last_mut().filter(|it| is_run && is_line && it.last + 1 == first) {
                Some(run) => run.last = last,
                None => folds.push(Fold { first, last }),
            }
            is_run = is_line;
        }
        folds
    }

    /// What `place` is in, from the outside: the function, then its blocks.
    pub fn breadcrumb(&self, place: Place) -> Vec<Crumb> {
        let tree = self.tree();
        let innermost = tree.node_at(place);
        let mut crumbs: Vec<Crumb> =
            tree.ancestors(innermost).filter_map(|id| self.crumb(id, place)).collect();
        if let Some(function) = self.function_at(place)
            && !tree.ancestors(innermost).any(|id| id == function)
        {
            crumbs.extend(self.crumb(function, place));
        }
        crumbs.reverse();
        crumbs
    }

    fn crumb(&self, id: NodeId, place: Place) -> Option<Crumb> {
        let node = self.tree().node(id);
        let is_inside = node.range.start <= place;
        let label = match &node.kind {
            _ if !is_inside => return None,
            NodeKind::Function(function) => {
                let name = function.name.as_ref()?;
                format!("{}({})", name.text, self.parameters(id).join(", "))
            }
            NodeKind::If { .. }
            | NodeKind::For { .. }
            | NodeKind::While { .. }
            | NodeKind::Loop { .. }
            | NodeKind::Do { .. }
            | NodeKind::Switch { .. }
            | NodeKind::Try { .. }
            | NodeKind::Closure { .. } => self.head(node.range),
            NodeKind::Arm { values, .. } if !values.is_empty() => {
                self.head(TextRange::new(node.range.start, self.tree().range(*values.last()?).end))
            }
            _ => return None,
        };
        Some(Crumb { label, range: node.range })
    }

    /// The source of a range up to its first brace or the end of its line.
    fn head(&self, range: TextRange) -> String {
        let tokens = self.tree().tokens();
        let first = tokens.partition_point(|it| it.range.start < range.start);
        let Some(start) = tokens.bytes(first).map(|it| it.start) else { return String::new() };
        let own = tokens.from(first).take_while(|it| it.range.end <= range.end);
        let count = own
            .take_while(|it| it.range.end.line == range.start.line && it.token != Token::LeftBrace)
            .count();
        let last = (first + count).checked_sub(1).filter(|_| count > 0);
        let end = last.and_then(|last| tokens.bytes(last)).map_or(start, |it| it.end);
        let text = self.source().get(start..end).unwrap_or_default();
        match text.char_indices().nth(CRUMB_CHARS) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text.to_owned(),
        }
    }

    /// The line of the `fn` that the line `top` is in, where that has scrolled out of sight above it.
    pub fn sticky_line(&self, top: u32) -> Option<u32> {
        let function = self.function_at(Place::new(top, 1))?;
        let start = self.tree().range(function).start.line;
        (start < top).then_some(start)
    }

    /// The bracket at `place`, just behind it or just before it, and the one that belongs to it.
    pub fn matching_brackets(&self, place: Place) -> Option<(TextRange, TextRange)> {
        let mut open: Vec<(TextRange, &Token)> = Vec::new();
        let mut before: Option<(TextRange, TextRange)> = None;
        for it in self.tree().tokens().iter() {
            match it.token {
                Token::LeftParen
                | Token::LeftBracket
                | Token::QuestionBracket
                | Token::LeftBrace
                | Token::MapStart => open.push((it.range, &it.token)),
                Token::RightParen | Token::RightBracket | Token::RightBrace => {
                    let Some((start, _)) = open.pop().filter(|(_, open)| fits(open, &it.token))
                    else {
                        continue;
                    };
                    for (one, other) in [(start, it.range), (it.range, start)] {
                        if one.start <= place && place < one.end {
                            return Some((one, other));
                        }
                        if one.end == place {
                            before = Some((one, other));
                        }
                    }
                }
                _ => {}
            }
        }
        before
    }
}

fn fits(open: &Token, close: &Token) -> bool {
    match close {
        Token::RightParen => matches!(open, Token::LeftParen),
        Token::RightBracket => matches!(open, Token::LeftBracket | Token::QuestionBracket),
        _ => matches!(open, Token::LeftBrace | Token::MapStart),
    }
}
