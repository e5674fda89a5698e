//! What breaks on either side is told to the other, in the envelope where there still is room for one.

use std::time::{Duration, Instant};

use super::{Scene, TIMEOUT, fronting};
use crate::support::{Answer, RawConnection};

#[tokio::test]
async fn an_upstream_that_is_down_is_502() {
    let app = fronting("http://127.0.0.1:1").await;
    let key = app.create_key("ci").await;
    assert_eq!(app.request_nothing(&key.secret).await.refusal(), (502, "bad_gateway".to_owned()));
}

#[tokio::test]
async fn an_upstream_that_answers_no_http_is_502() {
    let scene = Scene::prepare().await;
    for told in [
        "",
        "hello\r\n\r\n",
        "HTTP/1.1 999999 What\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX: a",
    ] {
        let (answer, ()) = tokio::join!(Answer::to(scene.get("/v1/x")), async {
            let (mut connection, _) = scene.upstream.accept_request().await;
            connection.send(told).await;
        });
        assert_eq!(answer.refusal(), (502, "bad_gateway".to_owned()), "{told:?}");
    }
    // Operators see it, whatever their clients say.
    let metrics = scene.app.internal("/metrics").await.body;
    assert!(metrics.contains(r#"chaser_upstream_answer_seconds_count{outcome="Failed"} 5"#), "{metrics}");
}

#[tokio::test]
async fn a_silent_upstream_is_504_and_no_longer_waited_for() {
    let scene = Scene::prepare().await;
    let begun = Instant::now();
    let (answer, ()) = tokio::join!(Answer::to(scene.get("/v1/x")), async {
        let (connection, _) = scene.upstream.accept_request().await;
        connection.until_it_ends().await;
    });
    assert_eq!(answer.refusal(), (504, "gateway_timeout".to_owned()));
    assert!(begun.elapsed() >= TIMEOUT);
}

/// An answer that is cut must not look whole, neither with a length nor in chunks.
#[tokio::test]
async fn an_answer_that_breaks_off_or_stalls_breaks_off_for_the_client() {
    let scene = Scene::prepare().await;
    let begun = [
        "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nno chunk\r\n",
    ];
    for told in begun {
        for stalls in [false, true] {
            let (answer, ()) = tokio::join!(scene.get("/v1/x").send(), async {
                let (mut connection, _) = scene.upstream.accept_request().await;
                connection.send(told).await;
                if stalls {
                    tokio::spawn(connection.until_it_ends());
                }
            });
            let body = answer.unwrap().bytes().await;
            assert!(body.is_err(), "{told:?}, stalls: {stalls}: {body:?}");
        }
    }
}

#[tokio::test]
async fn a_client_that_hangs_up_is_followed_by_the_upstreams_connection() {
    let scene = Scene::prepare().await;
    let head = scene.raw_head("POST /v1/x HTTP/1.1");
    let whole = format!("{head}Content-Length: 2\r\n\r\nok");
    // While the body is sent; while the answer is waited for; while it comes.
    for (request, told) in [
        (format!("{head}Content-Length: 100\r\n\r\nhalf"), ""),
        (format!("{head}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"), ""),
        (whole.clone(), ""),
        (whole, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
    ] {
        let mut client = RawConnection::open(scene.app.public).await;
        client.send(&request).await;
        let (mut connection, _) = scene.upstream.accept_request().await;
        connection.send(told).await;
        // What is on its way may arrive.
        tokio::time::sleep(Duration::from_millis(50)).await;
        let hung_up = Instant::now();
        drop(client);
        connection.until_it_ends().await;
        assert!(hung_up.elapsed() < TIMEOUT, "{request:?} {told:?}");
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_never_looks_whole_to_the_upstream() {
    let scene = Scene::prepare().await;
    let head = scene.raw_head("POST /v1/x HTTP/1.1") + "Transfer-Encoding: chunked\r\n\r\n";
    for broken in ["4\r\nhalf\r\nxyz\r\n", "4\r\nhalfXX0\r\n\r\n"] {
        let mut client = RawConnection::open(scene.app.public).await;
        client.send(format!("{head}{broken}")).await;
        for seen in scene.upstream.everything_during(client.read_bytes_to_end()).await {
            assert!(!seen.ends_with(b"0\r\n\r\n"), "{}", String::from_utf8_lossy(&seen));
        }
    }
}

#[tokio::test]
async fn a_client_that_stalls_is_408_and_the_upstream_is_let_go() {
    let scene = Scene::prepare().await;
    let mut client = RawConnection::open(scene.app.public).await;
    client.send(scene.raw_head("POST /v1/x HTTP/1.1") + "Content-Length: 100\r\n\r\nhalf").await;
    let ((), answers) = tokio::join!(
        async {
            let (mut connection, _) = scene.upstream.accept_request().await;
            assert_eq!(connection.read(100).await, None);
        },
        client.read_to_end()
    );
    assert_eq!(answers[0].refusal(), (408, "request_timeout".to_owned()));
}
