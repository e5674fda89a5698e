//! The layer: makes a service reachable with a good key only.

use chaser_keys_service::SharedVerifier;
use tower_layer::Layer;

use crate::RequireKey;

/// Wraps a service, or the routes of one, in [`RequireKey`].
///
/// ```
/// use axum::{Extension, Router, routing::get};
/// use chaser_keys_service::{SharedVerifier, VerifiedKey};
/// use chaser_keys_tower::RequireKeyLayer;
///
/// fn application(verifier: SharedVerifier) -> Router {
///     Router::new()
///         .route("/v1/whoami", get(|Extension(key): Extension<VerifiedKey>| async move { key.key_id.to_string() }))
///         .layer(RequireKeyLayer::new(verifier))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct RequireKeyLayer {
    verifier: SharedVerifier,
}

impl RequireKeyLayer {
    /// A layer that asks this verifier.
    #[must_use]
    pub const fn new(verifier: SharedVerifier) -> Self {
        Self { verifier }
    }
}

impl<S> Layer<S> for RequireKeyLayer {
    type Service = RequireKey<S>;

    fn layer(&self, inner: S) -> RequireKey<S> {
        RequireKey::new(inner, self.verifier.clone())
    }
}
