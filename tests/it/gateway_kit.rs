//! The HTTP door before a platform that is nothing but a list, so that the door alone is tested.

use lambdeck::domain::{
    EventId, Failure, FailureKind, LambdaId, LambdaName, Level, ListenAddress, LogLine, Outcome,
    RaisedEvent, Run, RunId, Scope, ServeSettings, Token, TokenHash,
};
use lambdeck::gateway::Gateway;
use lambdeck::platform::{
    Door, Figures, Invocation, LambdaFigures, LambdaRef, Receipt, Refusal, TokenText,
};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

/// An event with two lambdas, the second of which fails.
pub const BUSY: &str = "busy";

/// The event that the lambdas of the list are connected to.
pub const TTR: &str = "controllerbot_messaging_ttr";

/// How long an answer may take before a test fails.
const ANSWER: Duration = Duration::from_secs(20);

/// An event that no lambda is connected to.
pub const IDLE: &str = "controllerbot_messaging_conversation_idle";

/// Lambdas that fail, with the status and the codes of both contracts (the first without `com.liveperson.faas.`).
pub const FAILURES: [(&str, u16, &str, &str); 4] = [
    ("thrower", 901, "handler.custom-failure", "com.customer.faas.function.threw-error"),
    (
        "late",
        901,
        "handler.executiontime-exceeded",
        "com.customer.faas.function.execution-exceeded",
    ),
    ("draft", 404, "es.notdeployed", "com.liveperson.faas.function.not-found"),
    ("unheard", 404, "es.missinglambda", "com.liveperson.faas.function.not-found"),
];

/// The id of the lambda `greet_vip`.
pub const GREET_VIP: Uuid = Uuid::from_u128(0x1234);

/// A platform that keeps everything in memory. It has the lambdas `greet_vip` (returns its payload), `thrower`, `slow`
/// (waits until it is let go) and `panics`; only the first is connected to an event.
#[derive(Default)]
pub struct ListedDoor {
    state: Mutex<State>,
    pub slow_began: Notify,
    pub slow_goes_on: Notify,
}

#[derive(Default)]
pub struct State {
    pub raised: Vec<RaisedEvent>,
    pub invoked: Vec<(LambdaRef, Invocation)>,
    pub tokens: Vec<Token>,
    pub refusal: Option<Refusal>,
    pub obstacle: Option<String>,
}

impl ListedDoor {
    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// Makes a token; gives its text.
    pub fn token(&self, name: &str, scopes: &[Scope]) -> String {
        let text = TokenText::random().unwrap();
        self.state().tokens.push(Token {
            name: name.to_owned(),
            hash: text.hash(),
            scopes: scopes.to_vec(),
            created_at_ms: 0,
            expires_at_ms: None,
        });
        text.reveal().to_owned()
    }

    /// What the lambdas of the event got so far, and where from.
    pub fn inputs(&self) -> Vec<Value> {
        let raised = &self.state().raised;
        raised.iter().map(|event| serde_json::from_str(&event.input).unwrap()).collect()
    }

    fn refused(&self) -> Result<(), Refusal> {
        self.state().refusal.clone().map_or(Ok(()), Err)
    }
}

impl Door for ListedDoor {
    async fn raise(&self, events: Vec<RaisedEvent>) -> Result<Vec<Receipt>, Refusal> {
        self.refused()?;
        let mut state = self.state();
        let receipts = events.into_iter().map(|event| {
            let same = |it: &RaisedEvent| it.source == event.source && it.id == event.id;
            let is_duplicate = state.raised.iter().any(same);
            let deliveries = u32::from(!is_duplicate && event.event.as_str() == TTR);
            state.raised.push(event);
            Receipt { deliveries, is_duplicate, ..Receipt::default() }
        });
        Ok(receipts.collect())
    }

    async fn invoke(&self, lambda: LambdaRef, invocation: Invocation) -> Result<Run, Refusal> {
        self.refused()?;
        let input: Value = serde_json::from_str(&invocation.input).unwrap();
        self.state().invoked.push((lambda.clone(), invocation));
        let name = match &lambda {
            LambdaRef::Id(LambdaId(GREET_VIP)) => "greet_vip",
            LambdaRef::Id(id) => return Err(Refusal::UnknownLambda(id.to_string())),
            LambdaRef::Name(name) => name.as_str(),
        };
        let outcome = match name {
            "greet_vip" => Outcome::Succeeded(input["payload"].clone()),
            "thrower" => Outcome::Failed(Failure::new(FailureKind::Threw, "no such skill")),
            "slow" => {
                self.slow_began.notify_one();
                self.slow_goes_on.notified().await;
                Outcome::Succeeded(json!("at last"))
            }
            "late" => Outcome::Failed(Failure::new(FailureKind::TimedOut, "ran for 30 s")),
            "panics" => panic!("a platform that panics"),
            "draft" => return Err(Refusal::NotDeployed(name.to_owned())),
            _ => return Err(Refusal::UnknownLambda(name.to_owned())),
        };
        Ok(run(name, outcome))
    }

    async fn invoke_event(
        &self,
        event: EventId,
        invocation: Invocation,
    ) -> Result<Vec<(LambdaId, Run)>, Refusal> {
        if event.as_str() != TTR && event.as_str() != BUSY {
            return Err(Refusal::NotImplemented(event));
        }
        let id = LambdaId(GREET_VIP);
        let mut runs = vec![(id, self.invoke(LambdaRef::Id(id), invocation.clone()).await?)];
        if event.as_str() == BUSY {
            let thrower = LambdaRef::Name(LambdaName::new("thrower").unwrap());
            runs.push((LambdaId(Uuid::nil()), self.invoke(thrower, invocation).await?));
        }
        Ok(runs)
    }

