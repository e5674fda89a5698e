//! What customers and their programs ask of the nodes.

use std::time::{Duration, Instant};

use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::cluster::Node;

/// Longer than any fault lasts.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whoever manages keys, with a session that every node knows.
#[derive(Clone)]
pub(crate) struct Customer {
    client: Client,
    session: String,
}

#[derive(Clone)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// What a node says of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Verdict {
    Accepted,
    Refused,
    /// 503 with `Retry-After`.
    Unproven,
    /// No answer, or the node is not there.
    Unreachable,
}

/// What became of a revoke.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Revoked {
    /// 204: nobody accepts the key any more.
    Yes,
    /// The node could not, or was not there.
    No,
    /// The connection ended before the answer came.
    Interrupted,
}

fn client() -> Client {
    // A connection for each request: none is left over from before a fault.
    Client::builder().no_proxy().pool_max_idle_per_host(0).timeout(PATIENCE).build().unwrap()
}

impl Customer {
    pub(crate) async fn sign_in(url: &str, email: &str, password: &str) -> Self {
        let client = client();
        let body = json!({ "email": email, "password": password });
        let answer = client.post(format!("{url}/v1/auth/login")).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        let cookies = answer.headers().get_all("set-cookie").iter().filter_map(|value| value.to_str().ok());
        let mut pairs = cookies.filter_map(|cookie| cookie.split(';').next());
        let session = pairs.find(|pair| pair.starts_with("chaser_session=")).unwrap().to_owned();
        Self { client, session }
    }

    fn call(&self, node: &str, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{node}{path}")).header("cookie", &self.session)
    }

    /// None if the node could not.
    pub(crate) async fn try_create_key(&self, node: &str) -> Option<Key> {
        let request = self.call(node, Method::POST, "/v1/keys").json(&json!({ "name": "trial" }));
        let answer = request.send().await.ok()?;
        if answer.status() != StatusCode::CREATED {
            return None;
        }
        let key: Value = answer.json().await.ok()?;
        let text = |name: &str| key[name].as_str().unwrap().to_owned();
        Some(Key { id: text("id"), secret: text("secret") })
    }

    pub(crate) async fn create_key(&self, node: &str) -> Key {
        self.try_create_key(node).await.expect("a healthy node makes keys")
    }

    pub(crate) async fn can_list(&self, node: &str) -> bool {
        let answer = self.call(node, Method::GET, "/v1/keys").send().await;
        answer.is_ok_and(|answer| answer.status() == StatusCode::OK)
    }

    pub(crate) async fn revoke(&self, node: &str, key: &Key) -> Revoked {
        match self.call(node, Method::DELETE, &format!("/v1/keys/{}", key.id)).send().await {
            Ok(answer) if answer.status() == StatusCode::NO_CONTENT => Revoked::Yes,
            Err(error) if !error.is_connect() => Revoked::Interrupted,
            _ => Revoked::No,
        }
    }

    /// Rotates with a grace period; the old key goes on.
    pub(crate) async fn rotate(&self, node: &str, key: &Key) {
        let path = format!("/v1/keys/{}/rotate", key.id);
        let answer = self.call(node, Method::POST, &path).json(&json!({ "grace_days": 1 })).send().await;
        assert_eq!(answer.unwrap().status(), StatusCode::CREATED);
    }

    /// The second of the day by a node's wall clock, as its answers are dated.
    pub(crate) async fn second_of_day(&self, node: &str) -> i64 {
        let answer = self.client.get(format!("{node}/v1/nothing")).send().await.unwrap();
        // Wed, 25 Nov 2026 19:04:55 GMT
        let date = answer.headers()["date"].to_str().unwrap();
        let time = date.split(' ').nth(4).unwrap().split(':').map(|part| part.parse::<i64>().unwrap());
        time.fold(0, |seconds, part| seconds * 60 + part)
    }

    /// Presents a key in a way that asks the database nothing: what does not exist is 404 for a good key.
    pub(crate) async fn present(&self, node: &str, key: &Key) -> Verdict {
        let request = self.client.get(format!("{node}/v1/nothing")).bearer_auth(&key.secret);
        match request
            .send()
            .await
            .map(|answer| (answer.status(), answer.headers().contains_key("retry-after")))
        {
            Ok((StatusCode::NOT_FOUND, _)) => Verdict::Accepted,
            Ok((StatusCode::UNAUTHORIZED, _)) => Verdict::Refused,
            Ok((StatusCode::SERVICE_UNAVAILABLE, true)) => Verdict::Unproven,
            Ok((status, _)) => panic!("{status} is no answer to a key"),
            Err(_) => Verdict::Unreachable,
        }
    }

    /// Presents a new key until it is accepted. A node may not be there or not know; a no would be false.
    pub(crate) async fn until_accepted(&self, node: &str, key: &Key) {
        let begun = Instant::now();
        loop {
            let verdict = self.present(node, key).await;
            assert_ne!(verdict, Verdict::Refused, "a new key is known everywhere from the first moment");
            if verdict == Verdict::Accepted {
                return;
            }
            assert!(begun.elapsed() < PATIENCE, "a live key is accepted in the end");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Waits until a node verifies: an unknown key gets a plain no.
pub(crate) async fn until_ready(node: &Node) {
    let begun = Instant::now();
    let unknown = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
    let client = client();
    loop {
        let asked = client.get(format!("{}/v1/nothing", node.url)).bearer_auth(unknown).send().await;
        if asked.is_ok_and(|answer| answer.status() == StatusCode::UNAUTHORIZED) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "a node resumes by itself");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
