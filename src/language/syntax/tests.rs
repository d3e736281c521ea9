use super::*;
use crate::language::syntax::corpus::scripts;
use proptest::prelude::*;
use rhai::Token;

/// Every node lies within its parent, behind its elder siblings; every token behind the one before.
fn check_ranges(tree: &Tree) {
    for (id, node) in tree.nodes() {
        assert!(node.range.start <= node.range.end, "{node:?}");
        let mut before = node.range.start;
        for child in node.kind.children() {
            let inner = tree.node(child);
            assert_eq!(inner.parent, Some(id));
            assert!(before <= inner.range.start && inner.range.end <= node.range.end, "{node:?}");
            before = inner.range.end;
        }
        assert_eq!(node.parent.is_none(), id == tree.root(), "{node:?} belongs nowhere");
    }
    for index in 1..tree.tokens().len() {
        let tokens = tree.tokens();
        let pair = [&tokens[index - 1], &tokens[index]];
        assert!(pair[0].range.end <= pair[1].range.start, "{pair:?}");
        let bytes = [index - 1, index].map(|it| tokens.bytes(it).unwrap());
        assert!(bytes[0].end <= bytes[1].start, "{pair:?}");
    }
}

#[test]
fn what_rhai_accepts_has_no_fault() {
    for (name, source) in scripts() {
        let tree = Tree::parse(&source);
        assert_eq!(tree.faults(), [], "{name}");
        check_ranges(&tree);
        let skipped = tree.nodes().find(|(_, node)| matches!(node.kind, NodeKind::Skipped));
        assert!(skipped.is_none(), "{name}: {skipped:?}");
    }
}

#[test]
fn tokens_lie_exactly_where_they_stand() {
    for (name, source) in scripts() {
        let tokens = Tokens::of(&engine::compiler(), &source);
        let mut end = 0;
        let mut pieces: Vec<_> = tokens.iter().map(|it| it.bytes.clone()).collect();
        pieces.extend(tokens.comments().map(|it| it.bytes));
        pieces.sort_by_key(|it| it.start);
        for bytes in pieces {
            assert_eq!(source[end..bytes.start].trim(), "", "{name} before {bytes:?}");
            end = bytes.end;
        }
        assert_eq!(source[end..].trim(), "", "{name}");
        for spanned in tokens.iter() {
            let text = &source[spanned.bytes.clone()];
            if let Token::Identifier(word) = &spanned.token {
                assert_eq!(text, word.as_str(), "{name}");
            }
            let before = &source[..spanned.bytes.start];
            let line = before.matches('\n').count() as u32 + 1;
            let column = before.rsplit('\n').next().unwrap().chars().count() as u32 + 1;
            assert_eq!(spanned.range.start, Place::new(line, column), "{name} {text}");
        }
    }
}

#[test]
fn all_comments_are_found() {
    let source =
        "// a\n/// b\n//! c\n//// d\n/* e /* f */ g */ x /** h */ /*** i ***/ \"// no\" // j";
    let tokens = Tokens::of(&engine::compiler(), source);
    let found: Vec<_> = tokens.comments().map(|it| &source[it.bytes]).collect();
    let expected = [
        "// a",
        "/// b",
        "//! c",
        "//// d",
        "/* e /* f */ g */",
        "/** h */",
        "/*** i ***/",
        "// j",
    ];
    assert_eq!(found, expected);
    assert!(tokens.open_comment().is_none());
    assert!(tokens.comment_at(Place::new(1, 5)).is_some(), "behind a line comment");
    assert!(tokens.comment_at(Place::new(5, 18)).is_none(), "behind a block comment");
    let open = Tokens::of(&engine::compiler(), "let a = 1; /* never\n closed");
    assert_eq!(open.open_comment().map(|it| it.range.end), Some(Place::new(2, 8)));
    assert!(open.comment_at(Place::new(2, 8)).is_some());
}

/// A tree in brackets: what is missing is `?`, what was skipped `!`.
fn shape(source: &str) -> String {
    let tree = Tree::parse(source);
    check_ranges(&tree);
    let NodeKind::Script { statements } = tree.kind(tree.root()) else { panic!() };
    let told: Vec<_> = statements.iter().map(|id| show(&tree, *id)).collect();
    told.join(" ")
}

