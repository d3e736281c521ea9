//! What stands in the workspace's folders and means nothing.

use super::*;

/// Each stray with what is said of it, the path from the root.
fn strays(desk: &Desk) -> Vec<String> {
    let root = format!("{}/", desk.workspace.root().display());
    desk.workspace.strays().iter().map(|it| it.to_string().replace(&root, "")).collect()
}

#[test]
fn what_is_left_out_is_told_with_what_to_do() {
    let desk = desk();
    desk.add("x", None).unwrap();
    for path in [
        "events/shop.toml",
        "events/notes.txt",
        "events/crm/event.toml",
        "events/crm/sample/01_any.json",
        "templates/hello.rhai",
        "lambdas/greet.rhai",
        "lambdas/x/helpers.rhai",
        "lambdas/x/lambdas.toml",
        "lambdas/x/payloads/vip.txt",
        "lambdas/x/payloads/a+b.json",
        "lambdas/x/payloads/old/vip.json",
    ] {
        desk.put(path, "");
    }
    let event = "an event is a folder with event.toml, schema.json and samples/";
    let expected = [
        (
            "lambdas/greet.rhai",
            "a lambda is a folder with main.rhai and lambda.toml; move it to lambdas/greet/main.rhai",
        ),
        ("lambdas/x/helpers.rhai", "a lambda's source is main.rhai alone"),
        ("lambdas/x/lambdas.toml", "a lambda's settings stand in lambda.toml"),
        (
            "lambdas/x/payloads/a+b.json",
            "the name is none of a payload, for only letters, digits, `-`, `_`, spaces and dots can stand in it; give it another one",
        ),
        ("lambdas/x/payloads/old", "a saved payload is a file"),
        ("lambdas/x/payloads/vip.txt", "a saved payload is called `vip.json`"),
        ("events/crm/sample", event),
        ("events/notes.txt", event),
        ("events/shop.toml", &format!("{event}; move it to events/shop/event.toml")),
        (
            "templates/hello.rhai",
            "a template is a folder with template.toml and main.rhai; move it to templates/hello/main.rhai",
        ),
    ];
    let expected: Vec<_> = expected
        .iter()
        .map(|(path, why)| {
            let is_folder = desk.workspace.root().join(path).is_dir();
            format!("{path}: this {} is left out: {why}", if is_folder { "folder" } else { "file" })
        })
        .collect();
    assert_eq!(strays(&desk), expected);
    assert_eq!(desk.workspace.load().problems, [], "a run is not troubled with it");
}

#[test]
fn what_is_there_for_people_and_other_programs_is_no_stray() {
    let desk = desk();
    desk.add("x", None).unwrap();
    desk.put("lambdas/x/lambda.toml", "");
    for folder in
        ["lambdas", "lambdas/x", "lambdas/x/payloads", "events", "templates/t", "events/e"]
    {
        for name in ["README", "readme.md", ".gitkeep", ".hidden/x", "main.rhai~", "#main.rhai#"] {
            desk.put(&format!("{folder}/{name}"), "");
        }
    }
    desk.put("lambdas/x/payloads/vip.json", "{}");
    desk.put("lambdas/x/nightly.json", "{}");
    assert_eq!(strays(&desk), [""; 0]);
}
