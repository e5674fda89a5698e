//! Answers plain requests with good keys: `/authorize`, and `POST /verify` for a key whose name is in memory.
//!
//! Nothing is allocated for `/authorize`. Requests are not written to the access log: at the level `debug` each has a line.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use actix_web::web::{BufMut, BytesMut};
use chaser_keys::{KeyName, PresentedKey};
use chaser_keys_storage::{Store, VerifiedKey, Verifier};

use super::batch::Batch;
use super::http_date::HttpDate;
use super::outcome::FastPathOutcome;
use super::plain_request::{Asks, PlainRequest};
use super::presented_in_json::presented_in;
use crate::headers::{FixedHeaders, RequestId, hyphenated};

/// One per worker thread.
pub(crate) struct Responder {
    verifier: Verifier,
    store: Store,
    /// The headers of every JSON response, as lines.
    fixed_headers: String,
    date: RefCell<HttpDate>,
    /// The body of a response to `/verify`, kept for its memory.
    body: RefCell<Vec<u8>>,
    /// While draining, every response needs `Connection: close`; the dispatcher sends that.
    draining: Rc<Cell<bool>>,
}

impl Responder {
    pub(crate) fn new(store: Store, fixed_headers: &FixedHeaders, draining: Rc<Cell<bool>>) -> Self {
        let lines = fixed_headers.iter().map(|(name, value)| format!("{name}: {value}\r\n"));
        Self {
            verifier: store.node().verifier(),
            store,
            fixed_headers: lines.collect(),
            date: RefCell::default(),
            body: RefCell::default(),
            draining,
        }
    }

    /// Answers the first request of the input, and up to `limit` pipelined requests to `/authorize` in total. It stops
    /// before the first one that it does not answer. Answered requests are counted, others are not.
    pub(super) fn answer(&self, input: &[u8], limit: usize, output: &mut BytesMut) -> FastPathOutcome {
        if self.draining.get() {
            return FastPathOutcome::NotPlain;
        }
        let first = match PlainRequest::first_of(input) {
            Ok(request) => request,
            Err(outcome) => return outcome,
        };
        let answered = match first.asks {
            Asks::Authorize(_) => self.authorize(&Batch::read(&first, input, limit), output),
            Asks::Verify(body) => self.verify(body, first.request_id, output).map(|()| first.length),
        };
        answered.map_or(FastPathOutcome::Fallback(first.length), FastPathOutcome::Answered)
    }

    /// Where the last answered request ends.
    fn authorize(&self, batch: &Batch<'_>, output: &mut BytesMut) -> Option<usize> {
        let good = self.verifier.verify_batch(&batch.keys);
        let mut end = None;
        for (key, (request_id, end_of_request)) in good.iter().zip(&batch.requests) {
            self.write_authorized(key, *request_id, output);
            end = Some(*end_of_request);
        }
        end
    }

    /// The same response as in `internal/authorize.rs`, without the headers that only browsers read.
    fn write_authorized(&self, key: &VerifiedKey, request_id: Option<&[u8]>, output: &mut BytesMut) {
        output.reserve(384);
        output.put_slice(
            b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\ncache-control: no-store\r\nx-chaser-key-id: ",
        );
        output.put_slice(&hyphenated(key.key_id.as_uuid().as_bytes()));
        output.put_slice(b"\r\nx-chaser-workspace-id: ");
        output.put_slice(&hyphenated(key.workspace_id.as_uuid().as_bytes()));
        output.put_slice(b"\r\nx-chaser-mode: ");
        output.put_slice(key.mode.as_str().as_bytes());
        output.put_slice(b"\r\n");
        write_request_id(key, request_id, output);
        self.write_date(output);
        output.put_slice(b"\r\n");
    }

    /// None, and nothing counted, unless the key is good and its name is in memory.
    fn verify(&self, body: &[u8], request_id: Option<&[u8]>, output: &mut BytesMut) -> Option<()> {
        let presented = PresentedKey::parse(presented_in(body)?).ok()?;
        let mut name = None;
        let key = self.verifier.verify_if(presented, |key| {
            name = self.store.cached_key_name(key.key_id);
            name.is_some()
        })?;
        self.write_verified(&key, &name?, request_id, output);
        Some(())
    }

    /// The same response as in `internal/verify.rs`.
    fn write_verified(
        &self,
        key: &VerifiedKey,
        name: &KeyName,
        request_id: Option<&[u8]>,
        output: &mut BytesMut,
    ) {
        let mut body = self.body.borrow_mut();
        write_verdict(key, name, &mut body);
        output.reserve(512 + body.len());
        output.put_slice(b"HTTP/1.1 200 OK\r\ncontent-length: ");
        // Writing to memory does not fail.
        let _ = serde_json::to_writer((&mut *output).writer(), &body.len());
        output.put_slice(b"\r\n");
        self.write_date(output);
        output.put_slice(b"content-type: application/json\r\ncache-control: no-store\r\n");
        output.put_slice(self.fixed_headers.as_bytes());
        write_request_id(key, request_id, output);
        output.put_slice(b"\r\n");
        output.put_slice(&body);
    }

    fn write_date(&self, output: &mut BytesMut) {
        output.put_slice(b"date: ");
        output.put_slice(self.date.borrow_mut().now());
        output.put_slice(b"\r\n");
    }
}

fn write_request_id(key: &VerifiedKey, request_id: Option<&[u8]>, output: &mut BytesMut) {
    let fresh = RequestId::fresh();
    let request_id = RequestId::harmless(request_id).unwrap_or(&fresh);
    output.put_slice(b"x-request-id: ");
    output.put_slice(request_id);
    output.put_slice(b"\r\n");
    tracing::debug!(
        request_id = %String::from_utf8_lossy(request_id),
        workspace_id = %key.workspace_id,
        key_id = %key.key_id,
        "answered by the fast path",
    );
}

/// `VerdictJson::Good` of `internal/verify.rs`.
fn write_verdict(key: &VerifiedKey, name: &KeyName, body: &mut Vec<u8>) {
    body.clear();
    body.extend_from_slice(b"{\"valid\":true,\"key_id\":\"");
    body.extend_from_slice(&hyphenated(key.key_id.as_uuid().as_bytes()));
    body.extend_from_slice(b"\",\"workspace_id\":\"");
    body.extend_from_slice(&hyphenated(key.workspace_id.as_uuid().as_bytes()));
    body.extend_from_slice(b"\",\"mode\":\"");
    body.extend_from_slice(key.mode.as_str().as_bytes());
    body.extend_from_slice(b"\",\"name\":");
    // A name may hold what JSON escapes. Writing to memory does not fail.
    let _ = serde_json::to_writer(&mut *body, name.as_str());
    body.push(b'}');
}

#[cfg(test)]
mod tests;
