//! The list of keys.

use serde_json::json;

use super::browser::Page;
use crate::support::TestApp;

/// The names in the list, from the top.
fn names(page: &Page) -> Vec<String> {
    let rows = page.html.split("<span class=\"name\">").skip(1);
    rows.map(|row| row.split('<').next().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn without_keys_the_list_leads_to_the_first_one() {
    let app = TestApp::start().await;
    let empty = app.look_at("/keys").await;
    empty.says("No keys yet");
    empty.says("Create one to call the API.");
    assert!(empty.html.contains("href=\"/keys/new\""));
    empty.does_not_say("Search");
    assert_eq!(app.look_at("/").await.location(), "/keys");
}

#[tokio::test]
async fn keys_are_found_by_name_prefix_mode_and_status() {
    let app = TestApp::start().await;
    let scraper = app.create_key("production-scraper").await;
    let e2e = app.create_key_with(json!({"name": "ci-e2e", "mode": "test"})).await;
    let old = app.create_key("old-cron").await;
    app.revoke_key(&old.id).await;

    assert_eq!(names(&app.look_at("/keys").await), ["ci-e2e", "production-scraper", "old-cron"]);
    assert_eq!(names(&app.look_at("/keys?sort=name").await), ["ci-e2e", "old-cron", "production-scraper"]);
    assert_eq!(names(&app.look_at("/keys?q=SCRAP").await), ["production-scraper"]);
    assert_eq!(
        names(&app.look_at(&format!("/keys?q={}", &scraper.secret[..16])).await),
        ["production-scraper"]
    );
    assert_eq!(names(&app.look_at(&format!("/keys?q={}", &e2e.secret[..40])).await), ["ci-e2e"]);
    assert_eq!(names(&app.look_at("/keys?mode=test").await), ["ci-e2e"]);
    assert_eq!(names(&app.look_at("/keys?status=revoked").await), ["old-cron"]);
    let found = app.look_at("/keys?mode=live&status=active").await;
    assert_eq!(names(&found), ["production-scraper"]);
    found.says("1 of 3 keys");
    let nothing = app.look_at("/keys?q=%3Cfoo%3E").await;
    nothing.says("No keys match “<foo>”.");
    nothing.says("Clear search");
}

#[tokio::test]
async fn markup_in_a_name_is_text() {
    let app = TestApp::start().await;
    let name = r#"<img src=x onerror="alert(1)">&amp;"#;
    let key = app.create_key(name).await;
    for path in [
        "/keys".to_owned(),
        format!("/keys/{}/rotate", key.id),
        format!("/keys/{}/rename", key.id),
        format!("/keys/{}/revoke", key.id),
    ] {
        let page = app.look_at(&path).await;
        page.says(name);
        assert!(!page.html.contains("<img"), "{path}");
    }
    let made = app.rotate_in_dashboard(&key.id, "7", "").await;
    made.says(name);
    assert!(!made.html.contains("<img"));
}

#[tokio::test]
async fn thousands_of_keys_are_paged() {
    let app = TestApp::start().await;
    app.create_key("key-0000").await;
    app.sql(&format!(
        "insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at) \
         select gen_random_uuid(), '{}', 'key-' || lpad(n::text, 4, '0'), 'live', 'cha_live_' || lpad(n::text, 7, '0'), \
                (select id from peppers), sha256(n::text::bytea), now() + n * interval '1 ms' \
         from generate_series(1, 4999) n",
        app.owner.workspace_id
    ))
    .await;
    let first = app.look_at("/keys?sort=name").await;
    first.says("5,000 keys");
    first.says("1–50 of 5,000");
    assert_eq!((names(&first).len(), names(&first)[0].as_str()), (50, "key-0000"));
    assert!(first.html.contains("href=\"/keys?sort=name&#38;page=2\""));
    assert!(first.html.len() < 64 * 1024, "{} bytes", first.html.len());

    let last = app.look_at("/keys?sort=name&page=1000").await;
    last.says("4,951–5,000 of 5,000");
    assert_eq!(names(&last).last().unwrap(), "key-4999");
    let found = app.look_at("/keys?q=KEY-4242").await;
    assert_eq!(names(&found), ["key-4242"]);
}

#[tokio::test]
async fn without_usage_the_list_is_still_there() {
    let app = TestApp::start().await;
    let key = app.create_key("ci-e2e").await;
    app.sql("alter table key_usage rename to key_usage_away").await;
    let list = app.look_at("/keys").await;
    assert_eq!((list.status, names(&list)), (200, vec!["ci-e2e".to_owned()]));
    list.says("Usage is temporarily unavailable. Keys still work.");
    // It may be in use: its name is asked for.
    let question = app.look_at(&format!("/keys/{}/revoke", key.id)).await;
    question.says("this key may be in use right now");
    question.says("Type ci-e2e to revoke it");
    app.look_at(&format!("/keys/{}/rotate", key.id)).await.says("Last used: —");
}
