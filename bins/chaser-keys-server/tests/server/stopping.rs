//! SIGTERM and SIGINT: requests are finished, usage is written, and a second signal ends it at once.

use std::time::Duration;

use reqwest::StatusCode;
use rustix::process::Signal;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::database;
use crate::http::{Customer, EMAIL, PASSWORD, create_user, usage_with};
use crate::running_server::RunningServer;

/// So long that only the stop itself can have written the counts.
const RARELY: [(&str, &str); 1] = [("CHASER_USAGE_FLUSH", "60s")];

async fn stops_in_peace(signal: Signal) {
    let database = database::migrated().await;
    create_user(database.url()).await;
    let mut server = RunningServer::start_with(database.url(), &RARELY).await;
    let key = Customer::sign_in(&server.url).await.create_key("ci").await;
    for _ in 0..7 {
        assert_eq!(usage_with(&server.url, key["secret"].as_str().unwrap()).await.status(), StatusCode::OK);
    }
    let mut request = HalfARequest::send(&server.url).await;
    server.signal(signal);
    assert!(is_closed(&server.url).await, "new connections are still accepted");
    let answer = request.finish().await;
    assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}\n{}", server.log());
    assert_eq!(server.ended().await, Some(0), "{}", server.log());
    assert!(server.log().contains("every request was answered"), "{}", server.log());
    assert_eq!(database::number(database.url(), "select sum(requests)::bigint from key_usage").await, 7);
}

#[tokio::test]
async fn sigterm_finishes_requests_and_writes_usage() {
    stops_in_peace(Signal::TERM).await;
}

#[tokio::test]
async fn sigint_finishes_requests_and_writes_usage() {
    stops_in_peace(Signal::INT).await;
}

#[tokio::test]
async fn a_second_signal_does_not_wait() {
    let database = database::migrated().await;
    let mut server = RunningServer::start(database.url()).await;
    let _request = HalfARequest::send(&server.url).await;
    server.signal(Signal::TERM);
    assert!(is_closed(&server.url).await, "the first signal is not heeded");
    server.signal(Signal::TERM);
    assert_eq!(server.ended().await, Some(128 + 15), "{}", server.log());
}

#[tokio::test]
async fn a_server_that_waits_for_its_database_can_be_stopped() {
    let program = crate::process::program(
        &["serve", "--bind", "127.0.0.1:0", "--internal-bind", "127.0.0.1:0"],
        &[("DATABASE_URL", "postgres://me@127.0.0.1:1/x"), ("CHASER_PEPPERS", crate::process::PEPPER)],
    );
    let child = { program }.spawn().unwrap();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let pid = rustix::process::Pid::from_raw(child.id().unwrap().try_into().unwrap()).unwrap();
    rustix::process::kill_process(pid, Signal::TERM).unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(5), child.wait_with_output()).await;
    assert_eq!(ended.expect("it ends").unwrap().status.code(), Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn sigterm_under_load_fails_no_request_and_loses_no_count() {
    let database = database::migrated().await;
    create_user(database.url()).await;
    let mut server = RunningServer::start_with(database.url(), &RARELY).await;
    let key = Customer::sign_in(&server.url).await.create_key("ci").await;
    let secret = key["secret"].as_str().unwrap().to_owned();
    let clients: Vec<_> = (0..8)
        .map(|_| tokio::spawn(use_until_closed(format!("{}/v1/nothing", server.url), secret.clone())))
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    server.signal(Signal::TERM);
    let mut answered = 0;
    for client in clients {
        answered += client.await.unwrap();
    }
    assert_eq!(server.ended().await, Some(0), "{}", server.log());
    assert!(answered >= 8, "{answered}");
    let counted = database::number(database.url(), "select sum(requests)::bigint from key_usage").await;
    assert_eq!(counted, answered);
}

/// Uses a key over connections that are kept alive, until nobody listens any more: the only way to fail.
async fn use_until_closed(url: String, secret: String) -> i64 {
    let client = crate::http::client();
    let mut answered = 0;
    loop {
        match client.get(&url).bearer_auth(&secret).send().await {
            Ok(answer) => assert_eq!(answer.status(), StatusCode::NOT_FOUND),
            Err(error) if error.is_connect() => return answered,
            Err(error) => panic!("a request failed: {error:?}"),
        }
        answered += 1;
    }
}

#[tokio::test]
async fn a_killed_server_loses_at_most_one_interval_of_counts() {
    let database = database::migrated().await;
    create_user(database.url()).await;
    let mut server = RunningServer::start_with(database.url(), &[("CHASER_USAGE_FLUSH", "1s")]).await;
    let key = Customer::sign_in(&server.url).await.create_key("ci").await;
    let use_it = async |times: usize| {
        for _ in 0..times {
            let answer = usage_with(&server.url, key["secret"].as_str().unwrap()).await;
            assert_eq!(answer.status(), StatusCode::OK);
        }
    };
    use_it(7).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    use_it(5).await;
    server.signal(Signal::KILL);
    server.ended().await;
    let counted = database::number(database.url(), "select sum(requests)::bigint from key_usage").await;
    assert!((7..=12).contains(&counted), "{counted}");
}

/// A sign-in whose body has not come to its end.
struct HalfARequest {
    stream: TcpStream,
    rest: String,
}

impl HalfARequest {
    async fn send(url: &str) -> Self {
        let body = format!(r#"{{"email":"{EMAIL}","password":"{PASSWORD}"}}"#);
        let (begin, rest) = body.split_at(10);
        let head = format!(
            "POST /v1/auth/login HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            address(url),
            body.len()
        );
        let mut stream = TcpStream::connect(address(url)).await.unwrap();
        stream.write_all(format!("{head}{begin}").as_bytes()).await.unwrap();
        tokio::time::sleep(Duration::from_millis(200)).await;
        Self { stream, rest: rest.to_owned() }
    }

    /// The answer, up to the end of the connection.
    async fn finish(&mut self) -> String {
        self.stream.write_all(self.rest.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let reading = self.stream.read_to_end(&mut answer);
        tokio::time::timeout(Duration::from_secs(20), reading).await.expect("the connection ends").unwrap();
        String::from_utf8(answer).unwrap()
    }
}

/// Whether nobody listens there, given a while: less than a stalled request is given.
async fn is_closed(url: &str) -> bool {
    for _ in 0..50 {
        if TcpStream::connect(address(url)).await.is_err() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    false
}

fn address(url: &str) -> &str {
    url.strip_prefix("http://").unwrap()
}
