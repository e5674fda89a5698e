//! Rotation without fear.

use time::Duration;

use crate::support::{TestApp, eventually};

#[tokio::test]
async fn both_keys_work_in_grace_and_the_list_says_how_the_old_one_is_used() {
    let app = TestApp::start().await;
    let old = app.create_key("ci-e2e").await;
    let form = app.look_at(&format!("/keys/{}/rotate", old.id)).await;
    form.says("A new key will work at once. The old key keeps working until:");
    form.says("Never used: nobody will notice.");
    assert!(form.html.contains("value=\"7\" checked"));

    let made = app.rotate_in_dashboard(&old.id, "7", "").await;
    assert_eq!(made.status, 201);
    made.says("keeps working until");
    let new = made.secret().unwrap();
    app.look_at("/keys").await.says("The new key has not been used yet, and the old key never was.");
    assert_eq!(app.usage(&new).await.status, 200);
    let safe = "Not used since rotation: safe to stop now.";
    eventually(async || app.look_at("/keys").await.text().contains(safe)).await;

    assert_eq!(app.usage(&old.secret).await.status, 200);
    eventually(async || app.look_at("/keys").await.text().contains("1 request since rotation.")).await;
    let list = app.look_at("/keys").await;
    list.says("Still in use: last used just now, 1 request since rotation.");
    list.says(&format!("Replaced by {}…", &new[..16]));
    list.says(&format!("replaces {}…", &old.secret[..16]));
    list.says("Stops in ");
}

#[tokio::test]
async fn an_idle_old_key_is_stopped_with_one_click() {
    let mut app = TestApp::start().await;
    let old = app.create_key("ci-e2e").await;
    let new = app.rotate_in_dashboard(&old.id, "7", "").await.secret().unwrap();
    app.usage(&old.secret).await;
    eventually(async || app.look_at("/keys").await.text().contains("Still in use")).await;
    let revoke = format!("/keys/{}/revoke", old.id);

    // The page may be old: whoever still calls is seen when the button is pressed.
    let refused = app.send(&revoke, &[("only_if_safe", "yes")]).await;
    assert_eq!(refused.status, 422);
    refused.says("This key may be needed after all, so it was not stopped.");
    assert_eq!(app.usage(&old.secret).await.status, 200);

    app.later(Duration::hours(7)).await;
    // Whoever calls once a day has not come yet.
    app.look_at("/keys")
        .await
        .says("The new key has not been used yet. The old key was last called 7 hours ago.");
    assert_eq!(app.send(&revoke, &[("only_if_safe", "yes")]).await.status, 422);
    assert_eq!(app.usage(&new).await.status, 200);
    eventually(async || app.look_at("/keys").await.text().contains("safe to stop")).await;
    app.look_at("/keys").await.says("The old key was last called 7 hours ago: safe to stop now.");
    assert!(app.send(&revoke, &[("only_if_safe", "yes")]).await.location().starts_with("/keys?done=revoked"));
    assert_eq!(app.usage(&old.secret).await.status, 401);
}

#[tokio::test]
async fn a_key_called_minutes_before_its_rotation_is_not_called_safe() {
    let mut app = TestApp::start().await;
    let old = app.create_key("ci-e2e").await;
    app.usage(&old.secret).await;
    eventually(async || app.look_at("/keys").await.text().contains("just now 1")).await;
    let new = app.rotate_in_dashboard(&old.id, "7", "").await.secret().unwrap();
    let list = app.look_at("/keys").await;
    list.says("Not used since rotation, but last used just now: safe to stop after an hour without calls.");
    app.later(Duration::HOUR).await;
    assert_eq!(app.usage(&new).await.status, 200);
    let safe = "Not used since rotation: safe to stop now.";
    eventually(async || app.look_at("/keys").await.text().contains(safe)).await;
}

#[tokio::test]
async fn a_key_whose_replacement_was_revoked_is_never_called_safe_to_stop() {
    let app = TestApp::start().await;
    let old = app.create_key("ci-e2e").await;
    let made = app.rotate_in_dashboard(&old.id, "7", "").await;
    let new = app.list_keys().await[0]["id"].as_str().unwrap().to_owned();
    assert_ne!(new, old.id);
    assert_eq!(app.revoke_key(&new).await.status, 204);
    let list = app.look_at("/keys").await;
    list.says("Its replacement was revoked: when this key stops, nothing works in its place.");
    assert!(!list.text().contains("safe to stop") && !list.text().contains("New key"), "{}", list.text());

    let revoke = format!("/keys/{}/revoke", old.id);
    let prefix = made.secret().unwrap()[..16].to_owned();
    app.look_at(&revoke).await.says(&format!("The new key {prefix}… is already revoked."));
    // The page may be old.
    assert_eq!(app.send(&revoke, &[("only_if_safe", "yes")]).await.status, 422);
    assert_eq!(app.usage(&old.secret).await.status, 200);
}

/// "Get a new secret" makes a third key: the old one is safe to stop once that one is used.
#[tokio::test]
async fn a_replacement_that_was_replaced_itself_is_looked_through() {
    let app = TestApp::start().await;
    let old = app.create_key("ci-e2e").await;
    let missed = app.rotate_in_dashboard(&old.id, "7", "").await.secret().unwrap();
    assert_eq!(app.usage(&missed).await.status, 200);
    let id = app.list_keys().await[0]["id"].as_str().unwrap().to_owned();
    let newest = app.rotate_in_dashboard(&id, "0", "").await.secret().unwrap();
    let revoke = format!("/keys/{}/revoke", old.id);

    let list = app.look_at("/keys").await;
    list.says("The new key has not been used yet, and the old key never was.");
    list.does_not_say("safe to stop");
    assert_eq!(app.send(&revoke, &[("only_if_safe", "yes")]).await.status, 422);
    app.look_at(&revoke).await.says(&format!("The new key {}… is not affected.", &newest[..16]));

    assert_eq!(app.usage(&newest).await.status, 200);
    let safe = "Not used since rotation: safe to stop now.";
    eventually(async || app.look_at("/keys").await.text().contains(safe)).await;

    let id = app.list_keys().await[0]["id"].as_str().unwrap().to_owned();
    assert_eq!(app.revoke_key(&id).await.status, 204);
    let list = app.look_at("/keys").await;
    list.says("Its replacement was revoked: when this key stops, nothing works in its place.");
    list.does_not_say("safe to stop");
}

