//! The tables that hold what the source said.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, boolean, double_null, integer_null, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null,
    },
};

use super::table::table;

pub(super) fn all() -> Vec<TableCreateStatement> {
    vec![posting(), posting_event(), application(), candidate(), application_event()]
}

fn posting() -> TableCreateStatement {
    let columns = vec![
        text("vacancy_id"),
        text("media_id"),
        big_integer_null("job_id"),
        text_null("application_form_id"),
        integer_null("posting_type"),
        integer_null("stage"),
        text("title"),
        text_null("title_localized"),
        text_null("content_localized"),
        text_null("advertisements"),
        timestamp_with_time_zone("created"),
        timestamp_with_time_zone("edited"),
        timestamp_with_time_zone_null("deadline"),
        text_null("deadline_text"),
        text_null("department_id"),
        text_null("department"),
        text_null("address"),
        text_null("street"),
        text_null("zip"),
        text_null("city"),
        text_null("country"),
        double_null("latitude"),
        double_null("longitude"),
        text_null("tags"),
        text_null("facts"),
        text_null("template_id"),
        text_null("template_title"),
        text_null("apply_url"),
        text_null("ad_url"),
        text_null("external_application_url"),
        text_null("time_zone"),
        text("raw"),
        text("content_hash"),
        text("raw_hash"),
        timestamp_with_time_zone("first_seen"),
        timestamp_with_time_zone_null("removed_at"),
        big_integer("changed_seq"),
    ];
    table("posting", columns, &["vacancy_id", "media_id"])
}

fn posting_event() -> TableCreateStatement {
    let columns = vec![
        text("vacancy_id"),
        text("media_id"),
        big_integer("event_no"),
        boolean("is_published"),
        boolean("is_first_sight"),
        timestamp_with_time_zone("observed"),
        big_integer("changed_seq"),
    ];
    table("posting_event", columns, &["vacancy_id", "media_id", "event_no"])
}

fn application() -> TableCreateStatement {
    let columns = vec![
        text("id"),
        big_integer_null("number"),
        text_null("vacancy_id"),
        big_integer_null("job_id"),
        text_null("candidate_id"),
        text("candidate_key"),
        text("candidate_hash"),
        text_null("email"),
        text_null("first_name"),
        text_null("middle_name"),
        text_null("last_name"),
        timestamp_with_time_zone("created"),
        timestamp_with_time_zone("created_at_source"),
        timestamp_with_time_zone_null("updated"),
        integer_null("status"),
        text_null("stage"),
        text_null("stage_localized"),
        text_null("disqualify_reason"),
        text_null("disqualify_reason_localized"),
        text_null("source"),
        text("raw"),
        text("content_hash"),
        text("raw_hash"),
        timestamp_with_time_zone("first_seen"),
        timestamp_with_time_zone_null("removed_at"),
        big_integer("changed_seq"),
    ];
    table("application", columns, &["id"])
}

fn candidate() -> TableCreateStatement {
    let columns = vec![
        text("key"),
        text_null("exported_key"),
        text_null("candidate_id"),
        text_null("email"),
        text_null("first_name"),
        text_null("middle_name"),
        text_null("last_name"),
        text("content_hash"),
        timestamp_with_time_zone("first_seen"),
        timestamp_with_time_zone_null("removed_at"),
        big_integer("changed_seq"),
    ];
    table("candidate", columns, &["key"])
}

fn application_event() -> TableCreateStatement {
    let columns = vec![
        text("application_id"),
        big_integer("event_no"),
        text_null("vacancy_id"),
        timestamp_with_time_zone("occurred"),
        timestamp_with_time_zone("observed"),
        timestamp_with_time_zone_null("previous_observed"),
        boolean("is_first_sight"),
        text_null("from_stage"),
        text_null("from_stage_localized"),
        text_null("to_stage"),
        text_null("to_stage_localized"),
        integer_null("from_status"),
        integer_null("to_status"),
        timestamp_with_time_zone_null("removed_at"),
        big_integer("changed_seq"),
    ];
    table("application_event", columns, &["application_id", "event_no"])
}
