//! The page that shows a new key's secret, once.

use actix_web::HttpRequest;
use actix_web::web::Data;
use askama::Template;
use chaser_keys::{IssuedKey, KeyMode};
use url::Url;

use super::created_response::Made;
use crate::authentication::SignedIn;
use crate::dashboard::frame::{Frame, Section};
use crate::dashboard::wording::shown_time::ShownTime;
use crate::options::HttpOptions;

#[derive(Template)]
#[template(path = "keys/secret.html")]
pub(super) struct SecretPage<'secret> {
    frame: Frame,
    id: String,
    name: String,
    is_test: bool,
    secret: &'secret str,
    old: OldKey,
    base_url: String,
}

/// The state of the key that was rotated, with its display prefix.
pub(super) enum OldKey {
    None,
    Stopped(String),
    WorksUntil(String, ShownTime),
}

impl<'secret> SecretPage<'secret> {
    pub(super) fn new(
        request: &HttpRequest,
        user: &SignedIn,
        issued: &'secret IssuedKey,
        made: Made,
    ) -> Self {
        Self {
            frame: Frame::new(user, Section::Keys),
            id: issued.key.id.to_string(),
            name: issued.key.name.as_str().to_owned(),
            is_test: issued.key.mode == KeyMode::Test,
            secret: issued.secret.expose(),
            old: match made {
                Made::Created => OldKey::None,
                Made::Rotated(old) => old,
            },
            base_url: base_url(request),
        }
    }
}

/// The address of this server for the example request: the configured one, or the one the browser used.
fn base_url(request: &HttpRequest) -> String {
    let configured = request.app_data::<Data<HttpOptions>>().and_then(|options| options.public_url.clone());
    let host = request.headers().get("host").and_then(|host| host.to_str().ok()).unwrap_or("localhost");
    let found = || Url::parse(&format!("http://{host}")).ok();
    configured
        .or_else(found)
        .map_or_else(|| "http://localhost".to_owned(), |url| url.origin().ascii_serialization())
}
