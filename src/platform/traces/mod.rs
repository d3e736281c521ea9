//! What happens, as spans of traces, sent to a collector of OpenTelemetry by OTLP over HTTP.
//!
//! Owns what a span says, the queue of those that wait to be sent, and the one task that sends them. Must not know how
//! requests, deliveries and runs are made: they hand in what they know when they are over.
//!
//! ```text
//! door, acceptance, run and its calls, sink ── span.end ── queue (bounded; what does not fit is counted) ── exporter ── wire ── HTTP
//! ```
//!
//! Nothing that goes on here is waited for by a run: a span that finds no room is dropped. Of where requests go only the
//! host is told, of failures only their kind: paths, queries, messages and payloads may hold what is nobody else's.
//!
//! Why not the crates of OpenTelemetry: what is needed of them beside the form on the wire (a queue that counts what it
//! drops, one warning instead of a flood, ids that outlive the process) is not in them, they would cost a release build some
//! 17 s more of processor time by estimate, and that form is documented and small.

mod accepting;
mod exporter;
mod running;
mod sending;
mod settings;
mod span;
mod wire;

pub(super) use accepting::Accepting;
pub(super) use running::RunSpan;
pub(super) use sending::SendSpan;
pub use settings::TraceSettings;
pub use span::{Attribute, OpenSpan, SpanKind};

use crate::domain::TraceContext;
use crate::workspace::Workspace;
use exporter::Exporter;
use std::sync::Arc;
use std::time::Duration;

/// Where spans go; clones share it. By default nowhere.
#[derive(Clone, Default)]
pub struct Traces {
    exporter: Option<Arc<Exporter>>,
}

/// How many spans were sent, and how many were not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SpanFigures {
    /// Taken by the collector.
    pub exported: u64,
    /// Dropped: there was no room, or the collector did not take them.
    pub dropped: u64,
}

impl Traces {
    /// As the workspace and the environment say. Needs a tokio runtime around it.
    pub fn of(workspace: &Workspace) -> Self {
        let Ok((config, _)) = workspace.sound_config() else { return Self::default() };
        let settings = TraceSettings::of(&config.serve, |name| std::env::var(name).ok());
        match settings {
            Ok(Some(settings)) => Self::to(settings.trusting(Arc::clone(&config.reach))),
            Ok(None) => Self::default(),
            Err(reason) => {
                tracing::warn!(reason, "no spans are sent");
                Self::default()
            }
        }
    }

    /// Sends them where `settings` say. Needs a tokio runtime around it.
    pub fn to(settings: TraceSettings) -> Self {
        Self { exporter: Some(Exporter::start(settings)) }
    }

    /// Begins a span below `parent`, a `traceparent`, or the first one of a new trace. None where nobody keeps it.
    pub fn begin(&self, parent: Option<&str>, kind: SpanKind) -> Option<OpenSpan> {
        let exporter = self.exporter.as_ref()?;
        let parent = parent.and_then(TraceContext::parse);
        if parent.is_some_and(|parent| !parent.is_sampled()) {
            return None;
        }
        Some(OpenSpan::begin(parent, kind, Arc::clone(exporter)))
    }

    /// How many were sent so far; none where none are sent.
    pub fn figures(&self) -> Option<SpanFigures> {
        self.exporter.as_ref().map(|it| it.figures())
    }

    /// Waits until the collector takes spans no more, or again; says why not, while it does not. Never ends where none
    /// are sent. `known` is what was said before.
    pub async fn trouble(&self, known: Option<&String>) -> Option<String> {
        let Some(exporter) = &self.exporter else { return std::future::pending().await };
        let mut trouble = exporter.trouble();
        let changed = trouble.wait_for(|it| it.as_ref() != known).await.map(|it| it.clone());
        match changed {
            Ok(trouble) => trouble,
            // Nothing is sent any more.
            Err(_) => std::future::pending().await,
        }
    }

    /// Sends what waits, for at most `limit`. What ends afterwards is dropped.
    pub async fn end(&self, limit: Duration) {
        if let Some(exporter) = &self.exporter {
            exporter.end(limit).await;
        }
    }
}
