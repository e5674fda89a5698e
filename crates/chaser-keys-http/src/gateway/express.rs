//! Good keys at `/authorize`, answered straight from a connection's bytes: nearly all requests of a busy proxy.
//!
//! What a web framework does for each request costs several times what verifying the key does, and a good key needs
//! none of it: no route, no span, no line in the log. So only one thing is told here, a yes to a request that has
//! nothing special about it. Everything else takes the long way (`authorize.rs`), which knows how to refuse; nothing is
//! allocated here.

use std::cell::{Cell, RefCell};
use std::mem::MaybeUninit;
use std::rc::Rc;

use actix_web::web::{BufMut, BytesMut};
use chaser_keys::PresentedKey;
use chaser_keys_storage::{VerifiedKey, Verifier};
use httparse::{Header, Status};

use super::http_date::HttpDate;
use super::hyphenated::hyphenated;
use crate::authentication::bearer_token;
use crate::boundary::RequestId;

/// Requests with more are left to the framework.
const MOST_HEADERS: usize = 64;

/// One for each thread that serves.
pub(crate) struct Express {
    verifier: Verifier,
    date: RefCell<HttpDate>,
    /// Set while the server stops: every answer then asks the client to come back over another connection, and that is
    /// said by others.
    leaving: Rc<Cell<bool>>,
}

/// What the beginning of some bytes is.
#[derive(Debug, Eq, PartialEq)]
pub(crate) enum Seen {
    /// A request of so many bytes; its answer was written.
    Answered(usize),
    /// A request of so many bytes that asks for authorization, without anything that follows the head, and that has
    /// to be answered with something else than yes.
    Referred(usize),
    /// The beginning of a head.
    Incomplete,
    /// Nothing that is known here.
    Other,
}

/// What counts of a plain request.
struct Asked<'a> {
    credentials: Option<&'a [u8]>,
    request_id: Option<&'a [u8]>,
}

impl Express {
    pub(crate) fn new(verifier: Verifier, leaving: Rc<Cell<bool>>) -> Self {
        Self { verifier, date: RefCell::default(), leaving }
    }

    /// Looks at the first request in `input`, and answers it to `output` if it presents a good key; it is counted.
    pub(crate) fn look_at(&self, input: &[u8], output: &mut BytesMut) -> Seen {
        if self.leaving.get() {
            return Seen::Other;
        }
        let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
        let mut request = httparse::Request::new(&mut []);
        let length = match request.parse_with_uninit_headers(input, &mut headers) {
            Ok(Status::Complete(length)) => length,
            Ok(Status::Partial) => return Seen::Incomplete,
            Err(_) => return Seen::Other,
        };
        let Some(asked) = Asked::plainly_in(&request) else { return Seen::Other };
        let Some(key) = asked.credentials.and_then(|credentials| self.verify(credentials)) else {
            return Seen::Referred(length);
        };
        self.accept(&key, asked.request_id, output);
        Seen::Answered(length)
    }

    fn verify(&self, credentials: &[u8]) -> Option<VerifiedKey> {
        let key = PresentedKey::parse(bearer_token(credentials)?).ok()?;
        self.verifier.authenticate_at_once(key)
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

impl<'a> Asked<'a> {
    /// None unless it asks for authorization and is as plain as can be: HTTP/1.1, no body, no word about the
    /// connection, one of each header that counts. Whatever could be read in two ways is left to the framework.
    fn plainly_in(request: &httparse::Request<'_, 'a>) -> Option<Self> {
        if request.version != Some(1)
            || !is_plain_method(request.method?)
            || !asks_for_authorization(request.path?)
        {
            return None;
        }
        let (mut host, mut no_body) = (None, None);
        let mut asked = Self { credentials: None, request_id: None };
        for Header { name, value } in request.headers.iter() {
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            match name.len() {
                4 if is("host") => once(&mut host, value)?,
                13 if is("authorization") => once(&mut asked.credentials, value)?,
                12 if is("x-request-id") => once(&mut asked.request_id, value)?,
                14 if is("content-length") && *value == b"0" => once(&mut no_body, value)?,
                6 if is("expect") => return None,
                7 if is("upgrade") => return None,
                10 if is("connection") => return None,
                14 if is("content-length") => return None,
                17 if is("transfer-encoding") => return None,
                _ => {}
            }
        }
        host.map(|_| asked)
    }
}

/// None if there is one already.
fn once<'a>(place: &mut Option<&'a [u8]>, value: &'a [u8]) -> Option<()> {
    place.replace(value).is_none().then_some(())
}

/// The framework refuses some of the other characters that `httparse` lets pass. What follows the head of CONNECT is no
/// request.
fn is_plain_method(method: &str) -> bool {
    method != "CONNECT" && method.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
}

/// Below `/authorize` stands what Envoy was asked for. Where so much as a trace of a key may be in it, the long way
/// looks closer.
fn asks_for_authorization(url: &str) -> bool {
    let Some(original) = url.strip_prefix("/authorize") else { return false };
    original.is_empty()
        || original.starts_with(['/', '?']) && original.bytes().all(is_plain) && !original.contains("cha_")
}

/// Whether a character of a URL stands for itself, and in the path as in the query (RFC 3986 §3.3 and §3.4): of the
/// others, the framework refuses some.
fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@/?".contains(&byte)
}

