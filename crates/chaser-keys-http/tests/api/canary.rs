//! No secret leaves by a side door.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, CreatedKey, RawConnection, TestApp, captured_log};

#[tokio::test]
async fn with_logs_at_trace_no_secret_token_or_password_is_logged() {
    let mut secrets: Vec<String> = Vec::new();
    let work = async {
        let app = TestApp::start().await;
        let password = "a canary in a coal mine sings";
        app.sign_in("owner@example.com", password).await;
        let mistaken = app.request(Method::POST, "/v1/auth/login").header("content-type", "application/json");
        Answer::to(mistaken.body(format!(r#"{{"email":7,"password":"{password}"}}"#))).await;
        let signed_in = app.sign_in("owner@example.com", TestApp::PASSWORD).await;
        for cookie in signed_in.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            secrets.push(pair.split_once('=').unwrap().1.to_owned());
        }
        let session = format!("chaser_session={}", secrets[0]);
        Answer::to(app.request(Method::GET, "/v1/auth/session").header("cookie", session)).await;

        let key = app.create_key("canary").await;
        let rotated = CreatedKey::in_answer(&app.rotate_key(&key.id, 7).await);
        app.usage(&key.secret).await;
        app.usage(&rotated.secret).await;
        app.revoke_key(&key.id).await;
        app.usage(&key.secret).await;
        app.usage(&rotated.secret[..51]).await;
        for path in [format!("/v1/usage?k={}", rotated.secret), format!("/v1/{}", rotated.secret)] {
            let answer = Answer::to(app.request(Method::GET, &path)).await;
            assert_eq!(answer.status, 400);
        }
        let mistyped = format!("/v1/{}", &rotated.secret[..40]);
        Answer::to(app.request(Method::GET, &mistyped)).await;
        Answer::to(app.request(Method::GET, "/v1/usage").header("x-request-id", &rotated.secret)).await;
        Answer::to(app.as_owner(Method::POST, "/v1/keys").json(&json!({ "name": 1, "x": rotated.secret })))
            .await;
        for line in [
            "GET /authorize",
            "GET /authorize/KEY",
            "GET /authorize?k=KEY",
            "GET /authorize\r\nX-Request-Id: KEY",
            "GET /authorize\r\nAuthorization: Bearer KEY",
            "GET /authorize/<KEY>",
            "KEY /authorize",
            "KEY",
        ] {
            let line = line.replace("KEY", &rotated.secret);
            let (line, more) = line.split_once('\r').unwrap_or((&line, "\nX: y"));
            let headers = format!("Host: h\r\nAuthorization: Bearer {}\r{more}\r\n\r\n", rotated.secret);
            let mut connection = RawConnection::open(app.internal).await;
            connection.send(format!("{line} HTTP/1.1\r\n{headers}")).await;
            connection.read_answer().await;
        }
        secrets.extend([password.to_owned(), key.secret, rotated.secret]);
    };
    // The test's own client logs what it sends; that is not the server's log.
    let log: String = Box::pin(captured_log(work))
        .await
        .lines()
        .filter(|line| !line.contains("hyper") && !line.contains("reqwest"))
        .collect::<Vec<_>>()
        .join("\n");
    assert!(log.contains("answered"), "nothing was captured");
    for secret in secrets {
        // The first 16 characters of a key are its display prefix, which may be logged.
        let hidden = if secret.starts_with("cha_") { &secret[16..40] } else { &secret };
        let line = log.lines().find(|line| line.contains(hidden));
        assert_eq!(line, None, "a secret is in the log");
    }
}
