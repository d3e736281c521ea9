//! The Lambdas screen and the dialogs that are opened from it, by keys and mouse.

use crate::app_kit::{Harness, name};
use lambdeck::app::state::{Pane, Screen};
use lambdeck::catalog::Catalog;
use lambdeck::workspace::JournalKey;

/// The event that the disk says a lambda is connected to.
fn event_of(h: &Harness, lambda: &str) -> Option<String> {
    let loaded = h.disk.workspace().load();
    loaded.lambda(&name(lambda)).unwrap().event.as_ref().map(ToString::to_string)
}

#[test]
fn the_first_screen_shows_lambdas_events_and_what_to_press() {
    let mut h = Harness::sample();
    h.see("greet_new_conversation").see("scan_keywords").see("hello");
    h.see("Messaging New Conversation").see("1/1").see("0/10");
    h.see("F1 Help").see("Enter Edit");
    Harness::empty().see("No lambda yet. Ctrl-N makes one");
}

#[test]
fn a_lambda_is_made_for_every_event_by_keys_alone() {
    for event in &Catalog::built_in().events {
        let mut h = Harness::empty();
        h.keys("<ctrl-n>")
            .keys(&event.name)
            .keys("<enter>")
            .see("2 of 3")
            .keys("<enter>")
            .see("3 of 3");
        h.keys("<ctrl-k>made_here<tab>what it is for<enter>");
        assert!(h.state.dialogs.is_empty(), "{}:\n{}", event.name, h.screen());
        assert_eq!(h.state.screen, Screen::Editor);
        h.see("made_here  main.rhai").see("fn lambda(").see(&event.name);
        assert_eq!(event_of(&h, "made_here").as_deref(), Some(event.id.as_str()));
        assert!(h.state.document().unwrap().pane.diagnostics.is_empty(), "{}", event.name);
        h.keys("<alt-1>").see("what it is for");
    }
}

#[test]
fn no_event_is_a_choice_too() {
    let mut h = Harness::empty();
    h.keys("n").keys("no event<enter>").see("Greeting").see("Logging").keys("<enter><enter>");
    assert_eq!(event_of(&h, "greeting"), None);
    h.see("no event");
}

#[test]
fn a_full_event_names_its_holder_and_the_holder_stays_as_a_draft() {
    let mut h = Harness::sample();
    h.keys("<ctrl-n>conversation end").see("full: scan_keywords").keys("<enter>");
    h.see("admits one lambda and is full")
        .see("scan_keywords")
        .keys("<enter>")
        .see("2 of 3: template");
    h.keys("<enter>").see("place of scan_keywords").keys("<ctrl-k>end_now<enter>");
    assert_eq!(event_of(&h, "scan_keywords"), None);
    assert!(event_of(&h, "end_now").is_some());
    h.keys("<alt-1>").see("scan_keywords");
}

#[test]
fn esc_goes_back_step_by_step_and_leaves_nothing_behind() {
    let mut h = Harness::sample();
    h.keys("<ctrl-n>conversation end<enter><enter><enter>").see("3 of 3");
    h.keys("<esc>")
        .see("2 of 3")
        .keys("<esc>")
        .see("1 of 3")
        .keys("<esc>")
        .dont_see("New lambda  1");
    assert_eq!(h.disk.workspace().load().lambdas.len(), 3);
    assert!(event_of(&h, "scan_keywords").is_some());
}

#[test]
fn the_template_picker_finds_by_letters_and_shows_code_and_description() {
    let mut h = Harness::empty();
    h.keys("<ctrl-n>conversation end<enter>");
    h.see("Stand-alone").see("fn lambda(");
    h.keys("kwsc").see("Keyword Scanner").see("(nothing matches)").see("1/8");
    assert!(h.find("Messaging Conversation End").y < h.find("Stand-alone").y);
    let first = h.screen();
    h.keys("<ctrl-d>");
    assert_ne!(h.screen(), first, "the preview scrolls");
    h.keys("<ctrl-u>");
    assert_eq!(h.screen(), first);
    h.wheel("fn lambda(", 1);
    assert_ne!(h.screen(), first, "the wheel over it scrolls it");
    h.wheel("Keyword Scanner", 1).wheel("Stand-alone", -1).see("Keyword Scanner");
    h.keys("zzz<enter>").see("2 of 3").see("0/8");
}

#[test]
fn a_template_is_read_to_its_end_and_its_right_on_a_small_screen() {
    let mut h = Harness::empty();
    h.resize(80, 24).keys("<ctrl-n>conversation end<enter>kwsc");
    let source = &h.state.project.catalog.find_template("keyword_scanner").unwrap().source;
    // Longer words are broken where the room ends.
    let words = source.split_whitespace().filter(|word| word.len() <= 20);
    let words: Vec<_> = words.map(str::to_owned).collect();
    let mut seen = h.screen();
    for _ in 0..40 {
        seen.push_str(&h.keys("<ctrl-d>").screen());
    }
    let missing: Vec<_> = words.iter().filter(|word| !seen.contains(*word)).collect();
    assert!(missing.is_empty(), "{missing:?} in\n{}", h.screen());
    h.see("   66 }");
}

