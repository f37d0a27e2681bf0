//! Addresses that are signed anew at each ingest: what is compared is what is handed over, the files and not where they are.

use serde_json::{Value, json};

use crate::{
    gate::{Accident, REFUSED},
    hosts::{PDF, PNG},
    steps::must_be_whole,
    world::World,
};

/// The same picture as another file would be it.
fn another_png() -> Vec<u8> {
    [PNG, b"another"].concat()
}

const FILES: &[&str] = &["/logo.png", "/flyer.pdf"];
const BOTH: [&str; 2] = ["/logo.png", "/flyer.pdf"];

impl World {
    /// One posting, as an ingest would bring it now.
    async fn ingest(&self, signature: u64) {
        self.host.sign(signature);
        self.store.list(vec![self.posting("v-1", "Nurse", FILES)]).await;
        self.host.asked();
    }

    /// It is published, and was looked at by nobody since.
    async fn published(on_change: &'static str) -> Self {
        let mut world = Self::new().await;
        world.on_change = on_change;
        world.ingest(1).await;
        world.run_with([]).must(0, &[]);
        must_be_whole(&world, "v-1").await;
        world
    }

    fn plan(&self) -> String {
        let plan = self.run(self.transfer().argument("plan"));
        plan.must(0, &[]);
        plan.out
    }
}

#[tokio::test]
async fn files_at_other_addresses_are_the_same_ad() {
    for on_change in ["hold", "republish"] {
        let world = World::published(on_change).await;
        for signature in 2..5 {
            world.ingest(signature).await;
            let plan = world.plan();
            assert!(plan.contains("look whether its files have changed: their addresses have"), "{plan}");
            assert_eq!(world.host.asked(), [] as [&str; 0], "plan asks nobody");
            let run = world.run_with([]);
            assert_eq!((run.must(0, &[]).count("unchanged"), run.count("updated")), (1, 0));
            assert!(world.board.gate.calls().is_empty() && world.listing("v-1")["notice"] == json!(null));
            assert_eq!(world.host.asked(), BOTH);
            // what was seen there is not fetched again
            assert_eq!(world.run_with([]).must(0, &[]).count("unchanged"), 1);
            assert_eq!(world.host.asked(), [] as [&str; 0]);
            let plan = world.plan();
            assert!(plan.contains("nothing: published"), "{plan}");
        }
        assert_eq!(world.on_board().await["v-1"].len(), 1);
    }
}

#[tokio::test]
async fn what_is_shown_calls_files_by_the_same_names() {
    let world = World::new().await;
    let mut shown = Vec::new();
    for signature in 1..3 {
        world.ingest(signature).await;
        let show = world.run(world.transfer().argument("show").argument("v-1"));
        shown.push(show.must(0, &[]).out.clone());
    }
    assert!(shown[0] == shown[1] && shown[0].contains("logo.png") && !shown[0].contains("X-Amz"), "{shown:?}");
}

#[tokio::test]
async fn another_file_is_another_ad() {
    let world = World::published("hold").await;
    world.ingest(2).await;
    world.host.put("/logo.png", "200 OK", &another_png());
    for _ in 0..2 {
        world.run_with([]).must(0, &["the posting has changed since it was published"]);
    }
    assert_eq!(world.listing("v-1")["notice"], "changed");
    // that the host is away takes nothing back
    world.host.put("/logo.png", "404 Not Found", b"");
    world.run_with([]).must(0, &["it counts as unchanged", "the posting has changed since it was published"]);
    assert_eq!(world.listing("v-1")["notice"], "changed");
    world.host.put("/logo.png", "200 OK", &another_png());
    // somebody has put the new one there by hand, and it is known from the next run on
    let updated = world.transfer().argument("resolve").argument("v-1").argument("--updated");
    world.run(updated).must(0, &[]);
    for signature in 3..5 {
        world.ingest(signature).await;
        assert_eq!(world.run_with([]).must(0, &[]).count("unchanged"), 1);
        assert_eq!(world.listing("v-1")["notice"], json!(null));
    }
    world.host.put("/logo.png", "200 OK", PNG);
    world.ingest(5).await;
    world.run_with([]).must(0, &["the posting has changed since it was published"]);

    let world = World::published("republish").await;
    world.ingest(2).await;
    world.host.put("/logo.png", "200 OK", &another_png());
    assert_eq!(world.run_with([]).must(0, &["remove the old one by hand"]).count("updated"), 1);
    assert_eq!(world.on_view("v-1").await.len(), 2);
}

#[tokio::test]
async fn files_that_change_places_are_another_ad() {
    let world = World::new().await;
    world.host.put("/ward.png", "200 OK", &another_png());
    for (files, says) in [(["/logo.png", "/ward.png"], &[][..]), (["/ward.png", "/logo.png"], &["has changed"])] {
        world.store.list(vec![world.posting("v-1", "Nurse", &files)]).await;
        world.run_with([]).must(0, says);
    }
}

#[tokio::test]
async fn what_was_put_there_by_hand_is_known_from_the_next_run_on() {
    let world = World::published("hold").await;
    world.host.put("/ward.png", "200 OK", &another_png());
    let more = |signature| {
        world.host.sign(signature);
        world.store.list(vec![world.posting("v-1", "Nurse", &["/logo.png", "/flyer.pdf", "/ward.png"])])
    };
    more(2).await;
    world.run_with([]).must(0, &["the posting has changed since it was published"]);
    world.run(world.transfer().argument("resolve").argument("v-1").argument("--updated")).must(0, &[]);
    for signature in 3..5 {
        more(signature).await;
        assert_eq!(world.run_with([]).must(0, &[]).count("unchanged"), 1);
        assert_eq!(world.listing("v-1")["notice"], json!(null));
    }
    more(5).await;
    world.host.put("/ward.png", "200 OK", PNG);
    world.run_with([]).must(0, &["the posting has changed since it was published"]);
}

