//! Answers that are none, that are not believed, or that come only when asked for again.

mod bodies;
mod judgement;
mod refused;
mod retries;
