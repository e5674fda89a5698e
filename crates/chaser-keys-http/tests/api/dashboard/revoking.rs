//! A key is revoked by whoever means it.

use time::Duration;

use crate::support::{TestApp, eventually};

#[tokio::test]
async fn a_key_nobody_uses_is_revoked_after_one_question() {
    let app = TestApp::start().await;
    let key = app.create_key("ci-e2e").await;
    let revoke = format!("/keys/{}/revoke", key.id);
    let question = app.look_at(&revoke).await;
    question.says("Revoke “ci-e2e”?");
    question.says(&format!("Calls using {}… will fail at once, everywhere.", &key.secret[..16]));
    question.says("It was never used.");
    question.does_not_say("Type");

    let revoked = app.send(&revoke, &[]).await;
    assert_eq!(revoked.location(), format!("/keys?done=revoked&key={}", key.id));
    let list = app.look_at(revoked.location()).await;
    list.says("“ci-e2e” is revoked: no server accepts it any more.");
    assert_eq!(app.usage(&key.secret).await.status, 401);
    // Again: the same.
    assert_eq!(app.send(&revoke, &[]).await.status, 303);
}

#[tokio::test]
async fn a_key_used_in_the_last_day_is_revoked_by_its_name() {
    let mut app = TestApp::start().await;
    let key = app.create_key("ci-e2e").await;
    let revoke = format!("/keys/{}/revoke", key.id);
    app.usage(&key.secret).await;
    eventually(async || app.look_at(&revoke).await.text().contains("Last used just now, 1 request today."))
        .await;
    app.look_at(&revoke).await.says("Type ci-e2e to revoke it");

    for wrong in ["", "CI-E2E", "ci"] {
        let refused = app.send(&revoke, &[("name", wrong)]).await;
        assert_eq!(refused.status, 422, "{wrong}");
        refused.says("Nothing was revoked.");
    }
    assert_eq!(app.usage(&key.secret).await.status, 200);
    assert_eq!(app.send(&revoke, &[("name", " ci-e2e ")]).await.status, 303);
    assert_eq!(app.usage(&key.secret).await.status, 401);

    let quiet = app.create_key("quiet").await;
    app.usage(&quiet.secret).await;
    eventually(async || {
        app.look_at(&format!("/keys/{}/revoke", quiet.id)).await.text().contains("Type quiet")
    })
    .await;
    app.later(Duration::hours(25)).await;
    app.look_at(&format!("/keys/{}/revoke", quiet.id)).await.does_not_say("Type");
}

#[tokio::test]
async fn another_workspaces_key_is_not_there() {
    let app = TestApp::start().await;
    let stranger = crate::support::Person::join(&app.store, "stranger@example.com").await;
    let key = app.create_key("ci-e2e").await;
    for path in ["rotate", "revoke", "rename"] {
        let request = app.request(reqwest::Method::GET, &format!("/keys/{}/{path}", key.id));
        let page = super::browser::Page::of(request.header("cookie", &stranger.cookie)).await;
        assert_eq!(page.status, 404);
        page.says("No such key");
        page.does_not_say("ci-e2e");
    }
}
