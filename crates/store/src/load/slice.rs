//! A slice, from its first record to its commit.

use std::{collections::HashSet, marker::PhantomData};

use chrono::{DateTime, Utc};

use super::{
    bulk::Bulk,
    commit::{CommitSlice, Complete, SliceCounts, add_to_run},
    merge::{self, Contents},
    missing,
    parts::{self, EarlierParts},
    postings,
    quarantine::{self, RejectedRecord},
    stage,
    staged::Staged,
    stats::SliceStats,
};
use crate::{
    StoreError, Writer, cursors,
    recognition::{Recognition, RowChange},
};

/// A slice that is being read.
#[derive(Debug)]
pub struct Slice<'w, E: Staged> {
    writer: &'w Writer,
    bulk: Bulk<'w>,
    stats: SliceStats,
    /// Parts that are committed already.
    earlier: Option<EarlierParts>,
    /// Records that were added, in all parts.
    added: u64,
    rejected: u64,
    /// Of these, those of earlier parts.
    rejected_earlier: u64,
    /// Keys of those that could not be read, as far as these could be.
    rejected_keys: Vec<String>,
    /// Keys of records that were put into quarantine before; looked up with the first record.
    in_quarantine: Option<HashSet<String>>,
    /// Of these, those that have been read now.
    settled: HashSet<String>,
    entity: PhantomData<E>,
}

impl Writer {
    /// Begins a slice. What an earlier one has left is dropped when there is something to be put in its place.
    pub fn slice<E: Staged>(&self) -> Slice<'_, E> {
        Slice {
            writer: self,
            bulk: self.bulk::<E>(),
            stats: SliceStats::default(),
            earlier: None,
            added: 0,
            rejected: 0,
            rejected_earlier: 0,
            rejected_keys: Vec::new(),
            in_quarantine: None,
            settled: HashSet::new(),
            entity: PhantomData,
        }
    }

    fn bulk<E: Staged>(&self) -> Bulk<'_> {
        let (stage, making) = (stage::name(E::TABLE), stage::making(E::TABLE));
        Bulk::new(&self.db, stage, Some(making), stage::columns::<E>()).with_waiting(stage::known_columns::<E>())
    }
}

