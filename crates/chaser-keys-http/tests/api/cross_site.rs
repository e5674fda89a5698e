//! Other sites cannot act with a visitor's cookies.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, TestApp};

#[tokio::test]
async fn what_another_site_sends_is_refused_on_every_call_that_changes_something() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let calls = [
        (Method::POST, "/v1/auth/login".to_owned()),
        (Method::POST, "/v1/auth/logout".to_owned()),
        (Method::POST, "/v1/keys".to_owned()),
        (Method::PATCH, format!("/v1/keys/{}", key.id)),
        (Method::DELETE, format!("/v1/keys/{}", key.id)),
        (Method::POST, format!("/v1/keys/{}/rotate", key.id)),
    ];
    let hostile: [&[(&str, &str)]; 5] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("origin", "https://evil.example")],
        &[("origin", "null")],
        &[("sec-fetch-site", "cross-site"), ("origin", "null")],
    ];
    for (method, path) in &calls {
        for headers in hostile {
            let mut request = app.as_owner(method.clone(), path).json(&json!({"name": "x"}));
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let answer = Answer::to(request).await;
            assert_eq!(
                answer.refusal(),
                (403, "cross_site_request".to_owned()),
                "{method} {path} {headers:?}"
            );
        }
    }
    assert_eq!(app.list_keys().await.len(), 1);
    assert_eq!(app.get_key(&key.id).await["status"], "active");
}

#[tokio::test]
async fn the_dashboard_itself_and_clients_that_are_no_browser_are_let_in() {
    let app = TestApp::start().await;
    let own_origin = format!("http://{}", app.public);
    let friendly: [&[(&str, &str)]; 4] = [
        &[],
        &[("sec-fetch-site", "same-origin")],
        &[("sec-fetch-site", "none")],
        &[("origin", &own_origin)],
    ];
    for headers in friendly {
        let mut request = app.as_owner(Method::POST, "/v1/keys").json(&json!({"name": "ci"}));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        assert_eq!(Answer::to(request).await.status, 201, "{headers:?}");
    }
    let reading = app.as_owner(Method::GET, "/v1/keys").header("sec-fetch-site", "cross-site");
    assert_eq!(Answer::to(reading).await.status, 200);
}

#[tokio::test]
async fn keys_are_no_cookies_and_may_come_from_anywhere() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let request = app.request(Method::POST, "/v1/sessions").bearer_auth(&key.secret);
    assert_eq!(Answer::to(request.header("origin", "https://evil.example")).await.status, 404);
}