#[tokio::test]
async fn what_cannot_be_fetched_counts_as_unchanged_and_is_told() {
    for status in ["404 Not Found", "503 Service Unavailable"] {
        let world = World::published("republish").await;
        world.ingest(2).await;
        world.host.put("/logo.png", status, b"");
        for _ in 0..2 {
            let run = world.run_with([]);
            run.must(0, &["cannot be fetched; it counts as unchanged", status, "they could not be fetched"]);
            assert_eq!((run.count("unchanged"), world.board.gate.calls().len()), (1, 0));
            assert!(!run.err.contains("X-Amz"), "a signature is logged: {}", run.err);
        }
        // the other one was seen where it is now, and only this one is looked at again
        world.host.asked();
        world.host.put("/logo.png", "200 OK", &another_png());
        assert_eq!(world.run_with([]).must(0, &[]).count("updated"), 1);
        assert_eq!(world.host.asked()[0], "/logo.png");
    }
}

#[tokio::test]
async fn a_host_that_is_away_is_not_asked_for_ever() {
    let world = World::new().await;
    let ingest = |signature| {
        world.host.sign(signature);
        let vacancies = (0..6).map(|number| format!("v-{number}"));
        world.store.list(vacancies.map(|vacancy| world.posting(&vacancy, "Nurse", &["/logo.png"])).collect())
    };
    ingest(1).await;
    assert_eq!(world.run_with([]).must(0, &[]).count("inserted"), 6);
    ingest(2).await;
    world.host.put("/logo.png", "503 Service Unavailable", b"");
    world.host.asked();
    let run = world.run_with([]);
    run.must(0, &["127.0.0.1 is away", r#""postings":6"#]);
    assert_eq!((run.count("unchanged"), world.host.asked().len()), (6, 9), "three files, three times");
}

/// Cut off before the second file is announced.
async fn on_its_way() -> (World, Value) {
    let world = World::new().await;
    world.ingest(1).await;
    world.run_with([(3, Accident::KilledBefore)]);
    let listing = world.listing("v-1");
    assert_eq!((&listing["state"], &listing["files_uploaded"]), (&json!("uploading"), &json!(1)));
    (world, listing["listing_id"].clone())
}

#[tokio::test]
async fn an_ad_on_its_way_goes_on_with_the_new_addresses() {
    let (world, id) = on_its_way().await;
    world.ingest(2).await;
    assert_eq!(world.run_with([]).must(0, &[]).count("inserted"), 1);
    must_be_whole(&world, "v-1").await;
    assert_eq!((world.on_board().await["v-1"].len(), &world.listing("v-1")["listing_id"]), (1, &id));

    // what the board has cannot be seen again, and it goes on with the rest
    let (world, id) = on_its_way().await;
    world.host.put("/logo.png", "404 Not Found", b"");
    world.ingest(2).await;
    let run = world.run_with([]);
    assert_eq!(run.must(0, &["it counts as unchanged"]).count("inserted"), 1);
    assert_eq!((world.on_board().await["v-1"].len(), &world.listing("v-1")["listing_id"]), (1, &id));
}

#[tokio::test]
async fn a_file_that_was_not_there_comes_from_its_new_address() {
    for (status, code) in [("404 Not Found", 2), ("503 Service Unavailable", 1)] {
        let (world, id) = on_its_way().await;
        world.host.put("/flyer.pdf", status, b"");
        world.ingest(2).await;
        world.run_with([]).must(code, &[]);
        let listing = world.listing("v-1");
        assert_eq!(listing["step"], "fetch");
        assert!(listing["reason"].as_str().unwrap().contains(status), "the old address was asked: {listing}");
        world.host.put("/flyer.pdf", "200 OK", PDF);
        world.run_with([]).must(0, &[]);
        must_be_whole(&world, "v-1").await;
        assert_eq!((world.on_board().await["v-1"].len(), &world.listing("v-1")["listing_id"]), (1, &id));
    }
}

#[tokio::test]
async fn an_ad_on_its_way_with_other_files_begins_anew() {
    let (world, id) = on_its_way().await;
    world.host.put("/logo.png", "200 OK", &another_png());
    world.ingest(2).await;
    assert_eq!(world.run_with([]).must(0, &[]).count("inserted"), 1);
    assert_eq!(world.on_view("v-1").await.len(), 1);
    assert!(world.on_board().await["v-1"].len() == 2 && world.listing("v-1")["listing_id"] != id);
}

#[tokio::test]
async fn what_waits_for_a_person_goes_on_waiting() {
    let world = World::new().await;
    world.ingest(1).await;
    let once = || world.transfer().with("TRANSFER_MAX_TRIES", "1");
    for (signature, refused) in [(2, 1), (3, 0)] {
        // the trial of the account is taken, and the ad is not
        world.board.gate.plan([(0, REFUSED)]);
        world.run(once()).must(if refused == 1 { 2 } else { 0 }, &["it waits for a person"]);
        assert_eq!(world.board.gate.calls().len(), 2 * refused, "it is not tried again for that");
        world.ingest(signature).await;
    }
    assert_eq!(world.listing("v-1")["state"], "held");
}
