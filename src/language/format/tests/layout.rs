//! Where lines end and blanks stand.

use super::{body, laid_out};
use crate::language::format::format;

#[test]
fn a_comment_behind_the_last_comma_stays() {
    let source = "fn lambda(input) {\n    call(\n        [], /* c */\n    );\n}\n";
    let wide = source.replace("call", &"call".repeat(25));
    assert_eq!(format(&wide).unwrap(), wide);
    assert!(format(source).unwrap().contains("/* c */"));
}

#[test]
fn the_templates_stay_as_they_are() {
    for entry in std::fs::read_dir("templates").unwrap() {
        let path = entry.unwrap().path().join("main.rhai");
        let source = std::fs::read_to_string(&path).unwrap();
        assert_eq!(laid_out(&source), source, "{}", path.display());
    }
}

#[test]
fn words_have_one_blank_between_them_and_brackets_none_inside() {
    for (source, wanted) in [
        ("let  a=1 ;", "let a = 1;\n"),
        ("f( )", "f()\n"),
        ("f( 1 ,2 )", "f(1, 2)\n"),
        ("a . b ?. c [ 0 ] ?[ 1 ] ; d :: e", "a.b?.c[0]?[1];\nd::e\n"),
        ("let m=#{a:1,\"b c\":[ 1,2 ]};", "let m = #{ a: 1, \"b c\": [1, 2] };\n"),
        ("let m=#{ };let e=[ ];", "let m = #{};\nlet e = [];\n"),
        ("-a+ - -b* !c", "-a + - -b * !c\n"),
        ("a..b", "a..b\n"),
        ("for i in 0 ..= 9{}", "for i in 0..=9 {}\n"),
        ("for ( x , i ) in a{ }", "for (x, i) in a {}\n"),
        ("let f=| a,b |a+b;", "let f = |a, b| a + b;\n"),
        ("let f=||();", "let f = || ();\n"),
        ("x+=1;x.y??=2", "x += 1;\nx.y ??= 2\n"),
        ("f !(x)", "f!(x)\n"),
        ("a !in b", "a !in b\n"),
        ("a??return 5;", "a ?? return 5;\n"),
        ("let a=`x ${ b+ 1 } y`;", "let a = `x ${ b+ 1 } y`;\n"),
        ("{ let a=1;a }", "{\n    let a = 1;\n    a\n}\n"),
        ("this . x=1;;", "this.x = 1;\n"),
        ("a;;;b; ;\n;c", "a;\nb;\nc\n"),
        ("; ;a", "a\n"),
        ("if a{b};;c", "if a {\n    b\n};\nc\n"),
        ("a;; // why\nb", "a; // why\nb\n"),
        ("a; /* why */ ;b", "a;\n/* why */;\nb\n"),
        ("a; // why\n;b", "a; // why\n;\nb\n"),
        ("{ ; }", "{}\n"),
    ] {
        // Not all of these do something sensible, but all of them compile.
        if format(&format!("fn lambda(input) {{ {source} }}")).is_ok() {
            assert_eq!(body(source), wanted, "{source}");
        } else {
            assert!(source.contains("??="), "{source} does not compile");
        }
    }
}

#[test]
fn declarations_outside_of_functions_are_laid_out_as_well() {
    let source = "import \"x\" as  y;export  const A=1;export A  as B;private  fn f( a,b ){a}fn int.g( ){this}\nfn \"my type\".h(){}";
    let wanted = "import \"x\" as y;\nexport const A = 1;\nexport A as B;\nprivate fn f(a, b) {\n    a\n}\nfn int.g() {\n    this\n}\nfn \"my type\".h() {}\n";
    assert_eq!(laid_out(source), wanted);
    assert_eq!(laid_out(""), "");
    assert_eq!(laid_out("\n\n  \n"), "");
    assert_eq!(laid_out("// only this"), "// only this\n");
}

#[test]
fn else_stands_on_the_line_of_the_brace_and_blocks_have_lines() {
    let wanted = "if a {\n    1\n} else if b {\n    2\n} else {\n    3\n}\nfoo();\n";
    assert_eq!(body("if a {1}\nelse if b {2}\nelse\n{3}\nfoo();"), wanted);
    let wanted = "try {\n    f()\n} catch (e) {\n    g()\n}\n";
    assert_eq!(body("try{f()}catch(e){g()}"), wanted);
    let wanted = "do {\n    x += 1\n} until x > 3;\nloop {\n    break 5\n}\n";
    assert_eq!(body("do{x+=1}until x>3;loop{break 5}"), wanted);
}