    async fn is_implemented(&self, event: EventId, _: Option<String>) -> Result<bool, Refusal> {
        Ok(event.as_str() == TTR)
    }

    fn event_named(&self, name: &str) -> Option<EventId> {
        match name {
            TTR | "MessagingTTR" => Some(EventId::new(TTR)),
            IDLE | BUSY => Some(EventId::new(name)),
            _ => None,
        }
    }

    async fn token(&self, hash: TokenHash) -> Result<Option<Token>, Refusal> {
        Ok(self.state().tokens.iter().find(|token| token.hash == hash).cloned())
    }

    async fn figures(&self) -> Result<Figures, Refusal> {
        self.refused()?;
        let lambda = LambdaFigures {
            event: Some(EventId::new(TTR)),
            lambda: LambdaName::new("greet_vip").unwrap(),
            succeeded: 2,
            failed: vec![],
            cancelled: 0,
            retried: 0,
            dead: 0,
            dead_letters: 0,
            durations: vec![(u64::MAX, 2)],
            duration_sum_us: 1,
        };
        let accepted = self.state().raised.len() as u64;
        Ok(Figures { accepted, lambdas: vec![lambda], ..Figures::default() })
    }

    fn obstacle(&self) -> Option<String> {
        self.state().obstacle.clone()
    }
}

fn run(lambda: &str, outcome: Outcome) -> Run {
    let logs = vec![LogLine {
        at_ms: 5,
        level: Level::Info,
        line: Some(1),
        message: "looking".to_owned(),
        extras: vec![json!({"skill": 7})],
    }];
    Run {
        id: RunId(Uuid::from_u128(0x77)),
        lambda: LambdaName::new(lambda).unwrap(),
        event: None,
        started_at_ms: 1_700_000_000_000,
        duration_us: 1,
        peak_memory_bytes: 1,
        operations: 1,
        outcome,
        logs,
        logs_gap: None,
        deployed_log_cut: None,
        calls: vec![],
        calls_skipped: 0,
        masked_input: None,
    }
}

/// A running door.
pub struct Gate {
    pub door: Arc<ListedDoor>,
    pub address: SocketAddr,
    pub client: reqwest::Client,
    close: Option<oneshot::Sender<()>>,
    running: JoinHandle<()>,
}

impl Gate {
    pub async fn open() -> Self {
        Self::with(ServeSettings::default()).await
    }

    /// A door at a port that the system chooses.
    pub async fn with(settings: ServeSettings) -> Self {
        Self::before(Arc::default(), settings).await
    }

    pub async fn before(door: Arc<ListedDoor>, settings: ServeSettings) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listen = match settings.listen {
            ListenAddress::Address(address) => SocketAddr::new(address.ip(), 0).into(),
            ListenAddress::Name(host, _) => ListenAddress::Name(host, 0),
        };
        let settings = ServeSettings { listen, ..settings };
        let gateway = Gateway::bind(settings, door.clone()).await.unwrap();
        let address = gateway.local_addr();
        let (close, closed) = oneshot::channel::<()>();
        let running = tokio::spawn(gateway.run(async { drop(closed.await) }));
        let client = reqwest::Client::builder().no_proxy().timeout(ANSWER).build().unwrap();
        Self { door, address, client, close: Some(close), running }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub async fn get(&self, path: &str) -> Answer {
        Answer::of(self.client.get(self.url(path))).await
    }

    /// Posts JSON.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        Answer::of(self.json(path, body)).await
    }

    /// A request that posts JSON.
    pub fn json(&self, path: &str, body: &Value) -> reqwest::RequestBuilder {
        let request = self.client.post(self.url(path)).header("content-type", "application/json");
        request.body(body.to_string())
    }

    /// Posts a CloudEvent in one JSON.
    pub async fn emit(&self, event: &Value) -> Answer {
        Answer::of(self.structured(event)).await
    }

    pub fn structured(&self, event: &Value) -> reqwest::RequestBuilder {
        let request = self.client.post(self.url("/events"));
        request.header("content-type", "application/cloudevents+json").body(event.to_string())
    }

    /// Begins to close; whoever asked before is answered still.
    pub fn begin_to_close(&mut self) {
        drop(self.close.take());
    }

    /// Waits until it is closed.
    pub async fn closed(self) {
        self.running.await.unwrap();
    }

    /// Sends bytes as they are and half-closes; gives all that comes back.
    pub fn raw(&self, bytes: &[u8]) -> String {
        let mut stream = self.connect();
        // It may answer and close before everything is sent.
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(Shutdown::Write);
        read_to_end(&mut stream)
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(ANSWER)).unwrap();
        stream
    }
}

/// All that comes until the other side closes; it must close.
pub fn read_to_end(stream: &mut TcpStream) -> String {
    let (mut all, mut some) = (Vec::new(), [0; 4096]);
    loop {
        match stream.read(&mut some) {
            Ok(0) => break,
            Ok(count) => all.extend_from_slice(&some[..count]),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => break,
            Err(error) => panic!("the door neither answers nor closes: {error}"),
        }
    }
    String::from_utf8_lossy(&all).into_owned()
}

/// An answer that was read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: http::HeaderMap,
    pub text: String,
}

impl Answer {
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Self { status, headers, text: response.text().await.unwrap() }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The sentence that says what is wrong.
    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap_or_else(|| panic!("{self:?}")).to_owned()
    }
}

/// A CloudEvent that lacks nothing.
pub fn event(id: &str) -> Value {
    json!({"specversion": "1.0", "id": id, "source": "/crm", "type": TTR, "data": {"a": 1}})
}
