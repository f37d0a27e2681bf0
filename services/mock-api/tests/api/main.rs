//! The real binary, asked over HTTP as a stranger would ask it.

mod access;
mod answers;
mod control;
mod documents;
mod golden;
mod harness;
mod lifecycle;
mod postgres;
mod windows;
mod world;
