//! The real binary, asked over HTTP as a stranger would ask it.

mod access;
mod answers;
mod board;
mod control;
mod departments;
mod documents;
mod faults;
mod golden;
mod harness;
mod hostile;
mod lifecycle;
mod own;
mod postgres;
mod windows;
mod world;
