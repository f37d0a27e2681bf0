//! A writer at work, and what a test sees of it.

use chrono::{DateTime, Utc};
use domain::{Application, Posting, Pseudonymiser, Window, cohort::Grouping};
use sea_orm::{EntityTrait as _, QueryOrder as _};
use store::{
    CommitSlice, Complete, CompleteList, Forget, Forgotten, Judged, KnownBy, Person, RowOf, Slice, SliceCounts, Staged,
    Store, StoreError, Writer,
    entity::{application, application_event, candidate, posting},
};
use tokio::time::{Duration, sleep};

use crate::{
    place::Place,
    records::{FORM, SITE, application_row, day, posting_row},
};

/// The run that slices belong to when nothing else is said.
pub(crate) const RUN: &str = "run-1";

/// The mark of a reconcile with a slice that was no evidence.
pub(crate) const UNJUDGED: &str = "unjudged";

/// An ingest on a store that has its schema.
pub(crate) struct Session {
    pub(crate) store: Store,
    pub(crate) writer: Writer,
}

impl Session {
    pub(crate) async fn begin(place: &Place) -> Self {
        place.migrate().await;
        let store = place.open("ingest").await;
        let writer = writer(&store).await;
        Self { store, writer }
    }

    /// Commits a slice of applications.
    pub(crate) async fn applications(&self, now: DateTime<Utc>, records: &[Application]) -> SliceCounts {
        self.in_parts(now, &[records]).await
    }

    /// Forgets who sent this application, all that they sent included.
    pub(crate) async fn forget(&self, now: DateTime<Utc>, application: &str) -> Forgotten {
        let key = Pseudonymiser::new("0123456789abcdef-of-the-tests").unwrap();
        let how = Forget { run_id: RUN, now, pseudonymiser: &key, grouping: Grouping::default(), freezing: None };
        self.writer.forget(&[Person::Application(application.to_owned())], &how).await.unwrap()
    }

    /// Commits a slice of applications in parts.
    pub(crate) async fn in_parts(&self, now: DateTime<Utc>, parts: &[&[Application]]) -> SliceCounts {
        self.applications_of(now, parts, None).await
    }

    /// Commits a slice of a reconcile: all applications of a window.
    pub(crate) async fn window(&self, now: DateTime<Utc>, window: Window, records: &[Application]) -> SliceCounts {
        self.window_in_parts(now, window, &[records]).await
    }

    /// The same in parts.
    pub(crate) async fn window_in_parts(
        &self,
        now: DateTime<Utc>,
        window: Window,
        parts: &[&[Application]],
    ) -> SliceCounts {
        self.applications_of(now, parts, Some(Complete::Window { window, asked: window })).await
    }

    async fn applications_of(
        &self,
        now: DateTime<Utc>,
        parts: &[&[Application]],
        complete: Option<Complete<'_>>,
    ) -> SliceCounts {
        let parts = rows_of(parts, |record| application_row(record, now));
        self.commit_parts::<application::Entity>(now, parts, some_window, |row| &row.raw, complete).await.unwrap()
    }

    /// Commits the parts of a slice one after the other; what all of them are complete of, if anything, is said with the last.
    async fn commit_parts<E: Staged>(
        &self,
        now: DateTime<Utc>,
        mut parts: Vec<Vec<RowOf<E>>>,
        expected: impl Fn() -> E::Expected,
        raw: impl Fn(&RowOf<E>) -> &str,
        complete: Option<Complete<'_>>,
    ) -> Result<SliceCounts, StoreError> {
        let mut slice = self.writer.slice::<E>();
        let (mut counts, rest) = (SliceCounts::default(), parts.pop().unwrap());
        for part in parts {
            let commit = commit(now, part.len());
            recognising(&self.writer, &mut slice, part.into_iter(), expected(), &raw).await;
            counts += slice.commit_part(&commit).await?;
        }
        let commit = CommitSlice { complete, ..commit(now, rest.len()) };
        recognising(&self.writer, &mut slice, rest.into_iter(), expected(), &raw).await;
        counts += slice.commit(&commit).await?;
        Ok(counts)
    }

    /// Everything is read again.
    pub(crate) async fn begin_reconcile(&self) {
        self.writer.begin_reconcile(UNJUDGED, &[], (RUN, day(1))).await.unwrap();
    }

    /// Commits a slice of postings that is not a complete list.
    pub(crate) async fn postings(&self, now: DateTime<Utc>, records: &[Posting]) -> SliceCounts {
        self.postings_of(now, &[records], None).await.unwrap()
    }

    /// Commits the complete list of a medium.
    pub(crate) async fn list(
        &self,
        now: DateTime<Utc>,
        list: CompleteList<'_>,
        records: &[Posting],
    ) -> Result<SliceCounts, StoreError> {
        self.list_in_parts(now, list, &[records]).await
    }

    /// The same in parts.
    pub(crate) async fn list_in_parts(
        &self,
        now: DateTime<Utc>,
        list: CompleteList<'_>,
        parts: &[&[Posting]],
    ) -> Result<SliceCounts, StoreError> {
        self.postings_of(now, parts, Some(Complete::List(list))).await
    }

