//! What the upstream sees is what was authenticated: one request, on a path that everybody reads alike.

use super::Scene;
use crate::support::{RawConnection, answers_of};

#[tokio::test]
async fn a_path_with_more_than_one_reading_is_refused() {
    let scene = Scene::prepare().await;
    for path in [
        "/v1/../admin",
        "/v1/%2e%2e/admin",
        "/v1/.%2E/admin",
        "/v1/./x",
        "/v1//admin",
        "/v1/a%2fb",
        "/v1/..%2fadmin",
        "/v1/..;/admin",
        "/v1/a%5c..%5cadmin",
        "/v1/%00",
        "/v1/x%0d%0aHost:%20evil",
        "/v1/%zz",
        "/v1/sessions/..",
    ] {
        let raw = scene.raw_head(&format!("GET {path} HTTP/1.1")) + "Connection: close\r\n\r\n";
        let answers = answers_of(scene.app.public, raw).await;
        assert_eq!(answers[0].refusal(), (400, "invalid_request".to_owned()), "{path}: {answers:?}");
    }
    assert!(scene.upstream.was_left_alone().await);
}

#[tokio::test]
async fn trace_and_connect_are_not_carried() {
    let scene = Scene::prepare().await;
    for line in ["TRACE /v1/x HTTP/1.1", "CONNECT /v1/x HTTP/1.1"] {
        let answers = answers_of(scene.app.public, scene.raw_head(line) + "Connection: close\r\n\r\n").await;
        assert!(matches!(answers[0].refusal().0, 400 | 404 | 405), "{line}: {answers:?}");
    }
    assert!(scene.upstream.was_left_alone().await);
}

/// Whatever the trick, the upstream sees no request or the one that was authenticated, and never a second one.
#[tokio::test]
async fn no_second_request_is_smuggled_behind_the_first() {
    let scene = Scene::prepare().await;
    let hidden = "GET /v1/hidden HTTP/1.1\r\nHost: h\r\n\r\n";
    let length = hidden.len();
    let head = scene.raw_head("POST /v1/sessions HTTP/1.1") + "Connection: close\r\n";
    let tricks = [
        (
            "length and chunks",
            format!("Content-Length: {length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"),
        ),
        (
            "chunks and length",
            format!("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n5c\r\n{hidden}\r\n0\r\n\r\n"),
        ),
        ("two lengths", format!("Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{hidden}")),
        (
            "a padded encoding",
            format!("Transfer-Encoding: \x0bchunked\r\nContent-Length: {length}\r\n\r\n{hidden}"),
        ),
        ("an unknown encoding", format!("Transfer-Encoding: xchunked\r\n\r\n{hidden}")),
        (
            "two encodings",
            format!("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{hidden}"),
        ),
        ("a space before the colon", format!("Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{hidden}")),
        ("a folded encoding", format!("Transfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n{hidden}")),
        (
            "a length in Connection",
            format!("Connection: content-length\r\nContent-Length: {length}\r\n\r\n{hidden}"),
        ),
        ("an underscore", format!("Transfer_Encoding: chunked\r\nContent-Length: {length}\r\n\r\n{hidden}")),
        (
            "a chunk size that overflows",
            format!("Transfer-Encoding: chunked\r\n\r\nffffffffffffffff1\r\n{hidden}"),
        ),
        ("a chunk size with a sign", format!("Transfer-Encoding: chunked\r\n\r\n-1\r\n{hidden}")),
        ("a bare line feed after a chunk size", format!("Transfer-Encoding: chunked\r\n\r\n0\n\r\n{hidden}")),
        (
            "a chunk extension with a bare line feed",
            format!("Transfer-Encoding: chunked\r\n\r\n5;a\nxx\r\n{hidden}"),
        ),
    ];
    for (what, rest) in tricks {
        let mut client = RawConnection::open(scene.app.public).await;
        client.send(format!("{head}{rest}")).await;
        let seen = scene.upstream.everything_during(client.read_bytes_to_end()).await;
        let requests = seen.iter().filter(|connection| !connection.is_empty()).count();
        assert!(requests <= 1, "{what}: {seen:?}");
        for bytes in seen {
            let text = String::from_utf8_lossy(&bytes).into_owned();
            let (head, body) = text.split_once("\r\n\r\n").unwrap_or((&text, ""));
            assert!(head.is_empty() || head.starts_with("POST /v1/sessions HTTP/1.1\r\n"), "{what}: {text}");
            // Hidden text may arrive, as the body that it is: announced by exactly one framing.
            let framings = head.to_ascii_lowercase().matches("\r\ncontent-length: ").count()
                + head.to_ascii_lowercase().matches("\r\ntransfer-encoding: ").count();
            assert!(framings <= 1, "{what}: {text}");
            assert!(body.is_empty() || framings == 1, "{what}: {text}");
            if let Some(announced) = head.to_ascii_lowercase().split("content-length: ").nth(1) {
                let announced: usize = announced.split("\r\n").next().unwrap().parse().unwrap();
                assert!(body.len() <= announced, "{what}: {text}");
            }
        }
    }
}

/// A request that follows on the same connection is authenticated for itself.
#[tokio::test]
async fn each_request_of_a_connection_is_authenticated() {
    let scene = Scene::prepare().await;
    let first = scene.raw_head("GET /v1/a HTTP/1.1") + "\r\n";
    let second = "GET /v1/b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let mut client = RawConnection::open(scene.app.public).await;
    client.send(format!("{first}{second}")).await;
    let (_, answers) = tokio::join!(
        scene.upstream.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        client.read_to_end()
    );
    assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [200, 401]);
    assert!(scene.upstream.was_left_alone().await);
}