#[test]
fn a_name_that_cannot_be_is_refused_in_the_dialog() {
    let mut h = Harness::sample();
    h.keys("n").keys("no event<enter><enter><ctrl-k>1st<enter>").see("3 of 3").see("letter");
    h.keys("<ctrl-k>HELLO<enter>").see("there is a lambda `hello` already");
    h.keys("<ctrl-k>hello2").dont_see("already").keys("<enter>");
    assert_eq!(h.state.editor.lambda(), Some(&name("hello2")));
}

#[test]
fn a_lambda_that_cannot_be_made_leaves_what_was_typed_with_the_reason() {
    let mut h = Harness::sample();
    let (lambdas, aside) = (h.disk.root().join("lambdas"), h.disk.root().join("aside"));
    h.keys("nno event<enter><enter><ctrl-k>welcome<tab>Says hello");
    std::fs::rename(&lambdas, &aside).unwrap();
    std::fs::write(&lambdas, "in the way").unwrap();
    h.keys("<enter>").see("3 of 3").see("welcome").see("Says hello").see("Cannot create");
    std::fs::remove_file(&lambdas).unwrap();
    std::fs::rename(&aside, &lambdas).unwrap();
    h.keys("<enter>").dont_see("3 of 3").see("Made welcome");
    assert_eq!(h.state.editor.lambda(), Some(&name("welcome")));
}

#[test]
fn rename_keeps_what_was_typed_and_forgets_the_old_name() {
    let mut h = Harness::sample();
    h.keys("<ctrl-o>hello<enter>// typed<enter><alt-1>");
    h.keys("<home><down>")
        .see("hello *")
        .keys("<f2>")
        .see("Rename hello")
        .keys("<ctrl-k>salute<enter>");
    h.see("salute *").see("hello is called salute now");
    assert!(
        h.disk.journal.contains_key(&JournalKey::Lambda(name("salute"))),
        "unsaved text is kept under the new name"
    );
    assert!(
        !h.disk.journal.contains_key(&JournalKey::Lambda(name("hello"))),
        "and not offered for a lambda that is gone"
    );
    h.keys("<alt-2>").see("// typed").keys("<ctrl-s>");
    assert!(h.disk.source("salute").starts_with("// typed"));
    assert!(h.disk.journal.is_empty());
}

#[test]
fn the_selection_stays_with_a_renamed_lambda() {
    let mut h = Harness::sample();
    h.keys("<home><f2><ctrl-k>zebra<enter>");
    assert_eq!(h.state.at_hand(), Some(name("zebra")));
}

#[test]
fn duplicate_copies_without_the_event() {
    let mut h = Harness::sample();
    h.keys("<end>d").see("Duplicate scan_keywords").keys("<enter>").see("scan_keywords_copy");
    assert_eq!(event_of(&h, "scan_keywords_copy"), None);
    assert_eq!(h.disk.source("scan_keywords_copy"), h.disk.source("scan_keywords"));
}

#[test]
fn delete_asks_with_the_name_and_keeps_by_default() {
    let mut h = Harness::sample();
    h.keys("<end><delete>")
        .see("Delete scan_keywords with its payloads?")
        .keys("<enter>")
        .see("scan_keywords");
    assert!(h.state.dialogs.is_empty());
    h.keys("xn").see("scan_keywords");
    h.keys("x<esc>").see("scan_keywords");
    assert_eq!(h.disk.workspace().load().lambdas.len(), 3);
    h.keys("xy").see("Deleted scan_keywords");
    assert_eq!(h.disk.workspace().load().lambdas.len(), 2);
    h.wait(60_000).dont_see("scan_keywords");
}

#[test]
fn the_answers_of_a_question_can_be_clicked() {
    let mut h = Harness::sample();
    h.keys("<end>x").click("Keep").see("scan_keywords");
    let delete = h.keys("x").find("Keep");
    h.mouse((delete.x - 9, delete.y).into(), lambdeck::app::input::MouseKind::Press(1))
        .see("Deleted scan_keywords");
}

#[test]
fn connecting_shows_slots_and_swaps_where_the_event_is_full() {
    let mut h = Harness::sample();
    h.keys("<home><down>c")
        .see("Connect hello")
        .keys("ttr<enter>")
        .see("hello is connected to Messaging TTR");
    assert!(event_of(&h, "hello").is_some());
    h.keys("<esc>c")
        .keys("conversation end<enter>")
        .see("scan_keywords")
        .see("gives its slot up")
        .keys("<enter>");
    assert_eq!(event_of(&h, "scan_keywords"), None);
    h.keys("<esc>c").keys("no event<enter>");
    assert_eq!(event_of(&h, "hello"), None);
}

#[test]
fn the_filter_narrows_and_esc_brings_all_back_with_the_same_lambda_selected() {
    let mut h = Harness::sample();
    h.keys("/scan").see("Lambdas  1/3").dont_see("hello").see("scan_keywords");
    h.keys("<esc>").see("Lambdas  3").see("hello");
    assert_eq!(h.state.at_hand(), Some(name("scan_keywords")));
    h.keys("/n<down>");
    let selected = h.state.at_hand();
    h.keys("<tab><esc>").see("Lambdas  3");
    assert_eq!(h.state.at_hand(), selected);
    h.keys("/hello<enter><enter>");
    assert_eq!(h.state.editor.lambda(), Some(&name("hello")));
}

