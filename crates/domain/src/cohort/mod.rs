//! What is told of applications that came in in one month, together: also when they themselves are forgotten.
//!
//! - [`Calendar`]: on which day, and in which month, something was. [`Group`]: of which applications something is told, and
//!   whether they are enough.
//! - [`Closed`]: what an application that is over has come to, by what was seen of it.

mod calendar;
mod group;
mod history;

pub use calendar::{Calendar, Month};
pub use group::{Group, Grouping, Size};
pub use history::{Closed, Event, Kind, Outcome, Standing, Summary};
