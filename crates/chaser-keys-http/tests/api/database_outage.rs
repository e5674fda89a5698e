//! PostgreSQL goes away and comes back.

use chaser_keys_http::HttpOptions;
use chaser_keys_storage::{DatabaseUrl, run_migrations};
use local_postgres::{LocalPostgres, Options};
use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, TestApp, eventually};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_database_keys_are_good_for_the_lease_then_503_and_service_resumes_by_itself() {
    let mut postgres =
        tokio::task::spawn_blocking(|| LocalPostgres::start(Options::temporary())).await.unwrap().unwrap();
    let url = postgres.create_database("outage").await.unwrap();
    run_migrations(&url.parse::<DatabaseUrl>().unwrap()).await.unwrap();
    let app = TestApp::start_on(&url, HttpOptions::default()).await;
    let key = app.create_key("ci").await;
    assert_eq!(app.usage(&key.secret).await.status, 200);
    assert_eq!(app.internal("/readyz").await.status, 200);

    postgres = tokio::task::spawn_blocking(move || {
        postgres.stop();
        postgres
    })
    .await
    .unwrap();

    // Verified from memory: what is not found is not found for a good key only.
    assert_eq!(app.request_nothing(&key.secret).await.status, 404);
    eventually(async || {
        let status = app.request_nothing(&key.secret).await.status;
        assert_ne!(status, 401, "a false refusal");
        status == 503
    })
    .await;

    // What is not so any more is not said to people either.
    let page = app.as_owner(Method::GET, "/keys").header("accept", "text/html").send().await.unwrap();
    assert_eq!(page.status(), 503);
    let text = page.text().await.unwrap();
    assert!(text.contains("reach its database") && !text.contains("Keys still work"), "{text}");

    let unavailable = (503, "unavailable".to_owned());
    let unknown_key = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
    let report = json!({"batch": key.id, "usage": [{"key_id": key.id, "sessions": 1}]});
    let login = json!({"email": "owner@example.com", "password": TestApp::PASSWORD});
    for request in [
        app.request(Method::GET, "/v1/usage").bearer_auth(&key.secret),
        app.request(Method::GET, "/v1/usage").bearer_auth(unknown_key),
        app.request(Method::GET, "/v1/nothing").bearer_auth(&key.secret),
        app.as_owner(Method::GET, "/v1/keys"),
        app.as_owner(Method::POST, "/v1/keys").json(&json!({"name": "ci"})),
        app.as_owner(Method::DELETE, &format!("/v1/keys/{}", key.id)),
        app.as_owner(Method::GET, "/v1/auth/session"),
        app.request(Method::POST, "/v1/auth/login").json(&login),
        app.internal_request(Method::POST, "/usage").json(&report),
    ] {
        let answer = Answer::to(request).await;
        assert_eq!(answer.refusal(), unavailable);
        assert_eq!(answer.header("retry-after"), "1");
    }
    assert_eq!(app.internal("/readyz").await.refusal(), unavailable);
    assert_eq!(app.internal("/healthz").await.status, 200);
    // What needs no database is answered as ever.
    assert_eq!(app.usage("cha_live_nonsense").await.status, 401);
    assert_eq!(Answer::to(app.request(Method::GET, "/v1/keys")).await.status, 401);

    let _postgres = tokio::task::spawn_blocking(move || {
        postgres.start_again().unwrap();
        postgres
    })
    .await
    .unwrap();
    eventually(async || {
        let status = app.usage(&key.secret).await.status;
        assert_ne!(status, 401, "a false refusal");
        status == 200
    })
    .await;
    eventually(async || Answer::to(app.as_owner(Method::GET, "/v1/keys")).await.status == 200).await;
    eventually(async || app.internal("/readyz").await.status == 200).await;
}
