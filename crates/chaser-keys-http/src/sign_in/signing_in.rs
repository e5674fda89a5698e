//! Checking a password and opening a session: the one way in, for the API and for the dashboard's form.

use std::future::{Ready, ready};

use actix_web::cookie::Cookie;
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use chaser_keys_storage::passwords::PasswordHasher;
use chaser_keys_storage::{Credentials, DeviceToken, EmailAddress, SignInAdmission, SignInAttempt, Store};
use zeroize::Zeroizing;

use crate::authentication::{DEVICE_COOKIE, SESSION_COOKIE, only_cookie};
use crate::client_address;
use crate::error::ApiError;
use crate::options::HttpOptions;

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
        let credentials = self.check_password(email, password).await?;
        // Disabled, or given another password, between the check and now: as if the password were wrong.
        let opened = self.store.open_session(&credentials, self.device().as_ref()).await?;
        let session = opened.ok_or(ApiError::WrongCredentials)?;
        Ok([
            SESSION_COOKIE.set(session.token.expose(), &self.options).into_owned(),
            DEVICE_COOKIE.set(session.device.expose(), &self.options).into_owned(),
        ])
    }

    /// Whose password it is, if it is somebody's.
    ///
    /// The throttle is checked twice: first, so that a throttled attempt does not wait for a hashing permit; and again
    /// with the permit, so that of any number of concurrent attempts no more exceed the limit than are hashed
    /// concurrently. An unknown address costs the same hash.
    pub(crate) async fn check_password(
        &self,
        email: EmailAddress,
        password: Zeroizing<String>,
    ) -> Result<Credentials, ApiError> {
        let attempt = self.attempt(email);
        self.check_throttle(&attempt).await?;
        let permit = self.hasher.permit().await?;
        self.check_throttle(&attempt).await?;
        let credentials = self.store.find_credentials(&attempt.email).await?;
        let hash = credentials.as_ref().map(|found| found.password_hash.clone());
        let matches = permit.verify(password, hash).await?;
        let Some(credentials) = credentials.filter(|_| matches) else {
            self.store.record_failed_sign_in(&attempt).await?;
            return Err(ApiError::WrongCredentials);
        };
        self.store.forget_failed_sign_ins(&attempt).await?;
        Ok(credentials)
    }

    async fn check_throttle(&self, attempt: &SignInAttempt) -> Result<(), ApiError> {
        match self.store.check_sign_in(attempt).await? {
            SignInAdmission::Admitted => Ok(()),
            SignInAdmission::Throttled { retry_after } => Err(ApiError::TooManyAttempts { retry_after }),
        }
    }

    fn attempt(&self, email: EmailAddress) -> SignInAttempt {
        let client = client_address::of(&self.request, &self.options.trusted_proxies);
        SignInAttempt { email, client, device: self.device() }
    }

    /// The browser, if it says which one it is.
    pub(crate) fn device(&self) -> Option<DeviceToken> {
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
