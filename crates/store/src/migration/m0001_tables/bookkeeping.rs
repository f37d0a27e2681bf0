//! The tables that hold how we got there.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, integer, text, text_null, timestamp_with_time_zone,
        timestamp_with_time_zone_null,
    },
};

use super::table::table;

pub(super) fn all() -> Vec<TableCreateStatement> {
    vec![
        sync_run(),
        sync_cursor(),
        rejected_record(),
        missing_application(),
        suppression(),
        pending_scrub(),
        export_cursor(),
        export_run(),
        source(),
        place(),
        change_counter(),
    ]
}

fn sync_run() -> TableCreateStatement {
    let columns = vec![
        text("id"),
        text("service"),
        text("command"),
        text("trigger"),
        timestamp_with_time_zone("started_at"),
        timestamp_with_time_zone_null("finished_at"),
        text("outcome"),
        timestamp_with_time_zone_null("window_from"),
        timestamp_with_time_zone_null("window_to"),
        big_integer("fetched"),
        big_integer("inserted"),
        big_integer("updated"),
        big_integer("unchanged"),
        big_integer("removed"),
        big_integer("rejected"),
        big_integer("suppressed"),
        big_integer("outside"),
        big_integer("bytes"),
        big_integer("requests"),
        big_integer("retries"),
        big_integer("jobs"),
        big_integer("bytes_billed"),
        text_null("error"),
        text_null("unjudged"),
        text("version"),
    ];
    table("sync_run", columns, &["id"])
}

fn sync_cursor() -> TableCreateStatement {
    let columns = vec![
        text("stream"),
        timestamp_with_time_zone("position"),
        text("run_id"),
        timestamp_with_time_zone("moved_at"),
    ];
    table("sync_cursor", columns, &["stream"])
}

fn rejected_record() -> TableCreateStatement {
    let columns = vec![
        text("fingerprint"),
        text("stream"),
        text_null("record_key"),
        text("reason"),
        text("payload"),
        text("run_id"),
        timestamp_with_time_zone("first_seen"),
        timestamp_with_time_zone("last_seen"),
    ];
    table("rejected_record", columns, &["fingerprint"])
}

fn missing_application() -> TableCreateStatement {
    let columns = vec![text("application_id"), timestamp_with_time_zone("found_at")];
    table("missing_application", columns, &["application_id"])
}

fn suppression() -> TableCreateStatement {
    let columns =
        vec![text("pseudonym"), text("kind"), timestamp_with_time_zone("suppressed_at"), text("key_fingerprint")];
    table("suppression", columns, &["pseudonym"])
}

fn pending_scrub() -> TableCreateStatement {
    let columns = vec![integer("id"), timestamp_with_time_zone("since"), text_null("transaction_id")];
    table("pending_scrub", columns, &["id"])
}

fn export_cursor() -> TableCreateStatement {
    let columns = vec![
        text("target"),
        big_integer("sent"),
        big_integer_null("pending_from"),
        big_integer_null("pending_to"),
        big_integer("attempt"),
        text_null("pii_mode"),
        text_null("pii_key_fingerprint"),
        text_null("sums"),
        timestamp_with_time_zone_null("verified_at"),
        timestamp_with_time_zone("moved_at"),
    ];
    table("export_cursor", columns, &["target"])
}

fn export_run() -> TableCreateStatement {
    let columns = vec![
        text("run_id"),
        timestamp_with_time_zone("started"),
        timestamp_with_time_zone_null("as_of"),
        big_integer("changed_seq"),
    ];
    table("export_run", columns, &["run_id"])
}

fn source() -> TableCreateStatement {
    let columns = vec![integer("id"), text("base_url"), text("customer")];
    table("source", columns, &["id"])
}

fn place() -> TableCreateStatement {
    let columns = vec![text("service"), text("place"), timestamp_with_time_zone("noted_at")];
    table("place", columns, &["service"])
}

fn change_counter() -> TableCreateStatement {
    let columns = vec![integer("id"), big_integer("value")];
    table("change_counter", columns, &["id"])
}
