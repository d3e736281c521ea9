//! Deploying by keys: what is checked, what is shown, what is asked, and what the lists say afterwards.

use crate::app_kit::{Harness, name};
use lambdeck::domain::{FileKey, RaisedEvent};
use lambdeck::platform::embedded::Embedded;
use lambdeck::platform::owner::{owner_of, wake};
use lambdeck::platform::store::{Candidate, Deployments as _, Doer, Queue as _, QueueLimits};

const HELLO: &str = "fn lambda(input) {\n    \"hello\"\n}\n";

/// Deploys the lambda in sight and says yes.
fn deploy(h: &mut Harness) {
    h.keys("<f9>").see("It will be executed").keys("<enter>").see("is executed now");
}

#[test]
fn a_draft_is_deployed_after_a_look_at_it_and_the_lists_say_so() {
    let mut h = Harness::editing(HELLO);
    h.keys("<f9>").see("hello is not deployed now").see("Deploy").keys("<esc>");
    h.keys("<alt-1><down>").dont_see("Productive");
    h.keys("<f9><enter>").see("Deployed hello: version 1 is executed now");
    assert!(h.row_of("hello").contains("Productive"), "{}", h.screen());
    h.see("1 productive").see("not serving");
    h.keys("<f9>").see("deployed as it stands: version 1");
}

#[test]
fn what_is_typed_is_saved_first_and_its_difference_shown() {
    let mut h = Harness::editing(HELLO);
    deploy(&mut h);
    h.keys("<ctrl-f>hello<enter><esc>").paste("good day");
    h.keys("<f9>");
    assert!(h.disk.source("hello").contains("good day"), "it was saved");
    h.see("takes the place of version 1").see("-     \"hello\"").see("+     \"good day\"");
    h.keys("<esc><alt-1><down>").see("Modified").see("1 modified");
    h.keys("<f9><enter>").see("version 2 is executed now").see("Productive");
}

#[test]
fn an_error_refuses_and_leads_to_its_line() {
    let mut h = Harness::editing("fn lambda(input) {\n    let x = ;\n}\n");
    h.keys("<alt-1><down><f9>").see("hello was not deployed: 1 error").see("let x = ;");
    assert_eq!(h.state.document().unwrap().pane.buffer.cursor().line, 1);
    h.keys("<alt-1>").see("Failed").see("1 failed");
}

#[test]
fn a_refused_deployment_says_what_is_executed_nevertheless() {
    let mut h = Harness::editing(HELLO);
    deploy(&mut h);
    h.keys("<ctrl-f>hello<enter><esc>")
        .paste("\" + ; \"")
        .keys("<f9>")
        .see("was not deployed: 1 error");
    h.keys("<alt-1><down>").see("1 failed").see("older versions run");
    assert!(h.row_of("hello").contains("Failed, v1 runs"), "{}", h.screen());
    h.see("It is executed nevertheless; a newer one was refused:");
}

#[test]
fn what_cannot_be_saved_is_not_deployed() {
    let mut h = Harness::editing(HELLO);
    h.disk.refuse_saves = Some("the disk is full".to_owned());
    h.keys("// more<f9>").see("the disk is full").dont_see("Deploy hello");
}

