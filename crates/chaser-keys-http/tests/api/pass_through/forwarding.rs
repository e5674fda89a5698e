//! What the upstream sees of a request, and the client of the answer.

use reqwest::Method;
use serde_json::json;

use super::upstream::Upstream;
use super::{Scene, fronting};
use crate::support::{Answer, RawConnection, TestApp, answers_of};

const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const UNKNOWN: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";

#[tokio::test]
async fn a_request_arrives_as_it_was_sent_with_whose_it_is_in_place_of_the_key() {
    let scene = Scene::prepare().await;
    let asked =
        scene.request(Method::PUT, "/v1/sessions/a%20b?x=%2f..//&y").header("x-own", "kept").body("hello");
    let (answer, (mut connection, head)) = tokio::join!(Answer::to(asked), async {
        let (mut connection, head) = scene.upstream.accept_request().await;
        assert_eq!(connection.read(5).await.as_deref(), Some(&b"hello"[..]));
        connection.send(OK).await;
        (connection, head)
    });
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (200, "ok"));
    assert_eq!(head.line, "PUT /v1/sessions/a%20b?x=%2f..//&y HTTP/1.1");
    let upstream = scene.upstream.url.trim_start_matches("http://");
    let public = scene.app.public.to_string();
    let workspace = scene.app.owner.workspace_id.to_string();
    for (name, value) in [
        ("host", upstream),
        ("content-length", "5"),
        ("x-own", "kept"),
        ("x-chaser-key-id", scene.key.id.as_str()),
        ("x-chaser-workspace-id", workspace.as_str()),
        ("x-chaser-mode", "live"),
        ("x-forwarded-for", "127.0.0.1"),
        ("x-forwarded-proto", "http"),
        ("x-forwarded-host", public.as_str()),
        ("x-request-id", answer.header("x-request-id")),
        ("via", "1.1 chaser-keys"),
    ] {
        assert_eq!(head.header(name), Some(value), "{name}");
    }
    assert_eq!(head.header("authorization"), None);
    assert!(!format!("{head:?}").contains(&scene.key.secret));

    // The connection is used again.
    let (_, head) = tokio::join!(Answer::to(scene.get("/v1/more")), async {
        let head = connection.read_head().await.unwrap();
        connection.send(OK).await;
        head
    });
    assert_eq!(head.line, "GET /v1/more HTTP/1.1");
    assert_eq!((head.header("content-length"), head.header("transfer-encoding")), (None, None));
}

#[tokio::test]
async fn what_a_client_claims_or_means_for_this_server_alone_goes_no_further() {
    let scene = Scene::prepare().await;
    let mut request = scene.get("/v1/sessions");
    for name in [
        "x-chaser-key-id",
        "x_chaser_key_id",
        "X-Chaser_Workspace-Id",
        "x.chaser~mode",
        "x-chaser-new",
        "x-forwarded-for",
        "x_forwarded_host",
        "x-forwarded-port",
        "forwarded",
        "x-real-ip",
        "x-original-url",
        "X_Rewrite_URL",
        "proxy",
        "transfer_encoding",
        "content_length",
    ] {
        request = request.header(name, "spoofed");
    }
    for (name, value) in [
        ("connection", "x-for-this-hop, keep-alive"),
        ("x-for-this-hop", "spoofed"),
        ("keep-alive", "spoofed"),
        ("proxy-authorization", "spoofed"),
        ("te", "trailers"),
        ("upgrade", "spoofed"),
        ("cookie", "theirs=1; chaser_session=spoofed; other=2"),
        ("cookie", "chaser_device=spoofed"),
    ] {
        request = request.header(name, value);
    }
    let (answer, head) = tokio::join!(Answer::to(request), scene.upstream.answer(OK));
    assert_eq!(answer.status, 200);
    assert!(!format!("{head:?}").contains("spoofed"), "{head:?}");
    assert_eq!(head.all("cookie"), ["theirs=1; other=2"]);
    for name in ["te", "upgrade", "keep-alive", "proxy-authorization"] {
        assert_eq!(head.header(name), None, "{name}");
    }
}

