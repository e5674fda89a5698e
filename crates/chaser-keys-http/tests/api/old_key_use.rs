//! What the API says of a rotated key: which key replaced it, and whether it is safe to stop.

use chaser_keys_http::openapi_document;
use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::support::{Answer, CreatedKey, TestApp, eventually};

impl TestApp {
    /// `old_key_use` of a key, which is the same in the list, alone, and after a rename.
    async fn old_key_use(&self, id: &str) -> Value {
        let path = format!("/v1/keys/{id}");
        let renamed =
            Answer::to(self.as_owner(Method::PATCH, &path).json(&json!({ "name": "ci" }))).await.json();
        let listed = self.list_keys().await.into_iter().find(|key| key["id"] == id).unwrap();
        assert_eq!(renamed, listed);
        assert_eq!(self.get_key(id).await, listed);
        listed["old_key_use"].clone()
    }

    async fn until_old_key_use_is(&self, id: &str, state: &str, safe_to_stop: bool) {
        // Usage is written shortly after the request.
        eventually(async || self.get_key(id).await["old_key_use"]["state"] == state).await;
        let expected = json!({ "state": state, "safe_to_stop": safe_to_stop });
        assert_eq!(self.old_key_use(id).await, expected);
        assert!(documented_states().contains(&expected["state"]), "{state}");
    }
}

fn documented_states() -> Vec<Value> {
    let document: Value = serde_json::from_str(openapi_document()).unwrap();
    document["components"]["schemas"]["OldKeyUseState"]["enum"].as_array().unwrap().clone()
}

#[tokio::test]
async fn an_old_key_is_safe_to_stop_once_it_is_idle_and_the_new_key_is_used() {
    let mut app = TestApp::start().await;
    let old = app.create_key("ci").await;
    assert_eq!(app.old_key_use(&old.id).await, Value::Null);
    app.usage(&old.secret).await;
    eventually(async || app.get_key(&old.id).await["last_used_at"].is_string()).await;
    let new = CreatedKey::in_answer(&app.rotate_key(&old.id, 7).await);
    app.usage(&new.secret).await;
    app.until_old_key_use_is(&old.id, "just_rotated", false).await;
    assert_eq!(app.old_key_use(&new.id).await, Value::Null);

    app.later(Duration::HOUR).await;
    app.until_old_key_use_is(&old.id, "unused", true).await;
    app.usage(&old.secret).await;
    app.until_old_key_use_is(&old.id, "in_use", false).await;
    app.later(Duration::hours(7)).await;
    app.until_old_key_use_is(&old.id, "idle", true).await;

    assert_eq!(app.revoke_key(&old.id).await.status, 204);
    assert_eq!(app.old_key_use(&old.id).await, Value::Null);
}

#[tokio::test]
async fn an_old_key_is_not_safe_to_stop_while_nothing_in_its_place_is_used_or_works() {
    let app = TestApp::start().await;
    let old = app.create_key("ci").await;
    let new = CreatedKey::in_answer(&app.rotate_key(&old.id, 7).await);
    app.until_old_key_use_is(&old.id, "successor_unused", false).await;

    // A successor of the successor counts, even if the one between them was stopped.
    let newest = CreatedKey::in_answer(&app.rotate_key(&new.id, 0).await);
    app.until_old_key_use_is(&old.id, "successor_unused", false).await;
    app.usage(&newest.secret).await;
    app.until_old_key_use_is(&old.id, "unused", true).await;

    assert_eq!(app.revoke_key(&newest.id).await.status, 204);
    app.until_old_key_use_is(&old.id, "no_working_successor", false).await;
}

#[tokio::test]
async fn each_key_names_the_key_before_and_after_it() {
    let app = TestApp::start().await;
    let first = app.create_key("ci").await.id;
    let second = CreatedKey::in_answer(&app.rotate_key(&first, 0).await).id;
    let third = CreatedKey::in_answer(&app.rotate_key(&second, 7).await).id;
    let expected =
        [(&third, Some(&second), None), (&second, Some(&first), Some(&third)), (&first, None, Some(&second))];
    let listed = app.list_keys().await;
    assert_eq!(listed.len(), expected.len());
    for (key, (id, replaces, replaced_by)) in listed.iter().zip(expected) {
        assert_eq!(
            (&key["id"], &key["replaces"], &key["replaced_by"]),
            (&json!(id), &json!(replaces), &json!(replaced_by))
        );
        assert_eq!(app.get_key(id).await, *key);
    }
}
