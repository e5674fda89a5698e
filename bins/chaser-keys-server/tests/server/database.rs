//! Databases of the tests' own, and what is in them.

pub(crate) use chaser_keys_storage::testing::migrated_database as migrated;
use local_postgres::TestDatabase;
use tokio_postgres::{Client, NoTls};

/// A database with nothing in it.
pub(crate) async fn empty() -> TestDatabase {
    TestDatabase::from_template("nothing_1", async |_| Ok(())).await.unwrap()
}

/// A connection that sees what the server has written.
pub(crate) async fn connect(url: &str) -> Client {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// A single number.
pub(crate) async fn number(url: &str, query: &str) -> i64 {
    connect(url).await.query_one(query, &[]).await.unwrap().get(0)
}
