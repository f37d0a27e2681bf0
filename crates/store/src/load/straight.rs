//! Rows of a first load, of which the store has none: straight into their tables, without a temporary one between.
//!
//! Events come along, and candidates as long as nobody is known. What the store has in another version, and a key that comes again,
//! goes to the temporary table as ever, and is merged afterwards under a number of its own. The transaction is open while records
//! are read, for a minute at most.

use std::{
    collections::HashSet,
    fmt,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use sea_orm::Value;

use super::{
    bulk::Straight,
    quarantine, stage,
    staged::{Following, Landed, Staged},
};
use crate::{StoreError, Writer, entity::rejected_record, sql::is_empty, writer::Turn};

/// After so long, what has come is to be committed: others may wait for the next number of a change.
const LONGEST: Duration = Duration::from_secs(30);

/// Numbers of the tables that rows go to.
const ROWS: usize = 0;
const STAGE: usize = 1;
const REJECTED: usize = 2;
const EVENTS: usize = 3;
const PERSONS: usize = 4;

/// When a slice came, by our clock and by the source's.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrival {
    pub(super) now: DateTime<Utc>,
    pub(super) observed: DateTime<Utc>,
}

/// A part on its way.
pub(super) struct FirstLoad<E: Staged> {
    straight: Straight,
    following: Following<E::Model>,
    turn: Turn,
    seq: i64,
    arrival: Arrival,
    begun: Instant,
    keys: HashSet<u64>,
    /// `None` when some are known, so that they are derived at the end.
    persons: Option<HashSet<u64>>,
    landed: Landed,
}

impl<E: Staged> fmt::Debug for FirstLoad<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirstLoad").field("landed", &self.landed).finish_non_exhaustive()
    }
}

impl<E: Staged> FirstLoad<E> {
    pub(super) async fn begin(
        writer: &Writer,
        following: Following<E::Model>,
        arrival: Arrival,
        has_rejected_table: bool,
    ) -> Result<Self, StoreError> {
        let knows_nobody = is_empty(&writer.reads, following.persons.0).await?;
        let (mut opened, turn, seq) = writer.open().await?;
        opened.execute(stage::making(E::TABLE)).await?;
        if !has_rejected_table {
            opened.execute(stage::making(quarantine::TABLE)).await?;
        }
        let name = |(table, columns): (&str, &[&'static str])| (table.to_owned(), columns.to_vec());
        let tables = vec![
            (E::TABLE.to_owned(), stage::own_columns::<E>()),
            (stage::name(E::TABLE), stage::columns::<E>()),
            (stage::name(quarantine::TABLE), stage::columns::<rejected_record::Entity>()),
            name(following.events),
            name(following.persons),
        ];
        Ok(Self {
            straight: Straight::begin(opened, tables),
            following,
            turn,
            seq,
            arrival,
            begun: Instant::now(),
            keys: HashSet::new(),
            persons: knows_nobody.then(HashSet::new),
            landed: Landed { seq, has_persons: knows_nobody, ..Landed::default() },
        })
    }

    pub(super) fn is_due(&self) -> bool {
        self.begun.elapsed() >= LONGEST
    }

    /// Adds a row that the store does not have.
    pub(super) fn add_new(&mut self, place: u64, row: E::Model) -> Result<(), StoreError> {
        // two keys with one hash only cost a look at the row itself
        if !self.keys.insert(hash(E::identity(&row).key)) {
            return self.add_other(place, row);
        }
        self.straight.add(EVENTS, &(self.following.event)(&row, self.seq, self.arrival.observed))?;
        let person = (self.following.person)(&row, self.seq, self.arrival.now);
        if let (Some(persons), Some(Value::String(Some(key)))) = (&mut self.persons, person.first()) {
            if persons.insert(hash([key, ""])) {
                self.straight.add(PERSONS, &person)?;
            } else {
                self.landed.again.push(key.clone());
            }
        }
        self.landed.rows += 1;
        self.straight.add(ROWS, &stage::own_values::<E>(row, self.seq))
    }

    /// Adds one that is to be merged.
    pub(super) fn add_other(&mut self, place: u64, row: E::Model) -> Result<(), StoreError> {
        self.landed.staged += 1;
        self.straight.add(STAGE, &stage::values::<E>(row, place))
    }

    /// Adds a record that could not be read, as a row of its own table.
    pub(super) fn reject(&mut self, row: &[Value]) -> Result<(), StoreError> {
        self.straight.add(REJECTED, row)
    }

    pub(super) async fn send_full(&mut self) {
        self.straight.send_full().await;
    }

    /// All is where it belongs; the transaction is still open.
    pub(super) async fn finish(self) -> Result<(Landed, Turn), StoreError> {
        self.straight.finish().await?;
        Ok((self.landed, self.turn))
    }

    /// Gives it up, and leaves no trace of it.
    pub(super) async fn abandon(self) {
        self.straight.abandon().await;
    }
}

fn hash(key: [&str; 2]) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}
