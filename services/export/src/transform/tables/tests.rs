//! That each column says what its name says.

use chrono::{DateTime, TimeDelta, Utc};
use store::{
    ApplicationMonthRow, ApplicationRow, CandidateRow, Changing, EventRow, ExportRunRow, PostingEventRow, PostingRow,
    entity::{application, application_event, application_month, candidate, export_run, posting, posting_event},
};

use super::MAKING;
use crate::transform::{
    Cell, Marks,
    column::{ColumnOf, StoreRow, Value},
    mapper::hashed,
    persons::{Persons, Privacy},
};

/// A number that no other field of the row has.
fn number(field: &str) -> i32 {
    field.bytes().fold(7, |sum, byte| (sum * 31 + i32::from(byte)) % 1_000_003)
}

/// An instant that no other field of the row has.
fn instant(field: &str) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(number(field).into())
}

/// A row in which each field has a value of its own: a text is the field's name, anything else follows from it.
macro_rules! row {
    ($row:ident { $($field:ident: $kind:ident,)* $(; $($rest:tt)*)? }) => {
        $row { $($field: row!(@ $kind stringify!($field)),)* $($($rest)*)? }
    };
    (@ text $name:expr) => { $name };
    (@ maybe_text $name:expr) => { Some($name) };
    (@ maybe_int $name:expr) => { Some(number($name)) };
    (@ big_int $name:expr) => { i64::from(number($name)) };
    (@ maybe_big_int $name:expr) => { Some(i64::from(number($name))) };
    (@ maybe_double $name:expr) => { Some(f64::from(number($name))) };
    (@ instant $name:expr) => { instant($name) };
    (@ maybe_instant $name:expr) => { Some(instant($name)) };
}

fn a_posting() -> PostingRow<'static> {
    row!(PostingRow {
        vacancy_id: text,
        media_id: text,
        job_id: maybe_big_int,
        posting_type: maybe_int,
        stage: maybe_int,
        title: text,
        title_localized: maybe_text,
        department_id: maybe_text,
        department: maybe_text,
        address: maybe_text,
        street: maybe_text,
        zip: maybe_text,
        city: maybe_text,
        country: maybe_text,
        latitude: maybe_double,
        longitude: maybe_double,
        created: instant,
        edited: instant,
        deadline: maybe_instant,
        time_zone: maybe_text,
        tags: maybe_text,
        facts: maybe_text,
        apply_url: maybe_text,
        ad_url: maybe_text,
        first_seen: instant,
        removed_at: maybe_instant,
        changed_seq: big_int,
    })
}

fn an_application() -> ApplicationRow<'static> {
    row!(ApplicationRow {
        id: text,
        number: maybe_big_int,
        vacancy_id: maybe_text,
        job_id: maybe_big_int,
        candidate_key: text,
        created: instant,
        updated: maybe_instant,
        status: maybe_int,
        stage: maybe_text,
        stage_localized: maybe_text,
        disqualify_reason: maybe_text,
        disqualify_reason_localized: maybe_text,
        source: maybe_text,
        first_seen: instant,
        removed_at: maybe_instant,
        changed_seq: big_int,
        ; is_forgotten: false
    })
}

fn a_candidate() -> CandidateRow<'static> {
    row!(CandidateRow {
        key: text,
        candidate_id: maybe_text,
        email: maybe_text,
        first_name: maybe_text,
        middle_name: maybe_text,
        last_name: maybe_text,
        first_seen: instant,
        removed_at: maybe_instant,
        changed_seq: big_int,
        ; exported_key: None, is_forgotten: false
    })
}

fn an_event() -> EventRow<'static> {
    row!(EventRow {
        application_id: text,
        event_no: big_int,
        vacancy_id: maybe_text,
        occurred: instant,
        observed: instant,
        previous_observed: maybe_instant,
        from_stage: maybe_text,
        from_stage_localized: maybe_text,
        to_stage: maybe_text,
        to_stage_localized: maybe_text,
        from_status: maybe_int,
        to_status: maybe_int,
        removed_at: maybe_instant,
        changed_seq: big_int,
        ; is_first_sight: true, is_forgotten: false
    })
}

fn a_month() -> ApplicationMonthRow<'static> {
    row!(ApplicationMonthRow {
        group_key: text,
        month: text,
        department: text,
        city: text,
        furthest_stage_kind: text,
        outcome: text,
        reason_kind: text,
        weeks: maybe_big_int,
        applications: big_int,
        removed_at: maybe_instant,
        changed_seq: big_int,
        ; is_eligible: false
    })
}

