//! The month on a page.

use reqwest::Method;
use serde_json::json;

use crate::support::{Answer, TestApp, eventually};

#[tokio::test]
async fn use_is_shown_by_key_and_by_day_with_live_and_test_apart() {
    let app = TestApp::start().await;
    app.look_at("/usage").await.says("No key was used this month.");
    let live = app.create_key("production-scraper").await;
    let test = app.create_key_with(json!({"name": "ci-e2e", "mode": "test"})).await;
    for secret in [&live.secret, &live.secret, &test.secret] {
        app.usage(secret).await;
    }
    eventually(async || app.look_at("/usage").await.text().contains("Requests 3 Live 2 Test 1")).await;
    let page = app.look_at("/usage").await;
    page.says(&format!("production-scraper {}… Live 2", &live.secret[..16]));
    page.says(&format!("ci-e2e {}… Test 1", &test.secret[..16]));
    page.says("Day (UTC) Live Test All");
    assert!(page.html.contains("aria-label=\"3 requests by day, most on "));
}

#[tokio::test]
async fn sessions_and_bytes_are_shown_in_a_month_that_has_any() {
    let app = TestApp::start().await;
    let key = app.create_key("streaming").await;
    app.usage(&key.secret).await;
    eventually(async || app.look_at("/usage").await.text().contains("Requests 1 Live 1 Test 0")).await;
    let without = app.look_at("/usage").await;
    for word in ["Sessions", "Up", "Down"] {
        assert!(!without.html.contains(&format!(">{word}<")), "{word}");
    }
    let report = json!({"batch": key.id, "usage": [
        {"key_id": key.id, "sessions": 1204, "bytes_up": 1, "bytes_down": 1_239_000},
    ]});
    assert_eq!(Answer::to(app.internal_request(Method::POST, "/usage").json(&report)).await.status, 204);
    let page = app.look_at("/usage").await;
    page.says("Requests 1 Live 1 Test 0 Sessions 1,204 Up 1 B Down 1.23 MB");
    page.says("Requests Sessions Up Down");
    page.says(&format!("streaming {}… Live 1 1,204 1 B 1.23 MB", &key.secret[..16]));
    page.says("Day (UTC) Live Test All Sessions Up Down");
    page.says("1 0 1 1,204 1 B 1.23 MB");
    assert!(page.html.contains(r#"title="1,239,000 bytes" data-copied="1239000""#));
    assert!(page.html.contains(r#"title="1 byte" data-copied="1""#));
}

#[tokio::test]
async fn many_keys_are_paged() {
    let app = TestApp::start().await;
    app.create_key("key-000").await;
    app.sql(&format!(
        "insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at) \
         select gen_random_uuid(), '{0}', 'key-' || lpad(n::text, 3, '0'), 'live', 'cha_live_' || lpad(n::text, 7, '0'), \
                (select id from peppers), sha256(n::text::bytea), now() from generate_series(1, 119) n; \
         insert into key_usage (key_id, day, workspace_id, requests, last_used_at) \
         select id, (now() at time zone 'utc')::date, workspace_id, 1000 - substr(name, 5)::int, now() from api_keys",
        app.owner.workspace_id
    ))
    .await;
    let first = app.look_at("/usage").await;
    first.says("key-000");
    first.says("1–50 of 120");
    first.does_not_say("key-050");
    let last = app.look_at("/usage?page=99").await;
    last.says("key-119");
    last.says("101–120 of 120");
}
