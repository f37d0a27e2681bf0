//! The source's time: its clock, and how it reads the bounds of a window.

mod clock;
mod windows;
