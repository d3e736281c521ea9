//! Holds the Rhai grammar against Rhai's own lexer.

use super::*;
use proptest::prelude::*;
use rhai::{Engine, Token};

const CORPUS: [&str; 5] = [
    r#"
//! Greets people.
const LIMIT = 0xFF_FF;

/// Documents what follows.
fn lambda(input) {
    let general = input.payload.general;
    let name = input?.payload?["consumer"] ?? "somebody";
    if general.inOffHours && !(name in ["a", "b"]) || 1 !in [2] {
        log::warn("off \"hours\"\tnow \u00e9 \x41 \\", general.convId, -1.5e-3);
        return messaging::system_message(`We are back at ${9 + 0.5}, ${name.to_upper()}.`);
    } else if general == () {
        throw #{ code: 404, "quoted key": 'x', nested: #{ deep: '\n' } };
    }
    this.count += 1;
    switch general.kind { 1 | 2 => (), 3..=5 if true => 1, _ => { false } }
}
"#,
    r"
import `a ${ `b ${ #{ k: [1, 2, { 3 }] } }` } c` as m;
export let x = 1;
private fn int.double() { this * 2 }
loop { break; } do { continue; } while true; do { } until false;
for (item, i) in 0..10 { print(item); debug(i) }
try { eval(`
   several
   lines of ${x}
`) } catch (e) { }
let f = |a, b| a ** b << 2 ^ 3 % 4; f.call(1, 2); let g = Fn(`f`); curry(g, 1); type_of(g);
",
    r###"
/* block /* nested */ still */ let a = 1; /** doc */ fn b() {} /* open
   over "lines" and `ticks` // and this
*/ let c = "a ""doubled"" text"; //// four
let raw = #"no \ escapes "here" "#; let many = ##"with "# inside"## + "end"; // note
let d = "continued \
         here"; x /= 2; y = a/b/c; z = 1 / 2 // 3
"###,
    "let letter = format; let fn_ = 1; let iffy = outlet.if_true; returned(truest); x.type_of(); y\n  .chained(1)\n",
    "let n = [1_000, 0b1010_1, 0o17, 0XAB, 1e10, 1E+5, 12.5, 3.to_string(), 1..2, 1..=2, -5, 4-3];",
];

struct Told {
    lines: Vec<Arc<[Span]>>,
}

impl Told {
    fn of(text: &str) -> Self {
        let rope = Rope::from_str(text);
        let step = Highlighter::new(Syntax::Rhai).highlight(&rope, 0..rope.len_lines(), usize::MAX);
        Self { lines: step.lines }
    }

    fn kind(&self, text: &str, offset: usize) -> TokenKind {
        let line = text[..offset].matches('\n').count();
        let byte = (offset - text[..offset].rfind('\n').map_or(0, |newline| newline + 1)) as u32;
        let found = self.lines[line].iter().find(|span| (span.start..span.end).contains(&byte));
        found.map_or(TokenKind::Plain, |span| span.kind)
    }
}

/// The kinds a token may have; empty for those that are nobody's business.
fn allowed(token: &Token) -> &'static [TokenKind] {
    use TokenKind as K;
    match token {
        Token::True | Token::False => &[K::Constant],
        Token::Switch => &[K::Keyword],
        Token::IntegerConstant(_) | Token::FloatConstant(_) => &[K::Number],
        Token::StringConstant(_) | Token::CharConstant(_) => &[K::String, K::Escape],
        Token::InterpolatedString(_) => &[K::String, K::Escape, K::Interpolation],
        Token::Comment(_) => &[K::Comment, K::DocComment],
        Token::Identifier(_) => {
            &[K::Variable, K::Function, K::FunctionDefinition, K::Property, K::Namespace]
        }
        Token::Reserved(name) if name.as_str() == "this" => &[K::Keyword],
        Token::NotIn => &[K::Operator, K::Keyword],
        Token::Unit => &[K::Constant, K::Punctuation],
        Token::LeftBrace | Token::RightBrace => &[K::Punctuation, K::Interpolation],
        Token::LeftParen
        | Token::RightParen
        | Token::LeftBracket
        | Token::RightBracket
        | Token::QuestionBracket
        | Token::MapStart
        | Token::Comma
        | Token::SemiColon
        | Token::Colon
        | Token::DoubleColon
        | Token::Period
        | Token::Elvis => &[K::Punctuation],
        token if token.is_standard_keyword() => &[K::Keyword],
        token if token.is_standard_symbol() => &[K::Operator],
        _ => &[],
    }
}

/// How the lexer ended.
#[derive(Debug, PartialEq)]
enum End {
    OfText,
    AtAnError,
}

