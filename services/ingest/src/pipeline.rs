//! The way of a record: due → read → transform → send → advance.
//!
//! While one batch is transformed, on a thread of its own, the one before is staged and the one after is looked up; while a
//! slice is committed, the source is asked for the next.

#[cfg(test)]
mod as_others_write;
#[cfg(test)]
mod reading;
#[cfg(test)]
mod tests;

use std::pin::pin;

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use domain::Window;
use runtime::FinalIf as _;
use serde::de::DeserializeOwned;
use store::{
    Keyed, RawHash, Recognition, RejectedRecord, RowOf, SliceCounts, Staged,
    entity::{Seen, application, posting},
};
use tokio::task::spawn_blocking;

use crate::{
    due::{ApplicationsSlice, Due, List, Schedule, Work},
    sink::{Batch, Load},
    source::{Batches, BodyError, Emply, RawRecord},
    transform::{LeftOut, Rejected, Scope, Transform, wire},
};

/// Of equal bytes, equal rows are made, as long as this number stands: by it, rows of releases that made others are told from
/// ours. Whoever changes what becomes of a record raises it; a test says when that has happened.
const FORM: u32 = 2;

pub(crate) struct Pipeline<'a> {
    pub(crate) work: Work<'a>,
    pub(crate) source: &'a Emply,
    pub(crate) transform: Transform,
}

enum Answered {
    Postings(List, Answer<Postings>),
    Applications(ApplicationsSlice, Answer<Applications>),
}

struct Answer<S: Stream> {
    stream: S,
    now: DateTime<Utc>,
    /// When it came, by the source's clock, where it has told it.
    date: Option<DateTime<Utc>>,
    records: Batches<S::KeyFields>,
}

impl<'a> Pipeline<'a> {
    pub(crate) async fn run(&self, schedule: &mut Schedule<'_>) -> anyhow::Result<()> {
        let mut asked = self.ask_next(schedule).await?;
        while let Some(answered) = asked {
            asked = match answered {
                Answered::Postings(list, answer) => self.list(list, answer, schedule).await?,
                Answered::Applications(slice, answer) => self.slice(slice, answer, schedule).await?,
            };
        }
        Ok(())
    }

    /// Reads the list of a medium; gives what was asked for next.
    async fn list(
        &self,
        list: List,
        answer: Answer<Postings>,
        schedule: &mut Schedule<'_>,
    ) -> anyhow::Result<Option<Answered>> {
        // before anything of the answer is kept: a clock that is years ahead would end all reading
        let date = schedule.take_time(answer.date)?;
        let load = self.read(answer).await?;
        let (committed, next) = tokio::join!(Box::pin(self.commit_list(&list, load, date)), self.ask_next(schedule));
        committed?;
        next
    }

    /// Reads a slice of applications; gives what was asked for next.
    async fn slice(
        &self,
        slice: ApplicationsSlice,
        answer: Answer<Applications>,
        schedule: &mut Schedule<'_>,
    ) -> anyhow::Result<Option<Answered>> {
        let date = answer.date;
        let load = self.read(answer).await?;
        let outside = load.outside();
        if schedule.shows_other_times(outside) {
            // first, since it may have the connection that the marks are written by
            load.abandon().await?;
            schedule.widen(slice.window, outside).await?;
            return self.ask_next(schedule).await;
        }
        schedule.note_read(load.fetched);
        let (counts, next) = tokio::join!(Box::pin(self.commit_slice(&slice, load, date)), self.ask_next(schedule));
        schedule.add(&counts?);
        next
    }

    async fn ask_next(&self, schedule: &mut Schedule<'_>) -> anyhow::Result<Option<Answered>> {
        Ok(match schedule.next().await? {
            Some(Due::Postings(list)) => Some(self.ask_for_list(list).await?),
            Some(Due::Applications(slice)) => Some(self.ask(slice).await?),
            None => None,
        })
    }

    async fn ask_for_list(&self, list: List) -> anyhow::Result<Answered> {
        let now = self.work.context.clock.now();
        let page = self.source.postings(&list.media_id).await?;
        let stream = Postings { listed_by: Some(list.media_id.clone()) };
        let answer = Answer { stream, now, date: page.date, records: page.read_ahead() };
        Ok(Answered::Postings(list, answer))
    }

    #[tracing::instrument(skip_all, fields(from = %slice.window.from, to = %slice.window.to))]
    async fn ask(&self, slice: ApplicationsSlice) -> anyhow::Result<Answered> {
        let now = self.work.context.clock.now();
        let page = self.source.applications(&slice.query).await?;
        let stream = Applications { scope: Some(Scope { asked: slice.asked, wanted: slice.wanted }) };
        let answer = Answer { stream, now, date: page.date, records: page.read_ahead() };
        Ok(Answered::Applications(slice, answer))
    }

