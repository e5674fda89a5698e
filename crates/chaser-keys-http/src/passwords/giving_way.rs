//! Work on threads that run only when nothing else wants a processor.
//!
//! A password's hash keeps a processor for some 20 ms, and a thread that is woken meanwhile, to verify a key, may have to
//! wait for the rest of the hash's time slice: 3 ms on Linux. Under `SCHED_IDLE` (sched(7)) the hash is interrupted
//! at once. Where all processors are busy for long, such a thread gets next to nothing, and whoever signs in has to wait
//! no less than the others: what is not done in time is done again on an ordinary thread.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Many times what a hash takes on a processor of its own.
const PATIENCE: Duration = Duration::from_millis(500);

/// A few threads that give way.
#[derive(Clone)]
pub(super) struct GivingWay {
    /// One that was given up in favour of an ordinary thread keeps its place until it is done, so that there are never
    /// more of them.
    places: Arc<Semaphore>,
}

impl GivingWay {
    pub(super) fn new(threads: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(threads)) }
    }

    /// Does the work, giving way if it can; none if the thread was lost.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl Fn() -> T + Send + Sync + 'static,
    ) -> Option<T> {
        let work = Arc::new(work);
        if let Some(done) = self.start(Arc::clone(&work))
            && let Ok(outcome) = timeout(PATIENCE, done).await
        {
            return outcome.ok();
        }
        spawn_blocking(move || work()).await.ok()
    }

    /// None if all places are taken, or no thread is to be had.
    fn start<T: Send + 'static>(
        &self,
        work: Arc<impl Fn() -> T + Send + Sync + 'static>,
    ) -> Option<oneshot::Receiver<T>> {
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let (done, outcome) = oneshot::channel();
        let thread = thread::Builder::new().name("gives way".to_owned()).spawn(move || {
            give_way();
            let outcome = work();
            drop(place);
            // Nobody waits for it if it took too long.
            _ = done.send(outcome);
        });
        thread.is_ok().then_some(outcome)
    }
}

/// From now on this thread runs when no other wants to; for good, since only the privileged may go back.
#[cfg(target_os = "linux")]
fn give_way() {
    use thread_priority::{
        NormalThreadSchedulePolicy::Idle, ThreadPriority, ThreadSchedulePolicy,
        set_thread_priority_and_policy, thread_native_id,
    };

    let policy = ThreadSchedulePolicy::Normal(Idle);
    if let Err(error) = set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, policy) {
        tracing::debug!(?error, "a thread that should give way runs like any other");
    }
}

/// Elsewhere it runs like any other.
#[cfg(not(target_os = "linux"))]
fn give_way() {}

// They look at how Linux schedules a thread.
#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// 0 for an ordinary thread, 5 for `SCHED_IDLE`: field 41 of proc(5).
    fn policy() -> String {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        stat.rsplit_once(')').unwrap().1.split_whitespace().nth(38).unwrap().to_owned()
    }

    #[tokio::test]
    async fn work_gives_way() {
        assert_eq!(policy(), "0");
        assert_eq!(GivingWay::new(1).run(policy).await.unwrap(), "5");
    }

    #[tokio::test]
    async fn work_that_gets_no_time_is_done_on_an_ordinary_thread() {
        let gives_way = GivingWay::new(1);
        let (begun, starved) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(2)));
        let work = {
            let (begun, starved) = (Arc::clone(&begun), Arc::clone(&starved));
            move || {
                if begun.fetch_add(1, Ordering::SeqCst) == 0 {
                    starved.wait();
                }
                policy()
            }
        };
        assert_eq!(gives_way.run(work.clone()).await.unwrap(), "0");
        // The first thread is still there, so that this work does not even try.
        assert_eq!(gives_way.run(work).await.unwrap(), "0");
        assert_eq!(begun.load(Ordering::SeqCst), 3);

        starved.wait();
        while gives_way.places.available_permits() == 0 {
            tokio::task::yield_now().await;
        }
        assert_eq!(gives_way.run(policy).await.unwrap(), "5");
    }

    #[tokio::test]
    async fn a_thread_that_is_lost_is_no_outcome() {
        let lost = GivingWay::new(1).run(|| -> () { panic!("as work never should") }).await;
        assert_eq!(lost, None);
    }
}
