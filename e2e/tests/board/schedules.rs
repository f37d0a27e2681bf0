//! Random schedules: postings with and without files, accidents at random calls, postings that change and go meanwhile.

use std::{
    io::Write as _,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use e2e::database::Kind;
use fastrand::Rng;
use serde_json::Value;
use store::entity::posting;

use crate::{
    gate::{ACCIDENTS, Accident},
    steps::must_be_whole,
    world::{Board, World},
};

/// Threads, each with a board of its own.
const THREADS: u64 = 2;
/// After so many schedules a thread gets a new board: the old one's list has become long.
const A_BOARDS: u64 = 40;
/// A schedule that does not come to rest in so many runs never does.
const MOST_RUNS: usize = 20;
/// Calls of a run at most: two postings with two files.
const CALLS: usize = 12;

#[test]
fn nothing_is_there_twice_and_nothing_is_lost() {
    let (first, count) = match number("BOARD_SEED") {
        Some(seed) => (seed, 1),
        None => (0, number("BOARD_SCHEDULES").unwrap_or(500)),
    };
    let (next, began) = (AtomicU64::new(first), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..THREADS.min(count) {
            scope.spawn(|| tell_some(&next, first + count));
        }
    });
    let seconds = began.elapsed().as_secs();
    // not println!: the test runner would swallow that
    let _ = writeln!(std::io::stderr(), "{count} schedules, 0 duplicates, 0 lost ({seconds} s)");
}

fn tell_some(next: &AtomicU64, end: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut board = Board::start();
        for told in 1.. {
            let seed = next.fetch_add(1, Ordering::SeqCst);
            if seed >= end {
                break;
            }
            if told % A_BOARDS == 0 {
                board = Board::start();
            }
            board = tell(board, seed).await;
        }
    });
}

/// One schedule.
async fn tell(board: Board, seed: u64) -> Board {
    let _named = Named(seed);
    let kind = if seed % 25 == 24 && Kind::Postgres.is_there() { Kind::Postgres } else { Kind::Sqlite };
    let world = World::on(board, kind).await;
    let mut rng = Rng::with_seed(seed);
    let mut postings: Vec<posting::Model> =
        (0..rng.usize(1..=2)).map(|number| some(&world, &mut rng, seed, number)).collect();
    world.store.list(postings.clone()).await;
    for _ in 0..rng.usize(1..=4) {
        world.run_with(accidents(&mut rng));
        if rng.u8(0..5) == 0 {
            change(&world, &mut rng, &mut postings, seed);
            world.store.list(postings.clone()).await;
        }
    }
    come_to_rest(&world);
    let listings = world.listings();
    for listing in &listings {
        judge(&world, listing, &postings).await;
    }
    for (vacancy, there) in world.on_board().await {
        let told = listings.iter().filter(|listing| listing["vacancy_id"] == *vacancy).count();
        assert!(
            told == 0 || there.len() <= told,
            "{vacancy} was made {} times, and {told} times by the ledger",
            there.len()
        );
    }
    for posting in &postings {
        let is_told = listings.iter().any(|listing| listing["vacancy_id"] == *posting.vacancy_id);
        assert!(is_told, "{} is lost", posting.vacancy_id);
    }
    world.store.database.close().await;
    world.board
}

fn some(world: &World, rng: &mut Rng, seed: u64, number: usize) -> posting::Model {
    let files: &[&str] = [&[][..], &["/logo.png"], &["/logo.png", "/flyer.pdf"]][rng.usize(0..3)];
    world.posting(&format!("v-{seed}-{number}"), &format!("Nurse {}", rng.u32(..)), files)
}

/// Some calls go wrong, the first ones more often than the last ones.
fn accidents(rng: &mut Rng) -> Vec<(usize, Accident)> {
    let share = [1, 3, 6][rng.usize(0..3)];
    let calls: Vec<usize> = (0..CALLS).filter(|_| rng.usize(0..10) < share).collect();
    calls.into_iter().map(|call| (call, ACCIDENTS[rng.usize(0..ACCIDENTS.len())])).collect()
}

/// A posting gets another title, or goes.
fn change(world: &World, rng: &mut Rng, postings: &mut Vec<posting::Model>, seed: u64) {
    let number = rng.usize(0..postings.len());
    if postings.len() > 1 && rng.u8(0..3) == 0 {
        postings.remove(number);
    } else {
        let vacancy = postings[number].vacancy_id.clone();
        postings[number] = posting::Model { vacancy_id: vacancy, ..some(world, rng, seed, number) };
    }
}

/// Runs without accidents, until there is nothing to do or only for a person.
fn come_to_rest(world: &World) {
    for _ in 0..MOST_RUNS {
        if world.run_with([]).code() == Some(0) {
            return;
        }
    }
    panic!("it does not come to rest: {:#?}", world.listings());
}

/// Holds what the ledger says of a listing against the board.
async fn judge(world: &World, listing: &Value, postings: &[posting::Model]) {
    let (vacancy, id) = (listing["vacancy_id"].as_str().unwrap(), &listing["listing_id"]);
    let on_view = world.on_view(vacancy).await;
    assert!(on_view.len() <= 1, "{vacancy} is there {} times", on_view.len());
    let is_wanted = postings.iter().any(|posting| posting.vacancy_id == vacancy);
    let is_it = on_view.iter().any(|seen| seen["id"] == *id);
    match listing["state"].as_str().unwrap() {
        "published" => {
            assert!(is_it, "{listing} is not there");
            assert!(is_wanted || listing["notice"] == "withdrawn", "{listing} is to be reported");
            must_be_whole(world, vacancy).await;
        }
        "unknown" | "held" => assert!(listing["reason"].is_string(), "{listing} has no reason"),
        "abandoned" => assert!(!is_it && listing["reason"].is_string(), "{listing} is there"),
        other => panic!("{vacancy} has come to rest as {other}: {listing}"),
    }
}

/// Prints the seed when the schedule fails.
struct Named(u64);

impl Drop for Named {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let _ = writeln!(std::io::stderr(), "BOARD_SEED={} tells this schedule alone", self.0);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "how much is tested, not a setting of a program")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}
