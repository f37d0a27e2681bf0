//! What export reads of each table. Large texts, and what a warehouse does not get, stay where they are.

use chrono::{DateTime, Utc};

use super::{
    changing::{Changing, ChangingTable},
    packed::{Field, Fields, Kind},
};
use crate::entity::{application, application_event, application_month, candidate, export_run, posting, posting_event};

/// Declares what is read of a row. A field is the column of its name, unless an expression says otherwise.
macro_rules! read {
    (
        $(#[$about:meta])*
        $row:ident of $table:ident { $($field:ident: $type:ty $(= $sql:literal)?,)* }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq)]
        #[expect(missing_docs, reason = "a field is the column of its name, which the entity describes")]
        pub struct $row<'a> {
            $(pub $field: $type,)*
        }

        impl<'a> $row<'a> {
            const COLUMNS: &'static [(&'static str, Kind)] =
                &[$((read!(@ $field $($sql)?), <$type as Field<'a>>::KIND)),*];
        }

        impl Changing for $table::Entity {
            type Row<'a> = $row<'a>;
            const TABLE: ChangingTable = ChangingTable { name: stringify!($table), columns: $row::COLUMNS };

            fn row<'a>(fields: &mut Fields<'a>) -> Option<Self::Row<'a>> {
                Some($row { $($field: fields.next()?,)* })
            }
        }
    };
    (@ $field:ident) => { stringify!($field) };
    (@ $field:ident $sql:literal) => { $sql };
}

read! {
    PostingRow of posting {
        vacancy_id: &'a str,
        media_id: &'a str,
        job_id: Option<i64>,
        posting_type: Option<i32>,
        stage: Option<i32>,
        title: &'a str,
        title_localized: Option<&'a str>,
        department_id: Option<&'a str>,
        department: Option<&'a str>,
        address: Option<&'a str>,
        street: Option<&'a str>,
        zip: Option<&'a str>,
        city: Option<&'a str>,
        country: Option<&'a str>,
        latitude: Option<f64>,
        longitude: Option<f64>,
        created: DateTime<Utc>,
        edited: DateTime<Utc>,
        deadline: Option<DateTime<Utc>>,
        time_zone: Option<&'a str>,
        tags: Option<&'a str>,
        facts: Option<&'a str>,
        apply_url: Option<&'a str>,
        ad_url: Option<&'a str>,
        first_seen: DateTime<Utc>,
        removed_at: Option<DateTime<Utc>>,
        changed_seq: i64,
    }
}

read! {
    ApplicationRow of application {
        id: &'a str,
        number: Option<i64>,
        vacancy_id: Option<&'a str>,
        job_id: Option<i64>,
        candidate_key: &'a str,
        created: DateTime<Utc>,
        updated: Option<DateTime<Utc>>,
        status: Option<i32>,
        stage: Option<&'a str>,
        stage_localized: Option<&'a str>,
        disqualify_reason: Option<&'a str>,
        disqualify_reason_localized: Option<&'a str>,
        source: Option<&'a str>,
        first_seen: DateTime<Utc>,
        removed_at: Option<DateTime<Utc>>,
        changed_seq: i64,
        // of a row that was blanked nothing is left to be hashed
        is_forgotten: bool = "content_hash = ''",
    }
}

read! {
    CandidateRow of candidate {
        key: &'a str,
        exported_key: Option<&'a str>,
        candidate_id: Option<&'a str>,
        email: Option<&'a str>,
        first_name: Option<&'a str>,
        middle_name: Option<&'a str>,
        last_name: Option<&'a str>,
        first_seen: DateTime<Utc>,
        removed_at: Option<DateTime<Utc>>,
        changed_seq: i64,
        is_forgotten: bool = "content_hash = ''",
    }
}

read! {
    EventRow of application_event {
        application_id: &'a str,
        event_no: i64,
        vacancy_id: Option<&'a str>,
        occurred: DateTime<Utc>,
        observed: DateTime<Utc>,
        previous_observed: Option<DateTime<Utc>>,
        is_first_sight: bool,
        from_stage: Option<&'a str>,
        from_stage_localized: Option<&'a str>,
        to_stage: Option<&'a str>,
        to_stage_localized: Option<&'a str>,
        from_status: Option<i32>,
        to_status: Option<i32>,
        removed_at: Option<DateTime<Utc>>,
        changed_seq: i64,
        // as blanking leaves it: nothing of where it led, and both instants at the beginning of the month
        is_forgotten: bool = "removed_at IS NOT NULL AND observed = occurred AND to_stage IS NULL \
            AND to_stage_localized IS NULL AND to_status IS NULL",
    }
}

read! {
    PostingEventRow of posting_event {
        vacancy_id: &'a str,
        media_id: &'a str,
        event_no: i64,
        is_published: bool,
        is_first_sight: bool,
        observed: DateTime<Utc>,
        changed_seq: i64,
    }
}

read! {
    ExportRunRow of export_run {
        run_id: &'a str,
        started: DateTime<Utc>,
        as_of: Option<DateTime<Utc>>,
        changed_seq: i64,
    }
}

read! {
    ApplicationMonthRow of application_month {
        group_key: &'a str,
        month: &'a str,
        department: &'a str,
        city: &'a str,
        furthest_stage_kind: &'a str,
        outcome: &'a str,
        reason_kind: &'a str,
        is_eligible: bool,
        weeks: Option<i64>,
        applications: i64,
        removed_at: Option<DateTime<Utc>>,
        changed_seq: i64,
    }
}
