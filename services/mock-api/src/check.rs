//! `mock-api check`: what is reachable, one line an item.

use runtime::{Check, Summary};

use crate::{
    config::MockSettings,
    database::{self, Place},
};

/// Reads the settings (done when it comes here) and asks the database; creates nothing in it.
pub(crate) async fn check(settings: &MockSettings) -> anyhow::Result<Summary> {
    let mut check = Check::new();
    check.item("database", reach(settings).await);
    check.finish()
}

async fn reach(settings: &MockSettings) -> anyhow::Result<String> {
    let database = database::connect(&settings.database_url, Place::Whole, 1).await?;
    let seeded = database::is_seeded(&database).await;
    database.close().await?;
    Ok(if seeded { "reachable, holds a world".to_owned() } else { "reachable, no world in it yet".to_owned() })
}
