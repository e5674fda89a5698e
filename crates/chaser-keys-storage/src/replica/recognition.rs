//! Whether this node has the peppers that all live keys were made with.
//!
//! It makes sure of that at its start, and may lack one all the same later: others were told of a new one, or made the
//! first key of an empty database with another under the same id. Then the keys made with it are unknown here, and so
//! a no to any unknown key may be wrong: such a node answers for the keys that it knows, and says that it does not know
//! of the others.

use std::sync::atomic::{AtomicBool, Ordering};

use chaser_keys::Peppers;
use tokio_postgres::Row;

use super::Replica;
use super::session::Session;

const OTHER_PEPPERS: &str = "select id from peppers where fingerprint <> all($1)";
const HAS_LIVE_KEYS: &str = "
    select exists (select from api_keys
                   where pepper_id = $1 and (revoked_at is null or revoked_at > clock_timestamp()))";

/// The peppers of this node.
pub(super) struct Recognition {
    fingerprints: Vec<Vec<u8>>,
    lacks_one: AtomicBool,
}

impl Recognition {
    pub(super) fn by(peppers: &Peppers) -> Self {
        let fingerprints = peppers.iter().map(|pepper| pepper.fingerprint().as_bytes().to_vec());
        Self { fingerprints: fingerprints.collect(), lacks_one: AtomicBool::new(false) }
    }

    /// Looks at the pepper that a changed key was made with, if it may be good still.
    pub(super) fn look_at(&self, change: &Row) -> Result<(), tokio_postgres::Error> {
        if change.try_get("ends_at_once")? {
            return Ok(());
        }
        let fingerprint: &[u8] = change.try_get("fingerprint")?;
        if !self.fingerprints.iter().any(|ours| ours == fingerprint) {
            self.lack(change.try_get("pepper_id")?);
        }
        Ok(())
    }

    /// Looks at the peppers that all live keys were made with. As long as all those that were ever used are here, that
    /// takes no look at the keys.
    pub(super) async fn look_at_all(&self, session: &Session) -> Result<(), tokio_postgres::Error> {
        self.lacks_one.store(false, Ordering::Release);
        for other in session.client.query(OTHER_PEPPERS, &[&self.fingerprints]).await? {
            let pepper: &str = other.try_get("id")?;
            if session.client.query_one(HAS_LIVE_KEYS, &[&pepper]).await?.try_get(0)? {
                self.lack(pepper);
            }
        }
        Ok(())
    }

    fn lack(&self, pepper: &str) {
        if !self.lacks_one.swap(true, Ordering::AcqRel) {
            tracing::error!(
                pepper,
                "keys are made with a pepper that this node does not have, or has another of under this id: unknown \
                 keys get 503 here until it is started with the peppers of the others"
            );
        }
    }
}

impl Replica {
    /// Whether a key that this node does not know may be good for all that.
    pub(crate) fn lacks_a_pepper(&self) -> bool {
        self.recognition.lacks_one.load(Ordering::Acquire)
    }
}
