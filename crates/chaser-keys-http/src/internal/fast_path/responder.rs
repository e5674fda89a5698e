//! Good keys at `/authorize`, answered straight from a connection's bytes: nearly all requests of a busy proxy.
//!
//! What a web framework does for each request costs several times what verifying the key does, and a good key needs
//! none of it: no route, no span, no line in the log. So only one thing is told here, a yes to a request that has
//! nothing special about it. Everything else takes the long way (`authorize.rs`), which knows how to refuse; nothing is
//! allocated here.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use actix_web::web::{BufMut, BytesMut};
use arrayvec::ArrayVec;
use chaser_keys::PresentedKey;
use chaser_keys_storage::{VerifiedKey, Verifier};

use super::http_date::HttpDate;
use super::hyphenated::hyphenated;
use super::plain_request::PlainRequest;
use crate::authentication::bearer_token;
use crate::headers::RequestId;

/// One for each thread that serves.
pub(crate) struct Responder {
    verifier: Verifier,
    date: RefCell<HttpDate>,
    /// Set while the server stops: every answer then asks the client to come back over another connection, and that is
    /// said by others.
    draining: Rc<Cell<bool>>,
}

/// What some bytes begin with.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Outcome {
    /// Requests of so many bytes in all; their answers were written.
    Answered(usize),
    /// A request of so many bytes that asks for authorization, without anything that follows the head, and that has
    /// to be answered with something else than yes.
    Fallback(usize),
    /// The beginning of a head.
    Incomplete,
    /// Nothing that is known here.
    NotPlain,
}

/// Requests that came together, one after the other.
#[derive(Default)]
struct Batch<'a> {
    keys: ArrayVec<PresentedKey<'a>, { Verifier::BATCH }>,
    /// The id of each, as the client has it, and where the request ends.
    requests: ArrayVec<(Option<&'a [u8]>, usize), { Verifier::BATCH }>,
}

impl Responder {
    pub(crate) fn new(verifier: Verifier, draining: Rc<Cell<bool>>) -> Self {
        Self { verifier, date: RefCell::default(), draining }
    }

    /// Looks at the first requests in `input`, at most so many, and answers to `output` those before the first that does
    /// not present a good key; they are counted. If that is the very first, tells what it is.
    pub(crate) fn answer(&self, input: &[u8], most: usize, output: &mut BytesMut) -> Outcome {
        if self.draining.get() {
            return Outcome::NotPlain;
        }
        let mut run = Batch::default();
        let end = run.read(input, most);
        let good = self.verifier.verify_batch(&run.keys);
        let mut answered = None;
        for (key, (request_id, end)) in good.iter().zip(&run.requests) {
            self.accept(key, *request_id, output);
            answered = Some(*end);
        }
        match (answered, run.requests.first()) {
            (Some(answered), _) => Outcome::Answered(answered),
            (None, Some((_, length))) => Outcome::Fallback(*length),
            (None, None) => end,
        }
    }

    /// The same answer as in `authorize.rs`, but for the headers that only browsers read.
    fn accept(&self, key: &VerifiedKey, request_id: Option<&[u8]>, output: &mut BytesMut) {
        let fresh = RequestId::fresh();
        let request_id = RequestId::harmless(request_id).unwrap_or(&fresh);
        output.reserve(384);
        output.put_slice(
            b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\ncache-control: no-store\r\nx-chaser-key-id: ",
        );
        output.put_slice(&hyphenated(key.key_id.as_uuid().as_bytes()));
        output.put_slice(b"\r\nx-chaser-workspace-id: ");
        output.put_slice(&hyphenated(key.workspace_id.as_uuid().as_bytes()));
        output.put_slice(b"\r\nx-chaser-mode: ");
        output.put_slice(key.mode.as_str().as_bytes());
        output.put_slice(b"\r\nx-request-id: ");
        output.put_slice(request_id);
        output.put_slice(b"\r\ndate: ");
        output.put_slice(self.date.borrow_mut().now());
        output.put_slice(b"\r\n\r\n");
        tracing::debug!(
            request_id = %String::from_utf8_lossy(request_id),
            workspace_id = %key.workspace_id,
            key_id = %key.key_id,
            "authorized",
        );
    }
}

impl<'a> Batch<'a> {
    /// Reads requests that present what may be a key, and tells what comes after them if it is something else.
    fn read(&mut self, input: &'a [u8], most: usize) -> Outcome {
        let mut start = 0;
        while self.keys.len() < most.min(Verifier::BATCH) {
            let (length, request) = match PlainRequest::at_the_beginning_of(&input[start..]) {
                Ok(plain) => plain,
                Err(seen) => return seen,
            };
            let key = request.credentials.and_then(bearer_token).map(PresentedKey::parse);
            let Some(Ok(key)) = key else { return Outcome::Fallback(length) };
            start += length;
            self.keys.push(key);
            self.requests.push((request.request_id, start));
        }
        Outcome::Incomplete
    }
}

