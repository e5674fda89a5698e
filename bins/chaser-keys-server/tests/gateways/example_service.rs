//! The Rust service of docs/rust-services.md beside a real server: the same keys, the same refusals.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::{Duration, Instant};

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::Value;
use tokio::process::{Child, Command};

use crate::database;
use crate::http::{Customer, client, create_user};
use crate::process::PEPPER;
use crate::running_server::RunningServer;

const UNKNOWN: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";

/// The program, as cargo builds it: `cargo test` of one package builds no examples of another.
async fn program() -> PathBuf {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "chaser-keys-actix", "--example", "sessions_service"]);
    assert!(cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status().await.unwrap().success());
    let server = PathBuf::from(env!("CARGO_BIN_EXE_chaser-keys-server"));
    server.with_file_name("examples").join("sessions_service")
}

async fn start(database_url: &str) -> (Child, String) {
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut command = Command::new(program().await);
    command
        .arg(address.to_string())
        .env_clear()
        .env("DATABASE_URL", database_url)
        .env("CHASER_PEPPERS", PEPPER);
    let mut service = command.stdin(Stdio::null()).kill_on_drop(true).spawn().unwrap();
    let begun = Instant::now();
    while std::net::TcpStream::connect(address).is_err() {
        assert!(service.try_wait().unwrap().is_none() && begun.elapsed() < Duration::from_secs(20));
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    (service, format!("http://{address}/v1/sessions"))
}

async fn call(client: &Client, url: &str, key: &str) -> Response {
    client.get(url).bearer_auth(key).send().await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_keys_and_the_same_refusals() {
    let database = database::migrated().await;
    create_user(database.url()).await;
    let server = RunningServer::start(database.url()).await;
    let customer = Customer::sign_in(&server.url).await;
    let (_service, url) = start(database.url()).await;
    let client = client();
    for _ in 0..10 {
        let key = customer.create_key("service").await;
        let (id, secret) = (key["id"].as_str().unwrap(), key["secret"].as_str().unwrap());
        let listed: Value = call(&client, &url, secret).await.json().await.unwrap();
        assert_eq!(listed["sessions"], Value::Array(Vec::new()));
        let revoked = customer.call(Method::DELETE, &format!("/v1/keys/{id}"), None).await;
        assert_eq!(revoked.status(), StatusCode::NO_CONTENT);
        let ours = call(&client, &format!("{}/v1/sessions", server.url), secret).await;
        let theirs = call(&client, &url, secret).await;
        assert_eq!((ours.status(), theirs.status()), (StatusCode::UNAUTHORIZED, StatusCode::UNAUTHORIZED));
        assert_eq!(ours.headers()["www-authenticate"], theirs.headers()["www-authenticate"]);
        assert_eq!(ours.text().await.unwrap(), theirs.text().await.unwrap());
    }
    assert_eq!(call(&client, &url, UNKNOWN).await.status(), StatusCode::UNAUTHORIZED);
}
