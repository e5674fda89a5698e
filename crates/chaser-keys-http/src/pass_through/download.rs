//! The response's body, streamed to the client: read from the upstream only as fast as the client takes it.

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

use crate::connection_state::{ConnectionTimer, InFlight, UpstreamBodyState};

/// The upstream did not send all of the body. The client's connection is reset: a truncated response must not look
/// complete.
#[derive(Debug, Error)]
pub(super) enum DownloadFailed {
    #[error("the upstream's response broke off: {0}")]
    Broken(#[from] hyper::Error),
    #[error("the upstream sent nothing for too long")]
    Stalled,
}

/// The chunks of the body.
pub(super) struct Download {
    body: Incoming,
    timeout: Duration,
    /// Set while waiting for the upstream.
    alarm: Option<Pin<Box<Sleep>>>,
    timer: Option<Rc<ConnectionTimer>>,
    /// Pauses the client connection's timer while waiting for the upstream.
    in_flight: Option<InFlight>,
    body_state: Option<Rc<UpstreamBodyState>>,
    meter: Arc<TrafficMeter>,
}

impl Download {
    pub(super) fn begin(
        body: Incoming,
        timeout: Duration,
        timer: Option<Rc<ConnectionTimer>>,
        body_state: Option<Rc<UpstreamBodyState>>,
        meter: Arc<TrafficMeter>,
    ) -> Self {
        if let Some(state) = &body_state {
            state.begin();
        }
        Self { body, timeout, alarm: None, timer, in_flight: None, body_state, meter }
    }

    fn poll_body(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, DownloadFailed>>> {
        loop {
            match ready!(Pin::new(&mut self.body).poll_frame(context)) {
                // Trailers are dropped, as most proxies do; few clients read them.
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

    /// Whether the upstream has sent nothing for too long.
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
            if let Some(timer) = self.timer.clone() {
                self.in_flight.get_or_insert_with(|| InFlight::begin(&timer));
            }
            if !self.is_stalled(context) {
                return Poll::Pending;
            }
            next = Poll::Ready(Some(Err(DownloadFailed::Stalled)));
        }
        self.alarm = None;
        self.in_flight = None;
        match &next {
            Poll::Ready(Some(Ok(chunk))) => self.meter.add_down(chunk.len() as u64),
            Poll::Ready(Some(Err(error))) => {
                tracing::warn!(%error, "a response was not forwarded completely");
            }
            _ => {}
        }
        next
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        if let Some(state) = &self.body_state {
            state.end();
        }
    }
}
