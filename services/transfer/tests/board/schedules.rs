//! Random schedules: postings with and without files, accidents at random calls, postings that change and go meanwhile, and
//! files whose addresses are signed anew, stores that go back to what they were; where changes are only reported, and where they are handed over anew.

use std::{
    io::Write as _,
    sync::atomic::{AtomicU64, Ordering},
    time::Instant,
};

use fastrand::Rng;
use rig::{Backend, Copy, number};
use serde_json::{Value, json};

use crate::{
    gate::{ACCIDENTS, Accident},
    steps::must_have_its_files,
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
    let backend = if seed % 25 == 24 && Backend::Postgres.is_there() { Backend::Postgres } else { Backend::Sqlite };
    let mut world = World::on(board, backend).await;
    let mut rng = Rng::with_seed(seed);
    world.on_change = ["hold", "republish"][rng.usize(0..2)];
    let mut ads: Vec<Ad> =
        (0..rng.usize(1..=2)).map(|number| Ad::some(&mut rng, format!("v-{seed}-{number}"))).collect();
    list(&world, &ads).await;
    // a store that is to be restored gets no other titles: whoever asks the board then finds the ads as they are
    let is_restored = rng.u8(0..3) == 0;
    let mut copy = None;
    for _ in 0..rng.usize(1..=4) {
        if is_restored && rng.bool() {
            // a backup of any time, or what a replica had before the last commits
            copy = Some(world.store.database.copy().await);
        }
        world.run_with(accidents(&mut rng));
        if !is_restored && rng.u8(0..5) == 0 {
            change(&mut rng, &mut ads);
        }
        if rng.bool() {
            world.host.sign(rng.u64(..));
        }
        list(&world, &ads).await;
    }
    if let Some(copy) = copy {
        go_back(&world, copy, seed, &ads).await;
    }
    come_to_rest(&world);
    judge_all(&world, &ads).await;
    world.board
}

/// The store is what it was once. Nothing is told the board until somebody has asked it.
async fn go_back(world: &World, copy: Copy, seed: u64, ads: &[Ad]) {
    world.store.database.restore(copy).await;
    list(world, ads).await;
    for _ in 0..2 {
        world.run_with([]).must(2, &["the store is not where it was"]);
        assert!(world.board.gate.calls().is_empty(), "the board was told something");
    }
    let own = format!("v-{seed}-");
    world.ask_the_board(|vacancy| vacancy.starts_with(&own)).await;
    world.run_asked();
}

/// What a posting is to say. No two versions of it have the same title.
struct Ad {
    vacancy: String,
    title: String,
    files: &'static [&'static str],
}

impl Ad {
    fn some(rng: &mut Rng, vacancy: String) -> Self {
        let files: &[&str] = [&[][..], &["/logo.png"], &["/logo.png", "/flyer.pdf"]][rng.usize(0..3)];
        Self { vacancy, title: format!("Nurse {}", rng.u32(..)), files }
    }
}

/// The store gets them, with the addresses that their files have now.
async fn list(world: &World, ads: &[Ad]) {
    world.store.list(ads.iter().map(|ad| world.posting(&ad.vacancy, &ad.title, ad.files)).collect()).await;
}

/// Some calls go wrong, the first ones more often than the last ones.
fn accidents(rng: &mut Rng) -> Vec<(usize, Accident)> {
    let share = [1, 3, 6][rng.usize(0..3)];
    let calls: Vec<usize> = (0..CALLS).filter(|_| rng.usize(0..10) < share).collect();
    calls.into_iter().map(|call| (call, ACCIDENTS[rng.usize(0..ACCIDENTS.len())])).collect()
}

/// A posting gets another title and other files, or goes.
fn change(rng: &mut Rng, ads: &mut Vec<Ad>) {
    let ad = ads.swap_remove(rng.usize(0..ads.len()));
    if ads.is_empty() || rng.u8(0..3) != 0 {
        ads.push(Ad::some(rng, ad.vacancy));
    }
}

/// Runs without accidents, until the board is told nothing more.
fn come_to_rest(world: &World) {
    for _ in 0..MOST_RUNS {
        // what was being published is brought to its end first, also when the posting has changed since
        if world.run_with([]).code() == Some(0) && world.board.gate.calls().is_empty() {
            return;
        }
    }
    panic!("it does not come to rest: {:#?}", world.listings());
}

/// Holds the ledger against the board, and both against the postings.
async fn judge_all(world: &World, ads: &[Ad]) {
    let (listings, on_board) = (world.listings(), world.on_board().await);
    for listing in &listings {
        judge(world, listing, listings.iter().rfind(|other| other["vacancy_id"] == listing["vacancy_id"]), ads).await;
    }
    for (vacancy, there) in on_board {
        let told = listings.iter().filter(|listing| listing["vacancy_id"] == *vacancy).count();
        if told == 0 {
            // of an earlier schedule
            continue;
        }
        assert!(there.len() <= told, "{vacancy} was made {} times, and {told} times by the ledger", there.len());
        let on_view = there.iter().filter(|listing| listing["published"].is_string());
        let titles: Vec<&Value> = on_view.map(|listing| &listing["job"]["title"]).collect();
        let is_again = |(at, title): (usize, &&Value)| titles[..at].contains(title);
        assert!(!titles.iter().enumerate().any(is_again), "{vacancy} is there twice: {titles:?}");
        assert!(titles.len() <= 1 || world.on_change == "republish", "{vacancy} was handed over anew: {titles:?}");
    }
    for Ad { vacancy, .. } in ads {
        assert!(listings.iter().any(|listing| listing["vacancy_id"] == **vacancy), "{vacancy} is lost");
    }
}

/// Holds what the ledger says of a listing against the board.
async fn judge(world: &World, listing: &Value, newest: Option<&Value>, ads: &[Ad]) {
    let (vacancy, id) = (listing["vacancy_id"].as_str().unwrap(), &listing["listing_id"]);
    let on_view = world.on_view(vacancy).await;
    let there = on_view.iter().find(|seen| seen["id"] == *id);
    match listing["state"].as_str().unwrap() {
        "published" => {
            let there = there.unwrap_or_else(|| panic!("{listing} is not there"));
            must_have_its_files(world, there).await;
            let notice = match ads.iter().find(|ad| ad.vacancy == vacancy) {
                _ if newest != Some(listing) => json!("replaced"),
                None => json!("withdrawn"),
                Some(ad) if there["job"]["title"] == ad.title => json!(null),
                Some(_) => json!("changed"),
            };
            assert_eq!(listing["notice"], notice, "{listing}");
            assert!(notice != "changed" || world.on_change == "hold", "{listing} is not handed over anew");
        }
        // the files are always there, at the address that they have now
        "held" if listing["step"] == "fetch" => panic!("{listing} has asked at an old address"),
        "unknown" | "held" => assert!(listing["reason"].is_string(), "{listing} has no reason"),
        "abandoned" => assert!(there.is_none() && listing["reason"].is_string(), "{listing} is there"),
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
