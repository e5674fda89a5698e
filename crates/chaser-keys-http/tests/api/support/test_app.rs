//! A server of one's own for a test, spoken to in verbs.

use std::net::{SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use chaser_keys::{UserId, WorkspaceId};
use chaser_keys_http::{HttpOptions, Listeners, PUBLIC_ROUTES, Route, serve};
use chaser_keys_storage::passwords::{Password, PasswordHasher};
use chaser_keys_storage::testing::{migrated_database, peppers};
use chaser_keys_storage::{DatabaseUrl, Store, StoreOptions};
use local_postgres::TestDatabase;
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};
use tokio::sync::{OnceCell, oneshot};
use tokio::task::JoinHandle;

use super::Answer;

/// Hashed once for all tests: hashing is slow on purpose.
static PASSWORD_HASH: OnceCell<String> = OnceCell::const_new();

/// A running server, its database, and somebody who is signed in to it.
pub(crate) struct TestApp {
    pub(crate) public: SocketAddr,
    pub(crate) internal: SocketAddr,
    pub(crate) store: Store,
    pub(crate) owner: Person,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
    serving: Option<JoinHandle<std::io::Result<()>>>,
    database: Option<TestDatabase>,
}

/// Somebody with an account and an open session.
pub(crate) struct Person {
    pub(crate) email: String,
    pub(crate) user_id: UserId,
    pub(crate) workspace_id: WorkspaceId,
    /// Name and value, as a browser sends it.
    pub(crate) cookie: String,
}

/// A key as the one response that shows its secret has it.
#[derive(Clone, Debug)]
pub(crate) struct CreatedKey {
    pub(crate) id: String,
    pub(crate) secret: String,
}

impl TestApp {
    pub(crate) const PASSWORD: &str = "velvet tundra mosaic";

    pub(crate) async fn start() -> Self {
        Self::start_with(HttpOptions::default()).await
    }

    pub(crate) async fn start_with(options: HttpOptions) -> Self {
        let database = migrated_database().await;
        let mut app = Self::start_on(database.url(), options).await;
        app.database = Some(database);
        app
    }

    /// A server on a database that somebody else keeps, and whose schema is current.
    pub(crate) async fn start_on(database_url: &str, options: HttpOptions) -> Self {
        let url: DatabaseUrl = database_url.parse().unwrap();
        let flush_soon =
            StoreOptions { usage_flush_interval: Duration::from_millis(20), ..StoreOptions::default() };
        let store = Store::connect(&url, peppers(), flush_soon).await.unwrap();
        tokio::spawn({
            let store = store.clone();
            async move { store.run_background(std::future::pending::<()>()).await }
        });

        let public = TcpListener::bind("127.0.0.1:0").unwrap();
        let internal = TcpListener::bind("127.0.0.1:0").unwrap();
        let (public_address, internal_address) =
            (public.local_addr().unwrap(), internal.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async move {
            let _ = stopped.await;
        };
        let options = HttpOptions { workers: 1, ..options };
        let serving = tokio::spawn(serve(Listeners { public, internal }, store.clone(), options, shutdown));
        let owner = Person::join(&store, "owner@example.com").await;
        store.node().until_ready().await;
        Self {
            public: public_address,
            internal: internal_address,
            store,
            owner,
            client: Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap(),
            stop: Some(stop),
            serving: Some(serving),
            database: None,
        }
    }

    /// Tells the server to stop, and waits until it has.
    pub(crate) fn tell_to_stop(&mut self) -> JoinHandle<std::io::Result<()>> {
        drop(self.stop.take());
        self.serving.take().unwrap()
    }

    /// A request with no credentials at all.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.public))
    }

