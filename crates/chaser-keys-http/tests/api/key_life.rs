//! The documented calls, with exactly the documented JSON.

use reqwest::Method;
use serde_json::{Value, json};
use time::Duration;

use crate::support::{Answer, CreatedKey, TestApp, eventually};

fn text<'json>(json: &'json Value, field: &str) -> &'json str {
    json[field].as_str().unwrap_or_else(|| panic!("no {field} in {json}"))
}

fn is_documented_time(text: &str) -> bool {
    let pattern = "0000-00-00T00:00:00Z";
    text.len() == pattern.len()
        && text.chars().zip(pattern.chars()).all(|(character, wanted)| match wanted {
            '0' => character.is_ascii_digit(),
            wanted => character == wanted,
        })
}

#[tokio::test]
async fn creating_a_key_answers_with_the_documented_fields_in_order() {
    let app = TestApp::start().await;
    let creating = app.as_owner(Method::POST, "/v1/keys").json(&json!({"name": " production "}));
    let answer = Answer::to(creating).await;
    assert_eq!(answer.status, 201);
    let json = answer.json();
    let (id, secret, created_at) = (text(&json, "id"), text(&json, "secret"), text(&json, "created_at"));
    let prefix = &secret[..16];
    assert_eq!(
        answer.body,
        format!(
            r#"{{"id":"{id}","name":"production","prefix":"{prefix}","secret":"{secret}","created_at":"{created_at}"}}"#
        )
    );
    assert!(is_documented_time(created_at), "{created_at}");
    assert!(secret.starts_with("cha_live_") && secret.len() == 52);
    assert!(secret.parse::<chaser_keys::SecretKey>().unwrap().has_valid_checksum());
}

#[tokio::test]
async fn a_test_key_says_so_in_its_first_characters() {
    let app = TestApp::start().await;
    let key = app.create_key_with(json!({"name": "ci", "mode": "test"})).await;
    assert!(key.secret.starts_with("cha_test_"));
    assert_eq!(app.get_key(&key.id).await["mode"], "test");
}

#[tokio::test]
async fn listing_shows_the_documented_fields_in_order_newest_first_and_no_secret() {
    let app = TestApp::start().await;
    let old = app.create_key("old").await;
    let new = CreatedKey::in_answer(&app.rotate_key(&old.id, 7).await);
    let answer = Answer::to(app.as_owner(Method::GET, "/v1/keys")).await;
    let json = answer.json();
    let (first, second) = (&json["keys"][0], &json["keys"][1]);
    let expected = format!(
        concat!(
            r#"{{"keys":[{{"id":"{}","name":"old","prefix":"{}","created_at":"{}","last_used_at":null,"#,
            r#""revoked_at":null,"mode":"live","status":"active","replaces":"{}","replaced_by":null,"#,
            r#""old_key_use":null}},"#,
            r#"{{"id":"{}","name":"old","prefix":"{}","created_at":"{}","last_used_at":null,"#,
            r#""revoked_at":"{}","mode":"live","status":"grace","replaces":null,"replaced_by":"{}","#,
            r#""old_key_use":{{"state":"successor_unused","safe_to_stop":false}}}}]}}"#
        ),
        new.id,
        &new.secret[..16],
        text(first, "created_at"),
        old.id,
        old.id,
        &old.secret[..16],
        text(second, "created_at"),
        text(second, "revoked_at"),
        new.id,
    );
    assert_eq!(answer.body, expected);
    assert!(!answer.body.contains(&new.secret[16..]) && !answer.body.contains(&old.secret[16..]));
}

#[tokio::test]
async fn one_key_is_shown_and_renamed_as_it_is_listed() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    assert_eq!(app.get_key(&key.id).await, app.list_keys().await[0]);

    let renaming = app.as_owner(Method::PATCH, &format!("/v1/keys/{}", key.id));
    let renamed = Answer::to(renaming.json(&json!({"name": "ci-e2e"}))).await;
    assert_eq!(renamed.status, 200);
    assert_eq!(renamed.json()["name"], "ci-e2e");
    assert_eq!(renamed.json(), app.list_keys().await[0]);
}

