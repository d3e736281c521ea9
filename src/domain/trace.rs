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

/// The most members of a `tracestate`.
const STATE_MEMBERS: usize = 32;
/// So many characters of a `tracestate` are carried on; further members are left out, as the rules have it.
const STATE_CHARS: usize = 512;
/// Members longer than this are left out first.
const LONG_MEMBER: usize = 128;

/// The trace that something belongs to, as it is carried on from one system to the next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TraceHeaders {
    /// The `traceparent`.
    pub parent: String,
    /// The `tracestate` beside it: what other systems keep there for themselves.
    pub state: Option<String>,
}

impl TraceHeaders {
    /// What these headers say: a `traceparent` that keeps to the rules, with the values of `tracestate` that came beside
    /// it. Without the former the latter is nothing.
    pub fn of<'a>(parent: &str, states: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        TraceContext::parse(parent)?;
        Some(Self { parent: parent.to_owned(), state: state(states) })
    }

    /// The same trace at another place in it.
    #[must_use]
    pub fn at(context: &TraceContext, beside: Option<&Self>) -> Self {
        Self { parent: context.to_string(), state: beside.and_then(|it| it.state.clone()) }
    }
}

/// A `tracestate` of the values of its headers, in their order; none when they break the rules, for then all of it is
/// to be left out.
fn state<'a>(values: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut members = Vec::<(&str, &str)>::new();
    let all = values.into_iter().flat_map(|value| value.split(','));
    for member in all.map(|it| it.trim_matches([' ', '\t'])).filter(|it| !it.is_empty()) {
        let (key, value) = member.split_once('=')?;
        let is_new = members.iter().all(|(other, _)| *other != key);
        if !is_new || !is_key(key) || !is_value(value) || members.len() == STATE_MEMBERS {
            return None;
        }
        members.push((key, value));
    }
    let chars = |members: &[(&str, &str)]| {
        members
            .iter()
            .map(|(key, value)| key.len() + value.len() + 2)
            .sum::<usize>()
            .saturating_sub(1)
    };
    if chars(&members) > STATE_CHARS {
        members.retain(|(key, value)| key.len() + value.len() < LONG_MEMBER);
    }
    while chars(&members) > STATE_CHARS {
        members.pop();
    }
    let members: Vec<_> = members.iter().map(|(key, value)| format!("{key}={value}")).collect();
    (!members.is_empty()).then(|| members.join(","))
}

/// A name of up to 256 characters, or of a tenant and a system, `tenant@system`.
fn is_key(key: &str) -> bool {
    let is_part = |part: &str, most: usize, first: fn(&u8) -> bool| {
        let rest = |it: &u8| it.is_ascii_lowercase() || it.is_ascii_digit() || b"_-*/".contains(it);
        (1..=most).contains(&part.len())
            && part.as_bytes().first().is_some_and(first)
            && part.as_bytes().iter().all(rest)
    };
    let letter = u8::is_ascii_lowercase;
    match key.split_once('@') {
        None => is_part(key, 256, letter),
        Some((tenant, system)) => {
            is_part(tenant, 241, |it| it.is_ascii_lowercase() || it.is_ascii_digit())
                && is_part(system, 14, letter)
        }
    }
}

/// Up to 256 printable characters without comma and equals sign; the last is no blank, for those were taken off.
fn is_value(value: &str) -> bool {
    let is_fit = |it: &u8| (b' '..=b'~').contains(it) && !b",=".contains(it);
    (1..=256).contains(&value.len()) && value.as_bytes().iter().all(is_fit)
}

/// The trace that a run belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RunTrace {
    /// Its HTTP requests carry this on as it came.
    Carried(TraceHeaders),
    /// Its spans are kept: each HTTP request becomes one below this, and its record says which. The `tracestate` goes with
    /// them.
    Kept(TraceContext, Option<String>),
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

    #[test]
    fn a_state_goes_with_a_parent_that_holds_and_is_dropped_when_it_breaks_the_rules() {
        const PARENT: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        let of = |states: &[&str]| TraceHeaders::of(PARENT, states.iter().copied()).unwrap().state;
        assert_eq!(TraceHeaders::of("00-nonsense", ["a=1"]), None);
        assert_eq!(
            of(&["rojo=00f067aa0ba902b7 , congo=t61rcWkgMzE", "", "1a@b=x y"]).as_deref(),
            Some("rojo=00f067aa0ba902b7,congo=t61rcWkgMzE,1a@b=x y")
        );
        for bad in ["a", "A=1", "a=", "1a=1", "a=1,a=2", "a=\u{e9}", "a=b=c", "a@1b=1", "=1"] {
            assert_eq!(of(&["ok=1", bad]), None, "{bad}");
        }
        let many =
            |count: usize| (0..count).map(|n| format!("k{n}=v")).collect::<Vec<_>>().join(",");
        assert!(of(&[&many(32)]).is_some());
        assert_eq!(of(&[&many(33)]), None);
        let long = |key: &str, chars: usize| format!("{key}={}", "x".repeat(chars));
        // What is long goes first, then what stands last.
        let state =
            of(&[&long("a", 200), &long("b", 100), &long("c", 200), &long("d", 100)]).unwrap();
        assert_eq!(state, format!("{},{}", long("b", 100), long("d", 100)));
        let short: Vec<_> =
            ["a", "b", "c", "d", "e", "f"].iter().map(|key| long(key, 100)).collect();
        let state = of(&[&short.join(",")]).unwrap();
        assert_eq!(state, short[..4].join(","));
        assert_eq!(of(&[&long("a", 257)]), None);
    }
}