    /// Reads an answer to its end: looks its records up, transforms and stages them.
    async fn read<S: Stream>(&self, answer: Answer<S>) -> anyhow::Result<Load<'a, S::Entity>> {
        let Answer { stream, now, mut records, .. } = answer;
        let mut load = Load::begin(self.work.writer, self.work.run_id, now);
        let recognition = self.work.writer.recognition::<S::Entity>(stream.expected().as_ref()).await?;
        let mut staging: Option<Batch<S::Entity>> = None;
        let mut next = look_up(&stream, &recognition, &mut records).await?;
        while let Some((batch, known)) = next {
            let (of, by) = (stream.clone(), self.transform.clone());
            let transforming = spawn_blocking(move || make_rows(&of, &by, known, batch, now));
            {
                let mut staged = pin!(stage(&mut load, staging.take()));
                let mut found = pin!(look_up(&stream, &recognition, &mut records));
                next = tokio::select! {
                    // a failed write is told at once, and not when the source has sent the next batch
                    written = &mut staged => {
                        written?;
                        found.await?
                    }
                    found = &mut found => {
                        staged.await?;
                        found?
                    }
                };
            }
            staging = Some(transforming.await.context("reading records")?);
        }
        stage(&mut load, staging).await?;
        load.judge(self.work.settings.ingest.max_rejected_ratio.0)?;
        Ok(load)
    }

    async fn commit_list(
        &self,
        list: &List,
        load: Load<'_, posting::Entity>,
        date: Option<DateTime<Utc>>,
    ) -> anyhow::Result<()> {
        let mut commit = list.commit(load.no_evidence(), load.plain_commit());
        commit.observed = date.unwrap_or(commit.now);
        let counts = load.commit(&commit).await?;
        list.log(&counts);
        if list.is_last { self.work.report_unlisted().await } else { Ok(()) }
    }

    #[tracing::instrument(name = "commit", skip_all, fields(from = %slice.window.from, to = %slice.window.to))]
    async fn commit_slice(
        &self,
        slice: &ApplicationsSlice,
        load: Load<'_, application::Entity>,
        date: Option<DateTime<Utc>>,
    ) -> anyhow::Result<SliceCounts> {
        let mut commit = slice.commit(load.no_evidence(), load.plain_commit());
        commit.observed = date.unwrap_or(commit.now);
        let counts = load.commit(&commit).await?;
        tracing::debug!(
            fetched = counts.fetched,
            inserted = counts.inserted,
            updated = counts.updated,
            "slice committed"
        );
        Ok(counts)
    }
}

/// A record, and what tells it from others; `None` where it cannot be told.
type KeyedRecord<S> = (Option<[String; 2]>, RawRecord<<S as Stream>::KeyFields>);

/// The next batch of an answer, and what the store has under its keys.
async fn look_up<S: Stream>(
    stream: &S,
    recognition: &Recognition<S::Entity>,
    records: &mut Batches<S::KeyFields>,
) -> anyhow::Result<Option<(Vec<KeyedRecord<S>>, Recognition<S::Entity>)>> {
    let Some(batch) = records.next().await else { return Ok(None) };
    let batch = batch.final_if(BodyError::is_final)?.into_iter();
    let batch: Vec<_> =
        batch.map(|record| (record.key_fields.as_ref().and_then(|of| stream.key(of)), record)).collect();
    // while a slice is read, nothing is committed, so what is known stays so
    let known = recognition.look_up(batch.iter().filter_map(|(key, _)| key.as_ref().map(borrowed))).await?;
    Ok(Some((batch, known)))
}

fn borrowed(key: &[String; 2]) -> [&str; 2] {
    key.each_ref().map(String::as_str)
}

async fn stage<E: Staged>(load: &mut Load<'_, E>, batch: Option<Batch<E>>) -> anyhow::Result<()> {
    match batch {
        Some(batch) => load.stage(batch).await,
        None => Ok(()),
    }
}

/// Makes rows of the records of a batch that did not come before as they do now.
fn make_rows<S: Stream>(
    stream: &S,
    transform: &Transform,
    known: Recognition<S::Entity>,
    batch: Vec<KeyedRecord<S>>,
    now: DateTime<Utc>,
) -> Batch<S::Entity> {
    let fetched = batch.len() as u64;
    let form = stream.form(transform);
    let (unchanged, changed) = known.split(batch, form, |(key, record)| (&record.json, key.as_ref().map(borrowed)));
    let mut made = Batch::of(known, fetched);
    for (key, record) in unchanged {
        // it was found by its key, so it has both
        let (Some(key), Some(of)) = (key, &record.key_fields) else { continue };
        match stream.check(transform, of) {
            Ok(()) => made.unchanged.push((record.place, key)),
            Err(why) => leave_out(&mut made, record.place, why),
        }
    }
    for ((_, RawRecord { place, json: raw, .. }), hash) in changed {
        match stream.row(transform, Seen { raw, hash, at: now }) {
            Ok(row) => made.rows.push((place, row)),
            Err(why) => leave_out(&mut made, place, why),
        }
    }
    made
}

