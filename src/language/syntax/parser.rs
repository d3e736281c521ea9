//! The parser: recursive descent with a precedence table, as Rhai's own, that goes on where that one gives up.
//!
//! Every step of a loop consumes a token or ends the loop. The depth of the recursion and the height of chains are
//! limited, so that no source overflows the stack, here or of those who walk the tree.

mod expressions;
mod lists;
mod statements;

use super::MOST_NESTED;
use super::fault::{Fault, FaultKind};
use super::node::{Name, Node, NodeId, NodeKind};
use super::tokens::Spanned;
use crate::domain::{Place, TextRange};
use rhai::Token;
use std::mem::take;
use std::ops::Range;
use std::sync::OnceLock;

/// The most faults that are kept; more would only bury the first.
pub(super) const MOST_FAULTS: usize = 1_000;

/// The statements from one function of the file to the next.
#[derive(Clone, Debug, Default)]
pub(super) struct Piece {
    /// Children before their parents.
    pub(super) nodes: Vec<Node>,
    /// The statements of the file.
    pub(super) statements: Vec<NodeId>,
    /// The functions, also those in others, where they have no place.
    pub(super) functions: Vec<NodeId>,
    /// What is wrong.
    pub(super) faults: Vec<Fault>,
    /// Whether Rhai accepts it, once somebody has asked.
    pub(super) is_accepted: OnceLock<bool>,
}

/// Tokens to be parsed.
pub(super) struct Input<'t> {
    /// The tokens, with some before and behind those that matter.
    pub(super) tokens: &'t [Spanned],
    /// Those that matter.
    pub(super) range: Range<usize>,
    /// Where a function of the file may start, and with it a piece.
    pub(super) openings: &'t [usize],
    /// The number of the first piece.
    pub(super) first: usize,
}

/// Gives the pieces, each with the index of its first token, and the index of the token behind the last.
pub(super) fn parse(input: &Input<'_>) -> (Vec<(usize, Piece)>, usize) {
    let Input { tokens, range, openings, first } = input;
    let capacity = range.len() * 3 / 4;
    let mut parser = Parser {
        tokens,
        at: range.start,
        number: *first,
        nodes: Vec::with_capacity(if openings.len() > 1 { 0 } else { capacity }),
        heights: Vec::with_capacity(capacity.min(1_024)),
        functions: Vec::new(),
        faults: Vec::new(),
        depth: 0,
        statement_column: 1,
        function_column: None,
        stops_at_pipe: false,
        is_in_text: false,
    };
    let mut pieces = Vec::new();
    let mut start = range.start;
    loop {
        let starts_piece = |at: usize| at > start && openings.binary_search(&at).is_ok();
        let statements = parser.statements(range.end, starts_piece);
        pieces.push((start, parser.cut(statements)));
        if parser.at >= range.end {
            return (pieces, parser.at);
        }
        start = parser.at;
    }
}

struct Parser<'t> {
    tokens: &'t [Spanned],
    at: usize,
    /// The number of the piece that is read.
    number: usize,
    nodes: Vec<Node>,
    /// Of every node, how many nodes lie within each other in it.
    heights: Vec<usize>,
    functions: Vec<NodeId>,
    faults: Vec<Fault>,
    depth: usize,
    /// Where the statement that is read starts in its line.
    statement_column: u32,
    /// Where the function that is read starts in its line.
    function_column: Option<u32>,
    /// In the values of a `switch`, `|` stands between two of them.
    stops_at_pipe: bool,
    /// In the `${...}` of a text, the end of a text without an end ends every block.
    is_in_text: bool,
}

