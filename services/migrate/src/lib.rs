//! Brings the store's schema up to what this release needs.
//!
//! It waits for the database, takes the steps that are missing, each in a transaction, and leaves alone what a newer
//! release has done. A second run changes nothing.

use std::time::Duration;

use runtime::{Check, Config, Context, DatabaseSettings, FinalIf as _, Program, Reader, Summary, soon};
use store::{OpenOptions, Store, StoreError};

pub static PROGRAM: Program = Program {
    name: "migrate",
    version: env!("CARGO_PKG_VERSION"),
    about: "Makes and updates the tables of the store. Safe to run again at any time.",
};

/// What is asked for.
#[derive(Debug, clap::Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Says whether the database can be reached and what its schema lacks; changes nothing
    Check,
}

pub struct Settings {
    database: DatabaseSettings,
}

impl Config for Settings {
    fn read(reader: &mut Reader) -> Option<Self> {
        let database = DatabaseSettings::read(reader);
        Some(Self { database: database? })
    }
}

pub async fn work(context: Context, args: Args, settings: Settings) -> anyhow::Result<Summary> {
    let options = OpenOptions {
        service: PROGRAM.name,
        max_connections: 1,
        wait: Duration::from_secs(settings.database.wait_seconds),
    };
    let url = settings.database.url.reveal();
    if let Some(Command::Check) = args.command {
        return check(url, &options).await;
    }
    let store = tokio::select! {
        store = Store::open_to_migrate(url, &options) => store.final_if(StoreError::is_final)?,
        () = context.shutdown.cancelled() => anyhow::bail!("stopped by a signal while waiting for the database"),
    };
    let taken = store.migrate(context.clock.now()).await.final_if(StoreError::is_final)?;
    let state = store.schema().await?;
    if !state.unknown.is_empty() {
        tracing::info!(steps = state.unknown.join(", "), "the schema is newer than this release; that is fine");
    }
    tracing::info!(
        database = store.shown(),
        taken = taken.join(", "),
        applied = state.applied.len(),
        "the schema is up to date"
    );
    Ok(Summary { rows: Some(taken.len() as u64), ..Summary::default() })
}

async fn check(url: &str, options: &OpenOptions) -> anyhow::Result<Summary> {
    let mut check = Check::new();
    let opened = async { Store::open_to_look(url, options).await.final_if(StoreError::is_final) };
    let state = match soon(opened).await {
        Ok(store) => {
            check.item("database", Ok(store.shown()));
            let rights = async { store.check_rights().await.final_if(StoreError::is_final) };
            check.item("rights", soon(rights).await.map(|()| "enough".to_owned()));
            soon(async { store.schema().await.final_if(StoreError::is_final) }).await
        }
        Err(error) => {
            check.item("database", Err(error));
            return check.finish();
        }
    };
    let schema = state.map(|state| match state.pending.as_slice() {
        [] => "up to date".to_owned(),
        pending => format!("lacks {}; run migrate", pending.join(", ")),
    });
    check.item("schema", schema);
    check.finish()
}
