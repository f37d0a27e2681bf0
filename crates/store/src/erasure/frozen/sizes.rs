//! How large groups are, with those who are still there.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use domain::cohort::{Group, Grouping, Month, Size};
use futures_util::TryStreamExt as _;
use sea_orm::{
    ColumnTrait as _, DatabaseTransaction, EntityTrait as _, QueryFilter as _, QuerySelect as _, Select,
    sea_query::Expr,
};

use super::{places::Places, rows};
use crate::{StoreError, entity::application};

/// Of groups: the applications that are frozen, each of somebody else, and those that are still there, with their people.
#[derive(Debug)]
pub(super) struct Sizes {
    grouping: Grouping,
    groups: HashMap<Group, Counted>,
}

#[derive(Debug, Default)]
struct Counted {
    applications: u64,
    frozen: u64,
    people: HashSet<String>,
}

const IS_AS_LISTED: &str = "created = created_at_source";
// in the words of their index, without which it would not be used
const IS_REDATED: &str = "created <> created_at_source";

impl Sizes {
    pub(super) async fn of(
        transaction: &DatabaseTransaction,
        months: &BTreeSet<Month>,
        places: &Places,
        grouping: &Grouping,
    ) -> Result<Self, StoreError> {
        let mut sizes = Self { grouping: *grouping, groups: HashMap::new() };
        for month in months {
            for row in rows::of_month(transaction, *month).await? {
                let counted =
                    sizes.groups.entry(Group::new(*month, Some(&row.department), Some(&row.city))).or_default();
                counted.frozen += row.applications.unsigned_abs();
            }
            for query in [listed(*month), redated(*month)] {
                sizes.count(transaction, query, *month, places).await?;
            }
        }
        Ok(sizes)
    }

    async fn count(
        &mut self,
        transaction: &DatabaseTransaction,
        query: Select<application::Entity>,
        month: Month,
        places: &Places,
    ) -> Result<(), StoreError> {
        use application::Column::{CandidateKey, Created, VacancyId};
        let query = query.select_only().columns([Created, VacancyId, CandidateKey]);
        let mut rows = query.into_tuple::<(DateTime<Utc>, Option<String>, String)>().stream(transaction).await?;
        while let Some((created, vacancy_id, candidate_key)) = rows.try_next().await? {
            // the bounds are wider than the month, for any zone
            if self.grouping.calendar.month(created) != month {
                continue;
            }
            let counted = self.groups.entry(places.group(month, vacancy_id.as_deref())).or_default();
            counted.applications += 1;
            // no more than it takes are kept
            if (counted.people.len() as u64) < self.grouping.min_group {
                counted.people.insert(candidate_key);
            }
        }
        Ok(())
    }

    pub(super) fn is_enough(&self, group: &Group) -> bool {
        self.groups.get(group).is_some_and(|Counted { applications, frozen, people }| {
            let size = Size { applications: applications + frozen, people: people.len() as u64 + frozen };
            size.is_enough(&self.grouping)
        })
    }
}

/// Those of a month that are there, by the date by which the source lists them, which has an index.
fn listed(month: Month) -> Select<application::Entity> {
    use application::Column::{CreatedAtSource, RemovedAt};
    let (first, after) = month.bounds();
    let query = application::Entity::find().filter(RemovedAt.is_null());
    query.filter(CreatedAtSource.gte(first)).filter(CreatedAtSource.lt(after)).filter(Expr::cust(IS_AS_LISTED))
}

/// Those that the source lists by another date by now.
fn redated(month: Month) -> Select<application::Entity> {
    use application::Column::{Created, RemovedAt};
    let (first, after) = month.bounds();
    let query = application::Entity::find().filter(RemovedAt.is_null()).filter(Expr::cust(IS_REDATED));
    query.filter(Created.gte(first)).filter(Created.lt(after))
}
