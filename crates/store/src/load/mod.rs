//! A slice of the source, on its way into the store.
//!
//! It is read completely into a temporary table first, while nothing is locked; of records that the store has already,
//! and the same, their key alone, and on PostgreSQL only when it is needed: when a key came twice, or something may be
//! missing. Then one short transaction merges it by key, leaves events,
//! derives candidates, adds its counts to the run and moves the cursor: all of it or nothing. A slice in which nothing has
//! changed writes no row of the four tables.

mod applications;
mod bulk;
mod commit;
mod copy;
mod insert;
mod keys;
mod known;
mod lacking;
mod merge;
mod missing;
mod postings;
mod quarantine;
mod raw_hash;
mod readings;
mod recordset;
mod stage;

use std::{collections::HashSet, marker::PhantomData};

use chrono::{DateTime, Utc};
use sea_orm::{DatabaseTransaction, EntityTrait, IntoActiveModel};

use crate::{StoreError, Writer, cursors};
use bulk::Bulk;
use keys::Keys;
use known::{Standing, Tally};
use merge::Contents;

pub(crate) use applications::{bury_candidates, derive_candidates, touch_candidates};
pub(crate) use commit::add_to_run;
pub use commit::{CommitSlice, Complete, CompleteList, Removals, SliceCounts};
pub use known::{Expected, Identity, Known, Lookup};
pub(crate) use merge::next_change_number;
pub use missing::Judged;
pub use quarantine::RejectedRecord;
pub use raw_hash::RawHash;

/// A table that slices are merged into.
pub trait Staged: EntityTrait<Model: IntoActiveModel<Self::ActiveModel> + Send + Sync, ActiveModel: Send> {
    /// What is found out before a merge, for what is to be done after it.
    type Noted: Send;
    /// Its name.
    const TABLE: &'static str;
    /// Its primary key.
    const KEY: &'static [&'static str];
    /// An SQL expression: of two versions in one slice the greater one counts.
    const VERSION: &'static str;
    /// The columns that it names.
    const VERSION_COLUMNS: &'static [&'static str];
    /// An instant that stays as it was when a row was first seen; the table of a warehouse is partitioned by its month.
    const FROZEN: Option<&'static str>;

    /// What tells rows and their versions from each other.
    fn identity(row: &Self::Model) -> Identity<'_>;
    /// What a row is recognised by when it comes again.
    fn raw_hash(row: &Self::Model) -> &str;
    /// Before the rows that changed are merged; they are all that is left in the temporary table.
    fn before_merge(
        change: &Change<'_>,
        merged: &Merged,
    ) -> impl Future<Output = Result<Self::Noted, StoreError>> + Send;
    /// After they were.
    fn after_merge(
        change: &Change<'_>,
        merged: &Merged,
        noted: Self::Noted,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// How many rows a merge writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Merged {
    /// New ones.
    pub inserted: u64,
    /// Known ones, which differ or had been gone.
    pub updated: u64,
    /// Of these, those that had been gone.
    pub revived: u64,
}

/// A transaction that changes something.
#[derive(Debug)]
pub struct Change<'a> {
    pub(crate) transaction: &'a DatabaseTransaction,
    /// Its number.
    pub(crate) seq: i64,
    pub(crate) now: DateTime<Utc>,
    /// Now, by the source's clock.
    pub(crate) observed: DateTime<Utc>,
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Arrival<M> {
    /// A row.
    Row(Box<M>),
    /// Nothing: the store [recognises](Known::recognises) the record of this key.
    Recognised([String; 2]),
}

impl<M> Arrival<M> {
    fn row(&self) -> Option<&M> {
        match self {
            Self::Row(row) => Some(row),
            Self::Recognised(_) => None,
        }
    }
}

/// A slice that is being read.
#[derive(Debug)]
pub struct Slice<'w, E: Staged> {
    writer: &'w Writer,
    bulk: Bulk<'w>,
    tally: Tally,
    keys: Keys,
    rejected: u64,
    /// Keys of those that could not be read, as far as these could be.
    rejected_keys: Vec<String>,
    /// Keys of records that were kept aside before; looked up with the first record.
    kept_aside: Option<HashSet<String>>,
    /// Of these, those that have been read now.
    settled: HashSet<String>,
    entity: PhantomData<E>,
}

impl Writer {
    /// Looks records up while a slice is read, so that those that have come before need not be made into rows.
    pub fn lookup(&self) -> Lookup {
        Lookup::new(&self.reads)
    }

    /// Begins a slice. What an earlier one has left is dropped when there is something to be put in its place.
    pub fn slice<E: Staged>(&self) -> Slice<'_, E> {
        let (stage, making) = (stage::name(E::TABLE), stage::making(E::TABLE));
        Slice {
            writer: self,
            bulk: Bulk::new(&self.db, stage, Some(making), stage::columns::<E>())
                .with_waiting(stage::known_columns::<E>()),
            tally: Tally::default(),
            keys: Keys::default(),
            rejected: 0,
            rejected_keys: Vec::new(),
            kept_aside: None,
            settled: HashSet::new(),
            entity: PhantomData,
        }
    }
}

