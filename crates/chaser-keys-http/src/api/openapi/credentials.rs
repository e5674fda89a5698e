//! Which credentials a call takes and how it refuses others: from the rule for its path instead of repeated at each
//! handler.

use utoipa::Modify;
use utoipa::openapi::path::Operation;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, Response};

use crate::authentication::Access;

const SESSION: &str = "dashboard_session";
const API_KEY: &str = "api_key";

pub(super) struct Credentials;

impl Modify for Credentials {
    fn modify(&self, document: &mut OpenApi) {
        let cookie = ApiKeyValue::with_description("chaser_session", "Set by signing in to the dashboard.");
        let bearer = Http::builder()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API key: `cha_live_…` or `cha_test_…`."))
            .build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme(SESSION, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
        components.add_security_scheme(API_KEY, SecurityScheme::Http(bearer));

        for (path, item) in &mut document.paths.paths {
            let access = Access::of(path);
            for operation in
                [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete].into_iter().flatten()
            {
                describe(operation, access);
            }
        }
    }
}

fn describe(operation: &mut Operation, access: Access) {
    let scheme = match access {
        Access::Public | Access::Page => None,
        Access::Session => Some((SESSION, "No dashboard session, or one that has ended.")),
        Access::Bearer => {
            Some((API_KEY, "No API key, or one that is unknown, malformed, expired or revoked."))
        }
    };
    if let Some((name, refusal)) = scheme {
        operation.security = Some(vec![SecurityRequirement::new(name, Vec::<String>::new())]);
        add(operation, "401", refusal);
        add(
            operation,
            "503",
            "Whether the credentials are good cannot be known at the moment: retry after a second.",
        );
    }
    add(operation, "default", "Any other error: the code says which, the message what to do.");
}

fn add(operation: &mut Operation, status: &str, description: &str) {
    let envelope = Content::new(Some(Ref::from_schema_name("ErrorEnvelope")));
    let response = Response::builder().description(description).content("application/json", envelope).build();
    operation.responses.responses.insert(status.to_owned(), RefOr::T(response));
}
