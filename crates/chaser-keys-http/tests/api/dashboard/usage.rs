//! The month on a page.

use serde_json::json;

use crate::support::{TestApp, eventually};

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
