//! The real binary, asked over HTTP as a stranger would ask it.

mod board;
mod control_plane;
mod documents;
mod emply;
mod harness;
mod hostile;
mod lifecycle;
mod postgres;
mod rough;
mod truth;
mod world;
