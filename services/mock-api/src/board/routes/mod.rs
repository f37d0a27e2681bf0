//! The calls, one file each.

pub(super) mod create;
pub(super) mod prepare_upload;
pub(super) mod publish;
pub(super) mod test;
pub(super) mod upload;

use sea_orm::DatabaseConnection;

use super::Refusal;
use crate::{database::listing, state::State};

async fn with_open_listing<'a>(state: &'a State, id: &str) -> Result<&'a DatabaseConnection, Refusal> {
    let database = state.board().ok_or_else(Refusal::not_ready)?;
    if listing::is_open(database, id).await? {
        Ok(database)
    } else {
        Err(Refusal::new("there is no such listing, or it is published"))
    }
}
