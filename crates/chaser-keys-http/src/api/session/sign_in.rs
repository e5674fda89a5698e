//! Checks a password and opens a session, for the API and for the dashboard's form.

use std::future::{Ready, ready};

use actix_web::cookie::Cookie;
use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use chaser_keys_storage::passwords::PasswordHasher;
use chaser_keys_storage::{Credentials, DeviceToken, EmailAddress, SignInAdmission, SignInAttempt, Store};
use zeroize::Zeroizing;

use crate::authentication::{DEVICE_COOKIE, SESSION_COOKIE, only_cookie};
use crate::error::ApiError;
use crate::headers::client_address;
use crate::options::HttpOptions;

/// An attempt to sign in: the request with its address and browser, and what the password is checked with.
pub(crate) struct SignIn {
    request: HttpRequest,
    store: Data<Store>,
    hasher: Data<PasswordHasher>,
    options: Data<HttpOptions>,
}

/// The session cookie, and the device cookie that marks this browser as known.
pub(crate) type SignInCookies = [Cookie<'static>; 2];

impl SignIn {
    /// Opens a session, always a new one.
    pub(crate) async fn sign_in(
        &self,
        email: EmailAddress,
        password: Zeroizing<String>,
    ) -> Result<SignInCookies, ApiError> {
        let credentials = self.check_password(email, password).await?;
        // None if the user was disabled or got another password since the check: answered like a wrong password.
        let opened = self.store.open_session(&credentials, self.device().as_ref()).await?;
        let session = opened.ok_or(ApiError::WrongCredentials)?;
        Ok([
            SESSION_COOKIE.set(session.token.expose(), &self.options).into_owned(),
            DEVICE_COOKIE.set(session.device.expose(), &self.options).into_owned(),
        ])
    }

    /// The user's credentials, if the password is right.
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

    /// The browser's device cookie, if it sent one.
    pub(crate) fn device(&self) -> Option<DeviceToken> {
        only_cookie(self.request.headers(), &DEVICE_COOKIE).ok()??.parse().ok()
    }
}

impl FromRequest for SignIn {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let missing = || ApiError::internal("the application was built without what signing in needs");
        ready(from_app_data(request).ok_or_else(missing))
    }
}

fn from_app_data(request: &HttpRequest) -> Option<SignIn> {
    Some(SignIn {
        store: request.app_data::<Data<Store>>()?.clone(),
        hasher: request.app_data::<Data<PasswordHasher>>()?.clone(),
        options: request.app_data::<Data<HttpOptions>>()?.clone(),
        request: request.clone(),
    })
}
