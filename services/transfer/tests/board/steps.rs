//! Each thing that can go wrong, at each call of a posting with two files; and each fault of the mock at each call.

use rig::{Backend, Running};
use serde_json::{Value, json};

use crate::{
    gate::{ACCIDENTS, AWAY, Accident, BAD_GATEWAY, PAGE},
    hosts::{PDF, PNG},
    world::{Board, World, posting},
};

/// Calls of a posting with two files: create, twice prepare and upload, publish.
const CALLS: usize = 6;

#[tokio::test]
async fn a_posting_is_handed_over_once_and_whole() {
    let world = World::new().await;
    world.store.list(vec![world.posting("v-1", "Nurse", &["/logo.png", "/flyer.pdf"])]).await;
    let run = world.run_with([]);
    assert_eq!((run.must(0, &[]).count("inserted"), run.count("requests")), (1, CALLS as u64 + 2));
    must_be_whole(&world, "v-1").await;
    let again = world.run_with([]);
    assert_eq!(
        (again.must(0, &[]).count("unchanged"), again.count("requests"), world.board.gate.calls().len()),
        (1, 0, 0)
    );
    let listing = &world.on_view("v-1").await[0];
    assert_eq!(listing["job"]["contact"]["name"], crate::world::CONTACT);
    let text = listing["job"]["description"]["plainText"].as_str().unwrap();
    assert!(text.contains(r#"<img src="logo.png">"#) && text.contains(r#"href="flyer.pdf""#), "{text}");
}

#[tokio::test]
async fn each_accident_at_each_call_ends_well() {
    let mut world = World::new().await;
    for accident in ACCIDENTS {
        for call in 0..CALLS {
            let vacancy = format!("{accident:?}-{call}").replace(|letter: char| !letter.is_ascii_alphanumeric(), "-");
            world.store.list(vec![world.posting(&vacancy, "Nurse", &["/logo.png", "/flyer.pdf"])]).await;
            world.run_with([(call, accident)]);
            assert!(world.board.gate.is_quiet(), "{vacancy}: there was no such call");
            let ended = world.run_with([]);
            let (listing, on_view) = (world.listing(&vacancy), world.on_view(&vacancy).await.len());
            let (state, doubt) = (listing["state"].as_str().unwrap_or_default(), in_doubt(accident, call));
            assert_eq!(state, doubt.unwrap_or("published"), "{vacancy}: {listing} {}", ended.err);
            if doubt.is_none() {
                must_be_whole(&world, &vacancy).await;
            } else {
                assert!(listing["reason"].is_string() && on_view <= usize::from(call + 1 == CALLS), "{listing}");
            }
            world = world.with_empty_store().await;
        }
    }
}

/// Where nobody but the board's staff can tell what came of it.
fn in_doubt(accident: Accident, call: usize) -> Option<&'static str> {
    use Accident::{Garbled, KilledAfter, KilledBefore, LostAfter, LostBefore};
    let is_lost =
        matches!(accident, KilledBefore | KilledAfter | LostBefore | LostAfter | Garbled | PAGE | BAD_GATEWAY);
    let is_done = matches!(accident, KilledAfter | LostAfter | Garbled);
    // a second `publish` tells that the first one was lost, and `error` that it may have worked
    let is_doubtful = if call == 0 { is_lost } else { call + 1 == CALLS && is_done };
    is_doubtful.then_some("unknown")
}

#[tokio::test]
async fn each_fault_of_the_mock_at_each_call_ends_well() {
    let faults = [
        json!({"kind": "status", "status": 500}),
        json!({"kind": "status", "status": 503, "retryAfterSeconds": 1}),
        json!({"kind": "status", "status": 404}),
        json!({"kind": "status", "status": 429}),
        json!({"kind": "revokedKey"}),
        json!({"kind": "notJson"}),
        json!({"kind": "latency", "milliseconds": 200}),
        json!({"kind": "reset", "afterBytes": 3}),
        json!({"kind": "truncate", "bytes": 3}),
        json!({"kind": "duplicate"}),
        json!({"kind": "withhold", "every": 1}),
        json!({"kind": "skewedClock", "seconds": 900}),
        json!({"kind": "lostAnswer"}),
    ];
    let mut world = World::new().await;
    for (number, fault) in faults.iter().enumerate() {
        for call in ["create", "prepare-upload", "upload", "publish"] {
            let vacancy = format!("{}-{number}-{call}", fault["kind"].as_str().unwrap());
            world.store.list(vec![world.posting(&vacancy, "Nurse", &["/logo.png", "/flyer.pdf"])]).await;
            let rules = json!([{"path": format!("/api/job/{call}*"), "times": 1, "fault": fault}]);
            world.board.mock.put("/_mock/faults", &rules).await;
            world.run_with([]);
            world.board.mock.put("/_mock/faults", &json!([])).await;
            let ended = world.run_with([]);
            let listing = world.listing(&vacancy);
            match listing["state"].as_str() {
                Some("published") => must_be_whole(&world, &vacancy).await,
                Some("unknown") if matches!(call, "create" | "publish") => assert!(listing["reason"].is_string()),
                _ => panic!("{vacancy}: {listing} {}", ended.err),
            }
            world = world.with_empty_store().await;
        }
    }
}

#[tokio::test]
async fn a_board_that_is_away_is_nobodys_fault() {
    let world = World::new().await;
    world.store.list((0..3).map(|number| world.posting(&format!("v-{number}"), "Nurse", &[])).collect()).await;
    for _ in 0..7 {
        let run = world.run_with([(0, AWAY)]);
        run.must(1, &["the board is away"]);
        assert_eq!(world.board.gate.calls().len(), 1, "a board that is away is asked once");
    }
    let nobody = world.transfer().with("BOARD_BASE_URL", "http://127.0.0.1:9").argument("--new-board");
    world.run(nobody).must(1, &["the board is away", "cannot be reached"]);
    assert_eq!(world.listing("v-0")["tries"], 0);
    world.run_with([]).must(0, &[]);
    assert_eq!(world.on_view("v-2").await.len(), 1);
}

#[tokio::test]
async fn a_lost_answer_leaves_one_posting_in_doubt_and_no_other() {
    let world = World::new().await;
    world.store.list((0..3).map(|number| world.posting(&format!("v-{number}"), "Nurse", &[])).collect()).await;
    let run = world.run_with((0..9).map(|call| (call, BAD_GATEWAY)));
    run.must(2, &["no other posting is begun in this run", "1 postings wait for a person"]);
    assert_eq!(world.board.gate.calls().len(), 1);
    assert_eq!(world.run_with([]).must(0, &[]).count("inserted"), 2);
    assert_eq!(world.listing("v-0")["state"], "unknown");
}

#[tokio::test]
async fn an_ad_that_is_refused_is_held_in_the_end_and_stops_no_other() {
    let settings = [("MOCK_BOARD_ERROR_STATUS", "500"), ("MOCK_BOARD_MAX_BYTES", "3000")];
    let world = World::on(Board::start_with(&settings), Backend::Sqlite).await;
    let long = posting("v-0", "Nurse", &"A ward. ".repeat(1000));
    world.store.list(vec![long, world.posting("v-1", "Nurse", &[])]).await;
    let twice = world.transfer().with("TRANSFER_MAX_TRIES", "2");
    world.run(twice.clone()).must(1, &["1 postings could not be handed over", "1 were published"]);
    world.run(twice.clone()).must(2, &["1 postings wait for a person from now on"]);
    let listing = world.listing("v-0");
    assert_eq!((&listing["state"], &listing["step"]), (&json!("held"), &json!("create")), "{listing}");
    world.run(twice.clone()).must(0, &["it waits for a person"]);
    assert_eq!(world.on_view("v-1").await.len(), 1);
    // a posting that was changed is tried again
    world.store.list(vec![world.posting("v-0", "Nurse", &[]), world.posting("v-1", "Nurse", &[])]).await;
    assert_eq!(world.run(twice).must(0, &[]).count("inserted"), 1);
    assert_eq!(world.on_view("v-0").await.len(), 1);
}

/// A run that has called `create` and waits for the answer.
async fn in_the_middle_of_create(world: &World) -> Running {
    world.board.gate.plan([]);
    let late = json!([{"path": "/api/job/create", "fault": {"kind": "latency", "milliseconds": 1000}}]);
    world.board.mock.put("/_mock/faults", &late).await;
    let running = world.transfer().start();
    while world.board.gate.calls().is_empty() {
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    running
}

#[tokio::test]
async fn a_signal_waits_for_the_answer_that_is_on_its_way() {
    let world = World::new().await;
    world.store.list(vec![world.posting("v-1", "Nurse", &["/logo.png"])]).await;
    let running = in_the_middle_of_create(&world).await;
    running.terminate();
    let ended = running.wait();
    assert_eq!(ended.code(), Some(1), "{}", ended.err);
    assert!(ended.err.contains("stopped by a signal"), "{}", ended.err);
    let listing = world.listing("v-1");
    assert!(listing["state"] == "uploading" && listing["listing_id"].is_string(), "{listing}");
    assert_eq!(world.run_with([]).must(0, &[]).count("inserted"), 1);
    must_be_whole(&world, "v-1").await;
}

#[tokio::test]
async fn an_id_is_kept_when_the_database_goes_away_for_a_moment() {
    if !Backend::Postgres.is_there() {
        return;
    }
    let world = World::on(Board::start(), Backend::Postgres).await;
    world.store.list(vec![world.posting("v-1", "Nurse", &["/logo.png"])]).await;
    let running = in_the_middle_of_create(&world).await;
    world.store.database.hang_up().await;
    let ended = running.wait();
    // its lock is gone, and whether somebody else was at work since, it cannot know: the id is kept, and nothing more is done
    assert_eq!(ended.code(), Some(1), "{}", ended.err);
    assert!(ended.err.contains("the board's id could not be written down yet"), "{}", ended.err);
    let calls: Vec<String> = world.board.gate.calls();
    assert!(calls.len() == 1 && calls[0].starts_with("POST /api/job/create"), "{calls:?}");
    let listing = world.listing("v-1");
    assert!(listing["state"] == "created" && listing["listing_id"].is_string(), "{listing}");
    world.run_with([]).must(0, &[]);
    must_be_whole(&world, "v-1").await;
    assert_eq!(world.on_board().await["v-1"].len(), 1);
}

/// Holds that it is on view once, with every file that its text names, byte by byte.
pub(crate) async fn must_be_whole(world: &World, vacancy: &str) {
    let on_view = world.on_view(vacancy).await;
    assert_eq!(on_view.len(), 1, "{vacancy} is there {} times", on_view.len());
    must_have_its_files(world, &on_view[0]).await;
}

/// Holds that a listing has every file that its text names, byte by byte.
pub(crate) async fn must_have_its_files(world: &World, listing: &Value) {
    let (vacancy, text) = (&listing["job"]["ref"], listing["job"]["description"]["plainText"].as_str().unwrap());
    for (name, bytes) in [("logo.png", PNG), ("flyer.pdf", PDF)] {
        if !text.contains(name) {
            continue;
        }
        let Value::Array(files) = &listing["attachments"] else { panic!("no files") };
        let there = files.iter().filter(|file| file["filename"] == name && file["uploaded"].is_string());
        let paths: Vec<&str> = there.map(|file| file["content"].as_str().unwrap()).collect();
        assert!(!paths.is_empty(), "{vacancy} has no {name}");
        for path in paths {
            assert_eq!(world.board.mock.bytes(path).await, bytes, "{vacancy}: {name}");
        }
    }
    assert!(!text.contains("http://"), "an address is left");
}
