//! Whose data the store holds.

use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryOrder as _, QuerySelect as _};

use crate::{
    SourceIdentity, Store, StoreError, Writer, cursors,
    entity::{posting, source},
};

impl Store {
    /// Whose data the store holds; `None` when it has never been filled.
    pub async fn source(&self) -> Result<Option<SourceIdentity>, StoreError> {
        let row = source::Entity::find_by_id(1).one(&self.db).await?;
        Ok(row.map(|row| SourceIdentity { base_url: row.base_url, customer: row.customer }))
    }
}

/// A medium that has or had postings.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "a field has a doc where its name does not say all")]
pub struct MediumPostings {
    pub media_id: String,
    pub live: i64,
    /// Postings that are there or were.
    pub ever: i64,
}

impl Store {
    /// Every medium that has or had postings.
    pub async fn postings_by_medium(&self) -> Result<Vec<MediumPostings>, StoreError> {
        let rows: Vec<(String, i64, i64)> = posting::Entity::find()
            .select_only()
            .column(posting::Column::MediaId)
            .column_as(posting::Column::VacancyId.count(), "ever")
            .column_as(posting::Column::RemovedAt.count(), "removed")
            .group_by(posting::Column::MediaId)
            .order_by_asc(posting::Column::MediaId)
            .into_tuple()
            .all(&self.db)
            .await?;
        let medium = |(media_id, ever, removed)| MediumPostings { media_id, live: ever - removed, ever };
        Ok(rows.into_iter().map(medium).collect())
    }
}

impl Writer {
    /// Writes down whose data the store holds, or refuses to mix it with somebody else's. `adopt` overrules that. Of another customer
    /// everything is to be read again, so cursors whose names begin with `marks` are removed.
    pub async fn claim_source(
        &self,
        store: &Store,
        given: &SourceIdentity,
        adopt: bool,
        marks: &str,
    ) -> Result<(), StoreError> {
        let before = store.source().await?;
        match &before {
            Some(held) if held == given => return Ok(()),
            Some(held) if !adopt => {
                return Err(StoreError::OtherSource { held: Box::new(held.clone()), given: Box::new(given.clone()) });
            }
            _ => {}
        }
        let transaction = self.begin().await?;
        source::Entity::delete_by_id(1).exec(&*transaction).await?;
        let row = source::ActiveModel {
            id: Set(1),
            base_url: Set(given.base_url.clone()),
            customer: Set(given.customer.clone()),
        };
        source::Entity::insert(row).exec_without_returning(&*transaction).await?;
        // of another customer everything is to be read again
        if before.is_some_and(|before| before.customer != given.customer) {
            cursors::forget(&transaction, marks).await?;
        }
        Ok(transaction.commit().await?)
    }
}
