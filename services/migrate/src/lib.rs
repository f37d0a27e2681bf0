//! Brings the store's schema up to what this release needs.
//!
//! It waits for the database, takes the steps that are missing, each in a transaction, and leaves alone what a newer
//! release has done. On a server, it makes the programs' roles and sees to it that each may do what it needs and nothing
//! else, if it is told to. A second run changes nothing.

mod config;

use std::time::Duration;

use runtime::{Check, Context, FinalIf as _, Program, Summary, soon};
use store::{Migrated, OpenOptions, Role, Store, StoreError};

pub use config::Settings;

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

pub async fn work(context: Context, args: Args, settings: Settings) -> anyhow::Result<Summary> {
    let options = OpenOptions {
        service: PROGRAM.name,
        max_connections: 1,
        wait: Duration::from_secs(settings.database.wait_seconds),
    };
    let url = settings.database.url.reveal();
    if let Some(Command::Check) = args.command {
        return check(url, &options, &settings.roles).await;
    }
    let store = tokio::select! {
        store = Store::open_to_migrate(url, &options) => store.final_if(StoreError::is_final)?,
        () = context.shutdown.cancelled() => anyhow::bail!("stopped by a signal while waiting for the database"),
    };
    let done = store.migrate_for(&settings.roles, context.clock.now()).await.final_if(StoreError::is_final)?;
    let is_mock_s = match &settings.own_database {
        Some(own) => store.make_database_of(own).await.final_if(StoreError::is_final)?,
        None => false,
    };
    let state = store.schema().await?;
    if !state.unknown.is_empty() {
        tracing::info!(steps = state.unknown.join(", "), "the schema is newer than this release; that is fine");
    }
    tracing::info!(
        database = store.shown(),
        taken = done.steps.join(", "),
        applied = state.applied.len(),
        "the schema is up to date"
    );
    if !settings.roles.is_empty() {
        tell_of_roles(&settings.roles, &done);
    }
    let changed = (done.steps.len() + done.roles_made.len()) as u64 + done.rights_changed + u64::from(is_mock_s);
    Ok(Summary { rows: Some(changed), ..Summary::default() })
}

fn tell_of_roles(roles: &[Role], done: &Migrated) {
    if !done.passwords_left.is_empty() {
        tracing::warn!(
            roles = done.passwords_left.join(", "),
            "these roles keep the passwords that they have: the user of DATABASE_URL may not set them"
        );
    }
    let names: Vec<&str> = roles.iter().map(|role| role.name.as_str()).collect();
    tracing::info!(
        roles = names.join(", "),
        made = done.roles_made.join(", "),
        rights.changed = done.rights_changed,
        "each role may do what its program needs, and nothing else"
    );
}

async fn check(url: &str, options: &OpenOptions, roles: &[Role]) -> anyhow::Result<Summary> {
    let mut check = Check::new();
    let opened = async { Store::open_to_look(url, options).await.final_if(StoreError::is_final) };
    let state = match soon(opened).await {
        Ok(store) => {
            check.item("database", Ok(store.shown()));
            let rights = async { store.check_rights().await.final_if(StoreError::is_final) };
            check.item("rights", soon(rights).await.map(|()| "enough".to_owned()));
            if !roles.is_empty() {
                let found = async { store.check_roles(roles).await.final_if(StoreError::is_final) };
                check.item("roles", soon(found).await.map(|()| "each may do what it needs".to_owned()));
            }
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
