//! Random slices against the store and against a model of it: maps in memory that know the rules and no SQL.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use domain::{Application, Posting, Window};
use fastrand::Rng;
use store::{
    CommitSlice, CompleteList, Judged, SliceCounts, StoreError,
    entity::{application, application_event, candidate, posting},
};

use crate::{
    place::{Place, on_postgres, on_sqlite},
    records::{BOARD, SITE, application as an_application, application_row, day, posting_row, retitled, text},
    session::{Rows, Session, commit, judged},
};

/// Slices of one case.
const SLICES: i64 = 8;

#[tokio::test]
async fn random_slices_do_what_the_model_does_on_sqlite() {
    for seed in 0..100 {
        on_sqlite(async |place| case(place, seed).await).await;
    }
}

#[tokio::test]
async fn random_slices_do_what_the_model_does_on_postgres() {
    on_postgres(async |first| {
        case(first, 0).await;
        for seed in 1..10 {
            on_postgres(async |place| case(place, seed).await).await;
        }
    })
    .await;
}

async fn case(place: &Place, seed: u64) {
    let (mut random, mut model) = (Rng::with_seed(seed), Model::default());
    let ingest = Session::begin(place).await;
    for slice in 1..=SLICES {
        let now = day(100 + slice);
        let (expected, counts) = match random.u8(0..10) {
            0..6 => {
                let records: Vec<Application> = many(&mut random, 6, random_application);
                let parts = in_parts(&mut random, &records);
                (Ok(model.in_parts(&parts, now)), Ok(ingest.in_parts(now, &parts).await))
            }
            6..9 => {
                let medium = *random.choice([SITE, BOARD].iter()).unwrap();
                let records: Vec<Posting> = many(&mut random, 5, |random| random_posting(random, medium));
                let list = CompleteList { media_id: medium, accept_removals: random.u64(0..3) };
                let parts = in_parts(&mut random, &records);
                (model.list(&parts, now, list), ingest.list_in_parts(now, list, &parts).await)
            }
            9 if random.bool() => {
                let expected = model.reconcile(&ingest, &mut random, now).await;
                let judged = Judged { accept_removals: expected.0, ..judged(now) };
                let removed = ingest.writer.judge_missing(&judged).await;
                let counts = |removed| SliceCounts { removed, ..SliceCounts::default() };
                (expected.1.map(counts), removed.map(counts))
            }
            _ => {
                let records: Vec<Application> = many(&mut random, 3, random_application);
                let mut slice = ingest.writer.slice::<application::Entity>();
                slice.add(records.iter().map(|record| application_row(record, now)).collect()).await.unwrap();
                let wrong = CommitSlice { suppressed: 1, ..commit(now, records.len()) };
                assert!(matches!(slice.commit(&wrong).await, Err(StoreError::Unaccounted { .. })));
                continue;
            }
        };
        let at = format!("seed {seed}, slice {slice}");
        match (counts, expected) {
            (Ok(counts), Ok(expected)) => assert_eq!(counts, expected, "{at}"),
            (Err(StoreError::Removals { .. } | StoreError::MissingApplications { .. }), Err(Refused)) => {}
            (counts, expected) => panic!("{at}: {counts:?}, expected {expected:?}"),
        }
        assert_eq!(Rows::of(place).await, model.rows(), "{at}");
        assert_eq!(ingest.store.highest_change().await.unwrap(), model.number, "{at}");
    }
}

fn many<T>(random: &mut Rng, most: usize, mut one: impl FnMut(&mut Rng) -> T) -> Vec<T> {
    let count = random.usize(0..=most);
    (0..count).map(|_| one(random)).collect()
}

/// As one, or as several of which some may be empty.
fn in_parts<'a, T>(random: &mut Rng, records: &'a [T]) -> Vec<&'a [T]> {
    let (mut parts, mut rest) = (Vec::new(), records);
    for _ in 0..[0, 0, 1, 2][random.usize(0..4)] {
        let (part, others) = rest.split_at(random.usize(0..=rest.len()));
        parts.push(part);
        rest = others;
    }
    parts.push(rest);
    parts
}

