//! The authority is there and cut off from PostgreSQL.

use std::time::{Duration, Instant};

use local_postgres::TestDatabase;
use tokio_postgres::NoTls;

use crate::http::is_ready;
use crate::running_server::RunningServer;

/// Cuts everybody off from a database, or lets them in again.
pub(crate) async fn refuse_connections(database: &TestDatabase, refuse: bool) {
    let name = database.name();
    let beside: tokio_postgres::Config = database.url().parse().unwrap();
    let (client, connection) = { beside }.dbname("postgres").connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    client.batch_execute(&format!("alter database {name} with allow_connections {}", !refuse)).await.unwrap();
    let end = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1";
    client.execute(end, &[&name]).await.unwrap();
}

/// Waits until a node says of itself that it verifies, or that it does not.
pub(crate) async fn until_readiness(server: &RunningServer, wanted: bool) {
    let begun = Instant::now();
    while is_ready(server).await != wanted {
        assert!(begun.elapsed() < Duration::from_secs(20), "ready: {}", !wanted);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
