//! The feed: the one task that writes the index, for as long as the process lives.

use std::convert::Infallible;
use std::future::Future;
use std::sync::{Arc, PoisonError};

use tokio::time::{Instant, MissedTickBehavior, interval, sleep, sleep_until};

use super::boot_instant::BootInstant;
use super::feed_connection::FeedConnection;
use super::round::Position;
use super::round_error::RoundError;
use super::shared::Replica;
use crate::ErrorChain;
use crate::postgres::{DatabaseError, DatabaseUrl};
use crate::timing::{FIRST_BACKOFF, LONGEST_BACKOFF, LOOK_UP_INTERVAL, ROUND_INTERVAL};

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
        feed.report_interruption(&reason);
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
    /// The log says that PostgreSQL does not answer, so it must say when it answers again.
    was_warned: bool,
}

impl Feed {
    /// Connects and does rounds until one fails; returns why.
    async fn serve(&mut self) -> String {
        self.proved_something = false;
        let connection = match self.open_connection().await {
            Ok(connection) => connection,
            Err(error) => return ErrorChain(&error).to_string(),
        };
        let Err(error) = self.rounds(&connection).await;
        if matches!(error, RoundError::StartOver(_)) {
            self.replica.metrics.started_over();
            self.replica.lease.end();
            self.position = None;
        }
        error.to_string()
    }

    /// Whole or not at all, and soon: a server that froze after it accepted the connection never answers.
    async fn open_connection(&self) -> Result<FeedConnection, DatabaseError> {
        let within = self.replica.timing.lease;
        let opening = FeedConnection::open(&self.url, within, &self.replica);
        tokio::time::timeout(within, opening).await.map_err(|_| DatabaseError::Timeout(within))?
    }

    /// Where the node stands is kept in `self`, so that it survives a shutdown in the middle of a round.
    async fn rounds(&mut self, connection: &FeedConnection) -> Result<Infallible, RoundError> {
        if self.position.is_none() {
            self.position = Some(self.join(connection).await?);
        }
        // PostgreSQL may have crashed and forgotten what this node had acknowledged: it says so again.
        self.position()?.acknowledged_rev = 0;
        let replica = Arc::clone(&self.replica);
        let mut timer = interval(ROUND_INTERVAL);
        timer.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut look_up_allowed_at = Instant::now();
        loop {
            // Biased: however many hints there are, the lease is renewed; any round serves those who wait.
            tokio::select! {
                biased;
                _ = timer.tick() => self.whole_round(connection).await?,
                () = replica.hint.notified() => {
                    in_time(&replica, replica.quick_round(connection, self.position()?)).await?;
                }
                () = wanted_and_allowed(&replica, look_up_allowed_at) => {
                    in_time(&replica, replica.quick_round(connection, self.position()?)).await?;
                    look_up_allowed_at = Instant::now() + LOOK_UP_INTERVAL;
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
    async fn join(&mut self, connection: &FeedConnection) -> Result<Position, RoundError> {
        // Boxed: it is large, and waited for once.
        let (index, header) = Box::pin(self.replica.load(connection)).await?;
        let position = Position::at_start(&header);
        let lease = self.replica.timing.lease;
        let fingerprints = &self.replica.pepper_coverage.fingerprints;
        connection.register(position.node_id, position.applied_rev, lease, fingerprints).await?;
        self.replica.replace_index(index);
        Ok(position)
    }

    async fn whole_round(&mut self, connection: &FeedConnection) -> Result<(), RoundError> {
        let replica = Arc::clone(&self.replica);
        let position = self.position()?;
        let lease_before = replica.lease.ends_at();
        in_time(&replica, replica.round(connection, position)).await?;
        let lapsed = BootInstant::now().since(lease_before);
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

    fn report_interruption(&mut self, reason: &str) {
        let repeated = self.remember(reason);
        let left = BootInstant::now().until(self.replica.lease.ends_at());
        if !left.is_zero() {
            self.was_warned = true;
            tracing::warn!(reason, serving_for = ?left, "PostgreSQL does not answer; verifying until the lease ends");
        } else if std::mem::take(&mut self.was_serving) {
            tracing::error!(reason, "stopped verifying: keys get 503 until PostgreSQL answers");
        } else if repeated {
            tracing::debug!(reason, "still not verifying");
        } else {
            tracing::warn!(reason, "not verifying yet: keys get 503 until this is mended");
        }
    }

    /// Keeps the reason for [`NotReady`](crate::NotReady). True if it is the same as last time.
    fn remember(&self, reason: &str) -> bool {
        let mut last = self.replica.last_failure.lock().unwrap_or_else(PoisonError::into_inner);
        last.replace(reason.to_owned()).is_some_and(|last| last == reason)
    }

    /// Stops serving, then leaves the membership so that no revoke waits for this node.
    async fn leave(self) {
        self.replica.lease.end();
        let Some(position) = &self.position else { return };
        let leaving = async {
            let connection = self.open_connection().await?;
            Ok(connection.leave(position.node_id).await?)
        };
        // Waiting for a server that does not answer would keep the process from ending.
        let limit = self.replica.timing.lease;
        let left = tokio::time::timeout(limit, leaving).await;
        let left: Result<(), DatabaseError> = left.unwrap_or_else(|_| Err(DatabaseError::Timeout(limit)));
        if let Err(error) = left {
            let error = ErrorChain(&error);
            tracing::warn!(%error, "could not leave the membership: the next revoke may wait for this node");
        }
    }
}

/// Waits until a request with an unknown key needs a round and may have one. A hint goes first, and its round looks the
/// key up as well: no revoke waits for a flood of unknown keys.
async fn wanted_and_allowed(replica: &Replica, allowed_at: Instant) {
    replica.look_ups.wanted.notified().await;
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
