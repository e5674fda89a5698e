//! The request's body on its way to the upstream: as fast as the upstream takes it, a few chunks in memory.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_LENGTH, HeaderMap, TRANSFER_ENCODING};
use actix_web::rt;
use actix_web::rt::time::{Instant, timeout};
use actix_web::web::Bytes;
use chaser_keys_storage::TrafficMeter;
use futures_util::StreamExt;
use hyper::body::{Body, Frame, SizeHint};
use thiserror::Error;
use tokio::sync::mpsc;

/// Chunks between the client's connection and the upstream's; each is at most what one read brings, some 64 KiB.
const CHUNKS: usize = 2;
/// How long a client may send nothing while the upstream waits for more.
const CLIENT_TIMEOUT: Duration = Duration::from_secs(8);

/// What is known here of a body that travels elsewhere.
pub(super) struct Upload {
    pub(super) failure: Cell<Option<UploadFailed>>,
    turn: Cell<Turn>,
}

/// Who is to act for the body to move.
#[derive(Clone, Copy)]
enum Turn {
    /// The client has sent nothing that could be taken on.
    Clients,
    /// The upstream has what there is, since this moment.
    Upstreams(Instant),
}

/// The client did not send what it announced. The upstream's request is broken off with it.
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
    /// A body only where the client announced one: `Content-Length` goes on as it is, chunks as chunks.
    pub(super) fn begin(
        headers: &HeaderMap,
        payload: Payload,
        meter: Arc<TrafficMeter>,
    ) -> (UploadBody, Rc<Self>) {
        let upload =
            Rc::new(Self { failure: Cell::new(None), turn: Cell::new(Turn::Upstreams(Instant::now())) });
        if !is_announced(headers) {
            return (UploadBody(None), upload);
        }
        let (sender, receiver) = mpsc::channel(CHUNKS);
        rt::spawn(Rc::clone(&upload).pump(payload, sender, meter));
        (UploadBody(Some(receiver)), upload)
    }

    /// Since when it is the upstream that is waited for; while it is the client, since now.
    pub(super) fn upstream_is_waited_for_since(&self) -> Instant {
        match self.turn.get() {
            Turn::Clients => Instant::now(),
            Turn::Upstreams(since) => since,
        }
    }

    /// Until the body's end, its failure, or the upstream's loss of interest.
    async fn pump(
        self: Rc<Self>,
        mut payload: Payload,
        chunks: mpsc::Sender<Result<Bytes, UploadFailed>>,
        meter: Arc<TrafficMeter>,
    ) {
        // Room first: only a client that is waited for can be too slow.
        while let Ok(room) = chunks.reserve().await {
            self.turn.set(Turn::Clients);
            let next = tokio::select! {
                next = timeout(CLIENT_TIMEOUT, payload.next()) => Some(next),
                () = chunks.closed() => None,
            };
            self.turn.set(Turn::Upstreams(Instant::now()));
            match next {
                Some(Ok(Some(Ok(chunk)))) => {
                    meter.add_up(chunk.len() as u64);
                    room.send(Ok(chunk));
                }
                Some(Ok(Some(Err(_)))) => return room.send(Err(self.fail(UploadFailed::Broken))),
                Some(Err(_)) => return room.send(Err(self.fail(UploadFailed::Stalled))),
                // The body's end, or the upstream wants no more of it.
                Some(Ok(None)) | None => return,
            }
        }
    }

    fn fail(&self, failure: UploadFailed) -> UploadFailed {
        self.failure.set(Some(failure));
        failure
    }
}

/// Whether a request says that a body follows its head.
pub(super) fn is_announced(headers: &HeaderMap) -> bool {
    headers.contains_key(TRANSFER_ENCODING) || headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0")
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

    /// Unknown for chunks; a length stands in the head, where the client announced it.
    fn size_hint(&self) -> SizeHint {
        if self.0.is_none() { SizeHint::with_exact(0) } else { SizeHint::default() }
    }
}