#[tokio::test]
async fn rotating_answers_with_the_documented_fields_in_order_and_both_keys_work() {
    let app = TestApp::start().await;
    let old = app.create_key("production").await;
    let answer = app.rotate_key(&old.id, 7).await;
    assert_eq!(answer.status, 201);
    let json = answer.json();
    let (id, secret, created_at) = (text(&json, "id"), text(&json, "secret"), text(&json, "created_at"));
    let prefix = &secret[..16];
    assert_eq!(
        answer.body,
        format!(
            r#"{{"id":"{id}","name":"production","prefix":"{prefix}","secret":"{secret}","created_at":"{created_at}"}}"#
        )
    );
    assert_ne!(id, old.id);
    assert_eq!(app.usage(secret).await.status, 200);
    assert_eq!(app.usage(&old.secret).await.status, 200);
}

#[tokio::test]
async fn the_old_key_stops_when_its_grace_ends() {
    let app = TestApp::start().await;
    let old = app.create_key("ci").await;
    let new = CreatedKey::in_answer(&app.rotate_key(&old.id, 7).await);
    app.store.clock().advance(Duration::days(7) - Duration::seconds(30));
    assert_eq!(app.usage(&old.secret).await.status, 200);
    app.store.clock().advance(Duration::seconds(31));
    assert_eq!(app.usage(&old.secret).await.status, 401);
    assert_eq!(app.usage(&new.secret).await.status, 200);
}

#[tokio::test]
async fn without_a_body_the_grace_is_seven_days_and_with_0_there_is_none() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let rotated = Answer::to(app.as_owner(Method::POST, &format!("/v1/keys/{}/rotate", key.id))).await;
    assert_eq!(rotated.status, 201);
    assert_eq!(app.get_key(&key.id).await["status"], "grace");

    let successor = CreatedKey::in_answer(&rotated);
    let last = CreatedKey::in_answer(&app.rotate_key(&successor.id, 0).await);
    assert_eq!(app.usage(&successor.secret).await.status, 401);
    assert_eq!(app.get_key(&successor.id).await["status"], "revoked");
    assert_eq!(app.usage(&last.secret).await.status, 200);

    app.store.clock().advance(Duration::days(7) - Duration::seconds(30));
    assert_eq!(app.usage(&key.secret).await.status, 200);
    app.store.clock().advance(Duration::seconds(31));
    assert_eq!(app.usage(&key.secret).await.status, 401);
}

#[tokio::test]
async fn revoking_is_final_works_in_grace_and_twice_and_spares_the_successor() {
    let app = TestApp::start().await;
    let old = app.create_key("ci").await;
    let new = CreatedKey::in_answer(&app.rotate_key(&old.id, 7).await);
    for _ in 0..2 {
        let answer = app.revoke_key(&old.id).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""));
        assert_eq!(app.usage(&old.secret).await.status, 401);
    }
    assert_eq!(app.usage(&new.secret).await.status, 200);
    assert_eq!(app.rotate_key(&old.id, 7).await.refusal(), (409, "conflict".to_owned()));
}

#[tokio::test]
async fn only_an_active_key_is_rotated() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    assert_eq!(app.rotate_key(&key.id, 7).await.status, 201);
    let again = app.rotate_key(&key.id, 7).await;
    assert_eq!(again.refusal(), (409, "conflict".to_owned()));
    assert!(again.message().contains("rotate its successor"), "{}", again.message());
}

