//! Takes up the world that is in the database, or makes one.

use anyhow::Context as _;
use sea_orm::{DatabaseConnection, DbErr, EntityTrait as _};

use super::history;
use crate::{
    database::{self, world},
    state::State,
};

/// Makes the tables if need be; seeds the world if there is none. A world that is there is continued as it is,
/// whatever the settings for a new one say.
pub async fn open(state: &State, database: &DatabaseConnection) -> anyhow::Result<()> {
    database::create_tables(database).await.context("making the tables")?;
    if let Some(world) = world::Entity::find().one(database).await? {
        if world.seed != state.settings.seed.cast_signed() {
            tracing::warn!("the database holds a world of another seed; it is continued, MOCK_SEED is not used");
        }
        state.set_shift(world.shift);
        tracing::info!(advances = world.advances, "world found");
        return Ok(());
    }
    renew(state, database).await.context("seeding")
}

/// Makes a world out of the settings, in the place of what is there, listings of the board included.
pub async fn renew(state: &State, database: &DatabaseConnection) -> Result<(), DbErr> {
    state.set_shift(state.first_shift());
    let started = state.settings.start.map_or_else(|| state.now(), Into::into).hour();
    history::write(database, &state.settings, started, state.shift()).await?;
    tracing::info!(
        postings = state.settings.postings,
        applications = state.settings.applications,
        started = %started.date_time(),
        "world seeded"
    );
    Ok(())
}