/// Few values of everything, so that keys meet, versions tie and content repeats.
fn random_application(random: &mut Rng) -> Application {
    let pick = |random: &mut Rng, of: &[&str]| of[random.usize(0..of.len())].to_owned();
    let candidate_id = random.bool().then(|| pick(random, &["p", "q"]));
    let email = random.bool().then(|| pick(random, &["p@example.com", "P@example.com", "q@example.com"]));
    Application {
        candidate_id,
        email,
        first_name: Some(pick(random, &["Ada", "Bea"])),
        updated: (random.u8(0..4) > 0).then(|| day(random.i64(1..4))),
        created: day(random.i64(1..3)),
        status: [None, Some(0), Some(1), Some(1)][random.usize(0..4)],
        stage: text(&pick(random, &["", "Neu", "Neu", "Gespräch"])),
        ..an_application(&pick(random, &["a", "b", "c", "d"]))
    }
}

fn random_posting(random: &mut Rng, medium: &str) -> Posting {
    let title = ["Pflegefachkraft", "Oberarzt"][random.usize(0..2)];
    retitled(["v1", "v2", "v3", "v4"][random.usize(0..4)], medium, title, random.i64(1..3))
}

/// A list that is not believed.
#[derive(Debug)]
struct Refused;

/// What the store is to hold.
#[derive(Default)]
struct Model {
    number: i64,
    postings: BTreeMap<(String, String), posting::Model>,
    applications: BTreeMap<String, application::Model>,
    candidates: BTreeMap<String, candidate::Model>,
    events: Vec<application_event::Model>,
}

impl Model {
    fn rows(&self) -> Rows {
        let mut events = self.events.clone();
        events.sort_by_key(|event| (event.application_id.clone(), event.event_no));
        Rows {
            postings: self.postings.values().cloned().collect(),
            applications: self.applications.values().cloned().collect(),
            candidates: self.candidates.values().cloned().collect(),
            events,
        }
    }

    fn in_parts(&mut self, parts: &[&[Application]], now: DateTime<Utc>) -> SliceCounts {
        let (mut counts, mut seen) = (SliceCounts::default(), BTreeSet::new());
        for part in parts {
            counts += self.applications(part, now, &seen);
            seen.extend(part.iter().map(|record| record.id.clone()));
        }
        counts
    }

    /// Those of a part; who was `seen` in an earlier one is not written over by an older version.
    fn applications(&mut self, records: &[Application], now: DateTime<Utc>, seen: &BTreeSet<String>) -> SliceCounts {
        let mut newest: BTreeMap<String, application::Model> = BTreeMap::new();
        for record in records {
            let row = application_row(record, now);
            if newest.get(&row.id).is_none_or(|before| version(before) <= version(&row)) {
                newest.insert(row.id.clone(), row);
            }
        }
        newest.retain(|id, row| {
            let before = self.applications.get(id);
            let is_older = before.is_some_and(|before| seen.contains(id) && version(before) > version(row));
            !is_older
                && before.is_none_or(|before| before.removed_at.is_some() || before.content_hash != row.content_hash)
        });
        let mut counts = counts(records.len(), newest.keys().filter(|id| !self.applications.contains_key(*id)).count());
        counts.updated = newest.len() as u64 - counts.inserted;
        counts.unchanged = counts.fetched - newest.len() as u64;
        if newest.is_empty() {
            return counts;
        }
        self.number += 1;
        let mut touched = BTreeSet::new();
        for (id, mut row) in newest {
            let before = self.applications.get(&id);
            touched.extend(before.map(|before| before.candidate_key.clone()));
            touched.insert(row.candidate_key.clone());
            for event in self.events.iter_mut().filter(|event| event.application_id == id && event.removed_at.is_some())
            {
                (event.removed_at, event.changed_seq) = (None, self.number);
            }
            let seen = self.events.iter().filter(|event| event.application_id == id).map(|event| event.observed).max();
            self.events.extend(event((before, seen), &row, self.number, now));
            row.changed_seq = self.number;
            if let Some(before) = before {
                (row.first_seen, row.created) = (before.first_seen, before.created);
            }
            self.applications.insert(id, row);
        }
        for key in touched {
            self.derive(&key, now);
        }
        counts
    }

