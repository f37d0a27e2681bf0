//! Any stretch of the past, whatever the cursor says.

use rig::{Program, counts, http::Answer, on_each_backend};
use serde_json::json;

use crate::fixture::{On, Rig, stored};

on_each_backend!(a_stretch_is_read_and_the_cursor_stays, one_that_is_cut_off_goes_on, it_reads_up_to_now);

fn backfill(rig: &Rig, from: &str, to: &str) -> Program {
    rig.ingest().with("INGEST_SLICE_HOURS", "24").argument("--from").argument(from).argument("--to").argument(to)
}

async fn a_stretch_is_read_and_the_cursor_stays(rig: &Rig) {
    // of the twenty, one each six hours from the second of May on, a moment after the hour: one lies in the margin of both
    // slices, one in that of the end
    let ended = backfill(rig, "2026-05-03", "2026-05-04T06:00:00Z").run();
    assert_eq!(ended.must(0, &[]).counts(), counts! { fetched: 7, inserted: 6, unchanged: 1 });
    let rows = rig.database.rows().await;
    assert_eq!(rows.counts(), stored! { applications: 6, candidates: 4, events: 6 }, "postings are not asked for");
    assert!(rows.cursors.is_empty(), "{:?}", rows.cursors);
    assert_eq!(rig.database.last_run().await.command, "backfill");
    rig.fill().await;

    rig.source.applications(|applications| applications[1]["status"] = json!(0));
    let before = rig.database.rows().await;
    assert_eq!(
        backfill(rig, "2026-05-02", "2026-05-03").run().must(0, &[]).counts(),
        counts! { fetched: 4, updated: 1, unchanged: 3 }
    );
    let after = rig.database.rows().await;
    assert!(after.cursors == before.cursors, "a cursor has moved");
    // before INGEST_START too
    assert_eq!(backfill(rig, "2019-01-01", "2019-02-01").run().must(0, &[]).counts(), counts! {});
}

async fn one_that_is_cut_off_goes_on(rig: &Rig) {
    rig.fill().await;
    let whole = || backfill(rig, "2026-05-02", "2026-05-09").with("EMPLY_MAX_RETRY_SECONDS", "0");
    let first_asked = || rig.source.take_requests()[0].parameter("from").unwrap();
    rig.source.pass_by(On::Applications, 2);
    rig.source.answer_next(On::Applications, Answer::whole("500 Internal Server Error", &[], ""));
    whole().run().must(1, &[]);
    assert_eq!(first_asked(), "2026-05-01T23:59:00.000000Z");
    // slices of a day and of two
    whole().run().must(0, &["this backfill was cut off; it goes on"]);
    assert_eq!(first_asked(), "2026-05-04T23:59:00.000000Z");
    // once it has ended it begins anew
    whole().run().must(0, &[]);
    assert_eq!(first_asked(), "2026-05-01T23:59:00.000000Z");
}

async fn it_reads_up_to_now(rig: &Rig) {
    let ended = rig.ingest().argument("--from").argument("2026-05-06").run();
    assert_eq!(ended.must(0, &[]).counts(), counts! { fetched: 5, inserted: 5 });
    for arguments in [&["--to", "2026-05-06"][..], &["--from", "soon"], &["--from", "2026-05-06", "--reconcile"]] {
        let program = arguments.iter().fold(rig.ingest(), |program, word| program.argument(*word));
        assert_eq!(program.run().code(), Some(2), "{arguments:?}");
    }
    let turned = backfill(rig, "2026-05-06", "2026-05-05").run();
    turned.must(0, &["holds no instant"]);
}
