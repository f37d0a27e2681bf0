//! What is to be handed over comes from the store, with what the board was told of it; the files that ads refer to, from hosts on
//! a list.

pub(crate) mod files;
pub(crate) mod postings;
