//! The W3C trace context: which trace something belongs to, and which of its spans led to it.

use serde::{Deserialize, Serialize};
use std::fmt;
use uuid::Uuid;

const SAMPLED: u8 = 1;
/// The flags that this version knows: sampled, and that the trace's id is random.
const KNOWN_FLAGS: u8 = 3;

/// Names a trace across all systems that take part in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceId([u8; 16]);

/// Names a span within its trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct SpanId([u8; 8]);

impl SpanId {
    /// A new one.
    pub fn random() -> Self {
        // The second half of a random UUID: 62 random bits, and one that keeps it from being zero.
        Self(Uuid::new_v4().as_u64_pair().1.to_be_bytes())
    }
}

/// A place in a trace, as the header `traceparent` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceContext {
    /// The trace.
    pub trace: TraceId,
    /// The span in it.
    pub span: SpanId,
    flags: u8,
}

impl TraceContext {
    /// The first span of a new trace, which is sampled.
    pub fn random() -> Self {
        let trace = TraceId(Uuid::new_v4().into_bytes());
        Self { trace, span: SpanId::random(), flags: SAMPLED }
    }

    /// Another span of the same trace.
    #[must_use]
    pub fn sibling(&self) -> Self {
        self.at(SpanId::random())
    }

    /// The span `span` of the same trace.
    #[must_use]
    pub const fn at(&self, span: SpanId) -> Self {
        Self { trace: self.trace, span, flags: self.flags }
    }

    /// Reads a `traceparent`: version, trace id, parent id and flags, in lower-case hexadecimal digits.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let [version] = bytes::<1>(parts.next()?)?;
        let trace = TraceId(bytes(parts.next()?)?);
        let span = SpanId(bytes(parts.next()?)?);
        let [flags] = bytes::<1>(parts.next()?)?;
        // A later version may have more fields; this one has not.
        let ends = version != 0 || parts.next().is_none();
        let is_zero = trace.0 == [0; 16] || span.0 == [0; 8];
        (version != 0xff && !is_zero && ends).then_some(Self {
            trace,
            span,
            flags: flags & KNOWN_FLAGS,
        })
    }

    /// Whether somebody before keeps the trace, so that those after should.
    pub const fn is_sampled(&self) -> bool {
        self.flags & SAMPLED != 0
    }

    /// The flags, as the header has them.
    pub const fn flags(&self) -> u8 {
        self.flags
    }
}

/// The trace that a run belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunTrace {
    /// Its HTTP requests carry this `traceparent` on as it came.
    Carried(String),
    /// Its spans are kept: each HTTP request becomes one below this, and its record says which.
    Kept(TraceContext),
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if text.len() != N * 2 || !text.bytes().all(is_hex) {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, at) in bytes.iter_mut().zip((0..).step_by(2)) {
        *byte = u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?;
    }
    Some(bytes)
}

fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

impl fmt::Display for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Display for SpanId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex(&self.0, f)
    }
}

impl fmt::Display for TraceContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "00-{}-{}-{:02x}", self.trace, self.span, self.flags)
    }
}

impl From<SpanId> for String {
    fn from(id: SpanId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for SpanId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        bytes(&text).map(Self).ok_or("not the id of a span, which is 16 hexadecimal digits")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    #[test]
    fn only_what_keeps_to_the_rules_is_a_trace_context() {
        let is_valid = |text: &str| TraceContext::parse(text).is_some();
        assert!(is_valid(GOOD));
        assert!(is_valid(&GOOD.replacen("00", "01", 1)));
        assert!(is_valid(&format!("{}-more", GOOD.replacen("00", "cc", 1))));
        for bad in [
            "",
            &GOOD.to_uppercase(),
            &GOOD.replacen("00", "ff", 1),
            &format!("{GOOD}-more"),
            &format!("{GOOD}-"),
            &GOOD.replace("0af7651916cd43dd8448eb211c80319c", &"0".repeat(32)),
            &GOOD.replace("b7ad6b7169203331", &"0".repeat(16)),
            &GOOD[..54],
            &GOOD.replace('b', "g"),
            "00-ü",
            "00-äääääääääääääääü-b7ad6b7169203331-01",
        ] {
            assert!(!is_valid(bad), "{bad}");
        }
    }

    #[test]
    fn it_is_written_as_it_was_read_with_the_flags_that_are_known() {
        let context = TraceContext::parse(GOOD).unwrap();
        assert_eq!(context.to_string(), GOOD);
        assert!(context.is_sampled());
        let unsampled = TraceContext::parse(&GOOD.replace("-01", "-fe")).unwrap();
        assert!(!unsampled.is_sampled());
        assert!(unsampled.to_string().ends_with("-02"));
        let sibling = context.sibling();
        assert_eq!(sibling.trace, context.trace);
        assert_ne!(sibling.span, context.span);
        let new = TraceContext::random();
        assert_eq!(TraceContext::parse(&new.to_string()), Some(new));
    }

    #[test]
    fn the_id_of_a_span_is_kept_as_text() {
        let id = TraceContext::parse(GOOD).unwrap().span;
        let text = serde_json::to_string(&id).unwrap();
        assert_eq!(text, "\"b7ad6b7169203331\"");
        assert_eq!(serde_json::from_str::<SpanId>(&text).unwrap(), id);
        assert!(serde_json::from_str::<SpanId>("\"b7\"").is_err());
    }
}
