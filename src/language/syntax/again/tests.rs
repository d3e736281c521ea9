use super::*;
use crate::language::syntax::corpus::{edited, scripts};
use proptest::prelude::*;

/// How many pieces of a tree are those of another.
fn kept(tree: &Tree, of: &Tree) -> usize {
    tree.pieces.iter().zip(&of.pieces).filter(|(one, other)| Arc::ptr_eq(one, other)).count()
}

/// Where two texts begin to differ.
fn difference(one: &str, other: &str) -> String {
    let same = one.chars().zip(other.chars()).take_while(|(one, other)| one == other).count();
    let around = |it: &str| it.chars().skip(same.saturating_sub(200)).take(400).collect::<String>();
    format!("\n{}\n{}", around(one), around(other))
}

#[test]
fn typing_in_a_function_leaves_the_others_alone() {
    let function =
        |n: usize| format!("/// The {n}th.\nfn f_{n}(a) {{\n    a + {n}\n}} // f_{n}\n\n");
    let source: String = (0..20).map(function).collect();
    let tree = Tree::parse(&source);
    assert_eq!(tree.pieces.len(), 20);
    let edits = [("a + 7", "a + b.7", 19), ("a + 7", "a + { 7", 19), ("a + 7", "\"a + 7", 19)];
    for (old, new, count) in edits {
        let edited = source.replace(old, new);
        assert_eq!(kept(&tree.again(&source, &edited), &tree), count, "{new}");
    }
    let lines = source.replace("a + 7", "a +\n7");
    assert_eq!(kept(&tree.again(&source, &lines), &tree), 7, "what moves is not shared");
    assert_eq!(kept(&tree.again(&source, &source), &tree), 20);
}

#[test]
fn what_looks_beyond_its_end_is_read_anew() {
    // Each time, a piece before or behind the edited one depends on it.
    let cases = [
        ("fn a() { }\nfn b() { }\nfn c() { }", "fn a() { }\n.x fn b() { }\nfn c() { }"),
        ("fn a() { }\nfn b() { }\nfn c() { }", "fn a() { }\nfn b() { } private\nfn c() { }"),
        ("fn a() { }\nfn b() { }\nfn c() { }", "fn a() { }\nfn b() { } /*\nfn c() { }"),
        ("let a = 1\nfn b() { }\nfn c() { }", "let a = 1\n+ fn b() { }\nfn c() { }"),
        ("fn a() { `\nfn b() { }\n` }\nfn c() { }", "fn a() { \nfn b() { }\n` }\nfn c() { }"),
        ("fn a() { }\n  fn b() { }\n  fn c() { }", "fn a() { \n  fn b() { }\n  fn c() { }"),
        ("fn a() {\n`x }\n// `\nfn b() { }", "fn a() {\nx }\n// `\nfn b() { }"),
        ("fn a() {\n\nx }\nfn b() { }", "fn a() {\n/*\nx }\nfn b() { }"),
        ("fn a() { `x }\nfn b() { y }", "fn a() { `x }\nfn b() { y` }"),
        ("`a ${\nfn b() { x }\n} c`\nfn d() { }", "`a ${\nfn b() { yz }\n} c`\nfn d() { }"),
    ];
    for (before, after) in cases {
        for (before, after) in [(before, after), (after, before)] {
            let again = Tree::parse(before).again(before, after);
            assert_eq!(format!("{again:?}"), format!("{:?}", Tree::parse(after)), "{after}");
        }
    }
}

#[test]
fn every_prefix_of_a_script_is_read_as_if_it_stood_alone() {
    let (_, text) =
        scripts().into_iter().max_by_key(|(_, text)| text.matches("fn ").count()).unwrap();
    let mut tree = Tree::parse("");
    let mut before = "";
    for (end, _) in text.char_indices().step_by(3) {
        tree = tree.again(before, &text[..end]);
        before = &text[..end];
        assert_eq!(format!("{tree:?}"), format!("{:?}", Tree::parse(before)), "{before}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn an_edited_source_gives_the_tree_that_it_gives_alone(states in edited()) {
        let mut tree = Tree::parse(&states[0]);
        for pair in states.windows(2) {
            tree = tree.again(&pair[0], &pair[1]);
            let (again, alone) = (format!("{tree:?}"), format!("{:?}", Tree::parse(&pair[1])));
            prop_assert!(again == alone, "{}", difference(&again, &alone));
        }
    }
}
