//! Work on threads that run only when nothing else wants a processor.
//!
//! A password's hash keeps a processor for some 20 ms, and a thread that is woken meanwhile, to verify a key, may have to
//! wait for the rest of the hash's time slice, some milliseconds. Under `SCHED_IDLE` (sched(7)) the hash is interrupted
//! at once. Where all processors are busy such a thread gets next to nothing, so that what is not done in time is done
//! again on an ordinary thread: whoever signs in to a busy node waits for little more than that.
//!
//! The known price: interrupted while it holds one of the allocator's locks or the runtime's,
//! such a thread holds up whoever wants it until a processor is free.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Several times what a hash takes on a processor of its own, and short enough for a long queue behind it.
const PATIENCE: Duration = Duration::from_millis(100);

/// A few threads that give way.
#[derive(Clone)]
pub(super) struct GivingWay {
    /// One that was given up in favour of an ordinary thread keeps its place, and what it works on, until it is done, so
    /// that there are never more of them.
    places: Arc<Semaphore>,
    patience: Duration,
}

impl GivingWay {
    pub(super) fn new(threads: usize) -> Self {
        Self { places: Arc::new(Semaphore::new(threads)), patience: PATIENCE }
    }

    /// Does the work, giving way if it can; none if the thread was lost.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl Fn() -> T + Send + Sync + 'static,
    ) -> Option<T> {
        let work = Arc::new(work);
        if let Some(done) = self.start(Arc::clone(&work))
            && let Ok(outcome) = timeout(self.patience, done).await
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
        tracing::debug!(?error, "a thread that should give way may run like any other");
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

    /// Patient enough for a machine on which other tests run.
    fn gives_way() -> GivingWay {
        GivingWay { patience: Duration::from_mins(1), ..GivingWay::new(1) }
    }

    #[tokio::test]
    async fn work_gives_way() {
        assert_eq!(policy(), "0");
        assert_eq!(gives_way().run(policy).await.unwrap(), "5");
    }

    #[tokio::test]
    async fn work_that_gets_no_time_is_done_on_an_ordinary_thread() {
        let hasty = GivingWay::new(1);
        let (starving, starved) = (Arc::new(AtomicUsize::new(0)), Arc::new(Barrier::new(2)));
        let work = {
            let (starving, starved) = (Arc::clone(&starving), Arc::clone(&starved));
            move || {
                let policy = policy();
                if policy == "5" {
                    starving.fetch_add(1, Ordering::SeqCst);
                    starved.wait();
                }
                policy
            }
        };
        assert_eq!(hasty.run(work.clone()).await.unwrap(), "0");
        // The first thread is still there, so that this work does not even try.
        assert_eq!(hasty.run(work).await.unwrap(), "0");

        starved.wait();
        assert_eq!(starving.load(Ordering::SeqCst), 1);
        while hasty.places.available_permits() == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        let patient = GivingWay { patience: Duration::from_mins(1), ..hasty };
        assert_eq!(patient.run(policy).await.unwrap(), "5");
    }

    #[tokio::test]
    async fn a_thread_that_is_lost_is_no_outcome() {
        let lost = GivingWay::new(1).run(|| -> () { panic!("as work never should") }).await;
        assert_eq!(lost, None);
    }
}
