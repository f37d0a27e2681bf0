//! `mock-api seed`: fills an empty database with a world of any size, and ends.

use anyhow::Context as _;
use runtime::{Context, Final, Summary};

use crate::{
    config::MockSettings,
    customer,
    database::{self, DatabaseAddress},
    state::State,
    world,
};

/// Makes the world; what is not given is as the settings say.
pub(crate) async fn seed(
    context: Context,
    mut settings: MockSettings,
    postings: Option<u32>,
    applications: Option<u32>,
) -> anyhow::Result<Summary> {
    settings.postings = postings.unwrap_or(settings.postings);
    settings.applications = applications.unwrap_or(settings.applications);
    let address = settings.address()?;
    if address == DatabaseAddress::Memory {
        return Err(
            Final::new("MOCK_DATABASE_URL is in memory, which would be gone at once; name a file or a server").into()
        );
    }
    database::wait_for(&address).await?;
    let customers = customer::connect(&settings).await?;
    for customer in &customers {
        database::create_tables(&customer.database).await.context("making the tables")?;
        if database::is_seeded(&customer.database).await {
            // nobody may have meant to lose it
            let message = "the database of MOCK_DATABASE_URL holds a world already; name an empty one";
            return Err(Final::new(message).into());
        }
    }
    let state = State::new(settings, context.clock);
    world::renew(&state, &customers).await.context("seeding")?;
    for customer in customers {
        customer.database.close().await.context("closing the database")?;
    }
    Ok(Summary::default())
}
