//! What proxies and services in other languages ask on the internal listener.

use chaser_keys_http::INTERNAL_ROUTES;
use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

const UNKNOWN: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";

fn authorize(app: &TestApp, method: Method, path: &str, secret: &str) -> RequestBuilder {
    app.internal_request(method, path).bearer_auth(secret)
}

async fn verify(app: &TestApp, body: Value) -> Answer {
    Answer::to(app.internal_request(Method::POST, "/verify").json(&body)).await
}

#[tokio::test]
async fn a_proxy_is_told_whose_key_it_is_whatever_the_method_and_the_path() {
    let app = TestApp::start().await;
    let key = app.create_key_with(json!({"name": "ci", "mode": "test"})).await;
    let paths = ["/authorize", "/authorize/", "/authorize/v1/sessions?a=b", "/authorize/a%2fb//c"];
    for path in paths {
        for method in [Method::GET, Method::HEAD, Method::POST, Method::DELETE, Method::OPTIONS] {
            let answer = Answer::to(authorize(&app, method.clone(), path, &key.secret)).await;
            assert_eq!(answer.status, 200, "{method} {path}");
            assert_eq!(answer.header("x-chaser-key-id"), key.id);
            assert_eq!(answer.header("x-chaser-workspace-id"), app.owner.workspace_id.to_string());
            assert_eq!(answer.header("x-chaser-mode"), "test");
            assert_eq!(answer.header("cache-control"), "no-store");
            assert_eq!(answer.body, "");
        }
    }
}

#[tokio::test]
async fn a_proxy_is_told_no_in_the_words_of_the_public_api() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    assert_eq!(app.revoke_key(&key.id).await.status, 204);
    for secret in [key.secret.as_str(), UNKNOWN, "cha_live_nonsense"] {
        let answer = Answer::to(authorize(&app, Method::GET, "/authorize", secret)).await;
        assert_eq!(answer.refusal(), (401, "unauthenticated".to_owned()), "{secret}");
        assert_eq!(answer.header("www-authenticate"), r#"Bearer realm="chaser", error="invalid_token""#);
    }
    let nobody = Answer::to(app.internal_request(Method::GET, "/authorize")).await;
    assert_eq!(nobody.refusal(), (401, "unauthenticated".to_owned()));
    let with_cookie = app.internal_request(Method::GET, "/authorize").header("cookie", &app.owner.cookie);
    assert_eq!(Answer::to(with_cookie).await.status, 401);
    let twice = authorize(&app, Method::GET, "/authorize", &key.secret).header("authorization", "Bearer x");
    let twice = Answer::to(twice).await;
    assert_eq!((twice.status.as_u16(), twice.header("cache-control")), (400, "no-store"));
}

#[tokio::test]
async fn a_service_is_told_whose_key_it_is_one_at_a_time_or_many() {
    let app = TestApp::start().await;
    let (live, test) = (
        app.create_key("production").await,
        app.create_key_with(json!({"name": "ci", "mode": "test"})).await,
    );
    let good = |id: &str, mode: &str, name: &str| {
        let workspace_id = app.owner.workspace_id.to_string();
        json!({"valid": true, "key_id": id, "workspace_id": workspace_id, "mode": mode, "name": name})
    };
    let (of_live, of_test, bad) =
        (good(&live.id, "live", "production"), good(&test.id, "test", "ci"), json!({"valid": false}));
    assert_eq!(verify(&app, json!({"key": live.secret})).await.json(), of_live);
    for unknown in [UNKNOWN, "", "cha_live_nonsense", "Bearer x"] {
        let answer = verify(&app, json!({"key": unknown})).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, bad.clone()));
    }
    let many = json!({"keys": [test.secret, UNKNOWN, live.secret]});
    assert_eq!(verify(&app, many).await.json(), json!({"results": [of_test, bad, of_live]}));
    let hundred: Vec<&str> = std::iter::repeat_n(live.secret.as_str(), 100).collect();
    let answer = verify(&app, json!({ "keys": hundred })).await.json();
    assert_eq!(answer["results"].as_array().unwrap().len(), 100);
    assert_eq!(app.revoke_key(&live.id).await.status, 204);
    assert_eq!(verify(&app, json!({"key": live.secret})).await.json(), bad);
}

#[tokio::test]
async fn each_good_key_counts_once_for_each_question() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    Answer::to(authorize(&app, Method::GET, "/authorize", &key.secret)).await;
    verify(&app, json!({"key": key.secret})).await;
    verify(&app, json!({"keys": [key.secret, key.secret, UNKNOWN]})).await;
    assert_eq!(app.counted(&key.id).await, 4);
}

#[tokio::test]
async fn a_question_that_is_no_question_is_told_so() {
    let app = TestApp::start().await;
    let too_many: Vec<&str> = std::iter::repeat_n(UNKNOWN, 101).collect();
    for body in [
        json!({}),
        json!({"key": UNKNOWN, "keys": []}),
        json!({"keys": too_many}),
        json!({"key": 7}),
        json!({"keys": [7]}),
        json!({"token": UNKNOWN}),
    ] {
        let answer = verify(&app, body.clone()).await;
        assert_eq!(answer.refusal(), (400, "invalid_request".to_owned()), "{body}");
        assert!(!answer.body.contains("cha_live_"));
    }
    assert_eq!(verify(&app, json!({"keys": []})).await.json(), json!({"results": []}));
    let get = Answer::to(app.internal_request(Method::GET, "/verify")).await;
    assert_eq!((get.status.as_u16(), get.header("allow")), (405, "POST"));
}

#[tokio::test]
async fn nothing_of_this_is_public() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    for route in INTERNAL_ROUTES {
        let path = route.path().replace("{original:.*}", "v1/sessions");
        let answer = Answer::to(app.request(Method::POST, &path).bearer_auth(&key.secret)).await;
        // In public, `/usage` is a page of the dashboard, which a key does not open.
        assert_eq!(answer.status, if path == "/usage" { 303 } else { 404 }, "{path}");
    }
}
