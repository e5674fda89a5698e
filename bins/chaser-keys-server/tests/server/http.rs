//! The calls a customer makes.

use std::time::Duration;

use reqwest::{Client, Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::process::{PEPPER, run, run_with_input};
use crate::running_server::RunningServer;

pub(crate) const EMAIL: &str = "ada@example.com";
pub(crate) const PASSWORD: &str = "a long enough passphrase 1843";

/// Every wait in a test has an end.
pub(crate) fn client() -> Client {
    Client::builder().timeout(Duration::from_secs(30)).build().unwrap()
}

pub(crate) async fn is_ready(server: &RunningServer) -> bool {
    let asked = client().get(format!("{}/readyz", server.internal_url)).send().await;
    asked.unwrap().status() == StatusCode::OK
}

/// A workspace and a user, made with the program's own commands.
pub(crate) async fn create_user(database_url: &str) -> String {
    let settings = [("DATABASE_URL", database_url), ("CHASER_PEPPERS", PEPPER)];
    let workspace = run(&["workspace", "create", "--name", "Acme"], &settings).await.result().to_owned();
    let arguments = ["user", "create", "--workspace", &workspace, "--email", EMAIL, "--password-stdin"];
    run_with_input(&arguments, &settings, PASSWORD).await.result();
    workspace
}

/// A customer at the dashboard.
#[derive(Debug)]
pub(crate) struct Customer {
    url: String,
    client: Client,
    pub(crate) session: String,
}

impl Customer {
    pub(crate) async fn sign_in(url: &str) -> Self {
        let client = client();
        let response = post_sign_in(&client, url, EMAIL, PASSWORD).await;
        assert_eq!(response.status(), StatusCode::NO_CONTENT);
        let session = cookie(&response, "chaser_session").expect("a session cookie");
        Self { url: url.to_owned(), client, session }
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Option<Value>) -> Response {
        let request = self.client.request(method, format!("{}{path}", self.url));
        let request = request.header("Cookie", format!("chaser_session={}", self.session));
        let request = if let Some(body) = body { request.json(&body) } else { request };
        request.send().await.unwrap()
    }

    /// The same session at any node.
    pub(crate) async fn list_at(&self, url: &str) -> StatusCode {
        let request = self.client.get(format!("{url}/v1/keys"));
        let request = request.header("Cookie", format!("chaser_session={}", self.session));
        request.send().await.unwrap().status()
    }

    /// The answer that holds the secret.
    pub(crate) async fn create_key(&self, name: &str) -> Value {
        let response = self.call(Method::POST, "/v1/keys", Some(json!({ "name": name }))).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json().await.unwrap()
    }
}

pub(crate) async fn post_sign_in(client: &Client, url: &str, email: &str, password: &str) -> Response {
    let body = json!({ "email": email, "password": password });
    client.post(format!("{url}/v1/auth/login")).json(&body).send().await.unwrap()
}

pub(crate) async fn usage_with(url: &str, key: &str) -> Response {
    client().get(format!("{url}/v1/usage")).bearer_auth(key).send().await.unwrap()
}

pub(crate) fn cookie(response: &Response, name: &str) -> Option<String> {
    let cookies = response.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next()?.split_once('='));
    pairs.find(|(found, _)| *found == name).map(|(_, value)| value.to_owned())
}
