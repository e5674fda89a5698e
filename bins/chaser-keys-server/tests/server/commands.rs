//! The admin commands, and that what they make can be used.

use reqwest::StatusCode;

use crate::database;
use crate::http::{Customer, EMAIL, PASSWORD, client, create_user, post_sign_in, usage_with};
use crate::process::{PEPPER, run};
use crate::running_server::RunningServer;

#[tokio::test]
async fn migrate_applies_everything_once() {
    let database = database::empty().await;
    let settings = [("DATABASE_URL", database.url())];
    let first = run(&["migrate"], &settings).await;
    assert_eq!(first.code, Some(0), "{first:?}");
    assert!(first.stdout.lines().count() > 1, "{first:?}");
    assert!(first.stdout.lines().all(|line| line.starts_with("applied ")), "{first:?}");
    assert_eq!(run(&["migrate"], &settings).await.result(), "nothing to do: the schema is up to date");
}

#[tokio::test]
async fn a_created_user_signs_in_and_a_disabled_one_does_not() {
    let database = database::migrated().await;
    let workspace = create_user(database.url()).await;
    let server = RunningServer::start(database.url()).await;
    let customer = Customer::sign_in(&server.url).await;
    let session = customer.call(reqwest::Method::GET, "/v1/auth/session", None).await;
    let session: serde_json::Value = session.json().await.unwrap();
    assert_eq!(session["workspace"]["id"], workspace.as_str());
    assert_eq!(session["user"]["email"], EMAIL);
    let key = customer.create_key("ci").await;
    let secret = key["secret"].as_str().unwrap();

    let settings = [("DATABASE_URL", database.url()), ("CHASER_PEPPERS", PEPPER)];
    let disabled = run(&["user", "disable", "--email", EMAIL], &settings).await;
    assert_eq!(disabled.result(), session["user"]["id"].as_str().unwrap());
    let refused = customer.call(reqwest::Method::GET, "/v1/keys", None).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    let refused = post_sign_in(&client(), &server.url, EMAIL, PASSWORD).await;
    assert_eq!(refused.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(usage_with(&server.url, secret).await.status(), StatusCode::OK);
    let unknown = run(&["user", "disable", "--email", "nobody@example.com"], &settings).await;
    assert!(unknown.failure()[0].starts_with("--email: there is no user"), "{unknown:?}");
}

#[tokio::test]
async fn check_config_prints_every_setting_without_secrets_and_says_ok() {
    let database = database::migrated().await;
    let settings = [
        ("DATABASE_URL", database.url()),
        ("CHASER_PEPPERS", PEPPER),
        ("CHASER_BIND", "0.0.0.0:80"),
        ("CHASER_TRUSTED_PROXIES", "10.0.0.0/8"),
    ];
    let checked = run(&["check-config", "--session-idle", "5m", "--bind", "127.0.0.1:81"], &settings).await;
    assert_eq!(checked.code, Some(0), "{checked:?}");
    for line in [
        "CHASER_PEPPERS = p1 (redacted; no retired ones)",
        "CHASER_BIND = 127.0.0.1:81",
        "CHASER_SESSION_IDLE = 5m",
        "CHASER_SESSION_ABSOLUTE = 12h",
        "CHASER_USAGE_FLUSH = 1s",
        "CHASER_TRUSTED_PROXIES = 10.0.0.0/8",
        "CHASER_MIGRATE = on",
        "CHASER_LOG_FORMAT = json",
        "ok",
    ] {
        assert!(checked.stdout.lines().any(|printed| printed == line), "{line}: {checked:?}");
    }
    assert!(!checked.stdout.contains("5a5a"));
}

#[tokio::test]
async fn check_config_applies_no_migration() {
    let database = database::empty().await;
    let settings = [("DATABASE_URL", database.url()), ("CHASER_PEPPERS", PEPPER)];
    let checked = run(&["check-config"], &settings).await;
    assert!(checked.stdout.ends_with("pending migrations\nok\n"), "{checked:?}");
    let tables = "select count(*) from pg_class where relkind = 'r' and relname = 'api_keys'";
    assert_eq!(database::number(database.url(), tables).await, 0);
}
