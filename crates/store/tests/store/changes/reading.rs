//! What export reads, and that it is what is there, on both databases.

use std::pin::pin;

use domain::{Application, Posting};
use futures_util::TryStreamExt as _;
use sea_orm::ConnectionTrait as _;
use store::{
    ApplicationRow, CandidateRow, Changing, EventRow, PostingRow, Snapshot,
    entity::{application, application_event, candidate, posting},
};

use crate::{
    place::Place,
    records::{SITE, application as an_application, at, day, posting as a_posting, posting_row},
    session::{Rows, Session, commit, complete},
};

rig::on_each_backend!(
    every_value_of_every_type_is_read_as_it_is,
    many_rows_are_read_piece_by_piece,
    tombstones_and_the_forgotten_are_told_apart,
);

/// The rows of a range, in the order in which they come.
pub(crate) async fn read(snapshot: &mut Snapshot, after: i64, up_to: i64) -> Rows {
    let range = (after, up_to);
    Rows {
        postings: read_table::<posting::Entity, _>(snapshot, range, posting_model).await.0,
        applications: read_table::<application::Entity, _>(snapshot, range, application_model).await.0,
        candidates: read_table::<candidate::Entity, _>(snapshot, range, candidate_model).await.0,
        events: read_table::<application_event::Entity, _>(snapshot, range, event_model).await.0,
    }
}

