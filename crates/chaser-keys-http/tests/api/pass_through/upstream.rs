//! The API behind the server. It shows what it is sent, and sends what it is told.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Upstream {
    listener: TcpListener,
    pub(super) url: String,
}

/// A connection from the server.
pub(super) struct Connection {
    stream: TcpStream,
    /// What was read and belongs to what comes next.
    ahead: Vec<u8>,
}

/// The head of a request as it stood on the wire.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) line: String,
    headers: Vec<(String, String)>,
}

impl Upstream {
    pub(super) async fn bind() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        Self { listener, url }
    }

    pub(super) async fn accept(&self) -> Connection {
        let (stream, _) = timeout(PATIENCE, self.listener.accept()).await.expect("nobody came").unwrap();
        Connection { stream, ahead: Vec::new() }
    }

    /// The next request's connection and head.
    pub(super) async fn accept_request(&self) -> (Connection, Head) {
        let mut connection = self.accept().await;
        let head = connection.read_head().await.expect("a request");
        (connection, head)
    }

    /// Answers one request, on a connection of its own.
    pub(super) async fn answer(&self, answer: impl AsRef<[u8]>) -> Head {
        let (mut connection, head) = self.accept_request().await;
        connection.send(answer).await;
        head
    }

    /// All that arrives on each connection while a client does something. Whoever has sent a head gets an answer.
    pub(super) async fn everything_during(&self, work: impl Future) -> Vec<Vec<u8>> {
        let mut connections = JoinSet::new();
        let accepting = async {
            loop {
                let mut connection = self.accept().await;
                connections.spawn(async move { connection.read_answer_and_read_on().await });
            }
        };
        tokio::select! {
            () = accepting => {}
            _ = work => {}
        }
        connections.join_all().await
    }

    /// Whether nobody has come and nobody is on the way: call it once the client has its answer.
    pub(super) async fn was_left_alone(&self) -> bool {
        timeout(Duration::from_millis(50), self.listener.accept()).await.is_err()
    }
}

impl Connection {
    /// None at the end of the connection.
    pub(super) async fn read_head(&mut self) -> Option<Head> {
        loop {
            if let Some(end) = self.ahead.windows(4).position(|window| window == b"\r\n\r\n") {
                let head: Vec<u8> = self.ahead.drain(..end + 4).collect();
                return Some(Head::parse(std::str::from_utf8(&head).unwrap()));
            }
            if !self.read_more().await {
                assert!(self.ahead.is_empty(), "half a head: {}", String::from_utf8_lossy(&self.ahead));
                return None;
            }
        }
    }

    async fn read_answer_and_read_on(&mut self) -> Vec<u8> {
        while !self.ahead.windows(4).any(|window| window == b"\r\n\r\n") && self.read_more().await {}
        // Whatever belongs to the head has time to come, too.
        let _ = timeout(Duration::from_millis(50), async { while self.read_more().await {} }).await;
        self.try_send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").await;
        self.read_to_end().await
    }

    /// Exactly so many bytes; none if the connection ends before.
    pub(super) async fn read(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.ahead.len() < length {
            if !self.read_more().await {
                return None;
            }
        }
        Some(self.ahead.drain(..length).collect())
    }

    /// Everything up to the end of the connection.
    pub(super) async fn read_to_end(&mut self) -> Vec<u8> {
        while self.read_more().await {}
        std::mem::take(&mut self.ahead)
    }

    /// A whole body in chunks, without their framing; none if it broke off.
    pub(super) async fn read_chunks(&mut self) -> Option<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let line = self.read_line().await?;
            let size = usize::from_str_radix(&line, 16).expect("a plain chunk size");
            body.extend(self.read(size).await?);
            assert_eq!(self.read_line().await?, "");
            if size == 0 {
                return Some(body);
            }
        }
    }

    async fn read_line(&mut self) -> Option<String> {
        loop {
            if let Some(end) = self.ahead.windows(2).position(|window| window == b"\r\n") {
                let line: Vec<u8> = self.ahead.drain(..end + 2).collect();
                return Some(String::from_utf8(line[..end].to_vec()).unwrap());
            }
            if !self.read_more().await {
                return None;
            }
        }
    }

    pub(super) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).await.unwrap();
    }

    /// Sends, whether or not anybody takes it.
    pub(super) async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.stream.write_all(bytes.as_ref()).await.is_ok()
    }

    /// Waits until the server has closed or broken off the connection.
    pub(super) async fn until_it_ends(mut self) {
        while self.read_more().await {}
    }

    async fn read_more(&mut self) -> bool {
        let reading = self.stream.read_buf(&mut self.ahead);
        timeout(PATIENCE, reading).await.expect("nothing came").unwrap_or(0) > 0
    }
}

impl Head {
    fn parse(text: &str) -> Self {
        let mut lines = text.trim_end().split("\r\n");
        let line = lines.next().unwrap().to_owned();
        let pairs = lines.map(|line| line.split_once(": ").unwrap());
        let headers = pairs.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
        Self { line, headers }
    }

    /// All values of a header.
    pub(super) fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The header's only value; none where it is missing.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let values = self.all(name);
        assert!(values.len() <= 1, "{name} stands more than once: {self:?}");
        values.first().copied()
    }
}
