//! A posting on the wire. [`conversion`] makes it from a row, [`texts`] its advertisements, [`facts`] its facts.

mod conversion;
mod facts;
pub(super) mod rows;
mod texts;
mod title;

use serde::Serialize;
use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::{
        ArrayBuilder, ObjectBuilder, Ref,
        schema::{AnyOfBuilder, Schema, SchemaType},
    },
};

use super::Localization;
use crate::example::example;

/// A posting: a vacancy on a medium.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(example = json!(example(include_str!("../../../tests/golden/posting.json"))))]
pub(crate) struct Posting {
    /// Short number of the vacancy.
    pub(crate) job_id: i32,
    /// GUID of the vacancy; with `mediaId` the key of a posting.
    pub(crate) vacancy_id: String,
    /// GUID of the form by which one applies.
    #[schema(required)]
    pub(crate) application_form_id: Option<String>,
    /// Advertisements; HTML may be entity-encoded.
    pub(crate) advertisements: Vec<Advertisement>,
    /// The vacancy's title, in each language that it has.
    pub(crate) title: Localization,
    /// HTML; clients read that of the advertisements instead.
    #[schema(required)]
    pub(crate) content: Option<Localization>,
    /// 0 a job, 1 a talent pool.
    #[serde(rename = "type")]
    #[schema(example = 0)]
    pub(crate) kind: i32,
    /// When it appeared: ISO 8601, up to seven fractional digits; without a zone it is UTC.
    #[schema(example = "2026-05-11T11:52:56.6003624Z")]
    pub(crate) created: String,
    /// When it last changed; as `created`.
    #[schema(example = "2026-05-12T08:03:15.6044226Z")]
    pub(crate) edited: String,
    /// Until when one may apply, in UTC; null for talent pools and open ends.
    #[serde(rename = "deadlineUTC")]
    #[schema(required, example = "2026-05-29T10:00:00Z")]
    pub(crate) deadline_utc: Option<String>,
    /// The same in `timeZone`, without a zone.
    #[schema(required, example = "2026-05-29T12:00:00")]
    pub(crate) deadline: Option<String>,
    /// The same for people.
    #[schema(required)]
    pub(crate) deadline_text: Option<Localization>,
    /// Where the work is done; null for some.
    #[schema(required)]
    pub(crate) location: Option<Location>,
    /// The department that the vacancy belongs to; null for some.
    #[schema(required)]
    pub(crate) department: Option<Department>,
    /// Free words of the tenant's; null where there are none.
    #[schema(required)]
    pub(crate) tags: Option<Vec<String>>,
    /// The tenant's own facts.
    pub(crate) data: Vec<JobData>,
    /// GUID of the user in charge.
    #[schema(required)]
    pub(crate) project_manager_user_id: Option<String>,
    /// Name of the user in charge.
    #[schema(required)]
    pub(crate) project_manager_full_name: Option<String>,
    /// GUID of the template it was made from.
    #[schema(required)]
    pub(crate) template_id: Option<String>,
    /// Title of the template it was made from.
    #[schema(required)]
    pub(crate) template_title: Option<Localization>,
    /// Address of the form by which one applies, by language.
    #[schema(required)]
    pub(crate) apply_url: Option<Localization>,
    /// Address of the advertisement, by language.
    #[schema(required)]
    pub(crate) ad_url: Option<Localization>,
    /// Address of a form outside of the system.
    #[schema(required)]
    pub(crate) external_application_url: Option<String>,
    /// Time zone of the tenant, by the IANA or as Windows calls it.
    #[schema(required, example = "Europe/Berlin")]
    pub(crate) time_zone: Option<String>,
    /// GUID of the medium that this posting is on.
    pub(crate) media_id: String,
    /// 1 published, 2 unpublished.
    #[schema(example = 1)]
    pub(crate) stage: i32,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Advertisement {
    pub(crate) title: Localization,
    /// HTML, perhaps entity-encoded.
    pub(crate) content: Localization,
    /// Whether it is the one to show.
    pub(crate) is_default: bool,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Location {
    /// Street, zip, city, perhaps country, separated by commas.
    #[schema(example = "Musterstrasse 6, 80331, Muenchen")]
    pub(crate) address: String,
    /// Degrees north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) latitude: Option<f64>,
    /// Degrees east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) longitude: Option<f64>,
}

#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Department {
    pub(crate) id: String,
    pub(crate) title: Localization,
}

/// A fact that the tenant keeps on vacancies.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobData {
    /// GUID of the kind of fact.
    pub(crate) job_details_id: String,
    pub(crate) title: Localization,
    /// 0: `value` is a Localization; 1: an array of choices; others exist.
    #[schema(example = 0)]
    pub(crate) value_type: i32,
    #[schema(schema_with = job_value)]
    pub(crate) value: JobValue,
}

/// The value of a fact.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub(crate) enum JobValue {
    Text(Localization),
    Choices(Vec<Choice>),
    Other(Value),
}

/// One of several predefined values.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct Choice {
    pub(crate) id: String,
    pub(crate) title: Localization,
}

fn job_value() -> Schema {
    // not `oneOf`: it is anything at all, and a Localization would fulfil two
    let any = AnyOfBuilder::new()
        .description(Some("By `valueType`: 0 a Localization, 1 an array of choices, else anything."))
        .item(Ref::from_schema_name(Localization::name()))
        .item(ArrayBuilder::new().items(Ref::from_schema_name(Choice::name())))
        .item(ObjectBuilder::new().schema_type(SchemaType::AnyValue))
        .build();
    Schema::AnyOf(any)
}
