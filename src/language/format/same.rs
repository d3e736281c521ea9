//! Whether two texts are the same program with the same comments.

use super::lexemes::{self, Lexeme};

/// Whether `left` and `right` have the same words and comments in the same order. A comma before a closing bracket and
/// a semicolon behind another or at the start of a block mean nothing in the language and are not counted, nor are the
/// blanks at the ends of a comment's lines.
pub(super) fn is_same(left: &[Lexeme<'_>], right: &str) -> bool {
    let Some(right) = lexemes::of(right) else { return false };
    words(left).eq(words(&right))
}

/// All that counts, in its order.
fn words<'l, 'a>(lexemes: &'l [Lexeme<'a>]) -> impl Iterator<Item = String> + use<'l, 'a> {
    lexemes.iter().enumerate().flat_map(|(index, lexeme)| {
        let is_last_comma = lexeme.text == ","
            && lexemes.get(index + 1).is_some_and(|next| matches!(next.text, ")" | "]" | "}"));
        let behind = index.checked_sub(1).and_then(|it| lexemes.get(it)).map_or("{", |it| it.text);
        let is_empty = lexeme.text == ";" && matches!(behind, ";" | "{");
        let before = lexeme.before.iter().map(|it| comment(it.text));
        let after = lexeme.after.iter().map(|it| comment(it.text));
        let text = match lexeme.text {
            _ if is_last_comma || is_empty => Vec::new(),
            // `( )` is two words to the lexer and `()` is one, but to the language they are the same.
            "()" => vec!["(".to_owned(), ")".to_owned()],
            text => vec![text.to_owned()],
        };
        before.chain(text).chain(after).collect::<Vec<_>>()
    })
}

fn comment(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join("\n")
}
