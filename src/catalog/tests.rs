use super::*;
use proptest::prelude::*;
use std::fs;
use std::path::PathBuf;
use tempfile::TempDir;

const EVENT: &str = r#"id = "order_shipped"
name = "Order Shipped"
description = "A parcel leaves."
raised_by = "Shop"
slots = 2
result = "anything"

[[sub_types]]
id = "EXPRESS"
title = "express"

[[sub_types]]
id = "NORMAL"
title = "normal"
"#;

/// A workspace with one event and one template of its own, both without fault.
fn workspace() -> TempDir {
    let root = TempDir::new().unwrap();
    for (path, text) in [
        ("events/order_shipped/event.toml", EVENT),
        ("events/order_shipped/schema.json", "{\"type\": \"object\"}"),
        (
            "events/order_shipped/samples/01_normal.json",
            "{\"headers\": [], \"payload\": {\"a\": 1}}",
        ),
        (
            "events/order_shipped/samples/02_express.json",
            "{\"headers\": [], \"payload\": {\"a\": 2}}",
        ),
        (
            "events/order_shipped/samples/03_express.json",
            "{\"headers\": [], \"payload\": {\"a\": 3}}",
        ),
        (
            "templates/shipped/template.toml",
            "name = \"Shipped\"\ndescription = \"x\"\nevent = \"order_shipped\"\n",
        ),
        ("templates/shipped/main.rhai", "fn lambda(input) { () }\n"),
    ] {
        write(&root, path, text);
    }
    root
}

fn write(root: &TempDir, path: &str, text: impl AsRef<[u8]>) {
    let path = root.path().join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// The problems as a person reads them, with paths below the workspace.
fn problems(root: &TempDir) -> Vec<String> {
    let root = format!("{}/", root.path().display());
    let catalog = Catalog::with_workspace(Path::new(&root));
    assert!(catalog.events.len() >= 10 && catalog.templates.len() >= 13, "the rest still works");
    catalog.problems.iter().map(|problem| problem.to_string().replace(&root, "")).collect()
}

/// The only problem after `change` to a good workspace, but for the template that has lost its event by it.
fn problem_after(change: impl FnOnce(&TempDir)) -> String {
    let root = workspace();
    change(&root);
    let mut all = problems(&root);
    let lost =
        "templates/shipped/template.toml:3: no event that could be read has the id `order_shipped`";
    all.retain(|problem| !problem.starts_with(lost));
    let [one] = &all[..] else { panic!("{all:#?}") };
    one.clone()
}

/// The only problem when `from` reads `to` in the file at `path`.
fn problem_with(path: &str, from: &str, to: &str) -> String {
    problem_after(|root| {
        let text = fs::read_to_string(root.path().join(path)).unwrap();
        assert!(text.contains(from));
        write(root, path, text.replacen(from, to, 1));
    })
}

#[test]
fn the_built_in_catalogue_is_whole() {
    let catalog = Catalog::built_in();
    assert_eq!(catalog.problems, []);
    let slots: Vec<_> =
        catalog.events.iter().map(|event| (event.id.as_str(), event.slots)).collect();
    assert_eq!(
        slots,
        [
            ("denver_post_survey_email_transcript", 10),
            ("controllerbot_messaging_conversation_end", 1),
            ("controllerbot_messaging_conversation_idle", 1),
            ("controllerbot_messaging_conversation_routing", 1),
            ("controllerbot_messaging_mid_conversation_msg", 1),
            ("controllerbot_messaging_new_conversation", 1),
            ("controllerbot_messaging_participants_change", 1),
            ("surveybot_messaging_survey_ended", 1),
            ("surveybot_messaging_survey_started", 1),
            ("controllerbot_messaging_ttr", 1),
        ]
    );
    let samples: Vec<_> = catalog.events.iter().map(|event| event.samples.len()).collect();
    assert_eq!(samples, [2, 3, 3, 1, 1, 5, 4, 1, 1, 3]);
    let alone: Vec<_> =
        catalog.templates_for(None).iter().map(|template| template.id.as_str()).collect();
    assert_eq!(
        alone,
        ["greeting", "logging", "email_client", "http", "salesforce", "secret_storage"]
    );
}

/// The compiler notices changed files, but not new ones; then `touch src/catalog/mod.rs`.
#[test]
fn what_is_embedded_is_what_is_on_disk() {
    let on_disk = |path: &str| {
        let mut ids: Vec<String> =
            fs::read_dir(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path))
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
        ids.sort();
        ids
    };
    let catalog = Catalog::built_in();
    let mut events: Vec<_> = catalog.events.iter().map(|event| event.id.to_string()).collect();
    let mut templates: Vec<_> =
        catalog.templates.iter().map(|template| template.id.clone()).collect();
    events.sort();
    templates.sort();
    assert_eq!((events, templates), (on_disk("assets/events"), on_disk("templates")));
}

