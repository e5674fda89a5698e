//! The client for the one upstream: connections are kept and used again, one pool for each worker.

use std::error::Error;
use std::io;
use std::time::Duration;

use actix_web::rt::time::{Instant, sleep_until};
use hyper::body::Incoming;
use hyper::http::uri::{Authority, Parts, Scheme};
use hyper::http::{self, Response, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};

use super::UpstreamMetrics;
use super::upload::{Upload, UploadBody, UploadFailed};
use crate::error::ApiError;
use crate::options::UpstreamOptions;

/// For the upstream to accept a connection: it stands in the same network.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// Shorter than servers wait (Node.js: 5 seconds), so that a request seldom meets a connection that is being closed.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);

/// Where `/v1` leads that is not ours.
pub(crate) struct Upstream {
    client: Client<HttpConnector, UploadBody>,
    authority: Authority,
    pub(super) metrics: UpstreamMetrics,
    /// How long it may send nothing while it is waited for.
    pub(super) timeout: Duration,
}

impl Upstream {
    pub(crate) fn new(options: &UpstreamOptions, metrics: UpstreamMetrics) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(CONNECT_TIMEOUT));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE_TIMEOUT)
            .build(connector);
        Self { client, authority: options.url.authority().clone(), metrics, timeout: options.timeout }
    }

    /// The upstream's address for a path and query.
    pub(super) fn uri_of(&self, target: &str) -> Result<Uri, ApiError> {
        let mut parts = Parts::default();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(self.authority.clone());
        // What actix-web took as a target and hyper does not has more than one reading.
        parts.path_and_query = Some(target.parse().map_err(|_| ApiError::AmbiguousPath)?);
        Uri::from_parts(parts).map_err(|_| ApiError::AmbiguousPath)
    }

    /// Sends a request and waits for the head of the answer. A client may take its time with a body: that is not the
    /// upstream's silence.
    pub(super) async fn send(
        &self,
        head: http::request::Builder,
        body: UploadBody,
        upload: &Upload,
    ) -> Result<Response<Incoming>, ApiError> {
        let internal = |error: http::Error| ApiError::Internal { cause: error.to_string() };
        let mut answering = self.client.request(head.body(body).map_err(internal)?);
        loop {
            let deadline = upload.upstream_is_waited_for_since() + self.timeout;
            if deadline <= Instant::now() {
                return Err(ApiError::UpstreamTimeout { cause: "no answer in time".to_owned() });
            }
            tokio::select! {
                answer = &mut answering => return answer.map_err(|error| explain(&error, upload)),
                () = sleep_until(deadline) => {}
            }
        }
    }
}

/// Whose fault it was: the client's, if its body broke off; else the upstream's.
fn explain(error: &ClientError, upload: &Upload) -> ApiError {
    match upload.failure.get() {
        Some(UploadFailed::Broken) => return ApiError::MalformedRequest,
        Some(UploadFailed::Stalled) => return ApiError::RequestTimeout,
        None => {}
    }
    let cause = chain(error);
    let timed_out = io_error_in(error).is_some_and(|error| error.kind() == io::ErrorKind::TimedOut);
    if timed_out { ApiError::UpstreamTimeout { cause } } else { ApiError::UpstreamFailed { cause } }
}

/// All of what went wrong: hyper's errors name their causes apart.
fn chain(error: &(dyn Error + 'static)) -> String {
    causes(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn io_error_in<'error>(error: &'error (dyn Error + 'static)) -> Option<&'error io::Error> {
    causes(error).find_map(|error| error.downcast_ref())
}

/// The error itself, then what caused it, and so on.
fn causes<'error>(
    error: &'error (dyn Error + 'static),
) -> impl Iterator<Item = &'error (dyn Error + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let this = next?;
        next = this.source();
        Some(this)
    })
}
