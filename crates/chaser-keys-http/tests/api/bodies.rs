//! What bodies are taken, and how the others are refused.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, RawConnection, TestApp, answers_of};

async fn create_with(app: &TestApp, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = app.as_owner(Method::POST, "/v1/keys").header("content-type", content_type);
    Answer::to(request.body(body)).await
}

#[tokio::test]
async fn only_plain_json_is_taken() {
    let app = TestApp::start().await;
    let body = r#"{"name":"ci"}"#;
    for taken in ["application/json", "application/json; charset=utf-8", "Application/JSON"] {
        assert_eq!(create_with(&app, taken, body).await.status, 201, "{taken}");
    }
    let unsupported = (415, "unsupported_media_type".to_owned());
    for refused in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
        assert_eq!(create_with(&app, refused, body).await.refusal(), unsupported, "{refused}");
    }
    let without_type = app.as_owner(Method::POST, "/v1/keys").body(body);
    assert_eq!(Answer::to(without_type).await.refusal(), unsupported);
    let without_body = app.as_owner(Method::POST, "/v1/keys");
    assert_eq!(Answer::to(without_body).await.refusal(), unsupported);
    let compressed = app.as_owner(Method::POST, "/v1/keys").json(&json!({"name": "ci"}));
    assert_eq!(Answer::to(compressed.header("content-encoding", "gzip")).await.refusal(), unsupported);
    let login_form = app.request(Method::POST, "/v1/auth/login").body("email=a&password=b");
    assert_eq!(Answer::to(login_form).await.refusal(), unsupported);
}

#[tokio::test]
async fn calls_that_need_no_body_take_none_or_json_but_nothing_else() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    for (method, path) in [
        (Method::POST, format!("/v1/keys/{}/rotate", key.id)),
        (Method::DELETE, format!("/v1/keys/{}", key.id)),
        (Method::POST, "/v1/auth/logout".to_owned()),
    ] {
        let form = app.as_owner(method.clone(), &path).body("x=y");
        assert_eq!(Answer::to(form).await.refusal(), (415, "unsupported_media_type".to_owned()), "{path}");
        let unknown_field = app.as_owner(method.clone(), &path).json(&json!({"x": 1}));
        assert_eq!(Answer::to(unknown_field).await.refusal(), (400, "invalid_request".to_owned()), "{path}");
        let empty = app.as_owner(method, &path).header("content-type", "application/json");
        assert!(Answer::to(empty).await.status.is_success(), "{path}");
    }
}

