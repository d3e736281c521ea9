//! Schedules on the Settings and Activity screens: when each is due, and the way to let it rest.

use crate::app_kit::{Harness, START_MS, name};
use crate::{platform_kit, store_kit};
use lambdeck::platform::embedded::Embedded;
use lambdeck::platform::store::Schedules as _;

#[test]
fn schedules_are_listed_with_their_times_and_rest_when_they_are_told_to() {
    let mut h = Harness::editing("fn lambda(input) {\n    1\n}\n");
    let path = h.disk.workspace().lambda_dir(&name("hello")).join("lambda.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let schedule =
        "\n[[schedule]]\nname = \"nightly\"\ncron = \"30 3 * * *\"\ntime_zone = \"Asia/Kolkata\"\n";
    std::fs::write(&path, format!("{text}{schedule}")).unwrap();
    h.keys("<alt-1><alt-5>").see("Schedules, with the times they are due next");
    assert!(h.row_of("hello/nightly").contains("not deployed yet"), "{}", h.screen());
    h.keys("<alt-2><f9>").see("Schedule nightly: 30 3 * * * Asia/Kolkata").keys("<enter>");
    h.keys("<alt-5>");
    // Half past three there is ten in the evening by a clock that shows UTC.
    for part in ["03:30 IST", "22:00 here", "30 3 * * * Asia/Kolkata"] {
        assert!(h.row_of("hello/nightly").contains(part), "{part}\n{}", h.screen());
    }
    h.click("hello/nightly").keys("p");
    assert!(h.row_of("hello/nightly").contains("paused"), "{}", h.screen());
    h.keys("p");
    assert!(h.row_of("hello/nightly").contains("03:30 IST"), "{}", h.screen());
    h.keys("<enter>").see("lambdas/hello/lambda.toml");
    h.keys("<alt-4>").see("hello/nightly at ");
    let mut later = h.state.deployed.schedules[0].clone();
    later.next.truncate(1);
    later.next[0].at_ms = START_MS + 400 * 24 * 3_600_000;
    h.state.deployed.schedules = vec![later];
    h.keys("<down>").see("hello/nightly at 2028-");
    h.keys("<alt-1><down>o").see("Its schedules rest: hello/nightly").keys("y");
    h.keys("<alt-5>");
    assert!(h.row_of("hello/nightly").contains("rests while"), "{}", h.screen());
}

#[test]
fn a_schedule_that_is_never_due_again_is_not_resumed() {
    let mut h = Harness::editing("fn lambda(input) {\n    1\n}\n");
    h.keys("<alt-2><f9>").see("Deploy hello").keys("<enter>");
    let store = Embedded::open(&h.disk.root().join(".lambdeck")).unwrap();
    let mut odd = platform_kit::every_minute("odd");
    (odd.lambda, odd.cron) = (name("hello"), "0 0 30 2 *".into());
    let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    tokio.block_on(async {
        store.add_schedule(odd, store_kit::doer(START_MS)).await.unwrap();
        store.pause_schedule("odd".into(), None, store_kit::doer(START_MS)).await.unwrap();
    });
    h.keys("<alt-1><alt-5>").see("odd").click("odd").keys("p");
    h.see("The schedule `odd` is never due again, so it stays paused");
}
