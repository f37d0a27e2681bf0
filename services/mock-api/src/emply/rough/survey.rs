//! Which records of a world are rough, and in what form: what a test holds a reader against.

use std::collections::BTreeMap;

use futures_util::TryStreamExt as _;
use sea_orm::{ColumnTrait as _, Condition, DbErr};
use serde::Serialize;
use serde_json::Value;

use super::{Form, Kind, Manner, Meaning, ONE_IN, Rough, all, roughened};
use crate::{
    config::World,
    customer::Customer,
    database::posting::{Column, WITHDRAWN},
    emply::{application, pages::Pages, posting},
    state::State,
    ticks::Ticks,
};

#[derive(Debug, Serialize)]
pub(crate) struct Survey {
    world: World,
    /// Records in each form, also in those that none has; `byte-order-mark` counts media.
    forms: BTreeMap<&'static str, u64>,
    marked_media: Vec<String>,
    records: Vec<RoughRecord>,
}

#[derive(Debug, Serialize)]
struct RoughRecord {
    kind: Kind,
    /// Its key in the tidy form: `vacancyId` and `mediaId`, or `id`.
    #[serde(flatten)]
    key: Value,
    form: &'static str,
    members: &'static [&'static str],
    meaning: Meaning,
}

pub(crate) async fn survey(state: &State, customer: &Customer) -> Result<Survey, DbErr> {
    let world = state.settings.world;
    let mut survey = Survey {
        world,
        forms: all().map(|form| (form.name, 0)).collect(),
        marked_media: Vec::new(),
        records: Vec::new(),
    };
    if world == World::Tidy {
        return Ok(survey);
    }
    let media = state.settings.media_ids.as_slice();
    let marked = media.iter().filter(|medium| Manner::of(world).for_medium(media, medium).is_marked);
    survey.marked_media.extend(marked.map(|medium| medium.to_lowercase()));
    survey.forms.insert("byte-order-mark", survey.marked_media.len() as u64);
    survey.add(posting::rows::pages(customer, Condition::all().add(Column::Status.ne(WITHDRAWN)))).await?;
    let ever = Ticks(i64::MIN)..Ticks(i64::MAX);
    survey.add(application::rows::pages(customer.database.clone(), ever)).await?;
    Ok(survey)
}

impl Survey {
    async fn add<T: Rough + 'static>(&mut self, mut pages: Pages<T>) -> Result<(), DbErr> {
        while let Some(page) = pages.try_next().await? {
            for record in page.iter().filter(|record| record.chance().is_multiple_of(ONE_IN)) {
                let (_, form) = roughened(record).map_err(|error| DbErr::Custom(error.to_string()))?;
                let Some(form) = form else { continue };
                *self.forms.entry(form.name).or_default() += 1;
                let &Form { name, members, meaning, .. } = form;
                self.records.push(RoughRecord { kind: T::KIND, key: record.key(), form: name, members, meaning });
            }
        }
        Ok(())
    }
}
