//! What services report on the internal listener.

use reqwest::{Method, RequestBuilder};
use serde_json::{Value, json};

use crate::support::{Answer, TestApp};

const BATCH: &str = "0b9c5a3e-6f0e-4c1e-9c7e-2f6d1a7b8c9d";
const OTHER_BATCH: &str = "5d8f3f0a-1b2c-4d3e-8f4a-5b6c7d8e9f0a";
const UNKNOWN: &str = "68c58c43-dafc-433c-9d19-3719ab740159";
const MOST: u64 = (1 << 53) - 1;

fn report(app: &TestApp, body: &Value) -> RequestBuilder {
    app.internal_request(Method::POST, "/usage").json(body)
}

async fn reported(app: &TestApp, body: &Value) -> Answer {
    Answer::to(report(app, body)).await
}

fn batch(id: &str, usage: &Value) -> Value {
    json!({"batch": id, "usage": usage})
}

fn amounts(requests: u64, sessions: u64, bytes_up: u64, bytes_down: u64) -> Value {
    json!({"requests": requests, "sessions": sessions, "bytes_up": bytes_up, "bytes_down": bytes_down,
           "bytes_total": bytes_up + bytes_down})
}

fn amounts_of(entry: &Value) -> Value {
    let names = ["requests", "sessions", "bytes_up", "bytes_down", "bytes_total"];
    names.into_iter().map(|name| (name.to_owned(), entry[name].clone())).collect()
}

fn sum(entries: &Value) -> Value {
    let of = |name: &str| entries.as_array().unwrap().iter().map(|entry| entry[name].as_u64().unwrap()).sum();
    amounts(of("requests"), of("sessions"), of("bytes_up"), of("bytes_down"))
}

/// The report as a key's holder reads it, whose totals must be the sum of its keys and the sum of its days.
async fn usage(app: &TestApp, secret: &str) -> Value {
    let usage = app.usage(secret).await.json();
    assert_eq!(sum(&usage["by_key"]), usage["totals"]);
    assert_eq!(sum(&usage["by_day"]), usage["totals"]);
    usage
}

/// The totals without the requests, of which asking is one.
async fn traffic(app: &TestApp, secret: &str) -> Value {
    let mut totals = usage(app, secret).await["totals"].clone();
    totals["requests"] = json!(0);
    totals
}

#[tokio::test]
async fn what_services_report_adds_up_by_key_and_by_day() {
    let app = TestApp::start().await;
    let (a, b, asking) =
        (app.create_key("a").await, app.create_key("b").await, app.create_key("asking").await);
    let records = json!([
        {"key_id": a.id, "sessions": 2, "bytes_up": 10, "bytes_down": 100},
        {"key_id": b.id, "bytes_down": 7},
        {"key_id": a.id, "sessions": 1},
        {"key_id": b.id},
    ]);
    let answer = reported(&app, &batch(BATCH, &records)).await;
    assert_eq!((answer.status.as_u16(), answer.body.as_str()), (204, ""));
    let report = usage(&app, &asking.secret).await;
    let entry = |key: &str| report["by_key"].as_array().unwrap().iter().find(|entry| entry["key_id"] == key);
    assert_eq!(entry(&a.id).map(amounts_of), Some(amounts(0, 3, 10, 100)));
    assert_eq!(entry(&b.id).map(amounts_of), Some(amounts(0, 0, 0, 7)));
    let today = report["by_day"].as_array().unwrap().last().unwrap();
    assert_eq!(today["bytes_total"], 117);
    assert_eq!(today["date"], json!(report["to"].as_str().unwrap()[..10]));
    // A report is no request.
    assert_eq!(app.get_key(&a.id).await["last_used_at"], Value::Null);
}

#[tokio::test]
async fn a_revoked_key_still_takes_reports() {
    let app = TestApp::start().await;
    let (key, asking) = (app.create_key("ci").await, app.create_key("asking").await);
    assert_eq!(app.revoke_key(&key.id).await.status, 204);
    let answer = reported(&app, &batch(BATCH, &json!([{"key_id": key.id, "sessions": 1}]))).await;
    assert_eq!(answer.status, 204, "{answer:?}");
    assert_eq!(traffic(&app, &asking.secret).await, amounts(0, 1, 0, 0));
}

