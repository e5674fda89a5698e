//! Rotating a key.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chaser_keys::{KeyStatus, RotateRefusal};
use chaser_keys_storage::{KeyOverview, RotateKeyError, SecretConfirmation, Store};
use time::OffsetDateTime;

use super::already_made_page::AlreadyMadePage;
use super::created_response::{Made, respond};
use super::find_key::find_key;
use super::rotate_form::RotateForm;
use super::rotate_page::{Chosen, RotatePage};
use super::secret_page::OldKey;
use crate::api::keys::KeyIdInPath;
use crate::authentication::SignedIn;
use crate::body::FormBody;
use crate::dashboard::problem::Problem;
use crate::dashboard::query::Query;
use crate::dashboard::wording::shown_time::ShownTime;
use crate::dashboard::{nonce, page};
use crate::error::ApiError;

/// Shows the form; only for an active key.
pub(crate) async fn show_rotate_key(
    user: SignedIn,
    store: Data<Store>,
    request: HttpRequest,
    KeyIdInPath(id): KeyIdInPath,
) -> Result<HttpResponse, ApiError> {
    let (key, now) = find_key(&store, &user, id).await?;
    if let Some(refusal) = RotateRefusal::of(key.status) {
        return refuse(&user, &key, refusal);
    }
    let query = Query::of(&request);
    let chosen = Chosen { grace: query.text("grace"), days: query.text("days") };
    page::show(&RotatePage::new(&user, &key, now, &chosen, Vec::new()))
}

/// For a key that has a successor the page leads to the successor.
fn refuse(user: &SignedIn, key: &KeyOverview, refusal: RotateRefusal) -> Result<HttpResponse, ApiError> {
    match key.successor() {
        Some(successor) => {
            let page = AlreadyMadePage::rotated(user, &key.key.name, successor.id, &successor.prefix);
            page::respond(StatusCode::CONFLICT, &page)
        }
        None => Err(ApiError::Conflict(refusal)),
    }
}

/// Creates the new key and shows its secret in this response. The same form sent again creates no other.
pub(crate) async fn rotate_key(
    user: SignedIn,
    store: Data<Store>,
    request: HttpRequest,
    KeyIdInPath(id): KeyIdInPath,
    FormBody(form): FormBody<RotateForm>,
) -> Result<HttpResponse, ApiError> {
    let (key, now) = find_key(&store, &user, id).await?;
    let grace = match form.grace_period() {
        Ok(grace) => grace,
        Err(problem) => return ask_again(&user, &key, now, &form, problem),
    };
    let nonce = nonce::parse(&form.nonce).map_err(|refusal| ApiError::InvalidRequest(refusal.to_string()))?;
    let confirmation = SecretConfirmation::Awaited;
    match store.rotate_key(user.workspace_id, id, grace, Some(&nonce), confirmation).await {
        Ok(creation) => {
            let old = old_key(&store, &user, &key).await;
            respond(&request, &user, creation, Made::Rotated(old))
        }
        // Read again: another request may have rotated the key while this one waited for its lock.
        Err(RotateKeyError::IdempotencyKeyReused | RotateKeyError::Refused(_)) => {
            let (key, now) = find_key(&store, &user, id).await?;
            match RotateRefusal::of(key.status) {
                Some(refusal) => refuse(&user, &key, refusal),
                None => ask_again(&user, &key, now, &form, already_sent()),
            }
        }
        Err(other) => Err(other.into()),
    }
}

/// When the old key stops, as stored. It only accompanies the secret: a failure to read it must not keep the
/// secret from being shown.
async fn old_key(store: &Store, user: &SignedIn, before: &KeyOverview) -> OldKey {
    let prefix = before.key.prefix.as_str().to_owned();
    let after = store.find_key(user.workspace_id, before.key.id).await.ok().flatten();
    match after.map(|stored| stored.status) {
        Some(KeyStatus::Grace { until }) => OldKey::WorksUntil(prefix, ShownTime::exact(until)),
        Some(KeyStatus::Revoked { .. }) => OldKey::Stopped(prefix),
        Some(KeyStatus::Active) | None => OldKey::None,
    }
}

/// The form's nonce belongs to another request, and this key is unchanged.
fn already_sent() -> Problem {
    Problem::new(
        "rotate",
        "this form was already sent for something else. This key was not rotated: send the form again to do so",
    )
}

fn ask_again(
    user: &SignedIn,
    key: &KeyOverview,
    now: OffsetDateTime,
    form: &RotateForm,
    problem: Problem,
) -> Result<HttpResponse, ApiError> {
    let grace = if problem.is_of("days") { "other" } else { &form.grace };
    let chosen = Chosen { grace, days: &form.days };
    let page = RotatePage::new(user, key, now, &chosen, vec![problem]);
    page::respond(StatusCode::UNPROCESSABLE_ENTITY, &page)
}
