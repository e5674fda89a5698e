//! The answer's body on its way to the client: read from the upstream only as the client takes it.

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use actix_web::rt::time::{Instant, Sleep, sleep_until};
use actix_web::web::Bytes;
use chaser_keys_storage::TrafficMeter;
use futures_util::Stream;
use hyper::body::{Body, Incoming};
use thiserror::Error;

use crate::connection::{ForeignAnswer, Patience, Serving};

/// The upstream did not send what it announced. The client's connection is broken off with it: an answer that is
/// cut must not look whole.
#[derive(Debug, Error)]
pub(super) enum DownloadFailed {
    #[error("the upstream's answer broke off: {0}")]
    Broken(#[from] hyper::Error),
    #[error("the upstream sent nothing for too long")]
    Stalled,
}

/// The chunks of a body.
pub(super) struct Download {
    body: Incoming,
    timeout: Duration,
    /// Set while the upstream is waited for.
    alarm: Option<Pin<Box<Sleep>>>,
    patience: Option<Rc<Patience>>,
    /// Keeps the client's connection patient while it is the upstream that is waited for.
    serving: Option<Serving>,
    foreign: Option<Rc<ForeignAnswer>>,
    meter: Arc<TrafficMeter>,
}

impl Download {
    pub(super) fn new(
        body: Incoming,
        timeout: Duration,
        patience: Option<Rc<Patience>>,
        foreign: Option<Rc<ForeignAnswer>>,
        meter: Arc<TrafficMeter>,
    ) -> Self {
        Self { body, timeout, alarm: None, patience, serving: None, foreign, meter }
    }

    fn poll_body(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, DownloadFailed>>> {
        loop {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                // Trailers end here; clients that read them are rare, and proxies on the way drop them, too.
                Some(Ok(frame)) => {
                    if let Ok(chunk) = frame.into_data() {
                        return Poll::Ready(Some(Ok(chunk)));
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => return Poll::Ready(None),
            }
        }
    }

    /// Whether the upstream has been waited for too long.
    fn is_stalled(&mut self, context: &mut Context<'_>) -> bool {
        let deadline = Instant::now() + self.timeout;
        let alarm = self.alarm.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        alarm.as_mut().poll(context).is_ready()
    }
}

impl Stream for Download {
    type Item = Result<Bytes, DownloadFailed>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut next = self.poll_body(context);
        if next.is_pending() {
            if let Some(patience) = self.patience.clone() {
                self.serving.get_or_insert_with(|| Serving::begin(&patience));
            }
            if !self.is_stalled(context) {
                return Poll::Pending;
            }
            next = Poll::Ready(Some(Err(DownloadFailed::Stalled)));
        }
        self.alarm = None;
        self.serving = None;
        match &next {
            Poll::Ready(Some(Ok(chunk))) => self.meter.add_down(chunk.len() as u64),
            Poll::Ready(Some(Err(error))) => tracing::warn!(%error, "an answer could not be passed on whole"),
            _ => {}
        }
        next
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        if let Some(foreign) = &self.foreign {
            foreign.ends();
        }
    }
}
