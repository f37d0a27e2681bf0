//! `mock-api check`: what is reachable, one line an item.

use anyhow::bail;
use runtime::{Check, Final, Summary};

use crate::{
    config::MockSettings,
    database::{self, DatabaseAddress, Place},
};

/// Reads the settings (done when it comes here) and asks the database; creates nothing in it.
pub(crate) async fn check(settings: &MockSettings) -> anyhow::Result<Summary> {
    let mut check = Check::new();
    check.item("database", reach(settings).await);
    check.finish()
}

async fn reach(settings: &MockSettings) -> anyhow::Result<String> {
    let address = settings.address()?;
    if let DatabaseAddress::File { path, is_made: true } = &address
        && !path.exists()
    {
        // SQLite makes the file, and not its folder
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if let Some(folder) = folder.filter(|folder| !folder.is_dir()) {
            bail!(Final::new(format!("the folder {} of MOCK_DATABASE_URL is not there: make it", folder.display())));
        }
        return Ok(format!("{} is not there yet; mock-api makes it", path.display()));
    }
    let database = database::connect(&address, Place::Whole, 1).await?;
    let seeded = database::is_seeded(&database).await;
    database.close().await?;
    Ok(if seeded { "reachable, holds a world".to_owned() } else { "reachable, no world in it yet".to_owned() })
}