/// Goes along with the lexer; the first disagreement in words.
fn compare(text: &str) -> Result<End, String> {
    let told = Told::of(text);
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    let offset = |line: usize, column: usize| {
        let rest = &text[starts[line - 1]..];
        starts[line - 1] + rest.char_indices().nth(column).map_or(rest.len(), |(at, _)| at)
    };
    let engine = Engine::new();
    let inputs = [text];
    let (mut tokens, control) = engine.lex(&inputs);
    tokens.state.include_comments = true;
    // As the parser does, say when the code within a template ends.
    let mut braces = Vec::new();
    while let Some((token, from)) = tokens.next() {
        match &token {
            Token::EOF => return Ok(End::OfText),
            Token::LexError(_) => return Ok(End::AtAnError),
            Token::InterpolatedString(_) => braces.push(0),
            Token::LeftBrace | Token::MapStart => {
                braces.iter_mut().rev().take(1).for_each(|n| *n += 1);
            }
            Token::RightBrace => {
                braces.iter_mut().rev().take(1).for_each(|n| *n -= 1);
                if braces.last() == Some(&0) {
                    braces.pop();
                    control.borrow_mut().is_within_text = true;
                }
            }
            _ => {}
        }
        let (Some(line), Some(column)) = (from.line(), from.position()) else { continue };
        let start = offset(line, column - 1);
        let end = offset(tokens.pos.line().unwrap_or(line), tokens.pos.position().unwrap_or(0))
            .max(start + 1);
        let kinds = allowed(&token);
        let minus = usize::from(kinds == [TokenKind::Number] && text[start..].starts_with('-'));
        let bytes = text[start..end].char_indices().map(|(at, c)| (start + at, c)).skip(minus);
        for (at, c) in bytes.filter(|(_, c)| !c.is_whitespace()) {
            let kind = told.kind(text, at);
            if !kinds.is_empty() && !kinds.contains(&kind) {
                return Err(format!("{token:?} at {from} is {kind:?} at {c:?} (byte {at})"));
            }
        }
    }
    Ok(End::OfText)
}

#[test]
fn the_grammar_agrees_with_the_lexer_on_whole_scripts() {
    for text in CORPUS {
        assert_eq!(compare(text), Ok(End::OfText), "{text}");
    }
}

#[test]
fn every_word_of_the_language_is_known() {
    let words = [
        "let", "const", "if", "else", "switch", "do", "while", "until", "loop", "for", "in",
        "continue", "break",
    ];
    let more = [
        "return", "throw", "try", "catch", "fn", "private", "import", "export", "as", "true",
        "false", "this",
    ];
    for word in words.into_iter().chain(more) {
        assert_eq!(compare(word), Ok(End::OfText));
        let told = Told::of(word).kind(word, 0);
        assert!(matches!(told, TokenKind::Keyword | TokenKind::Constant), "{word} is {told:?}");
    }
    let engine = Engine::new();
    let reserved = [
        "var", "static", "null", "nil", "new", "match", "async", "await", "yield", "use", "module",
        "super",
    ];
    for word in reserved {
        assert!(
            engine.compile(format!("let {word} = 1;")).is_err(),
            "{word} is not reserved any more"
        );
        assert_eq!(Told::of(word).kind(word, 0), TokenKind::Invalid, "{word}");
    }
}

const PIECES: [&str; 44] = [
    "let",
    "fn g ",
    "if",
    "in",
    "true",
    "this",
    "x",
    "_y1",
    "letter",
    "print",
    "foo(",
    ")",
    "(",
    "{",
    "}",
    "#{",
    "k:",
    "m::",
    ".a",
    "?.b",
    ".c(",
    "1",
    "0xF",
    "1.5",
    "2e3",
    "-4",
    "\"s\"",
    "\"a\\n\\\"b\"",
    "'c'",
    "'\\t'",
    "`t`",
    "`t ${",
    "} u`",
    "//c\n",
    "/* d */",
    "/** e */",
    "/*f\n/*g*/*/",
    "\n",
    "..9",
    "=>",
    "&&",
    "! ",
    "#\"r\"#",
    "\"q\\\nr\"",
];

proptest! {
    #[test]
    fn the_grammar_agrees_with_the_lexer_on_any_pieces(
        pieces in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..25),
        gaps in proptest::collection::vec(proptest::sample::select(&["", " ", " ", "\t", "\n"][..]), 25),
    ) {
        let text: String = pieces.iter().zip(&gaps).flat_map(|(piece, gap)| [*piece, *gap]).collect();
        let compared = compare(&text);
        prop_assert!(compared.is_ok(), "{:?} in {}", compared, text);
    }
}