/// The same of records that were kept aside, of which nothing is known but how they came.
pub(crate) fn make_rows_again<S: Stream>(
    stream: &S,
    transform: &Transform,
    known: Recognition<S::Entity>,
    payloads: Vec<String>,
    now: DateTime<Utc>,
) -> Batch<S::Entity> {
    let records = (0..).zip(payloads).map(|(place, json)| (None, RawRecord { place, json, key_fields: None }));
    make_rows(stream, transform, known, records.collect(), now)
}

fn leave_out<E: Staged>(made: &mut Batch<E>, place: u64, why: LeftOut) {
    match why {
        LeftOut::Rejected(rejected) => made.rejected.push((place, kept(rejected))),
        LeftOut::Suppressed => made.counts.suppressed += 1,
        LeftOut::Unwanted => made.counts.unwanted += 1,
        LeftOut::Outside => made.counts.outside += 1,
    }
}

/// How the records of a stream become rows.
pub(crate) trait Stream: Clone + Send + Sync + 'static {
    type Entity: Staged;
    /// What is read of a record in passing.
    type KeyFields: DeserializeOwned + Send + Sync + 'static;

    /// The rows that an answer will mostly have, where that is known.
    fn expected(&self) -> Option<<Self::Entity as Keyed>::Expected>;

    fn form(&self, transform: &Transform) -> u32;

    fn key(&self, of: &Self::KeyFields) -> Option<[String; 2]>;

    /// Whether a record that came before, byte for byte, still is to be a row.
    fn check(&self, transform: &Transform, of: &Self::KeyFields) -> Result<(), LeftOut>;

    fn row(&self, transform: &Transform, seen: Seen) -> Result<RowOf<Self::Entity>, LeftOut>;
}

/// Postings of the list of a medium; of those that were kept aside it is not known which.
#[derive(Debug, Clone)]
pub(crate) struct Postings {
    pub(crate) listed_by: Option<String>,
}

impl Stream for Postings {
    type Entity = posting::Entity;
    type KeyFields = wire::PostingKeyFields;

    fn expected(&self) -> Option<String> {
        self.listed_by.clone()
    }

    fn form(&self, _: &Transform) -> u32 {
        FORM
    }

    fn key(&self, of: &wire::PostingKeyFields) -> Option<[String; 2]> {
        let [vacancy_id, media_id] = of.key()?;
        // of a list, whichever medium it names
        Some([vacancy_id, self.listed_by.as_deref().unwrap_or(media_id)].map(str::to_owned))
    }

    fn check(&self, _: &Transform, _: &wire::PostingKeyFields) -> Result<(), LeftOut> {
        Ok(())
    }

    fn row(&self, transform: &Transform, seen: Seen) -> Result<posting::Model, LeftOut> {
        let posting = transform.posting(&seen.raw, self.listed_by.as_deref())?;
        let raw = wire::without_persons(&seen.raw).into_owned();
        Ok((posting, Seen { raw, ..seen }).into())
    }
}

/// Applications that were asked for; of those that were kept aside it is not known for what.
#[derive(Debug, Clone)]
pub(crate) struct Applications {
    pub(crate) scope: Option<Scope>,
}

impl Stream for Applications {
    type Entity = application::Entity;
    type KeyFields = wire::ApplicationKeyFields;

    fn expected(&self) -> Option<Window> {
        self.scope.map(|scope| scope.asked)
    }

    /// The customer is part of some candidates' keys, so of the same bytes other rows are made for another one.
    fn form(&self, transform: &Transform) -> u32 {
        RawHash::form_of(FORM, &transform.customer)
    }

    fn key(&self, of: &wire::ApplicationKeyFields) -> Option<[String; 2]> {
        let (id, _) = of.read()?;
        Some([id.to_owned(), String::new()])
    }

    fn check(&self, transform: &Transform, of: &wire::ApplicationKeyFields) -> Result<(), LeftOut> {
        let Some((id, created)) = of.read() else { return Ok(()) };
        transform.unchanged_application(id, created, self.scope.as_ref())
    }

    fn row(&self, transform: &Transform, seen: Seen) -> Result<application::Model, LeftOut> {
        match transform.application(&seen.raw, self.scope.as_ref()) {
            Ok(application) => Ok((application, transform.customer.as_str(), seen).into()),
            // one without a key is known by all that it is
            Err(LeftOut::Rejected(rejected))
                if rejected.key.is_none() && transform.suppression.holds(&kept(rejected.clone()).fingerprint()) =>
            {
                Err(LeftOut::Suppressed)
            }
            Err(why) => Err(why),
        }
    }
}

fn kept(Rejected { stream, key, reason, payload }: Rejected) -> RejectedRecord {
    RejectedRecord { stream: stream.to_owned(), key, reason, payload }
}
