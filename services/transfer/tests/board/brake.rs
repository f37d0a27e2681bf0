//! Many ads that have changed at once: a slip in the mapping file more likely than work, and each would be there twice.

use rig::{Ended, Program};
use serde_json::json;
use store::entity::posting;

use crate::world::{MAPPING, World, mapping};

/// One more than go at once.
const MANY: usize = 11;

impl World {
    /// So many are published.
    async fn many() -> Self {
        let mut world = Self::new().await;
        world.on_change = "republish";
        world.host.sign(1);
        world.store.list(world.nurses(MANY)).await;
        assert_eq!(world.run_with([]).must(0, &[]).count("inserted"), MANY as u64);
        world
    }

    fn nurses(&self, count: usize) -> Vec<posting::Model> {
        (0..count).map(|number| self.posting(&format!("v-{number:02}"), "Nurse", &["/logo.png"])).collect()
    }

    /// With another telephone number in the mapping file.
    fn with_a_slip(&self, words: &[&str]) -> Ended {
        let slip = mapping(&MAPPING.replace("424242", "424243"));
        let program = self.transfer().with("TRANSFER_MAPPING_FILE", slip.path().display().to_string());
        self.board.gate.plan([]);
        self.run(words.iter().fold(program, |program: Program, word| program.argument(*word)))
    }

    fn notices(&self, notice: &str) -> usize {
        self.listings().iter().filter(|listing| listing["notice"] == notice).count()
    }
}

#[tokio::test]
async fn a_few_go_at_once() {
    let world = World::many().await;
    // one was withdrawn, and the ten others have changed
    world.store.list(world.nurses(MANY).split_off(1)).await;
    let run = world.with_a_slip(&[]);
    assert_eq!((run.must(0, &[]).count("updated"), run.count("removed")), (10, 1));
}

#[tokio::test]
async fn more_than_is_plausible_is_not_handed_over_anew_until_somebody_has_looked() {
    let world = World::many().await;
    world.store.list(world.nurses(MANY + 1)).await;
    let words = [
        "11 of 11 published ads have changed, which is more than the 10 that are handed over anew without asking",
        "none of them is",
        "run transfer once with --accept-changes 11",
        "1 were published",
    ];
    world.with_a_slip(&[]).must(2, &words);
    let made: usize = world.on_board().await.values().map(Vec::len).sum();
    assert_eq!((made, world.notices("changed"), world.notices("replaced")), (12, 11, 0));
    // 11 of 12 now; and fewer than there are is not enough
    let run = world.with_a_slip(&["--accept-changes", "10"]);
    run.must(2, &["11 of 12 published ads", "--accept-changes 11"]);
    assert_eq!(world.board.gate.calls(), [] as [&str; 0]);
    let plan = world.with_a_slip(&["plan"]);
    plan.must(0, &["11 of 12 published ads have changed", "--accept-changes 11"]);
    assert!(!plan.out.contains("hand over anew"), "{}", plan.out);
    assert_eq!(world.with_a_slip(&["--accept-changes", "11"]).must(0, &[]).count("updated"), 11);
    assert_eq!((world.on_view("v-00").await.len(), world.notices("replaced")), (2, 11));
    assert_eq!(world.with_a_slip(&[]).must(0, &[]).count("unchanged"), 12);
}

#[tokio::test]
async fn a_slip_that_is_mended_leaves_nothing() {
    let world = World::many().await;
    world.with_a_slip(&[]).must(2, &["--accept-changes 11"]);
    assert_eq!(world.run_with([]).must(0, &[]).count("unchanged"), MANY as u64);
    assert_eq!((world.notices("changed"), world.on_board().await["v-00"].len()), (0, 1));
}

#[tokio::test]
async fn only_true_changes_count() {
    let world = World::many().await;
    world.host.sign(2);
    let mut postings = world.nurses(MANY);
    postings[3] = world.posting("v-03", "Head nurse", &["/logo.png"]);
    world.store.list(postings).await;
    let run = world.run_with([]);
    assert_eq!((run.must(0, &[]).count("updated"), run.count("unchanged")), (1, 10));

    // files that are others count like words that are others
    world.host.sign(3);
    world.host.put("/logo.png", "200 OK", &[crate::hosts::PNG, b"new"].concat());
    world.store.list(world.nurses(MANY)).await;
    world.run_with([]).must(2, &["11 of 11 published ads have changed", "--accept-changes 11"]);
    assert_eq!(world.board.gate.calls(), [] as [&str; 0]);
}

#[tokio::test]
async fn accepting_what_is_only_reported_is_a_mistake() {
    let world = World::new().await;
    world.store.list(world.nurses(1)).await;
    let run = world.run(world.transfer().argument("--accept-changes").argument("11"));
    run.must(2, &["--accept-changes is for TRANSFER_ON_CHANGE=republish"]);
    assert_eq!(world.listing("v-00"), json!(null));
}
