//! Killed at every step on the file system, or refused there: the next run ends with a lake that has what the store has,
//! nothing twice, and nobody who was forgotten.
//!
//! A step is a system call that makes, writes, makes durable, renames or removes a file of the lake or of the store. `strace`
//! lists those of a run, and then kills a run at each of them, just before it is done.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex},
};

use rig::Program;

use crate::fixture::{CANDIDATE, DATA, Rig, Saved, TABLES, application, posting};

/// Worlds beside each other, each with every third step.
const WORLDS: usize = 3;
/// The calls; `?` passes over one that the machine's architecture has not.
const CALLS: [&str; 12] = [
    "?openat",
    "?mkdir",
    "?mkdirat",
    "?write",
    "?pwrite64",
    "?fsync",
    "?fdatasync",
    "?ftruncate",
    "?rename",
    "?renameat",
    "?unlink",
    "?unlinkat",
];

/// More removals of files than these are not all tried.
const MOST_REMOVALS: usize = 20;

/// The folders of a world.
const STORE: usize = 0;
const LAKE: usize = 1;

/// The `number`th such call of a thread on a file.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Step {
    call: String,
    /// Below the world's folder of this number.
    file: (usize, PathBuf),
    number: usize,
}

/// Store and lake, and both as they were before the run that is killed.
struct World {
    rig: Rig,
    folders: [PathBuf; 2],
    saved: Saved,
    /// What the run says that it does.
    does: &'static str,
}

impl World {
    /// Every table has something new, and somebody was forgotten: a run writes the changes, and writes files of theirs anew.
    async fn new() -> Self {
        let rig = Rig::sqlite().await;
        rig.export().run().must(0, &[]);
        rig.database.add_applications(vec![application(0, "Offer")]).await;
        rig.export().run().must(0, &[]);
        rig.database.list_postings(vec![posting(0, "Doctor"), posting(1, "Nurse")]).await;
        rig.database.add_applications(vec![application(2, "Interview"), application(9, "New")]).await;
        rig.database.forget(CANDIDATE).await;
        rig.database.freeze("k1", "Care", 7).await;
        assert!(rig.found_of_candidate().len() >= 6);
        Self::of(rig, "files with rows of who was forgotten were written anew").await
    }

    /// With one more, a table has many files: a run writes the changes, and gathers what has come in many files.
    async fn with_many_files() -> Self {
        let rig = Rig::sqlite().await;
        rig.export().run().must(0, &[]);
        for round in 0..29 {
            rig.database.add_applications(vec![application(0, ["Interview", "Offer"][round % 2])]).await;
            rig.export().run().must(0, &[]);
        }
        assert_eq!(rig.lake.files("application").len(), 30);
        // something new for every table, so that each temporary file gets its name
        rig.database.list_postings(vec![posting(0, "Doctor"), posting(1, "Nurse")]).await;
        rig.database.add_applications(vec![application(0, "Offer"), application(9, "New")]).await;
        rig.database.freeze("k1", "Care", 7).await;
        Self::of(rig, "files were gathered into one of each table").await
    }

    async fn of(rig: Rig, does: &'static str) -> Self {
        // it is put back again and again, which is no restore that ingest would have to be told of
        rig.database.execute("DELETE FROM place").await;
        let folders = [rig.database.folder().to_owned(), rig.lake.path.clone()];
        let saved = Saved::of(&[&folders[0], &folders[1]]);
        Self { rig, folders, saved, does }
    }

    fn traced(&self, words: &[&str]) -> Program {
        let calls = format!("trace={}", CALLS.join(","));
        self.rig.export().through("strace", &[&["-f", "-qq", "-e", &calls], words].concat())
    }

    /// The steps of a run, in their order.
    fn steps(&self) -> Vec<Step> {
        let journal = self.folders[LAKE].with_extension("strace");
        self.traced(&["-y", "-o", journal.to_str().unwrap()]).run().must(0, &[self.does]);
        let (mut numbers, mut steps) = (BTreeMap::new(), Vec::new());
        for line in fs::read_to_string(journal).unwrap().lines() {
            let Some((thread, call, file)) = self.call(line) else { continue };
            // how often the store is opened differs from run to run
            let is_step = call != "openat" || (file.0 == LAKE && line.contains("O_CREAT"));
            let number = numbers.entry((thread, call.clone(), file.clone())).or_insert(0);
            *number += 1;
            let step = Step { call, file, number: *number };
            if is_step && !steps.contains(&step) {
                steps.push(step);
            }
        }
        // of many files that are removed one after the other, some tell as much as all
        let is_removal =
            |step: &Step| step.call == "unlink" && step.file.1.extension().is_some_and(|is| is == "parquet");
        let removals = steps.iter().filter(|step| is_removal(step)).count();
        let mut at = 0;
        steps.retain(|step| {
            at += usize::from(is_removal(step));
            !is_removal(step) || removals < MOST_REMOVALS || at % 8 == 1
        });
        steps
    }

