//! What of the lake is written anew, and when: after an erasure, when it has many files, when rows are made in another way, when
//! somebody asks for it.

use rig::{Program, on_each_backend};
use store::Person;

use crate::fixture::{CANDIDATE, KEY, Rig, TABLES, application, application_of, posting, row_of_application, rows};

on_each_backend!(
    of_a_forgotten_person_no_byte_stays,
    of_a_forgotten_person_no_byte_stays_where_persons_are_kept,
    of_who_is_there_by_another_application_the_earlier_versions_go,
    who_was_forgotten_does_not_come_back_when_files_are_gathered,
    what_a_killed_run_has_not_removed_the_next_one_removes,
    few_changes_are_gathered_without_what_was_there_long_before,
    many_files_become_one,
    everything_can_be_sent_again,
    rows_that_another_release_has_made_are_sent_again,
    of_a_release_with_fewer_tables_all_is_sent_again_once,
    many_exports_of_nothing_leave_the_lake_as_it_is,
);

async fn forgotten(rig: &Rig, export: impl Fn() -> Program) {
    export().run().must(0, &[]);
    rig.database.add_applications(vec![application(0, "Interview"), application(9, "New")]).await;
    export().run().must(0, &[]);
    assert!(rig.found_of_candidate().len() >= 6, "they are there: {:?}", rig.found_of_candidate());
    // what has no row of theirs is not written anew
    rig.database.add_applications(vec![application(4, "Interview"), application(7, "New")]).await;
    export().run().must(0, &[]);
    rig.database.freeze("k1", "Care", 7).await;
    export().run().must(0, &[]);
    let before = rig.lake.data();
    rig.database.forget(CANDIDATE).await;
    export().run().must(0, &["files with rows of who was forgotten were written anew"]);
    assert_eq!(rig.found_of_candidate(), [""; 0]);
    assert_eq!(rig.lake.files("application"), ["0-3", "3-5", "5-7", "9-11"]);
    assert_eq!(
        rig.lake.files("application_month"),
        ["0-9"],
        "whom it counts, no key says: {:?}",
        rig.lake.snapshot().keys()
    );
    let after = rig.lake.data();
    let stays = |table: &str, name: &str| {
        let path = rig.lake.changes(table).join(format!("{name}.parquet"));
        before.get(&path).is_some_and(|file| after.get(&path) == Some(file))
    };
    assert!(stays("job_posting", "0-3") && stays("application", "5-7") && stays("application_event", "5-7"));
    assert!(!stays("application", "0-3") && !stays("application_event", "3-5") && !stays("candidate", "0-3"));
    let others = rig.lake.latest("application", &["application_id"]);
    assert_eq!(others.len(), 6, "the other persons' are there");
    assert_eq!(export().run().must(0, &[]).written(), (0, 0));
    export().argument("--verify").run().must(0, &["the warehouse has what the store has"]);
    rig.database.add_applications(vec![application(5, "Interview")]).await;
    export().run().must(0, &["the warehouse has what was sent to it"]);
}

async fn of_a_forgotten_person_no_byte_stays(rig: &Rig) {
    forgotten(rig, || rig.export()).await;
    rig.must_have_what_the_store_has().await;
}

async fn of_a_forgotten_person_no_byte_stays_where_persons_are_kept(rig: &Rig) {
    forgotten(rig, || rig.export().with("PII_MODE", "keep")).await;
}

/// Who is forgotten by one of several applications is made anew of the others, by the same key: what earlier versions said of them
/// is gone as well.
async fn of_who_is_there_by_another_application_the_earlier_versions_go(rig: &Rig) {
    let export = || rig.export().with("PII_MODE", "keep");
    let renamed = |number, name: &str| {
        let first_name = Some(name.to_owned());
        row_of_application(domain::Application { first_name, ..application_of(number, "New") })
    };
    rig.database.add_applications(vec![renamed(20, "Bbbrunhilde")]).await;
    export().run().must(0, &[]);
    rig.database.add_applications(vec![renamed(21, "Kkkriemhild")]).await;
    export().run().must(0, &[]);
    let said = |name: &str| rig.lake.find(&[name]).len();
    assert_eq!((said("Bbbrunhilde"), said("Kkkriemhild")), (1, 1));
    let forgotten = rig.database.forget_with(KEY, Person::Application("appl1cation-20".to_owned())).await;
    assert_eq!((forgotten.applications, forgotten.candidates), (1, 0));
    export().run().must(0, &["files with rows of who was forgotten were written anew"]);
    assert_eq!((said("Bbbrunhilde"), said("Kkkriemhild"), said("appl1cation-20")), (0, 1, 0));
    export().argument("--verify").run().must(0, &["the warehouse has what the store has"]);
}