/// The checks that a workspace's files go through, on the built-in ones.
#[test]
fn the_built_in_catalogue_passes_the_checks_of_a_workspace() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in folder::list(&root.join("assets/events"), &mut found) {
        events::read(&folder).unwrap();
    }
    assert_eq!(found, []);
}

#[test]
fn events_and_templates_are_found_by_id_or_by_name_in_any_case() {
    let catalog = Catalog::built_in();
    let ttr = catalog.find_event("messaging ttr").unwrap();
    assert_eq!(ttr.id.as_str(), "controllerbot_messaging_ttr");
    assert_eq!(catalog.find_event("controllerbot_messaging_ttr"), Some(ttr));
    assert_eq!(catalog.event(&ttr.id), Some(ttr));
    assert_eq!(catalog.find_event("ttr"), None);
    assert_eq!(catalog.find_template("KEYWORD scanner").unwrap().id, "keyword_scanner");
    assert_eq!(catalog.find_template("keyword_scanner").unwrap().name, "Keyword Scanner");
}

#[test]
fn an_events_default_template_is_offered_first_then_its_own_then_those_that_stand_alone() {
    let catalog = Catalog::built_in();
    let end = catalog.find_event("Messaging Conversation End").unwrap();
    let offer: Vec<_> =
        catalog.templates_for(Some(&end.id)).iter().map(|one| one.id.as_str()).collect();
    assert_eq!(
        offer,
        [
            "messaging_conversation_end",
            "keyword_scanner",
            "greeting",
            "logging",
            "email_client",
            "http",
            "salesforce",
            "secret_storage"
        ]
    );
    let unknown = EventId::new("unknown");
    assert_eq!(catalog.templates_for(Some(&unknown)).len(), 6);
}

#[test]
fn a_workspace_adds_its_own() {
    let root = workspace();
    let catalog = Catalog::with_workspace(root.path());
    assert_eq!(catalog.problems, []);
    let event = catalog.find_event("order shipped").unwrap();
    assert_eq!(event.origin, Origin::Workspace(root.path().join("events/order_shipped")));
    let samples: Vec<_> = event.samples.iter().map(|one| (&*one.sub_type, &*one.title)).collect();
    assert_eq!(samples, [("EXPRESS", "express"), ("EXPRESS", "express 2"), ("NORMAL", "normal")]);
    assert_eq!(catalog.templates_for(Some(&event.id))[0].id, "shipped");
}

#[test]
fn a_folder_that_is_no_workspace_adds_nothing() {
    let root = TempDir::new().unwrap();
    assert_eq!(problems(&root), [""; 0]);
    write(&root, "events/README.md", "plain files are left alone");
    write(&root, "events/.git/event.toml", "and so are hidden folders");
    assert_eq!(problems(&root), [""; 0]);
}

#[test]
fn a_broken_file_is_named_with_its_line_and_the_reason() {
    let event = "events/order_shipped/event.toml";
    for (from, to, told) in [
        ("slots = 2", "slots = two", ":5: "),
        ("slots = 2", "slots = 0", ":5: `slots` is 0; an event admits at least one lambda"),
        ("raised_by", "raisedby", ":4: unknown field `raisedby`"),
        ("slots = 2\n", "", "missing field `slots`"),
        ("\"anything\"", "\"anyhow\"", ":6: unknown variant `anyhow`"),
        (
            "\"order_shipped\"",
            "\"other\"",
            ":1: `id` is `other`, but the folder is called `order_shipped`",
        ),
        ("Order Shipped", " ", ":2: `name` is empty"),
        ("\"NORMAL\"\ntitle", "\"NORMAL\"\nlabel", ":14: unknown field `label`"),
    ] {
        let problem = problem_with(event, from, to);
        assert!(
            problem.starts_with(&format!("{event}:")) && problem.contains(told),
            "{to}: {problem}"
        );
    }
    let problem = problem_with("templates/shipped/template.toml", "order_shipped", "order_shiped");
    assert!(
        problem
            .starts_with("templates/shipped/template.toml:3: no event that could be read has the id `order_shiped`"),
        "{problem}"
    );
}

#[test]
fn broken_json_missing_files_and_foreign_text_are_problems_of_their_own() {
    let sample = "events/order_shipped/samples/01_normal.json";
    let told = problem_with(sample, ": 1}}", ": 1\n}");
    assert!(told.starts_with(&format!("{sample}:2: not JSON: ")), "{told}");
    let told = problem_with(sample, "payload", "body");
    assert!(told.contains("a sample is the whole input"), "{told}");
    let told = problem_with("events/order_shipped/schema.json", "\"object\"}", "");
    assert!(told.starts_with("events/order_shipped/schema.json:1: not JSON: "), "{told}");
    let told = problem_with("events/order_shipped/schema.json", "{\"type\": \"object\"}", "[]");
    assert!(told.ends_with(": a JSON Schema is an object"), "{told}");
    let told = problem_after(|root| write(root, "templates/shipped/main.rhai", b"// ok\n\xff\n"));
    assert_eq!(told, "templates/shipped/main.rhai:2: the file is not UTF-8 text; save it as UTF-8");
    let told = problem_after(|root| {
        fs::remove_file(root.path().join("templates/shipped/main.rhai")).unwrap();
    });
    assert_eq!(told, "templates/shipped/main.rhai: it is missing");
    let told = problem_after(|root| {
        fs::remove_file(root.path().join("templates/shipped/main.rhai")).unwrap();
        fs::create_dir(root.path().join("templates/shipped/main.rhai")).unwrap();
    });
    assert_eq!(told, "templates/shipped/main.rhai: a plain file is expected here");
}

