//! The customers (tenants) of the applicant tracking system. Each has a world and a database of its own, so that no
//! query of one can meet the records of another.

use sea_orm::DatabaseConnection;

use crate::{
    cache::Cache,
    config::MockSettings,
    database::{self, Changes, Place},
    world::random,
};

#[derive(Debug)]
pub(crate) struct Customer {
    pub(crate) slug: String,
    pub(crate) seed: u64,
    pub(crate) database: DatabaseConnection,
    pub(crate) changes: Changes,
    /// Answers that are true until somebody does.
    pub(crate) cache: Cache,
}

/// Connects to the databases of all customers of the settings. The first one's is the one of `MOCK_DATABASE_URL`, and
/// its world grows from `MOCK_SEED` itself, so that it is the same whether there are others or not.
pub(crate) async fn connect(settings: &MockSettings) -> anyhow::Result<Vec<Customer>> {
    let (slugs, address) = (settings.customers.as_slice(), settings.address()?);
    let mut customers = Vec::with_capacity(slugs.len());
    for slug in slugs {
        let is_first = customers.is_empty();
        let place = if is_first { Place::Whole } else { Place::Part(slug) };
        let seed = if is_first { settings.seed } else { random::seed_of(settings.seed, slug) };
        let database = database::connect(&address, place, slugs.len()).await?;
        let changes = Changes::of(&place.of(&address), &database)?;
        // the setting is for all customers together
        let cache = Cache::new(usize::try_from(settings.cache_bytes).unwrap_or(usize::MAX) / slugs.len());
        customers.push(Customer { slug: slug.clone(), seed, database, changes, cache });
    }
    Ok(customers)
}
