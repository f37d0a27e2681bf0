//! HTTP as strangers speak it.
//!
//! - [`server`]: a server that sends what it is told, byte by byte, so that an answer can be wrong in any way
//! - [`request`]: what it was asked; [`answer`]: what it says to that, and where it stops in between
//! - [`silence`]: takes connections, and never says anything, or never all of it
//! - [`client`]: asks, and looks at single answers

pub mod answer;
pub mod client;
pub mod request;
pub mod server;
pub mod silence;

pub use answer::{Answer, Gate};
pub use client::client;
pub use request::Request;
pub use server::{Server, nobody};
pub use silence::Silence;
