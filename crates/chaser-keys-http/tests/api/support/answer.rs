//! A response, and what holds for every one of them.

use reqwest::header::HeaderMap;
use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;

/// A response that was read in whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Answer {
    /// Sends a request. Whatever the answer, it must have what every answer has.
    pub(crate) async fn to(request: RequestBuilder) -> Self {
        let (client, request) = request.build_split();
        let request = request.unwrap();
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = client.execute(request).await.unwrap();
        let answer = Self {
            status: response.status(),
            headers: response.headers().clone(),
            body: response.text().await.unwrap(),
        };
        answer.has_what_every_answer_has(&method, &path);
        answer
    }

    fn has_what_every_answer_has(&self, method: &reqwest::Method, path: &str) {
        assert!(!self.header("x-request-id").is_empty(), "{self:?}");
        // A proxy that is told yes is no browser, and there is nothing to sniff in an answer without a body.
        if !(path.starts_with("/authorize") && self.status == StatusCode::OK) {
            assert_eq!(self.header("x-content-type-options"), "nosniff");
            assert_eq!(self.header("referrer-policy"), "same-origin");
            assert!(self.header("content-security-policy").starts_with("default-src 'none'"));
        }
        if path.starts_with("/v1") || self.status == StatusCode::UNAUTHORIZED {
            assert_eq!(self.header("cache-control"), "no-store", "{path}");
        }
        if self.status.as_u16() >= 400 && method != reqwest::Method::HEAD {
            assert_eq!(self.header("content-type"), "application/json");
            assert!(!self.code().is_empty() && self.message().len() > 20, "{self:?}");
        }
        if self.status == StatusCode::UNAUTHORIZED {
            assert!(self.header("www-authenticate").starts_with("Bearer realm=\"chaser\""));
        }
        if self.status == StatusCode::METHOD_NOT_ALLOWED {
            assert!(!self.header("allow").is_empty());
        }
    }

    /// The header's only value, or the empty string.
    pub(crate) fn header(&self, name: &str) -> &str {
        assert!(self.headers.get_all(name).iter().count() <= 1, "{name} stands more than once");
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("not JSON: {self:?}"))
    }

    pub(crate) fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    pub(crate) fn message(&self) -> String {
        self.json()["error"]["message"].as_str().unwrap_or_default().to_owned()
    }

    /// Status and code, for tables.
    pub(crate) fn refusal(&self) -> (u16, String) {
        (self.status.as_u16(), self.code())
    }
}
