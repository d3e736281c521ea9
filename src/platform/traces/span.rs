//! A span: something that was done, from when to when, and what is told of it.

use super::exporter::Exporter;
use crate::domain::{SpanId, TraceContext};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The most bytes of a text that an attribute keeps.
const TEXT_BYTES: usize = 512;

/// Which side of an exchange it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SpanKind {
    /// Something within the program.
    Internal,
    /// It answers a request.
    Server,
    /// It asks another system.
    Client,
    /// It hands something over that is processed later.
    Producer,
    /// It processes what was handed over.
    Consumer,
}

/// What an attribute says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attribute {
    /// A text.
    Text(String),
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
}

impl From<&str> for Attribute {
    fn from(text: &str) -> Self {
        Self::Text(text[..text.floor_char_boundary(TEXT_BYTES)].to_owned())
    }
}

impl From<String> for Attribute {
    fn from(text: String) -> Self {
        if text.len() > TEXT_BYTES { Self::from(text.as_str()) } else { Self::Text(text) }
    }
}

impl From<i64> for Attribute {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Attribute {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for Attribute {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

/// A span that is over.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) context: TraceContext,
    pub(super) parent: Option<SpanId>,
    pub(super) kind: SpanKind,
    pub(super) name: String,
    /// Since the Unix epoch.
    pub(super) began: Duration,
    /// Since the Unix epoch.
    pub(super) ended: Duration,
    pub(super) attributes: Vec<(&'static str, Attribute)>,
    /// Another span that led to it.
    pub(super) link: Option<TraceContext>,
    pub(super) has_failed: bool,
}

/// A span that goes on. Nothing is told of one that is dropped.
pub struct OpenSpan {
    span: Span,
    started: Instant,
    exporter: Arc<Exporter>,
}

impl OpenSpan {
    pub(super) fn begin(
        parent: Option<TraceContext>,
        kind: SpanKind,
        exporter: Arc<Exporter>,
    ) -> Self {
        let context = parent.as_ref().map_or_else(TraceContext::random, TraceContext::sibling);
        let began = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let span = Span {
            context,
            parent: parent.map(|parent| parent.span),
            kind,
            name: String::new(),
            began,
            ended: began,
            attributes: Vec::new(),
            link: None,
            has_failed: false,
        };
        Self { span, started: Instant::now(), exporter }
    }

    /// Its place in its trace.
    pub const fn context(&self) -> TraceContext {
        self.span.context
    }

    /// Tells something of it.
    pub fn set(&mut self, name: &'static str, value: impl Into<Attribute>) {
        self.span.attributes.push((name, value.into()));
    }

    /// Tells that it failed, and by what kind of error.
    pub fn fail(&mut self, kind: impl Into<Attribute>) {
        self.span.has_failed = true;
        self.set("error.type", kind);
    }

    /// Names another span that led to it, of another trace.
    pub(super) fn link(&mut self, to: TraceContext) {
        self.span.link = Some(to);
    }

    /// It is over now.
    pub fn end(mut self, name: impl Into<String>) {
        self.span.name = name.into();
        self.span.ended = self.span.began + self.started.elapsed();
        self.exporter.take(self.span);
    }

    /// A span of another time below this one, which is over already.
    pub(super) fn past(&self, span: SpanId, kind: SpanKind, (began, took): (i64, u64)) -> Self {
        let began = Duration::from_millis(u64::try_from(began).unwrap_or_default());
        let span = Span {
            context: self.span.context.at(span),
            parent: Some(self.span.context.span),
            kind,
            name: String::new(),
            began,
            ended: began + Duration::from_micros(took),
            attributes: Vec::new(),
            link: None,
            has_failed: false,
        };
        Self { span, started: self.started, exporter: Arc::clone(&self.exporter) }
    }

    /// It was over when it was made.
    pub(super) fn end_past(mut self, name: impl Into<String>) {
        self.span.name = name.into();
        self.exporter.take(self.span);
    }
}
