//! transfer and the mock's board: whatever happens between the two, a posting is there once and whole, or waits for a person
//! with a reason.
//!
//! - `world`: a store with postings, a board, and a host of files; `transfer` with the settings for them
//! - `gate`: stands between transfer and the board, and lets calls go wrong one by one
//! - `schedules`: random ones, by their seed
//! - `steps`: each thing that can go wrong, at each call; and each fault of the mock
//! - `by_hand`: what people do: changes, withdrawals, answers from the board's staff
//! - `addresses`: files whose addresses change, with the files and without them
//! - `brake`: many ads that have changed at once
//! - `restores`: stores that do not know what the board was told since
//! - `mistakes`: settings, mapping files and files that are wrong
//! - `texts`: languages, tags and files as people leave them
//! - `document`: the shell example of the board's document

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod addresses;
mod brake;
mod by_hand;
mod document;
mod gate;
mod hosts;
mod mistakes;
mod restores;
mod schedules;
mod steps;
mod texts;
mod world;
