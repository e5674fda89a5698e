//! `up`: what it prints, that it works, and what is left when it ends.

use std::time::Duration;

use chaser_keys::SecretKey;
use chaser_keys_storage::StoreOptions;
use chaser_keys_storage::testing::start_node;
use reqwest::{Client, StatusCode};
use rustix::process::Signal;
use serde_json::{Value, json};

use crate::process::{Running, data_directory, postmaster_in, vanishes};

fn client() -> Client {
    Client::builder().timeout(Duration::from_secs(30)).build().unwrap()
}

async fn call(ready: &Value, path: &str) -> reqwest::Response {
    let cookie = format!("chaser_session={}", ready["session"].as_str().unwrap());
    let url = format!("{}{path}", ready["url"].as_str().unwrap());
    client().get(url).header("Cookie", cookie).send().await.unwrap()
}

/// The names of all keys that authenticate.
async fn live_keys(ready: &Value) -> Vec<String> {
    let listed: Value = call(ready, "/v1/keys").await.json().await.unwrap();
    let keys = listed["keys"].as_array().unwrap().iter();
    keys.filter(|key| key["revoked_at"].is_null())
        .map(|key| key["name"].as_str().unwrap().to_owned())
        .collect()
}

async fn create_key(ready: &Value, name: &str) -> String {
    let cookie = format!("chaser_session={}", ready["session"].as_str().unwrap());
    let url = format!("{}/v1/keys", ready["url"].as_str().unwrap());
    let created =
        client().post(url).header("Cookie", cookie).json(&json!({ "name": name })).send().await.unwrap();
    assert_eq!(created.status(), StatusCode::CREATED);
    created.json::<Value>().await.unwrap()["secret"].as_str().unwrap().to_owned()
}

async fn status_of_usage(ready: &Value, key: &str) -> StatusCode {
    let url = format!("{}/v1/usage", ready["url"].as_str().unwrap());
    client().get(url).bearer_auth(key).send().await.unwrap().status()
}

#[tokio::test(flavor = "multi_thread")]
async fn one_line_of_json_tells_all_and_sigterm_stops_all() {
    let mut running = Running::start(&["up", "--json", "--ephemeral", "--port", "0"]);
    let line = running.line().await;
    let mut names = line.split('"').skip(1).step_by(4);
    let expected = [
        "url",
        "internal_url",
        "database_url",
        "peppers",
        "email",
        "password",
        "session",
        "workspace_id",
        "key",
        "pid",
    ];
    assert!(expected.iter().all(|name| names.next() == Some(name)), "{line}");
    let ready: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(ready["pid"], running.pid());

    // What it takes to join as another node, and a key to verify there.
    let text = |name: &str| ready[name].as_str().unwrap();
    let peppers = text("peppers").parse().unwrap();
    let node = start_node(text("database_url"), peppers, StoreOptions::default()).await;
    let verified = node.node().verifier().verify(&text("key").parse::<SecretKey>().unwrap()).await.unwrap();
    assert_eq!(verified.unwrap().workspace_id.to_string(), text("workspace_id"));

    let session: Value = call(&ready, "/v1/auth/session").await.json().await.unwrap();
    assert_eq!(session["workspace"]["id"], ready["workspace_id"]);
    assert_eq!(session["workspace"]["name"], "Acme");
    assert_eq!(session["user"]["email"], "dev@example.com");
    let sign_in = json!({ "email": ready["email"], "password": ready["password"] });
    let url = format!("{}/v1/auth/login", ready["url"].as_str().unwrap());
    let signed_in = client().post(url).json(&sign_in).send().await.unwrap();
    assert_eq!(signed_in.status(), StatusCode::NO_CONTENT);
    let health = format!("{}/readyz", ready["internal_url"].as_str().unwrap());
    assert_eq!(client().get(health).send().await.unwrap().status(), StatusCode::OK);

    let data = data_directory(ready["database_url"].as_str().unwrap());
    let postmaster = postmaster_in(&data);
    running.stop(Signal::TERM).await;
    assert!(vanishes(postmaster).await, "PostgreSQL outlived the run");
    assert!(!data.exists(), "the temporary cluster is still there");
}

#[tokio::test]
async fn keys_outlive_a_stop_and_a_kill() {
    let directory = tempfile::tempdir_in("/var/tmp").unwrap();
    crate::process::let_everyone_in(directory.path());
    let kept = directory.path().join("local");
    let arguments = ["up", "--json", "--port", "0", "--directory", kept.to_str().unwrap()];

    let mut first = Running::start(&arguments);
    let ready = first.json().await;
    let key = create_key(&ready, "kept").await;
    assert_eq!(live_keys(&ready).await, ["kept", "cargo-dev"]);
    let postmaster = postmaster_in(&data_directory(ready["database_url"].as_str().unwrap()));
    let mut refused = Running::start(&arguments);
    assert_eq!(refused.ended().await, Some(1));
    let told = format!("cargo dev: it already runs here (process {})", first.pid());
    assert!(refused.stderr().contains(&told), "{}", refused.stderr());
    first.kill().await;

    let mut second = Running::start(&arguments);
    let ready = second.json().await;
    assert!(vanishes(postmaster).await, "the killed run's PostgreSQL is still there");
    assert_eq!(live_keys(&ready).await, ["cargo-dev", "kept"], "one key named cargo-dev at a time");
    assert_eq!(status_of_usage(&ready, &key).await, StatusCode::OK);
    second.stop(Signal::INT).await;

    let mut third = Running::start(&arguments);
    let ready = third.json().await;
    assert_eq!(status_of_usage(&ready, &key).await, StatusCode::OK);
    third.stop(Signal::TERM).await;
}

#[tokio::test]
async fn a_taken_port_that_was_asked_for_is_refused_in_one_line() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let mut running = Running::start(&["up", "--ephemeral", "--port", &port]);
    assert_eq!(running.ended().await, Some(1));
    let last = running.stderr().lines().last().unwrap().to_owned();
    assert!(last.starts_with(&format!("cargo dev: --port: cannot listen on 127.0.0.1:{port}")), "{last}");
}
