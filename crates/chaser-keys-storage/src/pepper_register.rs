//! Registering the pepper of new keys, so that a node without it finds that out.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;

use crate::database::schema::peppers;
use crate::{StorageError, Store};

impl Store {
    /// Registers the current pepper before this process stores its first key with it; afterwards it does nothing.
    pub(crate) async fn register_current_pepper(&self) -> Result<(), StorageError> {
        let registering = self.pepper_is_registered.get_or_try_init(|| async {
            let mut connection = self.connection().await?;
            let now = self.now(&mut connection).await?;
            let pepper = self.node.peppers().current();
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
            // Two nodes may start on an empty database with different peppers: the second one fails here.
            Ok(self.node.check_peppers().await?)
        });
        self.database.within_deadline(registering).await.copied()
    }
}
