//! Forgetting a person: nothing of them stays but keys, as tombstones, so that the warehouse drops its rows.

mod about;
mod blank;
mod candidates;
mod find;
mod frozen;
mod gone;
mod person;
mod rejected;
mod scrub;
mod suppression;
mod text;
mod traces;
mod warehouses;

use domain::instant::microseconds;

use crate::{
    StoreError, Writer, dialect,
    load::{self, Change, SliceCounts},
};
use person::AT_ONCE;
use warehouses::Warehouses;

pub use about::Held;
pub use gone::{Gone, GoneBefore};
pub use person::{Forget, Forgotten, Person};
pub use scrub::Scrubbed;
pub use suppression::{Rotated, Suppressed};

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
            // records that could not be read were removed just now
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
        // before they are blanked, which takes away by what they are grouped
        let mut smaller = frozen::months(&change, &traces.applications, &forget.grouping).await?;
        if let Some(vocabulary) = forget.freezing {
            let frozen = frozen::freeze(&change, &traces.applications, &forget.grouping, vocabulary).await?;
            // `freeze` has folded these already
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
