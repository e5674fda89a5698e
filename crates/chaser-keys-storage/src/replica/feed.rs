//! The feed: the one task that writes the index, for as long as the process lives.

use std::convert::Infallible;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};

use super::Replica;
use super::boot_clock::Moment;
use super::load::load;
use super::round::{Position, RoundError};
use super::session::Session;
use crate::StorageError;
use crate::database::url::DatabaseUrl;

/// Rounds run this often, hint or no hint.
const ROUND_INTERVAL: Duration = Duration::from_millis(500);
/// Rounds for unknown keys are at least so far apart.
const BETWEEN_CATCH_UPS: Duration = Duration::from_millis(5);
const FIRST_BACKOFF: Duration = Duration::from_millis(100);
const LONGEST_BACKOFF: Duration = Duration::from_secs(2);

/// Keeps the index current until `shutdown` completes; then leaves the membership.
pub(crate) async fn run(replica: Arc<Replica>, url: DatabaseUrl, shutdown: impl Future<Output = ()>) {
    let mut feed =
        Feed { replica, url, position: None, proved_something: false, was_serving: false, was_warned: false };
    tokio::pin!(shutdown);
    let mut backoff = FIRST_BACKOFF;
    loop {
        let stopped = tokio::select! {
            () = &mut shutdown => None,
            stopped = feed.serve() => Some(stopped),
        };
        let Some(reason) = stopped else { break };
        // Only once a round has succeeded: a server that accepts connections and answers nothing is not back.
        backoff = if feed.proved_something { FIRST_BACKOFF } else { (backoff * 2).min(LONGEST_BACKOFF) };
        feed.tell_interruption(&reason);
        tokio::select! {
            () = &mut shutdown => break,
            () = sleep(backoff) => {}
        }
    }
    feed.leave().await;
}

struct Feed {
    replica: Arc<Replica>,
    url: DatabaseUrl,
    /// Where the node stands; none before the first load, and when it must start over.
    position: Option<Position>,
    /// A round has succeeded over the connection that was opened last.
    proved_something: bool,
    was_serving: bool,
    /// Somebody reads in the log that PostgreSQL does not answer.
    was_warned: bool,
}

impl Feed {
    /// Connects and does rounds until something goes wrong. Tells what.
    async fn serve(&mut self) -> String {
        self.proved_something = false;
        let session = match self.open_session().await {
            Ok(session) => session,
            Err(StorageError::Unavailable(reason)) => return reason,
            Err(other) => return other.to_string(),
        };
        let Err(error) = self.rounds(&session).await;
        if matches!(error, RoundError::StartOver(_)) {
            self.replica.metrics.started_over();
            self.replica.lease.end();
            self.position = None;
        }
        error.to_string()
    }

    /// Whole or not at all, and soon: a server that froze after it accepted the connection never answers.
    async fn open_session(&self) -> Result<Session, StorageError> {
        let within = self.replica.timing.lease;
        let opening = Session::open(&self.url, within, &self.replica);
        let too_slow = |_| StorageError::Unavailable(format!("no session within {within:?}"));
        tokio::time::timeout(within, opening).await.map_err(too_slow)?
    }

    /// Where the node stands is kept in `self`, so that it survives a shutdown in the middle of a round.
    async fn rounds(&mut self, session: &Session) -> Result<Infallible, RoundError> {
        if self.position.is_none() {
            self.position = Some(self.join(session).await?);
        }
        // PostgreSQL may have crashed and forgotten what this node had acknowledged: it says so again.
        self.position()?.acknowledged_rev = 0;
        let replica = Arc::clone(&self.replica);
        let mut timer = interval(ROUND_INTERVAL);
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut catch_up_allowed_at = Instant::now();
        loop {
            // Biased: however many hints there are, the lease is renewed; any round serves those who wait.
            tokio::select! {
                biased;
                _ = timer.tick() => self.whole_round(session).await?,
                () = replica.hint.notified() => {
                    in_time(&replica, replica.quick_round(session, self.position()?)).await?;
                }
                () = wanted_and_allowed(&replica, catch_up_allowed_at) => {
                    in_time(&replica, replica.quick_round(session, self.position()?)).await?;
                    catch_up_allowed_at = Instant::now() + BETWEEN_CATCH_UPS;
                }
            }
        }
    }

