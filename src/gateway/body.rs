//! The body of a request, read within its limits: size, time, and what all bodies together may hold.

use super::reply::Problem;
use crate::domain::ErrorCode;
use bytes::{Bytes, BytesMut};
use http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, EXPECT};
use http::{HeaderMap, HeaderValue, StatusCode};
use http_body_util::BodyExt;
use hyper::body::Body;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// What all bodies that are held at a time may weigh, whatever came over how many connections.
const HELD_LIMIT_BYTES: usize = 64 * 1024 * 1024;

/// What an event weighs beside the text of its data once it is read.
const EVENT_BYTES: usize = 700;
/// What is taken at most for the events of one request, so that each can be taken when it comes alone.
const EVENTS_LIMIT_BYTES: usize = HELD_LIMIT_BYTES / 2;

/// What is read of a body that is refused, so that its sender gets to see the answer.
const DRAINED_BYTES: usize = 16 * 1024 * 1024;
const DRAINED_FOR: Duration = Duration::from_millis(500);

/// What a request's body took of what all may hold; given back when this is dropped.
#[derive(Debug)]
pub(super) struct Room(
    #[expect(dead_code, reason = "held, not read")] Option<OwnedSemaphorePermit>,
);

/// How bodies are read.
#[derive(Debug)]
pub(super) struct BodyReader {
    max_bytes: usize,
    max_time: Duration,
    room: Arc<Semaphore>,
}

/// A body, which takes its room until it is dropped.
#[derive(Debug)]
pub(super) struct HeldBody {
    pub(super) bytes: Bytes,
    room: Room,
}

impl HeldBody {
    /// Lets the bytes go, since what was made of them takes their place.
    pub(super) fn into_room(self) -> Room {
        self.room
    }
}

impl BodyReader {
    /// Bodies of at most `max_bytes` each, which come within `max_time`.
    pub(super) fn new(max_bytes: usize, max_time: Duration) -> Self {
        // A single body as large as the settings allow has its room in any case.
        let most = max_bytes.saturating_add(EVENTS_LIMIT_BYTES);
        let room = HELD_LIMIT_BYTES.max(most).min(Semaphore::MAX_PERMITS);
        Self { max_bytes, max_time, room: Arc::new(Semaphore::new(room)) }
    }

    /// Reads `body`. What is too large is refused by its length before any of it is read, or where it goes beyond the
    /// limit.
    pub(super) async fn read<B>(&self, headers: &HeaderMap, body: B) -> Result<HeldBody, Problem>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        if let Some(encoding) = headers.get(CONTENT_ENCODING).filter(|it| *it != "identity") {
            let encoding = String::from_utf8_lossy(encoding.as_bytes());
            let message = format!("the body is packed with `{encoding}`; send it as it is");
            return Err(Problem::unsupported(message));
        }
        let declared = headers.get(CONTENT_LENGTH).and_then(|it| it.to_str().ok()?.parse().ok());
        if let Some(declared) = declared.filter(|declared: &usize| *declared > self.max_bytes) {
            return Err(self.too_large(&format!("{declared} bytes were announced")));
        }
        let (mut body, capacity) = (body, declared.unwrap_or(0));
        let Ok(read) = timeout(self.max_time, self.collect(&mut body, capacity)).await else {
            let seconds = self.max_time.as_secs_f32();
            let message = format!("the body did not arrive within {seconds} s");
            return Err(closing(Problem::new(
                StatusCode::REQUEST_TIMEOUT,
                ErrorCode::BadInput,
                message,
            )));
        };
        // Of others the desk reads the rest: it does not know of these whether they have begun.
        if read.is_err() && headers.contains_key(EXPECT) {
            drain(&mut body).await;
        }
        read
    }

    async fn collect<B>(&self, body: &mut B, capacity: usize) -> Result<HeldBody, Problem>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        // What was announced is not yet there: room is taken as the bytes come.
        let mut bytes = BytesMut::with_capacity(capacity.min(64 * 1024));
        let mut room: Option<OwnedSemaphorePermit> = None;
        while let Some(frame) = body.frame().await {
            let Ok(frame) = frame else {
                return Err(closing(Problem::bad_request("the body broke off")));
            };
            let Ok(data) = frame.into_data() else { continue };
            if bytes.len() + data.len() > self.max_bytes {
                return Err(self.too_large("more bytes than that were sent"));
            }
            let more = self.room(data.len())?;
            match &mut room {
                Some(room) => room.merge(more),
                None => room = Some(more),
            }
            bytes.extend_from_slice(&data);
        }
        Ok(HeldBody { bytes: bytes.freeze(), room: Room(room) })
    }

    /// Room for so many events that were read: a body of tiny ones weighs a fraction of what they do.
    pub(super) fn room_for_events(&self, events: usize) -> Result<Room, Problem> {
        let bytes = events.saturating_mul(EVENT_BYTES).min(EVENTS_LIMIT_BYTES);
        Ok(Room(Some(self.room(bytes)?)))
    }

    fn room(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Problem> {
        let count = u32::try_from(bytes).unwrap_or(u32::MAX);
        Arc::clone(&self.room).try_acquire_many_owned(count).map_err(|_| {
            let message = "too many large requests come in at the same time; try again in 1 s";
            closing(Problem::unavailable(message, Duration::from_secs(1)))
        })
    }

    fn too_large(&self, what: &str) -> Problem {
        let message = format!("a body may have {} bytes; {what}", self.max_bytes);
        closing(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::BadInput, message))
    }
}

