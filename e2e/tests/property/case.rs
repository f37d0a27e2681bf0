//! One story.

use std::{io::Write as _, panic::AssertUnwindSafe};

use chrono::DateTime;
use fastrand::Rng;
use futures_util::FutureExt as _;
use rig::{Backend, Database};
use store::{OpenOptions, Store};

use crate::{
    erasures::Erasures,
    programs::{End, Programs},
    truth,
    world::World,
};

/// How often a program is started again that found what a crashed one had left behind at a server.
const TRIES: usize = 20;

/// Tells it, and on a bad end what had happened.
pub(crate) async fn tell(backend: Backend, world: &World, seed: u64) {
    let mut story = Vec::new();
    let told = AssertUnwindSafe(story_of(backend, world, seed, &mut story)).catch_unwind().await;
    if let Err(panic) = told {
        let mut out = std::io::stderr();
        let _ =
            writeln!(out, "seed {seed} on {backend:?}; PROPERTY_SEED={seed} tells it again:\n  {}", story.join("\n  "));
        std::panic::resume_unwind(panic);
    }
}

async fn story_of(backend: Backend, world: &World, seed: u64, story: &mut Vec<String>) {
    let mut random = Rng::with_seed(seed);
    let database = Database::absent(backend);
    migrate(&database.url).await;
    world.begin_anew().await;
    let folder = tempfile::tempdir().expect("a folder");
    let programs = Programs {
        database: database.url.clone(),
        source: format!("http://{}", world.mock.address),
        lake: folder.path().join("lake").display().to_string(),
        is_since: random.u8(0..4) == 0,
        part_records: [1, 3, 9, 100_000][random.usize(0..4)],
        gone_days: if random.bool() { 0 } else { 30 },
    };
    let mut erasures = Erasures::of(world.keys);
    for _ in 0..random.usize(6..16) {
        let line = match random.u8(0..14) {
            0..6 => world.happens(&mut random).await,
            6 => world.breaks(&mut random).await,
            7..=10 => ingest(&programs, &mut random).await,
            11 | 12 => erasures.happen(&programs, &mut random).await,
            _ => {
                let crash = crash(&mut random, 60);
                format!("export, {:?}", programs.export(crash).await)
            }
        };
        if line.ends_with("Crashed") {
            // what was dropped in this process keeps its connections, which a dead process does not
            database.hang_up().await;
        }
        story.push(line);
    }
    world.heal().await;
    // the source's Date has whole seconds: what came in within the last one is for the next run
    world.mock.advance(1).await;
    let accept = ["--accept-removals", "1000"];
    well(story, "ingest", async || programs.ingest(&accept, None).await).await;
    let reconcile = [&accept[..], &["--reconcile"]].concat();
    well(story, "reconcile", async || programs.ingest(&reconcile, None).await).await;
    truth::store_is_what_the_source_is(&world.mock, &database, &erasures.forgotten).await;
    truth::nobody_is_left(&database, &erasures.forgotten, programs.gone_days).await;
    well(story, "export", async || programs.export(None).await).await;
    truth::lake_is_what_the_store_is(programs.lake(), &database).await;
}

async fn ingest(programs: &Programs, random: &mut Rng) -> String {
    let arguments: &[&str] = match random.u8(0..8) {
        0 => &["--reconcile"],
        1 => &["--reconcile", "--accept-removals", "5"],
        2 => &["--from", "2026-01-01", "--to", "2026-05-01"],
        _ => &[],
    };
    let crash = crash(random, 150);
    let end = programs.ingest(arguments, crash).await;
    format!("ingest {arguments:?}, {end:?}")
}

/// Half of them crash, most of these early.
fn crash(random: &mut Rng, latest: u32) -> Option<u32> {
    random.bool().then(|| random.u32(0..latest).min(random.u32(0..latest)))
}

async fn well(story: &mut Vec<String>, what: &str, run: impl AsyncFn() -> End) {
    for _ in 0..TRIES {
        let end = run().await;
        story.push(format!("{what}, which must end well: {end:?}"));
        match end {
            End::Good => return,
            // the third in a row is an error, by design
            End::Skipped => {}
            End::Failed(error) if error.contains("is one hanging?") => {}
            other => panic!("{what}: {other:?}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    panic!("{what}: skipped again and again");
}

async fn migrate(url: &str) {
    let options = OpenOptions { service: "migrate", max_connections: 1, wait: rig::PATIENCE };
    let store = Store::open_to_migrate(url, &options).await.expect("the database can be opened");
    store.migrate(DateTime::UNIX_EPOCH).await.expect("the schema can be made");
}
