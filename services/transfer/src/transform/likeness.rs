//! Whether a posting still says what was handed over.

use std::collections::BTreeMap;

use store::entity::{board_attachment, board_listing};
use url::Url;

use super::Draft;

/// The files of a listing as the ledger has them: of each place the last attempt.
pub type Files = BTreeMap<i32, board_attachment::Model>;

/// What a posting says now, held against what was handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Likeness {
    /// The same, and its files are where they were.
    Same,
    /// The same text. Files have other addresses: whether they are other files, only their bytes tell.
    Moved,
    /// The same text, and files with other addresses that cannot be fetched.
    Unseen,
    Changed,
}

impl Likeness {
    /// As far as it can be told without asking anybody.
    pub fn of(listing: &board_listing::Model, files: &Files, draft: &Draft) -> Self {
        if listing.content_hash != draft.content_hash {
            return Self::Changed;
        }
        // one that a person has found half done: its files are fetched when they are handed over, all of them or none
        if files.is_empty() && listing.state != board_listing::ListingState::Published {
            return Self::Same;
        }
        if moved(files, draft).next().is_none() { Self::Same } else { Self::Moved }
    }
}

/// The files that are not where their bytes were seen last, by place.
pub(crate) fn moved<'a>(files: &'a Files, draft: &'a Draft) -> impl Iterator<Item = (i32, &'a Url)> {
    draft.places().filter(|(place, url)| {
        let is_there = |file: &board_attachment::Model| file.url == url.as_str() && file.sha256.is_some();
        !files.get(place).is_some_and(is_there)
    })
}