fn show(tree: &Tree, id: NodeId) -> String {
    let one = |id: &NodeId| show(tree, *id);
    let maybe = |id: &Option<NodeId>| id.as_ref().map_or("?".to_owned(), one);
    let all = |ids: &[NodeId]| ids.iter().map(one).collect::<Vec<_>>().join(" ");
    let name = |name: &Option<Name>| name.as_ref().map_or("?", |it| &it.text).to_owned();
    let names = |names: &[Name]| names.iter().map(|it| &*it.text).collect::<Vec<_>>().join(" ");
    match tree.kind(id) {
        NodeKind::Skipped => "!".to_owned(),
        NodeKind::Function(it) => {
            format!("(fn {} [{}] {})", name(&it.name), names(&it.parameters), maybe(&it.body))
        }
        NodeKind::Let { name: named, value, .. } => {
            format!("(let {} {})", name(named), maybe(value))
        }
        NodeKind::Assign { target, value, .. } => format!("(= {} {})", one(target), maybe(value)),
        NodeKind::Block { statements, is_closed } => {
            format!("{{{}{}", all(statements), if *is_closed { "}" } else { "?" })
        }
        NodeKind::If { condition, then, otherwise } => {
            let otherwise = otherwise.as_ref().map_or(String::new(), |it| format!(" {}", one(it)));
            format!("(if {} {}{otherwise})", maybe(condition), maybe(then))
        }
        NodeKind::Switch { subject, arms, .. } => {
            format!("(switch {} {})", maybe(subject), all(arms))
        }
        NodeKind::Arm { values, body, .. } => format!("({} => {})", all(values), maybe(body)),
        NodeKind::For { variable, iterable, body, .. } => {
            format!("(for {} {} {})", name(variable), maybe(iterable), maybe(body))
        }
        NodeKind::Return { value } => format!("(return {})", maybe(value)),
        NodeKind::Literal(Literal::Text(text)) => format!("{text:?}"),
        NodeKind::Literal(Literal::Int(value)) => value.to_string(),
        NodeKind::Interpolation { parts } => format!("(text {})", all(parts)),
        NodeKind::Array { items, is_closed } => {
            format!("[{}{}", all(items), if *is_closed { "]" } else { "?" })
        }
        NodeKind::Map { entries, is_closed } => {
            format!("#{{{}{}", all(entries), if *is_closed { "}" } else { "?" })
        }
        NodeKind::Entry { key, value } => format!("{}: {}", key.text, maybe(value)),
        NodeKind::Variable { modules, name: last } => {
            let last = name(last);
            let path = modules.iter().map(|it| &*it.text).chain([last.as_str()]);
            path.collect::<Vec<_>>().join("::")
        }
        NodeKind::Group { inner, .. } => format!("({})", maybe(inner)),
        NodeKind::Member { object, name: property, .. } => {
            format!("{}.{}", one(object), name(property))
        }
        NodeKind::Index { object, index, .. } => format!("{}[{}]", one(object), maybe(index)),
        NodeKind::Call { callee, arguments } => {
            let end = if arguments.is_closed { ")" } else { "?" };
            format!("{}({}{end}", one(callee), all(&arguments.items))
        }
        NodeKind::MethodCall { object, name, arguments, .. } => {
            let end = if arguments.is_closed { ")" } else { "?" };
            format!("{}.{}({}{end}", one(object), name.text, all(&arguments.items))
        }
        NodeKind::Closure { parameters, body } => {
            format!("(|{}| {})", names(parameters), maybe(body))
        }
        NodeKind::Unary { operator, operand } => {
            format!("({}{})", operator.token, maybe(operand))
        }
        NodeKind::Binary { left, operator, right } => {
            format!("({} {} {})", maybe(left), operator.token, maybe(right))
        }
        other => {
            let children = other.children();
            format!("<{}>", all(&children))
        }
    }
}

