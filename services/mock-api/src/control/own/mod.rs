//! Records of one's own in the world.
//!
//! A record whose key is there already takes the place of the old one; that is how one edits. Dates have the forms that
//! the windows take.

pub(super) mod application;
pub(super) mod posting;

use sea_orm::{ActiveModelTrait as _, DatabaseTransaction, EntityTrait as _, IntoActiveModel as _};
use serde::de::DeserializeOwned;

use crate::{
    database::world,
    emply::{Problem, read_date},
    ticks::Ticks,
};

fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    serde_json::from_slice(body).map_err(|error| Problem::validation("body", format!("The record: {error}.")))
}

fn wrong(field: &str, what: &str) -> Problem {
    Problem::validation(field, format!("{field} {what}."))
}

fn date(field: &str, text: Option<&str>) -> Result<Option<Ticks>, Problem> {
    text.map(|text| read_date(text).ok_or_else(|| wrong(field, "is not a date"))).transpose()
}

async fn next(
    transaction: &DatabaseTransaction,
    counter: impl Fn(&mut world::Model) -> &mut i64,
) -> Result<i64, Problem> {
    let mut world = world::Entity::find().one(transaction).await?.ok_or_else(Problem::not_ready)?;
    let number = *counter(&mut world);
    *counter(&mut world) += 1;
    world.into_active_model().reset_all().update(transaction).await?;
    Ok(number)
}
