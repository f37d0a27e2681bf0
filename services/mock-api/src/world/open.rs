//! Takes up the worlds that are in the databases, or makes some.

use anyhow::Context as _;
use sea_orm::{DbErr, EntityTrait as _};

use super::history;
use crate::{
    customer::Customer,
    database::{self, making, world},
    state::State,
};

/// Makes the tables if need be; seeds a world where there is none. A world that is there is continued as it is,
/// whatever the settings for a new one say.
pub(crate) async fn open(state: &State, customers: &[Customer]) -> anyhow::Result<()> {
    let (mut shifts, mut without) = (Vec::new(), Vec::new());
    for customer in customers {
        let slug = customer.slug.as_str();
        database::create_tables(&customer.database).await.context("making the tables")?;
        let Some(world) = world::Entity::find().one(&customer.database).await? else {
            without.push(customer);
            continue;
        };
        if world.seed != customer.seed.cast_signed() {
            tracing::warn!(customer = slug, "a world of another seed is there; it is continued, MOCK_SEED is not used");
        }
        if making::Model::find(&customer.database).await? != making::Model::of(&state.settings) {
            tracing::warn!(
                customer = slug,
                "a world of another history or truth is there; it is continued, and MOCK_HISTORY_DAYS, MOCK_HIRED_SHARE and \
                 MOCK_MEDIAN_DAYS are not used"
            );
        }
        tracing::info!(customer = slug, advances = world.advances, "world found");
        shifts.push(world.shift);
    }
    // they have one clock; one that was killed while they moved on left some of them behind
    if let Some(shift) = shifts.into_iter().max() {
        state.set_shift(shift);
    }
    for customer in without {
        seed(state, customer).await.context("seeding")?;
    }
    Ok(())
}

/// Makes worlds out of the settings, in the place of what is there, listings of the board included.
pub(crate) async fn renew(state: &State, customers: &[Customer]) -> Result<(), DbErr> {
    state.set_shift(state.first_shift());
    for customer in customers {
        seed(state, customer).await?;
    }
    Ok(())
}

async fn seed(state: &State, customer: &Customer) -> Result<(), DbErr> {
    let started = state.settings.start.map_or_else(|| state.now(), Into::into).hour();
    history::write(customer, &state.settings, started, state.shift()).await?;
    tracing::info!(
        customer = customer.slug,
        postings = state.settings.postings,
        applications = state.settings.applications,
        started = %started.date_time(),
        "world seeded"
    );
    Ok(())
}
