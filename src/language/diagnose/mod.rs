//! What is wrong with a lambda's source, before it runs.
//!
//! Rhai's parser stops at its first error. Functions of Rhai see no outer variables and cannot be nested, so every `fn`
//! starts a stretch of its own: when the whole does not compile, each stretch is compiled alone, which gives one error a
//! function, and then the statements where the tolerant tree has something missing or out of place. Places of errors become ranges with the lexer's help, messages become plain words. Knows no file and no
//! worker; the worker asks here too, so that a run and the editor say the same.

mod chunks;
mod context;
mod entry;
mod further;
mod habits;
mod words;

use super::engine;
use super::syntax::tokens::{self, Tokens};
use super::syntax::{Function, Tree};
use crate::domain::{Diagnostic, Place, TextRange};
use rhai::{AST, Engine, ParseError};
use std::collections::HashSet;

/// Codes of the diagnostics made here.
pub mod code {
    /// The source does not compile.
    pub const SYNTAX: &str = "syntax";
    /// A condition assigns.
    pub const ASSIGNMENT_IN_CONDITION: &str = "assignment-in-condition";
    /// The source has no `fn lambda`.
    pub const MISSING_LAMBDA: &str = "missing-lambda";
    /// `fn lambda` does not take exactly one parameter.
    pub const WRONG_PARAMETERS: &str = "wrong-parameters";
    /// The source is longer than the limit.
    pub const SOURCE_TOO_LONG: &str = "source-too-long";
    /// The source compiles, but the formatter does not understand it.
    pub const NOT_FORMATTED: &str = "not-formatted";
}

/// The most findings reported at once; more would only bury the first.
const MOST_FINDINGS: usize = 50;

/// All that is wrong with `source`, however long it is, in the order of the text. Empty means that a worker will run it
/// when [`check_length`] finds nothing either.
pub fn diagnose(source: &str) -> Vec<Diagnostic> {
    let engine = engine::compiler();
    match engine.compile(source) {
        Ok(ast) if entry::is_present(&ast) => Vec::new(),
        compiled => of_compiled(&engine, source, compiled, &Tree::parse(source)),
    }
}

/// The same for a source whose tree is there already. Only what is new since the tree before is compiled, as long as
/// nothing is wrong.
pub fn of_tree(source: &str, tree: &Tree) -> Vec<Diagnostic> {
    if is_sound(tree) && tree.is_accepted_in_pieces(source) {
        return Vec::new();
    }
    let engine = engine::compiler();
    of_compiled(&engine, source, engine.compile(source), tree)
}

/// Whether nothing is wrong with a tree that no piece of it shows: something between the pieces, a function that is there
/// twice, no entry point.
fn is_sound(tree: &Tree) -> bool {
    let mut known = HashSet::new();
    let mut form = |it: &Function| {
        let name = it.name.as_ref().map(|it| it.text.clone());
        known.insert((name, it.parameters.len()))
    };
    let is_entry = |it: &Function| {
        let name = it.name.as_ref().map(|it| &*it.text);
        name == Some(engine::ENTRY_POINT) && it.parameters.len() == 1
    };
    tree.faults().is_empty()
        && tree.tokens().malformed().next().is_none()
        && tree.tokens().open_comment().is_none()
        && tree.functions().all(|(_, it)| form(it))
        && tree.functions().any(|(_, it)| is_entry(it))
}

fn of_compiled(
    engine: &Engine,
    source: &str,
    compiled: Result<AST, ParseError>,
    tree: &Tree,
) -> Vec<Diagnostic> {
    match compiled {
        Ok(ast) => entry::check(&ast, source, tree.tokens()).into_iter().collect(),
        Err(error) => syntax_errors(engine, source, &error, tree),
    }
}

/// What keeps `source` from compiling, whether or not it is a lambda.
pub fn syntax(source: &str) -> Vec<Diagnostic> {
    let engine = engine::compiler();
    let error = engine.compile(source).err();
    error
        .map_or_else(Vec::new, |error| syntax_errors(&engine, source, &error, &Tree::parse(source)))
}

/// The finding that `source` has more than `limit` characters, if it has.
pub fn check_length(source: &str, limit: usize) -> Option<Diagnostic> {
    if source.len() <= limit {
        return None;
    }
    let count = source.chars().count();
    (count > limit).then(|| too_long(count, limit, place_of_char(source, limit)))
}

/// The finding that a source has `count` characters, of which the first beyond `limit` stands at `place`.
pub fn too_long(count: usize, limit: usize, place: Place) -> Diagnostic {
    let message = format!("the source has {count} characters, {limit} are allowed");
    Diagnostic::error(code::SOURCE_TOO_LONG, message, TextRange::at(place))
        .with_help("split the lambda in two, or raise `source_chars` in its limits")
}

/// Whether `ast` has what every lambda has: `fn lambda` with one parameter.
pub fn has_entry_point(ast: &AST) -> bool {
    entry::is_present(ast)
}

fn syntax_errors(
    engine: &Engine,
    source: &str,
    whole: &ParseError,
    tree: &Tree,
) -> Vec<Diagnostic> {
    let tokens = tree.tokens();
    let mut findings = malformed(tokens);
    if tokens.open_comment().is_some() {
        return findings;
    }
    for chunk in chunks::of(source, tokens) {
        let Err(error) = engine.compile(chunk.text()) else { continue };
        if error.position().is_none() && !findings.is_empty() {
            // A text without an end, which has been found already.
            continue;
        }
        findings.push(words::explain(&error, chunk.place_of(error.position()), tokens));
    }
    if findings.is_empty() {
        findings.push(words::explain(whole, tokens::place_of(whole.position()), tokens));
    }
    findings.extend(further::find(engine, source, tree, &findings));
    findings.sort_by_key(|it| (it.range.start, it.range.end));
    // What follows an error on the same line is often a consequence of it.
    findings.dedup_by_key(|it| it.range.start.line);
    findings.truncate(MOST_FINDINGS);
    findings
}

/// Findings about what is no token, the first of each line: what follows it is often read wrongly.
fn malformed(tokens: &Tokens) -> Vec<Diagnostic> {
    let mut findings: Vec<Diagnostic> = Vec::new();
    for it in tokens.malformed() {
        if findings.last().is_none_or(|last| last.range.start.line != it.range.start.line) {
            findings.push(words::malformed(&it.error).at(it.range));
        }
    }
    if let Some(comment) = tokens.open_comment() {
        let start = comment.range.start;
        let range = TextRange::new(start, Place::new(start.line, start.column + 2));
        let finding = Diagnostic::error(code::SYNTAX, "this comment has no end", range);
        findings.push(finding.with_help("close it with `*/`"));
    }
    findings
}

/// Where the character with index `index` stands.
fn place_of_char(source: &str, index: usize) -> Place {
    let mut place = START;
    for character in source.chars().take(index) {
        if character == '\n' {
            place = Place::new(place.line + 1, 1);
        } else {
            place.column += 1;
        }
    }
    place
}

/// Where the text starts.
const START: Place = Place::new(1, 1);

#[cfg(test)]
pub(in crate::language) mod tests;
