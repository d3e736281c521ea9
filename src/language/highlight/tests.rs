use super::grammar::LINE_LIMIT;
use super::*;
use proptest::prelude::*;
use std::path::Path;
use syntect::dumps::{dump_to_uncompressed_file, from_uncompressed_data};
use syntect::parsing::{SyntaxDefinition, SyntaxSet, SyntaxSetBuilder};

const DUMP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/syntaxes/syntaxes.packdump");
const SOURCES: [&str; 2] = [
    include_str!("../../../assets/syntaxes/json.sublime-syntax"),
    include_str!("../../../assets/syntaxes/rhai.sublime-syntax"),
];

#[test]
fn the_dump_is_made_from_the_grammars() {
    let mut builder = SyntaxSetBuilder::new();
    for source in SOURCES {
        assert!(!source.contains("clear_scopes"), "the parse does not follow cleared scopes");
        builder.add(SyntaxDefinition::load_from_str(source, true, None).unwrap());
    }
    let scratch = tempfile::tempdir().unwrap();
    let fresh = scratch.path().join("syntaxes.packdump");
    dump_to_uncompressed_file(&builder.build(), &fresh).unwrap();
    let fresh = std::fs::read(fresh).unwrap();
    if std::env::var_os("UPDATE_ASSETS").is_some() {
        std::fs::write(Path::new(DUMP), &fresh).unwrap();
    }
    let committed = std::fs::read(DUMP).unwrap();
    assert!(from_uncompressed_data::<SyntaxSet>(&committed).is_ok());
    assert!(
        committed == fresh,
        "the grammars have changed: UPDATE_ASSETS=1 cargo test the_dump_is_made"
    );
}

/// Every span of `text` as `text:kind`, lines after each other; for the eye.
fn told(syntax: Syntax, text: &str) -> Vec<String> {
    let rope = Rope::from_str(text);
    let step = Highlighter::new(syntax).highlight(&rope, 0..rope.len_lines(), usize::MAX);
    assert!(step.complete);
    let lines = text.split('\n').zip(&step.lines);
    lines
        .flat_map(|(line, spans)| {
            spans
                .iter()
                .map(move |s| format!("{}:{:?}", &line[s.start as usize..s.end as usize], s.kind))
        })
        .collect()
}

fn rhai(text: &str) -> String {
    told(Syntax::Rhai, text).join(" ")
}

#[test]
fn rhai_words_have_their_kinds() {
    assert_eq!(
        rhai("fn greet(input) { let x = input.payload.id; }"),
        "fn:Keyword greet:FunctionDefinition (:Punctuation input:Variable ):Punctuation {:Punctuation let:Keyword \
         x:Variable =:Operator input:Variable .:Punctuation payload:Property .:Punctuation id:Property \
         ;:Punctuation }:Punctuation"
    );
    assert_eq!(
        rhai("log::info(s.len(), #{ key: true, \"q\": () })"),
        "log:Namespace :::Punctuation info:Function (:Punctuation s:Variable .:Punctuation len:Function \
         (),:Punctuation #{:Punctuation key:Property ::Punctuation true:Constant ,:Punctuation \
         \"q\":String ::Punctuation ():Constant }):Punctuation"
    );
    assert_eq!(rhai("letter outlet fnord"), "letter:Variable outlet:Variable fnord:Variable");
    assert_eq!(rhai("var x = null"), "var:Invalid x:Variable =:Operator null:Invalid");
    assert_eq!(
        rhai("0..=x ?? y?.z"),
        "0:Number ..=:Operator x:Variable ??:Operator y:Variable ?.:Punctuation z:Property"
    );
}

