//! What people do: they change and withdraw postings, and tell what the board's staff has told them.

use rig::Ended;
use serde_json::json;

use crate::{gate::Accident, steps::must_be_whole, world::World};

impl World {
    fn resolve(&self, vacancy: &str, found: &[&str]) -> Ended {
        let program = self.transfer().argument("resolve").argument(vacancy);
        self.run(found.iter().fold(program, |program, word| program.argument(*word)))
    }

    async fn list_one(&self, title: &str) {
        self.store.list(vec![self.posting("v-1", title, &["/logo.png"])]).await;
    }

    async fn list_none(&self) {
        // a medium without a posting is not believed, so there is another one
        self.store.list(vec![self.posting("v-2", "Cook", &[])]).await;
    }
}

#[tokio::test]
async fn a_lost_create_waits_until_somebody_has_asked_the_board() {
    let world = World::new().await;
    world.list_one("Nurse").await;
    world.run_with([(0, Accident::LostAfter)]).must(2, &["1 postings wait for a person from now on"]);
    world.run_with([]).must(0, &["it waits for a person"]);
    assert_eq!(world.board.gate.calls(), [] as [&str; 0], "nothing is asked of the board");
    let id = world.on_board().await["v-1"][0]["id"].as_str().unwrap().to_owned();
    world.resolve("v-1", &["--published"]).must(2, &["that does not fit: v-1 is unknown (create)"]);
    world.resolve("v-1", &["--created", "../x"]).must(2, &["letters and digits alone"]);
    world.resolve("v-1", &["--created", &id]).must(0, &[]);
    assert_eq!(world.run_with([]).must(0, &[]).count("inserted"), 1);
    must_be_whole(&world, "v-1").await;
    assert_eq!(world.on_board().await["v-1"].len(), 1);
}

#[tokio::test]
async fn what_a_person_asks_for_waits_for_the_run_that_is_at_work() {
    let world = World::new().await;
    world.list_one("Nurse").await;
    world.run_with([(0, Accident::LostBefore)]).must(2, &[]);
    let options = store::OpenOptions { service: "transfer", max_connections: 1, wait: rig::PATIENCE };
    let at_work = store::Store::open(&world.store.database.url, &options).await.unwrap().writer().await.unwrap();
    assert!(at_work.is_some());
    let republishing = |words: &[&str]| {
        let republishing = world.transfer().with("TRANSFER_ON_CHANGE", "republish");
        words.iter().fold(republishing, |program, word| program.argument(*word))
    };
    for words in [&["resolve", "v-1", "--not-created"][..], &["--same-board"], &["--accept-changes", "1"]] {
        let run = world.run(republishing(words).argument("--wait").argument("1s"));
        run.must(1, &["another transfer is at work on this store; waiting for its end", "nothing was done"]);
        assert!(run.out.starts_with("nothing was done: "), "{}", run.out);
        // nor is it skipped when nobody says how long it is to wait
        republishing(words).start().wait_for("another transfer is at work on this store; waiting for its end");
    }
    drop(at_work);
    world.resolve("v-1", &["--not-created"]).must(0, &[]);
}

#[tokio::test]
async fn a_create_that_never_arrived_is_made_again_when_somebody_says_so() {
    let world = World::new().await;
    world.list_one("Nurse").await;
    world.run_with([(0, Accident::LostBefore)]).must(2, &[]);
    world.resolve("v-1", &["--not-created"]).must(0, &[]);
    world.run_with([]).must(0, &[]);
    must_be_whole(&world, "v-1").await;
}

#[tokio::test]
async fn whoever_takes_the_risk_gets_it_made_again_by_itself() {
    let world = World::new().await;
    world.list_one("Nurse").await;
    world.run_with([(0, Accident::KilledAfter)]);
    world.run(world.transfer().with("TRANSFER_ON_UNKNOWN", "retry")).must(0, &[]);
    must_be_whole(&world, "v-1").await;
    assert_eq!(world.on_board().await["v-1"].len(), 2, "the first one is there too, unpublished");
}

#[tokio::test]
async fn a_lost_publish_is_asked_about() {
    for (found, listings) in [("--published", 1), ("--not-published", 2)] {
        let world = World::new().await;
        world.list_one("Nurse").await;
        world.run_with([(3, Accident::LostAfter)]).must(2, &[]);
        let listing = world.listing("v-1");
        assert_eq!((&listing["state"], &listing["step"]), (&json!("unknown"), &json!("publish")));
        world.resolve("v-1", &[found]).must(0, &[]);
        world.run_with([]).must(0, &[]);
        assert_eq!(world.listing("v-1")["state"], "published");
        assert_eq!(world.on_board().await["v-1"].len(), listings);
    }
}

