//! The pass-through in front of an API that is spoken for byte by byte.

mod failures;
mod forwarding;
mod hostile_requests;
mod streaming;
mod upstream;

use std::time::Duration;

use chaser_keys_http::{HttpOptions, UpstreamOptions};
use reqwest::{Method, RequestBuilder};

use crate::support::{CreatedKey, TestApp};
use upstream::Upstream;

/// Long enough for a busy machine, short enough to be waited for.
const TIMEOUT: Duration = Duration::from_secs(2);

/// A server, an API behind it, and a key.
struct Scene {
    app: TestApp,
    upstream: Upstream,
    key: CreatedKey,
}

impl Scene {
    async fn prepare() -> Self {
        let upstream = Upstream::bind().await;
        let app = fronting(&upstream.url).await;
        let key = app.create_key("production").await;
        Self { app, upstream, key }
    }

    /// A request with the good key.
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.app.request(method, path).bearer_auth(&self.key.secret)
    }

    fn get(&self, path: &str) -> RequestBuilder {
        self.request(Method::GET, path)
    }

    /// The head of a raw request with the good key, without the empty line.
    fn raw_head(&self, line: &str) -> String {
        format!("{line}\r\nHost: api.example\r\nAuthorization: Bearer {}\r\n", self.key.secret)
    }
}

/// A server in front of an API.
async fn fronting(url: &str) -> TestApp {
    let upstream = UpstreamOptions { url: url.parse().unwrap(), timeout: TIMEOUT };
    TestApp::start_with(HttpOptions { upstream: Some(upstream), ..HttpOptions::default() }).await
}
