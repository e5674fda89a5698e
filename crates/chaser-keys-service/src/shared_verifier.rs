//! A verifier whose type a service does not have to name.

use std::fmt;
use std::panic::{RefUnwindSafe, UnwindSafe};
use std::pin::Pin;
use std::sync::Arc;

use chaser_keys::PresentedKey;

use crate::{FreshnessUnproven, VerifiedKey, Verify};

/// Any [`Verify`] behind an `Arc`: the type that middleware and application state hold, in production and in tests.
///
/// A clone shares the verifier. Each verification allocates its future once; call the verifier itself where that
/// matters.
///
/// ```
/// # fn node_verifier() -> impl chaser_keys_service::Verify {
/// #     chaser_keys_service::testing::FakeVerifier::new()
/// # }
/// use chaser_keys_service::SharedVerifier;
///
/// #[derive(Clone, Debug)]
/// struct ApplicationState {
///     verifier: SharedVerifier,
/// }
///
/// let state = ApplicationState { verifier: SharedVerifier::new(node_verifier()) };
/// ```
#[derive(Clone)]
pub struct SharedVerifier(Arc<dyn VerifyBoxed>);

type BoxedVerification<'a> =
    Pin<Box<dyn Future<Output = Result<Option<VerifiedKey>, FreshnessUnproven>> + Send + 'a>>;

/// [`Verify`] with a future of one type, so that a trait object can be made of it.
trait VerifyBoxed: Send + Sync {
    fn verify_boxed<'a>(&'a self, key: PresentedKey<'a>) -> BoxedVerification<'a>;
}

impl<V: Verify> VerifyBoxed for V {
    fn verify_boxed<'a>(&'a self, key: PresentedKey<'a>) -> BoxedVerification<'a> {
        Box::pin(self.verify(key))
    }
}

impl SharedVerifier {
    /// Takes any verifier.
    #[must_use]
    pub fn new(verifier: impl Verify) -> Self {
        Self(Arc::new(verifier))
    }
}

impl Verify for SharedVerifier {
    async fn verify(&self, key: PresentedKey<'_>) -> Result<Option<VerifiedKey>, FreshnessUnproven> {
        self.0.verify_boxed(key).await
    }
}

impl fmt::Debug for SharedVerifier {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("SharedVerifier").finish_non_exhaustive()
    }
}

// Requests on other threads go on using the verifier when one of them panics, with or without `catch_unwind`: an
// implementation has to bear that anyway.
impl UnwindSafe for SharedVerifier {}
impl RefUnwindSafe for SharedVerifier {}
