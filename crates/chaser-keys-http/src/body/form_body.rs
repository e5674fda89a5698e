//! The extractor of forms: `application/x-www-form-urlencoded`, every field known and given once.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;
use url::form_urlencoded;
use zeroize::Zeroizing;

use super::explanation::explain_form;
use super::{media_type, reading};
use crate::error::ApiError;

/// A form that was sent. Its fields are text, which the handler parses: a mistake is shown next to its field.
pub(crate) struct FormBody<T>(pub(crate) T);

impl<T: DeserializeOwned + 'static> FromRequest for FormBody<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let body = reading::read(&request, payload).await?;
            // Some browsers send a form without fields without a type.
            if !body.is_empty() && !media_type::is_form(request.headers()) {
                return Err(ApiError::UnsupportedMediaType("send this form from the dashboard's own page"));
            }
            parse(&body).map(Self)
        })
    }
}

/// Unknown and duplicate fields are refused by the types themselves (`deny_unknown_fields`).
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    let form = serde_urlencoded::from_bytes(body).map_err(|error| explain_form(&error))?;
    // After serde, which accepts only names of our own fields: this message repeats one.
    match field_that_is_not_text(body) {
        Some(name) => Err(ApiError::InvalidRequest(format!("`{name}` is not plain text"))),
        None => Ok(form),
    }
}

/// U+FFFD stands where the body was not UTF-8; PostgreSQL's texts cannot hold NUL.
fn field_that_is_not_text(body: &[u8]) -> Option<String> {
    form_urlencoded::parse(body).find_map(|(name, value)| {
        let value = Zeroizing::new(value.into_owned());
        value.contains(['\0', '\u{fffd}']).then(|| name.into_owned())
    })
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::body::{NoFields, field};

    #[derive(Debug, Default, Deserialize, PartialEq)]
    #[serde(default, deny_unknown_fields)]
    struct Body {
        name: String,
        #[serde(deserialize_with = "field::secret")]
        password: Zeroizing<String>,
    }

    fn refusal(body: &str) -> Option<String> {
        parse::<Body>(body.as_bytes()).err().map(|error| error.to_string())
    }

    #[test]
    fn only_known_fields_given_once_are_taken() {
        let form: Body = parse(b"name=a+b%2B%C3%A9&password=p%20q").unwrap();
        assert_eq!((form.name.as_str(), form.password.as_str()), ("a b+é", "p q"));
        assert_eq!(parse::<Body>(b"").unwrap(), Body::default());
        for (body, expected) in [
            ("hunter2=x", "unknown field: this form takes `name`, `password`"),
            ("name=a&name=a", "`name` is given twice"),
            ("name=%00", "`name` is not plain text"),
            ("password=%ff", "`password` is not plain text"),
        ] {
            assert_eq!(refusal(body).as_deref(), Some(expected), "{body}");
        }
        let unknown = parse::<NoFields>(b"hunter2=x").err().map(|error| error.to_string());
        assert_eq!(unknown.as_deref(), Some("unknown field: this form takes no fields"));
    }
}
