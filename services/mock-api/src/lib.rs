//! A faithful stand-in for two strangers: the applicant tracking system Emply (v1), with a world of its own, and the
//! transfer interface of the job board kliniken.de.
//!
//! - [`config`]: the settings.
//! - [`server`]: listens, seeds the world, stops.
//! - [`emply`]: the wire format and its endpoints, one file each.
//! - [`board`]: the job board's calls, one file each.
//! - [`world`]: hospitals, vacancies and applicants out of a seed, and how time passes for them.
//! - [`customer`]: whose worlds there are.
//! - [`database`]: the tables they live in, which nobody else reads.
//! - [`control`]: `/_mock`, by which a test moves the world on and sees what the strangers got.
//! - [`faults`]: lets the strangers misbehave as a test tells them to.
//! - [`journal`]: what was asked.
//! - [`site`]: health, the way to the Swagger UI, unknown paths.
//!
//! It plays a stranger: it shares no type with the programs that talk to it.

pub mod board;
mod cache;
mod check;
pub mod config;
mod control;
mod customer;
mod database;
pub mod emply;
mod example;
mod faults;
mod journal;
mod seed;
mod server;
mod site;
mod slug;
mod state;
mod ticks;
mod world;

use clap::{Parser, Subcommand};
use runtime::{Context, Program, Summary};

use crate::config::{Config, MOST_APPLICATIONS, MOST_POSTINGS};

pub static PROGRAM: Program = Program {
    name: "mock-api",
    version: env!("CARGO_PKG_VERSION"),
    about: "A stand-in for the applicant tracking system Emply, with a world of its own, and for a job board.",
};

/// The command line.
#[derive(Debug, Parser)]
pub struct Args {
    /// What to do; without it, serve until stopped.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What else than serving can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Say whether the settings can be read and the database be reached; writes nothing.
    Check,
    /// Fill an empty database with a world, and end.
    Seed {
        /// Postings, instead of MOCK_POSTINGS.
        #[arg(long, value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_POSTINGS)))]
        postings: Option<u32>,
        /// Applications, instead of MOCK_APPLICATIONS.
        #[arg(long, value_parser = clap::value_parser!(u32).range(..=i64::from(MOST_APPLICATIONS)))]
        applications: Option<u32>,
    },
}

/// Serves until it is told to stop, or does the command asked for.
pub async fn serve(context: Context, args: Args, config: Config) -> anyhow::Result<Summary> {
    match args.command {
        Some(Command::Check) => check::check(&config.mock).await,
        Some(Command::Seed { postings, applications }) => {
            seed::seed(context, config.mock, postings, applications).await
        }
        None => server::run(context, config.mock).await,
    }
}