/// What a column of this name has of such a row.
fn expected(field: &str, of: &Cell<'_>) -> Cell<'static> {
    match of {
        // the number of an application goes as a text
        Cell::Text(_) if field == "number" => Cell::Text(Some(number(field).to_string().into())),
        Cell::Text(_) => Cell::Text(Some(field.to_owned().into())),
        Cell::Int(_) => Cell::Int(Some(number(field))),
        Cell::BigInt(_) => Cell::BigInt(Some(number(field).into())),
        Cell::Double(_) => Cell::Double(Some(number(field).into())),
        // a row that has a date of removal is removed
        Cell::Bool(_) => Cell::Bool(Some(["removed", "is_first_sight"].contains(&field))),
        Cell::Instant(_) => Cell::Instant(Some(instant(field))),
    }
}

/// A table's columns, and a row that they are made of.
struct Subject<S: Changing> {
    columns: &'static [ColumnOf<S>],
    /// For a column of this name.
    row: fn(&str) -> StoreRow<'static, S>,
    /// Columns that have another name than the field they are made of, and that field; and those that have a word of the
    /// vocabulary, and that word.
    renamed: &'static [(&'static str, &'static str)],
}

impl<S: Changing> Subject<S> {
    /// The columns that do not say what their name says, when their values are made by those of `order`.
    fn wrong(&self, order: &[usize]) -> Vec<&'static str> {
        let values = order.iter().map(|place| &self.columns[*place].value);
        let wrong = self.columns.iter().zip(values).filter(|(of, value)| !self.is_right(of.column.name, value));
        wrong.map(|(of, _)| of.column.name).collect()
    }

    fn is_right(&self, name: &str, value: &Value<S>) -> bool {
        let cell = value.of(&(self.row)(name), &kept());
        let field = self.renamed.iter().find(|(column, _)| *column == name).map_or(name, |(_, field)| field);
        cell == expected(field, &cell)
    }

    /// Each column is right, and no two of one type can be swapped without one being wrong.
    fn check(&self) {
        let order: Vec<usize> = (0..self.columns.len()).collect();
        assert_eq!(self.wrong(&order), [""; 0]);
        let mut swaps = 0;
        for (one, other) in order.iter().flat_map(|one| order[one + 1..].iter().map(move |other| (*one, *other))) {
            let [here, there] = [one, other].map(|place| &self.columns[place].column);
            if here.kind == there.kind {
                let mut swapped = order.clone();
                swapped.swap(one, other);
                assert_eq!(self.wrong(&swapped), [here.name, there.name], "{} and {} swapped", here.name, there.name);
                swaps += 1;
            }
        }
        assert!(swaps > 0, "it has two columns of one type");
    }
}

#[test]
fn of_postings() {
    // of one that is gone, little is left
    let row = |name: &str| {
        let removed_at = a_posting().removed_at.filter(|_| name.starts_with("removed"));
        StoreRow::<posting::Entity>(PostingRow { removed_at, ..a_posting() })
    };
    Subject { columns: super::job_posting::COLUMNS, row, renamed: &[] }.check();
}

#[test]
fn of_a_posting_that_is_gone_stays_what_reports_name_it_by() {
    let row = StoreRow::<posting::Entity>(a_posting());
    let privacy = kept();
    let empty = super::job_posting::COLUMNS.iter().filter(|of| of.value.of(&row, &privacy).is_null());
    let empty = empty.map(|of| of.column.name).collect::<Vec<_>>();
    let texts = [
        "title_localized",
        "address",
        "street",
        "zip",
        "latitude",
        "longitude",
        "tags",
        "facts",
        "apply_url",
        "ad_url",
    ];
    assert_eq!(empty, texts);
}

#[test]
fn of_events_of_postings() {
    for is_published in [true, false] {
        let row = StoreRow::<posting_event::Entity>(PostingEventRow {
            vacancy_id: "vacancy_id",
            media_id: "media_id",
            event_no: 3,
            is_published,
            is_first_sight: true,
            observed: instant("observed"),
            changed_seq: 4,
        });
        let made = super::posting_event::COLUMNS.iter().map(|of| of.value.of(&row, &kept())).collect::<Vec<_>>();
        let text = |text: &'static str| Cell::Text(Some(text.into()));
        let event = text(if is_published { "published" } else { "unpublished" });
        let instant = Cell::Instant(Some(instant("observed")));
        let number = |number| Cell::BigInt(Some(number));
        let told = [text("vacancy_id"), text("media_id"), number(3), event, Cell::Bool(Some(true)), instant, number(4)];
        assert_eq!(made, told);
    }
}

