//! Checks the credentials that a request's path takes.

use actix_web::dev::ServiceRequest;
use actix_web::web::Data;
use chaser_keys_storage::{Store, Verifier};

use super::cookies::{SESSION_COOKIE, only_cookie};
use super::principal::{AuthenticatedKey, Principal};
use super::{Access, bearer, cross_site, session};
use crate::error::ApiError;

/// The request's principal, none on public paths, or why the request is refused.
pub(crate) async fn admit(request: &ServiceRequest) -> Result<Option<Principal>, ApiError> {
    let headers = request.headers();
    let access = Access::of_request(request.request())?;
    if access == Access::Bearer {
        let key = bearer::authenticate(headers, app_data::<Verifier>(request)?).await?;
        return Ok(Some(Principal::Key(AuthenticatedKey(key))));
    }
    cross_site::check(request.method(), headers)?;
    if access == Access::Public {
        only_cookie(headers, &SESSION_COOKIE)?;
        return Ok(None);
    }
    let user = session::authenticate(headers, app_data::<Store>(request)?).await?;
    Ok(Some(Principal::User(user)))
}

fn app_data<T: 'static>(request: &ServiceRequest) -> Result<&T, ApiError> {
    let missing = || ApiError::internal("the application was built without its store or verifier");
    request.app_data::<Data<T>>().map(Data::get_ref).ok_or_else(missing)
}