#[test]
fn operators_bind_as_in_rhai() {
    for (source, expected) in [
        ("1 + 2 * 3 - 4", "((1 + (2 * 3)) - 4)"),
        ("2 ** 3 ** 2", "(2 ** (3 ** 2))"),
        ("-a.b ** 2", "((-a.b) ** 2)"),
        ("a == b && c < d || e", "(((a == b) && (c < d)) || e)"),
        ("a ?? b + 1", "(a ?? (b + 1))"),
        ("a ?? b == c", "((a ?? b) == c)"),
        ("x in 0..5 + 1", "(x in (0 .. (5 + 1)))"),
        ("a.b(1)[2].c", "a.b(1)[2].c"),
        ("|x| x + 1", "(|x| (x + 1))"),
        ("a[..]", "a[(? .. ?)]"),
    ] {
        assert_eq!(shape(source), expected, "{source}");
    }
}

#[test]
fn what_is_being_typed_becomes_a_tree() {
    for (source, expected) in [
        ("g.", "g.?"),
        ("g.\nlet a = 1;", "g.? (let a 1)"),
        ("g.\nlog::info(1);", "g.? log::info(1)"),
        ("foo(", "foo(?"),
        ("foo(\nlet a = 1;", "foo(? (let a 1)"),
        ("foo(a,\nlet b = 1;", "foo(a? (let b 1)"),
        ("foo(a\nbar(b);", "foo(a? bar(b)"),
        ("input.payload[\"", "input.payload[!]"),
        ("input.payload[\"conv\nlet a = 1;", "input.payload[!] (let a 1)"),
        ("let a = input.payload.", "(let a input.payload.?)"),
        ("let a =\nlet b = 1;", "(let a ?) (let b 1)"),
        ("let\nlet b = 1;", "(let ? ?) (let b 1)"),
        ("log::", "log::?"),
        ("if x.", "(if x.? ?)"),
        ("if x == { 1 }", "(if (x == {1}) ?)"),
        ("for x in", "(for x ? ?)"),
        ("for", "(for ? ? ?)"),
        ("switch x { \"A\" => ", "(switch x (\"A\" => ?))"),
        ("switch x { 1 => 2, y. }", "(switch x (1 => 2) (y.? => ?))"),
        ("#{ a: g., b: 1 }", "#{a: g.? b: 1}"),
        ("#{ a: 1\nlet b = 2;", "#{a: 1? (let b 2)"),
        ("#{ a: 1,\nlog::info(1);", "#{a: 1? log::info(1)"),
        ("#{ a, b: 1 }", "#{a: ? b: 1}"),
        ("[1, 2\nlet b = 2;", "[1 2? (let b 2)"),
        ("`a ${b.", "(text \"a \" {b.?? !)"),
        ("`a ${b.\nlet c = 1;", "(text \"a \" {b.?? !) (let c 1)"),
        ("`a ${b} c\nlet c = 1;", "(text \"a \" {b} !) (let c 1)"),
        ("a +", "(a + ?)"),
        ("a + ;b", "(a + ?) b"),
        ("f(a b)", "f(a b)"),
        ("x.default + 1", "(x.default + 1)"),
        ("f(|x|)", "f((|x| ?))"),
        (") let a = 1;", "! (let a 1)"),
        ("} let a = 1;", "! (let a 1)"),
        ("null; a", "! a"),
        ("function f(a) { a }", "function f(a) {a}"),
        ("var x = 1;", "! (= x 1)"),
    ] {
        assert_eq!(shape(source), expected, "{source}");
        assert!(!Tree::parse(source).faults().is_empty(), "{source}");
    }
}

#[test]
fn functions_survive_what_is_broken_in_others() {
    let source =
        "fn a(x) {\n    if x {\n        g.\n}\n\nfn b(y) {\n    foo(\n}\n\nfn c(\nfn d(z) { z }\n}";
    assert_eq!(
        shape(source),
        "(fn a [x] {(if x {g.?})?) (fn b [y] {foo(?}) (fn c [] ?) (fn d [z] {z}) !"
    );
    let tree = Tree::parse("fn a() {\n    fn b() { }\n}");
    assert_eq!(tree.faults()[0].kind, FaultKind::InnerFunction);
    assert_eq!(tree.functions().count(), 2);
}