/// Tombstones of who was forgotten tell of nothing any more, once their rows are gone. They stay in the store, and come to no file
/// again when that is written anew.
async fn who_was_forgotten_does_not_come_back_when_files_are_gathered(rig: &Rig) {
    let base = much_is_there(rig).await;
    // in a number of many an instant or a hash may have that of an application
    let pseudonyms = domain::Pseudonymiser::new(KEY).unwrap();
    let keys = ["appl1cation-0", "appl1cation-1", CANDIDATE].map(|key| pseudonyms.id(key));
    let found = || rig.lake.find(&keys.each_ref().map(String::as_str)).len();
    assert_eq!(found(), 3);
    rig.database.forget(CANDIDATE).await;
    rig.export().run().must(0, &[]);
    assert_eq!(found(), 0);
    gathered(rig, 4).await;
    assert_eq!(rig.lake.files("application")[0], base, "the tombstones are in the rest");
    assert_eq!(found(), 0);
    rig.must_have_what_the_store_has().await;
}

async fn what_a_killed_run_has_not_removed_the_next_one_removes(rig: &Rig) {
    rig.export().run().must(0, &[]);
    let first = rig.lake.changes("application").join("0-3.parquet");
    let old = std::fs::read(&first).unwrap();
    rig.database.forget(CANDIDATE).await;
    rig.export().argument("--full").run().must(0, &[]);
    // as if it had been killed when all was written and nothing removed
    std::fs::write(&first, old).unwrap();
    assert!(!rig.found_of_candidate().is_empty());
    rig.export().run().must(0, &["files that an earlier run has left are removed"]);
    assert_eq!(rig.found_of_candidate(), [""; 0]);
}

/// Applications of [`much_is_there`].
const MUCH: usize = 6_006;

/// The first file of applications is much larger than thirty with a change each; gives its name.
async fn much_is_there(rig: &Rig) -> String {
    rig.database.add_applications((100..6_100).map(|number| application(number, "New")).collect()).await;
    rig.export().run().must(0, &[]);
    rig.lake.files("application").remove(0)
}

/// Changes an application until its table's files are gathered.
async fn gathered(rig: &Rig, number: i64) {
    for round in 0..40 {
        let before = rig.lake.files("application").len();
        let stage = ["Interview", "Offer"][round % 2];
        rig.database.add_applications(vec![application(number, stage)]).await;
        rig.export().run().must(0, &[]);
        if rig.lake.files("application").len() < before {
            return;
        }
    }
    panic!("never: {:?}", rig.lake.files("application"));
}

/// Where the oldest file is much larger than all that came later, it stays as it is; and tombstones stay that tell of what is in it.
async fn few_changes_are_gathered_without_what_was_there_long_before(rig: &Rig) {
    let base = much_is_there(rig).await;
    let base = rig.lake.changes("application").join(format!("{base}.parquet"));
    let before = (std::fs::read(&base).unwrap(), base.metadata().unwrap().modified().unwrap());
    // as it is when everything was read again
    rig.database.execute("UPDATE change_counter SET value = value + 1").await;
    rig.database
        .execute(
            "UPDATE application SET removed_at = '2026-06-01T00:00:00Z', changed_seq = (SELECT value FROM change_counter) \
             WHERE id = 'appl1cation-5'",
        )
        .await;
    rig.export().run().must(0, &[]);
    gathered(rig, 0).await;
    assert_eq!(rig.lake.files("application").len(), 2);
    assert!((std::fs::read(&base).unwrap(), base.metadata().unwrap().modified().unwrap()) == before);
    assert_eq!(rig.lake.rows("application").len(), MUCH + 2, "of what has changed again and again the last version");
    let gone = format!("\"{}\"", domain::Pseudonymiser::new(KEY).unwrap().id("appl1cation-5"));
    assert_eq!(rig.lake.latest("application", &["application_id"])[&gone]["removed"], true);
    rig.must_have_what_the_store_has().await;
    assert_eq!(rig.export().argument("--verify").run().must(0, &["everything"]).written(), (0, 0));
    rig.database.add_applications(vec![application(3, "Interview")]).await;
    rig.export().run().must(0, &["the warehouse has what was sent to it"]);
}

