//! Postings out of the database, page by page.

use futures_util::stream::try_unfold;
use sea_orm::{ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _};

use super::{Posting, conversion::posting};
use crate::{
    customer::Customer,
    database::posting::{Column, Entity},
    emply::pages::Pages,
};

/// Postings read and sent at a time; one has about 3,500 bytes.
const PAGE: u64 = 200;

pub(in crate::emply) fn pages(customer: &Customer, which: Condition) -> Pages<Posting> {
    let (database, slug) = (customer.database.clone(), customer.slug.clone());
    Box::pin(try_unfold(Some(i64::MIN), move |after| {
        let (database, which, slug) = (database.clone(), which.clone(), slug.clone());
        async move {
            let Some(id) = after else { return Ok(None) };
            let rows = Entity::find()
                .filter(which)
                .filter(Column::Id.gt(id))
                .order_by_asc(Column::Id)
                .limit(PAGE)
                .all(&database)
                .await?;
            let is_last = u64::try_from(rows.len()).unwrap_or(PAGE) < PAGE;
            let next = rows.last().filter(|_| !is_last).map(|row| row.id);
            let page = rows.iter().map(|row| posting(&slug, row)).collect();
            Ok(Some((page, next)))
        }
    }))
}
