//! Reads Emply and keeps the customer's own database true.
//!
//! - [`source`]: asks Emply, and reads its answers record by record as they arrive.
//! - [`transform`]: turns a record of theirs into a row of ours, or says why it cannot be one.
//! - [`sink`]: gathers a slice of rows and commits it.
//! - `commands`: what else can be done with the store.
//! - `sync` goes through the streams; `audit` takes the lock and writes down the run; `report` shows what was written.

mod audit;
mod check;
mod commands;
pub mod config;
#[cfg(test)]
mod reading;
mod report;
pub mod sink;
pub mod source;
mod streams;
mod sync;
pub mod transform;

use std::time::Duration;

use clap::{Parser, Subcommand};
use runtime::{Context, Program, Summary};

use config::{Settings, Start, StoreSettings};

/// This program.
pub static PROGRAM: Program = Program {
    name: "ingest",
    version: env!("CARGO_PKG_VERSION"),
    about: "Reads postings and applications from Emply into the store. Without a command it does one run.",
};

/// What is asked for.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    sync: SyncArgs,
    /// Waits so long for another ingest that is at work; without it what a person asks for waits 5m, and a plain run is skipped
    #[arg(long, global = true, value_name = "TIME", value_parser = humantime::parse_duration)]
    wait: Option<Duration>,
}

/// Of one run.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub struct SyncArgs {
    /// Reads all applications since INGEST_START again, for changes and deletions
    #[arg(long)]
    reconcile: bool,
    /// Reads the applications created since then, and leaves the cursor where it is; a date, or a date-time
    #[arg(long, value_name = "DATE", conflicts_with = "reconcile")]
    from: Option<Start>,
    /// Up to there and no further; without it, up to now
    #[arg(long, value_name = "DATE", requires = "from")]
    to: Option<Start>,
    /// Lets so many postings of a medium, or applications in a reconcile, go at once, after somebody has looked
    #[arg(long, value_name = "N", default_value_t = 0)]
    accept_removals: u64,
    /// Takes the store over for another base URL or customer
    #[arg(long)]
    adopt: bool,
    /// Sets anew up to where applications were read, after a clock was wrong: everything since INGEST_START is read again
    #[arg(long, conflicts_with = "from")]
    reset_marks: bool,
    /// The store was moved or copied, and nobody was forgotten since who is not forgotten in it
    #[arg(long)]
    forgotten_known: bool,
}

impl SyncArgs {
    /// Whether a person says something that no run knows by itself.
    fn is_told_something(&self) -> bool {
        self.adopt || self.reset_marks || self.forgotten_known || self.accept_removals > 0
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Prints the last runs, newest first
    Runs {
        /// How many
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
        limit: u64,
        /// One JSON array for machines
        #[arg(long)]
        json: bool,
    },
    /// Ends with 1 when the last good run is older, or there is none; for probes and alarms
    Fresh {
        /// For example 3h, 90m, 2days
        #[arg(long, value_name = "AGE", value_parser = humantime::parse_duration)]
        max_age: Duration,
    },
    /// Lists the records that could not be read, without what they hold
    Rejected {
        /// How many
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
        limit: u64,
        /// One JSON array for machines
        #[arg(long)]
        json: bool,
    },
    /// Tries the records again that could not be read, for example after an upgrade
    ReplayRejected,
    /// Takes a person out of every table, so that nothing of them comes back
    Forget(commands::Erasure),
    /// Prints as JSON all that is held of a person, and where it went
    About(commands::Whom),
    /// Makes the pseudonyms of those who are to stay forgotten anew: PII_KEY is the new key, PII_KEY_OLD the one before
    RotateKey {
        /// Lets so many go of whom it is not known any more what their pseudonym was made of; they may come in again
        #[arg(long, value_name = "N", default_value_t = 0)]
        lose: usize,
    },
    /// Says whether settings, database, schema, Emply and the key are in order; writes nothing
    Check,
}

impl Args {
    /// Whether the store's settings are enough for it.
    pub fn asks_nothing_of_emply(&self) -> bool {
        !matches!(self.command, None | Some(Command::Check))
    }
}

/// Does what is asked for.
pub async fn work(context: Context, args: Args, settings: Settings) -> anyhow::Result<Summary> {
    one_shot::judged(Box::pin(work_on_all(context, args, settings)).await)
}

async fn work_on_all(context: Context, args: Args, settings: Settings) -> anyhow::Result<Summary> {
    match args.command {
        None => Box::pin(sync::run(&context, &settings, &args.sync, args.wait)).await,
        Some(Command::Check) => check::run(&context, &settings).await,
        Some(_) => {
            let Settings { database, persons, grouping, .. } = settings;
            let settings = StoreSettings { database, persons, grouping };
            work_on_store(context, args, settings).await
        }
    }
}

/// Does what is asked for and needs the store alone.
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
        Some(Command::Runs { limit, json }) => report::print_runs(&store, limit, json).await,
        Some(Command::Fresh { max_age }) => report::fresh(&context, &store, max_age).await,
        Some(Command::Rejected { limit, json }) => report::print_rejected(&store, limit, json).await,
        Some(Command::ReplayRejected) => commands::replay(&asked).await,
        Some(Command::Forget(erasure)) => commands::forget(&asked, erasure).await,
        Some(Command::About(whom)) => commands::about(&asked, whom).await,
        Some(Command::RotateKey { lose }) => commands::rotate_key(&asked, lose).await,
    }
}
