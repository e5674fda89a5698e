//! A database with the product's schema, for this crate's tests: the migrations as they stand in `migrations/`.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

use local_postgres::{BoxError, TestDatabase};
use tokio_postgres::NoTls;

/// A database of its own, copied from a template with the current schema.
pub(crate) async fn migrated() -> TestDatabase {
    let mut fingerprint = DefaultHasher::new();
    migrations().hash(&mut fingerprint);
    let template = format!("chaser_keys_node-{:016x}", fingerprint.finish());
    TestDatabase::from_template(&template, migrate).await.unwrap()
}

async fn migrate(url: String) -> Result<(), BoxError> {
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    tokio::spawn(connection);
    for migration in migrations() {
        client.batch_execute(&migration).await?;
    }
    Ok(())
}

fn migrations() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations");
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("up.sql"))
        .filter(|file| file.exists())
        .collect();
    files.sort();
    files.iter().map(|file| std::fs::read_to_string(file).unwrap()).collect()
}
