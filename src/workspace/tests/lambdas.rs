//! Lambdas and payloads made, read, saved, moved.

use super::*;
use std::os::unix::fs::symlink;

#[test]
fn a_new_workspace_is_complete_and_made_once() {
    let desk = desk();
    let root = desk.workspace.root();
    assert_eq!(desk.workspace.name(), "bots");
    assert_eq!(fs::read_to_string(root.join(".gitignore")).unwrap(), ".lambdeck/\n");
    assert!(root.join("lambdas").is_dir());
    assert_eq!(desk.workspace.load(), Loaded::default());
    let again = Workspace::init(root).unwrap_err();
    assert!(matches!(again, WorkspaceError::AlreadyAWorkspace { .. }), "{again}");
    assert_eq!(Workspace::find(&root.join("lambdas")), Some(root.to_path_buf()));
    assert_eq!(Workspace::open(root).unwrap(), desk.workspace);
    assert!(matches!(
        Workspace::open(&root.join("lambdas")),
        Err(WorkspaceError::NotAWorkspace { .. })
    ));
}

#[test]
fn what_git_ignores_already_stays_ignored() {
    for (old, new) in [
        ("/target", "/target\n.lambdeck/\n"),
        ("a\n/.lambdeck\n", "a\n/.lambdeck\n"),
        ("", ".lambdeck/\n"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(".gitignore"), old).unwrap();
        Workspace::init(folder.path()).unwrap();
        assert_eq!(fs::read_to_string(folder.path().join(".gitignore")).unwrap(), new);
    }
}

#[test]
fn a_new_lambda_has_source_settings_and_the_events_first_sample() {
    let desk = desk();
    let (event, template) = (event("one", 1), template());
    let name = named("greet");
    let new = NewLambda {
        name: &name,
        event: Some(&event),
        description: "says hello",
        template: &template,
    };
    desk.workspace.create(new).unwrap();
    let lambda = desk.workspace.load().lambdas.remove(0);
    assert_eq!(lambda.event, Some(event.id));
    assert_eq!(
        (lambda.description.as_str(), lambda.template.as_deref()),
        ("says hello", Some("greeting"))
    );
    assert_eq!(desk.workspace.read_source(&name).unwrap(), &*template.source);
    assert_eq!(desk.workspace.payloads(&name), ["FIRST_TIME_x"]);
    assert_eq!(desk.workspace.read_payload(&name, "FIRST_TIME_x").unwrap(), "{\"payload\":1}");
    let taken = desk.add("greet", None).unwrap_err();
    assert!(matches!(taken, WorkspaceError::LambdaExists { .. }), "{taken}");
    assert_eq!(desk.entries("lambdas"), ["greet"]);
}

#[test]
fn a_lambda_that_cannot_be_made_leaves_nothing() {
    let desk = desk();
    fs::remove_dir(desk.workspace.root().join("lambdas")).unwrap();
    desk.put("lambdas", "in the way");
    assert!(matches!(desk.add("x", None), Err(WorkspaceError::Write { .. })));
    fs::remove_file(desk.workspace.root().join("lambdas")).unwrap();
    symlink("nowhere", desk.workspace.root().join("x")).unwrap();
    fs::create_dir(desk.workspace.root().join("lambdas")).unwrap();
    symlink("nowhere", desk.workspace.lambda_dir(&named("x"))).unwrap();
    assert!(matches!(desk.add("x", None), Err(WorkspaceError::LambdaExists { .. })));
    assert_eq!(desk.entries("lambdas"), ["x"]);
}

#[test]
fn what_a_killed_process_left_goes_with_the_next_lambda() {
    let desk = desk();
    desk.put("lambdas/.lambdeck-new-abc/main.rhai", "half");
    desk.put("lambdas/.mine/main.rhai", "whole");
    desk.add("x", None).unwrap();
    assert_eq!(desk.entries("lambdas"), [".mine", "x"]);
}