#[cfg(test)]
mod tests {
    use allocation_counter::measure;
    use chaser_keys::{KeyMode, Peppers};
    use chaser_keys_storage::testing::{issued, migrated_database, start_node};
    use chaser_keys_storage::{SecretConfirmation, StoreOptions};
    use local_postgres::TestDatabase;

    use super::*;

    /// A node that knows one key, and that key.
    async fn express(database: &TestDatabase) -> (Responder, String) {
        let peppers: Peppers = format!("p1:{}", "5a".repeat(32)).parse().unwrap();
        let store = start_node(database.url(), peppers, StoreOptions::default()).await;
        let workspace = store.create_workspace(&"Acme".parse().unwrap()).await.unwrap();
        let made = store
            .create_key(workspace, "ci".parse().unwrap(), KeyMode::Live, None, SecretConfirmation::NotNeeded)
            .await
            .unwrap();
        let issued = issued(made);
        // Waits until the node has heard of the key.
        assert!(store.node().verifier().verify(&issued.secret).await.unwrap().is_some());
        (Responder::new(store.node().verifier(), Rc::default()), issued.secret.expose().to_owned())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn only_a_plain_request_with_a_good_key_is_answered_and_nothing_is_allocated() {
        let database = migrated_database().await;
        let (express, key) = express(&database).await;
        let mut output = BytesMut::with_capacity(4096);
        let good = format!("GET /authorize HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\nX: y\r\n");
        let whole = good.len() + 2;
        let seen = |text: &str, output: &mut BytesMut| express.answer(text.as_bytes(), usize::MAX, output);

        assert_eq!(seen(&format!("{good}\r\nGET"), &mut output), Outcome::Answered(whole));
        let answer = String::from_utf8(output.split().to_vec()).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n"), "{answer}");
        assert!(answer.ends_with(" GMT\r\n\r\n"), "{answer}");

        let plain = good.replace("X: y", "content-length: 0");
        assert!(matches!(seen(&format!("{plain}\r\n"), &mut output), Outcome::Answered(_)));
        output.clear();
        assert_eq!(seen(&good, &mut output), Outcome::Incomplete);
        let unknown = good.replace(&key[9..15], "AAAAAA");
        assert_eq!(seen(&format!("{unknown}\r\n"), &mut output), Outcome::Fallback(whole));
        for (there, instead) in [
            ("HTTP/1.1", "HTTP/1.0"),
            ("GET /authorize", "GET /metrics"),
            ("GET", "CONNECT"),
            ("GET", "G$T"),
            ("Host: a", "Hast: a"),
            ("X: y", "Host: b"),
            ("X: y", "Authorization: Bearer x"),
            ("X: y", "Connection: close"),
            ("X: y", "connection: keep-alive"),
            ("X: y", "Content-Length: 3"),
            ("X: y", "Content-Length: 00"),
            ("X: y", "Content-Length: 0\r\nContent-Length: 0"),
            ("X: y", "Transfer-Encoding: chunked"),
            ("X: y", "Expect: 100-continue"),
            ("X: y", "Upgrade: websocket"),
            ("X: y", "X : y"),
            ("X: y", " folded"),
        ] {
            let other = format!("{}\r\n", good.replace(there, instead));
            assert_eq!(seen(&other, &mut output), Outcome::NotPlain, "{other}");
        }
        assert!(output.is_empty());

        let request = format!("{good}\r\n");
        // Those before the first that is not good, and no more than are looked up together.
        let bad = format!("{unknown}\r\n");
        assert_eq!(
            seen(&format!("{request}{request}{bad}{request}"), &mut output),
            Outcome::Answered(2 * whole)
        );
        assert_eq!(String::from_utf8(output.split().to_vec()).unwrap().matches("HTTP/1.1 200 OK").count(), 2);
        assert_eq!(seen(&format!("{request}{good}"), &mut output), Outcome::Answered(whole));
        let many = request.repeat(Verifier::BATCH + 1);
        assert_eq!(seen(&many, &mut output), Outcome::Answered(Verifier::BATCH * whole));
        output.clear();
        express.draining.set(true);
        assert_eq!(seen(&request, &mut output), Outcome::NotPlain, "the server stops");
        express.draining.set(false);
        let counted = measure(|| {
            for _ in 0..1_000 {
                assert_eq!(seen(&request, &mut output), Outcome::Answered(whole));
                output.clear();
            }
        });
        assert_eq!((counted.count_total, counted.bytes_total), (0, 0));
    }
}
