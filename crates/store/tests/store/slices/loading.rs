//! The two ways into the temporary table, COPY and INSERT: what goes in comes out.

use domain::{Application, Posting, Window};
use store::{
    CommitSlice, Complete,
    entity::{application, posting},
};

use crate::{
    place::Place,
    records::{SITE, application as an_application, application_row, at, day, posting as a_posting, posting_row},
    session::{Rows, Session, commit, judged},
};

rig::on_each_backend!(
    text_survives_byte_for_byte,
    numbers_and_absent_values_survive,
    instants_are_cut_to_microseconds,
    the_first_and_last_instants_survive,
    many_records_in_several_batches_arrive,
    known_rows_that_are_too_many_to_wait_are_found_all_the_same,
);

async fn text_survives_byte_for_byte(place: &Place) {
    let ingest = Session::begin(place).await;
    let long = "Ärztin 👩🏽‍⚕️\t\\N\n".repeat(60_000);
    let texts = [
        "",
        " ",
        "\t",
        "\n",
        "\r\n",
        "\\",
        "\\\\",
        "\\N",
        "\\.",
        "\n\\.\n",
        "\\t\\n\\x41\\101",
        "'; DROP TABLE application; --",
        "\"quoted\" 'twice' `thrice` $1 ? :name",
        "null",
        "ß ẞ İ ı 漢字 \u{202e}rtl \u{feff}bom \u{2028}",
        "👩🏽‍⚕️🇳🇱",
        "\u{1}\u{7f}\u{ffff}\u{10ffff}",
        " before and after ",
        long.as_str(),
    ];
    let mut rows: Vec<application::Model> = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        let record = Application { first_name: Some((*text).to_owned()), ..an_application(&format!("{index:02}")) };
        let mut row = application_row(&record, day(1));
        (row.raw, row.source) = ((*text).to_owned(), Some((*text).to_owned()));
        rows.push(row);
    }
    let mut slice = ingest.writer.slice::<application::Entity>();
    slice.add(rows.clone()).await.unwrap();
    slice.commit(&commit(day(1), rows.len())).await.unwrap();
    let kept = Rows::of(place).await;
    for row in &mut rows {
        row.changed_seq = 1;
    }
    for (kept, given) in kept.applications.iter().zip(&rows) {
        assert!(kept == given, "{:.60?}", given.raw);
        assert!(kept.raw.as_bytes() == given.raw.as_bytes());
    }
    assert_eq!(kept.applications.len(), texts.len());
    assert_eq!(kept.candidate("id:of-18").first_name.as_deref(), Some(long.as_str()));
}

async fn numbers_and_absent_values_survive(place: &Place) {
    let ingest = Session::begin(place).await;
    let extremes = [
        (Some(i64::MIN), Some(i32::MIN), Some(-90.0), Some(f64::MIN_POSITIVE)),
        (Some(i64::MAX), Some(i32::MAX), Some(51.514_227_312_345_67), Some(1e300)),
        (Some(0), Some(0), Some(0.1 + 0.2), Some(-0.0)),
        (None, None, None, None),
    ];
    let mut rows: Vec<posting::Model> = Vec::new();
    for (index, (job_id, stage, latitude, longitude)) in extremes.into_iter().enumerate() {
        let row = posting_row(&a_posting(&format!("v{index}"), SITE), day(1));
        rows.push(posting::Model { job_id, stage, latitude, longitude, ..row });
    }
    let mut slice = ingest.writer.slice::<posting::Entity>();
    slice.add(rows.clone()).await.unwrap();
    slice.commit(&commit(day(1), rows.len())).await.unwrap();
    for row in &mut rows {
        row.changed_seq = 1;
    }
    assert_eq!(Rows::of(place).await.postings, rows);
}

async fn instants_are_cut_to_microseconds(place: &Place) {
    let ingest = Session::begin(place).await;
    let record = Application {
        created: at("2026-05-11T11:52:56.6003629Z"),
        updated: Some(at("2026-05-11T13:52:57.9999999+02:00")),
        ..an_application("a")
    };
    ingest.applications(at("2026-06-01T00:00:00.0000019Z"), &[record]).await;
    let rows = Rows::of(place).await;
    let row = rows.application("a");
    assert_eq!(row.created, at("2026-05-11T11:52:56.600362Z"));
    assert_eq!(row.updated, Some(at("2026-05-11T11:52:57.999999Z")));
    assert_eq!(row.first_seen, at("2026-06-01T00:00:00.000001Z"));
    let event = rows.events_of("a")[0];
    assert_eq!((event.occurred, event.observed), (row.created, row.first_seen));
    assert_eq!(rows.candidates[0].first_seen, row.first_seen);
}