#[tokio::test]
async fn a_change_after_publication_is_reported() {
    let world = World::new().await;
    world.list_one("Nurse").await;
    world.run_with([]).must(0, &[]);
    world.list_one("Head nurse").await;
    for _ in 0..2 {
        world.run_with([]).must(0, &["the posting has changed since it was published"]);
    }
    assert_eq!(world.listing("v-1")["notice"], "changed");
    world.resolve("v-1", &["--updated"]).must(0, &[]);
    assert_eq!(world.run_with([]).must(0, &[]).count("unchanged"), 1);
    assert_eq!(world.listing("v-1")["notice"], json!(null));
    assert_eq!(world.on_board().await["v-1"].len(), 1);
    // what is changed back needs nobody
    world.list_one("Nurse").await;
    world.run_with([]).must(0, &[]);
    world.list_one("Head nurse").await;
    world.run_with([]).must(0, &[]);
    assert_eq!(world.listing("v-1")["notice"], json!(null));
}

#[tokio::test]
async fn a_change_after_publication_is_handed_over_anew_if_that_is_wished() {
    let world = World::new().await;
    world.list_one("Nurse").await;
    world.run_with([]).must(0, &[]);
    world.list_one("Head nurse").await;
    let republishing = world.transfer().with("TRANSFER_ON_CHANGE", "republish");
    let run = world.run(republishing.clone());
    assert_eq!(run.must(0, &["remove the old one by hand"]).count("updated"), 1);
    assert_eq!(world.run(republishing).must(0, &[]).count("unchanged"), 1);
    assert_eq!(world.on_view("v-1").await.len(), 2);
    let old = &world.listings()[0];
    assert_eq!((&old["state"], &old["notice"]), (&json!("published"), &json!("replaced")));
    world.resolve("v-1", &["--removed"]).must(0, &[]);
    assert_eq!(world.listings()[0]["state"], "removed");
    assert_eq!(world.listing("v-1")["state"], "published");
}

#[tokio::test]
async fn a_withdrawal_after_publication_is_reported_and_before_it_nothing_is_left() {
    let world = World::new().await;
    world.list_one("Nurse").await;
    world.run_with([]).must(0, &[]);
    world.list_none().await;
    world.run_with([]).must(0, &["the posting is no longer to be shown: remove the listing by hand"]);
    assert_eq!(world.listing("v-1")["notice"], "withdrawn");
    world.resolve("v-1", &["--removed"]).must(0, &[]);
    world.run_with([]).must(0, &[]);
    assert_eq!(world.listing("v-1")["state"], "removed");
    // it comes back
    world.list_one("Nurse").await;
    assert_eq!(world.run_with([]).must(0, &[]).count("inserted"), 1);
    assert_eq!(world.on_board().await["v-1"].len(), 2);

    let world = World::new().await;
    world.list_one("Nurse").await;
    world.run_with([(1, Accident::KilledBefore)]);
    world.list_none().await;
    world.run_with([]).must(0, &[]);
    assert_eq!((world.listing("v-1")["state"].as_str(), world.on_view("v-1").await.len()), (Some("abandoned"), 0));
}

#[tokio::test]
async fn a_trial_is_kept_apart() {
    let world = World::new().await;
    world.list_one("Nurse").await;
    let trial = world.transfer().with("BOARD_MODE", "test");
    assert_eq!(world.run(trial.clone()).must(0, &[]).count("inserted"), 1);
    assert_eq!(world.run(trial).must(0, &[]).count("unchanged"), 1);
    assert_eq!(world.run_with([]).must(0, &[]).count("inserted"), 1);
    let modes: Vec<_> = world.on_board().await["v-1"].iter().map(|listing| listing["mode"].clone()).collect();
    assert_eq!(modes, [json!("test"), json!("create")]);
}

#[tokio::test]
async fn another_address_is_no_other_board_unless_somebody_says_so() {
    let world = World::new().await;
    world.list_one("Nurse").await;
    world.run_with([]).must(0, &[]);
    let moved = world.transfer().with("BOARD_BASE_URL", format!("http://{}/", world.board.mock.address));
    world.run(moved.clone()).must(2, &["--same-board", "--new-board"]);
    assert_eq!(world.run(moved.clone().argument("--same-board")).must(0, &[]).count("unchanged"), 1);
    assert_eq!(world.run(moved).must(0, &[]).count("unchanged"), 1);
    world.run(world.transfer()).must(2, &["--same-board"]);
    assert_eq!(world.run(world.transfer().argument("--new-board")).must(0, &[]).count("inserted"), 1);
    assert_eq!(world.on_view("v-1").await.len(), 2);
}
