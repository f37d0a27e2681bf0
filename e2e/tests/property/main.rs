//! Whatever happens at the source and to the programs, in whatever order: after one good run and one reconcile the store
//! is what the source is, and after one good export the lake is what the store is.
//!
//! The programs' own work runs in this process, where it can be dropped at any await that waits for the outside: that is
//! a crash, as far as anything outside can tell. The source is the real mock, with its faults.
//!
//! - `world`: a mock, and what people do in it; `erasures`: what persons ask for
//! - `programs`: ingest and export, and how they end
//! - `case`: one story, told by its seed
//! - `truth`: what must be true at its end

mod case;
mod erasures;
mod programs;
mod truth;
mod world;

use std::{
    io::Write as _,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use rig::{Backend, number};

/// Threads, each with a mock of its own.
const THREADS: usize = 2;

#[test]
fn stories_end_well_on_sqlite() {
    stories(Backend::Sqlite, Is::Tidy, number("PROPERTY_CASES_SQLITE").unwrap_or(400));
}

#[test]
fn stories_end_well_on_postgresql() {
    if Backend::Postgres.is_there() {
        stories(Backend::Postgres, Is::Tidy, number("PROPERTY_CASES_POSTGRES").unwrap_or(50));
    }
}

#[test]
fn stories_end_well_on_a_rough_world_on_sqlite() {
    stories(Backend::Sqlite, Is::Rough, number("PROPERTY_CASES_ROUGH").unwrap_or(24));
}

#[test]
fn stories_end_well_on_a_rough_world_on_postgresql() {
    if Backend::Postgres.is_there() {
        stories(Backend::Postgres, Is::Rough, number("PROPERTY_CASES_ROUGH").unwrap_or(24) / 4);
    }
}

/// How the source's records are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    /// As the contract's examples are; the mock is made anew for each story.
    Tidy,
    /// A tenth of them as others met them; each story has a mock of its own, since other seeds bring other forms.
    Rough,
}

/// How many, from which seed on: `PROPERTY_SEED=17` tells that one alone.
fn stories(backend: Backend, is: Is, cases: u64) {
    let (first, cases) = number("PROPERTY_SEED").map_or((0, cases), |seed| (seed, 1));
    let (next, began) = (AtomicU64::new(first), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                runtime.block_on(async {
                    let tidy = (is == Is::Tidy).then(world::World::start);
                    loop {
                        let seed = next.fetch_add(1, Ordering::SeqCst);
                        if seed >= first + cases {
                            break;
                        }
                        match &tidy {
                            Some(world) => case::tell(backend, world, seed).await,
                            None => case::tell(backend, &world::World::start_rough(seed), seed).await,
                        }
                    }
                });
            });
        }
    });
    let seconds = began.elapsed().as_secs();
    // not println!: the test runner would swallow that
    let _ = writeln!(std::io::stderr(), "{cases} stories on {backend:?}, {is:?}, ended well, in {seconds} s");
}