impl<'t> Parser<'t> {
    fn peek(&self) -> Option<&'t Token> {
        self.ahead(0)
    }

    fn ahead(&self, distance: usize) -> Option<&'t Token> {
        self.tokens.get(self.at + distance).map(|it| &it.token)
    }

    /// The token that is read next, and its range; behind the last token one that is not there.
    fn here(&self) -> TextRange {
        self.tokens.get(self.at).map_or_else(|| TextRange::at(self.end()), |it| it.range)
    }

    fn is_at(&self, token: &Token) -> bool {
        self.peek() == Some(token)
    }

    fn bump(&mut self) -> TextRange {
        let range = self.here();
        self.at += 1;
        range
    }

    fn eat(&mut self, token: &Token) -> Option<TextRange> {
        self.is_at(token).then(|| self.bump())
    }

    /// Takes the token, or marks that it is missing.
    fn expect(&mut self, token: &Token, name: &'static str) -> bool {
        let found = self.eat(token).is_some();
        if !found {
            self.missing(name);
        }
        found
    }

    /// Where the last token ended.
    fn end(&self) -> Place {
        let last = self.at.min(self.tokens.len()).checked_sub(1);
        last.map_or(Place::new(1, 1), |last| self.tokens[last].range.end)
    }

    fn missing(&mut self, name: &'static str) {
        self.fault(FaultKind::Missing(name), TextRange::at(self.end()));
    }

    fn fault(&mut self, kind: FaultKind, range: TextRange) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(Fault { kind, range });
        }
    }

    /// Ends the piece, of which these are the statements.
    fn cut(&mut self, statements: Vec<NodeId>) -> Piece {
        for statement in &statements {
            self.nodes[statement.index()].parent = Some(NodeId::ROOT);
        }
        self.number += 1;
        self.heights.clear();
        let (nodes, functions) = (take(&mut self.nodes), take(&mut self.functions));
        let (faults, is_accepted) = (take(&mut self.faults), OnceLock::new());
        Piece { nodes, statements, functions, faults, is_accepted }
    }

    /// Adds a node that starts at `start` and ends with the last token.
    fn finish(&mut self, start: Place, kind: NodeKind) -> NodeId {
        let id = NodeId::of(self.number, self.nodes.len());
        if matches!(kind, NodeKind::Function(_)) {
            self.functions.push(id);
        }
        let mut height = 0;
        kind.for_each_child(|child| {
            self.nodes[child.index()].parent = Some(id);
            height = height.max(self.heights[child.index()]);
        });
        let range = TextRange::new(start, self.end().max(start));
        self.nodes.push(Node { kind, range, parent: None });
        self.heights.push(height + 1);
        id
    }

    fn start_of(&self, id: NodeId) -> Place {
        self.nodes[id.index()].range.start
    }

    /// Whether a chain may not grow further.
    fn is_too_high(&self, id: NodeId) -> bool {
        self.heights[id.index()] >= 2 * MOST_NESTED
    }

    /// Reads what is nested one level deeper; what is too deep is skipped.
    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Option<NodeId>) -> Option<NodeId> {
        if self.depth >= MOST_NESTED {
            let start = self.here().start;
            self.fault(FaultKind::TooDeep, self.here());
            self.bump();
            return Some(self.finish(start, NodeKind::Skipped));
        }
        self.depth += 1;
        let id = read(self);
        self.depth -= 1;
        id
    }

    /// A name, or the mark that it is missing.
    fn name(&mut self) -> Option<Name> {
        let name = self.name_if_any();
        if name.is_none() {
            self.missing("a name");
        }
        name
    }

    fn name_if_any(&mut self) -> Option<Name> {
        let Some(Token::Identifier(text)) = self.peek() else { return None };
        Some(Name { text: text.as_str().into(), range: self.bump() })
    }

    /// Whether the next token is the first of its line.
    fn starts_line(&self) -> bool {
        let here = self.here().start.line;
        self.at == 0 || self.end().line < here
    }

    /// Whether the next token looks like the start of another statement: it is a word that starts one, or stands at the
    /// start of a line, no further right than the statement that is read.
    fn starts_other_statement(&self) -> bool {
        self.peek().is_none_or(starts_only_statement)
            || (self.starts_line() && self.here().start.column <= self.statement_column)
    }

    /// Whether the next token starts a function of the file, even if a block is open here.
    fn starts_outer_function(&self) -> bool {
        let is_function = match self.peek() {
            Some(Token::Fn) => true,
            Some(Token::Private) => matches!(self.ahead(1), Some(Token::Fn)),
            _ => false,
        };
        let column = self.here().start.column;
        is_function && self.starts_line() && column <= self.function_column.unwrap_or(1)
    }

    /// Skips what has no place here: at least one token, up to the end of the statement or of the line.
    fn skip(&mut self) -> NodeId {
        let range = self.here();
        self.bump();
        let mut depth = 0_usize;
        while let Some(token) = self.peek() {
            if depth == 0 && (self.starts_line() || starts_only_statement(token)) {
                break;
            }
            match token {
                Token::SemiColon | Token::RightBrace if depth == 0 => break,
                Token::LeftBrace => break,
                Token::LeftParen | Token::LeftBracket | Token::MapStart => depth += 1,
                Token::RightParen | Token::RightBracket | Token::RightBrace => {
                    depth = depth.saturating_sub(1);
                }
                _ => {}
            }
            self.bump();
        }
        self.fault(FaultKind::Unexpected, range);
        self.finish(range.start, NodeKind::Skipped)
    }
}

/// Words that start a statement and no expression.
fn starts_only_statement(token: &Token) -> bool {
    matches!(
        token,
        Token::Let
            | Token::Const
            | Token::Fn
            | Token::Private
            | Token::Import
            | Token::Export
            | Token::Return
            | Token::Throw
            | Token::Break
            | Token::Continue
            | Token::Try
    )
}

/// Whether an expression can start with a token.
fn starts_expression(token: &Token) -> bool {
    match token {
        Token::Reserved(word) => reads_as_word(word),
        Token::Identifier(_)
        | Token::IntegerConstant(_)
        | Token::FloatConstant(_)
        | Token::CharConstant(_)
        | Token::StringConstant(_)
        | Token::InterpolatedString(_)
        | Token::LexError(_)
        | Token::Unit
        | Token::True
        | Token::False
        | Token::LeftBrace
        | Token::LeftParen
        | Token::LeftBracket
        | Token::MapStart
        | Token::If
        | Token::Switch
        | Token::While
        | Token::Loop
        | Token::Do
        | Token::For
        | Token::Pipe
        | Token::Or
        | Token::Minus
        | Token::UnaryMinus
        | Token::Plus
        | Token::UnaryPlus
        | Token::Bang
        | Token::ExclusiveRange
        | Token::InclusiveRange => true,
        _ => false,
    }
}

/// Whether something that Rhai keeps for itself is a word, and no operator.
fn reads_as_word(reserved: &str) -> bool {
    reserved.starts_with(|first: char| first.is_alphabetic())
}
