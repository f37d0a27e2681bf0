//! Emply's endpoints.

mod access;
mod answers;
mod departments;
mod golden;
mod windows;
