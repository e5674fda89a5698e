//! Rotating a key.

use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chaser_keys::{GracePeriod, KeyStatus, RotateRefusal};
use chaser_keys_storage::{KeyOverview, RotateKeyError, Store};
use time::OffsetDateTime;

use super::already_made_page::AlreadyMadePage;
use super::creation::{Made, respond};
use super::key_in_path::{KeyIdInPath, find};
use super::rotate_page::{Chosen, RotatePage};
use super::secret_page::OldKey;
use crate::authentication::SignedIn;
use crate::dashboard::form::{Fields, Form, FormBody, Problem};
use crate::dashboard::query::Query;
use crate::dashboard::wording::moment::Moment;
use crate::dashboard::{nonce, page};
use crate::error::ApiError;

/// How long the old key goes on working.
pub(crate) struct RotateForm {
    grace: String,
    days: String,
    nonce: String,
}

impl Form for RotateForm {
    const FIELDS: &'static [&'static str] = &["grace", "days", "nonce"];

    fn read(fields: &Fields) -> Self {
        let text = |name| fields.text(name).to_owned();
        Self { grace: text("grace"), days: text("days"), nonce: text("nonce") }
    }
}

/// Shows the form; only for an active key.
pub(crate) async fn show_rotate_key(
    person: SignedIn,
    store: Data<Store>,
    request: HttpRequest,
    KeyIdInPath(id): KeyIdInPath,
) -> Result<HttpResponse, ApiError> {
    let (key, now) = find(&store, &person, id).await?;
    if let Some(refusal) = RotateRefusal::of(key.status) {
        return turn_away(&person, &key, refusal);
    }
    let query = Query::of(&request);
    let chosen = Chosen { grace: query.text("grace"), days: query.text("days") };
    page::show(&RotatePage::new(&person, &key, now, &chosen, Vec::new()))
}

/// A key that has a successor leads to it: that is the one to go on with.
fn turn_away(person: &SignedIn, key: &KeyOverview, refusal: RotateRefusal) -> Result<HttpResponse, ApiError> {
    match key.successor() {
        Some(successor) => {
            let page = AlreadyMadePage::rotated(person, &key.key.name, successor.id, &successor.prefix);
            page::respond(StatusCode::CONFLICT, &page)
        }
        None => Err(ApiError::Conflict(refusal)),
    }
}

/// Makes the new key and shows its secret in this very response; sent again, it makes no other.
pub(crate) async fn rotate_key(
    person: SignedIn,
    store: Data<Store>,
    request: HttpRequest,
    KeyIdInPath(id): KeyIdInPath,
    FormBody(form): FormBody<RotateForm>,
) -> Result<HttpResponse, ApiError> {
    let (key, now) = find(&store, &person, id).await?;
    let grace = match form.grace() {
        Ok(grace) => grace,
        Err(problem) => return form.ask_again(&person, &key, now, problem),
    };
    let nonce = nonce::parse(&form.nonce).map_err(|refusal| ApiError::InvalidRequest(refusal.to_string()))?;
    match store.rotate_key(person.workspace_id, id, grace, Some(&nonce)).await {
        Ok(creation) => {
            let old = old_key(&store, &person, &key).await;
            respond(&request, &person, &store, creation, Made::Rotated(old)).await
        }
        // As the key is after this: it may have been rotated while this request waited.
        Err(RotateKeyError::IdempotencyKeyReused | RotateKeyError::Refused(_)) => {
            let (key, now) = find(&store, &person, id).await?;
            match RotateRefusal::of(key.status) {
                Some(refusal) => turn_away(&person, &key, refusal),
                None => form.ask_again(&person, &key, now, already_sent()),
            }
        }
        Err(other) => Err(other.into()),
    }
}

/// When the old key stops, as it was written down. Only told beside the secret: failing to read it must
/// not keep the secret from being shown.
async fn old_key(store: &Store, person: &SignedIn, before: &KeyOverview) -> OldKey {
    let prefix = before.key.prefix.as_str().to_owned();
    let after = store.find_key(person.workspace_id, before.key.id).await.ok().flatten();
    match after.map(|stored| stored.status) {
        Some(KeyStatus::Grace { until }) => OldKey::WorksUntil(prefix, Moment::exact(until)),
        Some(KeyStatus::Revoked { .. }) => OldKey::Stopped(prefix),
        _ => OldKey::None,
    }
}

/// The form's nonce belongs to something else, and this key is as it was.
fn already_sent() -> Problem {
    Problem::new(
        "rotate",
        "this form was already sent for something else. This key was not rotated: send the form again to do so",
    )
}

const TYPED_BUT_NOT_CHOSEN: &str = "a number of days was typed here, but another choice was made. The number is \
    chosen now: rotate again, or empty this field and choose otherwise";

impl RotateForm {
    /// A number of days that was typed and not chosen says two things at once (a page without its script lets
    /// this happen), and the wrong guess stops a key early or late: it is asked again.
    fn grace(&self) -> Result<GracePeriod, Problem> {
        let typed = self.days.trim();
        let is_other = self.grace == "other";
        if !is_other && !typed.is_empty() && typed != self.grace {
            return Err(Problem::new("days", TYPED_BUT_NOT_CHOSEN));
        }
        let days = if is_other { typed } else { &self.grace };
        let grace = days.parse().ok().and_then(|days| GracePeriod::from_days(days).ok());
        grace.ok_or_else(|| Problem::new("days", "give a whole number of days from 0 to 30"))
    }

    fn ask_again(
        &self,
        person: &SignedIn,
        key: &KeyOverview,
        now: OffsetDateTime,
        problem: Problem,
    ) -> Result<HttpResponse, ApiError> {
        let grace = if problem.is_of("days") { "other" } else { &self.grace };
        let chosen = Chosen { grace, days: &self.days };
        let page = RotatePage::new(person, key, now, &chosen, vec![problem]);
        page::respond(StatusCode::UNPROCESSABLE_ENTITY, &page)
    }
}
