//! Names that change what they stand for.

use super::clients::Clients;
use super::guard::Lookup;
use super::*;
use crate::domain::{AllowedHost, AllowedNetwork, Reach, RunTrace, TraceContext, TraceHeaders};
use crate::runtime::calls::Outside;
use crate::runtime::{Masks, RunRequest};
use hyper_util::client::proxy::matcher::Matcher;
use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Answers `count` connections, one request each.
fn serve(count: usize) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming().take(count) {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok");
        }
    });
    address
}

/// Gives these answers one after the other, the last one for ever, and counts how often it was asked.
fn changing(answers: &[&[&str]]) -> (Lookup, Arc<AtomicUsize>) {
    let parsed = |texts: &&[&str]| texts.iter().map(|it| it.parse().unwrap()).collect();
    let answers: Vec<Vec<IpAddr>> = answers.iter().map(parsed).collect();
    let asked = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&asked);
    let answers = Mutex::new(answers);
    let lookup: Lookup = Arc::new(move |_| {
        count.fetch_add(1, Ordering::Relaxed);
        let mut answers = answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
        Box::pin(async move { Ok(answer) })
    });
    (lookup, asked)
}

/// A run that may reach `name.example` at the port of `server`, on this machine.
fn request(server: SocketAddr) -> RunRequest {
    let host = AllowedHost::parse(&format!("name.example:{}", server.port())).unwrap();
    let network = AllowedNetwork::parse("127.0.0.1").unwrap();
    let reach = Reach { hosts: vec![host], networks: vec![network], ..Reach::default() };
    RunRequest { reach: Arc::new(reach), ..RunRequest::of_test("") }
}

fn outside(lookup: Lookup) -> Outside {
    let clients = Clients::new(Matcher::builder().build(), lookup);
    Outside { clients, ..Outside::default() }
}

async fn get(desk: &Desk<'_>, server: SocketAddr) -> CallStatus {
    let url = format!("http://name.example:{}/", server.port());
    send(desk, HttpCall { method: "GET".into(), url, ..HttpCall::default() }).await.told.status
}

#[tokio::test]
async fn a_name_that_changes_its_answer_leads_nowhere_new() {
    let server = serve(1);
    let (lookup, asked) = changing(&[&["127.0.0.1"], &["127.0.0.2"], &["169.254.169.254"]]);
    let (request, outside) = (request(server), outside(lookup));
    let desk = Desk { request: &request, outside: &outside, masks: Masks::default() };
    assert_eq!(get(&desk, server).await, CallStatus::Answered(200));
    assert_eq!(asked.load(Ordering::Relaxed), 1, "what was checked is what is connected to");
    for address in ["127.0.0.2", "169.254.169.254"] {
        let CallStatus::Refused { message, allow } = get(&desk, server).await else { panic!() };
        assert!(
            message.contains(address) && message.starts_with("name.example is out of reach: "),
            "{message}"
        );
        assert_eq!(allow, None, "no entry of the allow-list would help");
    }
}

#[tokio::test]
async fn of_several_addresses_only_those_that_may_be_reached_are_tried() {
    let server = serve(1);
    let (lookup, _) = changing(&[&["::1", "10.0.0.1", "127.0.0.1", "::ffff:127.0.0.1"]]);
    let (request, outside) = (request(server), outside(lookup));
    let desk = Desk { request: &request, outside: &outside, masks: Masks::default() };
    assert_eq!(get(&desk, server).await, CallStatus::Answered(200));
}

#[tokio::test]
async fn a_connection_is_not_reused_when_less_may_be_reached() {
    let server = serve(2);
    let (lookup, asked) = changing(&[&["127.0.0.1"]]);
    let (mut request, outside) = (request(server), outside(lookup));
    let desk = Desk { request: &request, outside: &outside, masks: Masks::default() };
    assert_eq!(get(&desk, server).await, CallStatus::Answered(200));
    let reach = Reach { networks: Vec::new(), ..(*request.reach).clone() };
    request.reach = Arc::new(reach);
    let desk = Desk { request: &request, outside: &outside, masks: Masks::default() };
    assert!(matches!(get(&desk, server).await, CallStatus::Refused { .. }));
    assert_eq!(asked.load(Ordering::Relaxed), 2);
}

#[tokio::test]
async fn a_trace_is_carried_on_unless_the_lambda_names_one() {
    let mut call =
        HttpCall { method: "GET".into(), url: "http://a.example".into(), ..Default::default() };
    let trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    let carried = TraceHeaders::of(trace, ["a=1"]).unwrap();
    for (own, sent) in [(None, trace), (Some("00-other"), "00-other")] {
        call.headers =
            own.map(|it| ("Traceparent".to_owned(), it.to_owned())).into_iter().collect();
        let mut request = Request::read(call.clone()).unwrap();
        assert_eq!(request.trace(Some(&RunTrace::Carried(carried.clone()))), None);
        assert_eq!(request.headers["traceparent"], sent);
        let state = request.headers.get("tracestate").map(|it| it.to_str().unwrap());
        assert_eq!(state, own.is_none().then_some("a=1"), "not beside another trace");
        let count = request.headers.len();
        request.trace(None);
        assert_eq!(request.headers.len(), count);
    }
    let run = TraceContext::parse(trace).unwrap();
    let mut request = Request::read(HttpCall { headers: Vec::new(), ..call }).unwrap();
    let span = request.trace(Some(&RunTrace::Kept(run, Some("a=1".to_owned())))).unwrap();
    assert_eq!(request.headers["tracestate"], "a=1");
    let sent = request.headers["traceparent"].to_str().unwrap();
    let sent = TraceContext::parse(sent).unwrap();
    assert_eq!((sent.trace, sent.span), (run.trace, span));
}
