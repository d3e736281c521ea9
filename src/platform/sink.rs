//! Results sent on: each as a `CloudEvent`, to the sink that the workspace names.

use super::runner::Runner;
use super::service::Shared;
use super::store::{Claimed, Outgoing, Store};
use crate::domain::{Reach, Run, TraceHeaders};
use crate::runtime::trusting;
use jiff::Timestamp;
use reqwest::{Client, StatusCode, Url, redirect};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long a sink may take for its answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Sends results. The sink is the operator's own choice, so that the lambdas' list of allowed hosts is not asked.
#[derive(Default)]
pub(super) struct Sink {
    /// With what was to be trusted when it was made.
    client: Mutex<Option<(Arc<Reach>, Client)>>,
}

impl Sink {
    /// Sends a `CloudEvent`, in a trace.
    pub(super) async fn send(
        &self,
        reach: &Arc<Reach>,
        url: &str,
        event: (&Arc<str>, Option<TraceHeaders>),
    ) -> Sent {
        let told = |what: String| {
            let sink = shown(url);
            format!("the sink {sink} {what}; look whether it takes results, and redrive it then")
        };
        let status = match self.answer(reach, url, event).await {
            Ok(status) => status,
            Err(reason) => {
                let reason = told(format!("was not reached ({reason})"));
                return Sent { status: None, taken: Err(Unsent::Now(reason)) };
            }
        };
        let may_pass = !status.is_client_error()
            || [StatusCode::REQUEST_TIMEOUT, StatusCode::TOO_MANY_REQUESTS].contains(&status);
        let reason = || told(format!("answered {status}"));
        let taken = match status {
            taken if taken.is_success() => Ok(()),
            _ if may_pass => Err(Unsent::Now(reason())),
            _ => Err(Unsent::Ever(reason())),
        };
        Sent { status: Some(status.as_u16()), taken }
    }

    async fn answer(
        &self,
        reach: &Arc<Reach>,
        url: &str,
        (body, trace): (&Arc<str>, Option<TraceHeaders>),
    ) -> Result<StatusCode, String> {
        let client = self.client(reach).await?;
        let mut request = client
            .post(url)
            .header("content-type", "application/cloudevents+json; charset=utf-8")
            .body(body.to_string());
        if let Some(trace) = trace {
            request = request.header("traceparent", trace.parent);
            if let Some(state) = trace.state {
                request = request.header("tracestate", state);
            }
        }
        // The address is told without what nobody should read.
        let answer = request.send().await.map_err(|error| told(&error.without_url()))?;
        Ok(answer.status())
    }

    async fn client(&self, reach: &Arc<Reach>) -> Result<Client, String> {
        let known = self.client.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((of, client)) = known
            && of == *reach
        {
            return Ok(client);
        }
        let tls = trusting(Arc::clone(reach)).await?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .map_err(|error| told(&error))?;
        let mut kept = self.client.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some((Arc::clone(reach), client.clone()));
        Ok(client)
    }
}

/// How a result was received.
pub(super) struct Sent {
    /// What the sink answered, if it did.
    pub(super) status: Option<u16>,
    pub(super) taken: Result<(), Unsent>,
}

/// Why a result was not taken.
pub(super) enum Unsent {
    /// It may be taken later.
    Now(String),
    /// It will not be taken later either.
    Ever(String),
}

/// An address without what may be a secret in it.
fn shown(url: &str) -> String {
    let Ok(mut url) = Url::parse(url) else { return "that is set".into() };
    // Where none can stand, none does.
    let _ = (url.set_username(""), url.set_password(None));
    url.set_query(None);
    url.set_fragment(None);
    format!("`{url}`")
}

/// An error with what led to it, which alone says what is wrong.
fn told(error: &reqwest::Error) -> String {
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}

/// The result of a run on its way to the sink, where there is one.
pub(super) fn outgoing<S: Store, R: Runner>(
    shared: &Shared<S, R>,
    claimed: &Claimed,
    trace: Option<TraceHeaders>,
    (run, value): (&Run, &Value),
) -> Option<Outgoing> {
    let url = shared.surroundings.config().delivery.sink.clone()?;
    let source = format!("lambdeck:lambda/{}", claimed.lambda);
    let due_ms = shared.clock.now_ms();
    let time = Timestamp::from_millisecond(due_ms).ok();
    let mut body = json!({
        "specversion": "1.0",
        // The same when the delivery is carried out again, so that its receiver can tell.
        "id": claimed.id,
        "run": run.id,
        "source": source,
        "type": "lambdeck.result",
        "time": time.map(|time| time.to_string()),
        "datacontenttype": "application/json",
        "causesource": claimed.origin.0,
        "causeid": claimed.origin.1,
        "data": value,
    });
    if let Some(event) = &claimed.event {
        body["subject"] = json!(event);
    }
    if let Some(trace) = &trace {
        body["traceparent"] = json!(trace.parent);
        if let Some(state) = &trace.state {
            body["tracestate"] = json!(state);
        }
    }
    let origin = (source, claimed.id.to_string());
    Some(Outgoing { url, origin, body: body.to_string().into(), trace, due_ms })
}
