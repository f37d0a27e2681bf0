//! The OpenAPI document, out of the code.

use serde_json::Value;
use utoipa::{
    Modify, OpenApi, ToSchema as _,
    openapi::{
        ArrayBuilder, ObjectBuilder, Ref,
        schema::{AnyOfBuilder, Schema, SchemaType},
        security::{ApiKey, ApiKeyValue, SecurityScheme},
    },
};

use super::{Choice, Localization, access, routes};

/// The document.
pub fn openapi() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// An example that lies in a file beside the tests.
pub(super) fn example(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

/// The value of a fact: anything at all, so not `oneOf`, of which a Localization would fulfil two.
pub(super) fn job_value() -> Schema {
    let any = AnyOfBuilder::new()
        .description(Some("By `valueType`: 0 a Localization, 1 an array of choices, else anything."))
        .item(Ref::from_schema_name(Localization::name()))
        .item(ArrayBuilder::new().items(Ref::from_schema_name(Choice::name())))
        .item(ObjectBuilder::new().schema_type(SchemaType::AnyValue))
        .build();
    Schema::AnyOf(any)
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
struct Document;

/// The two ways to send a key.
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
