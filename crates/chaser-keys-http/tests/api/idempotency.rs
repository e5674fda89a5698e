//! `Idempotency-Key` on the two calls that make keys.

use reqwest::{Method, RequestBuilder};
use serde_json::json;

use crate::support::{Answer, CreatedKey, TestApp};

fn named(request: RequestBuilder, key: &str) -> RequestBuilder {
    request.header("idempotency-key", key)
}

#[tokio::test]
async fn the_same_request_twice_makes_one_key_and_shows_its_secret_once() {
    let app = TestApp::start().await;
    let create = || named(app.as_owner(Method::POST, "/v1/keys"), "first").json(&json!({"name": "ci"}));
    let first = Answer::to(create()).await;
    assert_eq!(first.status, 201);
    assert_eq!(first.header("idempotency-replayed"), "");
    let key = CreatedKey::in_answer(&first);

    let replay = Answer::to(create()).await;
    assert_eq!(replay.status, 200);
    assert_eq!(replay.header("idempotency-replayed"), "true");
    let created_at = first.json()["created_at"].as_str().unwrap().to_owned();
    assert_eq!(
        replay.body,
        format!(
            r#"{{"id":"{}","name":"ci","prefix":"{}","secret":null,"created_at":"{created_at}","notice":"this request was carried out before, and the secret was shown then; rotate the key to get a new one"}}"#,
            key.id,
            &key.secret[..16]
        )
    );
    assert_eq!(app.list_keys().await.len(), 1);
}

#[tokio::test]
async fn a_different_request_with_the_same_key_is_a_conflict() {
    let app = TestApp::start().await;
    let create = |body| named(app.as_owner(Method::POST, "/v1/keys"), "one").json(&body);
    let first = CreatedKey::in_answer(&Answer::to(create(json!({"name": "ci"}))).await);
    let reused = (409, "idempotency_key_reused".to_owned());
    for body in [json!({"name": "other"}), json!({"name": "ci", "mode": "test"})] {
        assert_eq!(Answer::to(create(body)).await.refusal(), reused);
    }
    let rotating = named(app.as_owner(Method::POST, &format!("/v1/keys/{}/rotate", first.id)), "one");
    assert_eq!(Answer::to(rotating).await.refusal(), reused);
    assert_eq!(app.list_keys().await.len(), 1);
    // What stands for the same is the same.
    assert_eq!(Answer::to(create(json!({"mode": "live", "name": " ci "}))).await.status, 200);
}

#[tokio::test]
async fn rotating_twice_with_one_key_rotates_once() {
    let app = TestApp::start().await;
    let old = app.create_key("ci").await;
    let rotate = |days| {
        let request = app.as_owner(Method::POST, &format!("/v1/keys/{}/rotate", old.id));
        named(request, "rotation").json(&json!({"grace_days": days}))
    };
    let first = Answer::to(rotate(3)).await;
    assert_eq!(first.status, 201);
    let replay = Answer::to(rotate(3)).await;
    assert_eq!(replay.status, 200);
    assert_eq!(replay.header("idempotency-replayed"), "true");
    assert_eq!(replay.json()["id"], first.json()["id"]);
    assert!(replay.json()["secret"].is_null());
    assert_eq!(Answer::to(rotate(4)).await.refusal(), (409, "idempotency_key_reused".to_owned()));
    assert_eq!(app.list_keys().await.len(), 2);
}

#[tokio::test]
async fn twenty_at_once_make_one_key() {
    let app = TestApp::start().await;
    let create = || named(app.as_owner(Method::POST, "/v1/keys"), "burst").json(&json!({"name": "ci"}));
    let answers = futures_util::future::join_all((0..20).map(|_| Answer::to(create()))).await;
    let count = |status| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(reqwest::StatusCode::CREATED), count(reqwest::StatusCode::OK)), (1, 19));
    assert_eq!(app.list_keys().await.len(), 1);
}

#[tokio::test]
async fn a_bad_idempotency_key_is_refused() {
    let app = TestApp::start().await;
    for bad in ["", "two words", "é", &"x".repeat(256)] {
        let request = named(app.as_owner(Method::POST, "/v1/keys"), bad).json(&json!({"name": "ci"}));
        assert_eq!(Answer::to(request).await.refusal(), (400, "invalid_request".to_owned()), "{bad}");
    }
    let twice = named(named(app.as_owner(Method::POST, "/v1/keys"), "a"), "b").json(&json!({"name": "ci"}));
    assert_eq!(Answer::to(twice).await.refusal(), (400, "invalid_request".to_owned()));
    assert!(app.list_keys().await.is_empty());
}
