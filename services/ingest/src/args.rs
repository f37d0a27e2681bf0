//! The command line.

use std::time::Duration;

use clap::{Parser, Subcommand};

use crate::{
    commands::{Erasure, Whom},
    config::Start,
};

/// What is asked for.
#[derive(Debug, Parser)]
pub struct Args {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) run: RunArgs,
    /// Waits so long for another ingest that is at work; without it what a person asks for waits 5m, and a plain run is skipped
    #[arg(long, global = true, value_name = "TIME", value_parser = humantime::parse_duration)]
    pub(crate) wait: Option<Duration>,
}

/// Of one run.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of the command line")]
pub(crate) struct RunArgs {
    /// Reads all applications since INGEST_START again, for changes and deletions
    #[arg(long)]
    pub(crate) reconcile: bool,
    /// Reads the applications created since then, and leaves the cursor where it is; a date, or a date-time
    #[arg(long, value_name = "DATE", conflicts_with = "reconcile")]
    pub(crate) from: Option<Start>,
    /// Up to there and no further; without it, up to now
    #[arg(long, value_name = "DATE", requires = "from")]
    pub(crate) to: Option<Start>,
    /// Lets so many postings of a medium, or applications in a reconcile, go at once, after somebody has looked
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) accept_removals: u64,
    /// Takes the store over for another base URL or customer
    #[arg(long)]
    pub(crate) adopt: bool,
    /// Sets anew up to where applications were read, after a clock was wrong: everything since INGEST_START is read again
    #[arg(long, conflicts_with = "from")]
    pub(crate) reset_marks: bool,
    /// The store was moved or copied, and nobody was forgotten since who is not forgotten in it
    #[arg(long)]
    pub(crate) forgotten_known: bool,
}

impl RunArgs {
    pub(crate) fn is_told_something(&self) -> bool {
        self.adopt || self.reset_marks || self.forgotten_known || self.accept_removals > 0
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
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
    Forget(Erasure),
    /// Prints as JSON all that is held of a person, and where it went
    About(Whom),
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
    pub fn asks_nothing_of_emply(&self) -> bool {
        !matches!(self.command, None | Some(Command::Check))
    }
}