#[tokio::test]
async fn an_answer_comes_back_as_it_is() {
    let scene = Scene::prepare().await;
    let told = "HTTP/1.1 409 Conflict\r\nContent-Type: application/problem+json\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\
                Set-Cookie: chaser_session=stolen; Path=/\r\nConnection: x-hop\r\nX-Hop: no\r\nKeep-Alive: timeout=5\r\n\
                ETag: \"e\"\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Trailer: no\r\n\r\n";
    let (answer, _) = tokio::join!(scene.get("/v1/x").send(), scene.upstream.answer(told));
    let answer = answer.unwrap();
    assert_eq!(answer.status(), 409);
    let values = |name: &str| answer.headers().get_all(name).iter().cloned().collect::<Vec<_>>();
    assert_eq!(values("content-type"), ["application/problem+json"]);
    assert_eq!(values("set-cookie"), ["a=1", "b=2"]);
    assert_eq!(values("etag"), ["\"e\""]);
    assert!(values("x-hop").is_empty() && values("keep-alive").is_empty() && values("x-trailer").is_empty());
    // What every answer of this server has.
    assert_eq!(values("cache-control"), ["no-store"]);
    assert_eq!(values("x-content-type-options"), ["nosniff"]);
    assert_eq!(answer.text().await.unwrap(), "abc");
}

#[tokio::test]
async fn answers_without_a_body_are_whole() {
    let scene = Scene::prepare().await;
    let table = [
        (Method::GET, "HTTP/1.1 204 No Content\r\n\r\n", 204, None),
        (Method::GET, "HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\n\r\n", 304, None),
        (Method::GET, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404, Some("0")),
        (Method::HEAD, "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n", 200, Some("12345")),
        // What a GET would bring is not known: 0 would be a claim.
        (Method::HEAD, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200, None),
        (
            Method::GET,
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
            200,
            Some("0"),
        ),
    ];
    for (method, told, status, length) in table {
        let mut client = RawConnection::open(scene.app.public).await;
        client.send(scene.raw_head(&format!("{method} /v1/x HTTP/1.1")) + "Connection: close\r\n\r\n").await;
        let (_, bytes) = tokio::join!(scene.upstream.answer(told), client.read_bytes_to_end());
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with(&format!("HTTP/1.1 {status} ")), "{told}: {text}");
        assert!(text.ends_with("\r\n\r\n"), "{told}: {text}");
        let found = text.lines().find_map(|line| line.strip_prefix("content-length: "));
        assert_eq!(found, length, "{told}: {text}");
    }
}

/// HTTP/1.0 knows no chunks: such an answer ends with the connection, whatever the client asked for.
#[tokio::test]
async fn a_client_of_http_1_0_gets_no_chunks() {
    let scene = Scene::prepare().await;
    let chunks = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    for connection in ["", "Connection: keep-alive\r\n"] {
        let mut client = RawConnection::open(scene.app.public).await;
        client.send(scene.raw_head("GET /v1/x HTTP/1.0") + connection + "\r\n").await;
        let (_, bytes) = tokio::join!(scene.upstream.answer(chunks), client.read_bytes_to_end());
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.ends_with("\r\n\r\nhello"), "{text}");
        for header in ["transfer-encoding", "connection: keep-alive"] {
            assert!(!text.contains(header), "{text}");
        }
    }
}

/// To hyper a `GET` has no body, unless its head announces one.
#[tokio::test]
async fn a_body_in_chunks_is_passed_on_with_any_method() {
    let scene = Scene::prepare().await;
    let chunks = "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
    let hidden_length = "Connection: content-length\r\nContent-Length: 5\r\n\r\nhello";
    for method in ["GET", "DELETE", "OPTIONS"] {
        for rest in [chunks, hidden_length] {
            let mut client = RawConnection::open(scene.app.public).await;
            client.send(scene.raw_head(&format!("{method} /v1/x HTTP/1.1")) + rest).await;
            let (mut connection, head) = scene.upstream.accept_request().await;
            assert_eq!(head.header("transfer-encoding"), Some("chunked"), "{method} {rest}");
            assert_eq!(connection.read_chunks().await.as_deref(), Some(&b"hello"[..]), "{method} {rest}");
        }
    }
}