impl<E: Staged> Slice<'_, E> {
    /// Adds rows of records that nobody has tried to recognise.
    pub async fn add(&mut self, rows: Vec<E::Model>) -> Result<(), StoreError> {
        let rows = (self.added..).zip(rows).collect();
        self.stage(Recognition::of_nothing(&self.writer.reads), Vec::new(), rows).await
    }

    /// Adds a batch: of records that are unchanged their keys, of the others the rows that were made of them, each with its
    /// place in the slice, since of equal versions the last one counts. What is new or has changed goes to the temporary table.
    pub async fn stage(
        &mut self,
        mut known: Recognition<E>,
        unchanged: Vec<(u64, [String; 2])>,
        rows: Vec<(u64, E::Model)>,
    ) -> Result<(), StoreError> {
        known.complete(rows.iter().map(|(_, row)| E::identity(row).key)).await?;
        if self.in_quarantine.is_none() {
            self.in_quarantine = Some(quarantine::keys(&self.writer.reads, E::TABLE).await?);
        }
        let (mut same, mut others) = (Vec::with_capacity(unchanged.len()), Vec::new());
        // nothing of these is compared or written, but they count, and are found when something seems to be missing
        for (place, key) in unchanged {
            self.count(RowChange::Same, key.each_ref().map(String::as_str));
            same.push(stage::known_values::<E>(key, place));
        }
        for (place, row) in rows {
            let (change, key) = (known.change(&row), E::identity(&row).key);
            self.count(change, key);
            if change == RowChange::Same {
                same.push(stage::known_values::<E>(key.map(str::to_owned), place));
            } else {
                others.push((place, row));
            }
        }
        self.bulk.add_waiting(same).await?;
        self.bulk.add(others.into_iter().map(|(place, row)| stage::values::<E>(row, place))).await
    }

    fn count(&mut self, change: RowChange, key: [&str; 2]) {
        self.added += 1;
        self.stats.add(change, key);
        if let Some(in_quarantine) = self.in_quarantine.as_ref().filter(|keys| !keys.is_empty()) {
            let key = quarantine::record_key(key);
            if in_quarantine.contains(&key) {
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
        // the connection may be in the middle of a COPY into the other temporary table
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

    /// Merges what has come until now, while more is to come, or leaves no trace of it. The counts of `commit` are of the records since
    /// the last part; where streams stand, and what the slice lacks, is only said with the last one.
    ///
    /// What was looked up before is not true any more.
    pub async fn commit_part(&mut self, commit: &CommitSlice<'_>) -> Result<SliceCounts, StoreError> {
        debug_assert!(commit.cursors.is_empty() && commit.complete.is_none() && commit.removals.is_none());
        let earlier = if let Some(earlier) = self.earlier {
            earlier
        } else {
            // a connection does one COPY at a time
            self.bulk.finish().await?;
            EarlierParts::begin::<E>(&self.writer.db).await?
        };
        let settled = self.settle(commit).await?;
        self.bulk.move_waiting(&parts::name(E::TABLE)).await?;
        if settled.contents.has_known {
            EarlierParts::keep_known::<E>(&self.writer.db).await?;
        }
        let counts = self.merge(commit, settled).await?;
        self.earlier = Some(earlier);
        self.rejected_earlier = self.rejected;
        self.settled.clear();
        self.stats.next_part();
        self.bulk = self.writer.bulk::<E>();
        Ok(counts)
    }

    /// Merges the slice, or the rest of it, or leaves no trace of that.
    pub async fn commit(mut self, commit: &CommitSlice<'_>) -> Result<SliceCounts, StoreError> {
        let settled = self.settle(commit).await?;
        self.merge(commit, settled).await
    }

    async fn merge(&self, commit: &CommitSlice<'_>, settled: Settled) -> Result<SliceCounts, StoreError> {
        let Settled { read, may_lack, contents } = settled;
        let transaction = self.writer.begin().await?;
        let now = domain::instant::microseconds(commit.now);
        let list = match &commit.complete {
            Some(Complete::List(list)) if may_lack => Some(*list),
            Some(Complete::Window { window, .. }) if may_lack => {
                // only noted: another slice may have it
                missing::note(&transaction, window, (&self.rejected_keys, self.earlier), now).await?;
                None
            }
            _ => None,
        };
        let observed = domain::instant::microseconds(commit.observed);
        let mut counts = merge::merge::<E>(&transaction, (now, observed), list, contents).await?;
        counts.fetched = commit.fetched;
        counts.rejected = self.rejected - self.rejected_earlier;
        (counts.suppressed, counts.outside) = (commit.suppressed, commit.outside);
        counts.unchanged = read - counts.inserted - counts.updated;
        if let Some(fingerprints) = commit.replayed {
            quarantine::remove(&transaction, fingerprints).await?;
        }
        quarantine::settle(&transaction, E::TABLE, &self.settled).await?;
        if counts.rejected > 0 {
            quarantine::keep(&transaction, self.rejected_earlier).await?;
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
        // all of it before the transaction, so that the lock on the number of changes is held for a moment only
        let (repeats, is_replay) = (self.stats.may_repeat(), commit.replayed.is_some());
        let may_lack = match &commit.complete {
            Some(complete) if !self.stats.may_repeat_anywhere() => self.may_lack(complete).await?,
            complete => complete.is_some(),
        };
        let has_other_forms = self.stats.part.other_forms > 0;
        if repeats || may_lack {
            self.bulk.fetch_waiting().await?;
        }
        let in_table = self.bulk.finish().await?;
        let read = in_table + self.bulk.waiting();
        let accounted = read + self.rejected - self.rejected_earlier + commit.suppressed + commit.outside;
        if accounted != commit.fetched || read != self.stats.part.rows() {
            return Err(StoreError::Unaccounted { fetched: commit.fetched, accounted });
        }
        let dropped = self.drop_superseded(repeats, is_replay).await?;
        // what was counted while the slice was read holds as long as nothing was dropped of it, and no row is to be compared
        // column by column
        let merged = (!dropped && !has_other_forms).then(|| self.stats.part.merged());
        let has_known = in_table > self.stats.part.others();
        let (has_rejected, earlier) = (self.rejected > 0, self.earlier);
        let contents = Contents { merged, has_known, has_other_forms, has_rejected, earlier };
        Ok(Settled { read, may_lack, contents })
    }

    /// Drops rows from the temporary table in whose place others count; `false` when there can be none.
    async fn drop_superseded(&mut self, repeats: bool, is_replay: bool) -> Result<bool, StoreError> {
        let (db, part) = (&self.writer.db, &self.stats.part);
        if repeats {
            stage::deduplicate::<E>(db).await?;
        }
        if is_replay && part.others() > 0 {
            stage::drop_older::<E>(db).await?;
            return Ok(true);
        }
        let dropped = match self.earlier {
            Some(earlier) if part.changed > 0 => earlier.drop_older::<E>(db).await?,
            _ => 0,
        };
        Ok(repeats || dropped > 0)
    }

    /// Whether a slice that should be complete, and in which each key has come once, may lack something that the store has.
    async fn may_lack(&self, complete: &Complete<'_>) -> Result<bool, StoreError> {
        // mostly it does not, which is told by counting; what it lacks, if anything, is found out by its keys
        let (db, stats) = (&self.writer.reads, &self.stats);
        Ok(match complete {
            Complete::List(list) => postings::live(db, list.media_id).await? != stats.live(list.media_id),
            Complete::Window { asked, .. } => {
                // the store may have a changed one in another window
                stats.changed() > 0 || missing::noted(db).await? > 0 || missing::live(db, asked).await? != stats.known()
            }
        })
    }
}

struct Settled {
    /// Records that were read, in the temporary table or not.
    read: u64,
    /// Whether it may lack something that the store has. If so, all its keys are in the table.
    may_lack: bool,
    contents: Contents,
}