#[test]
fn of_exports() {
    let (started, as_of) = (instant("started"), instant("as_of"));
    let row =
        StoreRow::<export_run::Entity>(ExportRunRow { run_id: "run_id", started, as_of: Some(as_of), changed_seq: 4 });
    let made = super::export_run::COLUMNS.iter().map(|of| of.value.of(&row, &kept())).collect::<Vec<_>>();
    let instants = [started, as_of].map(|at| Cell::Instant(Some(at)));
    let [started, as_of] = instants;
    assert_eq!(made, [Cell::Text(Some("run_id".into())), started, as_of, Cell::BigInt(Some(4))]);
}

#[test]
fn of_applications() {
    let row = |_: &str| StoreRow::<application::Entity>(an_application());
    let renamed = &[
        ("application_id", "id"),
        ("application_number", "number"),
        ("stage_kind", "offer"),
        ("reason_kind", "filled"),
        ("source_name", "other"),
    ];
    Subject { columns: super::application::COLUMNS, row, renamed }.check();
}

#[test]
fn of_months() {
    let row = |_: &str| StoreRow::<application_month::Entity>(a_month());
    Subject { columns: super::application_month::COLUMNS, row, renamed: &[] }.check();
}

#[test]
fn of_candidates() {
    let row = |_: &str| StoreRow::<candidate::Entity>(a_candidate());
    Subject { columns: super::candidate::COLUMNS, row, renamed: &[("candidate_key", "key")] }.check();
}

#[test]
fn of_events() {
    // of what is true or false, one alone is true
    let row = |name: &str| {
        let (all, is_first_sight) = (an_event(), name == "is_first_sight");
        let removed_at = all.removed_at.filter(|_| !is_first_sight);
        StoreRow::<application_event::Entity>(EventRow { is_first_sight, removed_at, ..all })
    };
    let renamed = &[("from_stage_kind", "applied"), ("to_stage_kind", "hired")];
    Subject { columns: super::application_event::COLUMNS, row, renamed }.check();
}

/// Everything leaves as it is. The words of the vocabulary are those that no field is called.
fn kept() -> Privacy {
    let vocabulary = "[stages]\nstage = 'offer'\nfrom_stage = 'applied'\nto_stage = 'hired'\n\
                      [reasons]\ndisqualify_reason = 'filled'\n";
    Privacy::new(Persons::Kept, one_shot::vocabulary::parse(vocabulary).unwrap())
}

/// A row's hash, persons kept and not.
fn hashes<S: Changing>(columns: &'static [ColumnOf<S>], row: &StoreRow<'static, S>) -> [String; 2] {
    let pseudonymised = Persons::Pseudonymised(domain::Pseudonymiser::new("a key of the test").unwrap());
    [kept(), Privacy::new(pseudonymised, kept().vocabulary().clone())]
        .map(|privacy| format!("{:016x}", hashed(columns, row, &privacy, Marks::default(), &mut Vec::new()).hash))
}

#[test]
fn rows_are_made_as_before() {
    let made = [
        hashes(super::job_posting::COLUMNS, &StoreRow::<posting::Entity>(a_posting())),
        hashes(super::candidate::COLUMNS, &StoreRow::<candidate::Entity>(a_candidate())),
        hashes(super::application::COLUMNS, &StoreRow::<application::Entity>(an_application())),
        hashes(super::application_event::COLUMNS, &StoreRow::<application_event::Entity>(an_event())),
    ];
    let before = [
        ["db13cd51812e897d", "db13cd51812e897d"],
        ["ca309fb694dc0bba", "282fd064c25d0639"],
        ["d35ca4e8a5a0119b", "075e840c85768811"],
        ["0d79de4116415eee", "2595968a3b666b68"],
    ];
    let text = "rows are made otherwise than before: raise MAKING, so that all are sent again (a column more does that by itself)";
    assert_eq!((MAKING, made), (4, before.map(|hashes| hashes.map(str::to_owned))), "{text}");
}
