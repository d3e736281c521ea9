//! Finding text: literal or by regular expression, in the whole buffer, with a bounded number of matches.

use super::position::Position;
use super::words::is_word;
use regex::{Regex, RegexBuilder};
use ropey::Rope;
use std::ops::Range;

/// More matches than this are not collected.
pub const MATCH_LIMIT: usize = 10_000;

/// How letters are compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Case {
    /// As they are when the query has a capital, else without regard to case.
    #[default]
    Smart,
    /// As they are.
    Sensitive,
    /// Without regard to case.
    Insensitive,
}

/// What the text of a query is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QueryKind {
    /// The text itself.
    #[default]
    Literal,
    /// A regular expression in the syntax of the `regex` crate; `^` and `$` are the ends of lines.
    Regex,
}

/// What to look for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The text or the expression; an empty one finds nothing.
    pub text: String,
    /// How letters are compared.
    pub case: Case,
    /// What [`Query::text`] is.
    pub kind: QueryKind,
    /// Only matches that are no part of a longer word.
    pub whole_word: bool,
}

/// Why a query cannot be looked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QueryError {
    /// The expression does not parse.
    #[error("`{expression}` is no regular expression: {reason}")]
    Expression {
        /// The expression as given.
        expression: String,
        /// What is wrong with it, in a line.
        reason: String,
    },
    /// The expression would need too much memory.
    #[error("`{0}` is too large an expression; make its repetitions smaller")]
    TooLarge(String),
}

/// What was found, in the order of the text, not overlapping and never empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matches {
    /// Start of each match and the place just behind it.
    pub found: Vec<(Position, Position)>,
    /// There are more than [`MATCH_LIMIT`].
    pub truncated: bool,
}

impl Matches {
    /// The index of the first match that starts at or behind `from`; behind the last one comes the first.
    pub fn next(&self, from: Position) -> Option<usize> {
        let index = self.found.partition_point(|(start, _)| *start < from);
        if index < self.found.len() { Some(index) } else { (!self.found.is_empty()).then_some(0) }
    }

    /// The index of the last match that starts before `from`; before the first one comes the last.
    pub fn previous(&self, from: Position) -> Option<usize> {
        let index = self.found.partition_point(|(start, _)| *start < from);
        index.checked_sub(1).or_else(|| self.found.len().checked_sub(1))
    }
}

/// A query made ready to look through texts.
#[derive(Clone, Debug)]
pub struct Finder {
    regex: Regex,
    kind: QueryKind,
    whole_word: bool,
}

impl Finder {
    /// `None` when the query is empty.
    pub fn new(query: &Query) -> Result<Option<Self>, QueryError> {
        if query.text.is_empty() {
            return Ok(None);
        }
        let regex = compile(query)?;
        Ok(Some(Self { regex, kind: query.kind, whole_word: query.whole_word }))
    }

    /// The matches in `text`, in bytes, in their order, not overlapping and never empty.
    pub fn matches<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let mut from = 0;
        std::iter::from_fn(move || {
            while from <= text.len() {
                let range = self.regex.find_at(text, from)?.range();
                if !range.is_empty() && (!self.whole_word || is_whole(text, &range)) {
                    from = range.end;
                    return Some(range);
                }
                from = range.start + text[range.start..].chars().next().map_or(1, char::len_utf8);
            }
            None
        })
    }

    /// What takes the place of the match `range` of `text`: `template` as it is, or for an expression with its groups
    /// for `$1`, `${name}` and `$0`, line breaks and tabs for `\\n` and `\\t`.
    pub fn replacement(&self, text: &str, range: &Range<usize>, template: &str) -> String {
        if self.kind == QueryKind::Literal {
            return template.to_owned();
        }
        let mut out = String::new();
        if let Some(captures) = self.regex.captures_at(text, range.start) {
            captures.expand(&unescaped(template), &mut out);
        }
        out
    }
}

/// `template` with line breaks and tabs for `\\n` and `\\t`, and a backslash for two.
fn unescaped(template: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut chars = template.chars();
    while let Some(c) = chars.next() {
        match (c, chars.clone().next()) {
            ('\\', Some(escaped @ ('n' | 't' | '\\'))) => {
                chars.next();
                out.push(match escaped {
                    'n' => '\n',
                    't' => '\t',
                    other => other,
                });
            }
            _ => out.push(c),
        }
    }
    out
}

/// All matches of `query` in `rope`, at most [`MATCH_LIMIT`].
pub fn find_all(rope: &Rope, query: &Query) -> Result<Matches, QueryError> {
    let mut matches = Matches::default();
    let Some(finder) = Finder::new(query)? else { return Ok(matches) };
    let text = String::from(rope);
    for range in finder.matches(&text) {
        if matches.found.len() == MATCH_LIMIT {
            matches.truncated = true;
            break;
        }
        matches.found.push((position(rope, range.start), position(rope, range.end)));
    }
    Ok(matches)
}

fn compile(query: &Query) -> Result<Regex, QueryError> {
    let pattern = match query.kind {
        QueryKind::Literal => regex::escape(&query.text),
        QueryKind::Regex => query.text.clone(),
    };
    let ignore_case = match query.case {
        Case::Sensitive => false,
        Case::Insensitive => true,
        Case::Smart => !has_capital(&query.text, query.kind),
    };
    let built = RegexBuilder::new(&pattern).case_insensitive(ignore_case).multi_line(true).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => QueryError::TooLarge(query.text.clone()),
        error => QueryError::Expression { expression: query.text.clone(), reason: reason(&error) },
    })
}

/// The last line of what the `regex` crate says, which is the reason; the lines before draw the expression.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.strip_prefix("error: ").unwrap_or(last).to_owned()
}

