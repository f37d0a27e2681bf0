//! Emply's endpoints.

mod access;
mod answers;
pub(crate) mod customers;
mod departments;
mod golden;
pub(crate) mod kept;
mod windows;
