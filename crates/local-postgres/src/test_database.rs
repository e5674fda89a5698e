//! A database for one test.

use std::future::Future;
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::{BoxError, Result};
use crate::sql::{Connection, quoted};
use crate::test_cluster::{TEST_PREFIX, TestCluster};

/// A database of one test's own, copied from a template. Dropping it drops the database, in the background.
#[derive(Debug)]
pub struct TestDatabase {
    cluster: &'static TestCluster,
    name: String,
    url: String,
}

impl TestDatabase {
    /// Copies the template on the server that all tests of this process share.
    ///
    /// `template` names the template's content: a family, a `-` or `_`, and a hash of all that `prepare`
    /// puts in (the migrations), in at most 54 bytes. `prepare` is called with the URL of an empty database
    /// if there is no such template yet; templates of the same family with another hash are dropped then.
    /// If it fails, so does this test, and the next one tries again.
    pub async fn from_template<P, F>(template: &str, prepare: P) -> Result<Self>
    where
        P: FnOnce(String) -> F,
        F: Future<Output = Result<(), BoxError>>,
    {
        let cluster = TestCluster::shared()?;
        let (name, url) = cluster.copy(template, prepare).await?;
        Ok(Self { cluster, name, url })
    }

    /// A URL for tokio-postgres and psql.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The database's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        self.cluster.discard(std::mem::take(&mut self.name));
    }
}

impl TestCluster {
    /// A new database's name and URL.
    pub(crate) async fn copy<P, F>(&self, template: &str, prepare: P) -> Result<(String, String)>
    where
        P: FnOnce(String) -> F,
        F: Future<Output = Result<(), BoxError>>,
    {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let source = self.templates.ensure(&self.postgres, template, prepare).await?;
        let name = format!("{TEST_PREFIX}{}_{}", process::id(), COUNTER.fetch_add(1, Ordering::Relaxed));
        // Before 15 there was no other way to copy.
        let strategy = if self.postgres.major_version() >= 15 { " STRATEGY FILE_COPY" } else { "" };
        let connection = Connection::open(&self.postgres.database_url("postgres")).await?;
        let statement = format!("CREATE DATABASE {} TEMPLATE {}{strategy}", quoted(&name), quoted(&source));
        let outcome = connection.execute(&statement).await;
        connection.close().await;
        outcome?;
        let url = self.postgres.database_url(&name);
        Ok((name, url))
    }
}
