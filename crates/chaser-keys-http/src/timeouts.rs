//! Every timeout of the server and of its connections.
//!
//! Two are settings instead: how long the upstream may be silent (`UpstreamOptions::timeout`), and the limits that
//! PostgreSQL gets (the store's).

use std::time::Duration;

/// Between two requests on a connection, and for the client to take a part of a response. Short, because an idle
/// connection costs a file descriptor that an attacker can hold for nothing.
pub(crate) const IDLE_TIMEOUT: Duration = Duration::from_secs(8);

/// For a request's head, from its first byte to its last. One deadline, so that a byte a second does not extend it.
pub(crate) const HEAD_TIMEOUT: Duration = Duration::from_secs(5);

/// For a JSON or form body, from the end of the head to the end of the body.
pub(crate) const BODY_TIMEOUT: Duration = Duration::from_secs(8);

/// For the rest of a request that was refused before all of it arrived: long enough for the client to read the refusal
/// instead of a reset.
pub(crate) const CLOSING_TIMEOUT: Duration = Duration::from_secs(1);

/// For a connection to be shut down after its last response: what the client still sends is read and dropped meanwhile.
pub(crate) const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// Pass-through: between two parts of a body that the client sends, while the upstream waits for it.
pub(crate) const UPLOAD_TIMEOUT: Duration = Duration::from_secs(8);

/// Pass-through: for the upstream to accept a connection. It is in the same network.
pub(crate) const UPSTREAM_CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// Pass-through: how long an idle connection to the upstream is kept. Shorter than servers keep theirs (Node.js:
/// 5 seconds), so that a request seldom meets a connection that the upstream is closing.
pub(crate) const UPSTREAM_IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// Stopping: for the listening sockets to close before connections are drained. A client that reconnected earlier would
/// be accepted and never served.
pub(crate) const LISTENERS_CLOSE: Duration = Duration::from_millis(100);

/// Stopping: how long connections still take requests, each answered with `Connection: close`. A client learns only from
/// its next response that it has to reconnect.
pub(crate) const LAST_REQUESTS: Duration = Duration::from_secs(1);

/// Stopping: for all requests in flight, from the signal on; then they are dropped. Whole seconds.
pub(crate) const DRAIN_TIMEOUT: Duration = Duration::from_secs(30);
