//! The gate: a request without the credentials that its path takes is not routed.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};

use crate::authentication::{Access, admit};
use crate::dashboard::resume;
use crate::error::ApiError;

/// Hands the request on with its principal, or answers it.
pub(in crate::server) async fn gate(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match admit(&request).await {
        Ok(Some(principal)) => {
            request.extensions_mut().insert(principal);
            next.call(request).await
        }
        Ok(None) => next.call(request).await,
        Err(refusal) => Ok(refuse(request, refusal).await),
    }
}

/// The error envelope for programs; a browser that asked for a page is redirected to sign in.
async fn refuse(request: ServiceRequest, refusal: ApiError) -> ServiceResponse<BoxBody> {
    match Access::of_request(request.request()) {
        Ok(Access::Page) => resume::refuse(request, refusal).await,
        _ => request.error_response(refusal),
    }
}