    /// What a line of the journal tells: `17 rename("/lake/a.tmp", "/lake/a.parquet") = 0` or `17 fsync(9</lake/a.tmp>) = 0`.
    /// A file that is renamed is known by its old name, as `-P` does.
    fn call(&self, line: &str) -> Option<(String, String, (usize, PathBuf))> {
        let (before, arguments) = line.split_once('(')?;
        let (thread, call) = before.split_once(' ')?;
        let below = |name: &str| {
            let files = self.folders.iter().map(|folder| Path::new(name).strip_prefix(folder));
            files.enumerate().find_map(|(number, file)| Some((number, file.ok()?.to_owned())))
        };
        let file = arguments.split(['"', '<', '>']).find_map(below)?;
        Some((thread.to_owned(), call.trim().to_owned(), file))
    }

    /// Kills a run, and holds that the next one makes it good. Gives what the killed one has left.
    async fn killed_at(&self, step: &Step) -> String {
        self.saved.put_back();
        let file = self.folders[step.file.0].join(&step.file.1);
        // a folder's own path would end in a slash otherwise
        let file = file.components().collect::<PathBuf>();
        let kill = format!("inject={}:signal=KILL:when={}", step.call, step.number);
        let killed = self.traced(&["-o", "/dev/null", "-P", file.to_str().unwrap(), "-e", &kill]).run();
        // which connection writes what into the store differs from run to run
        assert!(killed.code().is_none() || step.file.0 == STORE, "{step:?} was not reached: {killed:#?}");
        let left = self.left().await;
        self.next_run_makes_it_good(step).await;
        left
    }

    /// Lets the system refuse a step with this error, and holds what is said, and that the next run makes it good. Gives
    /// whether the run has failed.
    async fn refused_at(&self, step: &Step, (error, code, words): (&str, i32, &str)) -> bool {
        self.saved.put_back();
        let file = self.folders[step.file.0].join(&step.file.1).components().collect::<PathBuf>();
        let refuse = format!("inject={}:error={error}:when={}", step.call, step.number);
        let ended = self.traced(&["-o", "/dev/null", "-P", file.to_str().unwrap(), "-e", &refuse]).run();
        let has_failed = ended.code() != Some(0);
        if has_failed {
            ended.must(code, &[words, "LAKE_PATH", self.folders[LAKE].to_str().unwrap()]);
        }
        // whatever a reader finds now is whole
        for table in TABLES {
            self.rig.lake.rows(table);
        }
        self.next_run_makes_it_good(step).await;
        has_failed
    }

    async fn next_run_makes_it_good(&self, step: &Step) {
        self.rig.export().run().must(0, &[]);
        self.rig.must_have_what_the_store_has().await;
        if self.does.contains("forgotten") {
            assert_eq!(self.rig.found_of_candidate(), [""; 0], "{step:?}");
        }
        assert!(DATA.iter().all(|table| self.rig.lake.files(table).len() <= 30), "{step:?}");
        let files = self.rig.lake.data();
        assert_eq!(self.rig.export().run().must(0, &[]).written(), (0, 0), "{step:?}");
        assert!(self.rig.lake.data() == files, "{step:?}: a file was written");
        // what it has left is known by its list, and by the bookkeeping
        self.rig.database.add_applications(vec![application(4, "Interview")]).await;
        self.rig.export().run().must(0, &["the warehouse has what was sent to it"]);
        self.rig.export().argument("--verify").run().must(0, &["the warehouse has what the store has"]);
    }

    /// The lake's files with their lengths, and the bookkeeping.
    async fn left(&self) -> String {
        let files = self.rig.lake.snapshot();
        let files =
            files.iter().map(|(path, (bytes, _))| (path.strip_prefix(&self.folders[LAKE]).unwrap(), bytes.len()));
        let cursor = self.rig.database.cursor(&self.rig.lake.target()).await;
        let (after, up_to) = cursor.pending.unwrap_or((cursor.sent, cursor.sent));
        format!("{:?}, {after}-{up_to}", files.collect::<Vec<_>>())
    }
}