/// Gives also in how many pieces they came.
pub(crate) async fn read_table<C: Changing, M>(
    snapshot: &mut Snapshot,
    (after, up_to): (i64, i64),
    model: impl Fn(&C::Row<'_>) -> M,
) -> (Vec<M>, usize) {
    let mut batches = pin!(snapshot.changed(C::TABLE, after, up_to).await.unwrap());
    let (mut rows, mut pieces) = (Vec::new(), 0);
    while let Some(batch) = batches.try_next().await.unwrap() {
        rows.extend(batch.rows::<C>().map(|row| model(&row.unwrap())));
        pieces += 1;
    }
    (rows, pieces)
}

impl Rows {
    /// Without what export does not read; of a hash it learns only whether it is empty.
    pub(crate) fn cut_for_export(mut self) -> Self {
        for row in &mut self.postings {
            *row = posting::Model {
                application_form_id: None,
                content_localized: None,
                advertisements: None,
                deadline_text: None,
                template_id: None,
                template_title: None,
                external_application_url: None,
                raw: String::new(),
                raw_hash: String::new(),
                content_hash: String::new(),
                ..row.clone()
            };
        }
        for row in &mut self.applications {
            *row = application::Model {
                candidate_id: None,
                candidate_hash: String::new(),
                email: None,
                first_name: None,
                middle_name: None,
                last_name: None,
                disqualify_reason_localized: None,
                raw: String::new(),
                raw_hash: String::new(),
                content_hash: hash(row.content_hash.is_empty()),
                ..row.clone()
            };
        }
        for row in &mut self.candidates {
            row.content_hash = hash(row.content_hash.is_empty());
        }
        self
    }
}

fn hash(is_forgotten: bool) -> String {
    if is_forgotten { String::new() } else { "some".to_owned() }
}

fn text(text: Option<&str>) -> Option<String> {
    text.map(str::to_owned)
}

fn posting_model(row: &PostingRow<'_>) -> posting::Model {
    posting::Model {
        title: row.title.to_owned(),
        title_localized: text(row.title_localized),
        department_id: text(row.department_id),
        department: text(row.department),
        address: text(row.address),
        street: text(row.street),
        zip: text(row.zip),
        city: text(row.city),
        country: text(row.country),
        latitude: row.latitude,
        longitude: row.longitude,
        tags: text(row.tags),
        facts: text(row.facts),
        apply_url: text(row.apply_url),
        ad_url: text(row.ad_url),
        job_id: row.job_id,
        posting_type: row.posting_type,
        stage: row.stage,
        created: row.created,
        edited: row.edited,
        deadline: row.deadline,
        time_zone: text(row.time_zone),
        first_seen: row.first_seen,
        removed_at: row.removed_at,
        changed_seq: row.changed_seq,
        vacancy_id: row.vacancy_id.to_owned(),
        media_id: row.media_id.to_owned(),
        application_form_id: None,
        content_localized: None,
        advertisements: None,
        deadline_text: None,
        template_id: None,
        template_title: None,
        external_application_url: None,
        raw: String::new(),
        content_hash: String::new(),
        raw_hash: String::new(),
    }
}

fn application_model(row: &ApplicationRow<'_>) -> application::Model {
    application::Model {
        id: row.id.to_owned(),
        number: row.number,
        vacancy_id: text(row.vacancy_id),
        job_id: row.job_id,
        candidate_key: row.candidate_key.to_owned(),
        created: row.created,
        created_at_source: row.created,
        updated: row.updated,
        status: row.status,
        stage: text(row.stage),
        stage_localized: text(row.stage_localized),
        disqualify_reason: text(row.disqualify_reason),
        source: text(row.source),
        first_seen: row.first_seen,
        removed_at: row.removed_at,
        changed_seq: row.changed_seq,
        content_hash: hash(row.is_forgotten),
        candidate_id: None,
        candidate_hash: String::new(),
        email: None,
        first_name: None,
        middle_name: None,
        last_name: None,
        disqualify_reason_localized: None,
        raw: String::new(),
        raw_hash: String::new(),
    }
}

fn candidate_model(row: &CandidateRow<'_>) -> candidate::Model {
    candidate::Model {
        key: row.key.to_owned(),
        exported_key: text(row.exported_key),
        candidate_id: text(row.candidate_id),
        email: text(row.email),
        first_name: text(row.first_name),
        middle_name: text(row.middle_name),
        last_name: text(row.last_name),
        first_seen: row.first_seen,
        removed_at: row.removed_at,
        changed_seq: row.changed_seq,
        content_hash: hash(row.is_forgotten),
    }
}

fn event_model(row: &EventRow<'_>) -> application_event::Model {
    application_event::Model {
        application_id: row.application_id.to_owned(),
        event_no: row.event_no,
        vacancy_id: text(row.vacancy_id),
        occurred: row.occurred,
        observed: row.observed,
        previous_observed: row.previous_observed,
        is_first_sight: row.is_first_sight,
        from_stage: text(row.from_stage),
        from_stage_localized: text(row.from_stage_localized),
        to_stage: text(row.to_stage),
        to_stage_localized: text(row.to_stage_localized),
        from_status: row.from_status,
        to_status: row.to_status,
        removed_at: row.removed_at,
        changed_seq: row.changed_seq,
    }
}

async fn must_be_read_as_they_are(place: &Place) -> Rows {
    let rows = Rows::of(place).await.cut_for_export();
    let mut read = read(&mut place.open("export").await.snapshot().await.unwrap(), 0, i64::MAX).await;
    read.sort();
    assert_eq!(read, rows);
    rows
}

async fn every_value_of_every_type_is_read_as_it_is(place: &Place) {
    let ingest = Session::begin(place).await;
    let numbers = [
        (Some(i64::MIN), Some(i32::MIN), Some(-90.0), Some(f64::MIN_POSITIVE)),
        (Some(i64::MAX), Some(i32::MAX), Some(51.514_227_312_345_67), Some(1e300)),
        (Some(0), Some(0), Some(0.1 + 0.2), Some(-0.0)),
        (None, None, None, None),
    ];
    let instants =
        ["0001-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "2000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"];
    let rows = numbers.into_iter().zip(instants).map(|((job_id, stage, latitude, longitude), instant)| {
        let record = Posting { created: at(instant), edited: at(instant), ..a_posting(instant, SITE) };
        posting::Model { job_id, stage, latitude, longitude, ..posting_row(&record, day(1)) }
    });
    let mut slice = ingest.writer.slice::<posting::Entity>();
    slice.add(rows.collect()).await.unwrap();
    slice.commit(&commit(day(1), 4)).await.unwrap();
    let long = "Ärztin 👩🏽‍⚕️\t\\N\n".repeat(60_000);
    let texts = [
        "",
        " ",
        "\t\r\n",
        "\\N",
        "\\.",
        "null",
        "ß 漢字 \u{202e}rtl \u{feff}bom",
        "\u{1}\u{7f}\u{ffff}\u{10ffff}",
        &long,
    ];
    let applications: Vec<_> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| Application {
            stage: crate::records::text(text),
            first_name: Some((*text).to_owned()),
            ..an_application(&format!("{index}"))
        })
        .collect();
    ingest.applications(day(1), &applications).await;
    let rows = must_be_read_as_they_are(place).await;
    assert_eq!((rows.postings.len(), rows.applications.len()), (4, texts.len()));
}

async fn many_rows_are_read_piece_by_piece(place: &Place) {
    const MANY: usize = 5_000;
    let ingest = Session::begin(place).await;
    let applications: Vec<_> = (0..MANY).map(|number| an_application(&format!("{number:04}"))).collect();
    ingest.applications(day(1), &applications).await;
    assert_eq!(must_be_read_as_they_are(place).await.applications.len(), MANY);
    let mut snapshot = ingest.store.snapshot().await.unwrap();
    let (rows, pieces) = read_table::<application::Entity, _>(&mut snapshot, (0, 1), application_model).await;
    assert!(rows.len() == MANY && pieces > 2, "{pieces}");
}

async fn tombstones_and_the_forgotten_are_told_apart(place: &Place) {
    let ingest = Session::begin(place).await;
    ingest.applications(day(1), &[an_application("a"), an_application("b")]).await;
    ingest.list(day(1), complete(SITE), &[a_posting("v1", SITE), a_posting("v2", SITE)]).await.unwrap();
    ingest.list(day(2), complete(SITE), &[a_posting("v1", SITE)]).await.unwrap();
    for table in ["application", "candidate"] {
        // as forget leaves them
        let forget = format!("UPDATE {table} SET content_hash = '' WHERE changed_seq = 1");
        place.eyes().await.execute_unprepared(&forget).await.unwrap();
    }
    let rows = must_be_read_as_they_are(place).await;
    assert_eq!(rows.postings.iter().filter(|row| row.removed_at.is_some()).count(), 1);
    assert!(rows.applications.iter().all(|row| row.content_hash.is_empty()));
    assert!(rows.candidates.iter().all(|row| row.content_hash.is_empty()));
}
