//! The gate before the routes: without the credentials a path asks for, no request is routed.

use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage};
use chaser_keys_storage::{Store, Verifier};

use super::cookies::{SESSION_COOKIE, only_cookie};
use super::principal::{KeyHolder, Principal};
use super::{access, bearer, cross_site, session};
use crate::dashboard::resume;
use crate::error::ApiError;
use crate::routes::Access;

/// Lets a request through with its principal, or answers it.
pub(crate) async fn gate(
    request: ServiceRequest,
    next: Next<BoxBody>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match admit(&request).await {
        Ok(Some(principal)) => {
            request.extensions_mut().insert(principal);
            next.call(request).await
        }
        Ok(None) => next.call(request).await,
        Err(refusal) => Ok(turn_away(request, refusal).await),
    }
}

/// A program is told why; a person is led to where they can sign in.
async fn turn_away(request: ServiceRequest, refusal: ApiError) -> ServiceResponse<BoxBody> {
    match access::of(request.match_info().as_str()) {
        Access::Page => resume::refuse(request, refusal).await,
        Access::Public | Access::Session | Access::Bearer => request.error_response(refusal),
    }
}

async fn admit(request: &ServiceRequest) -> Result<Option<Principal>, ApiError> {
    let headers = request.headers();
    // The path as the router will read it, percent-decoded: the two must never disagree.
    let access = access::of(request.match_info().as_str());
    if access == Access::Bearer {
        let verifier = part::<Verifier>(request)?;
        return Ok(Some(Principal::Key(KeyHolder(bearer::authenticate(headers, verifier).await?))));
    }
    cross_site::check(request.method(), headers)?;
    if access == Access::Public {
        only_cookie(headers, &SESSION_COOKIE)?;
        return Ok(None);
    }
    Ok(Some(Principal::Person(session::authenticate(headers, part::<Store>(request)?).await?)))
}

fn part<T: 'static>(request: &ServiceRequest) -> Result<&T, ApiError> {
    let missing = || ApiError::Internal { cause: "the application was built without its store".to_owned() };
    request.app_data::<Data<T>>().map(Data::get_ref).ok_or_else(missing)
}
