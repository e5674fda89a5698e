//! The internal listener, and that it is internal.

use reqwest::Method;
use serde_json::json;

use chaser_keys_http::INTERNAL_ROUTES;

use crate::support::{Answer, TestApp};

#[tokio::test]
async fn health_and_readiness_are_told_to_the_operator_alone() {
    let app = TestApp::start().await;
    let health = app.internal("/healthz").await;
    assert_eq!((health.status.as_u16(), health.body.as_str()), (200, r#"{"status":"alive"}"#));
    let readiness = app.internal("/readyz").await;
    assert_eq!(readiness.status, 200);
    let told = readiness.json();
    assert_eq!((&told["status"], &told["lag"], &told["members"]), (&json!("ready"), &json!(0), &json!(1)));
    assert!((1..=3_000).contains(&told["lease_left_ms"].as_i64().unwrap()), "{told}");
    for route in INTERNAL_ROUTES {
        let method = route.method().parse().unwrap_or(Method::GET);
        let from_outside = Answer::to(app.request(method, route.path()).json(&json!({}))).await;
        // `/usage` is a page of the dashboard as well, and leads to its door.
        let expected = if route.path() == "/usage" { 303 } else { 404 };
        assert_eq!(from_outside.status, expected, "{}: {from_outside:?}", route.path());
    }
    let elsewhere = app.internal("/v1/keys").await;
    assert_eq!(elsewhere.refusal(), (404, "not_found".to_owned()));
    assert!(elsewhere.body.contains("the internal listener"), "{elsewhere:?}");
}

#[tokio::test]
async fn metrics_tell_of_the_lease_the_revisions_and_how_long_revokes_take() {
    let app = TestApp::start().await;
    let key = app.create_key("ci").await;
    assert_eq!(app.usage(&key.secret).await.status, 200);
    assert_eq!(app.revoke_key(&key.id).await.status, 204);
    let unknown = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
    assert_eq!(app.usage(unknown).await.status, 401);
    let metrics = app.internal("/metrics").await;
    assert!(metrics.header("content-type").starts_with("application/openmetrics-text"));
    let value = |name: &str| {
        let line = metrics.body.lines().find_map(|line| line.strip_prefix(&format!("{name} ")));
        line.unwrap_or_else(|| panic!("no {name} in\n{}", metrics.body)).parse::<f64>().unwrap()
    };
    assert!((0.0..=3.0).contains(&value("chaser_replica_lease_left_seconds")));
    assert!(value("chaser_replica_proof_age_seconds") < 3.0);
    assert!((value("chaser_replica_applied_revision") - 1.0).abs() < 0.1);
    assert!((value("chaser_replica_latest_revision") - 1.0).abs() < 0.1);
    for one in ["keys", "members", "serving"] {
        assert!((value(&format!("chaser_replica_{one}")) - 1.0).abs() < 0.1, "{one}");
    }
    // The new key may have been one, too.
    assert!(value("chaser_replica_unknown_keys_total") >= 1.0);
    // One that gave the first lease, and one that looked the key up.
    assert!(value(r#"chaser_replica_rounds_total{kind="Lease"}"#) >= 1.0);
    assert!(value(r#"chaser_replica_rounds_total{kind="Quick"}"#) >= 1.0);
    let barriers = r#"chaser_replica_barrier_seconds_count{outcome="Acknowledged"}"#;
    assert!((value(barriers) - 1.0).abs() < 0.1);
    assert!(!metrics.body.contains(&key.secret) && !metrics.body.contains("cha_"));
}
