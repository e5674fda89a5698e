//! A refusal as actix-web's error.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use chaser_keys_service::Refusal;

/// Why [`AuthenticatedKey`](crate::AuthenticatedKey) or [`RequireKey`](crate::RequireKey) refused a request.
///
/// actix-web answers with it by itself. A handler that takes `Result<AuthenticatedKey, Refused>` decides otherwise.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Refused(pub Refusal);

impl std::fmt::Display for Refused {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(formatter)
    }
}

impl std::error::Error for Refused {}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        // actix-web 4 has the status type of `http` 0.2. The codes are the same.
        StatusCode::from_u16(self.0.status().as_u16()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        for header in self.0.headers() {
            response.insert_header(header);
        }
        response.body(self.0.body())
    }
}