    fn position(&mut self) -> Result<&mut Position, RoundError> {
        self.position.as_mut().ok_or(RoundError::StartOver("this node has not joined"))
    }

    /// Loads, registers, and has everything ready for the first round, which closes the gap in between.
    ///
    /// Registered before the round's read, whose t0 the first lease counts from: a revoke that did not see
    /// this node among the members was committed before that read, which therefore sees it.
    async fn join(&mut self, session: &Session) -> Result<Position, RoundError> {
        // Boxed: it is large, and waited for once.
        let (index, facts) = Box::pin(load(session, &self.replica.recognition)).await?;
        let position = Position::at_start(&facts);
        let lease = self.replica.timing.lease;
        session.register(position.node_id, position.applied_rev, lease).await?;
        self.replica.replace_index(index);
        Ok(position)
    }

    async fn whole_round(&mut self, session: &Session) -> Result<(), RoundError> {
        let replica = Arc::clone(&self.replica);
        let position = self.position()?;
        let lease_before = replica.lease.ends_at();
        in_time(&replica, replica.round(session, position)).await?;
        let lapsed = Moment::now().since(lease_before);
        let (node_id, rev) = (position.node_id, position.applied_rev);
        self.proved_something = true;
        if !std::mem::replace(&mut self.was_serving, true) {
            tracing::info!(%node_id, rev, "verifying keys: all of them are in memory");
        } else if !lapsed.is_zero() {
            // PostgreSQL was slow or away for too long, or this process stood still.
            tracing::warn!(?lapsed, "verifying again: the lease was over before a round was done");
        } else if std::mem::take(&mut self.was_warned) {
            tracing::info!("PostgreSQL answers again; verification was not interrupted");
        }
        self.was_warned = false;
        Ok(())
    }

    fn tell_interruption(&mut self, reason: &str) {
        let left = Moment::now().until(self.replica.lease.ends_at());
        if !left.is_zero() {
            self.was_warned = true;
            tracing::warn!(reason, serving_for = ?left, "PostgreSQL does not answer; verifying until the lease ends");
        } else if std::mem::take(&mut self.was_serving) {
            tracing::error!(reason, "stopped verifying: keys get 503 until PostgreSQL answers");
        } else {
            tracing::debug!(reason, "still not verifying");
        }
    }

    /// Stops serving, then lets the others know that they need not wait.
    async fn leave(self) {
        self.replica.lease.end();
        let Some(position) = &self.position else { return };
        let leaving = async {
            let session = self.open_session().await?;
            let deleted = session.delete_node(position.node_id, None).await;
            deleted.map_err(|error| StorageError::Unavailable(error.to_string()))
        };
        // Waiting for a server that does not answer would keep the process from ending.
        let left = tokio::time::timeout(self.replica.timing.lease, leaving).await;
        let left = left.unwrap_or_else(|_| Err(StorageError::Unavailable("no answer in time".to_owned())));
        if let Err(error) = left {
            tracing::warn!(%error, "could not leave the membership: the next revoke may wait for this node");
        }
    }
}

/// Waits until an unknown key needs a round and may have one. A hint goes first, and its round serves the key as well:
/// no revoke waits for a flood of unknown keys.
async fn wanted_and_allowed(replica: &Replica, allowed_at: Instant) {
    replica.rounds.wanted.notified().await;
    sleep_until(allowed_at).await;
}

/// A server that is frozen answers nothing, not even that it timed out.
async fn in_time(
    replica: &Replica,
    round: impl Future<Output = Result<(), RoundError>>,
) -> Result<(), RoundError> {
    match tokio::time::timeout(replica.timing.lease, round).await {
        Ok(outcome) => outcome,
        Err(_) => Err(RoundError::TooSlow),
    }
}
