//! Requests that are sent before those in front of them are answered.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::support::{RawConnection, TestApp};

/// More than the framework decodes ahead.
const MANY: usize = 20;

#[tokio::test]
async fn whatever_waits_behind_a_slow_request_is_answered_as_soon_as_that_is() {
    let app = TestApp::start().await;
    let database = app.connect().await;
    database.batch_execute("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE").await.unwrap();
    let body = r#"{"email":"owner@example.com","password":"not it"}"#;
    let slow = format!(
        "POST /v1/auth/login HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len(),
    );
    let quick = "GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n".repeat(MANY);
    let last = "GET /nothing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let mut connection = RawConnection::open(app.public).await;
    for some in [slow + &quick, quick + last] {
        connection.send(some).await;
        sleep(Duration::from_millis(100)).await;
    }
    database.batch_execute("COMMIT").await.unwrap();
    let answers = timeout(Duration::from_secs(4), connection.read_to_end()).await;
    let statuses: Vec<_> = answers.expect("they were forgotten").iter().map(|answer| answer.status).collect();
    assert_eq!(statuses, [&[401][..], &[404; 2 * MANY + 1]].concat());
}

/// RFC 9112 §9.6: nobody reads an answer to it, and whoever sends it again would do it twice.
#[tokio::test]
async fn what_follows_the_connections_last_request_is_not_carried_out() {
    let app = TestApp::start().await;
    let create = |name: &str, header: &str| {
        let body = format!(r#"{{"name":"{name}"}}"#);
        let (cookie, length) = (&app.owner.cookie, body.len());
        format!(
            "POST /v1/keys HTTP/1.1\r\nHost: h\r\nCookie: {cookie}\r\nContent-Type: application/json\r\n{header}Content-Length: {length}\r\n\r\n{body}",
        )
    };
    let last = create("the last", "Connection: close\r\n");
    let too_large = create(&"x".repeat(17_000), "");
    for (first, made) in [(create("first", "") + &last, 2), (too_large, 0)] {
        let before = app.list_keys().await.len();
        let mut connection = RawConnection::open(app.public).await;
        connection.send(first + &create("too late", "")).await;
        timeout(Duration::from_secs(15), connection.read_to_end()).await.expect("the connection ends");
        assert_eq!(app.list_keys().await.len(), before + made);
    }
    assert!(app.list_keys().await.iter().all(|key| key["name"] != "too late"));
}