#[test]
fn rhai_literals_have_their_kinds() {
    assert_eq!(
        rhai("0xFF_a 0b1_0 0o17 1_000 1.5e-3 'x' '\\n' '\\u00e9'"),
        "0xFF_a:Number 0b1_0:Number 0o17:Number 1_000:Number 1.5e-3:Number 'x':String ':String \\n:Escape ':String \
         ':String \\u00e9:Escape ':String"
    );
    assert_eq!(
        rhai(r#""a\tb\q""c" x"#),
        r#""a:String \t:Escape b:String \q:Invalid "":Escape c":String x:Variable"#
    );
    assert_eq!(rhai("#\"raw \\n \"quoted\" \"# x"), "#\"raw \\n \"quoted\" \"#:String x:Variable");
    assert_eq!(rhai("\"open\nx"), "\"open:String x:Variable", "an open text ends with its line");
    assert_eq!(rhai("\"go\\\non\" x"), "\"go:String \\:Escape on\":String x:Variable");
}

#[test]
fn templates_hold_code_that_holds_templates() {
    assert_eq!(
        rhai("`a ${ f(`b ${ #{ k: 1 } }`) } \\${ `"),
        "`a :String ${:Interpolation f:Function (:Punctuation `b :String ${:Interpolation #{:Punctuation k:Property \
         ::Punctuation 1:Number }:Punctuation }:Interpolation `:String ):Punctuation }:Interpolation  :String \
         \\${:Escape  `:String"
    );
    assert_eq!(
        rhai("`a\n${x}\nb` y"),
        "`a:String ${:Interpolation x:Variable }:Interpolation b`:String y:Variable"
    );
}

#[test]
fn comments_nest_and_document() {
    assert_eq!(rhai("x // y"), "x:Variable // y:Comment");
    assert_eq!(
        rhai("/// y\n///\n//// z\n//! w"),
        "/// y:DocComment ///:DocComment //// z:Comment //! w:DocComment"
    );
    assert_eq!(rhai("/* a /* b\n*/ c */ x"), "/* a /* b:Comment */ c */:Comment x:Variable");
    assert_eq!(rhai("/** a */ x"), "/** a */:DocComment x:Variable");
    assert_eq!(rhai("1 + /* a */ 2"), "1:Number +:Operator /* a */:Comment 2:Number");
}

#[test]
fn json_keys_are_told_from_texts() {
    assert_eq!(
        told(Syntax::Json, r#"{"a": "b\n", "c d" : [-1.5e3, true, null, oops]}"#).join(" "),
        r#"{:Punctuation "a":Property ::Punctuation "b:String \n:Escape ":String ,:Punctuation "c d":Property :"#.to_owned()
            + ":Punctuation [:Punctuation -1.5e3:Number ,:Punctuation true:Constant ,:Punctuation null:Constant \
               ,:Punctuation oops:Invalid ]}:Punctuation"
    );
    assert_eq!(told(Syntax::Json, "\"open\n1"), ["\"open:String", "1:Number"]);
}

#[test]
fn a_highlighter_can_live_on_a_thread_of_its_own() {
    fn sent<T: Send + 'static>(_: T) {}
    sent(Highlighter::new(Syntax::Json));
}

#[test]
fn a_text_that_grew_unannounced_is_coloured_all_the_same() {
    let mut highlighter = Highlighter::new(Syntax::Rhai);
    highlighter.highlight(&Rope::from_str("let x"), 0..1, 9);
    let step = highlighter.highlight(&Rope::from_str("let x\nlet y"), 0..2, 9);
    assert_eq!(step.lines[1][0].kind, TokenKind::Keyword);
    let step = highlighter.highlight(&Rope::from_str(""), 0..9, 9);
    assert_eq!((step.lines.len(), step.complete), (1, true));
}

#[test]
fn plain_text_has_no_colours() {
    let step = Highlighter::new(Syntax::Plain).highlight(&Rope::from_str("let x\n1"), 0..9, 0);
    assert!(step.complete && step.parsed == 0 && step.lines.len() == 2);
    assert!(step.lines.iter().all(|spans| spans.is_empty()));
}

#[test]
fn a_long_line_is_coloured_at_its_beginning_only() {
    let line = "let é = 1; ".repeat(1_000);
    let rope = Rope::from_str(&format!("{line}\nlet"));
    let step = Highlighter::new(Syntax::Rhai).highlight(&rope, 0..2, 9);
    let last = step.lines[0].last().unwrap();
    assert!(last.end as usize <= LINE_LIMIT && last.end as usize > LINE_LIMIT - 20);
    assert_eq!(step.lines[1][0].kind, TokenKind::Keyword);
}

/// Ten thousand lines with something of everything.
fn book() -> Rope {
    let page = "fn f(a) {\n    let s = `x ${a} y`; // note\n    /* a\n       b */\n    log::info(s, #{ k: 1 });\n}\n\n";
    let lines: Vec<_> = page.split_inclusive('\n').cycle().take(10_000).collect();
    Rope::from_str(&lines.concat())
}

fn insert(rope: &mut Rope, line: usize, text: &str) -> LineChange {
    rope.insert(rope.line_to_char(line), text);
    LineChange { first_line: line, old_lines: 1, new_lines: 1 + text.matches('\n').count() }
}

#[test]
fn an_edit_in_the_middle_costs_a_line_and_a_comment_no_more_than_the_view() {
    let mut rope = book();
    let mut highlighter = Highlighter::new(Syntax::Rhai);
    assert!(highlighter.highlight(&rope, 0..rope.len_lines(), usize::MAX).complete);
    let view = 4_980..5_030;
    let near = highlighter.highlight(&rope, view.clone(), 100);
    assert!(near.complete && near.parsed <= 50, "{}", near.parsed);

    let change = insert(&mut rope, 5_000, "let y = 1; ");
    highlighter.edited(&[change]);
    let step = highlighter.highlight(&rope, view.clone(), 100);
    assert!(step.complete);
    assert_eq!(step.parsed, 1);

    let change = insert(&mut rope, 5_000, "\n\n");
    highlighter.edited(&[change]);
    let step = highlighter.highlight(&rope, view.clone(), 100);
    assert_eq!((step.complete, step.parsed), (true, 3));

    let change = insert(&mut rope, 5_000, "/* ");
    highlighter.edited(&[change]);
    let step = highlighter.highlight(&rope, view, 100);
    assert!(
        step.complete && step.parsed <= 30,
        "only what is seen turns into a comment: {}",
        step.parsed
    );
}

#[test]
fn the_budget_is_kept_and_the_rest_is_guessed() {
    let rope = book();
    let mut highlighter = Highlighter::new(Syntax::Rhai);
    let wanted = 9_000..9_040;
    let mut steps = 0;
    loop {
        let step = highlighter.highlight(&rope, wanted.clone(), 1_000);
        steps += 1;
        assert!(step.parsed <= 1_000 + wanted.len());
        assert!(step.lines.iter().any(|spans| !spans.is_empty()), "a guess is better than nothing");
        if step.complete {
            break;
        }
    }
    assert_eq!(steps, 10);
}

#[test]
fn nesting_without_end_is_bounded() {
    let rope = Rope::from_str(
        &"/*".repeat(1_000).chars().chain("\n".chars()).collect::<String>().repeat(300),
    );
    let mut highlighter = Highlighter::new(Syntax::Rhai);
    assert!(highlighter.highlight(&rope, 0..rope.len_lines(), usize::MAX).complete);
    assert!(highlighter.cache.unwrap().state_count() < 100);
}

const PIECES: [&str; 14] = [
    "let x = 1",
    "/*",
    "*/",
    "`",
    "${",
    "}",
    "\"",
    "\n",
    "\n",
    "\n",
    "// c",
    " f(y) ",
    "#{",
    "#\"",
];

proptest! {
    #[test]
    fn following_edits_gives_what_a_fresh_parse_gives(
        start in proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..40),
        edits in proptest::collection::vec(
            (0usize..100, 0usize..12, proptest::collection::vec(proptest::sample::select(&PIECES[..]), 0..4), 0usize..4),
            1..8,
        ),
        view in 0usize..20,
    ) {
        let mut rope = Rope::from_str(&start.concat());
        let mut followed = Highlighter::new(Syntax::Rhai);
        followed.highlight(&rope, 0..view, 7);
        for (at, removed, inserted, budget) in edits {
            let at = at.min(rope.len_chars());
            let end = (at + removed).min(rope.len_chars());
            let first_line = rope.char_to_line(at);
            let old_lines = rope.char_to_line(end) - first_line + 1;
            let text = inserted.concat();
            rope.remove(at..end);
            rope.insert(at, &text);
            followed.edited(&[LineChange { first_line, old_lines, new_lines: text.matches('\n').count() + 1 }]);
            followed.highlight(&rope, 0..view, budget);
        }
        let all = 0..rope.len_lines();
        let step = followed.highlight(&rope, all.clone(), usize::MAX);
        let fresh = Highlighter::new(Syntax::Rhai).highlight(&rope, all, usize::MAX);
        prop_assert!(step.complete);
        prop_assert_eq!(step.lines, fresh.lines);
    }

    #[test]
    fn spans_are_ordered_and_lie_in_their_line(text in "[ -~é\n]{0,200}", json in proptest::bool::ANY) {
        let rope = Rope::from_str(&text);
        let syntax = if json { Syntax::Json } else { Syntax::Rhai };
        let step = Highlighter::new(syntax).highlight(&rope, 0..usize::MAX, usize::MAX);
        for (line, spans) in text.split('\n').zip(&step.lines) {
            let mut at = 0;
            for span in spans.iter() {
                prop_assert!(span.start >= at && span.start < span.end && span.end as usize <= line.len());
                prop_assert!(line.is_char_boundary(span.start as usize) && line.is_char_boundary(span.end as usize));
                at = span.end;
            }
        }
    }
}
