//! A store that was restored, copied or moved does not know what the board was told since. Nothing is there twice for that.

use std::io::Write as _;

use rig::{Backend, Ended};
use serde_json::Value;

use crate::{
    gate::{AWAY, Accident},
    hosts::PDF,
    steps::must_be_whole,
    world::{Board, World},
};

/// What a run says in another place.
const HELD: [&str; 4] = [
    "the store is not where it was",
    "so it was told nothing",
    "`transfer resolve` (docs/backup.md has the steps)",
    "--board-asked",
];

impl World {
    /// Five postings, two of which have a file.
    async fn list_five(&self) {
        let files: [&[&str]; 5] = [&[], &["/logo.png"], &[], &["/flyer.pdf"], &[]];
        let rows = (1..).zip(files).map(|(number, files)| self.posting(&format!("v-{number}"), "Nurse", files));
        self.store.list(rows.collect()).await;
    }

    /// Writes down what the board has, as somebody does who has looked there, of those vacancies that are asked for.
    pub(crate) async fn ask_the_board(&self, of: impl Fn(&str) -> bool) {
        for (vacancy, there) in self.on_board().await.into_iter().filter(|(vacancy, _)| of(vacancy)) {
            let on_view = there.iter().rfind(|listing| listing["published"].is_string());
            let newest = on_view.or(there.last()).unwrap();
            let option = if on_view.is_some() { "--on-view" } else { "--created" };
            if on_view.is_none() && self.listing(&vacancy)["listing_id"].is_string() {
                // it is known, and goes on by itself
                continue;
            }
            let resolve = self.transfer().argument("resolve").argument(&vacancy).argument(option);
            self.run(resolve.argument(newest["id"].as_str().unwrap())).must(0, &[]);
        }
    }

    pub(crate) fn run_asked(&self) -> Ended {
        self.run(self.transfer().argument("--board-asked"))
    }

    async fn each_is_there_once(&self) {
        let on_board = self.on_board().await;
        assert_eq!(on_board.len(), 5);
        for (vacancy, there) in on_board {
            assert!(there.len() == 1 && there[0]["published"].is_string(), "{vacancy}: {there:?}");
        }
    }
}

async fn on_each(test: impl AsyncFn(World)) {
    for backend in Backend::there() {
        test(World::on(Board::start(), backend).await).await;
    }
}

#[tokio::test]
async fn a_ledger_of_before_hands_nothing_over_again() {
    on_each(async |world| {
        world.list_five().await;
        // as it is before anything was handed over, so that the ledger is empty
        let before = world.store.database.copy().await;
        assert_eq!(world.run_with([]).must(0, &[]).count("inserted"), 5);
        world.store.database.restore(before).await;
        assert_eq!(world.listings(), [] as [Value; 0], "the ledger is empty");
        for _ in 0..2 {
            world.run_with([]).must(2, &HELD);
            assert_eq!(world.board.gate.calls(), [] as [&str; 0], "nothing is asked of the board");
        }
        let check = world.run(world.transfer().argument("check"));
        check.must(2, &[]);
        assert!(check.out.contains("the store is not where it was"), "{}", check.out);
        world.each_is_there_once().await;

        world.ask_the_board(|_| true).await;
        // what was written down changes nothing by itself
        world.run_with([]).must(2, &HELD);
        assert_eq!(world.run_asked().must(0, &[]).count("unchanged"), 5);
        world.each_is_there_once().await;
        assert_eq!(world.run_with([]).must(0, &[]).count("unchanged"), 5, "from here on it is as ever");
        world.each_is_there_once().await;
    })
    .await;
}

#[tokio::test]
async fn what_nobody_has_written_down_is_handed_over_when_the_board_was_asked() {
    on_each(async |world| {
        world.list_five().await;
        world.run_with([(0, AWAY)]).must(1, &[]);
        // it was moved, and nothing was told since
        let copy = world.store.database.copy().await;
        world.store.database.restore(copy).await;
        world.run_with([]).must(2, &HELD);
        assert_eq!(world.run_asked().must(0, &[]).count("inserted"), 5);
        world.each_is_there_once().await;
    })
    .await;
}