#[test]
fn enter_in_a_filter_that_matches_nothing_does_nothing() {
    let mut h = Harness::sample();
    h.keys("/zzz").see("No lambda matches").keys("<enter>");
    assert!(h.state.dialogs.is_empty(), "{}", h.screen());
}

#[test]
fn a_double_click_opens_a_lambda_and_an_event_starts_a_new_one() {
    let mut h = Harness::sample();
    h.clicks("hello", 2);
    assert_eq!(
        (h.state.screen, h.state.editor.lambda().cloned()),
        (Screen::Editor, Some(name("hello")))
    );
    h.keys("<alt-1>").clicks("Messaging TTR", 2).see("New lambda  2 of 3").see("Messaging TTR");
    // The first click gives the events more rows.
    h.keys("<esc><esc><tab>").resize(80, 24).clicks("Messaging Line in Off-Hours", 2);
    h.see("New lambda  2 of 3").see("Messaging Line in Off-Hours");
    let mut h = Harness::sample();
    h.click("Messaging TTR");
    assert_eq!(h.state.focus(), Pane::Events);
    h.keys("<enter>").see("New lambda  2 of 3");
}

#[test]
fn the_keys_of_the_screens_open_the_selected_lambda_and_stay_there() {
    for (keys, screen) in [
        ("<alt-2>", Screen::Editor),
        ("<alt-3>", Screen::Invoke),
        ("2", Screen::Editor),
        ("3", Screen::Invoke),
    ] {
        let mut h = Harness::sample();
        h.keys("<home><down>").keys(keys);
        assert_eq!(
            (h.state.screen, h.state.editor.lambda().cloned()),
            (screen, Some(name("hello"))),
            "{keys}\n{}",
            h.screen()
        );
    }
    let mut h = Harness::sample();
    h.keys("<home><down>").click("3 Invoke");
    assert_eq!(h.state.screen, Screen::Invoke, "{}", h.screen());
}

#[test]
fn f4_turns_the_screens_in_a_round() {
    let mut h = Harness::sample();
    let round =
        [Screen::Editor, Screen::Invoke, Screen::Activity, Screen::Settings, Screen::Lambdas];
    for screen in round {
        h.keys("<f4>");
        assert_eq!(h.state.screen, screen);
    }
    h.keys("<shift-f4>");
    assert_eq!(h.state.screen, Screen::Settings);
}

#[test]
fn a_folder_without_a_workspace_becomes_one_on_request() {
    let mut h = Harness::nowhere();
    h.see("is not a lambdeck workspace yet")
        .keys("<enter>")
        .see("No lambda yet")
        .keys("<esc>n")
        .see("1 of 3");
    let mut h = Harness::nowhere();
    h.keys("<right><enter>");
    assert!(h.has_quit());
}

#[test]
fn a_lambda_that_cannot_be_read_is_marked_and_told_among_the_problems() {
    let mut h = Harness::sample();
    let workspace = h.disk.workspace().clone();
    std::fs::write(workspace.source_path(&name("hello")), b"fn lambda(input) {\n\xff }").unwrap();
    let own = workspace.lambda_dir(&name("scan_keywords")).join("lambda.toml");
    std::fs::write(own, b"event = \xff").unwrap();
    h.keys("1<alt-2><alt-1>").see("2 problems").see("!hello").see("!scan_keywords");
    h.dont_see("!greet");
    h.keys("p").see("lambdas/hello/main.rhai:2: this is not UTF-8 text");
    h.see("lambdas/scan_keywords/lambda.toml:1: this is not UTF-8 text");
}

#[test]
fn the_problems_of_the_workspace_are_those_that_check_tells_in_its_order() {
    let mut h = Harness::sample();
    let workspace = h.disk.workspace().clone();
    let toml = |lambda: &str| workspace.lambda_dir(&name(lambda)).join("lambda.toml");
    std::fs::write(toml("hello"), "event = \"nothing\"\nevnt = 1\n").unwrap();
    let times = "[[schedule]]\nname = \"a\"\ncron = \"0 25 * * *\"\ntime_zone = \"Mars\"\n";
    std::fs::write(toml("scan_keywords"), times).unwrap();
    h.keys("1<alt-2><alt-1>p").see("Problems of the workspace");
    let loaded = workspace.load();
    let catalog = lambdeck::catalog::Catalog::with_workspace(workspace.root());
    let told = lambdeck::platform::findings::collect(&workspace, &loaded, &catalog);
    let of_files = told.iter().filter(|it| it.path.extension().is_some_and(|it| it == "toml"));
    let told: Vec<_> = of_files.map(ToString::to_string).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    assert_eq!(h.state.project.problems, told);
    // What the list has no room for is read below it.
    h.keys("<down>").see("does not exist:  ").see("┃ `nothing`  ");
}
