//! Spans, as a collector of OpenTelemetry gets them.

use crate::cli_program::Desk;
use crate::http_kit::{Asked, Server, respond};
use crate::python_kit::python;
use crate::serve_kit::{Served, post};
use rustix::process::Signal;
use serde_json::Value;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const TTR: &str = "controllerbot_messaging_ttr";
const TRACE: &str = "0af7651916cd43dd8448eb211c80319c";
const CALLER: &str = "b7ad6b7169203331";

/// A span as it came in.
#[derive(Clone, Debug)]
struct Span(Value);

impl Span {
    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_default()
    }

    /// An attribute, whatever its type.
    fn attribute(&self, name: &str) -> Option<String> {
        let list = self.0["attributes"].as_array().unwrap();
        let found = list.iter().find(|it| it["key"] == name)?;
        let value = found["value"].as_object().unwrap().values().next().unwrap();
        Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    }

    fn is(&self, attributes: &[(&str, &str)]) {
        for (name, value) in attributes {
            assert_eq!(self.attribute(name).as_deref(), Some(*value), "{name} of {self:?}");
        }
    }
}

fn collector() -> Server {
    Server::json("{\"partialSuccess\":{}}")
}

/// Holds what came to the documented shape; gives its spans.
fn spans(collector: &Server) -> Vec<Span> {
    let mut spans = Vec::new();
    for asked in collector.asked() {
        assert_eq!((asked.method.as_str(), asked.path.as_str()), ("POST", "/v1/traces"));
        assert_eq!(asked.header("content-type"), Some("application/json"));
        let body: Value = serde_json::from_slice(&asked.body).unwrap();
        for resource in body["resourceSpans"].as_array().unwrap() {
            let attributes = resource["resource"]["attributes"].as_array().unwrap();
            assert!(attributes.iter().any(|it| it["key"] == "service.name"));
            for scope in resource["scopeSpans"].as_array().unwrap() {
                assert_eq!(scope["scope"]["name"], "lambdeck");
                spans.extend(scope["spans"].as_array().unwrap().iter().cloned().map(Span));
            }
        }
    }
    let is_hex = |text: &str, length: usize| {
        text.len() == length && text.bytes().all(|it| it.is_ascii_hexdigit())
    };
    for span in &spans {
        assert!(is_hex(span.text("traceId"), 32) && is_hex(span.text("spanId"), 16), "{span:?}");
        assert!(span.0["kind"].is_u64() && !span.text("name").is_empty(), "{span:?}");
        let at = |name: &str| span.text(name).parse::<u64>().unwrap();
        assert!(at("startTimeUnixNano") <= at("endTimeUnixNano"), "{span:?}");
    }
    spans
}

