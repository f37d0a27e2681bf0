//! Opening the store.

use std::time::Duration;

use runtime::{Check, Context, DatabaseSettings, Final, FinalIf as _, Program, soon};
use store::{OpenOptions, Store, StoreError, Whereabouts};

use crate::Audited;

/// Opens the store, and waits for its schema as long as the settings say.
pub async fn open(program: &Program, database: &DatabaseSettings) -> anyhow::Result<Store> {
    Store::open(database.url.reveal(), &options(program, database)).await.final_if(StoreError::is_final)
}

/// Two items of a check: whether the database can be reached, and whether its schema is new enough. Writes nothing. Gives the
/// store, where it can be asked.
pub async fn check(check: &mut Check, program: &Program, database: &DatabaseSettings) -> Option<Store> {
    let options = options(program, database);
    let opened = async { Store::open_to_look(database.url.reveal(), &options).await.final_if(StoreError::is_final) };
    match soon(opened).await {
        Ok(store) => {
            check.item("database", Ok(store.shown()));
            let schema = soon(schema(&store)).await;
            let is_whole = schema.is_ok();
            check.item("schema", schema);
            if is_whole {
                let rights = async { store.check_rights().await.final_if(StoreError::is_final) };
                check.item("rights", soon(rights).await.map(|()| "enough".to_owned()));
            }
            is_whole.then_some(store)
        }
        Err(error) => {
            check.item("database", Err(error));
            None
        }
    }
}

/// An item of a check: whether the store is where this service has left it, and else what is to be done.
pub async fn check_place(check: &mut Check, store: &Store, way_out: &str) {
    let place = match soon(async { Ok(store.elsewhere().await?) }).await {
        Ok(None) => Ok("as it was left".to_owned()),
        Ok(Some(elsewhere)) => Err(Final::new(format!("{elsewhere}: {way_out}")).into()),
        Err(error) => Err(error),
    };
    check.item("place", place);
}

/// An error when the store is elsewhere than this service has left it, unless a person has said what only people know; `otherwise` is
/// what follows from it, and the way out. Where nothing is noted yet, it is now.
pub async fn same_place(
    audited: &Audited<'_>,
    context: &Context,
    is_told: bool,
    otherwise: &str,
) -> anyhow::Result<()> {
    let Audited { store, writer, .. } = audited;
    match store.whereabouts().await? {
        Whereabouts::Same => Ok(()),
        Whereabouts::Elsewhere(elsewhere) if !is_told => Err(Final::new(format!("{elsewhere}. {otherwise}")).into()),
        Whereabouts::Unknown | Whereabouts::Elsewhere(_) => Ok(writer.note_place(store, context.clock.now()).await?),
    }
}

async fn schema(store: &Store) -> anyhow::Result<String> {
    let pending = store.schema().await?.pending;
    if pending.is_empty() {
        return Ok("up to date".to_owned());
    }
    Err(StoreError::SchemaMissing { pending }.into())
}

fn options(program: &Program, database: &DatabaseSettings) -> OpenOptions {
    OpenOptions {
        service: program.name,
        max_connections: database.max_connections,
        wait: Duration::from_secs(database.wait_seconds),
    }
}