async fn the_first_and_last_instants_survive(place: &Place) {
    let ingest = Session::begin(place).await;
    // what .NET writes for no date at all, in UTC and in zones beside it
    let instants = [
        ("0001-01-01T00:00:00", "9999-12-31T23:59:59.9999999", "9999-12-31T23:59:59.999999Z"),
        ("0001-01-01T00:00:00+01:00", "9999-12-31T23:59:59.5-02:00", "9999-12-31T23:59:59.5-02:00"),
    ];
    for (created, edited, kept) in instants {
        let record = Posting { created: at(created), edited: at(edited), ..a_posting(created, SITE) };
        ingest.postings(day(1), &[record]).await;
        let rows = Rows::of(place).await;
        let row = rows.posting(created, SITE);
        assert_eq!((row.created, row.edited), (at(created), at(kept)));
    }
}

async fn many_records_in_several_batches_arrive(place: &Place) {
    let ingest = Session::begin(place).await;
    let records: Vec<Application> = (0..3_000).map(|index| an_application(&format!("{index:04}"))).collect();
    for (now, inserted) in [(day(1), 3_000), (day(2), 0)] {
        let mut slice = ingest.writer.slice::<application::Entity>();
        for batch in [&records[..1], &records[1..1], &records[1..1_700], &records[1_700..]] {
            slice.add(batch.iter().map(|record| application_row(record, now)).collect()).await.unwrap();
        }
        let done = slice.commit(&commit(now, 3_000)).await.unwrap();
        assert_eq!((done.inserted, done.updated, done.unchanged), (inserted, 0, 3_000 - inserted));
    }
    let rows = Rows::of(place).await;
    assert!(rows.applications.iter().map(|row| &row.id).eq(records.iter().map(|record| &record.id)));
    assert_eq!((rows.candidates.len(), rows.events.len()), (3_000, 3_000));
}

async fn known_rows_that_are_too_many_to_wait_are_found_all_the_same(place: &Place) {
    let ingest = Session::begin(place).await;
    // nearly as long as an index of PostgreSQL takes them: all keys together have 13 MiB
    let long = "k".repeat(2_600);
    let records: Vec<Application> = (0..5_000).map(|number| an_application(&format!("{number:04} {long}"))).collect();
    ingest.applications(day(1), &records).await;
    let newer = Application { status: Some(0), updated: Some(day(5)), ..records[0].clone() };
    let older = Application { status: Some(0), updated: Some(day(0)), created: day(0), ..records[1].clone() };
    let window = Window::new(day(0), day(99)).unwrap();
    let complete = Some(Complete::Window { window, asked: window });
    for (now, extra, complete) in [(day(2), [newer.clone(), older.clone()], None), (day(3), [newer, older], complete)] {
        let mut slice = ingest.writer.slice::<application::Entity>();
        // at the second time without the last one
        let read = records.len() - usize::from(complete.is_some());
        for batch in [&records[..read], &extra].into_iter().flat_map(|records| records.chunks(500)) {
            slice.add(batch.iter().map(|record| application_row(record, now)).collect()).await.unwrap();
        }
        let fetched = read + extra.len();
        let updated = u64::from(complete.is_none());
        let done = slice.commit(&CommitSlice { complete, ..commit(now, fetched) }).await.unwrap();
        assert_eq!((done.inserted, done.updated, done.unchanged), (0, updated, fetched as u64 - updated));
    }
    let kept = Rows::of(place).await;
    assert_eq!([0, 1].map(|place| kept.applications[place].status), [Some(0), records[1].status]);
    assert_eq!(ingest.writer.judge_missing(&judged(day(4))).await.unwrap(), 1);
    let kept = Rows::of(place).await;
    let gone = kept.applications.iter().filter(|row| row.removed_at.is_some()).map(|row| &row.id);
    assert!(gone.eq([&records[4_999].id]));
}