    /// Reads everything in two slices, as a reconcile does. How many removals are to be accepted, and what comes of it.
    async fn reconcile(
        &mut self,
        ingest: &Session,
        random: &mut Rng,
        now: DateTime<Utc>,
    ) -> (u64, Result<u64, Refused>) {
        ingest.begin_reconcile().await;
        let mut missing = BTreeSet::new();
        for window in [Window::new(day(0), day(2)), Window::new(day(2), day(9))].map(Option::unwrap) {
            let records: Vec<Application> = many(random, 3, random_application);
            let lacking = self
                .applications
                .values()
                .filter(|row| row.removed_at.is_none() && window.contains(row.created_at_source));
            missing.extend(lacking.map(|row| row.id.clone()));
            missing.retain(|id| !records.iter().any(|record| record.id == *id));
            let parts = in_parts(random, &records);
            let counts = ingest.window_in_parts(now, window, &parts).await;
            assert_eq!(counts, self.in_parts(&parts, now));
        }
        let live = self.applications.values().filter(|row| row.removed_at.is_none()).count();
        let accepted = random.u64(0..3);
        // so few that ten may go, but for all of them
        if live == missing.len() && missing.len() as u64 > accepted {
            return (accepted, Err(Refused));
        }
        if missing.is_empty() {
            return (accepted, Ok(0));
        }
        self.number += 1;
        let mut touched = BTreeSet::new();
        for id in &missing {
            let row = self.applications.get_mut(id).unwrap();
            (row.removed_at, row.changed_seq) = (Some(now), self.number);
            touched.insert(row.candidate_key.clone());
        }
        for event in self.events.iter_mut().filter(|event| missing.contains(&event.application_id)) {
            (event.removed_at, event.changed_seq) = (Some(now), self.number);
        }
        for key in &touched {
            self.derive(key, now);
        }
        (accepted, Ok(missing.len() as u64))
    }

    fn derive(&mut self, key: &str, now: DateTime<Utc>) {
        let of_this = self.applications.values().filter(|row| row.candidate_key == key && row.removed_at.is_none());
        let latest = of_this.max_by_key(|row| (row.updated.unwrap_or(row.created_at_source), row.id.clone()));
        let before = self.candidates.get(key);
        let Some(latest) = latest else {
            if let Some(gone) = self.candidates.get_mut(key).filter(|row| row.removed_at.is_none()) {
                (gone.removed_at, gone.changed_seq) = (Some(now), self.number);
            }
            return;
        };
        if before.is_some_and(|row| row.removed_at.is_none() && row.content_hash == latest.candidate_hash) {
            return;
        }
        let row = candidate::Model {
            key: key.to_owned(),
            exported_key: None,
            candidate_id: latest.candidate_id.clone(),
            email: latest.email.clone(),
            first_name: latest.first_name.clone(),
            middle_name: latest.middle_name.clone(),
            last_name: latest.last_name.clone(),
            content_hash: latest.candidate_hash.clone(),
            first_seen: before.map_or(now, |row| row.first_seen),
            removed_at: None,
            changed_seq: self.number,
        };
        self.candidates.insert(key.to_owned(), row);
    }

    fn list(
        &mut self,
        parts: &[&[Posting]],
        now: DateTime<Utc>,
        list: CompleteList<'_>,
    ) -> Result<SliceCounts, Refused> {
        let (mut counts, mut seen) = (SliceCounts::default(), BTreeSet::new());
        let (rest, before) = parts.split_last().unwrap();
        for part in before {
            counts += self.listed(part, now, &seen, Vec::new());
            seen.extend(part.iter().map(key));
        }
        let listed: BTreeSet<_> = seen.iter().cloned().chain(rest.iter().map(key)).collect();
        let live = |row: &posting::Model| row.media_id == list.media_id && row.removed_at.is_none();
        let missing = self.postings.iter().filter(|(key, row)| live(row) && !listed.contains(*key));
        let missing: Vec<_> = missing.map(|(key, _)| key.clone()).collect();
        // so few postings that ten may go, but for an empty list
        if listed.is_empty() && missing.len() as u64 > list.accept_removals {
            return Err(Refused);
        }
        counts += self.listed(rest, now, &seen, missing);
        Ok(counts)
    }

