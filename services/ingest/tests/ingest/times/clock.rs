//! A clock that is wrong by years moves nothing.

use chrono::{DateTime, TimeDelta, Utc};
use rig::{Program, on_each_backend};

use crate::fixture::{Rig, application, stored};

on_each_backend!(
    a_date_years_ahead_is_not_believed,
    a_mark_years_ahead_is_told_and_set_anew,
    a_source_with_a_time_of_its_own_may_not_jump,
    minutes_are_no_matter,
    a_date_that_stands_still_is_told,
    a_first_load_that_was_cut_off_goes_on_years_later,
    nobody_goes_by_a_calendar_that_is_years_ahead,
);

fn run(rig: &Rig) -> Program {
    rig.ingest().with("INGEST_LOOKBACK_HOURS", "48").with("EMPLY_CLOCK", "ours")
}

#[expect(clippy::disallowed_methods, reason = "what the program goes by, which cannot be told another time")]
fn now() -> DateTime<Utc> {
    Utc::now()
}

fn at(text: &str) -> DateTime<Utc> {
    domain::instant::parse(text).unwrap()
}

async fn a_date_years_ahead_is_not_believed(rig: &Rig) {
    rig.fill().await;
    rig.source.it_is(now() + TimeDelta::days(3 * 365));
    let words =
        ["the source says that it is", "1094 days ahead of this machine's", "Look at both clocks", "EMPLY_CLOCK=own"];
    rig.must_fail(run(rig), 1, &words).await;
    // the next run goes on as if nothing had been
    rig.source.it_is(at("2026-06-01T12:00:00Z"));
    run(rig).run().must(0, &[]);
    let cursor = rig.database.rows().await.cursors.into_iter().find(|mark| mark.stream == "applications").unwrap();
    assert_eq!(cursor.position, at("2026-06-01T12:00:00Z"));
}

async fn a_mark_years_ahead_is_told_and_set_anew(rig: &Rig) {
    rig.fill().await;
    // as a run has left it that believed such a date
    rig.database.execute("update sync_cursor set position = '2050-01-01 00:00:00+00:00'").await;
    let words = [
        "the mark applications",
        "stands at 2050-01-01T00:00:00Z",
        "Look at this machine's clock",
        "ingest --reset-marks",
    ];
    rig.must_fail(run(rig), 1, &words).await;
    rig.must_fail(run(rig).argument("--reconcile"), 1, &words).await;
    // the news that each of the two brought, and what was there
    let ended = run(rig).argument("--reset-marks").run();
    ended.must(0, &["everything is read again"]);
    assert!(ended.count("inserted") > 0, "what had come in meanwhile is read");
    let marks = rig.database.rows().await.cursors;
    assert!(marks.iter().all(|mark| mark.position == at("2026-06-01T12:00:00Z")), "{marks:?}");
    run(rig).run().must(0, &[]);
}

async fn a_source_with_a_time_of_its_own_may_not_jump(rig: &Rig) {
    let own = || run(rig).with("EMPLY_CLOCK", "own");
    rig.source.it_is(at("2050-01-01T00:00:00Z"));
    own().run().must(0, &[]);
    rig.source.it_is(at("2050-12-31T00:00:00Z"));
    own().run().must(0, &[]);
    // ours would not be content with it
    rig.must_fail(run(rig), 1, &["ahead of this machine's"]).await;
    rig.source.it_is(at("2053-01-01T00:00:00Z"));
    let words =
        ["the source says that it is 2053-01-01T00:00:00Z", "732 days later than at the last run", "--reset-marks"];
    rig.must_fail(own(), 1, &words).await;
    // nor back
    rig.source.it_is(at("2049-01-01T00:00:00Z"));
    let words = ["the mark applications", "ahead of the source's 2049-01-01T00:00:00Z", "--reset-marks"];
    rig.must_fail(own(), 1, &words).await;
    own().argument("--reset-marks").run().must(0, &["everything is read again"]);
    own().run().must(0, &[]);
}

async fn minutes_are_no_matter(rig: &Rig) {
    for minutes in [-2880, -10, 10, 47 * 60] {
        let ahead = now() + TimeDelta::minutes(minutes);
        rig.source.it_is(ahead);
        rig.source.applications(|applications| {
            let mut record = application(500 + u32::try_from(minutes + 2880).unwrap());
            record["created"] = (ahead - TimeDelta::minutes(1)).to_rfc3339().into();
            applications.push(record);
        });
        let ended = run(rig).run();
        ended.must(0, &["the source's clock differs from ours"]);
        assert!(ended.count("inserted") > 0, "{minutes}");
    }
}

async fn a_date_that_stands_still_is_told(rig: &Rig) {
    rig.source.it_is(now());
    run(rig).run().must(0, &[]);
    // as something answers from a cache
    rig.source.it_is(now() - TimeDelta::days(30));
    let words = ["the mark applications", "ahead of that", "from a cache", "--reset-marks"];
    rig.must_fail(run(rig), 1, &words).await;
}

async fn a_first_load_that_was_cut_off_goes_on_years_later(rig: &Rig) {
    let own =
        || run(rig).with("EMPLY_CLOCK", "own").with("INGEST_START", "2020-01-01").with("INGEST_SLICE_HOURS", "24");
    let capped = || own().with("INGEST_MAX_REQUESTS", "4").run();
    capped().must(1, &["INGEST_MAX_REQUESTS"]);
    // where it stands is years before the source's now, and no time has passed there
    capped().must(1, &["INGEST_MAX_REQUESTS"]);
    own().run().must(0, &[]);
    assert_eq!(
        rig.database.rows().await.counts(),
        stored! { postings: 12, applications: 20, candidates: 10, events: 20 }
    );
}

async fn nobody_goes_by_a_calendar_that_is_years_ahead(rig: &Rig) {
    rig.source.applications(|applications| applications.iter_mut().for_each(|record| record["status"] = 0.into()));
    let retaining = || run(rig).with("INGEST_RETENTION_DAYS", "30").with("PII_KEY", "a key of the tests, long enough");
    // what is months ago by our clock is days ago by the source's: one of the two is wrong
    rig.source.it_is(at("2026-05-26T00:00:00Z"));
    retaining().run().must(0, &["nobody is blanked or forgotten by the calendar in this run"]);
    assert_eq!(rig.database.rows().await.applications.iter().filter(|row| row.removed_at.is_some()).count(), 0);
    // once they agree
    rig.source.it_is(now());
    retaining().run().must(0, &[]);
    let left = rig.database.rows().await.applications.into_iter().filter(|row| row.removed_at.is_none());
    assert_eq!(left.count(), 0);
}
