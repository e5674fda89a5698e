//! `POST /v1/auth/login`.

use actix_web::HttpResponse;
use chaser_keys_storage::EmailAddress;
use serde::Deserialize;
use utoipa::ToSchema;
use zeroize::Zeroizing;

use super::sign_in::SignIn;
use crate::body::{JsonBody, field};
use crate::error::ApiError;

/// E-mail address and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Login {
    /// As it was given when the account was made; case does not matter.
    #[serde(deserialize_with = "field::parsed")]
    #[schema(value_type = String, format = "email", example = "dev@example.com")]
    email: EmailAddress,
    /// Never logged, never repeated.
    #[serde(deserialize_with = "field::secret")]
    #[schema(value_type = String, format = "password")]
    password: Zeroizing<String>,
}

/// Sign in to the dashboard
///
/// Answers with the cookie `chaser_session`, always a new one.
#[utoipa::path(post, path = "/v1/auth/login", tag = "session", request_body = Login, responses(
    (status = 204, description = "Signed in.", headers(("set-cookie" = String, description = "`chaser_session`, and `chaser_device`, which marks this browser as known."))),
    (status = 401, description = "Wrong e-mail address or wrong password: which of the two is not disclosed.", body = crate::error::ErrorEnvelope),
    (status = 429, description = "Too many failed attempts.", body = crate::error::ErrorEnvelope, headers(("retry-after" = u64, description = "Seconds to wait."))),
))]
pub(crate) async fn login(
    attempt: SignIn,
    JsonBody(login): JsonBody<Login>,
) -> Result<HttpResponse, ApiError> {
    let [session, device] = attempt.sign_in(login.email, login.password).await?;
    Ok(HttpResponse::NoContent().cookie(session).cookie(device).finish())
}
