//! What is not to be kept any more goes, whoever makes the runs.

use crate::platform_kit::Stand;
use crate::store_kit::name;
use lambdeck::domain::RunQuery;
use lambdeck::platform::store::Runs as _;
use lambdeck::platform::{Door as _, Invocation, LambdaRef};
use std::time::{Duration, Instant};

/// So many runs are the occasion to look.
const RUNS: usize = 1_000;

#[tokio::test]
async fn one_who_only_answers_calls_forgets_too() {
    let stand = Stand::new("[delivery]\nkeep_runs_days = 2\n");
    stand.deploy("one", "ok").await;
    stand.clock.advance(3 * 24 * 3_600_000);
    for _ in 0..RUNS {
        let invocation =
            Invocation { input: r#"{"payload":1}"#.into(), system: None, skill: None, trace: None };
        stand.platform.invoke(LambdaRef::Name(name("one")), invocation).await.unwrap();
    }
    // All of them began three days ago by the clock that looks.
    let give_up = Instant::now() + Duration::from_secs(20);
    while !stand.store.runs(RunQuery::default()).await.unwrap().is_empty() {
        assert!(Instant::now() < give_up, "nothing is forgotten");
    }
}
