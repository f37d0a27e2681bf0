//! Reads Emply and keeps the customer's own database true.
//!
//! - `run`: one run, under the lock and with a row in the audit. `pipeline`: the way of a record through it, step by step.
//! - `due`: what is asked for, in which order.
//! - `source`: asks Emply, and reads its answers record by record as they arrive.
//! - [`transform`]: turns a record of theirs into a noun of ours, or says why it cannot be one.
//! - `sink`: a slice of rows on its way into the store.
//! - `commands`: what else can be done with the store; `check`, and `report`, which shows what was written.

mod args;
mod audit;
mod check;
mod commands;
pub mod config;
mod due;
mod pipeline;
mod report;
mod run;
mod sink;
mod source;
pub mod transform;

use runtime::{Context, Program, Summary};

pub use args::Args;
use args::Command;
use config::{Settings, StoreSettings};

pub static PROGRAM: Program = Program {
    name: "ingest",
    version: env!("CARGO_PKG_VERSION"),
    about: "Reads postings and applications from Emply into the store. Without a command it does one run.",
};

pub async fn work(context: Context, args: Args, settings: Settings) -> anyhow::Result<Summary> {
    one_shot::judged(Box::pin(work_on_all(context, args, settings)).await)
}

async fn work_on_all(context: Context, args: Args, settings: Settings) -> anyhow::Result<Summary> {
    match args.command {
        None => Box::pin(run::run(&context, &settings, &args.run, args.wait)).await,
        Some(Command::Check) => check::run(&context, &settings).await,
        Some(_) => {
            let Settings { database, persons, grouping, .. } = settings;
            let settings = StoreSettings { database, persons, grouping };
            work_on_store(context, args, settings).await
        }
    }
}

pub async fn work_on_store(context: Context, args: Args, settings: StoreSettings) -> anyhow::Result<Summary> {
    one_shot::judged(Box::pin(command(context, args, settings)).await)
}

async fn command(context: Context, args: Args, settings: StoreSettings) -> anyhow::Result<Summary> {
    let store = one_shot::open(&PROGRAM, &settings.database).await?;
    let asked = commands::Asked {
        context: &context,
        store: &store,
        persons: &settings.persons,
        grouping: settings.grouping,
        wait: args.wait,
    };
    match args.command {
        None | Some(Command::Check) => Err(anyhow::anyhow!("a defect in the program: this needs Emply")),
        Some(Command::Runs { limit, json }) => report::print_runs(&context, &store, limit, json).await,
        Some(Command::Fresh { max_age }) => report::fresh(&context, &store, max_age).await,
        Some(Command::Rejected { limit, json }) => report::print_rejected(&store, limit, json).await,
        Some(Command::ReplayRejected) => commands::replay(&asked).await,
        Some(Command::Forget(erasure)) => commands::forget(&asked, erasure).await,
        Some(Command::About(whom)) => commands::about(&asked, whom).await,
        Some(Command::RotateKey { lose }) => commands::rotate_key(&asked, lose).await,
    }
}
