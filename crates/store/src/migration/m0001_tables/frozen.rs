//! The tables that hold what stays of those who are forgotten, as numbers.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, boolean, text, timestamp_with_time_zone_null},
};

use super::table::table;

pub(super) fn all() -> Vec<TableCreateStatement> {
    vec![application_month()]
}

fn application_month() -> TableCreateStatement {
    let columns = vec![
        text("group_key"),
        text("month"),
        text("department"),
        text("city"),
        text("furthest_stage_kind"),
        text("outcome"),
        text("reason_kind"),
        boolean("is_eligible"),
        big_integer_null("weeks"),
        big_integer("applications"),
        timestamp_with_time_zone_null("removed_at"),
        big_integer("changed_seq"),
    ];
    table("application_month", columns, &["group_key"])
}
