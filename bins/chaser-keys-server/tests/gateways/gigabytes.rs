//! A gigabyte each way through the real server, whose memory is watched.

use futures_util::{StreamExt, stream};
use reqwest::{Body, Client};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::database;
use crate::http::{Customer, create_user};
use crate::running_server::RunningServer;

const GIGABYTE: usize = 1 << 30;
const CHUNK: usize = 256 << 10;
/// What the server may need more than before: the buffers of a connection on each side, and what the allocator keeps.
const CONSTANT: u64 = 32 << 20;

#[tokio::test(flavor = "multi_thread")]
async fn a_gigabyte_goes_up_and_down_in_constant_memory() {
    let database = database::migrated().await;
    create_user(database.url()).await;
    let api = serve_gigabytes().await;
    let server = RunningServer::start_with(database.url(), &[("CHASER_UPSTREAM", &api)]).await;
    let key = Customer::sign_in(&server.url).await.create_key("bulk").await;
    let secret = key["secret"].as_str().unwrap();
    let url = format!("{}/v1/bulk", server.url);
    let client = Client::new();
    let small = client.post(&url).bearer_auth(secret).body("x").send().await.unwrap();
    assert_eq!(small.bytes().await.unwrap().len(), 1);
    let before = most_memory(&server);

    let chunks = stream::iter((0..GIGABYTE / CHUNK).map(|_| Ok::<_, std::io::Error>(vec![7; CHUNK])));
    let answer = client.post(&url).bearer_auth(secret).body(Body::wrap_stream(chunks)).send().await.unwrap();
    assert_eq!(answer.headers()["x-received"], GIGABYTE.to_string());
    let mut received = 0;
    let mut body = answer.bytes_stream();
    while let Some(chunk) = body.next().await {
        received += chunk.unwrap().len();
    }
    assert_eq!(received, GIGABYTE);
    let grown = most_memory(&server) - before;
    assert!(grown < CONSTANT, "it grew by {grown} bytes");
}

/// The largest resident memory that a process has had, in bytes.
fn most_memory(server: &RunningServer) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

/// An API that takes a body and answers with as many bytes as it was sent.
async fn serve_gigabytes() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(give_back(connection));
        }
    });
    url
}

/// For one request, whose body comes in chunks or with a length.
async fn give_back(mut connection: TcpStream) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await.unwrap());
    }
    let head = String::from_utf8(head).unwrap().to_ascii_lowercase();
    let received = match head.split("content-length: ").nth(1) {
        Some(length) => skip(&mut connection, length.split("\r\n").next().unwrap().parse().unwrap()).await,
        None => skip_chunks(&mut connection).await,
    };
    let answer = format!(
        "HTTP/1.1 200 OK\r\nX-Received: {received}\r\nContent-Length: {received}\r\nConnection: close\r\n\r\n"
    );
    connection.write_all(answer.as_bytes()).await.unwrap();
    let chunk = vec![8; CHUNK];
    let mut left = received;
    while left > 0 {
        let next = left.min(CHUNK);
        connection.write_all(&chunk[..next]).await.unwrap();
        left -= next;
    }
}

async fn skip_chunks(connection: &mut TcpStream) -> usize {
    let mut total = 0;
    loop {
        let mut line = Vec::new();
        while !line.ends_with(b"\r\n") {
            line.push(connection.read_u8().await.unwrap());
        }
        let size = usize::from_str_radix(std::str::from_utf8(&line).unwrap().trim(), 16).unwrap();
        total += skip(connection, size).await;
        skip(connection, 2).await;
        if size == 0 {
            return total;
        }
    }
}

async fn skip(connection: &mut TcpStream, length: usize) -> usize {
    let mut taken = connection.take(length as u64);
    tokio::io::copy(&mut taken, &mut tokio::io::sink()).await.unwrap();
    length
}
