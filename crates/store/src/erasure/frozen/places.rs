//! Of which department and city a vacancy is.

use std::{
    cmp::Reverse,
    collections::{HashMap, hash_map::Entry},
};

use chrono::{DateTime, Utc};
use domain::cohort::{Group, Month};
use futures_util::TryStreamExt as _;
use sea_orm::{DatabaseTransaction, EntityTrait as _, QuerySelect as _};

use crate::{StoreError, entity::posting};

#[derive(Debug)]
pub(super) struct Places(HashMap<String, VacancyPlace>);

#[derive(Debug)]
struct VacancyPlace {
    /// The posting of the lowest rank speaks for its vacancy.
    rank: (bool, bool, Reverse<DateTime<Utc>>, String),
    department: Option<String>,
    city: Option<String>,
}

type ReadPosting = (String, String, Option<DateTime<Utc>>, Option<i32>, DateTime<Utc>, Option<String>, Option<String>);

/// What the source calls a posting that is online.
const PUBLISHED: i32 = 1;

impl Places {
    pub(super) async fn of(transaction: &DatabaseTransaction) -> Result<Self, StoreError> {
        use posting::Column::{City, Department, Edited, MediaId, RemovedAt, Stage, VacancyId};
        let columns = [VacancyId, MediaId, RemovedAt, Stage, Edited, Department, City];
        let query = posting::Entity::find().select_only().columns(columns).into_tuple::<ReadPosting>();
        let mut rows = query.stream(transaction).await?;
        let mut places: HashMap<String, VacancyPlace> = HashMap::new();
        while let Some((vacancy_id, media_id, removed_at, stage, edited, department, city)) = rows.try_next().await? {
            let is_published = removed_at.is_none() && stage == Some(PUBLISHED);
            // as the marts have it: one that is there speaks for its vacancy, then a published one, then the one edited last
            let rank = (removed_at.is_some(), !is_published, Reverse(edited), media_id);
            let place = VacancyPlace { rank, department, city };
            match places.entry(vacancy_id) {
                Entry::Occupied(mut known) if place.rank < known.get().rank => {
                    known.insert(place);
                }
                Entry::Occupied(_) => {}
                Entry::Vacant(none) => {
                    none.insert(place);
                }
            }
        }
        Ok(Self(places))
    }

    pub(super) fn group(&self, month: Month, vacancy_id: Option<&str>) -> Group {
        let place = vacancy_id.and_then(|vacancy_id| self.0.get(vacancy_id));
        let text = |text: fn(&VacancyPlace) -> Option<&str>| place.and_then(text);
        Group::new(month, text(|place| place.department.as_deref()), text(|place| place.city.as_deref()))
    }
}