#[cfg(test)]
mod tests {
    use allocation_counter::measure;
    use chaser_keys::{KeyMode, Peppers};
    use chaser_keys_storage::{
        DatabaseUrl, KeyCreation, Store, StoreOptions, run_migrations, schema_fingerprint,
    };
    use local_postgres::{BoxError, TestDatabase};

    use super::*;

    #[test]
    fn what_may_hide_a_key_or_is_another_path_goes_the_long_way() {
        let table = [
            ("/authorize", true),
            ("/authorize/", true),
            ("/authorize?a=b", true),
            ("/authorize/v1/sessions?a=b", true),
            ("/authorized", false),
            ("/authorize/cha_live_qMRiH5q", false),
            ("/authorize/c%68a_live_qMRiH5q", false),
            ("/authorize/<", false),
            ("/authorize?a=\"b\"", false),
            ("/authorize/\u{e9}", false),
            ("/authorize?key=cha_test_", false),
            ("/Authorize", false),
            ("//authorize", false),
            ("http://host/authorize", false),
            ("/", false),
            ("*", false),
        ];
        for (url, expected) in table {
            assert_eq!(asks_for_authorization(url), expected, "{url}");
        }
    }

    async fn migrate(url: String) -> Result<(), BoxError> {
        run_migrations(&url.parse::<DatabaseUrl>()?).await?;
        Ok(())
    }

    /// A node that knows one key, and that key.
    async fn express(database: &TestDatabase) -> (Express, String) {
        let url: DatabaseUrl = database.url().parse().unwrap();
        let peppers: Peppers = format!("p1:{}", "5a".repeat(32)).parse().unwrap();
        let store = Store::connect(&url, peppers, StoreOptions::default()).await.unwrap();
        let node = store.clone();
        tokio::spawn(async move { node.run_background(std::future::pending()).await });
        let workspace = store.create_workspace(&"Acme".parse().unwrap()).await.unwrap();
        let made = store.create_key(workspace, "ci".parse().unwrap(), KeyMode::Live, None).await.unwrap();
        let KeyCreation::Issued(issued) = made else { panic!("there was no Idempotency-Key") };
        store.until_ready().await;
        // Waits until the node has heard of the key.
        assert!(store.verifier().authenticate(&issued.secret).await.unwrap().is_some());
        (Express::new(store.verifier(), Rc::default()), issued.secret.expose().to_owned())
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn only_a_plain_request_with_a_good_key_is_answered_and_nothing_is_allocated() {
        let template = format!("chaser_keys_http-{}", schema_fingerprint());
        let database = TestDatabase::from_template(&template, migrate).await.unwrap();
        let (express, key) = express(&database).await;
        let mut output = BytesMut::with_capacity(4096);
        let good = format!("GET /authorize HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {key}\r\nX: y\r\n");
        let whole = good.len() + 2;
        let seen = |text: &str, output: &mut BytesMut| express.look_at(text.as_bytes(), output);

        assert_eq!(seen(&format!("{good}\r\nGET"), &mut output), Seen::Answered(whole));
        let answer = String::from_utf8(output.split().to_vec()).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n"), "{answer}");
        assert!(answer.ends_with(" GMT\r\n\r\n"), "{answer}");

        let plain = good.replace("X: y", "content-length: 0");
        assert!(matches!(seen(&format!("{plain}\r\n"), &mut output), Seen::Answered(_)));
        output.clear();
        assert_eq!(seen(&good, &mut output), Seen::Incomplete);
        let unknown = good.replace(&key[9..15], "AAAAAA");
        assert_eq!(seen(&format!("{unknown}\r\n"), &mut output), Seen::Referred(whole));
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
            assert_eq!(seen(&other, &mut output), Seen::Other, "{other}");
        }
        assert!(output.is_empty());

        let request = format!("{good}\r\n");
        express.leaving.set(true);
        assert_eq!(seen(&request, &mut output), Seen::Other, "the server stops");
        express.leaving.set(false);
        let counted = measure(|| {
            for _ in 0..1_000 {
                assert_eq!(seen(&request, &mut output), Seen::Answered(whole));
                output.clear();
            }
        });
        assert_eq!((counted.count_total, counted.bytes_total), (0, 0));
    }
}