#[test]
fn a_full_event_names_who_is_deployed_on_it_and_swaps_in_one_step() {
    let mut h = Harness::sample();
    for lambda in ["first", "second"] {
        h.disk.create(lambda, "greeting", "");
        let path = h.disk.workspace().lambda_dir(&name(lambda)).join("lambda.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let event = "event = \"controllerbot_messaging_ttr\"\n";
        std::fs::write(&path, format!("{event}{text}")).unwrap();
    }
    h.open(FileKey::Source(name("first"))).keys("<f9><enter>").see("Deployed first");
    h.open(FileKey::Source(name("second"))).keys("<f9>").see("is full: first");
    h.keys("<enter>").see("Deployed second").see("first gave its slot");
    h.keys("<alt-1>");
    assert!(h.row_of("first").contains("Draft"), "{}", h.screen());
    assert!(h.row_of("second").contains("Productive"), "{}", h.screen());
}

#[test]
fn old_versions_are_seen_compared_and_brought_back_by_one_key() {
    let mut h = Harness::editing(HELLO);
    deploy(&mut h);
    h.keys("<ctrl-f>hello<enter><esc>").paste("good day").keys("<f9><enter>");
    h.keys("<alt-1><down>v").see("Versions of hello").see("version 2").see("executed");
    h.see("version 1 → version 2").see("+     \"good day\"");
    h.keys("<down>").see("version 1, the first").keys("<tab>");
    h.see("version 1 → the workspace").see("+     \"good day\"").see("-     \"hello\"");
    h.keys("<enter>").see("Roll back hello").see("Version 1 takes the place of version 2");
    h.see("-     \"good day\"").see("+     \"hello\"");
    h.keys("<enter>").see("Versions of hello").dont_see("Deployed hello");
    h.keys("<enter>y").dont_see("Versions of hello").see("Deployed hello");
    assert!(h.row_of("hello").contains("Modified"), "{}", h.screen());
}

#[test]
fn undeploying_asks_and_what_was_deployed_comes_back() {
    let mut h = Harness::editing(HELLO);
    deploy(&mut h);
    h.keys("<alt-1><down><ctrl-p>>undeploy<enter>").see("Stop executing hello").keys("<enter>");
    assert!(h.row_of("hello").contains("Productive"), "Keep is what is selected");
    h.keys("o")
        .see("Stop executing hello")
        .see("Version 1, executed without an event since")
        .keys("y")
        .see("hello is not executed any more");
    assert!(h.row_of("hello").contains("Draft"), "{}", h.screen());
    h.keys("<ctrl-p>>redeploy<enter>").see("hello is not deployed now").keys("<enter>");
    assert!(h.row_of("hello").contains("Draft"), "Keep is what is selected");
    h.keys("<ctrl-p>>redeploy<enter>y").see("Deployed hello: version");
    assert!(h.row_of("hello").contains("Productive"), "{}", h.screen());
}

#[test]
fn a_deployed_lambda_keeps_its_deployment_when_renamed_and_loses_it_when_deleted() {
    let mut h = Harness::editing(HELLO);
    deploy(&mut h);
    h.keys("<alt-1><down>r<ctrl-k>welcome<enter>").see("hello is called welcome now");
    assert!(h.row_of("welcome").contains("Productive"), "{}", h.screen());
    h.keys("<delete>").see("it is undeployed first").keys("y").see("Deleted welcome");
    let store = Embedded::open(&h.disk.root().join(".lambdeck")).unwrap();
    let known = block_on(store.lambdas()).unwrap();
    assert!(known.iter().all(|lambda| lambda.deployment.is_none()), "{known:?}");
}

#[test]
fn what_another_process_deployed_is_seen_when_one_comes_back() {
    let mut h = Harness::editing(HELLO);
    deploy(&mut h);
    h.keys("<alt-1>").see("1 productive");
    let store = Embedded::open(&h.disk.root().join(".lambdeck")).unwrap();
    let doer = Doer { by: "somebody".to_owned(), at_ms: 1 };
    block_on(store.undeploy(name("hello"), doer)).unwrap();
    h.input(lambdeck::app::Input::FocusGained).dont_see("productive");
}

#[test]
fn without_a_deployment_there_is_no_store() {
    let mut h = Harness::sample();
    h.keys("<f4><f4><f4><f4><f4>");
    assert!(!h.disk.root().join(".lambdeck/state.db").exists());
}

#[test]
fn what_is_deployed_is_executed_here_until_somebody_stops_it() {
    let mut h = Harness::sample();
    h.serves = true;
    h.keys("<f9><enter>").see("Deployed greet_new_conversation").see("serving 127.0.0.1:");
    let state = h.disk.root().join(".lambdeck");
    assert_eq!(owner_of(&state).unwrap().pid, std::process::id());
    let store = Embedded::open(&state).unwrap();
    let event = h.state.project.lambdas[0].event.clone().unwrap();
    let input = h.state.project.catalog.event(&event).unwrap().samples[0].text.clone();
    let raised = RaisedEvent {
        source: "test".to_owned(),
        id: "1".to_owned(),
        event,
        input,
        raised_at_ms: 1,
        trace: None,
        carried_by: None,
    };
    let room = QueueLimits { deliveries: 10, bytes: 1 << 20 };
    block_on(store.raise(vec![raised], room, 1)).unwrap();
    wake(&state);
    h.platform_tells(" ok ");
    assert!(h.row_of("greet_new").contains("ok"), "{}", h.screen());
    h.keys("<ctrl-p>>serve or stop<enter>").see("Nothing is executed here any more");
    h.see("not serving");
    assert_eq!(owner_of(&state), None);
}

#[test]
fn nothing_is_executed_here_by_a_broken_configuration() {
    let mut h = Harness::sample();
    h.serves = true;
    h.keys("<f9><enter>").see("serving 127.0.0.1:");
    h.keys("<ctrl-p>>serve or stop<enter>").see("not serving");
    let path = h.disk.root().join("lambdeck.toml");
    let config = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, config.replace("# require_token = false", "require_token = 1")).unwrap();
    h.keys("<ctrl-p>>serve or stop<enter>").see("nothing is executed until").see("not serving");
    assert_eq!(owner_of(&h.disk.root().join(".lambdeck")), None);
}

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[test]
fn a_small_terminal_says_in_short_who_executes() {
    let mut h = Harness::editing(HELLO);
    deploy(&mut h);
    h.resize(80, 24).keys("<alt-1>").see("not serving");
}