async fn many_files_become_one(rig: &Rig) {
    rig.export().run().must(0, &[]);
    let stages = ["Interview", "Offer"];
    let mut most = 0;
    for round in 0..34 {
        rig.database.add_applications(vec![application(0, stages[round % 2])]).await;
        rig.export().run().must(0, &[]);
        most = most.max(rig.lake.files("application").len());
    }
    assert!((30..=33).contains(&most), "{most}");
    assert!(rig.lake.files("application").len() < 8, "{:?}", rig.lake.files("application"));
    let latest = rig.lake.latest("application", &["application_id"]);
    let row = &latest[&format!("\"{}\"", domain::Pseudonymiser::new(KEY).unwrap().id("appl1cation-0"))];
    assert_eq!((latest.len(), &row["stage"]), (6, &"Offer".into()));
}

async fn everything_can_be_sent_again(rig: &Rig) {
    rig.export().run().must(0, &[]);
    rig.database.list_postings(vec![posting(0, "Porter"), posting(1, "Nurse")]).await;
    rig.export().run().must(0, &[]);
    let latest = TABLES.map(|table| rig.lake.rows(table).len());
    std::fs::remove_file(rig.lake.changes("candidate").join("0-3.parquet")).unwrap();
    std::fs::write(rig.lake.changes("candidate").join("3-5.parquet"), "no Parquet").unwrap();
    rig.export().argument("--full").run().must(0, &["files that were written anew are removed"]);
    assert!(TABLES.iter().all(|table| rig.lake.files(table) == ["0-6"]));
    // without the versions that are no longer the latest; of what is gone, postings
    assert_eq!(
        TABLES.map(|table| (table, rig.lake.rows(table).len())),
        rows! { job_posting: 3, posting_event: 4, candidate: 3, application: 6, application_event: 6, application_month: 0,
        export_run: 3 }
    );
    assert!(latest[0] > 3);
}

async fn rows_that_another_release_has_made_are_sent_again(rig: &Rig) {
    rig.export().run().must(0, &[]);
    rig.database.add_applications(vec![application(9, "New")]).await;
    rig.export().run().must(0, &[]);
    let label = rig.lake.path.join("lake.json");
    let ours = std::fs::read_to_string(&label).unwrap();
    let mut theirs: serde_json::Value = serde_json::from_str(&ours).unwrap();
    theirs["form"] = "another".into();
    std::fs::write(&label, theirs.to_string()).unwrap();
    let planned = rig.export().argument("plan").run();
    planned.must(0, &[]);
    assert!(planned.out.contains("changes 1 to 5 to lake:"), "{}", planned.out);
    assert_eq!(std::fs::read_to_string(&label).unwrap(), theirs.to_string(), "a plan writes nothing");
    rig.export()
        .run()
        .must(0, &["the release or the vocabulary is another one", "the warehouse has what the store has"]);
    assert!(TABLES.iter().all(|table| rig.lake.files(table) == ["0-6"]));
    assert_eq!(std::fs::read_to_string(&label).unwrap(), ours);
    assert_eq!(rig.export().run().must(0, &[]).written(), (0, 0));
}

async fn of_a_release_with_fewer_tables_all_is_sent_again_once(rig: &Rig) {
    rig.export().run().must(0, &[]);
    std::fs::remove_dir_all(rig.lake.path.join("export_run")).unwrap();
    let label = rig.lake.path.join("lake.json");
    let ours = std::fs::read_to_string(&label).unwrap();
    std::fs::write(&label, ours.replace("\"form\": \"", "\"form\": \"not ")).unwrap();
    assert_ne!(std::fs::read_to_string(&label).unwrap(), ours);
    let ended = rig.export().run();
    assert_eq!(ended.must(0, &["everything is sent again"]).written(), (21, 0));
    assert_eq!(std::fs::read_to_string(&label).unwrap(), ours);
    assert_eq!(rig.export().run().must(0, &[]).written(), (0, 0));
}

async fn many_exports_of_nothing_leave_the_lake_as_it_is(rig: &Rig) {
    rig.export().run().must(0, &[]);
    let (files, mut most) = (rig.lake.data(), 0);
    for _ in 0..34 {
        rig.export().run().must(0, &[]);
        most = most.max(rig.lake.files("export_run").len());
    }
    assert!(rig.lake.data() == files, "a file was written");
    assert!((29..=31).contains(&most), "{most}");
    assert!(rig.lake.files("export_run").len() < 8, "{:?}", rig.lake.files("export_run"));
    assert_eq!(rig.lake.rows("export_run").len(), 35);
    rig.database.add_applications(vec![application(9, "New")]).await;
    rig.export().argument("--verify").run().must(0, &["the warehouse has what the store has"]);
}
