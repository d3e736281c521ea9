//! Ordinary runs.

use crate::runtime_kit::*;

#[tokio::test]
async fn a_lambda_gets_its_input_and_returns_its_result() {
    let runtime = runtime();
    let run = run(&runtime, HELLO).await;
    assert_eq!(value(&run), "hello world");
    assert_eq!(runtime.workers_started(), 1);
}
