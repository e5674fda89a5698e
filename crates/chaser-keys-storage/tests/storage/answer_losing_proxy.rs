//! A proxy before PostgreSQL that loses the confirmation of a commit on request.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio_postgres::config::Host;

/// The command tags (`CommandComplete` in PostgreSQL's protocol) that confirm a commit: of a procedure that is a
/// transaction by itself, and of the end of a longer one.
const CALLED: &[u8] = b"CALL\0";
const COMMITTED: &[u8] = b"COMMIT\0";

pub(crate) struct AnswerLosingProxy {
    pub(crate) url: String,
    losing: Losing,
    _directory: tempfile::TempDir,
}

/// Which confirmations are lost.
#[derive(Clone, Default)]
struct Losing {
    calls: Arc<AtomicBool>,
    commits: Arc<AtomicBool>,
}

impl AnswerLosingProxy {
    pub(crate) fn start(database_url: &str) -> Self {
        let config: tokio_postgres::Config = database_url.parse().unwrap();
        let [Host::Unix(directory)] = config.get_hosts() else {
            panic!("tests reach PostgreSQL over a unix socket")
        };
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let server = directory.join(format!(".s.PGSQL.{port}"));

        let directory = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(directory.path().join(".s.PGSQL.5432")).unwrap();
        let losing = Losing::default();
        tokio::spawn(accept(listener, server, losing.clone()));
        let host = directory.path().display().to_string().replace('/', "%2F");
        let user = config.get_user().unwrap();
        let url = format!("postgresql:///{}?host={host}&user={user}", config.get_dbname().unwrap());
        Self { url, losing, _directory: directory }
    }

    /// From now on, loses the response that confirms a call, and closes the connection.
    pub(crate) fn lose_answers(&self, losing: bool) {
        self.losing.calls.store(losing, Ordering::SeqCst);
    }

    /// The same for the response to the end of a transaction.
    pub(crate) fn lose_answers_to_commits(&self, losing: bool) {
        self.losing.commits.store(losing, Ordering::SeqCst);
    }
}

async fn accept(listener: UnixListener, server: PathBuf, losing: Losing) {
    while let Ok((client, _)) = listener.accept().await {
        let server = UnixStream::connect(&server).await.unwrap();
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        tokio::spawn(pass_on(from_client, to_server));
        tokio::spawn(pass_back(from_server, to_client, losing.clone()));
    }
}

async fn pass_on(mut from_client: OwnedReadHalf, mut to_server: OwnedWriteHalf) {
    _ = tokio::io::copy(&mut from_client, &mut to_server).await;
}

async fn pass_back(mut from_server: OwnedReadHalf, mut to_client: OwnedWriteHalf, losing: Losing) {
    let mut answer = [0; 8192];
    while let Ok(length @ 1..) = from_server.read(&mut answer).await {
        let answer = &answer[..length];
        if losing.loses(answer) || to_client.write_all(answer).await.is_err() {
            return;
        }
    }
}

impl Losing {
    /// PostgreSQL sends either tag after the commit (for calls: outside a transaction).
    fn loses(&self, answer: &[u8]) -> bool {
        let confirms = |tag: &[u8]| answer.windows(tag.len()).any(|part| part == tag);
        (self.calls.load(Ordering::SeqCst) && confirms(CALLED))
            || (self.commits.load(Ordering::SeqCst) && confirms(COMMITTED))
    }
}
