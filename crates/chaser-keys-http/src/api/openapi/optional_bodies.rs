//! Request bodies that are optional.
//!
//! `request_body = Option<T>` would say that the body may be `null`, which is refused.

use utoipa::Modify;
use utoipa::openapi::{OpenApi, RefOr, Required};

pub(super) struct OptionalBodies;

impl Modify for OptionalBodies {
    fn modify(&self, document: &mut OpenApi) {
        let rotate = document.paths.paths.get_mut("/v1/keys/{id}/rotate");
        let operation = rotate.and_then(|item| item.post.as_mut());
        if let Some(RefOr::T(body)) = operation.and_then(|operation| operation.request_body.as_mut()) {
            body.required = Some(Required::False);
        }
    }
}
