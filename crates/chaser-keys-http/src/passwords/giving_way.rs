//! Work on threads that run only when this process's other threads do not want the processor.
//!
//! A password's hash keeps a processor for some 20 ms, and a thread that is woken meanwhile, to verify a key, may have to
//! wait for the rest of the hash's time slice, some milliseconds. Under `SCHED_IDLE` (sched(7)) the hash is interrupted
//! at once. Where all processors are busy such a thread gets next to nothing, so that what is not done in time is done
//! again on an ordinary thread, and what comes in the next second begins there: whoever signs in to a busy node waits
//! for little more than that, and a place makes at most one hash in a second for nothing.
//!
//! The known price: while such a thread holds a lock of the allocator, of the runtime or of the process's memory map and
//! is interrupted, or is the next to get it, whoever wants it has to wait until a processor is free.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use tokio::sync::{Semaphore, oneshot};
use tokio::task::spawn_blocking;
use tokio::time::timeout;

/// Several times what a hash takes on a processor of its own, and short enough for a long queue behind it.
const PATIENCE: Duration = Duration::from_millis(100);
/// For a place whose thread got too little of the processor.
const REST: Duration = Duration::from_secs(1);

/// A few threads that give way.
#[derive(Clone)]
pub(super) struct GivingWay {
    /// A thread that was given up in favour of an ordinary one keeps its place, and what it works on (a password), until it
    /// is done and has rested, so that there are never more of them.
    places: Arc<Semaphore>,
    patience: Duration,
}

impl GivingWay {
    /// Where threads cannot give way there is no place for any, and all work is done on ordinary ones.
    pub(super) fn new(threads: usize) -> Self {
        let can_give_way = thread::spawn(give_way).join().is_ok_and(|gave_way| gave_way);
        let places = if can_give_way { threads } else { 0 };
        Self { places: Arc::new(Semaphore::new(places)), patience: PATIENCE }
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
            drop(work);
            let was_given_up = done.is_closed();
            if was_given_up {
                thread::sleep(REST);
            }
            drop(place);
            _ = done.send(outcome);
        });
        thread.is_ok().then_some(outcome)
    }
}

/// From now on this thread runs when no other of this process wants to; for good, since only the privileged may go back.
/// False if it cannot.
#[cfg(target_os = "linux")]
fn give_way() -> bool {
    use thread_priority::{
        NormalThreadSchedulePolicy::Idle, ThreadPriority, ThreadSchedulePolicy,
        set_thread_priority_and_policy, thread_native_id,
    };

    let policy = ThreadSchedulePolicy::Normal(Idle);
    set_thread_priority_and_policy(thread_native_id(), ThreadPriority::Min, policy).is_ok()
}

/// Elsewhere it runs like any other.
#[cfg(not(target_os = "linux"))]
const fn give_way() -> bool {
    false
}

// They look at how Linux schedules a thread.
#[cfg(target_os = "linux")]
#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::channel;
    use std::time::Instant;

    use super::*;

    /// For `SCHED_IDLE`, field 41 of proc(5).
    const IDLE: &str = "5";
    /// On a machine on which other tests run.
    const LONG: Duration = Duration::from_mins(1);

    fn policy() -> String {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        stat.rsplit_once(')').unwrap().1.split_whitespace().nth(38).unwrap().to_owned()
    }

    #[tokio::test]
    async fn work_gives_way() {
        let patient = GivingWay { patience: LONG, ..GivingWay::new(1) };
        assert_ne!(policy(), IDLE);
        assert_eq!(patient.run(policy).await.unwrap(), IDLE);
        // The place is free again at once.
        assert_eq!(patient.places.available_permits(), 1);
    }

    #[tokio::test]
    async fn where_no_thread_can_give_way_work_is_done_once_on_an_ordinary_one() {
        let nowhere = GivingWay { places: Arc::new(Semaphore::new(0)), patience: Duration::ZERO };
        let times = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&times);
        let done = nowhere.run(move || (counted.fetch_add(1, Ordering::SeqCst), policy()).1).await;
        assert_ne!(done.unwrap(), IDLE);
        assert_eq!(times.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn work_that_gets_no_time_is_done_on_an_ordinary_thread_and_so_is_what_comes_soon_after_it() {
        let hasty = GivingWay::new(1);
        let (feed, starving) = channel::<()>();
        let starving = Arc::new(Mutex::new(starving));
        let work = move || {
            let policy = policy();
            if policy == IDLE {
                // The end of the test at the latest.
                _ = starving.lock().unwrap().recv_timeout(LONG);
            }
            policy
        };
        assert_ne!(hasty.run(work.clone()).await.unwrap(), IDLE);
        // The first thread is still there, so that this work does not even try.
        let patient = GivingWay { patience: LONG, ..hasty.clone() };
        assert_ne!(patient.run(work.clone()).await.unwrap(), IDLE);

        let set_free = Instant::now();
        feed.send(()).unwrap();
        assert_ne!(patient.run(work).await.unwrap(), IDLE);
        while patient.places.available_permits() == 0 {
            assert!(set_free.elapsed() < LONG);
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        assert!(set_free.elapsed() >= REST, "it rested for {:?} only", set_free.elapsed());
        assert_eq!(patient.run(policy).await.unwrap(), IDLE);
    }

    #[tokio::test]
    async fn a_thread_that_is_lost_is_no_outcome() {
        let lost = GivingWay::new(1).run(|| -> () { panic!("as work never should") }).await;
        assert_eq!(lost, None);
    }
}
