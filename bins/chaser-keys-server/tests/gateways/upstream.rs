//! The API behind the proxy: answers what it saw of each request.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

pub(crate) struct Upstream {
    /// `host:port`
    pub(crate) address: String,
    seen: Arc<AtomicUsize>,
}

impl Upstream {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let seen = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&seen);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                tokio::spawn(serve(connection, Arc::clone(&counted)));
            }
        });
        Self { address, seen }
    }

    /// Requests that have reached it.
    pub(crate) fn seen(&self) -> usize {
        self.seen.load(Ordering::SeqCst)
    }
}

async fn serve(connection: TcpStream, seen: Arc<AtomicUsize>) {
    let mut connection = BufReader::new(connection);
    while let Some(request) = read_request(&mut connection).await {
        seen.fetch_add(1, Ordering::SeqCst);
        let body = request.to_string();
        let answer = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        if connection.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

/// The request's line, its headers in lower case, and the length of its body.
async fn read_request(connection: &mut BufReader<TcpStream>) -> Option<Value> {
    let line = read_line(connection).await?;
    let mut headers = serde_json::Map::new();
    loop {
        let header = read_line(connection).await?;
        if header.is_empty() {
            break;
        }
        let (name, value) = header.split_once(':')?;
        headers.insert(name.to_ascii_lowercase(), json!(value.trim()));
    }
    let announced = headers.get("content-length").and_then(|length| length.as_str()?.parse().ok());
    let is_chunked = headers.contains_key("transfer-encoding");
    let body = if is_chunked {
        read_chunks(connection).await?
    } else {
        skip(connection, announced.unwrap_or(0)).await?
    };
    Some(json!({ "line": line, "headers": headers, "body_bytes": body }))
}

async fn read_chunks(connection: &mut BufReader<TcpStream>) -> Option<usize> {
    let mut total = 0;
    loop {
        let size = usize::from_str_radix(&read_line(connection).await?, 16).ok()?;
        total += skip(connection, size).await?;
        read_line(connection).await?;
        if size == 0 {
            return Some(total);
        }
    }
}

async fn skip(connection: &mut BufReader<TcpStream>, length: usize) -> Option<usize> {
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await.ok()
}

async fn read_line(connection: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = String::new();
    let length = connection.read_line(&mut line).await.ok()?;
    (length > 0).then(|| line.trim_end().to_owned())
}