/// The rest of a refused body is not waited for.
fn closing(problem: Problem) -> Problem {
    problem.with(CONNECTION, HeaderValue::from_static("close"))
}

/// Reads what was left of the body of a refused request and throws it away, within bounds.
pub(super) async fn drain_refused<B: Body<Data = Bytes> + Unpin>(
    headers: &HeaderMap,
    body: &mut B,
) {
    // Whoever waits for leave to send has sent nothing yet.
    if !body.is_end_stream() && !headers.contains_key(EXPECT) {
        drain(body).await;
    }
}

/// Reads some more and throws it away: an answer sent into a stream of unread bytes is lost with the reset that follows.
async fn drain<B: Body<Data = Bytes> + Unpin>(body: &mut B) {
    let some = async {
        let mut read = 0;
        while read < DRAINED_BYTES {
            let Some(Ok(frame)) = body.frame().await else { return };
            read += frame.data_ref().map_or(0, Bytes::len);
        }
    };
    let _ = timeout(DRAINED_FOR, some).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::Full;

    #[tokio::test]
    async fn what_bodies_hold_together_has_a_limit_and_is_given_back() {
        let reader = BodyReader {
            max_bytes: 100,
            max_time: Duration::from_secs(1),
            room: Arc::new(Semaphore::new(150)),
        };
        let body = || Full::new(Bytes::from_static(&[b'x'; 100]));
        let first = reader.read(&HeaderMap::new(), body()).await.unwrap();
        let refused = reader.read(&HeaderMap::new(), body()).await.unwrap_err();
        let reply = refused.into_reply(super::super::reply::Wording::Plain);
        assert_eq!(reply.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(reply.headers()["retry-after"], "1");
        drop(first);
        assert!(reader.read(&HeaderMap::new(), body()).await.is_ok());
        assert_eq!(reader.room.available_permits(), 150);
    }

    #[tokio::test]
    async fn tiny_events_take_the_room_they_weigh_and_the_most_of_one_request_fits() {
        let reader = BodyReader::new(HELD_LIMIT_BYTES, Duration::from_secs(1));
        let all = reader.room.available_permits();
        let some = reader.room_for_events(10).unwrap();
        assert_eq!(all - reader.room.available_permits(), 10 * EVENT_BYTES);
        drop(some);
        let body = Full::new(Bytes::from(vec![b'x'; HELD_LIMIT_BYTES]));
        let body = reader.read(&HeaderMap::new(), body).await.unwrap();
        let events = reader.room_for_events(usize::MAX).unwrap();
        assert!(reader.room_for_events(1).is_err());
        drop((body, events));
        assert_eq!(reader.room.available_permits(), all);
    }
}
