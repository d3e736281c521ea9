//! What host and worker say to each other.
//!
//! A frame is its length (`u32`, little endian) and a value in postcard's form. Postcard because both ends are the same
//! binary and need neither names nor versions: it is compact, copies strings as they are and reads back only what the
//! type allows. JSON (input, result, log extras) stays JSON text inside the frames, so that a value is built once, by
//! whoever needs it.

pub mod cache;
mod call;
pub mod http;
pub mod mail;

pub use call::{
    CALLS_AT_ONCE, CallError, Calls, HostCall, HostReply, RandomCall, Reply, SecretCall,
};

use super::bounded;
use super::wall::Wall;
use crate::domain::run::{Failure, Frame};
use crate::domain::{FailureKind, Level, LogLine, Place};
use crate::language::api::LOG_EXTRAS;
use crate::language::engine::CALL_LEVELS;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::io::{self, Read};
use std::sync::Arc;

/// The longest frame a worker accepts, in bytes.
pub const FRAME_LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// The longest frame the host accepts from a worker, in bytes.
pub const WORKER_FRAME_LIMIT_BYTES: usize = 16 * 1024 * 1024;

/// The longest result, in bytes of JSON text.
pub const RESULT_LIMIT_BYTES: usize = 4 * 1024 * 1024;

/// The most log lines in one frame.
pub const LOG_BATCH_LINES: usize = 512;

/// The most log lines kept of a run's beginning.
pub const LOG_LINES_KEPT: usize = 50_000;

/// The most log text kept of a run's beginning, in bytes of messages and extras.
pub const LOG_BYTES_KEPT: usize = 16 * 1024 * 1024;

/// The most log lines kept of a run's end, when it wrote more than its beginning holds.
pub const LOG_TAIL_LINES: usize = 1_000;

/// The most log text kept of a run's end, in bytes of messages and extras.
pub const LOG_TAIL_BYTES: usize = 1024 * 1024;

/// The longest message of one log line, in bytes.
pub const LOG_MESSAGE_BYTES: usize = 64 * 1024;

/// The longest JSON text of one extra value of a log line, in bytes.
pub const LOG_EXTRA_BYTES: usize = 16 * 1024;

/// The most memory taken by the extra values kept of a run, in bytes as they are estimated. Beyond it they are kept
/// as their texts.
pub const LOG_EXTRAS_WEIGHT: usize = 32 * 1024 * 1024;

/// The longest message or advice of a failure kept, in bytes.
pub const FAILURE_TEXT_BYTES: usize = 64 * 1024;

/// The longest JSON text of a thrown value, in bytes. A longer one is kept as the beginning of its text.
pub const THROWN_BYTES: usize = 64 * 1024;

/// The most calls named on the way to a failure.
const STACK_FRAMES: usize = 4 * CALL_LEVELS;

/// What a frame takes for which room is made before it is known, in bytes: most lambdas with what they are given.
const USUAL_FRAME_BYTES: usize = 4 * 1024;

/// The worker's exit code when an allocation went beyond the hard limit of memory.
pub const EXIT_MEMORY: i32 = 97;

/// What the host sends. Closing the pipe ends the worker at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ToWorker {
    /// Run this; only sent to a worker that said [`FromWorker::Ready`] after its last run.
    Run(Assignment),
    /// The answer to one call of a [`FromWorker::Calls`].
    Reply(Reply),
    /// End the run at the next opportunity.
    Stop(StopReason),
}

/// A run as the worker sees it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Assignment {
    /// The Rhai source; none for that of the worker's last run.
    pub source: Option<Arc<str>>,
    /// The input as JSON text, checked by the host.
    pub input: Arc<str>,
    /// The deadline in milliseconds, for the message; the host keeps the time.
    pub deadline_ms: u64,
    /// Memory beyond that of the idle worker, in bytes.
    pub memory_bytes: u64,
    /// Whether nothing else goes on at the host: then the worker may look for what it says next before it sleeps.
    pub is_alone: bool,
}

/// Why a run must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StopReason {
    /// Its time is up.
    Deadline,
    /// A person stopped it.
    Cancelled,
}

/// What the worker sends.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum FromWorker {
    /// It can take a run.
    Ready {
        /// Memory it holds beyond what it held when it first was ready, in bytes.
        grown_bytes: u64,
    },
    /// Lines the lambda wrote.
    Logs(#[serde(deserialize_with = "bounded::list::<_, _, LOG_BATCH_LINES>")] Vec<WireLog>),
    /// The last lines of a log that was too long to be kept whole; only sent right before the run's end.
    LogTail {
        /// How many lines before them were not kept.
        skipped: u64,
        /// The lines.
        #[serde(deserialize_with = "bounded::list::<_, _, LOG_TAIL_LINES>")]
        lines: Vec<WireLog>,
    },
    /// The lambda asks the host; the script waits for the replies.
    Calls(Calls),
    /// The run is over.
    Done(Box<Done>),
    /// The last words before the process ends with [`EXIT_MEMORY`].
    Exhausted(Exhausted),
    /// It has given up what it will not need; the first that it says, before it is ready.
    Sealed(Wall),
}

