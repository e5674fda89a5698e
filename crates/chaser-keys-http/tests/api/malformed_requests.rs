//! Requests that no HTTP client would send, answered like all others.

use crate::support::{RawConnection, TestApp, answers_of};

#[tokio::test]
async fn requests_that_could_be_read_in_two_ways_are_400() {
    let app = TestApp::start().await;
    let requests: &[(&str, &str)] = &[
        (
            "Content-Length and Transfer-Encoding",
            "POST /v1/keys HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        (
            "two Content-Length",
            "POST /v1/keys HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        ),
        (
            "two equal Content-Length",
            "POST /v1/keys HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        ),
        (
            "a list of Content-Lengths",
            "POST /v1/keys HTTP/1.1\r\nHost: h\r\nContent-Length: 5, 5\r\n\r\nhello",
        ),
        ("a signed Content-Length", "POST /v1/keys HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nhello"),
        ("a negative Content-Length", "POST /v1/keys HTTP/1.1\r\nHost: h\r\nContent-Length: -5\r\n\r\nhello"),
        (
            "two Transfer-Encoding",
            "POST /v1/keys HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        (
            "another Transfer-Encoding",
            "POST /v1/keys HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
        ),
        (
            "Transfer-Encoding in HTTP/1.0",
            "POST /v1/keys HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ),
        ("a folded header", "GET /v1/keys HTTP/1.1\r\nHost: h\r\nX-A: b\r\n c\r\n\r\n"),
        ("two Host", "GET /v1/keys HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
        ("no Host", "GET /v1/keys HTTP/1.1\r\n\r\n"),
        ("a space before the colon", "GET /v1/keys HTTP/1.1\r\nHost : h\r\n\r\n"),
        ("a NUL in a header", "GET /v1/keys HTTP/1.1\r\nHost: h\r\nX-A: \0\r\n\r\n"),
        ("a bare CR in a header", "GET /v1/keys HTTP/1.1\r\nHost: h\r\nX-A: a\rb\r\n\r\n"),
        ("no HTTP", "hello\r\n\r\n"),
        ("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        ("TLS", "\x16\x03\x01\x02\x00\x01\r\n\r\n"),
    ];
    for (what, request) in requests {
        let answers = answers_of(app.public, request).await;
        assert_eq!(answers.len(), 1, "{what}: {answers:?}");
        assert_eq!(answers[0].refusal(), (400, "malformed_request".to_owned()), "{what}");
        assert_eq!(answers[0].header("connection"), Some("close"), "{what}");
    }
}

/// The dispatcher takes a broken chunk for a client that is gone: there is an answer only if the handler was
/// waiting for the body at that moment. Either way nothing is done, and the connection ends.
#[tokio::test]
async fn a_broken_chunk_ends_the_connection_and_nothing_is_made() {
    let app = TestApp::start().await;
    let head = format!(
        "POST /v1/keys HTTP/1.1\r\nHost: h\r\nCookie: {}\r\nContent-Type: application/json\r\n\
         Transfer-Encoding: chunked\r\n\r\n",
        app.owner.cookie
    );
    for chunk in ["xyz\r\n", "-1\r\n", "d\r\n{\"name\":\"ci\"}XX0\r\n\r\n", "fffffffffffffffff\r\n"] {
        let answers = answers_of(app.public, format!("{head}{chunk}")).await;
        assert!(answers.iter().all(|answer| answer.refusal().0 == 400), "{chunk:?}: {answers:?}");
    }
    assert!(app.list_keys().await.is_empty());
}

#[tokio::test]
async fn a_malformed_request_behind_a_good_one_does_not_spoil_the_answer_to_it() {
    let app = TestApp::start().await;
    let good = "GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n";
    let answers =
        answers_of(app.public, format!("{good}{good}GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")).await;
    let refusals: Vec<_> = answers.iter().map(|answer| answer.refusal().0).collect();
    assert_eq!(refusals, [404, 404, 400]);
}

#[tokio::test]
async fn too_many_or_too_large_headers_are_431() {
    let app = TestApp::start().await;
    let too_large = (431, "headers_too_large".to_owned());
    let many = "X-A: b\r\n".repeat(200);
    let answers = answers_of(app.public, format!("GET / HTTP/1.1\r\nHost: h\r\n{many}\r\n")).await;
    assert_eq!(answers[0].refusal(), too_large);
    let large = "a".repeat(300 * 1024);
    let answers = answers_of(app.public, format!("GET / HTTP/1.1\r\nHost: h\r\nX-A: {large}\r\n\r\n")).await;
    assert_eq!(answers[0].refusal(), too_large);
    let fits = "a".repeat(100 * 1024);
    let request = format!("GET /nothing HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-A: {fits}\r\n\r\n");
    assert_eq!(answers_of(app.public, request).await[0].refusal(), (404, "not_found".to_owned()));
}

/// The framework panics at a name of 64 KiB (actix-http 3.20, `h1/decoder.rs`). Nobody else notices.
#[tokio::test]
async fn a_header_with_an_endless_name_ends_its_own_connection_only() {
    let app = TestApp::start().await;
    let nothing = "GET /nothing HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let endless = nothing.replace("Connection", &"a".repeat(70 * 1024));
    for _ in 0..10 {
        let mut other = RawConnection::open(app.public).await;
        other.send(&nothing[..20]).await;
        answers_of(app.public, &endless).await;
        other.send(&nothing[20..]).await;
        assert_eq!(other.read_answer().await.status, 404);
    }
}

#[tokio::test]
async fn odd_targets_are_ordinary_404s() {
    let app = TestApp::start().await;
    for line in [
        "OPTIONS * HTTP/1.1",
        "CONNECT h:443 HTTP/1.1",
        "GET http://h/nothing HTTP/1.1",
        "GET /a?b#c HTTP/1.1",
    ] {
        let request = format!("{line}\r\nHost: h\r\nConnection: close\r\n\r\n");
        let answers = answers_of(app.public, request).await;
        let (status, _) = answers[0].refusal();
        assert!([400, 404].contains(&status), "{line}: {answers:?}");
    }
}