#[tokio::test]
async fn without_a_good_key_nothing_reaches_the_upstream() {
    let scene = Scene::prepare().await;
    let nobody = Answer::to(scene.app.request(Method::GET, "/v1/sessions")).await;
    assert_eq!(nobody.header("www-authenticate"), r#"Bearer realm="chaser""#);
    let refused = Answer::to(scene.app.request(Method::GET, "/v1/sessions").bearer_auth(UNKNOWN)).await;
    assert_eq!(refused.header("www-authenticate"), r#"Bearer realm="chaser", error="invalid_token""#);
    let cookie = Answer::to(scene.app.as_owner(Method::GET, "/v1/sessions")).await;
    assert_eq!((nobody.status, refused.status, cookie.status.as_u16()), (refused.status, nobody.status, 401));
    let (good, _) = tokio::join!(Answer::to(scene.get("/v1/sessions")), scene.upstream.answer(OK));
    assert_eq!(good.status, 200);
    assert_eq!(scene.app.revoke_key(&scene.key.id).await.status, 204);
    assert_eq!(Answer::to(scene.get("/v1/sessions")).await.refusal(), (401, "unauthenticated".to_owned()));
    assert!(scene.upstream.was_left_alone().await);
}

#[tokio::test]
async fn what_is_ours_stays_ours() {
    let scene = Scene::prepare().await;
    assert_eq!(scene.app.usage(&scene.key.secret).await.status, 200);
    for (path, status) in
        [("/v1/keys/x/y", 404), ("/v1/auth/nothing", 404), ("/v1/keys", 200), ("/nothing", 404)]
    {
        assert_eq!(Answer::to(scene.app.as_owner(Method::GET, path)).await.status, status, "{path}");
    }
    for path in ["/v1/keys", "/v1/key%73/x", "/%76%31/auth/x"] {
        assert_eq!(Answer::to(scene.get(path)).await.status, 401, "{path}");
    }
    let posted = Answer::to(scene.request(Method::POST, "/v1/usage")).await;
    assert_eq!(posted.refusal(), (405, "method_not_allowed".to_owned()));
    for path in ["/V1/sessions", "/v2/sessions", "/x/../v1/sessions"] {
        let raw = scene.raw_head(&format!("GET {path} HTTP/1.1")) + "Connection: close\r\n\r\n";
        assert_eq!(answers_of(scene.app.public, raw).await[0].refusal().0, 404, "{path}");
    }
    assert!(scene.upstream.was_left_alone().await);
}

#[tokio::test]
async fn requests_and_bytes_are_counted() {
    let scene = Scene::prepare().await;
    let long = format!("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{}", "x".repeat(100_000));
    for _ in 0..3 {
        let asked = scene.request(Method::POST, "/v1/x").body(vec![b'y'; 5_000]);
        let (answer, ()) = tokio::join!(Answer::to(asked), async {
            let (mut connection, _) = scene.upstream.accept_request().await;
            connection.read(5_000).await.unwrap();
            connection.send(&long).await;
        });
        assert_eq!(answer.body.len(), 100_000);
    }
    // Reading the usage is a request as well.
    let counted = async || {
        let totals = scene.app.usage(&scene.key.secret).await.json()["totals"].clone();
        (&totals["bytes_up"], &totals["bytes_down"]) == (&json!(15_000), &json!(300_000))
    };
    crate::support::eventually(counted).await;
}

#[tokio::test]
async fn without_an_upstream_every_other_path_is_404() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    assert_eq!(app.request_nothing(&key.secret).await.refusal(), (404, "not_found".to_owned()));
}

#[tokio::test]
async fn keys_of_test_mode_say_so() {
    let upstream = Upstream::bind().await;
    let app = fronting(&upstream.url).await;
    let key = app.create_key_with(json!({ "name": "ci", "mode": "test" })).await;
    let asked = app.request(Method::GET, "/v1/x").bearer_auth(&key.secret);
    let (_, head) = tokio::join!(Answer::to(asked), upstream.answer(OK));
    assert_eq!(head.header("x-chaser-mode"), Some("test"));
}
