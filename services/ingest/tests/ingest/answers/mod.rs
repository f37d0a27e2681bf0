//! Answers that are none, that are not believed, or that come only when asked for again.

mod as_others_write;
mod bodies;
mod judgement;
mod refused;
mod retries;
