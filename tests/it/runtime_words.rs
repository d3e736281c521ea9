//! What goes wrong in a script is said in plain words, with advice.

use crate::runtime_kit::*;
use lambdeck::domain::FailureKind;

#[tokio::test]
async fn errors_of_the_engine_are_said_in_plain_words_with_advice() {
    let runtime = runtime();
    for (body, message, help) in [
        ("let a = (); a.x", "`.x` is read of `()`, which has no properties", "`?.`"),
        (
            "input.payload.general.convId",
            "`.convId` is read of `()`, which has no properties",
            "`??`",
        ),
        ("input.nothing[0]", "`()` cannot be indexed", "`??`"),
        ("let a = [1]; a.length", "an array has no property `length`", "`len()`"),
        ("let a = [1]; a.psuh(1)", "there is no function `psuh` for (array, int)", "`push`"),
        (
            "let a = \"x\"; a.toUpperCase()",
            "there is no function `toUpperCase` for (string)",
            "`to_upper()`",
        ),
        (
            "foo(1, \"a\", (), 1.5)",
            "there is no function `foo` for (int, string, (), float)",
            "`??`",
        ),
        ("foo()", "there is no function `foo`", "`foo.call(...)`"),
        ("helper(1, 2)", "`helper` takes 1 value, this call gives 2", ""),
        ("log::inf(1)", "`log` has no function `inf`", "`log::info`"),
        ("log::info()", "`log::info` cannot be called with 0 values", "log::info(message: any"),
        ("env::get()", "`env::get` cannot be called with 0 values", "env::get(name: string"),
        ("lgo::info(1)", "there is no module `lgo` to import or to call", "`log`"),
        ("let a; a + 1", "`+` does not work between `()` and an int", "`??`"),
        ("let a = \"a\"; a - 1", "`-` does not work between a string and an int", "`parse_int"),
        ("let a = 1; !a", "`!` does not work on an int", "compare"),
        ("let a = 1; if a { 1 }", "a bool is expected, this is an int", "compare"),
        ("null_value", "there is no variable `null_value`", "parameters"),
        ("undefined", "there is no variable `undefined`", "`()`"),
        ("console.log(1)", "there is no variable `console`", "`log::info"),
        ("inptu.payload", "there is no variable `inptu`", "`input`"),
        ("outside()", "there is no variable `LIMIT`", "`global::LIMIT`"),
        ("no_input()", "there is no variable `input`", "pass it on"),
        ("[1][5]", "index 5 is out of bounds: the array has one element, index 0", ""),
        ("[][0]", "index 0 is out of bounds: the array is empty", ""),
        ("\"abc\"[9]", "index 9 is out of bounds: the string has 3 elements, indices 0 to 2", ""),
        ("let m = #{}; for x in m { }", "`for` cannot go over this", "`m.keys()`"),
        ("1 / 0", "division by zero: 1 / 0", ""),
        ("9223372036854775807 + 1", "addition overflow: 9223372036854775807 + 1", ""),
    ] {
        let source = format!(
            "const LIMIT = 5;\nfn helper(x) {{ x }}\nfn outside() {{ LIMIT }}\nfn no_input() {{ input }}\nfn lambda(input) {{\n{body}\n}}"
        );
        let run = run(&runtime, &source).await;
        let failure = failure(&run);
        assert_eq!(failure.kind, FailureKind::Script, "{body}: {failure:?}");
        assert!(failure.message.contains(message), "{body}: {failure:?}");
        assert!(failure.help.as_deref().unwrap_or_default().contains(help), "{body}: {failure:?}");
        assert!(failure.place.is_some(), "{body}: {failure:?}");
    }
}