fn has_capital(text: &str, kind: QueryKind) -> bool {
    let mut escaped = false;
    text.chars().any(|c| {
        let counts = !escaped && c.is_uppercase();
        escaped = kind == QueryKind::Regex && c == '\\' && !escaped;
        counts
    })
}

fn is_whole(text: &str, range: &Range<usize>) -> bool {
    let matched = &text[range.clone()];
    let joined = |outside: Option<char>, inside: Option<char>| {
        outside.is_some_and(is_word) && inside.is_some_and(is_word)
    };
    !joined(text[..range.start].chars().next_back(), matched.chars().next())
        && !joined(text[range.end..].chars().next(), matched.chars().next_back())
}

pub(super) fn position(rope: &Rope, byte: usize) -> Position {
    let index = rope.byte_to_char(byte);
    let line = rope.char_to_line(index);
    Position::new(line, index - rope.line_to_char(line))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starts(text: &str, query: &Query) -> Vec<(usize, usize)> {
        let found = find_all(&Rope::from_str(text), query).unwrap().found;
        found.into_iter().map(|(start, _)| (start.line, start.column)).collect()
    }

    fn literal(text: &str) -> Query {
        Query { text: text.into(), ..Query::default() }
    }

    fn expression(text: &str) -> Query {
        Query { kind: QueryKind::Regex, ..literal(text) }
    }

    #[test]
    fn a_literal_is_taken_literally_and_columns_count_characters() {
        assert_eq!(starts("é f(x)\nF(X)", &literal("f(x)")), [(0, 2), (1, 0)]);
        assert_eq!(starts("a.b axb", &literal("a.b")), [(0, 0)]);
        assert_eq!(starts("aaaa", &literal("aa")), [(0, 0), (0, 2)]);
        assert!(starts("abc", &literal("")).is_empty());
    }

    #[test]
    fn a_capital_makes_the_search_sensitive() {
        assert_eq!(starts("foo Foo", &literal("foo")), [(0, 0), (0, 4)]);
        assert_eq!(starts("foo Foo", &literal("Foo")), [(0, 4)]);
        let query = Query { case: Case::Sensitive, ..literal("foo") };
        assert_eq!(starts("foo Foo", &query), [(0, 0)]);
        assert_eq!(
            starts("abc ABC", &expression(r"\Sbc")),
            [(0, 0), (0, 4)],
            "a class is no capital"
        );
    }

    #[test]
    fn whole_words_only_are_words_of_their_own() {
        let query = Query { whole_word: true, ..literal("id") };
        assert_eq!(starts("id idea _id (id) void id2 id", &query), [(0, 0), (0, 13), (0, 26)]);
        let query = Query { whole_word: true, ..literal("f(") };
        assert_eq!(starts("f(x) af(x)", &query), [(0, 0)]);
    }

    #[test]
    fn expressions_know_lines_and_never_match_nothing() {
        assert_eq!(starts("let a\n  let b", &expression(r"^\s*let")), [(0, 0), (1, 0)]);
        assert_eq!(starts("axxb", &expression("x*")), [(0, 1)]);
        let found = find_all(&Rope::from_str("a\nb"), &expression(r"a\nb")).unwrap().found;
        assert_eq!(found, [(Position::new(0, 0), Position::new(1, 1))]);
    }

    #[test]
    fn a_bad_expression_says_what_is_wrong() {
        let error = find_all(&Rope::new(), &expression("(a")).unwrap_err();
        assert_eq!(error.to_string(), "`(a` is no regular expression: unclosed group");
        let error = find_all(&Rope::new(), &expression(r"\w{900}{900}")).unwrap_err();
        assert!(matches!(error, QueryError::TooLarge(_)), "{error}");
    }

    #[test]
    fn a_replacement_takes_the_groups_of_an_expression_and_a_literal_nothing() {
        let replaced = |query: &Query, text: &str, template: &str| {
            let finder = Finder::new(query).unwrap().unwrap();
            let range = finder.matches(text).next().unwrap();
            finder.replacement(text, &range, template)
        };
        let query = expression(r"(\w+)=(?<value>\d+)");
        assert_eq!(replaced(&query, "a b=12;", "${value}=$1 $$"), "12=b $");
        assert_eq!(replaced(&query, "a b=12;", r"$0\n\t\\n\d"), "b=12\n\t\\n\\d");
        assert_eq!(replaced(&literal("b="), "a b=12;", r"$1\n"), r"$1\n");
        assert_eq!(replaced(&expression(r"^b"), "a\nb", "x"), "x", "it knows what stands before");
    }

    #[test]
    fn next_and_previous_wrap_around() {
        let matches = find_all(&Rope::from_str("x.x.x"), &literal("x")).unwrap();
        let at = |column| Position::new(0, column);
        assert_eq!(matches.next(at(0)), Some(0));
        assert_eq!(matches.next(at(1)), Some(1));
        assert_eq!(matches.next(at(5)), Some(0));
        assert_eq!(matches.previous(at(4)), Some(1));
        assert_eq!(matches.previous(at(0)), Some(2));
        assert_eq!(Matches::default().next(at(0)), None);
    }

    #[test]
    fn the_number_of_matches_is_bounded() {
        let text = "x".repeat(MATCH_LIMIT + 1);
        let matches = find_all(&Rope::from_str(&text), &literal("x")).unwrap();
        assert_eq!((matches.found.len(), matches.truncated), (MATCH_LIMIT, true));
        let matches = find_all(&Rope::from_str(&text[1..]), &literal("x")).unwrap();
        assert!(!matches.truncated);
    }
}
