//! The ledger of what a job board was told.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, integer, text, text_null, timestamp_with_time_zone, timestamp_with_time_zone_null},
};

use super::table::table;

pub(super) fn all() -> Vec<TableCreateStatement> {
    vec![listing(), attachment()]
}

fn listing() -> TableCreateStatement {
    let columns = vec![
        text("board"),
        text("mode"),
        text("vacancy_id"),
        integer("generation"),
        text("media_id"),
        text("state"),
        text_null("step"),
        text_null("reason"),
        text_null("notice"),
        text_null("listing_id"),
        text("content_hash"),
        integer("tries"),
        timestamp_with_time_zone("planned_at"),
        timestamp_with_time_zone("moved_at"),
        timestamp_with_time_zone_null("published_at"),
        text("run_id"),
    ];
    table("board_listing", columns, &["board", "mode", "vacancy_id", "generation"])
}

fn attachment() -> TableCreateStatement {
    let columns = vec![
        text("board"),
        text("mode"),
        text("vacancy_id"),
        integer("generation"),
        integer("position"),
        integer("attempt"),
        text("url"),
        text("filename"),
        text("mime_type"),
        big_integer("bytes"),
        text_null("sha256"),
        text("state"),
        text_null("attachment_id"),
        timestamp_with_time_zone("moved_at"),
    ];
    table("board_attachment", columns, &["board", "mode", "vacancy_id", "generation", "position", "attempt"])
}