#[tokio::test]
async fn a_batch_that_is_sent_again_is_answered_as_before_and_another_one_under_its_id_is_a_conflict() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let first = batch(BATCH, &json!([{"key_id": key.id, "sessions": 1, "bytes_up": 2}]));
    for _ in 0..3 {
        assert_eq!(reported(&app, &first).await.status, 204);
    }
    let other = batch(BATCH, &json!([{"key_id": key.id, "sessions": 1, "bytes_up": 3}]));
    let conflict = reported(&app, &other).await;
    assert_eq!(conflict.refusal(), (409, "conflict".to_owned()));
    assert!(conflict.message().contains("choose a new one"), "{conflict:?}");
    let other = batch(OTHER_BATCH, &json!([{"key_id": key.id, "bytes_up": 3}]));
    assert_eq!(reported(&app, &other).await.status, 204);
    assert_eq!(traffic(&app, &key.secret).await, amounts(0, 1, 5, 0));
    let metrics = app.internal("/metrics").await.body;
    for (outcome, times) in [("Counted", 2), ("Repeated", 2), ("Refused", 1)] {
        let line = format!("chaser_usage_reports_total{{outcome=\"{outcome}\"}} {times}");
        assert!(metrics.contains(&line), "{line}\n{metrics}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_at_once_count_once() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let body = batch(BATCH, &json!([{"key_id": key.id, "sessions": 1, "bytes_up": 2, "bytes_down": 3}]));
    let sending: Vec<_> = (0..50).map(|_| tokio::spawn(Answer::to(report(&app, &body)))).collect();
    for sent in sending {
        assert_eq!(sent.await.unwrap().status, 204);
    }
    assert_eq!(traffic(&app, &key.secret).await, amounts(0, 1, 2, 3));
}

#[tokio::test]
async fn an_unknown_key_is_named_and_nothing_of_the_batch_counts() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let records = json!([{"key_id": key.id, "sessions": 1}, {"key_id": UNKNOWN, "sessions": 1}]);
    let answer = reported(&app, &batch(BATCH, &records)).await;
    assert_eq!(answer.refusal(), (400, "invalid_request".to_owned()));
    assert!(answer.message().starts_with("`usage[1].key_id`: there is no key"), "{answer:?}");
    assert!(!answer.body.contains(UNKNOWN));
    assert_eq!(traffic(&app, &key.secret).await, amounts(0, 0, 0, 0));
    // Put right, it counts under the same id.
    let answer = reported(&app, &batch(BATCH, &json!([{"key_id": key.id, "sessions": 1}]))).await;
    assert_eq!(answer.status, 204);
}

