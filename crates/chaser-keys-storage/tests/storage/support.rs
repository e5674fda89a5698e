//! A store on a database of its own, with a method for each step of a test.

use chaser_keys::{ApiKey, GracePeriod, IssuedKey, KeyId, KeyMode, KeyStatus, Peppers, WorkspaceId};
pub(crate) use chaser_keys_storage::testing::{issued, migrated_database};
use chaser_keys_storage::{
    DatabaseUrl, DayUsage, MonthlyUsage, RotateKeyError, SecretConfirmation, Store, StoreOptions, StoredKey,
    Traffic, VerifiedKey,
};
use local_postgres::TestDatabase;
use std::time::Duration;
use tokio::task::JoinHandle;

pub(crate) struct TestStore {
    pub(crate) store: Store,
    pub(crate) workspace: WorkspaceId,
    pub(crate) database: TestDatabase,
}

pub(crate) fn peppers(list: &[(&str, u8)]) -> Peppers {
    let written: Vec<String> =
        list.iter().map(|(id, byte)| format!("{id}:{}", format!("{byte:02x}").repeat(32))).collect();
    written.join(",").parse().unwrap()
}

impl TestStore {
    pub(crate) async fn new() -> Self {
        Self::with(quiet()).await
    }

    pub(crate) async fn with(options: StoreOptions) -> Self {
        let database = migrated_database().await;
        let store = connect(database.url(), peppers(&[("p1", 1)]), options).await;
        let workspace = store.create_workspace(&"Acme".parse().unwrap()).await.unwrap();
        Self { store, workspace, database }
    }

    pub(crate) async fn create_key(&self, name: &str) -> IssuedKey {
        let creation = self
            .store
            .create_key(
                self.workspace,
                name.parse().unwrap(),
                KeyMode::Live,
                None,
                SecretConfirmation::NotNeeded,
            )
            .await;
        issued(creation.unwrap())
    }

    /// Creates a key as the dashboard does.
    pub(crate) async fn create_key_on_a_page(&self, name: &str) -> IssuedKey {
        let name = name.parse().unwrap();
        let confirmation = SecretConfirmation::Awaited;
        let creation = self.store.create_key(self.workspace, name, KeyMode::Live, None, confirmation).await;
        issued(creation.unwrap())
    }

    pub(crate) async fn rotate(&self, key: &ApiKey, days: i64) -> Result<IssuedKey, RotateKeyError> {
        let grace = GracePeriod::from_days(days).unwrap();
        self.store
            .rotate_key(self.workspace, key.id, grace, None, SecretConfirmation::NotNeeded)
            .await
            .map(issued)
    }

    pub(crate) async fn revoke(&self, key: &ApiKey) {
        self.store.revoke_key(self.workspace, key.id).await.unwrap().expect("the key exists");
    }

    pub(crate) async fn verify(&self, issued: &IssuedKey) -> Option<VerifiedKey> {
        self.store.node().verifier().verify(&issued.secret).await.unwrap()
    }

    pub(crate) async fn find(&self, id: KeyId) -> StoredKey {
        self.store.find_key(self.workspace, id).await.unwrap().expect("the key exists")
    }

    pub(crate) async fn status(&self, key: &ApiKey) -> KeyStatus {
        self.find(key.id).await.status
    }

    pub(crate) async fn requests_this_month(&self) -> u64 {
        self.usage_this_month().await.total_requests
    }

    pub(crate) async fn traffic_this_month(&self) -> Traffic {
        self.usage_this_month().await.total_traffic
    }

    /// The month's usage, after checking that its totals are the sum of its keys and the sum of its days.
    pub(crate) async fn usage_this_month(&self) -> MonthlyUsage {
        let report = self.store.usage_of_current_month(self.workspace).await.unwrap();
        let totals = (report.total_requests, report.total_traffic);
        let keys = report.by_key.iter();
        assert_eq!((keys.clone().map(|key| key.requests).sum(), keys.map(|key| key.traffic).sum()), totals);
        let days = report.by_day.iter();
        assert_eq!((days.clone().map(DayUsage::requests).sum(), days.map(|day| day.traffic).sum()), totals);
        report
    }

    /// Runs SQL on a connection of its own, as an operator would.
    pub(crate) async fn sql(&self, statement: &str) -> Vec<tokio_postgres::SimpleQueryMessage> {
        sql(self.database.url(), statement).await
    }

    /// The first column of a query's rows.
    pub(crate) async fn texts(&self, query: &str) -> Vec<Option<String>> {
        let first = |message: tokio_postgres::SimpleQueryMessage| match message {
            tokio_postgres::SimpleQueryMessage::Row(row) => Some(row.get(0).map(str::to_owned)),
            _ => None,
        };
        self.sql(query).await.into_iter().filter_map(first).collect()
    }
}

pub(crate) async fn sql(url: &str, statement: &str) -> Vec<tokio_postgres::SimpleQueryMessage> {
    try_sql(url, statement).await.unwrap()
}

/// The same for a query that the database may refuse; the error is its message.
pub(crate) async fn try_sql(
    url: &str,
    statement: &str,
) -> Result<Vec<tokio_postgres::SimpleQueryMessage>, String> {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    let driving = tokio::spawn(connection);
    let answer = client.simple_query(statement).await;
    let answer = answer.map_err(|error| {
        error.as_db_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
    });
    drop(client);
    driving.await.unwrap().unwrap();
    answer
}

/// A node that serves until the test's runtime ends.
pub(crate) async fn connect(url: &str, peppers: Peppers, options: StoreOptions) -> Store {
    chaser_keys_storage::testing::start_node(url, peppers, options).await
}

/// A node that serves until `shutdown` completes; the task ends when it has stopped cleanly.
pub(crate) async fn start_node(
    url: &str,
    peppers: Peppers,
    options: StoreOptions,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> (Store, JoinHandle<()>) {
    let url: DatabaseUrl = url.parse().unwrap();
    let store = Store::connect(&url, peppers, options).await.unwrap();
    let node = store.clone();
    let background = tokio::spawn(async move { node.run_background(shutdown).await });
    store.node().until_ready().await;
    (store, background)
}

/// Options with which counts are written only when a test flushes them.
pub(crate) fn quiet() -> StoreOptions {
    StoreOptions { usage_flush_interval: Duration::from_hours(1), ..StoreOptions::default() }
}