#[test]
fn faults_say_what_and_where() {
    let of = |source: &str| {
        let tree = Tree::parse(source);
        let faults = tree.faults().iter();
        faults.map(|it| (it.kind, it.range.start.column)).collect::<Vec<_>>()
    };
    assert_eq!(of("let a = 1 let b = 2"), [(FaultKind::Missing("`;`"), 10)]);
    assert_eq!(of("foo(1, 2"), [(FaultKind::Missing("`)`"), 9)]);
    assert_eq!(of("a. "), [(FaultKind::Missing("a property"), 3)]);
    assert_eq!(of("= 1;"), [(FaultKind::Unexpected, 1)]);
}

#[test]
fn a_place_leads_to_the_innermost_node() {
    let tree = Tree::parse("fn f(a) { a.b(1) + 22 }");
    let at = |column| show(&tree, tree.node_at(Place::new(1, column)));
    assert_eq!(at(12), "a", "just behind a name is still at it");
    assert_eq!(at(13), "a.b(1)");
    assert_eq!(at(15), "1");
    assert_eq!(at(22), "22");
    assert_eq!(at(10), "{(a.b(1) + 22)}");
    assert!(matches!(tree.kind(tree.node_at(Place::new(9, 1))), NodeKind::Script { .. }));
}

#[test]
fn nesting_without_end_is_survived() {
    let deep = 5_000;
    for piece in [
        "(",
        "[",
        "{",
        "#{a:",
        "!",
        "-",
        "a.",
        "a[",
        "f(",
        "|x| ",
        "if x {",
        "1+",
        "x ?? ",
        "`${",
        "switch x { 1 => ",
        "else if x {} ",
        "2**",
        "a.b().",
        "return ",
        "fn f() {",
        "|| {",
        "a = ",
    ] {
        check_ranges(&Tree::parse(&piece.repeat(deep)));
        check_ranges(&Tree::parse(&format!("if x {{}} {}", piece.repeat(deep))));
    }
}

#[test]
fn a_tree_can_change_threads() {
    fn sendable<T: Send + Sync>(_: &T) {}
    sendable(&Tree::parse(""));
}

/// A script with pieces of it cut out, doubled, or replaced.
fn mutated() -> impl Strategy<Value = String> {
    let scripts: Vec<String> = scripts().into_iter().map(|(_, text)| text).collect();
    let odd = prop::sample::select(vec![
        "", "(", ")", "{", "}", "[", "]", "#{", "`", "\"", "'", "${", "/*", "*/", "//", ";", ",",
        ".", "::", "|", "fn", "let ", "=>", "\n", "\\${", "é", "!", "..", "if ", "switch ",
    ]);
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), odd, 0..3_u8);
    (prop::sample::select(scripts), prop::collection::vec(change, 0..6)).prop_map(
        |(text, changes)| {
            let mut chars: Vec<char> = text.chars().collect();
            for (from, to, odd, what) in changes {
                if chars.is_empty() {
                    break;
                }
                let from = from.index(chars.len());
                let to = from + to.index(chars.len() - from).min(30);
                match what {
                    0 => drop(chars.drain(from..to)),
                    1 => drop(chars.splice(from..from, odd.chars())),
                    _ => chars.truncate(from),
                }
            }
            chars.into_iter().collect()
        },
    )
}

/// [`Tree::node_at`], by looking at every node on the way.
fn innermost(tree: &Tree, place: Place) -> NodeId {
    let touches = |id: &NodeId| {
        let range = tree.range(*id);
        range.start <= place && place <= range.end
    };
    let inner = |id: &NodeId| tree.kind(*id).children().into_iter().find(touches);
    std::iter::successors(Some(tree.root()), inner).last().unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_broken_script_gives_a_tree(source in mutated()) {
        let tree = Tree::parse(&source);
        check_ranges(&tree);
        if engine::compiler().compile(&source).is_ok() {
            prop_assert_eq!(tree.faults(), []);
        }
        for place in tree.tokens().iter().flat_map(|it| [it.range.start, it.range.end]).take(200) {
            prop_assert_eq!(tree.node_at(place), innermost(&tree, place), "{}", place);
        }
    }

    #[test]
    fn any_text_gives_a_tree(source in "(\\PC|\n){0,80}") {
        check_ranges(&Tree::parse(&source));
    }
}
