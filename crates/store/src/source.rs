//! Whose data the store holds.

use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
};

use crate::{
    Store, StoreError, Writer, cursors,
    entity::{posting, source},
};

/// A customer at a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceIdentity {
    /// Base URL, without a trailing slash.
    pub base_url: String,
    /// Slug of the customer.
    pub customer: String,
}

impl Store {
    /// Whose data the store holds; `None` when it has never been filled.
    pub async fn source(&self) -> Result<Option<SourceIdentity>, StoreError> {
        let row = source::Entity::find_by_id(1).one(&self.db).await?;
        Ok(row.map(|row| SourceIdentity { base_url: row.base_url, customer: row.customer }))
    }
}

impl Store {
    /// Live postings of each medium.
    pub async fn live_postings_by_medium(&self) -> Result<Vec<(String, i64)>, StoreError> {
        let rows = posting::Entity::find()
            .select_only()
            .column(posting::Column::MediaId)
            .column_as(posting::Column::VacancyId.count(), "rows")
            .filter(posting::Column::RemovedAt.is_null())
            .group_by(posting::Column::MediaId)
            .order_by_asc(posting::Column::MediaId)
            .into_tuple()
            .all(&self.db)
            .await?;
        Ok(rows)
    }
}

impl Writer {
    /// Writes down whose data the store holds, or refuses to mix it with somebody else's. `adopt` overrules that. Of another customer
    /// everything is to be read again, so cursors whose names begin with `marks` are taken away.
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
        source::Entity::delete_by_id(1).exec(&transaction).await?;
        let row = source::ActiveModel {
            id: Set(1),
            base_url: Set(given.base_url.clone()),
            customer: Set(given.customer.clone()),
        };
        source::Entity::insert(row).exec_without_returning(&transaction).await?;
        if before.is_some_and(|before| before.customer != given.customer) {
            cursors::forget(&transaction, marks).await?;
        }
        Ok(transaction.commit().await?)
    }
}
