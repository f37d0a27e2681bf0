//! `/_mock`.

mod faults;
mod own;
mod world;