    /// A request by the owner, signed in.
    pub(crate) fn as_owner(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path).header("cookie", &self.owner.cookie)
    }

    pub(crate) async fn create_key(&self, name: &str) -> CreatedKey {
        self.create_key_with(json!({ "name": name })).await
    }

    pub(crate) async fn create_key_with(&self, body: Value) -> CreatedKey {
        let answer = Answer::to(self.as_owner(Method::POST, "/v1/keys").json(&body)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        CreatedKey::in_answer(&answer)
    }

    /// After the clock was moved past the end of the owner's session.
    pub(crate) async fn create_key_of_new_session(&self, name: &str) -> CreatedKey {
        let cookie = session_cookie(&self.store, &self.owner.email).await;
        let request = self.request(Method::POST, "/v1/keys").json(&json!({ "name": name }));
        CreatedKey::in_answer(&Answer::to(request.header("cookie", cookie)).await)
    }

    pub(crate) async fn list_keys(&self) -> Vec<Value> {
        let answer = Answer::to(self.as_owner(Method::GET, "/v1/keys")).await;
        answer.json()["keys"].as_array().unwrap().clone()
    }

    pub(crate) async fn get_key(&self, id: &str) -> Value {
        Answer::to(self.as_owner(Method::GET, &format!("/v1/keys/{id}"))).await.json()
    }

    pub(crate) async fn rotate_key(&self, id: &str, grace_days: u8) -> Answer {
        let rotating = self.as_owner(Method::POST, &format!("/v1/keys/{id}/rotate"));
        Answer::to(rotating.json(&json!({ "grace_days": grace_days }))).await
    }

    pub(crate) async fn revoke_key(&self, id: &str) -> Answer {
        Answer::to(self.as_owner(Method::DELETE, &format!("/v1/keys/{id}"))).await
    }

    /// Uses a key.
    pub(crate) async fn usage(&self, secret: &str) -> Answer {
        Answer::to(self.request(Method::GET, "/v1/usage").bearer_auth(secret)).await
    }

    /// How many requests of a key were counted. Asked with another key: the question counts, too.
    pub(crate) async fn counted(&self, key_id: &str) -> usize {
        self.store.node().flush_usage().await.unwrap();
        let asking = self.create_key("asking").await.secret;
        let usage = self.usage(&asking).await.json();
        let of_key = usage["by_key"].as_array().unwrap().iter().find(|of_key| of_key["key_id"] == key_id);
        of_key.map_or(0, |of_key| usize::try_from(of_key["requests"].as_u64().unwrap()).unwrap())
    }

    /// Uses a key in a way that asks the database nothing: 404 if the key is good.
    pub(crate) async fn request_nothing(&self, secret: &str) -> Answer {
        Answer::to(self.request(Method::GET, "/v1/nothing").bearer_auth(secret)).await
    }

    pub(crate) async fn sign_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({ "email": email, "password": password });
        Answer::to(self.request(Method::POST, "/v1/auth/login").json(&body)).await
    }

    /// Does something to the database behind the server's back.
    pub(crate) async fn sql(&self, statement: &str) {
        self.connect().await.batch_execute(statement).await.unwrap();
    }

    /// A session with the database, beside the server's.
    pub(crate) async fn connect(&self) -> tokio_postgres::Client {
        let url = self.database.as_ref().unwrap().url();
        let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    pub(crate) async fn internal(&self, path: &str) -> Answer {
        Answer::to(self.internal_request(Method::GET, path)).await
    }

    /// A request by the operator's own machines.
    pub(crate) fn internal_request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("http://{}{path}", self.internal))
    }
}

impl Person {
    /// Makes an account in a workspace of its own, and signs in.
    pub(crate) async fn join(store: &Store, email: &str) -> Self {
        let workspace_id = store.create_workspace(&"Acme".parse().unwrap()).await.unwrap();
        let hash = PASSWORD_HASH.get_or_init(hash_password).await;
        let user_id = store.create_user(workspace_id, &email.parse().unwrap(), hash).await.unwrap();
        let mut person = Self { email: email.to_owned(), user_id, workspace_id, cookie: String::new() };
        person.sign_in_again(store).await;
        person
    }

    /// Opens a new session, as signing in does, without the hash that it costs.
    pub(crate) async fn sign_in_again(&mut self, store: &Store) {
        self.cookie = session_cookie(store, &self.email).await;
    }
}

async fn session_cookie(store: &Store, email: &str) -> String {
    let credentials = store.find_credentials(&email.parse().unwrap()).await.unwrap().unwrap();
    let opened = store.open_session(&credentials, None).await.unwrap().unwrap();
    format!("chaser_session={}", opened.token.expose())
}

impl CreatedKey {
    pub(crate) fn in_answer(answer: &Answer) -> Self {
        let text = |name: &str| answer.json()[name].as_str().unwrap().to_owned();
        Self { id: text("id"), secret: text("secret") }
    }
}

/// The routes of the API; the others are the dashboard's pages and their files.
pub(crate) fn calls() -> impl Iterator<Item = &'static Route> {
    PUBLIC_ROUTES
        .iter()
        .filter(|route| route.path().starts_with("/v1/") || route.path().starts_with("/api-docs/"))
}

/// Waits until something holds, without guessing how long it takes.
pub(crate) async fn eventually(mut holds: impl AsyncFnMut() -> bool) {
    let begun = Instant::now();
    while !holds().await {
        assert!(begun.elapsed() < Duration::from_secs(20), "it never came to hold");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

async fn hash_password() -> String {
    let password = Password::choose(TestApp::PASSWORD, &"owner@example.com".parse().unwrap()).unwrap();
    PasswordHasher::new().unwrap().hash(password).await.unwrap()
}
