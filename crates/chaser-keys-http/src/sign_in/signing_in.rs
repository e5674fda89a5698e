//! Checking a password and opening a session: the one way in, for the API and for the dashboard's form.

use std::future::{Ready, ready};

use actix_web::cookie::Cookie;
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use chaser_keys::UserId;
use chaser_keys_storage::{DeviceToken, EmailAddress, SignInAdmission, SignInAttempt, Store};
use zeroize::Zeroizing;

use super::client_address;
use crate::authentication::{DEVICE_COOKIE, SESSION_COOKIE, only_cookie};
use crate::error::ApiError;
use crate::options::HttpOptions;
use crate::passwords::PasswordHasher;

/// Whoever knocks: from where, with which browser, and what their password is checked with.
pub(crate) struct SigningIn {
    request: HttpRequest,
    store: Data<Store>,
    hasher: Data<PasswordHasher>,
    options: Data<HttpOptions>,
}

/// The session's cookie, and the one that marks this browser as known.
pub(crate) type SignInCookies = [Cookie<'static>; 2];

impl SigningIn {
    /// Opens a session, always a new one.
    pub(crate) async fn sign_in(
        &self,
        email: EmailAddress,
        password: Zeroizing<String>,
    ) -> Result<SignInCookies, ApiError> {
        let user_id = self.check_password(email, password).await?;
        // Disabled between the check and now: as if the address were unknown.
        let session = self.store.open_session(user_id).await?.ok_or(ApiError::WrongCredentials)?;
        let device = self.store.remember_device(user_id).await?;
        Ok([
            SESSION_COOKIE.set(session.token.expose(), &self.options).into_owned(),
            DEVICE_COOKIE.set(device.expose(), &self.options).into_owned(),
        ])
    }

    /// Whose password it is, if it is somebody's.
    ///
    /// The turn at the hasher comes first: however many attempts arrive at once, no more of them are let
    /// through by the throttle than are hashed together. An unknown address costs the same hash.
    pub(crate) async fn check_password(
        &self,
        email: EmailAddress,
        password: Zeroizing<String>,
    ) -> Result<UserId, ApiError> {
        let attempt = self.attempt(email);
        let turn = self.hasher.turn().await?;
        if let SignInAdmission::Throttled { retry_after } = self.store.check_sign_in(&attempt).await? {
            return Err(ApiError::TooManyAttempts { retry_after });
        }
        let credentials = self.store.find_credentials(&attempt.email).await?;
        let (user_id, hash) = credentials.map(|found| (found.user_id, found.password_hash)).unzip();
        let matches = turn.verify(password, hash).await?;
        let Some(user_id) = user_id.filter(|_| matches) else {
            self.store.record_failed_sign_in(&attempt).await?;
            return Err(ApiError::WrongCredentials);
        };
        self.store.forget_failed_sign_ins(&attempt).await?;
        Ok(user_id)
    }

    fn attempt(&self, email: EmailAddress) -> SignInAttempt {
        let client = client_address::of(&self.request, &self.options.trusted_proxies);
        SignInAttempt { email, client, device: self.device() }
    }

    fn device(&self) -> Option<DeviceToken> {
        only_cookie(self.request.headers(), &DEVICE_COOKIE).ok()??.parse().ok()
    }
}

impl FromRequest for SigningIn {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parts_of(request).ok_or_else(|| ApiError::Internal {
            cause: "the application was built without what signing in needs".to_owned(),
        }))
    }
}

fn parts_of(request: &HttpRequest) -> Option<SigningIn> {
    Some(SigningIn {
        store: request.app_data::<Data<Store>>()?.clone(),
        hasher: request.app_data::<Data<PasswordHasher>>()?.clone(),
        options: request.app_data::<Data<HttpOptions>>()?.clone(),
        request: request.clone(),
    })
}