#[test]
fn source_is_text_or_an_error_that_says_why_not() {
    let desk = desk();
    desk.add("x", None).unwrap();
    let name = named("x");
    let wrong = |text: &[u8]| {
        desk.put("lambdas/x/main.rhai", text);
        desk.workspace.read_source(&name).unwrap_err()
    };
    assert!(matches!(wrong(b"one\ntwo\n\xff\n"), WorkspaceError::NotText { line: 3, .. }));
    assert!(matches!(wrong(b"one\n\0"), WorkspaceError::NotText { line: 2, .. }));
    assert!(matches!(wrong(&vec![b'x'; 17 << 20]), WorkspaceError::TooBig { .. }));
    desk.workspace.save_source(&name, "let größe = 1;\r\n").unwrap();
    assert_eq!(desk.workspace.read_source(&name).unwrap(), "let größe = 1;\r\n");
    fs::remove_file(desk.workspace.source_path(&name)).unwrap();
    let missing = desk.workspace.read_source(&name).unwrap_err();
    assert!(missing.to_string().ends_with("main.rhai`: no such file or folder"), "{missing}");
}

#[test]
fn an_unknown_lambda_is_met_with_the_likeliest_one() {
    let desk = desk();
    desk.add("greet_vip", None).unwrap();
    desk.add("close", None).unwrap();
    let message = |name: &str| desk.workspace.read_source(&named(name)).unwrap_err().to_string();
    assert!(message("greet_vpi").ends_with("did you mean `greet_vip`?"));
    assert!(message("CLOSE").ends_with("did you mean `close`?"));
    assert!(message("zzz").ends_with("no lambda `zzz` in this workspace"));
}

#[test]
fn renaming_moves_everything_and_takes_no_name_twice() {
    let desk = desk();
    let event = event("one", 1);
    desk.add("a", Some(&event)).unwrap();
    desk.add("b", None).unwrap();
    assert!(matches!(
        desk.workspace.rename(&named("a"), &named("b")),
        Err(WorkspaceError::LambdaExists { .. })
    ));
    assert!(matches!(
        desk.workspace.rename(&named("c"), &named("d")),
        Err(WorkspaceError::UnknownLambda { .. })
    ));
    desk.workspace.rename(&named("a"), &named("A")).unwrap();
    desk.workspace.rename(&named("A"), &named("c")).unwrap();
    assert_eq!(desk.names(), ["b", "c"]);
    assert_eq!(desk.event_of("c"), Some(event.id));
    assert_eq!(desk.workspace.payloads(&named("c")), ["FIRST_TIME_x"]);
}

#[test]
fn names_that_differ_only_in_case_are_one() {
    let desk = desk();
    desk.add("greet_vip", None).unwrap();
    desk.add("b", None).unwrap();
    let workspace = &desk.workspace;
    for refused in [
        desk.add("GREET_VIP", None),
        workspace.rename(&named("b"), &named("Greet_Vip")),
        workspace.duplicate(&named("greet_vip"), &named("GREET_vip")),
    ] {
        let message = refused.unwrap_err().to_string();
        assert!(message.contains("there is a lambda `greet_vip` already"), "{message}");
    }
    workspace.rename(&named("greet_vip"), &named("GREET_VIP")).unwrap();
    assert_eq!(desk.names(), ["GREET_VIP", "b"]);
}

#[test]
fn a_copy_is_a_draft_with_a_source_of_its_own() {
    let desk = desk();
    desk.add("a", Some(&event("one", 1))).unwrap();
    let shared = desk.put("shared.rhai", "shared");
    fs::remove_file(desk.workspace.source_path(&named("a"))).unwrap();
    symlink(&shared, desk.workspace.source_path(&named("a"))).unwrap();
    symlink(desk.workspace.root(), desk.workspace.lambda_dir(&named("a")).join("round")).unwrap();
    desk.workspace.duplicate(&named("a"), &named("b")).unwrap();
    assert_eq!((desk.event_of("a").is_some(), desk.event_of("b")), (true, None));
    assert_eq!(desk.workspace.payloads(&named("b")), ["FIRST_TIME_x"]);
    desk.workspace.save_source(&named("b"), "changed").unwrap();
    assert_eq!(desk.workspace.read_source(&named("a")).unwrap(), "shared");
    assert!(matches!(
        desk.workspace.duplicate(&named("a"), &named("b")),
        Err(WorkspaceError::LambdaExists { .. })
    ));
    assert_eq!(desk.entries("lambdas"), ["a", "b"]);
}

#[test]
fn a_deleted_lambda_lies_in_the_trash_also_when_it_happens_again() {
    let desk = desk();
    let mut places = Vec::new();
    for text in ["first", "second", "third"] {
        desk.add("x", None).unwrap();
        desk.workspace.save_source(&named("x"), text).unwrap();
        places.push((desk.workspace.delete(&named("x")).unwrap(), text));
    }
    assert_eq!(desk.names(), Vec::<String>::new());
    for (place, text) in places {
        assert_eq!(fs::read_to_string(place.join(SOURCE_FILE)).unwrap(), text);
    }
    assert!(matches!(
        desk.workspace.delete(&named("x")),
        Err(WorkspaceError::UnknownLambda { .. })
    ));
}

