//! In a store that was restored, moved or copied nothing is read until it is known who is to stay forgotten.

use rig::{Program, on_each_backend};

use crate::fixture::Rig;

on_each_backend!(
    the_newest_list_of_the_forgotten_is_asked_for,
    somebody_may_say_that_nobody_was_forgotten_since,
    a_store_that_knows_of_no_place_notes_one,
);

const KEY: &str = "a key of the tests, long enough";
const HELD: [&str; 3] =
    ["the store is not where it was", "so nothing was read", "`ingest forget --suppressed FILE` (docs/backup.md)"];

fn run(rig: &Rig) -> Program {
    rig.ingest().with("PII_KEY", KEY)
}

/// As it is after a restore.
async fn move_it(rig: &Rig) {
    rig.database.execute("UPDATE place SET place = 'system 1, timeline 00000001, database 2, table 3'").await;
}

async fn the_newest_list_of_the_forgotten_is_asked_for(rig: &Rig) {
    run(rig).run().must(0, &[]);
    let forget = run(rig).argument("forget").argument("--application").argument("application-4");
    forget.run().must(0, &[]);
    move_it(rig).await;
    rig.must_fail(run(rig), 2, &HELD).await;
    rig.must_fail(run(rig).argument("--reconcile"), 2, &HELD).await;
    let checked = run(rig).argument("check").run();
    assert_eq!(checked.code(), Some(2));
    assert!(
        checked.out.contains("the store is not where it was") && checked.out.contains("--forgotten-known"),
        "{}",
        checked.out
    );
    // nor may anything else be written that goes by who is forgotten
    run(rig).argument("replay-rejected").run().must(2, &["the store is not where it was"]);
    let other = run(rig).with("PII_KEY_OLD", KEY).with("PII_KEY", "another key of the tests, long enough");
    other.argument("rotate-key").run().must(2, &["the store is not where it was"]);
    // a list that lacks who is forgotten here already is older than the dump
    let list = || run(rig).argument("forget").argument("--suppressed").argument("-");
    let head = "pseudonym,kind,suppressed_at,key_fingerprint\n";
    list().input(head).run().must(2, &["the list lacks", "give the newest one"]);
    let newest = rig.database.suppressed().await;
    list().input(&format!("{head}{newest}")).run().must(0, &[]);
    assert!(run(rig).run().must(0, &[]).count("inserted") > 0, "the news that the two brought");
}

async fn somebody_may_say_that_nobody_was_forgotten_since(rig: &Rig) {
    run(rig).run().must(0, &[]);
    move_it(rig).await;
    // forgetting somebody else says nothing of who was forgotten before
    let forget = run(rig).argument("forget").argument("--application").argument("application-4");
    forget.run().must(0, &[]);
    rig.must_fail(run(rig), 2, &HELD).await;
    run(rig).argument("--forgotten-known").run().must(0, &[]);
    run(rig).run().must(0, &[]);
}

async fn a_store_that_knows_of_no_place_notes_one(rig: &Rig) {
    rig.database.execute("DELETE FROM place").await;
    run(rig).run().must(0, &[]);
    rig.database.execute("UPDATE place SET place = 'elsewhere' WHERE service = 'ingest'").await;
    rig.must_fail(run(rig), 2, &HELD).await;
}
