//! What the store has: the postings, and what the board was told of their vacancies.

use std::collections::BTreeMap;

use store::{
    Board, Store, StoreError,
    entity::{board_attachment, board_listing, posting},
};

pub(crate) struct Records {
    pub(crate) postings: Vec<posting::Model>,
    /// The newest listing of each vacancy that has one.
    pub(crate) latest: BTreeMap<String, board_listing::Model>,
    /// The files of these listings, of each place the last attempt.
    pub(crate) files: BTreeMap<String, BTreeMap<i32, board_attachment::Model>>,
}

pub(crate) async fn read(store: &Store, board: &Board) -> Result<Records, StoreError> {
    // the newest generation comes last, and so does the last attempt
    let listings = store.listings(board).await?.into_iter();
    let latest: BTreeMap<_, _> = listings.map(|listing| (listing.vacancy_id.clone(), listing)).collect();
    let mut files: BTreeMap<String, BTreeMap<_, _>> = latest.keys().map(|key| (key.clone(), BTreeMap::new())).collect();
    for file in store.attachments(board).await? {
        if latest.get(&file.vacancy_id).is_some_and(|listing| listing.generation == file.generation) {
            files.entry(file.vacancy_id.clone()).or_default().insert(file.position, file);
        }
    }
    Ok(Records { postings: store.live_postings().await?, latest, files })
}

/// The files of a listing, of each place the last attempt.
pub(crate) async fn files_of(
    store: &Store,
    listing: &board_listing::Model,
) -> Result<Vec<board_attachment::Model>, StoreError> {
    let all = store.attachments_of(listing).await?.into_iter();
    let last: BTreeMap<i32, _> = all.map(|file| (file.position, file)).collect();
    Ok(last.into_values().collect())
}
