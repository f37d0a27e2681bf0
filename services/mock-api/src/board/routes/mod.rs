//! The calls, one file each.

pub(super) mod create;
pub(super) mod prepare_upload;
pub(super) mod publish;
pub(super) mod test;
pub(super) mod upload;
