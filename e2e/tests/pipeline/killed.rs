//! SIGKILL in the middle of ingest, at several moments. Then it is run again at once, and the store must be as if nothing
//! had happened. What may differ all the same, and why, is said at [`Rows::comparable`].

use std::{
    collections::{BTreeMap, BTreeSet},
    os::unix::process::ExitStatusExt as _,
    time::Duration,
};

use e2e::{rows::Rows, tap::Tap};
use rig::{Backend, Database, Mock, Program};

use super::stages::{ingest, migrate};

/// Of all bytes of the source's answers, so many hundredths have passed when it is killed: in a run that fills an empty
/// store, and in a run a week later that updates and removes.
const MOMENTS: [(Day, [u64; 3]); 2] = [(Day::First, [0, 45, 100]), (Day::Later, [20, 70, 95])];
const SIGKILL: i32 = 9;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Day {
    First,
    Later,
}

#[tokio::test]
async fn on_sqlite() {
    killed(Backend::Sqlite).await;
}

#[tokio::test]
async fn on_postgres() {
    if Backend::Postgres.is_there() {
        killed(Backend::Postgres).await;
    }
}

#[expect(clippy::print_stdout, reason = "shown only when it fails: the seed makes the same moments again")]
async fn killed(backend: Backend) {
    let mock = Mock::start();
    let tap = Tap::on(&mock.address);
    let seed = fastrand::u64(..);
    println!("seed of the moments: {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let mut in_the_middle = 0;
    for (day, moments) in MOMENTS {
        let mut stores = Vec::new();
        for _ in 0..=moments.len() {
            stores.push(store(backend, &tap, day));
        }
        if day == Day::Later {
            mock.advance(7 * 24).await;
        }
        let (undisturbed, bytes) = undisturbed(stores.remove(0), &tap).await;
        for (percent, (database, run)) in moments.into_iter().zip(stores) {
            tap.reset();
            let mut running = run.clone().start();
            tap.wait_for_bytes(bytes * percent / 100, || running.is_running());
            // and a little later, so that it is also hit while it merges and commits
            let pause = if percent == 100 { 0 } else { random.u64(0..40) };
            std::thread::sleep(Duration::from_millis(pause));
            let was_killed = running.kill().status.signal() == Some(SIGKILL);
            println!("{day:?}: at {percent} % and {pause} ms, killed: {was_killed}");
            in_the_middle += usize::from(goes_on(&database, &run, &undisturbed).await);
        }
    }
    assert!(in_the_middle >= 3, "only {in_the_middle} were killed at work");
}

/// A store before the run that is to be killed, and that run.
fn store(backend: Backend, tap: &Tap, day: Day) -> (Database, Program) {
    let database = Database::absent(backend);
    migrate(&database).run().must_succeed();
    let run = ingest(&database.url_of("ingest"), &tap.address.to_string());
    if day == Day::First {
        // hardly any looking back: what a killed run has not read, only the cursor can tell
        return (database, run.with("INGEST_LOOKBACK_HOURS", "1"));
    }
    run.clone().run().must_succeed();
    (database, run)
}

/// What the run leaves that nobody kills, and how many bytes it is answered.
async fn undisturbed((database, run): (Database, Program), tap: &Tap) -> (Rows, u64) {
    tap.reset();
    run.run().must_succeed();
    let rows = Rows::of(&database.url).await;
    nothing_is_half(&rows);
    (rows.comparable(), tap.bytes())
}

/// Holds that what a killed run has left is whole, and that the next one makes it what it should be. Whether the run was
/// killed at work.
async fn goes_on(database: &Database, run: &Program, undisturbed: &Rows) -> bool {
    let left = Rows::of(&database.url).await;
    nothing_is_half(&left);
    let interrupted = left.runs.iter().find(|run| run.outcome == "running");

    run.clone().run().must_succeed();
    let after = Rows::of(&database.url).await;
    nothing_is_half(&after);
    same(&after, undisturbed);
    assert_eq!(after.runs.last().unwrap().outcome, "succeeded");
    assert!(after.runs.iter().all(|run| run.outcome != "running"));
    if let Some(interrupted) = interrupted {
        let marked = after.runs.iter().find(|run| run.id == interrupted.id).unwrap();
        assert_eq!(marked.outcome, "failed");
        assert!(marked.error.as_ref().unwrap().starts_with("interrupted"), "{marked:?}");
    }
    interrupted.is_some()
}

/// What stands, stands as a whole: rows with what is derived from them, and the counts of the runs that wrote them.
fn nothing_is_half(rows: &Rows) {
    let records = rows.postings.len() + rows.applications.len();
    assert_eq!(rows.runs.iter().map(|run| run.inserted).sum::<i64>(), i64::try_from(records).unwrap());
    for run in &rows.runs {
        assert_eq!(run.fetched, run.inserted + run.updated + run.unchanged + run.rejected, "{run:?}");
    }
    let of_applications: BTreeSet<&str> = rows.applications.iter().map(|row| row.candidate_key.as_str()).collect();
    let candidates: BTreeSet<&str> = rows.candidates.iter().map(|row| row.key.as_str()).collect();
    assert!(of_applications == candidates, "candidates without applications, or the other way round");
    // the last event of each application says where it is now
    let last: BTreeMap<&str, _> =
        rows.events.iter().map(|row| (row.application_id.as_str(), (&row.to_stage, row.to_status))).collect();
    for row in &rows.applications {
        assert_eq!(last.get(row.id.as_str()), Some(&(&row.stage, row.status)), "{}", row.id);
    }
    let has_cursor = rows.cursors.iter().any(|cursor| cursor.stream == "applications");
    assert_eq!(rows.applications.is_empty(), !has_cursor, "rows without a cursor, or the other way round");
}

fn same(after: &Rows, undisturbed: &Rows) {
    let after = after.clone().comparable();
    for (table, is_same) in [
        ("posting", after.postings == undisturbed.postings),
        ("application", after.applications == undisturbed.applications),
        ("candidate", after.candidates == undisturbed.candidates),
        ("application_event", after.events == undisturbed.events),
        ("sync_cursor", after.cursors == undisturbed.cursors),
        ("rejected_record", after.rejected == undisturbed.rejected),
    ] {
        assert!(is_same, "{table} is not as it is without the kill");
    }
}