/// Waits for a span that `is_it`.
fn wait_for(collector: &Server, is_it: impl Fn(&Span) -> bool) -> Span {
    let give_up = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(span) = spans(collector).into_iter().find(|it| is_it(it)) {
            return span;
        }
        assert!(Instant::now() < give_up, "{:#?}", spans(collector));
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// A workspace whose lambda asks `target`, with this in its configuration.
fn desk(target: SocketAddr, config: &str) -> Desk {
    let desk = Desk::workspace();
    let reach = format!("allowed_domains = [\"{target}\"]\nallowed_networks = [\"127.0.0.0/8\"]\n");
    desk.write("lambdeck.toml", reach + config);
    desk.write("lambdas/x/lambda.toml", format!("event = \"{TTR}\"\n"));
    let source = format!(
        "fn lambda(input) {{\n    http::get(\"http://{target}/of/customer-4711?key=k3y-of-the-target\").status\n}}\n"
    );
    desk.write("lambdas/x/main.rhai", source);
    desk.run(&["deploy", "x", "--yes"]).succeeds();
    desk
}

/// Raises an event as part of a trace with these flags; gives the status of the answer.
fn raise(address: SocketAddr, id: &str, flags: &str) -> u16 {
    raise_with(
        address,
        id,
        &format!("traceparent: 00-{TRACE}-{CALLER}-{flags}\r\ntracestate: crm=7\r\n"),
    )
}

/// Raises an event by a request with these headers too.
fn raise_with(address: SocketAddr, id: &str, headers: &str) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    let data = "{\"name\":\"payl0ad\"}";
    write!(
        stream,
        "POST /events?access=t0ken-in-query HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Type: application/json\r\n{headers}ce-specversion: 1.0\r\n\
         ce-type: {TTR}\r\nce-source: /crm\r\nce-id: {id}\r\nContent-Length: {}\r\n\r\n{data}",
        data.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn an_event_its_runs_their_requests_and_the_result_are_one_trace_across_a_crash() {
    let collector = collector();
    let sink = Server::json("{}");
    let goes_on = Arc::new(AtomicBool::new(false));
    let answers = Arc::clone(&goes_on);
    let target = Server::start(move |_, out| {
        if !answers.load(Ordering::Relaxed) {
            std::thread::sleep(Duration::from_mins(1));
        }
        respond(out, "200 OK", &[], "{}")
    });
    let desk = desk(
        target.address,
        &format!(
            "[serve]\notlp_endpoint = \"http://{}\"\n[delivery]\nsink = \"{}\"\n",
            collector.address,
            sink.url("/s1nk-path?sig=s1gned")
        ),
    );
    let served = Served::start(&desk);
    assert_eq!(raise(served.address, "1", "01"), 202);
    let accepted = wait_for(&collector, |it| it.text("name") == format!("accept {TTR}"));
    let door = wait_for(&collector, |it| it.text("name") == "POST /events");
    while target.asked().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    drop(served);
    goes_on.store(true, Ordering::Relaxed);
    let served = Served::start(&desk);
    let run = wait_for(&collector, |it| it.text("name") == "x");
    let call = wait_for(&collector, |it| it.text("name") == "GET");
    let sent = wait_for(&collector, |it| it.text("name") == "send result");
    assert_eq!(served.stop(), Some(0));

    for span in [&door, &accepted, &run, &call, &sent] {
        assert_eq!(span.text("traceId"), TRACE, "{span:?}");
        assert_ne!(span.0["status"]["code"], 2, "{span:?}");
    }
    let above = [&door, &accepted, &run, &call, &sent].map(|it| it.text("parentSpanId"));
    let (own, of_run) = (accepted.text("spanId"), run.text("spanId"));
    assert_eq!(above, [CALLER, door.text("spanId"), own, of_run, of_run]);
    let kinds = [&door, &accepted, &run, &call, &sent].map(|it| it.0["kind"].as_u64().unwrap());
    assert_eq!(kinds, [2, 4, 5, 3, 4]);

    door.is(&[
        ("http.request.method", "POST"),
        ("http.route", "/events"),
        ("http.response.status_code", "202"),
        ("server.address", "127.0.0.1"),
    ]);
    accepted.is(&[("cloudevents.event_id", "1"), ("lambdeck.deliveries", "1")]);
    run.is(&[
        ("faas.trigger", "pubsub"),
        ("faas.version", "1"),
        ("messaging.destination.name", TTR),
        ("lambdeck.attempt", "2"),
        ("lambdeck.outcome", "ok"),
    ]);
    let port = target.address.port().to_string();
    call.is(&[("server.port", &port), ("http.response.status_code", "200")]);
    sent.is(&[("http.response.status_code", "200")]);

    // Who was asked carries the trace on from the span that asked.
    let of_last =
        |server: &Server| server.asked().last().unwrap().header("traceparent").unwrap().to_owned();
    assert_eq!(of_last(&target), format!("00-{TRACE}-{}-01", call.text("spanId")));
    assert_eq!(of_last(&sink), format!("00-{TRACE}-{}-01", sent.text("spanId")));
    for server in [&target, &sink] {
        let asked = server.asked();
        assert_eq!(asked.last().unwrap().header("tracestate"), Some("crm=7"));
    }

    let all: String = collector.asked().iter().map(Asked::text).collect();
    for hidden in ["payl0ad", "4711", "k3y", "t0ken", "s1nk", "s1gned"] {
        assert!(!all.contains(hidden), "{hidden}: {all}");
    }
}

#[test]
fn a_failure_is_told_by_its_code_and_a_trace_that_nobody_keeps_is_carried_on_alone() {
    let collector = collector();
    let target = Server::start(|_, out| respond(out, "404 Not Found", &[], "no pr1vate thing"));
    let desk = desk(
        target.address,
        &format!(
            "[serve]\notlp_endpoint = \"http://{}/\"\n[delivery]\nretries = 0\n",
            collector.address
        ),
    );
    let served = Served::start(&desk);
    assert_eq!(raise(served.address, "1", "00"), 202);
    while target.asked().is_empty() {
        std::thread::sleep(Duration::from_millis(5));
    }
    let carried = target.asked()[0].header("traceparent").unwrap().to_owned();
    assert_eq!(carried, format!("00-{TRACE}-{CALLER}-00"));
    assert_eq!(target.asked()[0].header("tracestate"), Some("crm=7"));
    assert_eq!(post(served.address, (TTR, "/crm", "2"), "{}"), Some(202));
    let run = wait_for(&collector, |it| it.text("name") == "x");
    let call = wait_for(&collector, |it| it.text("name") == "GET");
    // What waits is sent at the end.
    assert_eq!(served.stop(), Some(0));
    assert_eq!(run.0["status"]["code"], 2);
    run.is(&[
        ("error.type", "com.liveperson.faas.handler.runtime-exception"),
        ("lambdeck.outcome", "script error"),
    ]);
    call.is(&[("http.response.status_code", "404"), ("error.type", "404")]);
    let all = spans(&collector);
    let trace = run.text("traceId");
    assert!(all.iter().all(|it| it.text("traceId") == trace) && trace != TRACE, "{all:#?}");
    let all: String = collector.asked().iter().map(Asked::text).collect();
    assert!(!all.contains("pr1vate"), "{all}");
    assert_eq!(read_by_a_stranger(&collector), ids(&spans(&collector)));
}

/// What somebody reads who has nothing but the published definitions.
fn read_by_a_stranger(collector: &Server) -> Vec<String> {
    let mut reader = Command::new(python("opentelemetry-proto==1.45.2"))
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/otlp/read.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let bodies: String = collector.asked().iter().map(|it| it.text() + "\n").collect();
    reader.stdin.take().unwrap().write_all(bodies.as_bytes()).unwrap();
    let read = reader.wait_with_output().unwrap();
    assert!(read.status.success());
    String::from_utf8(read.stdout).unwrap().lines().map(str::to_owned).collect()
}

fn ids(spans: &[Span]) -> Vec<String> {
    let line = |it: &Span| {
        let (trace, span, name) = (it.text("traceId"), it.text("spanId"), it.text("name"));
        format!("{trace} {span} {} {name}", it.0["kind"])
    };
    spans.iter().map(line).collect()
}

#[test]
fn an_event_keeps_the_trace_it_began_in_and_names_the_request_that_brought_it() {
    const OTHER: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
    let collector = collector();
    let target = Server::json("{}");
    let desk = desk(
        target.address,
        &format!("[serve]\notlp_endpoint = \"http://{}\"\n", collector.address),
    );
    let served = Served::start(&desk);
    let headers = format!(
        "traceparent: 00-{OTHER}-{CALLER}-01\r\nce-traceparent: 00-{TRACE}-{CALLER}-01\r\n"
    );
    assert_eq!(raise_with(served.address, "1", &headers), 202);
    let accepted = wait_for(&collector, |it| it.text("name") == format!("accept {TTR}"));
    let door = wait_for(&collector, |it| it.text("name") == "POST /events");
    let run = wait_for(&collector, |it| it.text("name") == "x");
    assert_eq!(door.text("traceId"), OTHER);
    assert_eq!([accepted.text("traceId"), run.text("traceId")], [TRACE, TRACE]);
    let link = &accepted.0["links"][0];
    assert_eq!((&link["traceId"], &link["spanId"]), (&door.0["traceId"], &door.0["spanId"]));
    assert_eq!(served.stop(), Some(0));
}

#[test]
fn a_collector_that_is_away_is_told_of_once_and_holds_up_nothing() {
    let target = Server::json("{}");
    let away = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let desk = desk(target.address, "");
    let mut command = desk.command(&["serve", "--listen", "127.0.0.1:0", "--json"]);
    command.env("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://{away}"));
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    let mut served = Served::of(command.spawn().unwrap());
    for id in 0..20 {
        assert_eq!(post(served.address, (TTR, "/s", &id.to_string()), "{}"), Some(202));
    }
    while target.asked().len() < 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    // It has been tried, and it has failed.
    while !served.has_told("takes no spans") {
        std::thread::sleep(Duration::from_millis(5));
    }
    served.signal(Signal::TERM);
    assert_eq!(served.child.wait().unwrap().code(), Some(0));
    let told = served.told();
    assert_eq!(told.matches("takes no spans").count(), 1, "{told}");
}
