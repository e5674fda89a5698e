//! The network between one node and PostgreSQL, which can be broken.
//!
//! What is under way while it is broken is not lost for good: like TCP, it arrives late. That is the harder case.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::watch;

/// What the network does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum State {
    Whole,
    /// Nothing arrives on either side.
    Dropped,
    /// PostgreSQL hears nothing; the node would hear it.
    DeafPostgres,
    /// The node hears nothing; PostgreSQL hears it.
    DeafNode,
    /// Everything arrives so much later.
    Slow(Duration),
}

#[derive(Clone, Copy)]
enum Direction {
    ToPostgres,
    ToNode,
}

impl State {
    fn holds_up(self, direction: Direction) -> bool {
        matches!(
            (self, direction),
            (Self::Dropped, _)
                | (Self::DeafPostgres, Direction::ToPostgres)
                | (Self::DeafNode, Direction::ToNode)
        )
    }
}

pub(crate) struct Link {
    pub(crate) address: SocketAddr,
    state: watch::Sender<State>,
}

impl Link {
    /// To PostgreSQL's socket.
    pub(crate) async fn to(postgres: PathBuf) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (state, watched) = watch::channel(State::Whole);
        tokio::spawn(async move {
            while let Ok((node, _)) = listener.accept().await {
                tokio::spawn(carry(node, postgres.clone(), watched.clone()));
            }
        });
        Self { address, state }
    }

    pub(crate) fn become_(&self, state: State) {
        self.state.send_replace(state);
    }
}

async fn carry(node: tokio::net::TcpStream, postgres: PathBuf, mut state: watch::Receiver<State>) {
    _ = node.set_nodelay(true);
    if passable(&mut state, Direction::ToPostgres).await.is_none() {
        return;
    }
    // PostgreSQL may be down; the node sees a closed connection.
    let Ok(postgres) = UnixStream::connect(postgres).await else { return };
    let (from_node, to_node) = node.into_split();
    let (from_postgres, to_postgres) = postgres.into_split();
    let there = pass(from_node, to_postgres, state.clone(), Direction::ToPostgres);
    let back = pass(from_postgres, to_node, state, Direction::ToNode);
    // When one side closes, both are closed.
    tokio::select! {
        () = there => {}
        () = back => {}
    }
}

async fn pass(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut state: watch::Receiver<State>,
    direction: Direction,
) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        if passable(&mut state, direction).await.is_none() {
            return;
        }
        let state_now = *state.borrow();
        if let State::Slow(delay) = state_now {
            tokio::time::sleep(delay).await;
        }
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
}

/// Waits until something passes in a direction; none when the test is over.
async fn passable(state: &mut watch::Receiver<State>, direction: Direction) -> Option<()> {
    state.wait_for(|state| !state.holds_up(direction)).await.ok().map(|_| ())
}