#[test]
fn a_value_written_on_one_line_stays_there() {
    for line in [
        "let a = if b { 1 } else { 2 };",
        "f(if b { 1 } else { 2 });",
        "list.any(|x| { x > 1 });",
        "let a = switch b { 1 => 2, _ => 3 };",
        "if random() < 0.5 { \"heads\" } else { \"tails\" }",
    ] {
        assert_eq!(body(line), format!("{line}\n"));
    }
    assert_eq!(
        body("let a = if b {\n1 } else { 2 };"),
        "let a = if b {\n    1\n} else {\n    2\n};\n"
    );
    assert_eq!(
        body("let a = switch b {\n1 => 2, 3|4 if c => {d()} _ => { e(); } };"),
        "let a = switch b {\n    1 => 2,\n    3 | 4 if c => { d() }\n    _ => { e(); }\n};\n"
    );
}

#[test]
fn what_was_on_several_lines_stays_so_and_ends_with_a_comma() {
    assert_eq!(body("let m = #{ a: 1,\nb: 2 };"), "let m = #{\n    a: 1,\n    b: 2,\n};\n");
    assert_eq!(body("f([1, 2,\n3, 4]);"), "f([\n    1, 2,\n    3, 4,\n]);\n");
    assert_eq!(body("f([1, 2, ]);"), "f([1, 2]);\n", "what was on one line needs none");
    assert_eq!(
        body("let m = #{\n\n\na: 1,\n\n\nb: 2,\n\n};"),
        "let m = #{\n    a: 1,\n\n    b: 2,\n};\n",
        "empty lines between entries stay, at the edges they do not"
    );
}

#[test]
fn long_calls_have_a_line_for_each_argument() {
    let long = "x".repeat(40);
    assert_eq!(
        body(&format!("f({long}, {long}, {long});")),
        format!("f(\n    {long},\n    {long},\n    {long},\n);\n")
    );
    assert_eq!(
        body(&format!("messages.push(#{{ text: {long}, other: {long}, flag: true }});")),
        format!(
            "messages.push(#{{\n    text: {long},\n    other: {long},\n    flag: true,\n}});\n"
        ),
        "a last argument with brackets of its own opens there"
    );
    assert_eq!(body("f(1, |x| { a(); b() });"), "f(1, |x| {\n    a();\n    b()\n});\n");
    assert_eq!(
        body("f(|x| { a(); b() }, 1);"),
        "f(\n    |x| {\n        a();\n        b()\n    },\n    1,\n);\n"
    );
}

#[test]
fn long_chains_have_a_line_for_each_call() {
    let long = "x".repeat(30);
    assert_eq!(
        body(&format!(
            "let a = input.list.filter(|{long}| true).map(|{long}| 1).reduce(|a, b| a);"
        )),
        format!(
            "let a = input.list\n    .filter(|{long}| true)\n    .map(|{long}| 1)\n    .reduce(|a, b| a);\n"
        )
    );
    assert_eq!(
        body("list.filter(|x| x > 1).for_each(|x| { a(); b() });"),
        "list.filter(|x| x > 1).for_each(|x| {\n    a();\n    b()\n});\n"
    );
}

#[test]
fn long_conditions_break_before_their_operators_and_the_brace_stands_alone() {
    let long = "x".repeat(30);
    assert_eq!(
        body(&format!("if {long} == 1 && {long} || {long} {{ f() }}")),
        format!("if {long} == 1 && {long}\n    || {long}\n{{\n    f()\n}}\n")
    );
    assert_eq!(
        body(&format!("let a = {long} + {long} - {long} * {long};")),
        format!("let a = {long}\n    + {long}\n    - {long} * {long};\n")
    );
}

#[test]
fn texts_and_their_lines_are_not_touched() {
    for text in [
        "`a\n   b ${x  +  `c ${ y }\n`} d`",
        "\"a \\\n      b\"",
        "#\"raw \" text\"#",
        "'\\''",
        "\"// no comment\"",
    ] {
        assert_eq!(laid_out(&format!("let a  =  {text} ;")), format!("let a = {text};\n"));
    }
}

#[test]
fn line_ends_of_windows_stay() {
    assert_eq!(laid_out("let a=1;\r\nlet b=`x\r\ny`;\r\n"), "let a = 1;\r\nlet b = `x\r\ny`;\r\n");
}

#[test]
fn a_source_that_does_not_compile_is_left_alone_with_its_error() {
    let error = format("fn lambda(input) {\n    let = 1;\n}").unwrap_err();
    assert_eq!((error.code.as_ref(), error.range.start.line), ("syntax", 2));
}

#[test]
fn deep_nesting_is_laid_out_or_refused_but_never_ends_the_program() {
    for (open, close) in [
        ("(", ")"),
        ("[", "]"),
        ("#{ a: ", "}"),
        ("if a { ", "}"),
        ("- ", ""),
        ("f(", ")"),
        ("|| ", ""),
    ] {
        for depth in [10, 60, 100, 250] {
            let source = format!("let a = {}1{};", open.repeat(depth), close.repeat(depth));
            let result = format(&source);
            assert!(depth > 10 || result.is_ok(), "{source}: {result:?}");
        }
    }
}