impl<E: Staged> Slice<'_, E> {
    /// Adds rows.
    pub async fn add(&mut self, rows: Vec<E::Model>) -> Result<(), StoreError> {
        let rows = rows.into_iter().map(|row| Arrival::Row(Box::new(row)));
        self.add_looked_up(Known::default(), rows.collect()).await
    }

    /// Adds what has become of records that were looked up. What is new or has changed goes to the temporary table.
    pub async fn add_looked_up(
        &mut self,
        mut known: Known,
        arrivals: Vec<Arrival<E::Model>>,
    ) -> Result<(), StoreError> {
        let lacking = known.lacking(arrivals.iter().filter_map(Arrival::row).map(|row| E::identity(row).key));
        known.extend(self.writer.lookup().among::<E>(lacking).await?);
        if self.kept_aside.is_none() {
            self.kept_aside = Some(quarantine::keys(&self.writer.reads, E::TABLE).await?);
        }
        let (mut same, mut others) = (Vec::new(), Vec::new());
        for arrival in arrivals {
            let number = self.tally.rows();
            let row = match arrival {
                Arrival::Row(row) => row,
                Arrival::Recognised(key) => {
                    self.count(Standing::Same, key.each_ref().map(String::as_str));
                    same.push(stage::known_values::<E>(key, number));
                    continue;
                }
            };
            let identity = E::identity(&row);
            let standing = known.standing(identity, E::raw_hash(&row));
            self.count(standing, identity.key);
            if standing == Standing::Same {
                same.push(stage::known_values::<E>(identity.key.map(str::to_owned), number));
            } else {
                others.push((row, number));
            }
        }
        self.bulk.add_waiting(same).await?;
        self.bulk.add(others.into_iter().map(|(row, number)| stage::values::<E>(*row, number))).await
    }

    fn count(&mut self, standing: Standing, key: [&str; 2]) {
        self.keys.add(key);
        self.tally.add(standing, key);
        if let Some(kept_aside) = self.kept_aside.as_ref().filter(|keys| !keys.is_empty()) {
            let key = quarantine::record_key(key);
            if kept_aside.contains(&key) {
                self.settled.insert(key);
            }
        }
    }

    /// Adds records that could not be read.
    pub async fn reject(
        &mut self,
        records: Vec<RejectedRecord>,
        run_id: &str,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let count = records.len() as u64;
        if records.is_empty() {
            return Ok(());
        }
        self.bulk.finish().await?;
        if self.rejected == 0 {
            quarantine::prepare(&self.writer.db).await?;
        }
        self.rejected_keys.extend(records.iter().filter_map(|record| record.key.clone()));
        quarantine::load(&self.writer.db, records, self.rejected, run_id, now).await?;
        self.rejected += count;
        Ok(())
    }

    /// Gives it up. What is on its way into the temporary table has the writer's connection until it is there.
    pub async fn abandon(mut self) -> Result<(), StoreError> {
        self.bulk.finish().await.map(|_| ())
    }

    /// Merges the slice, or leaves no trace of it.
    pub async fn commit(mut self, commit: &CommitSlice<'_>) -> Result<SliceCounts, StoreError> {
        let Settled { read, may_lack, contents } = self.settle(commit).await?;
        let transaction = self.writer.begin().await?;
        let now = domain::instant::microseconds(commit.now);
        let list = match &commit.complete {
            Some(Complete::List(list)) if may_lack => Some(*list),
            Some(Complete::Window { window, .. }) if may_lack => {
                missing::note(&transaction, window, &self.rejected_keys, now).await?;
                None
            }
            _ => None,
        };
        let observed = domain::instant::microseconds(commit.observed);
        let mut counts = merge::merge::<E>(&transaction, (now, observed), list, contents).await?;
        counts.fetched = commit.fetched;
        counts.rejected = self.rejected;
        (counts.suppressed, counts.outside) = (commit.suppressed, commit.outside);
        counts.unchanged = read - counts.inserted - counts.updated;
        if let Some(fingerprints) = commit.replayed {
            quarantine::remove(&transaction, fingerprints).await?;
        }
        quarantine::settle(&transaction, E::TABLE, &self.settled).await?;
        if self.rejected > 0 {
            quarantine::keep(&transaction).await?;
        }
        for cursor in &commit.cursors {
            cursors::move_cursor(&transaction, cursor, commit.run_id, now).await?;
        }
        if let Some(removals) = &commit.removals {
            removals.note(&transaction, commit.run_id, now).await?;
        }
        add_to_run(&transaction, commit.run_id, &counts).await?;
        transaction.commit().await?;
        Ok(counts)
    }

    /// Brings all into the temporary table that has to be there, and nothing else; mostly that is what is new.
    async fn settle(&mut self, commit: &CommitSlice<'_>) -> Result<Settled, StoreError> {
        let (repeats, is_replay) = (self.keys.may_repeat(), commit.replayed.is_some());
        let may_lack = match &commit.complete {
            Some(complete) if !repeats => lacking::may_lack(&self.writer.reads, complete, &self.tally).await?,
            complete => complete.is_some(),
        };
        let has_other_forms = self.tally.other_forms() > 0;
        if repeats || may_lack {
            self.bulk.fetch_waiting().await?;
        }
        let in_table = self.bulk.finish().await?;
        let read = in_table + self.bulk.waiting();
        let accounted = read + self.rejected + commit.suppressed + commit.outside;
        if accounted != commit.fetched || read != self.tally.rows() {
            return Err(StoreError::Unaccounted { fetched: commit.fetched, accounted });
        }
        if repeats {
            stage::deduplicate::<E>(&self.writer.db).await?;
        }
        let others = self.tally.others();
        if is_replay && others > 0 {
            stage::drop_older::<E>(&self.writer.db).await?;
        }
        let is_counted = !repeats && !has_other_forms && (!is_replay || others == 0);
        let merged = is_counted.then(|| self.tally.merged());
        let has_rejected = self.rejected > 0;
        let contents = Contents { merged, has_known: in_table > others, has_other_forms, has_rejected };
        Ok(Settled { read, may_lack, contents })
    }
}

/// A slice that is ready to be merged.
struct Settled {
    /// Records that were read, in the temporary table or not.
    read: u64,
    /// Whether it may lack something that the store has. If so, all its keys are in the table.
    may_lack: bool,
    contents: Contents,
}
