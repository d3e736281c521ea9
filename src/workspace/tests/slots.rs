//! The slots of events, which no order of requests exceeds.

use super::*;
use proptest::prelude::*;

#[test]
fn a_full_event_names_its_holders_and_changes_nothing() {
    let desk = desk();
    let event = event("one", 2);
    for name in ["b", "a"] {
        desk.add(name, Some(&event)).unwrap();
    }
    desk.add("c", None).unwrap();
    let error = desk.add("d", Some(&event)).unwrap_err();
    assert!(
        error.to_string().starts_with("Event one admits 2 lambdas, held by `a`, `b`"),
        "{error}"
    );
    let WorkspaceError::EventFull { slots: 2, holders, .. } = error else { panic!("{error}") };
    assert_eq!(holders, [named("a"), named("b")]);
    assert!(matches!(
        desk.workspace.connect(&named("c"), Some(&event)),
        Err(WorkspaceError::EventFull { .. })
    ));
    assert_eq!(desk.names(), ["a", "b", "c"]);
    assert_eq!(desk.event_of("c"), None);
    desk.workspace.connect(&named("a"), Some(&event)).unwrap();
    desk.workspace.connect(&named("a"), None).unwrap();
    desk.workspace.connect(&named("c"), Some(&event)).unwrap();
}

#[test]
fn a_swap_leaves_the_holder_as_a_draft() {
    let desk = desk();
    let event = event("one", 1);
    desk.add("a", Some(&event)).unwrap();
    let (template, b) = (template(), named("b"));
    let new = NewLambda { name: &b, event: Some(&event), description: "", template: &template };
    desk.workspace.create_with_swap(new, &named("a")).unwrap();
    assert_eq!((desk.event_of("a"), desk.event_of("b")), (None, Some(event.id.clone())));
    desk.workspace.connect_swapping(&named("a"), &event, &b).unwrap();
    assert_eq!((desk.event_of("a"), desk.event_of("b")), (Some(event.id.clone()), None));
    let none = desk.workspace.connect_swapping(&named("a"), &event, &b).unwrap_err();
    assert_eq!(none.to_string(), "`b` holds no slot of Event one; `a` does");
}

#[test]
fn a_swap_that_fails_gives_the_slot_back() {
    let desk = desk();
    let event = event("one", 1);
    desk.add("a", Some(&event)).unwrap();
    let settings = desk.put("lambdas/b/lambda.toml", "broken = = 1");
    let failed = desk.workspace.connect_swapping(&named("b"), &event, &named("a")).unwrap_err();
    assert!(matches!(failed, WorkspaceError::Broken { line: 1, .. }), "{failed}");
    assert_eq!(desk.event_of("a"), Some(event.id.clone()));
    assert_eq!(fs::read_to_string(settings).unwrap(), "broken = = 1");
    let (template, a) = (template(), named("a"));
    let taken = NewLambda { name: &a, event: Some(&event), description: "", template: &template };
    assert!(matches!(
        desk.workspace.create_with_swap(taken, &a),
        Err(WorkspaceError::LambdaExists { .. })
    ));
    assert_eq!(desk.event_of("a"), Some(event.id));
}

#[test]
fn an_event_filled_by_hand_beyond_its_slots_stays_full_after_one_swap() {
    let desk = desk();
    let event = event("one", 1);
    for name in ["a", "b"] {
        desk.put(&format!("lambdas/{name}/lambda.toml"), "event = \"one\"\n");
    }
    desk.put("lambdas/c/main.rhai", "");
    assert!(desk.workspace.load().slots(&event).is_exceeded());
    let full = desk.workspace.connect_swapping(&named("c"), &event, &named("a")).unwrap_err();
    assert!(matches!(full, WorkspaceError::EventFull { .. }), "{full}");
    assert_eq!(desk.event_of("a"), Some(event.id));
}

#[test]
fn of_many_who_want_the_last_slot_one_gets_it() {
    let desk = desk();
    let event = event("one", 1);
    let won = std::thread::scope(|scope| {
        let contenders: Vec<_> = (0..8)
            .map(|number| {
                let (desk, event) = (&desk, &event);
                scope.spawn(move || desk.add(&format!("x{number}"), Some(event)).is_ok())
            })
            .collect();
        contenders.into_iter().map(|thread| usize::from(thread.join().unwrap())).sum::<usize>()
    });
    assert_eq!(won, 1);
    assert_eq!(desk.names().len(), 1);
    assert_eq!(desk.entries("lambdas").len(), 1);
}

#[derive(Clone, Debug)]
enum Step {
    Create(u8, bool),
    Connect(u8, bool),
    Swap(u8, u8),
    Rename(u8, u8),
    Duplicate(u8, u8),
    Delete(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let name = 0..4_u8;
    prop_oneof![
        (name.clone(), any::<bool>()).prop_map(|(a, b)| Step::Create(a, b)),
        (name.clone(), any::<bool>()).prop_map(|(a, b)| Step::Connect(a, b)),
        (name.clone(), name.clone()).prop_map(|(a, b)| Step::Swap(a, b)),
        (name.clone(), name.clone()).prop_map(|(a, b)| Step::Rename(a, b)),
        (name.clone(), name.clone()).prop_map(|(a, b)| Step::Duplicate(a, b)),
        name.prop_map(Step::Delete),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn no_order_of_requests_exceeds_the_slots_or_breaks_a_lambda(steps in prop::collection::vec(step(), 1..16)) {
        let desk = desk();
        let event = event("one", 2);
        let of = |number: u8| named(&format!("x{number}"));
        let workspace = &desk.workspace;
        for step in steps {
            // Refusals are part of the game; what counts is what the disk holds afterwards.
            let _ = match step {
                Step::Create(a, connected) => desk.add(of(a).as_str(), connected.then_some(&event)),
                Step::Connect(a, connected) => workspace.connect(&of(a), connected.then_some(&event)),
                Step::Swap(a, b) => workspace.connect_swapping(&of(a), &event, &of(b)),
                Step::Rename(a, b) => workspace.rename(&of(a), &of(b)),
                Step::Duplicate(a, b) => workspace.duplicate(&of(a), &of(b)),
                Step::Delete(a) => workspace.delete(&of(a)).map(drop),
            };
            let loaded = workspace.load();
            prop_assert!(!loaded.slots(&event).is_exceeded());
            prop_assert_eq!(&loaded.problems, &[]);
            prop_assert_eq!(desk.entries("lambdas").len(), loaded.lambdas.len());
        }
    }
}
