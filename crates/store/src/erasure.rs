//! Forgetting a person: nothing of them stays but keys, as tombstones, so that the warehouse drops its rows.

mod about;
mod blank;
mod candidates;
mod find;
mod frozen;
mod gone;
mod rejected;
mod scrub;
mod suppression;
mod text;
mod warehouses;

use chrono::{DateTime, Utc};
use domain::{Pseudonymiser, cohort::Grouping, instant::microseconds, vocabulary::Vocabulary};

use crate::{
    StoreError, Writer, dialect,
    load::{self, Change, SliceCounts},
};
use warehouses::Warehouses;

pub use about::Held;
pub use gone::{Gone, GoneBefore};
pub use scrub::Scrubbed;
pub use suppression::{Rotated, Suppressed};

/// Persons that are looked for at once: a statement takes only so many values.
const AT_ONCE: usize = 500;

/// Whom to forget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Person {
    /// Who has sent this application.
    Application(String),
    /// Who has this key, ours or the source's.
    Candidate(String),
    /// Who has this address.
    Email(String),
}

/// An erasure.
#[derive(Clone)]
pub struct Forget<'a> {
    /// The run.
    pub run_id: &'a str,
    /// Now.
    pub now: DateTime<Utc>,
    /// Makes the keys of what is not to come back.
    pub pseudonymiser: &'a Pseudonymiser,
    /// How those are grouped of whom numbers stay.
    pub grouping: Grouping,
    /// By which numbers of them stay, as far as they are closed: because their time is over, and not because somebody asks for it.
    pub freezing: Option<&'a Vocabulary>,
}

/// What an erasure has blanked or taken away, and where the person's name still stands.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Applications, blanked.
    pub applications: u64,
    /// Events of these, blanked.
    pub events: u64,
    /// Candidates, blanked.
    pub candidates: u64,
    /// Records that could not be read, removed.
    pub rejected: u64,
    /// Postings whose text has the person's name or address. They are the source's, and would come back.
    pub postings: u64,
}

impl Forgotten {
    /// Whether nothing was found.
    pub fn is_nothing(&self) -> bool {
        self.applications + self.candidates + self.rejected == 0
    }

    fn add(&mut self, other: &Self) {
        self.applications += other.applications;
        self.events += other.events;
        self.candidates += other.candidates;
        self.rejected += other.rejected;
        self.postings += other.postings;
    }
}

impl Writer {
    /// The same for whoever of the store is on a list of suppressed ones, and keeps all of these out: of those who were forgotten
    /// after a dump was made that has been restored. The list must be made with the key at hand.
    pub async fn forget_suppressed(
        &self,
        list: &[Suppressed],
        forget: &Forget<'_>,
    ) -> Result<(Forgotten, u64), StoreError> {
        let persons: Vec<Person> = {
            let transaction = self.begin().await?;
            let known = suppression::known(&transaction, list, forget.pseudonymiser).await?;
            scrub::mark(&transaction, forget.now).await?;
            transaction.commit().await?;
            known
        };
        let added = self.suppress(list).await?;
        let forgotten = if persons.is_empty() { Forgotten::default() } else { self.forget(&persons, forget).await? };
        Ok((forgotten, added))
    }

    /// Takes everything of these persons out of every table, and sees to it that it does not come back. What the
    /// database has freed may still be read from its files until [`Writer::scrub`], which is due from then on. Of a long list
    /// some hundreds go at once.
    pub async fn forget(&self, persons: &[Person], forget: &Forget<'_>) -> Result<Forgotten, StoreError> {
        let mut forgotten = Forgotten::default();
        for some in persons.chunks(AT_ONCE) {
            forgotten.add(&self.forget_some(some, forget).await?);
        }
        Ok(forgotten)
    }

    async fn forget_some(&self, persons: &[Person], forget: &Forget<'_>) -> Result<Forgotten, StoreError> {
        dialect::delete_thoroughly(&self.db).await?;
        let transaction = self.begin().await?;
        let traces = find::traces(&transaction, persons).await?;
        let mut forgotten =
            Forgotten { postings: find::in_postings(&transaction, &traces).await?, ..Forgotten::default() };
        let (rejected, records) = rejected::remove(&transaction, &traces).await?;
        forgotten.rejected = rejected;
        suppression::add(&transaction, &traces, &records, forget).await?;
        let seq = load::next_change_number(&transaction).await?;
        let now = microseconds(forget.now);
        let change = Change { transaction: &transaction, seq, now, observed: now };
        let known = Warehouses::of(&*transaction, Some(forget.pseudonymiser)).await?;
        let mut smaller = frozen::months(&change, &traces.applications, &forget.grouping).await?;
        if let Some(vocabulary) = forget.freezing {
            let frozen = frozen::freeze(&change, &traces.applications, &forget.grouping, vocabulary).await?;
            smaller.retain(|month| !frozen.contains(month));
        }
        forgotten.add(&blank::blank(&change, &traces, &known).await?);
        frozen::fold(&change, &smaller, &forget.grouping).await?;
        let counts = SliceCounts { removed: forgotten.applications, ..SliceCounts::default() };
        load::add_to_run(&transaction, forget.run_id, &counts).await?;
        scrub::mark(&transaction, forget.now).await?;
        transaction.commit().await?;
        Ok(forgotten)
    }
}
