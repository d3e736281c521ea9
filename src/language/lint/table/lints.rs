//! What a source that compiles may have wrong with it. A comment can silence it.

use crate::domain::{Rule, Severity};

/// Makes a constant of every row, and a list of them all.
macro_rules! rules {
    ($($name:ident = $code:literal, $severity:ident, $doc:literal, $explanation:literal, $bad:literal, $good:literal;)*) => {
        $(
            #[doc = $doc]
            pub(in crate::language::lint) const $name: Rule = Rule {
                code: $code,
                severity: Severity::$severity,
                doc: $doc,
                explanation: $explanation,
                bad: $bad,
                good: $good,
            };
        )*
        pub(super) const ROWS: &[Rule] = &[$($name),*];
    };
}

rules! {
    UNKNOWN_VARIABLE = "unknown-variable", Error,
    "Nothing defines this variable",
    "The run fails where the name is read. A function sees its parameters and its own variables only; a constant of the file is read as `global::NAME`. `null` and `undefined` are written `()`.",
    "fn lambda(input) {\n    let count = 1;\n    log::info(cuont);\n    count\n}",
    "fn lambda(input) {\n    let count = 1;\n    log::info(count);\n    count\n}";

    UNKNOWN_FUNCTION = "unknown-function", Error,
    "Nothing defines this function",
    "It is none of the file, none of the host and none of Rhai's library, so the call fails. `lambdeck api` lists the host's. A closure in a variable is called with `f.call(x)`.",
    "fn lambda(input) {\n    let name = \"Ada\";\n    log::info(name.toUpperCase());\n}",
    "fn lambda(input) {\n    let name = \"Ada\";\n    log::info(name.to_upper());\n}";

    UNKNOWN_MODULE = "unknown-module", Error,
    "There is no such module",
    "Modules are those of the host: `lambdeck api` lists them. Files cannot be imported.",
    "fn lambda(input) {\n    logs::info(\"hello\");\n}",
    "fn lambda(input) {\n    log::info(\"hello\");\n}";

    WRONG_ARGUMENTS = "wrong-arguments", Error,
    "A call gives too many or too few values",
    "Functions differ by their name and the number of their parameters, so a call with another number finds no function and fails.",
    "fn lambda(input) {\n    greet(\"Ada\", 1)\n}\n\nfn greet(name) {\n    \"Hello \" + name\n}",
    "fn lambda(input) {\n    greet(\"Ada\")\n}\n\nfn greet(name) {\n    \"Hello \" + name\n}";

    UNKNOWN_PROPERTY = "unknown-property", Error,
    "A value of this type has no such property",
    "Reading it fails. What JavaScript has as a property is often a function here: `list.len()`. Maps are never meant: they may have any member.",
    "fn lambda(input) {\n    let words = [\"a\", \"b\"];\n    words.length\n}",
    "fn lambda(input) {\n    let words = [\"a\", \"b\"];\n    words.len()\n}";

    UNAVAILABLE = "unavailable", Error,
    "Lambdas do not have this",
    "A lambda is one file in a sealed process: it imports nothing. What it may reach are the host's functions, which `lambdeck api` lists.",
    "import \"tools\" as tools;\n\nfn lambda(input) {\n    tools::greet()\n}",
    "fn lambda(input) {\n    greet()\n}\n\nfn greet() {\n    \"hello\"\n}";

    UNKNOWN_FIELD = "unknown-field", Warning,
    "The event's payload has no such field",
    "The schema of the lambda's event does not name it, so it reads as `()`. The Payload tab shows every field with its meaning.",
    "fn lambda(input) {\n    log::info(input.paylod);\n}",
    "fn lambda(input) {\n    log::info(input.payload);\n}";

    UNKNOWN_VALUE = "unknown-value", Warning,
    "A field of the payload never has the value it is compared with",
    "The schema of the lambda's event lists all values that the field may have. Text is compared letter by letter, case included.",
    "fn lambda(input) {\n    if input.payload.general.newConvState == \"Closed\" { log::info(\"over\"); }\n}",
    "fn lambda(input) {\n    if input.payload.general.newConvState == \"CLOSE\" { log::info(\"over\"); }\n}";

    NEVER_EQUAL = "never-equal", Warning,
    "Values of different types are compared",
    "Nothing is converted: `1 == \"1\"` is false, and so is every other comparison of a number with text but `!=`, which is always true. Convert one side, with `parse_int(text)` or `value.to_string()`.",
    "fn lambda(input) {\n    if input.headers.len() == \"1\" { log::info(\"one header\"); }\n}",
    "fn lambda(input) {\n    if input.headers.len() == 1 { log::info(\"one header\"); }\n}";

    WRONG_RESULT = "wrong-result", Warning,
    "The event of the lambda does not accept this result",
    "A messaging event takes nothing, one command or a list of commands; the survey mail event takes a list of mails. The platform ignores or refuses anything else. `lambdeck events ID` says what an event accepts.",
    "fn lambda(input) {\n    \"We are back at nine.\"\n}",
    "fn lambda(input) {\n    messaging::system_message(\"We are back at nine.\")\n}";

    NO_VALUE = "no-value", Warning,
    "The value of a function that has none is used",
    "The function changes what it is called on and returns `()`. Call it as a statement of its own and use the changed value then.",
    "fn lambda(input) {\n    let name = \" Ada \";\n    let trimmed = name.trim();\n    trimmed\n}",
    "fn lambda(input) {\n    let name = \" Ada \";\n    name.trim();\n    name\n}";

    UNREACHABLE_CODE = "unreachable-code", Warning,
    "This is never run",
    "What stands before it in the block always leaves it, by `return`, `throw`, `break` or `continue`, or is a loop that never ends because it has no `break`.",
    "fn lambda(input) {\n    return \"done\";\n    log::info(\"never\");\n}",
    "fn lambda(input) {\n    log::info(\"now\");\n    return \"done\";\n}";

    UNUSED_VARIABLE = "unused-variable", Warning,
    "Nobody reads this variable or constant",
    "It is left over, or another name was meant where it should be read. A name that begins with `_` says that it is meant so.",
    "fn lambda(input) {\n    let count = input.headers.len();\n    \"done\"\n}",
    "fn lambda(input) {\n    let _count = input.headers.len();\n    \"done\"\n}";

    UNUSED_PARAMETER = "unused-parameter", Hint,
    "Nobody reads this parameter",
    "Remove it here and in the calls, or begin its name with `_`. The parameter of `fn lambda` and those of closures may always be left unread.",
    "fn lambda(input) {\n    greet(\"Ada\", 1)\n}\n\nfn greet(name, count) {\n    \"Hello \" + name\n}",
    "fn lambda(input) {\n    greet(\"Ada\")\n}\n\nfn greet(name) {\n    \"Hello \" + name\n}";

    UNUSED_FUNCTION = "unused-function", Warning,
    "Nobody calls this function",
    "Only `fn lambda` is called from outside. A name that begins with `_` says that it is meant so.",
    "fn lambda(input) {\n    \"hello\"\n}\n\nfn greet(name) {\n    \"Hello \" + name\n}",
    "fn lambda(input) {\n    greet(\"Ada\")\n}\n\nfn greet(name) {\n    \"Hello \" + name\n}";

    INTEGER_DIVISION = "integer-division", Warning,
    "A division of whole numbers drops the rest",
    "Both sides are whole numbers, so the result is one too: `7 / 2` is 3. With a fraction on either side it has one: `7.0 / 2` is 3.5. A division of a whole number by 0 fails.",
    "fn lambda(input) {\n    7 / 2\n}",
    "fn lambda(input) {\n    7.0 / 2\n}";

    XOR_AS_POWER = "xor-as-power", Warning,
    "`^` is exclusive or, a power is written `**`",
    "`2 ^ 10` is 8, as the bits of both numbers are held against each other; `2 ** 10` is 1024. Only small decimal numbers that look like a power are meant: bit masks in hexadecimal never are.",
    "fn lambda(input) {\n    2 ^ 10\n}",
    "fn lambda(input) {\n    2 ** 10\n}";

    TEXT_INTERPOLATION = "text-interpolation", Warning,
    "`${...}` means nothing in double quotes",
    "Values are filled in between back-ticks only; in double quotes the text stays as it is written. Only text that names something in sight is meant: a pattern to be replaced later is not.",
    "fn lambda(input) {\n    let name = \"Ada\";\n    log::info(name);\n    \"Hello ${name}\"\n}",
    "fn lambda(input) {\n    let name = \"Ada\";\n    log::info(name);\n    `Hello ${name}`\n}";

    UNKNOWN_CODE = "unknown-code", Hint,
    "A comment allows what no finding is called",
    "`// allow: code` silences findings on its line, or, where it has a line of its own, on the next. Several codes have commas between them. What keeps a source from running cannot be allowed.",
    "fn lambda(input) {\n    // allow: unused\n    let _count = 1;\n}",
    "fn lambda(input) {\n    // allow: unused-variable\n    let count = 1;\n}";
}
