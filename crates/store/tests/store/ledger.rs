//! What a job board was told: rows are written down as a whole, and those of boards and modes are kept apart.

use std::slice::from_ref;

use store::{
    Board,
    entity::{
        board_attachment::{self, AttachmentState},
        board_listing::{self, ListingState, Notice, Step},
        posting::Model,
    },
};

use crate::{
    place::Place,
    records::{SITE, day, posting},
    session::{Rows, Session},
};

rig::on_each_backend!(
    every_column_comes_back,
    a_row_is_written_anew_and_not_twice,
    boards_and_modes_are_kept_apart,
    a_board_can_move,
    files_of_a_shorter_ad_go,
    live_postings_come_without_their_raw_form,
);

fn board(base_url: &str, mode: &str) -> Board {
    Board { base_url: base_url.to_owned(), mode: mode.to_owned() }
}

pub(crate) fn listing(board: &Board, vacancy: &str, generation: i32) -> board_listing::Model {
    board_listing::Model {
        board: board.base_url.clone(),
        mode: board.mode.clone(),
        vacancy_id: vacancy.to_owned(),
        generation,
        media_id: "medium".to_owned(),
        state: ListingState::Unknown,
        step: Some(Step::Create),
        reason: Some("the answer was lost".to_owned()),
        notice: Some(Notice::Replaced),
        listing_id: Some("58089674d3fa73a0a457b72c".to_owned()),
        content_hash: "ab".to_owned(),
        tries: 3,
        planned_at: day(1),
        moved_at: day(3),
        published_at: Some(day(2)),
        run_id: "run".to_owned(),
    }
}

fn file(listing: &board_listing::Model, position: i32, attempt: i32) -> board_attachment::Model {
    board_attachment::Model {
        board: listing.board.clone(),
        mode: listing.mode.clone(),
        vacancy_id: listing.vacancy_id.clone(),
        generation: listing.generation,
        position,
        attempt,
        url: "https://cdn.example.org/logo.png".to_owned(),
        filename: "logo.png".to_owned(),
        mime_type: "image/png".to_owned(),
        bytes: 5_000_000_000,
        sha256: Some("cd".to_owned()),
        state: AttachmentState::Orphaned,
        attachment_id: Some("UFNUTUNWBN".to_owned()),
        moved_at: day(1),
    }
}

async fn every_column_comes_back(place: &Place) {
    let Session { store, writer } = Session::begin(place).await;
    let board = board("https://board", "create");
    let (first, second) = (listing(&board, "v-1", 1), listing(&board, "v-1", 2));
    let files = [file(&first, 0, 1), file(&first, 0, 2), file(&first, 1, 1)];
    writer.note(&[second.clone(), first.clone()], &files).await.unwrap();
    assert_eq!(store.listings(&board).await.unwrap(), [first.clone(), second.clone()]);
    assert_eq!(store.attachments_of(&first).await.unwrap(), files);
    assert_eq!(store.attachments_of(&second).await.unwrap(), []);
    assert_eq!(store.attachments(&board).await.unwrap(), files);
}

async fn a_row_is_written_anew_and_not_twice(place: &Place) {
    let Session { store, writer } = Session::begin(place).await;
    let board = board("https://board", "create");
    let mut row = listing(&board, "v-1", 1);
    let mut uploaded = file(&row, 0, 1);
    writer.note(from_ref(&row), from_ref(&uploaded)).await.unwrap();
    row.state = ListingState::Published;
    (row.step, row.reason, row.notice) = (None, None, None);
    uploaded.state = AttachmentState::Uploaded;
    writer.note(from_ref(&row), from_ref(&uploaded)).await.unwrap();
    assert_eq!(store.listings(&board).await.unwrap(), [row.clone()]);
    assert_eq!(store.attachments_of(&row).await.unwrap(), [uploaded]);
}

async fn boards_and_modes_are_kept_apart(place: &Place) {
    let Session { store, writer } = Session::begin(place).await;
    let boards = [board("https://a", "create"), board("https://a", "test"), board("https://b", "create")];
    for board in &boards {
        let row = listing(board, "v-1", 1);
        writer.note(from_ref(&row), &[file(&row, 0, 1)]).await.unwrap();
    }
    for board in &boards {
        let row = listing(board, "v-1", 1);
        assert_eq!(store.attachments(board).await.unwrap(), [file(&row, 0, 1)]);
        assert_eq!(store.listings(board).await.unwrap(), [row]);
    }
    assert_eq!(store.boards("create").await.unwrap(), ["https://a", "https://b"]);
    assert_eq!(store.boards("test").await.unwrap(), ["https://a"]);
}

async fn a_board_can_move(place: &Place) {
    let Session { store, writer } = Session::begin(place).await;
    let (old, trial, new) = (board("https://a", "create"), board("https://a", "test"), board("https://b", "create"));
    for board in [&old, &trial] {
        let row = listing(board, "v-1", 1);
        writer.note(from_ref(&row), &[file(&row, 0, 1)]).await.unwrap();
    }
    writer.move_board("create", "https://a", "https://b").await.unwrap();
    let moved = listing(&new, "v-1", 1);
    assert_eq!(&store.listings(&new).await.unwrap(), from_ref(&moved));
    assert_eq!(store.attachments_of(&moved).await.unwrap(), [file(&moved, 0, 1)]);
    assert_eq!(store.listings(&old).await.unwrap(), []);
    assert_eq!(store.listings(&trial).await.unwrap().len(), 1);
}

async fn files_of_a_shorter_ad_go(place: &Place) {
    let Session { store, writer } = Session::begin(place).await;
    let board = board("https://board", "create");
    let (one, other) = (listing(&board, "v-1", 1), listing(&board, "v-2", 1));
    let files = [file(&one, 0, 1), file(&one, 1, 1), file(&one, 2, 1), file(&other, 2, 1)];
    writer.note(&[one.clone(), other.clone()], &files).await.unwrap();
    writer.drop_attachments(&one, 1).await.unwrap();
    assert_eq!(store.attachments_of(&one).await.unwrap(), [file(&one, 0, 1)]);
    assert_eq!(store.attachments_of(&other).await.unwrap(), [file(&other, 2, 1)]);
}

async fn live_postings_come_without_their_raw_form(place: &Place) {
    let session = Session::begin(place).await;
    session.postings(day(1), &[posting("v-1", SITE), posting("v-2", SITE)]).await;
    let live = session.store.live_postings().await.unwrap();
    let stored = Rows::of(place).await.postings;
    let without_raw: Vec<_> = stored.into_iter().map(|row| Model { raw: String::new(), ..row }).collect();
    assert_eq!(live, without_raw);
    assert_eq!((live[0].titles(), live[0].ads()), (posting("v-1", SITE).title, posting("v-1", SITE).advertisements));
    assert_eq!((live[0].contents(), live[0].known_facts()), (posting("v-1", SITE).content, posting("v-1", SITE).facts));
    place.execute("UPDATE posting SET removed_at = first_seen WHERE vacancy_id = 'v-1'").await;
    let left: Vec<_> = session.store.live_postings().await.unwrap().into_iter().map(|row| row.vacancy_id).collect();
    assert_eq!(left, ["v-2"]);
}