#[tokio::test]
async fn an_ad_that_was_half_done_goes_on_once_somebody_has_found_it() {
    on_each(async |world| {
        world.list_five().await;
        let before = world.store.database.copy().await;
        // killed after the first ad was made, before it was published
        world.run_with([(1, Accident::KilledBefore)]);
        assert_eq!(world.on_board().await.len(), 1);
        world.store.database.restore(before).await;
        world.ask_the_board(|_| true).await;
        assert_eq!(world.run_asked().must(0, &[]).count("inserted"), 5);
        world.each_is_there_once().await;
    })
    .await;
}

#[tokio::test]
async fn an_ad_that_was_half_done_gets_all_of_its_files_or_waits() {
    let world = World::new().await;
    world.store.list(vec![world.posting("v-1", "Nurse", &["/logo.png", "/flyer.pdf"])]).await;
    let before = world.store.database.copy().await;
    world.run_with([(1, Accident::KilledBefore)]);
    world.store.database.restore(before).await;
    world.ask_the_board(|_| true).await;
    // the second file is not there just now
    world.host.put("/flyer.pdf", "503 Service Unavailable", &[]);
    world.run_asked().must(1, &[]);
    assert!(world.on_view("v-1").await.is_empty(), "an ad without one of its files is on view");
    world.host.put("/flyer.pdf", "200 OK", PDF);
    assert_eq!(world.run_with([]).must(0, &[]).count("inserted"), 1);
    must_be_whole(&world, "v-1").await;
    assert_eq!(world.on_board().await["v-1"].len(), 1);
}

#[tokio::test]
async fn what_is_on_view_takes_the_place_of_what_was() {
    let mut world = World::new().await;
    world.on_change = "republish";
    world.store.list(vec![world.posting("v-1", "Nurse", &[])]).await;
    world.run_with([]).must(0, &[]);
    let before = world.store.database.copy().await;
    world.store.list(vec![world.posting("v-1", "Cook", &[])]).await;
    world.run_with([]).must(0, &[]);
    world.store.database.restore(before).await;
    world.store.list(vec![world.posting("v-1", "Cook", &[])]).await;
    world.run_with([]).must(2, &HELD);
    world.ask_the_board(|_| true).await;
    world.run_asked().must(0, &[]);
    assert_eq!(world.on_view("v-1").await.len(), 2, "the old one, and the new one once");
    let notices: Vec<_> = world.listings().iter().map(|listing| listing["notice"].clone()).collect();
    assert_eq!(notices, [Value::from("replaced"), Value::Null], "the old one is to be removed by hand");
}

#[tokio::test]
async fn a_list_says_it_of_many() {
    let world = World::new().await;
    world.list_five().await;
    let before = world.store.database.copy().await;
    world.run_with([]).must(0, &[]);
    world.store.database.restore(before).await;
    let lines = world
        .on_board()
        .await
        .into_iter()
        .map(|(vacancy, there)| format!("{vacancy} --on-view {}\n", there[0]["id"].as_str().unwrap()));
    let lines: String = lines.collect();
    let list = |text: &str| {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        let resolve = world.transfer().argument("resolve").argument("--file").argument(file.path());
        world.run(resolve)
    };
    // nothing is written down of a list that cannot be read
    for wrong in ["v-9", "v-9 --on-view", "v-9 --updated --removed", "--on-view X", "v-9 --file x"] {
        list(&format!("{lines}\n{wrong}\n")).must(2, &["line 7 of", "nothing was written down"]);
    }
    assert_eq!(world.listings(), [] as [Value; 0]);
    list(&format!("{lines}v-9 --removed\n")).must(2, &["line 6 of", "what stands before it was written down"]);
    assert_eq!(world.run_asked().must(0, &[]).count("unchanged"), 5);
    world.each_is_there_once().await;
    for words in [&["resolve"][..], &["resolve", "v-1"], &["resolve", "v-1", "--file", "x"], &["resolve", "--removed"]]
    {
        let program = words.iter().fold(world.transfer(), |program, word| program.argument(*word));
        assert_eq!(world.run(program).code(), Some(2), "{words:?}");
    }
}

#[tokio::test]
async fn an_id_is_told_from_what_is_none() {
    let world = World::new().await;
    world.list_five().await;
    for (found, words) in
        [("--on-view", "--on-view wants the board's id"), ("--created", "--created wants the board's id")]
    {
        let resolve = world.transfer().argument("resolve").argument("v-1").argument(found).argument("../x");
        world.run(resolve).must(2, &[words]);
    }
    let resolve = world.transfer().argument("resolve").argument("v-7").argument("--created").argument("A1");
    world.run(resolve).must(2, &["was told nothing of v-7"]);
}
