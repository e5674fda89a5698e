//! The two cookies that this server sets, and how they are read.

use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::header::{COOKIE, HeaderMap};

use crate::error::ApiError;
use crate::headers::{cookie_pairs, name_and_value};
use crate::options::HttpOptions;

/// The dashboard session. The public contract fixes the name, so it cannot have the prefix `__Host-`, which would keep
/// sibling domains from setting it; two cookies of this name are refused instead.
pub(crate) const SESSION_COOKIE: ServerCookie =
    ServerCookie { name: "chaser_session", path: "/", lifetime: None };

/// Marks a browser from which a user signed in before. It does not authenticate: it keeps a stranger's failed attempts from
/// throttling the account's owner (OWASP's device cookie).
pub(crate) const DEVICE_COOKIE: ServerCookie =
    ServerCookie { name: "chaser_device", path: "/", lifetime: Some(Duration::days(180)) };

/// Whether a cookie is one of this server's, which the pass-through keeps from the upstream.
pub(crate) fn is_ours(name: &[u8]) -> bool {
    [SESSION_COOKIE.name, DEVICE_COOKIE.name].iter().any(|ours| ours.as_bytes() == name)
}

/// A cookie that scripts cannot read and other sites cannot send along with a form.
pub(crate) struct ServerCookie {
    name: &'static str,
    path: &'static str,
    /// None: until the browser is closed. The server's own limits end a session before.
    lifetime: Option<Duration>,
}

impl ServerCookie {
    pub(crate) fn set<'value>(&self, value: &'value str, options: &HttpOptions) -> Cookie<'value> {
        let mut cookie = self.with_value(value, options);
        cookie.set_max_age(self.lifetime);
        cookie
    }

    pub(crate) fn clear(&self, options: &HttpOptions) -> Cookie<'static> {
        let mut cookie = self.with_value("", options);
        cookie.make_removal();
        cookie
    }

    fn with_value<'value>(&self, value: &'value str, options: &HttpOptions) -> Cookie<'value> {
        Cookie::build(self.name, value)
            .path(self.path)
            .http_only(true)
            .same_site(SameSite::Lax)
            .secure(options.cookies_are_secure())
            .finish()
    }
}

/// The value of a cookie that may be sent once. Two of one name are refused: one of them may have been set by a sibling
/// domain, and which one cannot be known.
pub(crate) fn only_cookie<'request>(
    headers: &'request HeaderMap,
    cookie: &ServerCookie,
) -> Result<Option<&'request str>, ApiError> {
    let mut values = pairs(headers).filter(|(name, _)| *name == cookie.name.as_bytes());
    match (values.next(), values.next()) {
        (_, Some(_)) => {
            Err(ApiError::InvalidRequest(format!("send the cookie {} once: clear your cookies", cookie.name)))
        }
        // Not a token, but a cookie nevertheless: the empty string is refused as a token.
        (Some((_, value)), None) => Ok(Some(std::str::from_utf8(value).unwrap_or_default())),
        (None, None) => Ok(None),
    }
}

fn pairs(headers: &HeaderMap) -> impl Iterator<Item = (&[u8], &[u8])> {
    headers.get_all(COOKIE).flat_map(|header| cookie_pairs(header.as_bytes())).map(name_and_value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn session_of(cookies: &[&'static str]) -> Result<Option<String>, ApiError> {
        let mut headers = HeaderMap::new();
        for cookie in cookies {
            headers.append(COOKIE, HeaderValue::from_static(cookie));
        }
        only_cookie(&headers, &SESSION_COOKIE).map(|value| value.map(ToOwned::to_owned))
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        assert_eq!(session_of(&[]).unwrap(), None);
        assert_eq!(session_of(&["a=b; chaser_session=t; c=d"]).unwrap().as_deref(), Some("t"));
        assert_eq!(session_of(&["a=b", "chaser_session=t=="]).unwrap().as_deref(), Some("t=="));
        assert_eq!(session_of(&["xchaser_session=t; chaser_session_=u"]).unwrap(), None);
        assert_eq!(session_of(&["chaser_session"]).unwrap().as_deref(), Some(""));
    }

    #[test]
    fn two_of_a_name_are_refused_in_one_header_and_in_two() {
        assert!(session_of(&["chaser_session=a; chaser_session=b"]).is_err());
        assert!(session_of(&["chaser_session=a", "chaser_session=a"]).is_err());
        assert!(session_of(&["chaser_session; x=1;chaser_session="]).is_err());
    }

    #[test]
    fn cookies_say_what_browsers_need_to_protect_them() {
        let options =
            HttpOptions { public_url: "https://keys.example".parse().ok(), ..HttpOptions::default() };
        assert_eq!(
            SESSION_COOKIE.set("t", &options).to_string(),
            "chaser_session=t; HttpOnly; SameSite=Lax; Secure; Path=/"
        );
        let plain =
            HttpOptions { public_url: "http://localhost:8080".parse().ok(), ..HttpOptions::default() };
        assert_eq!(
            SESSION_COOKIE.set("t", &plain).to_string(),
            "chaser_session=t; HttpOnly; SameSite=Lax; Path=/"
        );
        assert_eq!(
            DEVICE_COOKIE.set("d", &plain).to_string(),
            "chaser_device=d; HttpOnly; SameSite=Lax; Path=/; Max-Age=15552000"
        );
    }
}