#[test]
fn payloads_are_kept_under_names_that_cannot_leave_their_folder() {
    let desk = desk();
    desk.add("x", None).unwrap();
    let (workspace, name) = (&desk.workspace, named("x"));
    workspace.save_payload(&name, "vip, german".replace(',', "").as_str(), "{}").unwrap();
    workspace.save_payload(&name, "a.b-c_d", "[1]").unwrap();
    workspace.save_payload(&name, "a.b-c_d", "[2]").unwrap();
    assert_eq!(workspace.payloads(&name), ["a.b-c_d", "vip german"]);
    assert_eq!(workspace.read_payload(&name, "a.b-c_d").unwrap(), "[2]");
    for bad in [
        "",
        " ",
        ".hidden",
        "..",
        "../x",
        "a/b",
        "a\\b",
        "a\nb",
        "x ",
        "a\0",
        &"x".repeat(101),
        &"語".repeat(90),
    ] {
        for result in [
            workspace.save_payload(&name, bad, "{}"),
            workspace.read_payload(&name, bad).map(drop),
            workspace.delete_payload(&name, bad),
        ] {
            assert!(matches!(result, Err(WorkspaceError::PayloadName { .. })), "{bad:?}");
        }
    }
    desk.put("lambdas/x/payloads/.json", "");
    desk.put("lambdas/x/payloads/notes.txt", "");
    workspace.delete_payload(&name, "vip german").unwrap();
    assert_eq!(workspace.payloads(&name), ["a.b-c_d"]);
    let unknown = workspace.read_payload(&name, "vip").unwrap_err();
    assert!(unknown.to_string().ends_with("it has `a.b-c_d`"), "{unknown}");
    assert!(matches!(
        workspace.save_payload(&named("y"), "p", ""),
        Err(WorkspaceError::UnknownLambda { .. })
    ));
}

#[test]
fn a_single_file_is_a_lambda_that_needs_no_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("1 größer-draft.rhai");
    fs::write(&file, "fn lambda(input) {}").unwrap();
    let workspace = Workspace::loose(&file).unwrap();
    let [lambda] = workspace.load().lambdas.try_into().unwrap();
    assert_eq!(lambda.name.as_str(), "lambda_1_gr__er_draft");
    assert_eq!(
        (workspace.name(), workspace.loose_file()),
        ("1 größer-draft.rhai".into(), Some(&*file))
    );
    workspace.save_source(&lambda.name, "changed").unwrap();
    assert_eq!(fs::read_to_string(&file).unwrap(), "changed");
    assert_eq!(workspace.read_source(&lambda.name).unwrap(), "changed");
    assert!(matches!(
        workspace.read_source(&named("other")),
        Err(WorkspaceError::UnknownLambda { .. })
    ));
    assert_eq!(workspace.payloads(&lambda.name), Vec::<String>::new());
    for refused in [
        workspace.save_payload(&lambda.name, "p", ""),
        workspace.connect(&lambda.name, None),
        workspace.delete(&lambda.name).map(drop),
        workspace.rename(&lambda.name, &named("b")),
    ] {
        let error = refused.unwrap_err();
        assert!(matches!(error, WorkspaceError::NeedsWorkspace { .. }), "{error}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn any_file_name_makes_a_lambdas_name() {
    for stem in ["", "_", "9", "ü", &"x".repeat(80), &"9".repeat(80), ".hidden", "a b"] {
        let name = name_for(Path::new(&format!("{stem}.rhai")));
        assert_eq!(LambdaName::new(name.as_str()), Ok(name.clone()), "{stem}");
    }
}

#[test]
fn a_mistyped_word_finds_the_one_that_was_meant() {
    let known = ["greeting", "Messaging TTR", "AGENT_END_CONVERSATION"];
    for (word, meant) in [
        ("greetin", Some("greeting")),
        ("GREETING", Some("greeting")),
        ("mesaging ttr", Some("Messaging TTR")),
        ("ttr", Some("Messaging TTR")),
        ("agent_end", Some("AGENT_END_CONVERSATION")),
        ("tt", None),
        ("", None),
        ("unlike all", None),
    ] {
        assert_eq!(closest(word, &known), meant, "{word}");
    }
}