/// How a run ended, with its figures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// How.
    pub outcome: WireOutcome,
    /// From start to end, in microseconds.
    pub duration_us: u64,
    /// The most memory held beyond the idle worker, in bytes.
    pub peak_memory_bytes: u64,
    /// Rhai operations executed.
    pub operations: u64,
}

/// The figures of a run that asked for too much memory at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exhausted {
    /// What it asked for last, in bytes.
    pub asked_bytes: u64,
    /// The most memory held beyond the idle worker before that, in bytes.
    pub peak_memory_bytes: u64,
    /// Rhai operations executed before that.
    pub operations: u64,
}

/// How a run ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum WireOutcome {
    /// The result as JSON text.
    Succeeded(String),
    /// It failed.
    Failed(WireFailure),
    /// It was stopped by a person.
    Cancelled,
}

/// A [`Failure`] whose thrown value is JSON text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WireFailure {
    kind: FailureKind,
    message: String,
    place: Option<Place>,
    #[serde(deserialize_with = "bounded::list::<_, _, STACK_FRAMES>")]
    stack: Vec<Frame>,
    thrown: Option<String>,
    help: Option<String>,
}

/// A [`LogLine`] whose extras are JSON texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WireLog {
    /// When, in milliseconds since the Unix epoch.
    pub at_ms: i64,
    /// How important.
    pub level: Level,
    /// The source line.
    pub line: Option<u32>,
    /// The message.
    pub message: String,
    /// Further values as JSON texts.
    #[serde(deserialize_with = "bounded::list::<_, _, LOG_EXTRAS>")]
    pub extras: Vec<String>,
}

/// What is wrong with a frame.
#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    /// Longer than the limit.
    #[error("a frame of {0} bytes, at most {1} are allowed")]
    TooLong(usize, usize),
    /// Not a value of the expected type.
    #[error("a frame that does not read as a message ({0})")]
    Malformed(#[from] postcard::Error),
    /// The pipe failed.
    #[error("the pipe failed: {0}")]
    Io(#[from] io::Error),
}

/// The frame of `message`, length included.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, FrameError> {
    encode_after(Vec::with_capacity(USUAL_FRAME_BYTES), message)
}

/// `frames` and behind them that of `message`.
pub fn encode_after<T: Serialize>(mut frames: Vec<u8>, message: &T) -> Result<Vec<u8>, FrameError> {
    let start = frames.len();
    frames.extend([0; 4]);
    let mut frames = postcard::to_extend(message, frames)?;
    let length = frames.len() - start - 4;
    if length > FRAME_LIMIT_BYTES {
        return Err(FrameError::TooLong(length, FRAME_LIMIT_BYTES));
    }
    frames[start..start + 4].copy_from_slice(&(length as u32).to_le_bytes());
    Ok(frames)
}

/// The length that the first four bytes of a worker's frame state; `None` while they have not all come.
pub fn stated_length(buffer: &[u8]) -> Result<Option<usize>, FrameError> {
    let Some(header) = buffer.first_chunk::<4>() else { return Ok(None) };
    let length = u32::from_le_bytes(*header) as usize;
    if length > WORKER_FRAME_LIMIT_BYTES {
        return Err(FrameError::TooLong(length, WORKER_FRAME_LIMIT_BYTES));
    }
    Ok(Some(length))
}

/// The message in `body`, a frame without its length. Every byte must belong to it.
pub fn decode<T: DeserializeOwned>(body: &[u8]) -> Result<T, FrameError> {
    let (message, rest) = postcard::take_from_bytes(body)?;
    if rest.is_empty() {
        Ok(message)
    } else {
        Err(FrameError::Malformed(postcard::Error::DeserializeBadEncoding))
    }
}

/// Reads one frame; `None` when the pipe was closed between two frames.
pub fn read<T: DeserializeOwned>(pipe: &mut impl Read) -> Result<Option<T>, FrameError> {
    let mut header = [0; 4];
    match pipe.read_exact(&mut header) {
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        other => other?,
    }
    let length = u32::from_le_bytes(header) as usize;
    if length > FRAME_LIMIT_BYTES {
        return Err(FrameError::TooLong(length, FRAME_LIMIT_BYTES));
    }
    let mut body = vec![0; length];
    pipe.read_exact(&mut body)?;
    decode(&body).map(Some)
}

impl From<Failure> for WireFailure {
    fn from(failure: Failure) -> Self {
        let Failure { kind, message, place, stack, thrown, help } = failure;
        Self { kind, message, place, stack, thrown: thrown.map(|it| it.to_string()), help }
    }
}

