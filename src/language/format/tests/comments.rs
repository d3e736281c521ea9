//! Comments and empty lines.

use super::{body, laid_out};

#[test]
fn comments_stay_where_they_are() {
    for (source, wanted) in [
        ("let a=1;// behind", "let a = 1; // behind\n"),
        ("let a=1;/* behind */", "let a = 1; /* behind */\n"),
        ("// own\n\n\n// own\nlet a=1;", "// own\n\n// own\nlet a = 1;\n"),
        ("let a = // why\n5;", "let a = // why\n    5;\n"),
        ("let a =\n// why\n[1,2];", "let a =\n    // why\n    [1, 2];\n"),
        ("f(/* a */1/* b */,2);", "f(/* a */ 1 /* b */, 2);\n"),
        ("f(/* none */);", "f(/* none */);\n"),
        ("f(1, // one\n2);", "f(\n    1, // one\n    2,\n);\n"),
        ("f(1,\n2 // two\n);", "f(\n    1,\n    2, // two\n);\n"),
        ("f(\n// lead\n1);", "f(\n    // lead\n    1,\n);\n"),
        ("let m = #{\n// nothing\n};", "let m = #{\n    // nothing\n};\n"),
        ("a && // b\nc", "a\n    && // b\n    c\n"),
        ("x/* y */.z();", "x/* y */ .z();\n"),
        ("1 ./* y */z();", "1 ./* y */ z();\n"),
        ("1 . // y\nz();", "1 . // y\nz();\n"),
        ("1 .\n// y\nz();", "1 .\n// y\nz();\n"),
        ("if a { // why\nb() }", "if a { // why\n    b()\n}\n"),
        ("if a {\n// nothing\n}", "if a {\n    // nothing\n}\n"),
        ("if a { b() } // why\nelse { c() }", "if a {\n    b()\n} // why\nelse {\n    c()\n}\n"),
        (
            "switch a {\n// one\n1 => b, // two\n\n// three\n_ => c // four\n// five\n}",
            "switch a {\n    // one\n    1 => b, // two\n\n    // three\n    _ => c, // four\n    // five\n}\n",
        ),
    ] {
        assert_eq!(body(source), wanted, "{source}");
    }
}

#[test]
fn comments_with_a_margin_move_along_and_others_stay() {
    assert_eq!(body("  /* a\n       * b\n  */\nf();"), "/* a\n * b\n */\nf();\n");
    assert_eq!(
        laid_out("fn f() {\n        /* a\n           b */\n    g();\n}"),
        "fn f() {\n    /* a\n           b */\n    g();\n}\n"
    );
}

#[test]
fn documentation_stays_before_its_function() {
    let source = "//! The file.\n\n/// One.\n///   Two.\n   fn f(){}\n/** Three.\n*/\nfn g(){}";
    let wanted = "//! The file.\n\n/// One.\n///   Two.\nfn f() {}\n/** Three.\n */\nfn g() {}\n";
    assert_eq!(laid_out(source), wanted);
}

#[test]
fn empty_lines_stay_and_several_become_one() {
    assert_eq!(
        body("\n\n\nf();\n\n\n\ng();\nh();\n\n\n// end\n\n\n"),
        "f();\n\ng();\nh();\n\n// end\n"
    );
    assert_eq!(laid_out("\n\n// a\n\n\n\nlet b;\n\n\n"), "// a\n\nlet b;\n");
}
