//! Answers that are none, that are not believed, that come only when asked for again, or that are too long for one commit.

mod as_others_write;
mod bodies;
mod judgement;
mod long;
mod refused;
mod retries;
