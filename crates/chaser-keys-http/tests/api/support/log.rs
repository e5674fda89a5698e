//! Everything that is logged, by every library, at the most talkative level.

use std::io::{self, Write};
use std::sync::{Mutex, PoisonError};

use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::reload;
use tracing_subscriber::util::SubscriberInitExt;

static LOG: Mutex<Option<Vec<u8>>> = Mutex::new(None);

struct Capture;

impl Write for Capture {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(log) = LOG.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            log.extend_from_slice(bytes);
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'writer> MakeWriter<'writer> for Capture {
    type Writer = Self;

    fn make_writer(&'writer self) -> Self {
        Self
    }
}

/// The log of the whole process while something runs. Other tests may run beside it: look for what is
/// this test's alone.
pub(crate) async fn captured_log(work: impl Future<Output = ()>) -> String {
    let (level, handle) = reload::Layer::new(LevelFilter::TRACE);
    let lines = tracing_subscriber::fmt::layer().with_writer(Capture);
    tracing_subscriber::registry().with(level).with(lines).init();
    *LOG.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
    work.await;
    let log = LOG.lock().unwrap_or_else(PoisonError::into_inner).take();
    // At this level the rest of the tests would take minutes.
    handle.modify(|level| *level = LevelFilter::OFF).unwrap();
    String::from_utf8_lossy(&log.unwrap_or_default()).into_owned()
}
