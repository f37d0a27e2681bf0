//! The OpenAPI document, out of the code.

use utoipa::{
    Modify, OpenApi,
    openapi::security::{ApiKey, ApiKeyValue, SecurityScheme},
};

use super::{Choice, access, routes};

/// The document that is served at `/openapi/emply.json`.
pub fn openapi() -> utoipa::openapi::OpenApi {
    EmplyDocument::openapi()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Emply v1 (mock)",
        version = "1",
        description = "A stand-in for the applicant tracking system Emply: postings and applications of a made-up \
            hospital group. Answers are bare JSON arrays without paging. The Date header of every answer is the \
            world's time.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "postings", description = "Vacancies as they appear on a medium"),
        (name = "applications", description = "Who applied, and how far it has come"),
        (name = "departments", description = "Parts of the customer's organisation"),
    ),
    paths(
        routes::public_postings::list,
        routes::media_postings::list,
        routes::applications_by_date::find,
        routes::departments::list,
    ),
    components(schemas(Choice)),
    modifiers(&Keys),
)]
struct EmplyDocument;

struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let header = ApiKeyValue::with_description(access::HEADER, "The key as a header.");
        let query =
            ApiKeyValue::with_description(access::PARAMETER, "The key as a parameter, as real clients send it.");
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("header", SecurityScheme::ApiKey(ApiKey::Header(header)));
        components.add_security_scheme("query", SecurityScheme::ApiKey(ApiKey::Query(query)));
    }
}
