//! Many keys at once, behind the nodes' backs: making them is not what is measured.

use std::fmt::Write as _;
use std::path::Path;
use std::pin::pin;

use chaser_keys::{KeyMode, Peppers, SecretEntropy, SecretKey};
use time::OffsetDateTime;
use tokio_postgres::Client;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;
use uuid::Uuid;

const COPY: &str = "
    copy api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at) from stdin (format binary)";

/// The key of a number: always the same, and nobody's.
pub(crate) fn key(number: u32) -> SecretKey {
    let mut entropy = [0x5a; SecretEntropy::BYTES];
    entropy[..4].copy_from_slice(&number.to_be_bytes());
    SecretKey::from_entropy(KeyMode::Live, SecretEntropy::from_bytes(entropy))
}

/// Stores the keys of a range of numbers.
pub(crate) async fn insert(
    client: &Client,
    peppers: &Peppers,
    workspace: Uuid,
    numbers: std::ops::Range<u32>,
) {
    client.batch_execute("alter table api_keys disable trigger user").await.unwrap();
    let pepper = peppers.current().id().as_str();
    let now = OffsetDateTime::UNIX_EPOCH + time::Duration::days(20_000);
    let types = [
        Type::UUID,
        Type::UUID,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::TEXT,
        Type::BYTEA,
        Type::TIMESTAMPTZ,
    ];
    let mut rows = pin!(BinaryCopyInWriter::new(client.copy_in(COPY).await.unwrap(), &types));
    for number in numbers {
        let digest = peppers.current().digest(&key(number));
        let digest: &[u8] = digest.as_bytes();
        let id = Uuid::from_u128(u128::from(number) | 0x4000 << 64 | 0x8 << 60);
        rows.as_mut()
            .write(&[&id, &workspace, &"bulk", &"live", &"cha_live_bulkbul", &pepper, &digest, &now])
            .await
            .unwrap();
    }
    rows.finish().await.unwrap();
    client
        .batch_execute("alter table api_keys enable trigger user; analyze api_keys; checkpoint")
        .await
        .unwrap();
}

/// Writes keys to a file, one a line.
pub(crate) fn write(path: &Path, numbers: impl Iterator<Item = u32>) {
    let mut lines = String::new();
    for number in numbers {
        writeln!(lines, "{}", key(number).expose()).unwrap();
    }
    std::fs::write(path, lines).unwrap();
}

/// Numbers in an order that no prefetcher knows (Knuth's multiplicative hashing).
pub(crate) const fn scattered(number: u32) -> u32 {
    number.wrapping_mul(2_654_435_769) ^ 0x5bd1_e995
}
