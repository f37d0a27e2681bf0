//! The way of a record: due → read → transform → send → advance.
//!
//! While one batch is transformed, on a thread of its own, the one before is staged and the one after is looked up; while a
//! slice is committed, the source is asked for the next.

#[cfg(test)]
mod as_others_write;
#[cfg(test)]
mod reading;
mod stream;
#[cfg(test)]
mod tests;

use std::{
    pin::pin,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use runtime::FinalIf as _;
use store::{
    Recognition, SliceCounts, Staged,
    entity::{Seen, application, posting},
};
use tokio::task::spawn_blocking;

use crate::{
    due::{ApplicationsSlice, Due, List, Schedule, Work},
    sink::{Batch, Load},
    source::{Batches, BodyError, Emply, RawRecord},
    transform::{LeftOut, Scope, Transform},
};
use stream::kept;
pub(crate) use stream::{Applications, Postings, Stream};

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
        let load = self.read(Answer { date, ..answer }, schedule).await?;
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
        let load = self.read(answer, schedule).await?;
        let outside = load.outside();
        if schedule.shows_other_times(outside) {
            // first, since it may have the connection that the marks are written by
            load.abandon().await?;
            schedule.widen(slice.window, outside).await?;
            return self.ask_next(schedule).await;
        }
        schedule.note_read(load.fetched);
        let rest = load.uncommitted();
        let commit = timed(Box::pin(self.commit_slice(&slice, load, date)));
        let ((counts, took), next) = tokio::join!(commit, self.ask_next(schedule));
        schedule.add(&counts?);
        schedule.note_commit(rest, took);
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
        let answer = Answer { stream, now, date: page.date, records: page.read_ahead(self.most()) };
        Ok(Answered::Postings(list, answer))
    }

    #[tracing::instrument(skip_all, fields(from = %slice.window.from, to = %slice.window.to))]
    async fn ask(&self, slice: ApplicationsSlice) -> anyhow::Result<Answered> {
        let now = self.work.context.clock.now();
        let page = self.source.applications(&slice.query).await?;
        let stream = Applications { scope: Some(Scope { asked: slice.asked, wanted: slice.wanted }) };
        let answer = Answer { stream, now, date: page.date, records: page.read_ahead(self.most()) };
        Ok(Answered::Applications(slice, answer))
    }

    /// Records of an answer that are committed at once, at most.
    fn most(&self) -> u64 {
        self.work.settings.ingest.part_records
    }

    /// Reads an answer to its end, and commits it but for the last part of it. To where it shows that it is not to be kept, if it does.
    async fn read<S: Stream>(
        &self,
        answer: Answer<S>,
        schedule: &mut Schedule<'_>,
    ) -> anyhow::Result<Load<'a, S::Entity>> {
        let Answer { stream, now, date, mut records } = answer;
        let Work { writer, run_id, .. } = self.work;
        let mut load = Load::begin(writer, run_id, now);
        let mut expected = stream.expected();
        loop {
            // anew for each part, since what was known before the commit is not true any more
            let recognition = writer.recognition::<S::Entity>(expected.take().as_ref()).await?;
            let is_end =
                self.read_part((&stream, &recognition), &mut records, &mut load, schedule.part_length()).await?;
            load.judge(self.work.settings.ingest.max_rejected_ratio.0)?;
            if is_end || schedule.shows_other_times(load.outside()) {
                return Ok(load);
            }
            let (committed, took) = timed(Box::pin(load.commit_part(date.unwrap_or(now)))).await;
            schedule.note_commit(committed?, took);
        }
    }

    /// Reads so many records of an answer, or the rest of it: looks them up, transforms and stages them. Whether it was the rest.
    async fn read_part<S: Stream>(
        &self,
        (stream, recognition): (&S, &Recognition<S::Entity>),
        records: &mut Batches<S::KeyFields>,
        load: &mut Load<'a, S::Entity>,
        most: u64,
    ) -> anyhow::Result<bool> {
        let (now, mut taken) = (load.now, 0);
        let mut staging: Option<Batch<S::Entity>> = None;
        let mut next = look_up(stream, recognition, records).await?;
        let mut is_end = true;
        while let Some((batch, known)) = next {
            let length = batch.len() as u64;
            taken += length;
            let (of, by) = (stream.clone(), self.transform.clone());
            let transforming = spawn_blocking(move || make_rows(&of, &by, known, batch, now));
            // the next one may be as long
            if taken + length > most {
                (is_end, next) = (false, None);
                stage(load, staging.take()).await?;
            } else {
                let mut staged = pin!(stage(load, staging.take()));
                let mut found = pin!(look_up(stream, recognition, records));
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
        stage(load, staging).await?;
        Ok(is_end)
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

async fn timed<T>(work: impl Future<Output = T>) -> (T, Duration) {
    let begun = Instant::now();
    (work.await, begun.elapsed())
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