    fn listed(
        &mut self,
        records: &[Posting],
        now: DateTime<Utc>,
        seen: &BTreeSet<(String, String)>,
        missing: Vec<(String, String)>,
    ) -> SliceCounts {
        let mut newest: BTreeMap<(String, String), posting::Model> = BTreeMap::new();
        for record in records {
            let row = posting_row(record, now);
            let key = (row.vacancy_id.clone(), row.media_id.clone());
            if newest.get(&key).is_none_or(|before| before.edited <= row.edited) {
                newest.insert(key, row);
            }
        }
        newest.retain(|key, row| {
            let before = self.postings.get(key);
            let is_older = before.is_some_and(|before| seen.contains(key) && before.edited > row.edited);
            !is_older
                && before.is_none_or(|before| before.removed_at.is_some() || before.content_hash != row.content_hash)
        });
        let mut counts = counts(records.len(), newest.keys().filter(|key| !self.postings.contains_key(*key)).count());
        counts.updated = newest.len() as u64 - counts.inserted;
        counts.unchanged = counts.fetched - newest.len() as u64;
        counts.removed = missing.len() as u64;
        if newest.is_empty() && missing.is_empty() {
            return counts;
        }
        self.number += 1;
        for key in missing {
            if let Some(row) = self.postings.get_mut(&key) {
                (row.removed_at, row.changed_seq) = (Some(now), self.number);
            }
        }
        for (key, mut row) in newest {
            row.first_seen = self.postings.get(&key).map_or(now, |before| before.first_seen);
            row.changed_seq = self.number;
            self.postings.insert(key, row);
        }
        counts
    }
}

fn key(of: &Posting) -> (String, String) {
    let row = posting_row(of, DateTime::UNIX_EPOCH);
    (row.vacancy_id, row.media_id)
}

fn version(row: &application::Model) -> DateTime<Utc> {
    row.updated.unwrap_or(row.created_at_source)
}

fn counts(fetched: usize, inserted: usize) -> SliceCounts {
    SliceCounts { fetched: fetched as u64, inserted: inserted as u64, ..SliceCounts::default() }
}

fn event(
    (before, seen): (Option<&application::Model>, Option<DateTime<Utc>>),
    row: &application::Model,
    number: i64,
    now: DateTime<Utc>,
) -> Option<application_event::Model> {
    let is_same_stage =
        before.is_some_and(|before| has_same_labels(before.stage_localized.as_deref(), row.stage_localized.as_deref()));
    let moved = before.is_none_or(|before| {
        let has_moved = before.stage != row.stage && !is_same_stage;
        before.removed_at.is_some() || has_moved || before.status != row.status
    });
    let before_it = if is_same_stage { Some(row) } else { before };
    moved.then(|| application_event::Model {
        application_id: row.id.clone(),
        event_no: number,
        vacancy_id: row.vacancy_id.clone(),
        occurred: before.map_or(row.created, |_| row.updated.unwrap_or(now)),
        observed: now,
        previous_observed: seen,
        is_first_sight: before.is_none(),
        from_stage: before_it.and_then(|before| before.stage.clone()),
        from_stage_localized: before_it.and_then(|before| before.stage_localized.clone()),
        to_stage: row.stage.clone(),
        to_stage_localized: row.stage_localized.clone(),
        from_status: before.and_then(|before| before.status),
        to_status: row.status,
        removed_at: None,
        changed_seq: number,
    })
}

/// Whether one of two texts is the other one in more or fewer locales.
fn has_same_labels(one: Option<&str>, other: Option<&str>) -> bool {
    let labels = |text: Option<&str>| -> BTreeMap<String, String> {
        text.map(|text| serde_json::from_str(text).unwrap()).unwrap_or_default()
    };
    let (one, other) = (labels(one), labels(other));
    let shared: Vec<_> = one.iter().filter_map(|(locale, label)| Some((label, other.get(locale)?))).collect();
    !shared.is_empty() && shared.iter().all(|(one, other)| one == other)
}
