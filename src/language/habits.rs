//! Names from other languages, and what stands for them here.

/// What to use instead of the variable `name`.
pub fn instead_of_variable(name: &str) -> Option<&'static str> {
    Some(match name {
        "null" | "nil" | "None" | "undefined" => "nothing is written `()`",
        "console" => "write to the log with `log::info(message)`",
        "JSON" => "use `json::parse(text)` and `json::print(value)`",
        "Math" => "numbers have `abs`, `floor`, `round` and so on as methods; chance is `random()`",
        "Object" => "a map has `m.keys()`, `m.values()` and `m.contains(key)`",
        "Date" => "the time is `time::now_ms()`",
        "process" => "environment variables are read with `env::get(name)`",
        "callback" => "return the result, or `throw` what went wrong",
        "module" | "exports" => "`fn lambda` needs no export",
        "True" => "write `true`",
        "False" => "write `false`",
        "self" => "write `this`",
        _ => return None,
    })
}

/// What to use instead of the function or method `name`.
pub fn instead_of_function(name: &str) -> Option<&'static str> {
    Some(match name {
        "length" | "size" | "count" => "the length is `len()`",
        "toUpperCase" => "use `to_upper()`",
        "toLowerCase" => "use `to_lower()`",
        "toString" | "str" | "String" => "use `to_string()`",
        "indexOf" => "use `index_of(x)`",
        "includes" | "has" | "hasOwnProperty" => "use `contains(x)`, or `x in list`",
        "forEach" => "use `for_each(|x| ...)`, or `for x in list { ... }`",
        "startsWith" => "use `starts_with(text)`",
        "endsWith" => "use `ends_with(text)`",
        "substring" | "substr" => "use `sub_string(start, length)`",
        "slice" => {
            "use `extract(start, length)` of a list, `sub_string(start, length)` of a string"
        }
        "splice" => "use `splice(start, length, list)`",
        "concat" => "join two lists or strings with `+`",
        "join" => "use `list.reduce(|text, x| text + x, \"\")`",
        "unshift" => "use `insert(0, x)`",
        "parseInt" | "Number" => "use `parse_int(text)`",
        "parseFloat" => "use `parse_float(text)`",
        "println" | "printf" | "log" => "use `print(value)` or `log::info(message)`",
        "every" => "use `all(|x| ...)`",
        "typeof" => "use `type_of(x)`",
        "require" | "fetch" => {
            "a lambda is one file, and reaches the world through its host functions"
        }
        _ => return None,
    })
}

/// What to use instead of the property `name`.
pub fn instead_of_property(name: &str) -> Option<&'static str> {
    match name {
        "length" | "size" | "count" => Some("the length is `len()`"),
        "keys" => Some("the keys are `keys()`"),
        _ => None,
    }
}
