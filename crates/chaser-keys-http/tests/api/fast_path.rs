//! Requests that are answered before the dispatcher sees them, mixed with all others on one connection.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::support::{RawConnection, TestApp, answers_of};

const UNKNOWN: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";

fn authorize(key: &str, id: &str, more: &str) -> String {
    format!(
        "GET /authorize HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\nX-Request-Id: {id}\r\n{more}\r\n"
    )
}

#[tokio::test]
async fn answers_on_a_connection_keep_the_order_of_their_requests() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await.secret;
    app.store.node().until_ready().await;
    let (mut requests, mut expected) = (String::new(), Vec::new());
    for round in 0..40 {
        // Mostly good keys; unknown ones wait for a look at the database while the others stand behind them.
        let (secret, status) = if round % 5 == 3 { (UNKNOWN, 401) } else { (key.as_str(), 200) };
        requests += &authorize(secret, &format!("r{round}"), "");
        expected.push((status, format!("r{round}")));
    }
    // From here on it is the dispatcher's connection.
    requests += "GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-Id: health\r\n\r\n";
    expected.push((200, "health".to_owned()));
    // In one piece: the dispatcher closes a connection whose body has not come by the time the answer is there.
    let mut whole = authorize(&key, "body", "Content-Length: 3\r\n");
    whole += "GET";
    expected.push((200, "body".to_owned()));
    whole += &authorize(&key, "after", "");
    whole += &authorize(&key, "last", "Connection: close\r\n");
    expected.extend([(200, "after".to_owned()), (200, "last".to_owned())]);

    // At once, and in pieces that end anywhere.
    for piece in [requests.len(), 700, 61] {
        let mut connection = RawConnection::open(app.internal).await;
        for bytes in requests.as_bytes().chunks(piece) {
            connection.send(bytes).await;
            if piece < 100 {
                sleep(Duration::from_micros(300)).await;
            }
        }
        connection.send(whole.as_bytes()).await;
        let answers = connection.read_to_end().await;
        let told: Vec<_> = answers
            .iter()
            .map(|answer| (answer.status, answer.header("x-request-id").unwrap().to_owned()))
            .collect();
        assert_eq!(told, expected, "in pieces of {piece}");
    }
}

#[tokio::test]
async fn a_body_is_never_taken_for_a_request() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await.secret;
    let hidden = authorize(&key, "hidden", "");
    let carrier = |more: &str| authorize(&key, "carrier", more);
    let last = authorize(&key, "last", "Connection: close\r\n");
    let with_length = carrier(&format!("Content-Length: {}\r\n", hidden.len())) + &hidden + &last;
    let chunked = carrier("Transfer-Encoding: chunked\r\n")
        + &format!("{:x}\r\n{hidden}\r\n0\r\n\r\n", hidden.len())
        + &last;
    for requests in [with_length, chunked] {
        let answers = answers_of(app.internal, &requests).await;
        let ids: Vec<_> = answers.iter().map(|answer| answer.header("x-request-id").unwrap()).collect();
        assert_eq!(ids, ["carrier", "last"], "{requests}");
    }
}

#[tokio::test]
async fn what_the_dispatcher_refuses_is_refused_behind_a_good_request_too() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await.secret;
    let good = authorize(&key, "good", "");
    for broken in [
        "Host: b\r\n",
        "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        " folded\r\n",
        "A B: c\r\n",
    ] {
        let answers = answers_of(app.internal, good.clone() + &authorize(&key, "bad", broken)).await;
        assert_eq!(answers.len(), 2, "{broken}");
        assert_eq!(answers[0].status, 200, "{broken}");
        assert_eq!(answers[1].refusal(), (400, "malformed_request".to_owned()), "{broken}");
    }
}

#[tokio::test]
async fn a_head_that_does_not_come_and_a_connection_that_says_nothing_are_given_up() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await.secret;
    let good = authorize(&key, "good", "");
    let begun = Instant::now();
    let halves = async {
        let answers = answers_of(app.internal, good.clone() + &good[..30]).await;
        let statuses: Vec<_> = answers.iter().map(|answer| answer.status).collect();
        assert_eq!(statuses, [200, 408]);
    };
    let silence = async {
        assert_eq!(answers_of(app.internal, &good).await.len(), 1);
    };
    tokio::join!(halves, silence);
    assert!(begun.elapsed() < Duration::from_secs(10));
}