    async fn postings_of(
        &self,
        now: DateTime<Utc>,
        parts: &[&[Posting]],
        complete: Option<Complete<'_>>,
    ) -> Result<SliceCounts, StoreError> {
        let parts = rows_of(parts, |record| posting_row(record, now));
        self.commit_parts::<posting::Entity>(now, parts, || SITE.to_owned(), |row| &row.raw, complete).await
    }
}

fn rows_of<R, T>(parts: &[&[R]], row: impl Fn(&R) -> T) -> Vec<Vec<T>> {
    parts.iter().map(|part| part.iter().map(&row).collect()).collect()
}

/// Day 1 alone.
pub(crate) fn some_window() -> Window {
    Window::new(day(1), day(2)).unwrap()
}

/// Adds rows as ingest does: of those that the store recognises, only the key. Not all are as expected.
pub(crate) async fn recognising<E: Staged>(
    writer: &Writer,
    slice: &mut Slice<'_, E>,
    rows: impl Iterator<Item = RowOf<E>>,
    expected: E::Expected,
    raw: impl Fn(&RowOf<E>) -> &str,
) {
    let rows: Vec<(u64, RowOf<E>)> = (0..).zip(rows).collect();
    let recognition = writer.recognition::<E>(Some(&expected)).await.unwrap();
    let known = recognition.look_up(rows.iter().map(|(_, row)| E::identity(row).key)).await.unwrap();
    let (unchanged, changed) = known.split(rows, FORM, |(_, row)| (raw(row), Some(E::identity(row).key)));
    let unchanged = unchanged.iter().map(|(place, row)| (*place, E::identity(row).key.map(str::to_owned))).collect();
    slice.stage(known, unchanged, changed.into_iter().map(|(row, _)| row).collect()).await.unwrap();
}

/// How a slice of so many records is committed.
pub(crate) fn commit(now: DateTime<Utc>, fetched: usize) -> CommitSlice<'static> {
    CommitSlice::of(RUN, now, fetched as u64)
}

/// What a warehouse knows persons by.
pub(crate) fn known_by() -> KnownBy {
    KnownBy { pii_mode: "pseudonymise".to_owned(), pii_key_fingerprint: Some("f00d".to_owned()) }
}

/// How a reconcile of everything ends.
pub(crate) fn judged(now: DateTime<Utc>) -> Judged<'static> {
    let window = Window::new(day(0), day(99)).unwrap();
    Judged { run_id: RUN, now, window, accept_removals: 0, unjudged: UNJUDGED, done: "done", under_way: "under way" }
}

/// Nothing may go without asking but the few.
pub(crate) fn complete(media_id: &str) -> CompleteList<'_> {
    CompleteList { media_id, accept_removals: 0 }
}

/// The writer of a service; who had the lock before may still be giving it back.
pub(crate) async fn writer(store: &Store) -> Writer {
    for _ in 0..500 {
        if let Some(writer) = store.writer().await.unwrap() {
            return writer;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("the lock was never given back");
}

/// All there is in the four tables, in the order of their keys.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Rows {
    pub(crate) postings: Vec<posting::Model>,
    pub(crate) applications: Vec<application::Model>,
    pub(crate) candidates: Vec<candidate::Model>,
    pub(crate) events: Vec<application_event::Model>,
}

impl Rows {
    pub(crate) async fn of(place: &Place) -> Self {
        let db = place.eyes().await;
        let mut rows = Self {
            postings: posting::Entity::find().all(db).await.unwrap(),
            applications: application::Entity::find().all(db).await.unwrap(),
            candidates: candidate::Entity::find().all(db).await.unwrap(),
            events: application_event::Entity::find()
                .order_by_asc(application_event::Column::EventNo)
                .all(db)
                .await
                .unwrap(),
        };
        rows.sort();
        rows
    }

    /// Brings them into the order of their keys.
    pub(crate) fn sort(&mut self) {
        self.postings.sort_by_cached_key(|row| (row.vacancy_id.clone(), row.media_id.clone()));
        self.applications.sort_by_cached_key(|row| row.id.clone());
        self.candidates.sort_by_cached_key(|row| row.key.clone());
        self.events.sort_by_cached_key(|row| (row.application_id.clone(), row.event_no));
    }

    pub(crate) fn posting(&self, vacancy_id: &str, media_id: &str) -> &posting::Model {
        self.postings.iter().find(|row| row.vacancy_id == vacancy_id && row.media_id == media_id).unwrap()
    }

    pub(crate) fn application(&self, id: &str) -> &application::Model {
        self.applications.iter().find(|row| row.id == id).unwrap()
    }

    pub(crate) fn candidate(&self, key: &str) -> &candidate::Model {
        self.candidates.iter().find(|row| row.key == key).unwrap()
    }

    /// Events of one application, in their order.
    pub(crate) fn events_of(&self, id: &str) -> Vec<&application_event::Model> {
        self.events.iter().filter(|row| row.application_id == id).collect()
    }

    /// Every number of a change that a row bears.
    pub(crate) fn numbers(&self) -> Vec<i64> {
        let mut numbers: Vec<i64> = self.postings.iter().map(|row| row.changed_seq).collect();
        numbers.extend(self.applications.iter().map(|row| row.changed_seq));
        numbers.extend(self.candidates.iter().map(|row| row.changed_seq));
        numbers.extend(self.events.iter().map(|row| row.changed_seq));
        numbers.sort_unstable();
        numbers
    }
}
