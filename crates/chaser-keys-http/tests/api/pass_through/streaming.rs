//! Bodies flow as they come, no faster than they are taken.

use std::time::Duration;

use futures_util::StreamExt;
use reqwest::{Body, Method};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::Scene;
use crate::support::{Answer, RawConnection};

/// What the sockets, the server and the client may hold between them.
const BUFFERS: usize = 24 << 20;
const CHUNK: usize = 64 << 10;

#[tokio::test]
async fn an_answer_is_passed_on_while_it_comes() {
    let scene = Scene::prepare().await;
    let asking = scene.get("/v1/x").send();
    let (answer, mut connection) = tokio::join!(asking, async {
        let (mut connection, _) = scene.upstream.accept_request().await;
        connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n").await;
        connection
    });
    let mut body = answer.unwrap().bytes_stream();
    assert_eq!(body.next().await.unwrap().unwrap(), "first");
    connection.send("4\r\nlast\r\n0\r\n\r\n").await;
    assert_eq!(body.next().await.unwrap().unwrap(), "last");
    assert!(body.next().await.is_none());
}

/// An endless stream of rare events: as long as the upstream is not silent for longer than its timeout.
#[tokio::test]
async fn an_answer_may_take_longer_than_an_idle_client_is_kept() {
    let scene = Scene::prepare().await;
    let (answer, ()) = tokio::join!(scene.get("/v1/events").send(), async {
        let (mut connection, _) = scene.upstream.accept_request().await;
        connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
        tokio::spawn(async move {
            for _ in 0..10 {
                tokio::time::sleep(Duration::from_secs(1)).await;
                connection.send("5\r\nevent\r\n").await;
            }
            connection.send("0\r\n\r\n").await;
        });
    });
    assert_eq!(answer.unwrap().text().await.unwrap(), "event".repeat(10));
}

#[tokio::test]
async fn a_body_is_passed_on_while_it_comes() {
    let scene = Scene::prepare().await;
    let (sender, receiver) = mpsc::channel::<Result<&'static str, std::io::Error>>(1);
    let parts = futures_util::stream::unfold(receiver, async |mut parts| Some((parts.recv().await?, parts)));
    let asking = scene.request(Method::POST, "/v1/x").body(Body::wrap_stream(parts));
    let (answer, ()) = tokio::join!(Answer::to(asking), async {
        sender.send(Ok("first")).await.unwrap();
        let (mut connection, head) = scene.upstream.accept_request().await;
        assert_eq!(head.header("transfer-encoding"), Some("chunked"));
        assert_eq!(connection.read(10).await.unwrap(), b"5\r\nfirst\r\n");
        sender.send(Ok("last")).await.unwrap();
        drop(sender);
        assert_eq!(connection.read_chunks().await.unwrap(), b"last");
        connection.send("HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n").await;
    });
    assert_eq!(answer.status, 201);
}

#[tokio::test]
async fn an_upstream_may_answer_before_it_has_read_the_body() {
    let scene = Scene::prepare().await;
    let mut client = RawConnection::open(scene.app.public).await;
    client.send(scene.raw_head("POST /v1/x HTTP/1.1") + "Content-Length: 1000000\r\n\r\nbegun").await;
    let ((), answers) = tokio::join!(
        async {
            let (mut connection, _) = scene.upstream.accept_request().await;
            connection
                .send("HTTP/1.1 413 Payload Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig")
                .await;
            connection.until_it_ends().await;
        },
        client.read_to_end()
    );
    assert_eq!((answers[0].status, answers[0].body.as_str()), (413, "big"));
}

/// A client that takes nothing stops the upstream, not the server; and it is given up in the end.
#[tokio::test]
async fn a_slow_client_holds_up_its_own_upstream_and_nobody_else() {
    let scene = Scene::prepare().await;
    let mut client = RawConnection::open(scene.app.public).await;
    client.send(scene.raw_head("GET /v1/x HTTP/1.1") + "\r\n").await;
    let (mut connection, _) = scene.upstream.accept_request().await;
    connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").await;
    let chunk = format!("{CHUNK:x}\r\n{}\r\n", "x".repeat(CHUNK));
    let mut sent = 0;
    while timeout(Duration::from_millis(500), connection.send(&chunk)).await.is_ok() {
        sent += CHUNK;
        assert!(sent < BUFFERS, "the server takes what its client does not");
    }
    // Others are served meanwhile.
    let (other, _) = tokio::join!(
        Answer::to(scene.get("/v1/other")),
        scene.upstream.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    );
    assert_eq!(other.body, "ok");
    // Nobody took anything for eight seconds.
    let ended = async { while connection.try_send(&chunk).await {} };
    timeout(Duration::from_secs(15), ended).await.expect("a client that takes nothing is given up");
}

#[tokio::test]
async fn a_slow_upstream_holds_up_its_own_client_and_nobody_else() {
    let scene = Scene::prepare().await;
    let mut client = RawConnection::open(scene.app.public).await;
    client.send(scene.raw_head("POST /v1/x HTTP/1.1") + "Content-Length: 1000000000\r\n\r\n").await;
    let (connection, _) = scene.upstream.accept_request().await;
    let mut sent = 0;
    while timeout(Duration::from_millis(500), client.send(vec![b'x'; CHUNK])).await.is_ok() {
        sent += CHUNK;
        assert!(sent < BUFFERS, "the server takes what its upstream does not");
    }
    let (other, _) = tokio::join!(
        Answer::to(scene.get("/v1/other")),
        scene.upstream.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    );
    assert_eq!(other.body, "ok");
    drop(connection);
}