#[tokio::test]
async fn every_mistake_is_told_and_nothing_of_it_counts() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    let id = key.id.as_str();
    let with = |record: Value| batch(BATCH, &json!([{"key_id": id, "sessions": 1}, record]));
    let full = batch(OTHER_BATCH, &json!([{"key_id": id, "bytes_up": MOST}]));
    assert_eq!(reported(&app, &full).await.status, 204);
    let whole = format!("must be a whole number from 0 to {MOST}");
    let canonical = "an id is a UUID in its canonical form";
    let table = [
        (json!({}), "`batch` is missing"),
        (json!({"batch": BATCH}), "`usage` is missing"),
        (json!({"usage": []}), "`batch` is missing"),
        (batch("", &json!([{"key_id": id}])), canonical),
        (batch(&BATCH.to_uppercase(), &json!([{"key_id": id}])), canonical),
        (json!({"batch": 7, "usage": [{"key_id": id}]}), "`batch` must be a string"),
        (json!({"batch": null, "usage": [{"key_id": id}]}), "`batch` must be a string"),
        (batch(BATCH, &json!([])), "send 1 to 100 records in a batch"),
        (batch(BATCH, &json!({"key_id": id})), "`usage` must be"),
        (batch(BATCH, &Value::Null), "`usage` must be"),
        (json!({"batch": BATCH, "usage": [{"key_id": id}], "day": "2026-06-12"}), "unknown field"),
        (with(json!({"key_id": id, "requests": 1})), "unknown field"),
        (with(json!([id, 1, 2, 3])), "`usage[1]` must be an object"),
        (with(json!(id)), "`usage[1]` must be an object"),
        (with(Value::Null), "`usage[1]` must be an object"),
        (with(json!({"sessions": 1})), "`key_id` is missing"),
        (with(json!({"key_id": "cha_live_nonsense"})), canonical),
        (with(json!({"key_id": id.to_uppercase()})), canonical),
        (with(json!({"key_id": id, "sessions": -1})), &whole),
        (with(json!({"key_id": id, "sessions": 1.5})), &whole),
        (with(json!({"key_id": id, "sessions": 7.0})), &whole),
        (with(json!({"key_id": id, "sessions": "7"})), &whole),
        (with(json!({"key_id": id, "sessions": true})), &whole),
        (with(json!({"key_id": id, "bytes_up": null})), &whole),
        (with(json!({"key_id": id, "bytes_down": MOST + 1})), &whole),
        (with(json!({"key_id": id, "bytes_down": u64::MAX})), &whole),
        (with(json!({"key_id": id, "bytes_up": 1})), "a key's day would hold more"),
        (with(json!({"key_id": id, "sessions": MOST})), "a key's day would hold more"),
    ];
    for (body, expected) in table {
        let answer = reported(&app, &body).await;
        assert_eq!(answer.refusal(), (400, "invalid_request".to_owned()), "{body}: {answer:?}");
        assert!(answer.message().contains(expected), "{body}: {answer:?}");
    }
    for (body, code) in [
        (
            format!(r#"{{"batch":"{BATCH}","batch":"{BATCH}","usage":[{{"key_id":"{id}"}}]}}"#),
            "invalid_request",
        ),
        (
            format!(r#"{{"batch":"{BATCH}","usage":[{{"key_id":"{id}","sessions":1,"sessions":1}}]}}"#),
            "invalid_request",
        ),
        (format!(r#"{{"batch":"{BATCH}","usage":[{{"key_id":"{id}","sessions":1e1}}]}}"#), "invalid_request"),
        (
            format!(r#"{{"batch":"{BATCH}","usage":[{{"key_id":"{id}","sessions":99999999999999999999}}]}}"#),
            "invalid_request",
        ),
        (format!(r#"{{"batch":"{BATCH}","usage":[{{"key_id":"{id}""#), "invalid_json"),
        (format!(r#"[{{"key_id":"{id}","sessions":1}}]"#), "invalid_request"),
    ] {
        let request = app.internal_request(Method::POST, "/usage").header("content-type", "application/json");
        let answer = Answer::to(request.body(body.clone())).await;
        assert_eq!(answer.refusal(), (400, code.to_owned()), "{body}: {answer:?}");
    }
    assert_eq!(traffic(&app, &key.secret).await, amounts(0, 0, MOST, 0), "the first batch, and nothing else");
}

/// The limit is one that always fits: a hundred records with the largest numbers are less than 16 KiB.
#[tokio::test]
async fn a_hundred_records_are_taken_and_a_hundred_and_one_are_not() {
    let app = TestApp::start().await;
    let mut ids = vec![app.create_key("asking").await];
    for number in 0..99 {
        ids.push(app.create_key(&format!("key-{number}")).await);
    }
    let record = |id: &str| json!({"key_id": id, "sessions": MOST, "bytes_up": MOST, "bytes_down": MOST});
    let mut records: Vec<_> = ids.iter().map(|key| record(&key.id)).collect();
    assert_eq!(reported(&app, &batch(BATCH, &json!(records))).await.status, 204);
    assert_eq!(traffic(&app, &ids[0].secret).await["sessions"], 100 * MOST);
    records.push(record(UNKNOWN));
    let too_many = reported(&app, &batch(OTHER_BATCH, &json!(records))).await;
    assert_eq!(too_many.refusal(), (400, "invalid_request".to_owned()));
    assert!(too_many.message().contains("1 to 100 records"), "{too_many:?}");
    let padded = json!({"batch": OTHER_BATCH, "usage": [{"key_id": "x".repeat(17_000)}]});
    assert_eq!(reported(&app, &padded).await.refusal(), (413, "payload_too_large".to_owned()));
}
