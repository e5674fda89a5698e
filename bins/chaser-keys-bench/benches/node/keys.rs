//! Many keys at once, behind the nodes' backs: making them is not what is measured.

use chaser_keys::{KeyMode, Peppers, SecretEntropy, SecretKey};
use tokio_postgres::Client;
use uuid::Uuid;

/// As many as PostgreSQL likes in one statement.
const AT_ONCE: u32 = 50_000;

/// The key of a number: always the same, and nobody's.
pub(crate) fn key(number: u32) -> SecretKey {
    let mut entropy = [0x5a; SecretEntropy::BYTES];
    entropy[..4].copy_from_slice(&number.to_be_bytes());
    SecretKey::from_entropy(KeyMode::Live, SecretEntropy::from_bytes(entropy))
}

/// Stores the keys of a range of numbers in the first workspace.
pub(crate) async fn insert(client: &Client, peppers: &Peppers, numbers: std::ops::Range<u32>) {
    client.batch_execute("alter table api_keys disable trigger user").await.unwrap();
    let statement = "
        insert into api_keys (id, workspace_id, name, mode, prefix, pepper_id, digest, created_at)
        select id, (select id from workspaces limit 1), 'bulk', 'live', 'cha_live_bulkbul', $3, digest, clock_timestamp()
        from unnest($1::uuid[], $2::bytea[]) as made (id, digest)";
    let mut start = numbers.start;
    while start < numbers.end {
        let chunk = start..numbers.end.min(start + AT_ONCE);
        let ids: Vec<Uuid> = chunk.clone().map(|_| Uuid::new_v4()).collect();
        let digests: Vec<Vec<u8>> =
            chunk.clone().map(|number| peppers.current().digest(&key(number)).as_bytes().to_vec()).collect();
        let pepper = peppers.current().id().as_str();
        client.execute(statement, &[&ids, &digests, &pepper]).await.unwrap();
        start = chunk.end;
    }
    client.batch_execute("alter table api_keys enable trigger user; analyze api_keys").await.unwrap();
}

/// Numbers in an order that no prefetcher knows (Knuth's multiplicative hashing).
pub(crate) const fn scattered(number: u32) -> u32 {
    number.wrapping_mul(2_654_435_769) ^ 0x5bd1_e995
}