#[tokio::test]
async fn usage_is_the_workspaces_own_by_key_and_by_day() {
    let app = TestApp::start().await;
    let (busy, quiet) = (app.create_key("busy").await, app.create_key("quiet").await);
    for _ in 0..3 {
        assert_eq!(app.usage(&busy.secret).await.status, 200);
    }
    let mut answer = app.usage(&quiet.secret).await;
    // Counts are written shortly after the request.
    eventually(async || {
        answer = app.usage(&quiet.secret).await;
        answer.json()["by_key"].as_array().unwrap().len() == 2 && answer.json()["by_key"][0]["requests"] != 0
    })
    .await;
    let json = answer.json();
    let requests_of = |id: &str| {
        let by_key = json["by_key"].as_array().unwrap();
        by_key.iter().find(|entry| entry["key_id"] == id).map(|entry| entry["requests"].as_u64().unwrap())
    };
    assert_eq!(requests_of(&busy.id), Some(3));
    let of_quiet = requests_of(&quiet.id).unwrap();
    let (from, to) = (text(&json, "from"), text(&json, "to"));
    assert!(is_documented_time(from) && is_documented_time(to));
    assert!(from.ends_with("-01T00:00:00Z"), "{from}");

    let total = 3 + of_quiet;
    let entry = |key: &CreatedKey, name: &str, requests: u64| {
        let (id, prefix) = (&key.id, &key.secret[..16]);
        let amounts = amounts_without_traffic(requests);
        format!(r#"{{"key_id":"{id}","key_prefix":"{prefix}","key_name":"{name}",{amounts}}}"#)
    };
    let mut by_key = [(3, entry(&busy, "busy", 3)), (of_quiet, entry(&quiet, "quiet", of_quiet))];
    if json["by_key"][0]["key_id"] == quiet.id.as_str() {
        by_key.reverse();
    }
    let today: u64 = to[8..10].parse().unwrap();
    let by_day: Vec<_> = (1..=today)
        .map(|day| {
            let amounts = amounts_without_traffic(if day == today { total } else { 0 });
            format!(r#"{{"date":"{}-{day:02}",{amounts}}}"#, &to[..7])
        })
        .collect();
    assert_eq!(
        answer.body,
        format!(
            r#"{{"period":"current","from":"{from}","to":"{to}","totals":{{{}}},"by_key":[{},{}],"by_day":[{}]}}"#,
            amounts_without_traffic(total),
            by_key[0].1,
            by_key[1].1,
            by_day.join(",")
        )
    );
}

fn amounts_without_traffic(requests: u64) -> String {
    format!(r#""requests":{requests},"sessions":0,"bytes_up":0,"bytes_down":0,"bytes_total":0"#)
}

#[tokio::test]
async fn the_last_use_of_a_key_shows_in_the_list() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    assert_eq!(app.get_key(&key.id).await["last_used_at"], Value::Null);
    app.usage(&key.secret).await;
    eventually(async || app.get_key(&key.id).await["last_used_at"].as_str().is_some_and(is_documented_time))
        .await;
}

#[tokio::test]
async fn ids_are_canonical_uuids_and_everything_else_is_the_same_404() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let unknown =
        Answer::to(app.as_owner(Method::GET, "/v1/keys/68c58c43-dafc-433c-9d19-3719ab740159")).await;
    assert_eq!(unknown.refusal(), (404, "not_found".to_owned()));
    let not_ids = [
        key.id.to_uppercase(),
        key.id.replace('-', ""),
        format!("%7B{}%7D", key.id),
        format!("urn:uuid:{}", key.id),
        format!("{}%00", key.id),
        "1".to_owned(),
        "%FF".to_owned(),
        "..%2Fkeys".to_owned(),
        "cha_live_abc".to_owned(),
    ];
    for id in not_ids {
        for (method, path) in [
            (Method::GET, format!("/v1/keys/{id}")),
            (Method::DELETE, format!("/v1/keys/{id}")),
            (Method::POST, format!("/v1/keys/{id}/rotate")),
        ] {
            let answer = Answer::to(app.as_owner(method, &path)).await;
            assert_eq!((answer.status, &answer.body), (unknown.status, &unknown.body), "{path}");
        }
    }
}