/// Whether `strace` works; else it says so.
fn can_trace() -> bool {
    let can = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).status();
    let can = can.is_ok_and(|can| can.success());
    if !can {
        // not eprintln!: the test runner would swallow that
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: stopping export at each step, because strace is missing or not allowed"
        );
    }
    can
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_the_system_refuses_the_next_run_makes_it_good() {
    if !can_trace() {
        return;
    }
    let refusals = [
        ("ENOSPC", 1, "no room is left"),
        ("EROFS", 2, "can only be read"),
        ("EACCES", 2, "may not be used by the user"),
        ("EDQUOT", 1, "no room is left"),
    ];
    for (world, least) in [(World::new().await, 60), (World::with_many_files().await, 40)] {
        let steps = world.steps();
        let steps = steps.iter().filter(|step| step.file.0 == LAKE).collect::<Vec<_>>();
        let mut unharmed = Vec::new();
        for (step, refusal) in steps.iter().zip(refusals.into_iter().cycle()) {
            if !world.refused_at(step, refusal).await {
                unharmed.push(step);
            }
        }
        // a name that was given up already is looked for in vain
        unharmed.retain(|step| step.call != "unlink" || step.file.1.extension().is_none_or(|is| is != "tmp"));
        assert!(steps.len() >= least && unharmed.is_empty(), "{} steps, {unharmed:#?}", steps.len());
    }
}

/// Kills a run at each step, and gives how many there are, and what each has left.
async fn killed_at_each<F: Future<Output = World> + Send>(
    world: impl Fn() -> F + Copy + Send + Sync + 'static,
) -> (usize, BTreeSet<String>) {
    let steps = Arc::new(world().await.steps());
    let states = Arc::new(Mutex::new(BTreeSet::new()));
    let worlds = (0..WORLDS).map(|first| {
        let (steps, states) = (Arc::clone(&steps), Arc::clone(&states));
        tokio::spawn(async move {
            let world = world().await;
            for step in steps.iter().skip(first).step_by(WORLDS) {
                let left = world.killed_at(step).await;
                states.lock().unwrap().insert(left);
            }
        })
    });
    for world in worlds.collect::<Vec<_>>() {
        world.await.unwrap();
    }
    (steps.len(), std::mem::take(&mut states.lock().unwrap()))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wherever_it_is_killed_the_next_run_makes_it_good() {
    if !can_trace() {
        return;
    }
    let (steps, states) = killed_at_each(World::new).await;
    // two files a table: made, written, durable, to be seen; the list of them; the bookkeeping before and after
    assert!(steps >= 80 && states.len() >= 35, "{steps} steps, {} states: {states:#?}", states.len());
    let is_there = |end: &str| states.iter().any(|state| state.ends_with(end));
    assert!(is_there("5-10") && is_there("10-10"), "what was written was written down, and was not: {states:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn wherever_it_is_killed_while_it_gathers_files_the_next_run_makes_it_good() {
    if !can_trace() {
        return;
    }
    let (steps, states) = killed_at_each(World::with_many_files).await;
    // of each table and of those that are gathered, of the list, and of files that are removed
    assert!(steps >= 80 && states.len() >= 30, "{steps} steps, {} states: {states:#?}", states.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_disk_that_keeps_nothing_of_what_it_has_taken_is_noticed_before_a_file_appears() {
    if !can_trace() {
        return;
    }
    let world = World::new().await;
    let (file, journal) = ("application/changes/5-10.tmp", world.folders[LAKE].with_extension("strace"));
    world.traced(&["-y", "-o", journal.to_str().unwrap()]).run().must(0, &[]);
    let journal = fs::read_to_string(journal).unwrap();
    let is_write = |line: &&str| line.contains(" write(") && line.contains(file) && line.contains(" = ");
    let bytes = journal.lines().find(is_write).and_then(|line| line.rsplit(" = ").next()).unwrap();
    world.saved.put_back();
    // the call says that all was written, and writes nothing
    let forget = format!("inject=write:retval={bytes}:when=1");
    let path = world.folders[LAKE].join(file);
    let ended = world.traced(&["-o", "/dev/null", "-P", path.to_str().unwrap(), "-e", &forget]).run();
    ended.must(1, &["a file is not as it was written just now", file]);
    assert_eq!(world.rig.lake.files("application"), ["0-3", "3-5"], "none of this range has appeared");
    assert_eq!(world.rig.lake.files("candidate"), ["0-3"]);
    world.next_run_makes_it_good(&Step { call: "write".to_owned(), file: (LAKE, file.into()), number: 1 }).await;
}
