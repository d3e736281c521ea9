//! `fmt`

use crate::cli_program::Desk;

const UGLY: &str = "fn lambda( input ){ // why\nlet a=1;a }\n";
const LAID_OUT: &str = "fn lambda(input) { // why\n    let a = 1;\n    a\n}\n";

fn desk_with_two() -> Desk {
    let desk = Desk::workspace();
    for name in ["one", "two"] {
        desk.run(&["new", name]).succeeds();
    }
    desk.write("lambdas/one/main.rhai", UGLY);
    desk
}

#[test]
fn all_lambdas_are_laid_out_and_a_second_time_nothing_changes() {
    let desk = desk_with_two();
    let before = desk.read("lambdas/two/main.rhai");
    let done = desk.run(&["fmt"]).succeeds().tells(&["2 lambdas: 1 changed"]);
    assert_eq!(done.stdout, "lambdas/one/main.rhai\n");
    assert_eq!(desk.read("lambdas/one/main.rhai"), LAID_OUT);
    assert_eq!(desk.read("lambdas/two/main.rhai"), before);
    let done = desk.run(&["fmt"]).succeeds().tells(&["2 lambdas: 0 changed"]);
    assert_eq!(done.stdout, "");
}

#[test]
fn a_check_shows_what_would_change_and_writes_nothing() {
    let desk = desk_with_two();
    let done = desk.run(&["fmt", "--check"]).ends(1).tells(&["2 lambdas: 1 would change"]);
    done.prints(&[
        "--- lambdas/one/main.rhai",
        "-fn lambda( input ){ // why",
        "+fn lambda(input) { // why",
        "+    let a = 1;",
    ]);
    assert_eq!(desk.read("lambdas/one/main.rhai"), UGLY);
    desk.run(&["fmt", "--check", "two"]).succeeds().tells(&["1 lambda: 0 would change"]);
}

#[test]
fn lambdas_files_and_stdin_can_be_named() {
    let desk = desk_with_two();
    desk.write("loose.rhai", UGLY);
    desk.run(&["fmt", "one", "loose.rhai"]).succeeds().tells(&["2 changed"]);
    assert_eq!(desk.read("loose.rhai"), LAID_OUT);
    let done = desk.run_with(&["fmt", "-"], UGLY).succeeds();
    assert_eq!((done.stdout.as_str(), done.stderr.as_str()), (LAID_OUT, ""));
    desk.run_with(&["fmt", "-", "--check"], UGLY).ends(1).prints(&["+    a"]);
    desk.run_with(&["fmt", "-", "--check"], LAID_OUT).succeeds();
    desk.run(&["fmt", "three"]).ends(2).tells(&["three"]);
    desk.run(&["fmt", "none.rhai"]).ends(2).tells(&["there is no file `none.rhai`"]);
}

#[test]
fn a_source_that_does_not_compile_is_left_alone_and_the_others_go_on() {
    let desk = desk_with_two();
    desk.write("lambdas/two/main.rhai", "fn lambda(input) {\n  let = 1;\n}\n");
    let done = desk.run(&["fmt"]).ends(1);
    done.tells(&["error[syntax]", "lambdas/two/main.rhai:2:7", "1 changed, 1 left alone"]);
    assert_eq!(desk.read("lambdas/one/main.rhai"), LAID_OUT);
    assert_eq!(desk.read("lambdas/two/main.rhai"), "fn lambda(input) {\n  let = 1;\n}\n");
    let done = desk.run_with(&["fmt", "-"], "fn f( {").ends(1).tells(&["error[syntax]"]);
    assert_eq!(done.stdout, "", "nothing that could overwrite the source");
}

#[test]
fn machines_get_what_changed_and_what_failed() {
    let desk = desk_with_two();
    desk.write("lambdas/two/main.rhai", "let = 1;");
    let json = desk.json(&["fmt", "--check"]);
    assert_eq!((&json["changed"], &json["failed"]), (&1.into(), &1.into()));
    let (one, two) = (&json["files"][0], &json["files"][1]);
    assert_eq!((&one["path"], &one["text"]), (&"lambdas/one/main.rhai".into(), &LAID_OUT.into()));
    assert_eq!((&two["changed"], &two["error"]["line"]), (&false.into(), &1.into()));
}
