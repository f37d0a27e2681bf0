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
        $row:ident of $table:ident { $($(#[$what:meta])* $field:ident: $type:ty $(= $sql:literal)?,)* }
    ) => {
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $row<'a> {
            $($(#[$what])* pub $field: $type,)*
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
    /// A posting, as [`posting::Model`] describes it.
    PostingRow of posting {
        /// The vacancy; part of the key.
        vacancy_id: &'a str,
        /// The medium; part of the key.
        media_id: &'a str,
        /// The vacancy's number.
        job_id: Option<i64>,
        /// 0 a job, 1 a talent pool.
        posting_type: Option<i32>,
        /// 1 published, 2 unpublished, others exist.
        stage: Option<i32>,
        /// Title in the preferred language.
        title: &'a str,
        /// Title by locale, JSON.
        title_localized: Option<&'a str>,
        /// Key of the department.
        department_id: Option<&'a str>,
        /// Its name.
        department: Option<&'a str>,
        /// Address as it came.
        address: Option<&'a str>,
        /// From the address.
        street: Option<&'a str>,
        /// From the address.
        zip: Option<&'a str>,
        /// From the address.
        city: Option<&'a str>,
        /// From the address.
        country: Option<&'a str>,
        /// Degrees north.
        latitude: Option<f64>,
        /// Degrees east.
        longitude: Option<f64>,
        /// When it was made.
        created: DateTime<Utc>,
        /// When it was last changed.
        edited: DateTime<Utc>,
        /// Until when one may apply.
        deadline: Option<DateTime<Utc>>,
        /// The tenant's zone as it came.
        time_zone: Option<&'a str>,
        /// Tags, JSON.
        tags: Option<&'a str>,
        /// The tenant's own facts, JSON.
        facts: Option<&'a str>,
        /// Where to apply.
        apply_url: Option<&'a str>,
        /// Where the ad is.
        ad_url: Option<&'a str>,
        /// When we first saw it.
        first_seen: DateTime<Utc>,
        /// When we saw that it is gone.
        removed_at: Option<DateTime<Utc>>,
        /// Number of its last change.
        changed_seq: i64,
    }
}

read! {
    /// An application, as [`application::Model`] describes it.
    ApplicationRow of application {
        /// Key.
        id: &'a str,
        /// The number people see.
        number: Option<i64>,
        /// The vacancy it is for.
        vacancy_id: Option<&'a str>,
        /// The vacancy's number.
        job_id: Option<i64>,
        /// Our key of the person.
        candidate_key: &'a str,
        /// When it came in.
        created: DateTime<Utc>,
        /// When it was last touched.
        updated: Option<DateTime<Utc>>,
        /// 0 inactive, 1 active.
        status: Option<i32>,
        /// Label of its stage.
        stage: Option<&'a str>,
        /// The label by locale, JSON.
        stage_localized: Option<&'a str>,
        /// Why it was turned down.
        disqualify_reason: Option<&'a str>,
        /// The reason by locale, JSON.
        disqualify_reason_localized: Option<&'a str>,
        /// Where it came from, JSON of unknown shape.
        source: Option<&'a str>,
        /// When we first saw it.
        first_seen: DateTime<Utc>,
        /// When we saw that it is gone.
        removed_at: Option<DateTime<Utc>>,
        /// Number of its last change.
        changed_seq: i64,
        /// Whether its person was forgotten: little more than the key is left of it.
        is_forgotten: bool = "content_hash = ''",
    }
}

read! {
    /// A candidate, as [`candidate::Model`] describes it.
    CandidateRow of candidate {
        /// Key.
        key: &'a str,
        /// What warehouses know the person by, where that is not made of the key any more.
        exported_key: Option<&'a str>,
        /// The source's key.
        candidate_id: Option<&'a str>,
        /// Address.
        email: Option<&'a str>,
        /// First name.
        first_name: Option<&'a str>,
        /// Middle name.
        middle_name: Option<&'a str>,
        /// Last name.
        last_name: Option<&'a str>,
        /// When we first saw it.
        first_seen: DateTime<Utc>,
        /// When the last application was gone.
        removed_at: Option<DateTime<Utc>>,
        /// Number of its last change.
        changed_seq: i64,
        /// Whether the person was forgotten: little more than the key is left.
        is_forgotten: bool = "content_hash = ''",
    }
}

read! {
    /// An event, as [`application_event::Model`] describes it.
    EventRow of application_event {
        /// Which application.
        application_id: &'a str,
        /// Number of the transaction that saw it.
        event_no: i64,
        /// The vacancy it is for.
        vacancy_id: Option<&'a str>,
        /// When it happened.
        occurred: DateTime<Utc>,
        /// When we saw it.
        observed: DateTime<Utc>,
        /// When its application was last read before.
        previous_observed: Option<DateTime<Utc>>,
        /// Whether the application was not known before.
        is_first_sight: bool,
        /// Label before.
        from_stage: Option<&'a str>,
        /// The same by locale, JSON.
        from_stage_localized: Option<&'a str>,
        /// Label after.
        to_stage: Option<&'a str>,
        /// The same by locale, JSON.
        to_stage_localized: Option<&'a str>,
        /// Status before.
        from_status: Option<i32>,
        /// Status after.
        to_status: Option<i32>,
        /// When its application was gone.
        removed_at: Option<DateTime<Utc>>,
        /// Number of its last change.
        changed_seq: i64,
    }
}

read! {
    /// An event of a posting, as [`posting_event::Model`] describes it.
    PostingEventRow of posting_event {
        /// Which vacancy.
        vacancy_id: &'a str,
        /// In which medium.
        media_id: &'a str,
        /// Number of the transaction that saw it.
        event_no: i64,
        /// Whether it went online.
        is_published: bool,
        /// Whether it was online when it was first seen.
        is_first_sight: bool,
        /// When we saw it.
        observed: DateTime<Utc>,
        /// Number of its change.
        changed_seq: i64,
    }
}

read! {
    /// An export, as [`export_run::Model`] describes it.
    ExportRunRow of export_run {
        /// Which run.
        run_id: &'a str,
        /// When it was about to read.
        started: DateTime<Utc>,
        /// Up to when all applications have been read, on the source's clock.
        as_of: Option<DateTime<Utc>>,
        /// Number of its change.
        changed_seq: i64,
    }
}

read! {
    /// What is frozen of a month, as [`application_month::Model`] describes it.
    ApplicationMonthRow of application_month {
        /// Made of all else but the number.
        group_key: &'a str,
        /// When they came in.
        month: &'a str,
        /// Of which department.
        department: &'a str,
        /// In which city.
        city: &'a str,
        /// How far they got.
        furthest_stage_kind: &'a str,
        /// How they ended.
        outcome: &'a str,
        /// Why.
        reason_kind: &'a str,
        /// Whether they were seen from the beginning to the end.
        is_eligible: bool,
        /// How long that took.
        weeks: Option<i64>,
        /// How many.
        applications: i64,
        /// When they were counted elsewhere.
        removed_at: Option<DateTime<Utc>>,
        /// Number of its last change.
        changed_seq: i64,
    }
}
