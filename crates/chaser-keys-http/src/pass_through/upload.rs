//! The request's body, streamed to the upstream: as fast as the upstream takes it, with a few chunks in memory.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};

use actix_web::dev::Payload;
use actix_web::http::header::HeaderMap;
use actix_web::rt;
use actix_web::rt::time::{Instant, timeout};
use actix_web::web::Bytes;
use chaser_keys_storage::TrafficMeter;
use futures_util::StreamExt;
use hyper::body::{Body, Frame, SizeHint};
use thiserror::Error;
use tokio::sync::mpsc;

use crate::headers::announces_body;
use crate::timeouts::UPLOAD_TIMEOUT;

/// Chunks between the client's connection and the upstream's; each is at most one read, some 64 KiB.
const CHUNKS: usize = 2;

/// The state of an upload, for the code that waits for the response.
pub(super) struct Upload {
    pub(super) failure: Cell<Option<UploadFailed>>,
    waiting_for: Cell<WaitingFor>,
}

/// Which side the body is waiting for.
#[derive(Clone, Copy)]
enum WaitingFor {
    Client,
    /// The upstream has had everything since this instant.
    Upstream(Instant),
}

/// The client did not send the body that it announced. The upstream's request is aborted.
#[derive(Clone, Copy, Debug, Error)]
pub(crate) enum UploadFailed {
    #[error("the client's body ended early or is malformed")]
    Broken,
    #[error("the client sent nothing for too long")]
    Stalled,
}

/// The body as the upstream's connection reads it.
pub(super) struct UploadBody(Option<mpsc::Receiver<Result<Bytes, UploadFailed>>>);

impl Upload {
    /// A body only if the client announced one: `Content-Length` is forwarded as it is, chunks as chunks.
    pub(super) fn begin(
        headers: &HeaderMap,
        payload: Payload,
        meter: Arc<TrafficMeter>,
    ) -> (UploadBody, Rc<Self>) {
        let upload = Rc::new(Self {
            failure: Cell::new(None),
            waiting_for: Cell::new(WaitingFor::Upstream(Instant::now())),
        });
        if !announces_body(headers) {
            return (UploadBody(None), upload);
        }
        let (sender, receiver) = mpsc::channel(CHUNKS);
        rt::spawn(Rc::clone(&upload).pump(payload, sender, meter));
        (UploadBody(Some(receiver)), upload)
    }

    /// Since when we wait for the upstream; now, while we wait for the client.
    pub(super) fn waiting_for_upstream_since(&self) -> Instant {
        match self.waiting_for.get() {
            WaitingFor::Client => Instant::now(),
            WaitingFor::Upstream(since) => since,
        }
    }

    /// Runs until the body ends or fails, or the upstream closes it.
    async fn pump(
        self: Rc<Self>,
        mut payload: Payload,
        chunks: mpsc::Sender<Result<Bytes, UploadFailed>>,
        meter: Arc<TrafficMeter>,
    ) {
        // Reserve first: the client's timeout must not run while the upstream is slow.
        while let Ok(room) = chunks.reserve().await {
            self.waiting_for.set(WaitingFor::Client);
            let next = tokio::select! {
                next = timeout(UPLOAD_TIMEOUT, payload.next()) => Some(next),
                () = chunks.closed() => None,
            };
            self.waiting_for.set(WaitingFor::Upstream(Instant::now()));
            match next {
                Some(Ok(Some(Ok(chunk)))) => {
                    meter.add_up(chunk.len() as u64);
                    room.send(Ok(chunk));
                }
                Some(Ok(Some(Err(_)))) => return room.send(Err(self.fail(UploadFailed::Broken))),
                Some(Err(_)) => return room.send(Err(self.fail(UploadFailed::Stalled))),
                // The end of the body, or the upstream closed it.
                Some(Ok(None)) | None => return,
            }
        }
    }

    fn fail(&self, failure: UploadFailed) -> UploadFailed {
        self.failure.set(Some(failure));
        failure
    }
}

impl Body for UploadBody {
    type Data = Bytes;
    type Error = UploadFailed;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, UploadFailed>>> {
        match &mut self.0 {
            Some(chunks) => chunks.poll_recv(context).map(|chunk| Some(chunk?.map(Frame::data))),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.0.is_none()
    }

    /// Unknown: a `Content-Length` from the client is in the head already.
    fn size_hint(&self) -> SizeHint {
        if self.0.is_none() { SizeHint::with_exact(0) } else { SizeHint::default() }
    }
}