#[tokio::test]
async fn a_body_that_is_not_what_it_should_be_is_refused_with_a_reason() {
    let app = TestApp::start().await;
    let refusals: &[(&str, &str)] = &[
        ("", "invalid_request"),
        ("{", "invalid_json"),
        ("null", "invalid_request"),
        (r#""ci""#, "invalid_request"),
        (r#"["ci"]"#, "invalid_request"),
        (r#"{"name":"ci"}{"name":"ci"}"#, "invalid_json"),
        (r#"{"name":"ci"} trailing"#, "invalid_json"),
        (r#"{"name":"\ud800"}"#, "invalid_json"),
        (r#"{"name":"\udc00\ud800"}"#, "invalid_json"),
        ("{\"name\":\"a\0b\"}", "invalid_json"),
        (r#"{"name":"a\u0000b"}"#, "invalid_request"),
        (r#"{"name":"ci","name":"ci"}"#, "invalid_request"),
        (r#"{"name":"ci","owner":"me"}"#, "invalid_request"),
        (r#"{"Name":"ci"}"#, "invalid_request"),
        (r#"{"name":null}"#, "invalid_request"),
        (r#"{"name":1}"#, "invalid_request"),
        (r#"{"name":""}"#, "invalid_request"),
        (r#"{"name":" \t "}"#, "invalid_request"),
        (r#"{"name":"a\nb"}"#, "invalid_request"),
        (r#"{"name":"a\u202eb"}"#, "invalid_request"),
        (r#"{"name":"ci","mode":"prod"}"#, "invalid_request"),
        (r#"{"name":"ci","mode":null}"#, "invalid_request"),
        (r#"{"name":"ci","mode":"Live"}"#, "invalid_request"),
    ];
    for (body, code) in refusals {
        assert_eq!(
            create_with(&app, "application/json", *body).await.refusal(),
            (400, (*code).to_owned()),
            "{body}"
        );
    }
    let bad_utf8 = create_with(&app, "application/json", b"{\"name\":\"\xff\"}".to_vec()).await;
    assert_eq!(bad_utf8.refusal(), (400, "invalid_json".to_owned()));
    let nested = create_with(&app, "application/json", format!(r#"{{"name":{}"#, "[".repeat(10_000))).await;
    assert_eq!(nested.refusal(), (400, "invalid_request".to_owned()));
    for too_long in ["n".repeat(101), "🔑".repeat(101)] {
        let answer =
            Answer::to(app.as_owner(Method::POST, "/v1/keys").json(&json!({"name": too_long}))).await;
        assert_eq!(answer.refusal(), (400, "invalid_request".to_owned()));
    }
    assert!(app.list_keys().await.is_empty());
}

#[tokio::test]
async fn a_refusal_never_repeats_what_was_sent() {
    let app = TestApp::start().await;
    let secret = "hunter2-hunter2";
    for body in [
        format!(r#"{{"email":"a@b.example","password":["{secret}"]}}"#),
        format!(r#"{{"email":"{secret}","password":"x"}}"#),
        format!(r#"{{"email":"a@b.example","password":"x","{secret}":1}}"#),
        format!(r#"{{"{secret}":{{"email":1}}}}"#),
        format!(r#"{{"email":{{"{secret}":1}}}}"#),
        format!(r#"{{"email":"a@b.example","password":"{secret}"#),
        format!(r#"{{"email":"a@b.example","password":"{secret}"}} {secret}"#),
        format!("\"{secret}\""),
    ] {
        let request = app.request(Method::POST, "/v1/auth/login").header("content-type", "application/json");
        let answer = Answer::to(request.body(body.clone())).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(!answer.body.contains("hunter2"), "{body} · {}", answer.body);
    }
}

#[tokio::test]
async fn grace_days_is_a_whole_number_from_0_to_30() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let path = format!("/v1/keys/{}/rotate", key.id);
    for days in ["-1", "31", "256", "1e1", "7.0", "\"7\"", "null", "true", "18446744073709551616", "1e400"] {
        let request = app.as_owner(Method::POST, &path).header("content-type", "application/json");
        let answer = Answer::to(request.body(format!(r#"{{"grace_days":{days}}}"#))).await;
        assert_eq!(answer.status, 400, "{days}");
        if days != "1e400" {
            assert_eq!(answer.message(), "`grace_days` must be a whole number from 0 to 30", "{days}");
        }
    }
    assert_eq!(app.get_key(&key.id).await["status"], "active");
}

#[tokio::test]
async fn a_body_over_16_kib_is_refused_unread() {
    let app = TestApp::start().await;
    let too_large = (413, "payload_too_large".to_owned());
    let fits = format!(r#"{{"name":"ci"{}}}"#, " ".repeat(16 * 1024 - 13));
    assert_eq!(fits.len(), 16 * 1024);
    assert_eq!(create_with(&app, "application/json", fits.clone()).await.status, 201);
    assert_eq!(create_with(&app, "application/json", fits + " ").await.refusal(), too_large);

    // Announced: nothing of it needs to arrive.
    let head = format!(
        "POST /v1/keys HTTP/1.1\r\nHost: h\r\nCookie: {}\r\nContent-Type: application/json\r\n",
        app.owner.cookie
    );
    let answers = answers_of(app.public, format!("{head}Content-Length: 1000000000000\r\n\r\n")).await;
    assert_eq!(answers[0].refusal(), too_large);

    // Unannounced, and endless: the server neither reads on nor waits for the end.
    let mut connection = RawConnection::open(app.public).await;
    connection.send(format!("{head}Transfer-Encoding: chunked\r\n\r\n")).await;
    let chunk = format!("1000\r\n{}\r\n", "x".repeat(4096));
    for _ in 0..5 {
        connection.send(&chunk).await;
    }
    let sending = async { while connection.try_send(&chunk).await {} };
    tokio::time::timeout(std::time::Duration::from_secs(5), sending).await.expect("it was all read");
}

#[tokio::test]
async fn an_oversized_chunked_body_is_told_so() {
    let app = TestApp::start().await;
    let body = format!("5000\r\n{}\r\n", "x".repeat(0x5000));
    let answers = answers_of(
        app.public,
        format!(
            "POST /v1/keys HTTP/1.1\r\nHost: h\r\nCookie: {}\r\nContent-Type: application/json\r\n\
             Transfer-Encoding: chunked\r\n\r\n{body}",
            app.owner.cookie
        ),
    )
    .await;
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(answers[0].refusal(), (413, "payload_too_large".to_owned()));
    assert_eq!(answers[0].header("connection"), Some("close"));
}