#[test]
fn samples_belong_to_a_sub_type_and_each_sub_type_has_one() {
    let samples = "events/order_shipped/samples";
    let told = problem_after(|root| write(root, &format!("{samples}/04_slow.json"), "{}"));
    assert!(
        told.ends_with("no sub-type is called `slow`; `event.toml` lists `EXPRESS`, `NORMAL`"),
        "{told}"
    );
    let told = problem_after(|root| write(root, &format!("{samples}/notes.txt"), "x"));
    assert!(told.ends_with("a sample's file is named `<number>_<sub-type>.json`"), "{told}");
    let told = problem_after(|root| {
        fs::remove_file(root.path().join(samples).join("01_normal.json")).unwrap();
    });
    assert_eq!(
        told,
        format!("{samples}: the sub-type `NORMAL` has no sample; add `01_normal.json`")
    );
    let root = workspace();
    fs::remove_dir_all(root.path().join(samples)).unwrap();
    assert!(
        problems(&root)[0]
            .starts_with(&format!("{samples}: cannot list the folder: it is missing"))
    );
}

/// A template whose event is broken is a problem as well, since it could not be connected.
#[test]
fn all_that_is_wrong_with_a_workspace_is_told_at_once() {
    let root = workspace();
    write(&root, "events/order_shipped/schema.json", b"\xff");
    write(&root, "events/order_shipped/samples/01_normal.json", "{");
    write(&root, "events/empty/notes", "");
    write(&root, "templates/a b/main.rhai", "");
    let told = problems(&root);
    assert_eq!(told.len(), 5, "{told:#?}");
}

#[test]
fn an_id_that_is_taken_is_a_problem_whatever_its_case() {
    let greeting = "name = \"My Greeting\"\ndescription = \"x\"\n";
    let root = TempDir::new().unwrap();
    write(&root, "templates/Greeting/template.toml", greeting);
    write(&root, "templates/Greeting/main.rhai", "fn lambda(input) {}");
    assert_eq!(
        problems(&root),
        [
            "templates/Greeting: the id `Greeting` is taken by a built-in template; rename the folder and the id"
        ]
    );
    let told = problem_after(|root| {
        for file in
            ["event.toml", "schema.json", "samples/01_normal.json", "samples/02_express.json"]
        {
            let text =
                fs::read_to_string(root.path().join("events/order_shipped").join(file)).unwrap();
            write(
                root,
                &format!("events/order_Shipped/{file}"),
                text.replace("order_shipped", "order_Shipped"),
            );
        }
        write(root, "templates/shipped/template.toml", "name = \"Shipped\"\ndescription = \"x\"\n");
    });
    assert!(told.contains("is taken by the event in "), "{told}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_is_no_folder_or_a_pipe_does_not_hang_the_start() {
    let root = workspace();
    fs::remove_dir_all(root.path().join("templates")).unwrap();
    write(&root, "templates", "a file");
    let told = problems(&root);
    assert!(told[0].starts_with("templates: cannot list the folder: "), "{told:?}");

    let told = problem_after(|root| {
        let pipe = root.path().join("templates/shipped/main.rhai");
        fs::remove_file(&pipe).unwrap();
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RUSR).unwrap();
    });
    assert_eq!(told, "templates/shipped/main.rhai: a plain file is expected here");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Whatever a hand or a disk does to the files: the built-in ones remain, and the loss has a reason.
    #[test]
    fn a_damaged_event_is_a_problem_or_an_event(
        at in any::<prop::sample::Index>(),
        length in 0..40_usize,
        noise in proptest::collection::vec(any::<u8>(), 0..6),
    ) {
        let root = workspace();
        let mut bytes = EVENT.as_bytes().to_vec();
        let from = at.index(bytes.len());
        bytes.splice(from..(from + length).min(EVENT.len()), noise);
        write(&root, "events/order_shipped/event.toml", bytes);
        let catalog = Catalog::with_workspace(root.path());
        let taken = catalog.events.iter().any(|event| event.id.as_str() == "order_shipped");
        prop_assert!(taken != catalog.problems.iter().any(|problem| problem.path.starts_with(root.path().join("events"))));
        prop_assert!(catalog.find_event("messaging ttr").is_some());
    }
}
