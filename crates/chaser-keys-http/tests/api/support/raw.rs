//! Bytes on a socket, for what no HTTP client would send.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// The requirement: no stalled client holds a connection for longer.
const LONGEST_STALL: Duration = Duration::from_secs(10);

/// A connection without a client library.
pub(crate) struct RawConnection(TcpStream);

/// An answer as it stood on the wire.
#[derive(Debug)]
pub(crate) struct RawAnswer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl RawConnection {
    pub(crate) async fn open(address: SocketAddr) -> Self {
        Self(TcpStream::connect(address).await.unwrap())
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Sends, whether or not the server still listens.
    pub(crate) async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Everything up to the end of the connection, which must come within ten seconds.
    pub(crate) async fn read_to_end(&mut self) -> Vec<RawAnswer> {
        RawAnswer::all_in(&self.read_bytes_to_end().await)
    }

    /// The same, as it is.
    pub(crate) async fn read_bytes_to_end(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let reading = self.0.read_to_end(&mut bytes);
        // A reset after the answer is an end, too.
        let _ = timeout(LONGEST_STALL, reading).await.expect("the server kept the connection open");
        bytes
    }

    /// One answer; the connection stays open.
    pub(crate) async fn read_answer(&mut self) -> RawAnswer {
        let mut bytes = Vec::new();
        loop {
            if let Some((answer, _)) = RawAnswer::first_in(&bytes) {
                return answer;
            }
            let reading = self.0.read_buf(&mut bytes);
            let read = timeout(LONGEST_STALL, reading).await.expect("no answer").unwrap();
            assert!(read > 0, "the connection ended before an answer");
        }
    }
}

impl RawAnswer {
    fn all_in(mut bytes: &[u8]) -> Vec<Self> {
        let mut answers = Vec::new();
        while let Some((answer, rest)) = Self::first_in(bytes) {
            answers.push(answer);
            bytes = rest;
        }
        assert!(bytes.is_empty(), "half an answer: {}", String::from_utf8_lossy(bytes));
        answers
    }

    fn first_in(bytes: &[u8]) -> Option<(Self, &[u8])> {
        let end_of_head = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        let head = String::from_utf8(bytes[..end_of_head].to_vec()).unwrap();
        let length = header_of(&head, "content-length").map_or(0, |length| length.parse().unwrap());
        let body = bytes.get(end_of_head..end_of_head + length)?;
        let answer = Self {
            status: head[9..12].parse().unwrap(),
            body: String::from_utf8(body.to_vec()).unwrap(),
            head,
        };
        Some((answer, &bytes[end_of_head + length..]))
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        header_of(&self.head, name)
    }

    /// Status and code, once it is seen that the answer has what every refusal has.
    pub(crate) fn refusal(&self) -> (u16, String) {
        assert!(self.header("x-request-id").is_some_and(|id| !id.is_empty()), "{self:?}");
        assert_eq!(self.header("content-type"), Some("application/json"), "{self:?}");
        assert_eq!(self.header("x-content-type-options"), Some("nosniff"), "{self:?}");
        let body: Value =
            serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no envelope: {self:?}"));
        assert!(body["error"]["message"].as_str().unwrap().len() > 20, "{self:?}");
        (self.status, body["error"]["code"].as_str().unwrap().to_owned())
    }
}

fn header_of<'head>(head: &'head str, name: &str) -> Option<&'head str> {
    head.lines().find_map(|line| {
        let (key, value) = line.split_once(": ")?;
        key.eq_ignore_ascii_case(name).then_some(value)
    })
}

/// Sends bytes on a new connection and reads until the server closes it.
pub(crate) async fn answers_of(address: SocketAddr, bytes: impl AsRef<[u8]>) -> Vec<RawAnswer> {
    let mut connection = RawConnection::open(address).await;
    connection.send(bytes).await;
    connection.read_to_end().await
}
