//! The real binaries of all services, one after another and at the same time, on both databases.
//!
//! - `journey`: from the source to the mart, twice
//! - `killed`: ingest ended by SIGKILL, then run again
//! - `interleaved`: export at work between the slices of one ingest, and during them
//! - `forgotten`: no byte of a person who was forgotten, wherever they were
//! - `faults`: every fault of the source, and how ingest takes it
//! - `defaults`: what needs no setting
//! - `rough`: records as other systems write them
//! - `ipv6`: all of them at `::1`
//! - `disk`: a disk that is full, and one that takes no writes

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod defaults;
mod disk;
mod faults;
mod forgotten;
mod interleaved;
mod ipv6;
mod journey;
mod killed;
mod planted;
mod proxy;
mod rough;
mod source;
mod stages;