#[test]
fn what_failed_of_a_lambda_that_was_removed_is_not_counted() {
    let mut h = Harness::editing("fn lambda(input) { let a = ; }");
    h.keys("<f9>").see("was not deployed").keys("<alt-1>").see("1 failed");
    std::fs::remove_dir_all(h.disk.root().join("lambdas/hello")).unwrap();
    h.input(lambdeck::app::Input::FocusGained).dont_see("1 failed");
}

#[test]
fn a_deployed_lambda_whose_folder_is_gone_is_not_called_modified() {
    let mut h = Harness::editing(HELLO);
    deploy(&mut h);
    std::fs::remove_dir_all(h.disk.root().join("lambdas/hello")).unwrap();
    h.input(lambdeck::app::Input::FocusGained).see("1 without folder").dont_see("1 modified");
    h.see("1 problem").keys("<alt-1>p").see("its folder is gone").see("lambdeck undeploy hello");
}

/// The first lambda of the sample undeployed, its event full of others.
fn full() -> (Harness, Embedded) {
    let mut h = Harness::sample();
    h.keys("<alt-1><f9><enter>").see("Deployed greet_new_conversation");
    let store = Embedded::open(&h.disk.root().join(".lambdeck")).unwrap();
    let doer = || Doer { by: "somebody".to_owned(), at_ms: 1 };
    let version = block_on(store.versions(name("greet_new_conversation"))).unwrap().remove(0);
    let event = h.state.project.catalog.event(version.event.as_ref().unwrap()).unwrap();
    let slots = Some(event.slots);
    block_on(store.undeploy(name("greet_new_conversation"), doer())).unwrap();
    for n in 0..event.slots {
        let (lambda, version) = (name(&format!("other_{n}")), version.clone());
        let candidate = Candidate { lambda, version, slots, swap: None };
        block_on(store.deploy(candidate, doer())).unwrap();
    }
    h.input(lambdeck::app::Input::FocusGained);
    h.keys("<ctrl-p>>redeploy<enter>y").see("Deploy greet_new_conversation: swap");
    (h, store)
}

#[test]
fn what_is_deployed_again_on_a_full_event_swaps_in_one_step() {
    let (mut h, _) = full();
    h.keys("<enter>").see("Deployed greet_new_conversation").see("other_0 gave its slot");
}

#[test]
fn a_holder_that_has_gone_meanwhile_need_not_be_swapped() {
    let (mut h, store) = full();
    let doer = Doer { by: "somebody".to_owned(), at_ms: 2 };
    block_on(store.undeploy(name("other_0"), doer)).unwrap();
    h.keys("<enter>").see("Deployed greet_new_conversation").dont_see("gave its slot");
}
