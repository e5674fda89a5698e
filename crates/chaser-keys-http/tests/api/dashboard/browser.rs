//! A browser: pages that are looked at, forms that are sent.

use reqwest::header::HeaderMap;
use reqwest::{Method, RequestBuilder};

use crate::support::TestApp;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; \
                      form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const ACCEPT: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// An answer to a browser.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) html: String,
}

impl TestApp {
    /// Looks at a page, signed in.
    pub(super) async fn look_at(&self, path: &str) -> Page {
        Page::of(self.as_owner(Method::GET, path)).await
    }

    /// Sends a form, signed in.
    pub(super) async fn send(&self, path: &str, fields: &[(&str, &str)]) -> Page {
        Page::of(form(self.as_owner(Method::POST, path), fields)).await
    }

    /// Fills in the form for a new key.
    pub(super) async fn create_in_dashboard(&self, name: &str, mode: &str) -> Page {
        let nonce = self.look_at("/keys/new").await.hidden("nonce");
        self.send("/keys/new", &[("name", name), ("mode", mode), ("nonce", &nonce)]).await
    }

    /// Fills in the form of a rotation.
    pub(super) async fn rotate_in_dashboard(&self, id: &str, grace: &str, days: &str) -> Page {
        let path = format!("/keys/{id}/rotate");
        let nonce = self.look_at(&path).await.hidden("nonce");
        self.send(&path, &[("grace", grace), ("days", days), ("nonce", &nonce)]).await
    }

    /// After the clock was moved past the end of the session.
    pub(crate) async fn later(&mut self, duration: time::Duration) {
        self.store.clock().advance(duration);
        let store = self.store.clone();
        self.owner.sign_in_again(&store).await;
    }
}

/// A form as a browser sends it from a page of ours.
pub(super) fn form(request: RequestBuilder, fields: &[(&str, &str)]) -> RequestBuilder {
    let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    request
        .header("content-type", "application/x-www-form-urlencoded")
        .header("sec-fetch-site", "same-origin")
        .body(body)
}

impl Page {
    pub(super) async fn of(request: RequestBuilder) -> Self {
        let response = request.header("accept", ACCEPT).send().await.unwrap();
        let page = Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            html: response.text().await.unwrap(),
        };
        page.has_what_every_page_has();
        page
    }

    fn has_what_every_page_has(&self) {
        assert_eq!(self.header("cache-control"), "no-store", "{self:?}");
        if self.status == 303 {
            assert!(self.html.is_empty());
            return;
        }
        assert_eq!(self.header("content-type"), "text/html; charset=utf-8", "{self:?}");
        assert_eq!(self.header("content-security-policy"), POLICY);
        assert_eq!(
            self.header("cross-origin-opener-policy"),
            "same-origin",
            "127.0.0.1 is the viewer's machine"
        );
        assert_eq!(self.header("referrer-policy"), "same-origin");
        assert!(self.html.starts_with("<!doctype html>"), "{self:?}");
        for inline in ["style=", "<style", "<script>", " onclick", " onsubmit", "javascript:"] {
            assert!(!self.html.contains(inline), "{inline} in {}", self.html);
        }
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// Where a form led to.
    #[track_caller]
    pub(super) fn location(&self) -> &str {
        assert_eq!(self.status, 303, "{self:?}");
        self.header("location")
    }

    /// The page's texts without their markup, one line.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        for (tag, after) in self.html.split('<').filter_map(|part| part.split_once('>')) {
            let stands_in_a_sentence = ["time", "strong", "code", "b"]
                .iter()
                .any(|name| tag.trim_start_matches('/').split(' ').next() == Some(name));
            text.push_str(if stands_in_a_sentence { "" } else { " " });
            text.push_str(after);
        }
        let text =
            text.replace("&#34;", "\"").replace("&#39;", "'").replace("&#60;", "<").replace("&#62;", ">");
        text.replace("&#38;", "&").split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[track_caller]
    pub(super) fn says(&self, expected: &str) {
        assert!(self.text().contains(expected), "not said: {expected}\n{}", self.text());
    }

    #[track_caller]
    pub(super) fn does_not_say(&self, unexpected: &str) {
        assert!(!self.text().contains(unexpected), "said: {unexpected}\n{}", self.text());
    }

    /// The value of a field.
    #[track_caller]
    pub(super) fn hidden(&self, name: &str) -> String {
        self.attribute(&format!("name=\"{name}\" value=\""))
    }

    /// What stands between this and the next quotation mark.
    #[track_caller]
    pub(super) fn attribute(&self, before: &str) -> String {
        let (_, after) =
            self.html.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", self.html));
        after.split('"').next().unwrap().to_owned()
    }

    /// The secret on the page, if there is one.
    pub(super) fn secret(&self) -> Option<String> {
        let (_, after) = self.html.split_once("data-secret translate=\"no\" tabindex=\"0\"")?;
        let text = after.split_once('>')?.1;
        Some(text.split('<').next()?.to_owned())
    }

    /// The id in the form that confirms the secret.
    #[track_caller]
    pub(super) fn key_id(&self) -> String {
        self.attribute("data-activity=\"/keys/").trim_end_matches("/activity").to_owned()
    }
}