#[tokio::test]
async fn the_grace_period_is_any_number_of_days_up_to_30() {
    let app = TestApp::start().await;
    let key = app.create_key("ci-e2e").await;
    for (grace, days) in [("other", "31"), ("other", ""), ("other", "-1"), ("other", "1.5"), ("soon", "")] {
        let refused = app.rotate_in_dashboard(&key.id, grace, days).await;
        assert_eq!(refused.status, 422, "{grace} {days}");
        refused.says("Give a whole number of days from 0 to 30.");
        assert_eq!(refused.hidden("days"), days);
    }
    assert_eq!(app.get_key(&key.id).await["status"], "active");
    assert_eq!(app.rotate_in_dashboard(&key.id, "other", "3").await.status, 201);
    assert_eq!(app.get_key(&key.id).await["status"], "grace");
}

/// Without its script the page lets a person type a number beside another choice, and both mean something.
#[tokio::test]
async fn a_number_that_was_typed_and_not_chosen_is_never_ignored() {
    let app = TestApp::start().await;
    let key = app.create_key("ci-e2e").await;
    let asked = app.rotate_in_dashboard(&key.id, "7", "3").await;
    assert_eq!((asked.status, asked.hidden("days").as_str()), (422, "3"));
    asked.says("The number is chosen now: rotate again, or empty this field and choose otherwise.");
    assert_eq!(app.get_key(&key.id).await["status"], "active");
    assert_eq!(app.rotate_in_dashboard(&key.id, "7", "7").await.status, 201);
}

#[tokio::test]
async fn stopping_at_once_stops_at_once() {
    let app = TestApp::start().await;
    let key = app.create_key("ci-e2e").await;
    app.rotate_in_dashboard(&key.id, "0", "").await.says("has stopped working.");
    assert_eq!(app.usage(&key.secret).await.status, 401);
}

#[tokio::test]
async fn a_rotation_that_is_sent_again_makes_no_second_key() {
    let app = TestApp::start().await;
    let key = app.create_key("ci-e2e").await;
    let path = format!("/keys/{}/rotate", key.id);
    let nonce = app.look_at(&path).await.hidden("nonce");
    let fields = [("grace", "7"), ("days", ""), ("nonce", nonce.as_str())];
    assert!(app.send(&path, &fields).await.secret().is_some());
    let replayed = app.send(&path, &fields).await;
    replayed.says("“ci-e2e” was already rotated");
    assert_eq!((replayed.secret(), app.list_keys().await.len()), (None, 2));

    let conflict = app.look_at(&path).await;
    assert_eq!(conflict.status, 409);
    conflict.says("“ci-e2e” was already rotated");
}

#[tokio::test]
async fn a_form_with_a_used_nonce_says_what_became_of_its_own_key() {
    let app = TestApp::start().await;
    let [week, at_once, untouched] =
        [app.create_key("week").await, app.create_key("at-once").await, app.create_key("untouched").await];
    let nonce = app.look_at(&format!("/keys/{}/rotate", week.id)).await.hidden("nonce");
    let send = async |id: &str, grace: &str, nonce: &str| {
        let fields = [("grace", grace), ("days", ""), ("nonce", nonce)];
        app.send(&format!("/keys/{id}/rotate"), &fields).await
    };
    let next = send(&week.id, "7", &nonce).await.secret().unwrap();

    // Back, another choice, and sent again: it was rotated, and by which key is told.
    let changed = send(&week.id, "1", &nonce).await;
    assert_eq!((changed.status, changed.secret()), (409, None));
    changed.says("“week” was already rotated");
    changed.says(&format!("The new key is {}….", &next[..16]));
    assert_eq!(app.usage(&week.secret).await.status, 200);

    // The same where the old key has stopped: the way on is its successor, not a new key.
    let nonce_of_at_once = app.look_at(&format!("/keys/{}/rotate", at_once.id)).await.hidden("nonce");
    send(&at_once.id, "0", &nonce_of_at_once).await;
    send(&at_once.id, "7", &nonce_of_at_once).await.says("“at-once” was already rotated");

    // A nonce that made something else does not say so of a key that was never rotated.
    let asked_again = send(&untouched.id, "1", &nonce).await;
    assert_eq!(asked_again.status, 422);
    asked_again.says("This key was not rotated");
    asked_again.does_not_say("already rotated");
    assert_ne!(asked_again.hidden("nonce"), nonce);
    assert!(asked_again.html.contains("value=\"1\" checked"), "what was chosen stays");
    let rotated = send(&untouched.id, "1", &asked_again.hidden("nonce")).await;
    assert!(rotated.secret().is_some());
    assert_eq!(app.list_keys().await.len(), 6);

    // A key that was revoked, not rotated, has no successor to lead to.
    let gone = app.create_key("gone").await;
    app.revoke_key(&gone.id).await;
    send(&gone.id, "7", &nonce).await.says("This key is revoked: create a new key instead.");
}
