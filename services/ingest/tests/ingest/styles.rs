//! The ways to ask for a window, and to show the key.

use rig::{counts, on_each_backend};
use serde_json::json;

use crate::fixture::{KEY, On, Rig, application, stored};

on_each_backend!(both_windows_leave_the_same, slices_touch, the_key_goes_where_it_should);

/// Records around the window of a first run, from 2026-05-01 to the source's now, 2026-06-01T12:00.
fn surround(rig: &Rig) {
    let outside =
        ["2026-04-30T00:00:00Z", "2026-04-30T23:59:59.9999999Z", "2026-06-01T12:00:00Z", "2026-06-02T00:00:00Z"];
    let inside = ["2026-05-01T00:00:00Z", "2026-06-01T11:59:59.9999999Z"];
    rig.source.applications(|applications| {
        for (number, created) in (200..).zip(outside.iter().chain(&inside)) {
            applications.push(application(number));
            applications.last_mut().unwrap()["created"] = json!(created);
        }
    });
}

async fn both_windows_leave_the_same(rig: &Rig) {
    surround(rig);
    let other = Rig::new(rig.database.backend).await;
    let range = rig.ingest().run();
    let asked = rig.source.take_requests();
    let window = |name| asked[1].parameter(name);
    // a minute on both sides: the bounds may be exclusive
    assert_eq!(window("from").as_deref(), Some("2026-04-30T23:59:00.000000Z"));
    assert_eq!(window("to").as_deref(), Some("2026-06-01T12:01:00.000000Z"));
    assert_eq!((asked.len(), window("date")), (2, None));

    let since = other.ingest().with("EMPLY_BASE_URL", rig.source.url()).with("EMPLY_WINDOW_STYLE", "since").run();
    let asked = rig.source.take_requests();
    // a day earlier: "created after" may leave the day out, and may mean the tenant's day
    assert_eq!(asked[1].parameter("date").as_deref(), Some("04-30-2026"));
    assert_eq!((asked.len(), asked[1].parameter("from"), asked[1].parameter("to")), (2, None, None));

    // of those around it, one lies in the margin before the start and one in that of the end; the style with an open end has
    // one more on either side
    assert_eq!(range.must(0, &[]).counts(), counts! { fetched: 36, inserted: 35 });
    assert_eq!(since.must(0, &[]).counts(), counts! { fetched: 38, inserted: 35 });
    assert_eq!((range.count("outside"), since.count("outside")), (1, 3));
    let (one, two) = (rig.database.rows().await, other.database.rows().await);
    assert_eq!(one.counts(), stored! { postings: 12, applications: 23, candidates: 12, events: 23 });
    assert!(one.without_times() == two.without_times(), "the styles leave different rows");
}

async fn slices_touch(rig: &Rig) {
    surround(rig);
    rig.ingest().with("INGEST_SLICE_HOURS", "24").run().must(0, &[]);
    let requests = rig.source.take_requests();
    let windows = requests[1..].iter().map(|request| (request.parameter("from"), request.parameter("to")));
    let windows = windows.collect::<Vec<_>>();
    assert!(windows.len() > 3, "{windows:?}");
    assert_eq!(windows[0].0.as_deref(), Some("2026-04-30T23:59:00.000000Z"));
    assert_eq!(windows.last().unwrap().1.as_deref(), Some("2026-06-01T12:01:00.000000Z"));
    // each ends two minutes after the next has begun: a minute is the margin of either
    let at = |text: &Option<String>| domain::instant::parse(text.as_deref().unwrap()).unwrap();
    let overlap = |pair: &[(Option<String>, Option<String>)]| (at(&pair[0].1) - at(&pair[1].0)).num_minutes();
    assert!(windows.windows(2).all(|pair| overlap(pair) == 2), "{windows:?}");
    assert_eq!(
        rig.database.rows().await.counts(),
        stored! { postings: 12, applications: 23, candidates: 12, events: 23 }
    );
}

async fn the_key_goes_where_it_should(rig: &Rig) {
    for (style, header, parameter) in [("header", Some(KEY), None), ("query", None, Some(KEY))] {
        rig.ingest().with("EMPLY_KEY_STYLE", style).run().must(0, &[]);
        let requests = rig.source.take_requests();
        assert_eq!(requests.len(), 2);
        for request in requests {
            assert_eq!(request.header("x-api-key"), header, "{style}");
            assert_eq!(request.parameter("apiKey").as_deref(), parameter, "{style}");
            let agent = request.header("user-agent").unwrap();
            assert!(agent.starts_with("emply-pipeline-ingest/"), "{agent}");
        }
    }
    assert!(!rig.source.body(On::Postings).contains(KEY));
}
