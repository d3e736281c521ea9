use super::*;

#[test]
fn the_built_in_catalogue_is_without_a_problem() {
    let catalog = Catalog::built_in();
    assert_eq!(catalog.problems, []);
    assert!(catalog.events.iter().all(|event| !event.samples.is_empty()));
}
