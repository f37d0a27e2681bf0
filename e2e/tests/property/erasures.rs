//! Persons ask to be forgotten, keys are mixed up, dumps are restored.

use std::{collections::BTreeSet, fmt::Write as _};

use fastrand::Rng;
use sea_orm::{ConnectionTrait as _, Statement};
use store::{NewRun, OpenOptions, Outcome, RunTotals, Store};

use crate::{
    programs::{KEY, Programs},
    world::Keys,
};

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Erasures {
    keys: Keys,
    /// Ids of applications that are to stay forgotten.
    pub(crate) forgotten: BTreeSet<String>,
}

impl Erasures {
    /// Nobody has asked yet.
    pub(crate) fn of(keys: Keys) -> Self {
        Self { keys, forgotten: BTreeSet::new() }
    }

    /// One thing happens. Gives it in words.
    pub(crate) async fn happen(&mut self, programs: &Programs, random: &mut Rng) -> String {
        match random.u8(0..8) {
            0..4 => self.forget(programs, random).await,
            4 => with_another_key(programs, self.forgotten.is_empty()).await,
            5 | 6 => at_work(programs, &self.keys.application(random)).await,
            _ => restore(programs).await,
        }
    }

    async fn forget(&mut self, programs: &Programs, random: &mut Rng) -> String {
        let id = self.keys.application(random);
        let ended = programs.command(KEY, &["forget", "--application", &id, "--wait", "60s"]).await;
        ended.must_succeed();
        self.forgotten.insert(id.clone());
        format!("{id} is forgotten")
    }
}

/// It does nothing, once anybody was forgotten with the right one.
async fn with_another_key(programs: &Programs, is_nobody_forgotten: bool) -> String {
    if is_nobody_forgotten {
        return "no key is mixed up".to_owned();
    }
    let ended = programs.command("fedcba9876543210 of nobody", &["replay-rejected", "--wait", "60s"]).await;
    assert_eq!(ended.code(), Some(2), "another key: {ended:?}");
    "another key is refused".to_owned()
}

/// While another run has the lock, nobody is forgotten, and nobody is told so.
async fn at_work(programs: &Programs, id: &str) -> String {
    let options = OpenOptions { service: "ingest", max_connections: 1, wait: rig::PATIENCE };
    let store = Store::open(&programs.database, &options).await.expect("the store can be opened");
    let (run_id, now) = (uuid::Uuid::new_v4().to_string(), chrono::DateTime::UNIX_EPOCH);
    let run = NewRun { id: &run_id, command: "run", trigger: "test", started_at: now, version: "0" };
    let Some((writer, _)) = store.try_begin_run(&run).await.expect("the lock can be asked for") else {
        return "what was killed has the lock still".to_owned();
    };
    let ended = programs.command(KEY, &["forget", "--application", id, "--wait", "0s"]).await;
    assert_eq!(ended.code(), Some(1), "beside another run: {ended:?}");
    assert!(ended.out.starts_with("nothing was done"), "{ended:?}");
    store.finish_run(&run_id, &Outcome::Succeeded, RunTotals::default(), now).await.expect("a run can end");
    drop(writer);
    format!("{id} is not forgotten, since another run is at work")
}

/// As if a dump were restored that knows of nobody who was forgotten; the list beside the dump does.
async fn restore(programs: &Programs) -> String {
    let db = rig::connect(&programs.database).await;
    let backend = db.get_database_backend();
    let all = Statement::from_string(backend, "SELECT pseudonym, kind, key_fingerprint FROM suppression");
    let mut list = "pseudonym,kind,suppressed_at,key_fingerprint\n".to_owned();
    for row in db.query_all_raw(all).await.expect("the suppressed ones") {
        let [pseudonym, kind, fingerprint]: [String; 3] = [0, 1, 2].map(|at| row.try_get_by_index(at).expect("a text"));
        writeln!(list, "{pseudonym},{kind},2026-06-02 03:04:05.678901+00,{fingerprint}").expect("a text takes it");
    }
    db.execute_unprepared("DELETE FROM suppression").await.expect("they can be deleted");
    db.close().await.expect("the connection can be closed");
    // who is listed by the source comes back before anybody looks at the list
    programs.ingest(&[], None).await;
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), list).expect("a list");
    let path = file.path().display().to_string();
    programs.command(KEY, &["forget", "--suppressed", &path, "--wait", "60s"]).await.must_succeed();
    "a dump is restored, and whoever was forgotten since is forgotten again".to_owned()
}
