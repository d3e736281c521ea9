//! The Rhai engine's configuration, for the editor's diagnosis and for the worker alike.
//!
//! Both build their engine here, so that what compiles in the editor compiles in the worker. Must not know host
//! functions' implementations; the worker lays them on top.

use rhai::packages::{Package, StandardPackage};
use rhai::{Engine, OptimizationLevel, Token};
use std::cell::Cell;

/// How deep functions may call each other.
pub const CALL_LEVELS: usize = 128;

/// How deep an expression or a block may be nested, in functions and outside.
pub const EXPRESSION_DEPTH: usize = 256;

/// Stack a script needs for [`CALL_LEVELS`] times [`EXPRESSION_DEPTH`], in bytes, with room to spare: measured, one level of
/// each together takes about 1.5 KiB. It is virtual memory until it is used.
pub const STACK_BYTES: usize = 128 * 1024 * 1024;

/// The name of the function every lambda has.
pub const ENTRY_POINT: &str = "lambda";

/// An engine that compiles lambdas, without any function. Cheap: well under a microsecond.
///
/// The limits are stated rather than left to their defaults, which differ between debug and release builds. Sizes and
/// operations are not limited here: the worker's allocator and deadline do that without slowing the script down.
pub fn compiler() -> Engine {
    let mut engine = Engine::new_raw();
    engine.set_max_call_levels(CALL_LEVELS);
    engine.set_max_expr_depths(EXPRESSION_DEPTH, EXPRESSION_DEPTH);
    engine.set_optimization_level(OptimizationLevel::None);
    engine.disable_symbol("eval");
    allow_reserved_names_in_modules(&mut engine);
    engine
}

/// Whether `name` can be written behind a dot; the words that Rhai keeps for itself cannot.
pub fn is_property_name(name: &str) -> bool {
    let engine = compiler();
    let texts = [name.to_owned()];
    let (mut tokens, _) = engine.lex(&texts);
    let is_name = matches!(tokens.next(), Some((Token::Identifier(text), _)) if *text == name);
    is_name && tokens.next().is_none_or(|(token, _)| token == Token::EOF)
}

/// Rhai reserves `print` and `debug` for its own functions, also behind `::`. There they are names like any other, as in
/// `log::debug`.
fn allow_reserved_names_in_modules(engine: &mut Engine) {
    let follows_path = Cell::new(false);
    #[expect(deprecated, reason = "not deprecated, says its documentation, but may change")]
    engine.on_parse_token(move |token, _, _| {
        let is_in_module = follows_path.replace(matches!(token, Token::DoubleColon));
        match token {
            Token::Reserved(name) if is_in_module && matches!(name.as_str(), "print" | "debug") => {
                Token::Identifier(name)
            }
            other => other,
        }
    });
}

/// An engine with Rhai's standard library, on which the worker lays the host functions. Takes about 0.3 ms.
pub fn with_standard_library() -> Engine {
    let mut engine = compiler();
    engine.set_max_strings_interned(256);
    engine.set_optimization_level(OptimizationLevel::Simple);
    engine.register_global_module(StandardPackage::new().as_shared_module());
    engine
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_property_is_named_as_rhai_reads_it() {
        for name in ["convId", "_x", "type", "value2"] {
            assert!(is_property_name(name), "{name}");
        }
        for name in ["default", "let", "odd key", "", "2nd", "a.b", "größe", "print"] {
            assert!(!is_property_name(name), "{name}");
        }
        for name in ["convId", "type", "default", "let", "new", "print", "this", "exit", "global"] {
            let read = compiler().compile(format!("fn f(x) {{ x.{name} }}")).is_ok();
            assert_eq!(is_property_name(name), read, "{name}");
        }
    }

    #[test]
    fn ordinary_nesting_compiles_in_every_build() {
        let nested =
            format!("fn lambda(input) {{ {}1{} }}", "if true { ".repeat(50), " }".repeat(50));
        let sum = format!("fn lambda(input) {{ 1{} }}", " + 1".repeat(100));
        for source in [nested, sum] {
            assert!(compiler().compile(&source).is_ok());
            assert!(with_standard_library().compile(&source).is_ok());
        }
    }

    #[test]
    fn eval_is_no_function() {
        assert!(compiler().compile(r#"fn lambda(input) { eval("1") }"#).is_err());
    }

    #[test]
    fn modules_may_have_functions_called_print_and_debug() {
        for good in ["log::debug(1)", "json::print(1)", "print(1); debug(2)", "a::b::print()"] {
            assert!(compiler().compile(good).is_ok(), "{good}");
        }
        for bad in ["let print = 1;", "let debug = 1;", "log::eval(1)"] {
            assert!(compiler().compile(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn modules_of_files_cannot_be_imported() {
        let error = with_standard_library().run(r#"import "/etc/passwd" as p;"#).unwrap_err();
        assert!(matches!(*error, rhai::EvalAltResult::ErrorModuleNotFound(..)), "{error}");
    }
}
