//! Whether this node's peppers are those that the stored keys were made with.
//!
//! With a wrong pepper every good key would be refused as unknown, so a node says so at its start and
//! serves nobody.

use chaser_keys::{Pepper, PepperFingerprint};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use thiserror::Error;

use crate::database::schema::{api_keys, peppers};
use crate::{StorageError, Store};

/// How the configured peppers do not fit the database.
#[derive(Debug, Error)]
pub enum PepperMismatch {
    /// The same id stands for another pepper than before.
    #[error(
        "the pepper \"{0}\" is not the one that keys in this database were made with: restore it, or give the new pepper an id of its own"
    )]
    Different(String),
    /// Keys that still authenticate were made with a pepper that is not configured.
    #[error(
        "keys in this database were made with the pepper \"{0}\", which is not configured: add it after the current one, or revoke those keys first"
    )]
    Missing(String),
}

/// Compares every configured pepper with what the database knows of it. Changes nothing: a pepper with a
/// typo in it must not be remembered.
pub(crate) async fn check(store: &Store) -> Result<(), StorageError> {
    let mut connection = store.connection().await?;
    let now = store.clock.now(&mut connection).await?;
    for pepper in store.peppers.iter() {
        let known = peppers::table.find(pepper.id().as_str()).select(peppers::fingerprint);
        let known = known.first::<Vec<u8>>(&mut connection).await.optional()?;
        if known.is_some_and(|known| !is_fingerprint_of(pepper, &known)) {
            return Err(PepperMismatch::Different(pepper.id().to_string()).into());
        }
    }
    let configured: Vec<&str> = store.peppers.iter().map(|pepper| pepper.id().as_str()).collect();
    let unreadable = api_keys::table
        .filter(api_keys::revoked_at.is_null().or(api_keys::revoked_at.gt(now)))
        .filter(api_keys::pepper_id.ne_all(configured))
        .select(api_keys::pepper_id)
        .first::<String>(&mut connection)
        .await
        .optional()?;
    match unreadable {
        Some(id) => Err(PepperMismatch::Missing(id).into()),
        None => Ok(()),
    }
}

impl Store {
    /// Registers the current pepper before this process makes its first key with it.
    pub(crate) async fn register_current_pepper(&self) -> Result<(), StorageError> {
        let registering = self.pepper_is_registered.get_or_try_init(|| async {
            let mut connection = self.connection().await?;
            let now = self.clock.now(&mut connection).await?;
            let pepper = self.peppers.current();
            let new = (
                peppers::id.eq(pepper.id().as_str()),
                peppers::fingerprint.eq(pepper.fingerprint().as_bytes().to_vec()),
                peppers::first_seen_at.eq(now),
            );
            diesel::insert_into(peppers::table)
                .values(new)
                .on_conflict_do_nothing()
                .execute(&mut connection)
                .await?;
            // Two nodes may start on an empty database with different peppers: the second one hears it here.
            check(self).await
        });
        registering.await.copied()
    }
}

fn is_fingerprint_of(pepper: &Pepper, stored: &[u8]) -> bool {
    stored.try_into().is_ok_and(|bytes| PepperFingerprint::from_bytes(bytes) == pepper.fingerprint())
}
