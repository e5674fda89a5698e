//! A key's life on both sides: issued, stored, presented, rotated, revoked.
//!
//! `cargo run --package chaser-keys --example issue_and_verify`
#![expect(clippy::print_stdout, reason = "an example prints what it did")]

use std::error::Error;

use chaser_keys::time::{Duration, OffsetDateTime};
use chaser_keys::{
    ApiKey, GracePeriod, IssuedKey, KeyDigest, KeyId, KeyMode, NewApiKey, Peppers, PresentedKey, Revocation,
    SecretEntropy, WorkspaceId,
};

/// What a database would hold: the record, and a digest instead of the secret.
struct Row {
    key: ApiKey,
    digest: KeyDigest,
}

fn main() -> Result<(), Box<dyn Error>> {
    // A real service reads one clock, the database's, and takes the peppers from its configuration.
    let now = OffsetDateTime::from_unix_timestamp(1_781_352_000)?;
    let peppers: Peppers = format!("2026-11:{}", "5a".repeat(32)).parse()?;

    // Issue. The secret is shown once.
    let new = NewApiKey::new(KeyId::random()?, WorkspaceId::random()?, "production".parse()?, KeyMode::Live);
    let IssuedKey { key, secret, .. } = ApiKey::issue(new, SecretEntropy::from_operating_system()?, now);
    let digest = peppers.digest_to_store(&secret).digest;
    println!("issued {} as {}", key.prefix, key.id);
    let mut row = Row { key, digest };

    // Verify: the value of an Authorization header, as it came.
    let header = format!("Bearer {}", secret.expose());
    println!("verified: {}", verifies(&row, &peppers, header.as_bytes(), now)?);
    println!("another scheme: {}", verifies(&row, &peppers, b"Basic Zm9v", now)?);

    // Rotate. Both keys work until the grace period ends.
    let entropy = SecretEntropy::from_operating_system()?;
    let rotation = row.key.rotate(KeyId::random()?, entropy, GracePeriod::DEFAULT, now)?;
    row.key = rotation.old;
    println!("rotated into {}", rotation.successor.key.prefix);
    println!("after 6 days: {}", verifies(&row, &peppers, header.as_bytes(), now + Duration::days(6))?);
    println!("after 7 days: {}", verifies(&row, &peppers, header.as_bytes(), now + Duration::days(7))?);

    // Revoke.
    if let Revocation::Revoked(ended) = rotation.successor.key.revoke(now + Duration::HOUR) {
        println!("revoked: {}", ended.status_at(now + Duration::HOUR));
    }
    Ok(())
}

fn verifies(
    row: &Row,
    peppers: &Peppers,
    authorization: &[u8],
    now: OffsetDateTime,
) -> Result<bool, Box<dyn Error>> {
    let Some(presented) = PresentedKey::from_authorization(authorization)? else { return Ok(false) };
    // A service looks the digests up in an index; this one has a single row.
    let is_known = peppers.candidates(presented).any(|(_, digest)| digest.matches(&row.digest));
    Ok(is_known && row.key.authenticates_at(now))
}
