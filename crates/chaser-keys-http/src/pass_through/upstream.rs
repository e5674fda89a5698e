//! The HTTP client for the upstream, with one connection pool per worker.

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
use crate::timeouts::{UPSTREAM_CONNECT_TIMEOUT, UPSTREAM_IDLE_TIMEOUT};

/// The API behind this server.
pub(crate) struct Upstream {
    client: Client<HttpConnector, UploadBody>,
    authority: Authority,
    pub(super) metrics: UpstreamMetrics,
    /// See [`UpstreamOptions::timeout`].
    pub(super) timeout: Duration,
}

impl Upstream {
    pub(crate) fn new(options: &UpstreamOptions, metrics: UpstreamMetrics) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        connector.set_connect_timeout(Some(UPSTREAM_CONNECT_TIMEOUT));
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(UPSTREAM_IDLE_TIMEOUT)
            .build(connector);
        Self { client, authority: options.url.authority().clone(), metrics, timeout: options.timeout }
    }

    /// The upstream's URI for a path and query.
    pub(super) fn uri_of(&self, target: &str) -> Result<Uri, ApiError> {
        let mut parts = Parts::default();
        parts.scheme = Some(Scheme::HTTP);
        parts.authority = Some(self.authority.clone());
        // actix-web accepted this target and hyper does not: it is ambiguous.
        parts.path_and_query = Some(target.parse().map_err(|_| ApiError::AmbiguousPath)?);
        Uri::from_parts(parts).map_err(|_| ApiError::AmbiguousPath)
    }

    /// Sends a request and waits for the head of the response. The timeout does not run while the client is slow with its
    /// body.
    pub(super) async fn send(
        &self,
        head: http::request::Builder,
        body: UploadBody,
        upload: &Upload,
    ) -> Result<Response<Incoming>, ApiError> {
        let request = head.body(body).map_err(ApiError::internal)?;
        let mut responding = self.client.request(request);
        loop {
            let deadline = upload.waiting_for_upstream_since() + self.timeout;
            if deadline <= Instant::now() {
                return Err(ApiError::UpstreamTimeout { cause: "no response in time".into() });
            }
            tokio::select! {
                response = &mut responding => return response.map_err(|error| explain(error, upload)),
                () = sleep_until(deadline) => {}
            }
        }
    }
}

/// The client's error if its body failed, otherwise the upstream's.
fn explain(error: ClientError, upload: &Upload) -> ApiError {
    match upload.failure.get() {
        Some(UploadFailed::Broken) => return ApiError::MalformedRequest,
        Some(UploadFailed::Stalled) => return ApiError::RequestTimeout,
        None => {}
    }
    let timed_out = io_error_in(&error).is_some_and(|error| error.kind() == io::ErrorKind::TimedOut);
    let cause = error.into();
    if timed_out { ApiError::UpstreamTimeout { cause } } else { ApiError::UpstreamFailed { cause } }
}

fn io_error_in<'error>(error: &'error (dyn Error + 'static)) -> Option<&'error io::Error> {
    causes(error).find_map(|error| error.downcast_ref())
}

/// The error and its sources.
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
