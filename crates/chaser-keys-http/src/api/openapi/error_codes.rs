//! The list of error codes in the description, from the table in `error/spec.rs`.

use actix_web::http::StatusCode;
use utoipa::Modify;
use utoipa::openapi::schema::Schema;
use utoipa::openapi::{OpenApi, RefOr};

use crate::error::CODES;

pub(super) struct ErrorCodes;

impl Modify for ErrorCodes {
    fn modify(&self, document: &mut OpenApi) {
        let schemas = document.components.as_mut().map(|components| &mut components.schemas);
        let Some(RefOr::T(Schema::Object(body))) = schemas.and_then(|all| all.get_mut("ErrorBody")) else {
            return;
        };
        if let Some(RefOr::T(Schema::Object(code))) = body.properties.get_mut("code") {
            code.description = Some(description());
        }
    }
}

fn description() -> String {
    let statuses: Vec<_> = CODES.chunk_by(|one, next| one.0 == next.0).map(of_one_status).collect();
    format!("A word that programs can tell errors apart by: {}.", statuses.join("; "))
}

fn of_one_status(codes: &[(StatusCode, &str)]) -> String {
    let names: Vec<_> = codes.iter().map(|(_, code)| format!("`{code}`")).collect();
    let status = codes.first().map_or(0, |(status, _)| status.as_u16());
    format!("{} ({status})", names.join(", "))
}
