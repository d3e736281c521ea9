//! Frames from a worker are not trusted: whatever comes, the run ends with a clear outcome and the host goes on.

use crate::runtime_kit::*;
use lambdeck::domain::{Failure, FailureKind, Level, Outcome, Place};
use lambdeck::runtime::protocol::{
    Done, Exhausted, FAILURE_TEXT_BYTES, FromWorker, LOG_BATCH_LINES, RESULT_LIMIT_BYTES, WireLog,
    WireOutcome, encode,
};
use lambdeck::runtime::{Runtime, Wall};
use proptest::prelude::*;
use std::path::Path;

/// A stand-in for a worker that is ready, waits for its run, sends `frames` and ends.
fn impostor(folder: &Path, frames: &[u8]) -> Runtime {
    let ready = [FromWorker::Sealed(Wall::default()), FromWorker::Ready { grown_bytes: 0 }];
    let ready: Vec<u8> = ready.iter().flat_map(|it| encode(it).unwrap()).collect();
    std::fs::write(folder.join("ready"), ready).unwrap();
    std::fs::write(folder.join("frames"), frames).unwrap();
    let script = "#!/bin/sh\ncd \"${0%/*}\"\n/bin/cat ready\n/usr/bin/head -c 4 >/dev/null\n/bin/cat frames\n";
    runtime_of(folder, script)
}

async fn outcome_of(frames: &[u8]) -> lambdeck::domain::Run {
    let folder = tempfile::tempdir().unwrap();
    run(&impostor(folder.path(), frames), HELLO).await
}

fn logs(count: usize) -> FromWorker {
    let line = WireLog {
        at_ms: 1_700_000_000_000,
        level: Level::Info,
        line: Some(3),
        message: "m".into(),
        extras: vec!["[1]".into()],
    };
    FromWorker::Logs(vec![line; count])
}

fn tail(skipped: u64) -> FromWorker {
    let FromWorker::Logs(lines) = logs(2) else { unreachable!() };
    FromWorker::LogTail { skipped, lines }
}

fn done(outcome: WireOutcome) -> FromWorker {
    FromWorker::Done(Box::new(Done {
        outcome,
        duration_us: u64::MAX,
        peak_memory_bytes: u64::MAX,
        operations: u64::MAX,
    }))
}

#[tokio::test]
async fn what_is_too_much_is_refused_or_cut() {
    let too_many = encode(&logs(LOG_BATCH_LINES + 1)).unwrap();
    let run = outcome_of(&too_many).await;
    assert_eq!(failure(&run).kind, FailureKind::Crashed);
    assert!(failure(&run).message.contains("does not read as a message"), "{run:?}");

    let twice = [tail(u64::MAX), tail(u64::MAX)].map(|it| encode(&it).unwrap()).concat();
    let run = outcome_of(&twice).await;
    assert!(failure(&run).message.contains("the end of its log twice"), "{run:?}");
    assert_eq!(run.logs.len(), 2);

    let long = format!("\"{}\"", "x".repeat(RESULT_LIMIT_BYTES));
    let run = outcome_of(&encode(&done(WireOutcome::Succeeded(long))).unwrap()).await;
    assert_eq!(failure(&run).kind, FailureKind::Crashed);
    assert!(failure(&run).message.contains("a result of 4194306 bytes"), "{run:?}");

    let mut wordy = Failure::new(FailureKind::Threw, "é".repeat(FAILURE_TEXT_BYTES));
    wordy.thrown = Some(serde_json::json!(vec![Vec::<u8>::new(); 1 << 20]));
    let wordy = done(WireOutcome::Failed(wordy.at(Some(Place::new(0, 0))).into()));
    let run = outcome_of(&encode(&wordy).unwrap()).await;
    assert_eq!(failure(&run).message.len(), FAILURE_TEXT_BYTES);
    assert!(failure(&run).thrown.as_ref().unwrap().is_string());
    assert_eq!(run.duration_us, u64::MAX);
}

#[tokio::test]
async fn a_result_that_is_no_json_is_the_workers_fault() {
    let run = outcome_of(&encode(&done(WireOutcome::Succeeded("{".into()))).unwrap()).await;
    assert_eq!(failure(&run).kind, FailureKind::Crashed);
    assert!(failure(&run).message.contains("a result that is not JSON"), "{run:?}");
}

fn message() -> impl Strategy<Value = FromWorker> {
    let text = "[ -~é]{0,40}";
    prop_oneof![
        (0..5_usize).prop_map(logs),
        any::<u64>().prop_map(|grown_bytes| FromWorker::Ready { grown_bytes }),
        text.prop_map(|text| done(WireOutcome::Succeeded(text))),
        text.prop_map(|text| {
            done(WireOutcome::Failed(Failure::new(FailureKind::Threw, text).into()))
        }),
        Just(done(WireOutcome::Cancelled)),
        any::<u64>().prop_map(tail),
        any::<[u64; 3]>().prop_map(|[asked_bytes, peak_memory_bytes, operations]| {
            FromWorker::Exhausted(Exhausted { asked_bytes, peak_memory_bytes, operations })
        }),
        Just(FromWorker::Sealed(Wall::default())),
    ]
}

/// Frames that are well formed, a byte of them changed, cut off or put in; or rubbish.
fn conversation() -> impl Strategy<Value = Vec<u8>> {
    let frames = prop::collection::vec(message(), 0..5).prop_map(|messages| {
        messages.iter().flat_map(|it| encode(it).unwrap()).collect::<Vec<u8>>()
    });
    let damaged = (frames, any::<prop::sample::Index>(), any::<u8>(), 0..4).prop_map(
        |(mut bytes, at, byte, how)| {
            let at = at.index(bytes.len() + 1);
            match how {
                0 => bytes.truncate(at),
                1 => bytes.insert(at, byte),
                2 if at < bytes.len() => bytes[at] = byte,
                _ => {}
            }
            bytes
        },
    );
    prop_oneof![4 => damaged, 1 => prop::collection::vec(any::<u8>(), 0..200)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_conversation_ends_in_a_clear_outcome(frames in conversation()) {
        let tokio = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let run = tokio.block_on(outcome_of(&frames));
        if let Outcome::Failed(failure) = &run.outcome
            && failure.kind == FailureKind::Crashed
        {
            prop_assert!(failure.message.contains("worker process"), "{:?}", failure);
            prop_assert!(failure.help.is_some());
        }
        // The record can be told, whatever the figures.
        prop_assert!(serde_json::to_string(&run).is_ok());
    }
}