impl From<WireFailure> for Failure {
    fn from(wire: WireFailure) -> Self {
        let WireFailure { kind, message, place, stack, thrown, help } = wire;
        let cut = |text: String| cut_to(text, FAILURE_TEXT_BYTES);
        let thrown = thrown.map(|text| match text.len() {
            // A mark behind what was cut has its place too.
            ..=THROWN_WITH_MARK => value_of(text),
            _ => Value::String(cut_to(text, THROWN_BYTES)),
        });
        Self { kind, message: cut(message), place, stack, thrown, help: help.map(cut) }
    }
}

/// The longest text that a thrown value has with the mark that it was cut.
const THROWN_WITH_MARK: usize = 2 * THROWN_BYTES;

fn cut_to(mut text: String, limit: usize) -> String {
    text.truncate(text.floor_char_boundary(limit));
    text
}

impl WireLog {
    /// Bytes of its message and extras.
    pub fn bytes(&self) -> usize {
        self.message.len() + self.extras.iter().map(String::len).sum::<usize>()
    }

    /// The line with its extras as values. Those that `room` has no place for any more are their texts, with a mark.
    pub fn read(self, room: &mut usize) -> LogLine {
        let Self { at_ms, level, line, message, extras } = self;
        let extra = |text: String| match room.checked_sub(weight(&text)) {
            Some(rest) => {
                *room = rest;
                value_of(text)
            }
            None => Value::String(text + " (kept as text: the run logged too many values)"),
        };
        LogLine { at_ms, level, line, message, extras: extras.into_iter().map(extra).collect() }
    }
}

/// About how many bytes of memory the value of a JSON text takes at most.
fn weight(text: &str) -> usize {
    /// A value in a list.
    const VALUE: usize = size_of::<Value>();
    /// A map with its first keys.
    const MAP: usize = 640;
    let inside = |byte| match byte {
        b'{' => MAP,
        b'[' | b',' => 2 * VALUE,
        _ => 0,
    };
    text.len() + VALUE + text.bytes().map(inside).sum::<usize>()
}

/// A JSON text as a value; what is no JSON is shown as the text it is.
fn value_of(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn log() -> FromWorker {
        FromWorker::Logs(vec![WireLog {
            at_ms: 1_700_000_000_000,
            level: Level::Warn,
            line: Some(7),
            message: "grüße\n".into(),
            extras: vec!["{\"a\":[1,2.5,null]}".into()],
        }])
    }

    #[test]
    fn frames_come_out_as_they_went_in() {
        let messages = [
            FromWorker::Ready { grown_bytes: 12 },
            log(),
            FromWorker::Calls(Calls {
                first: u64::MAX,
                line: Some(3),
                calls: vec![
                    HostCall::Random(RandomCall::Range { min: i64::MIN, max: i64::MAX }),
                    HostCall::NowMs,
                ],
            }),
            FromWorker::Done(Box::new(Done {
                outcome: WireOutcome::Failed(
                    Failure::new(FailureKind::Threw, "x").at(Some(Place::new(1, 2))).into(),
                ),
                duration_us: 1,
                peak_memory_bytes: 2,
                operations: 3,
            })),
        ];
        let bytes: Vec<u8> = messages.iter().flat_map(|it| encode(it).unwrap()).collect();
        let mut pipe = bytes.as_slice();
        for message in messages {
            assert_eq!(read::<FromWorker>(&mut pipe).unwrap(), Some(message));
        }
        assert!(read::<FromWorker>(&mut pipe).unwrap().is_none());
    }

    #[test]
    fn a_frame_that_claims_gigabytes_is_refused_before_anything_is_reserved() {
        let header = u32::MAX.to_le_bytes();
        assert!(matches!(read::<FromWorker>(&mut &header[..]), Err(FrameError::TooLong(..))));
        assert!(matches!(stated_length(&header), Err(FrameError::TooLong(..))));
        assert!(matches!(stated_length(&header[..3]), Ok(None)));
    }

    #[test]
    fn bytes_behind_the_message_are_no_message() {
        let mut frame = encode(&ToWorker::Stop(StopReason::Deadline)).unwrap();
        frame.push(0);
        assert!(decode::<ToWorker>(&frame[4..]).is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = decode::<FromWorker>(&bytes);
            let _ = decode::<ToWorker>(&bytes);
            let _ = read::<FromWorker>(&mut bytes.as_slice());
        }

        #[test]
        fn a_damaged_frame_is_read_or_refused(at in 0usize..60, to in any::<u8>()) {
            let mut frame = encode(&log()).unwrap();
            let at = at % frame.len();
            frame[at] = to;
            let _ = decode::<FromWorker>(&frame[4..]);
        }
    }
}
