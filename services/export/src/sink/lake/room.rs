//! When the disk is full.

use std::{
    io::{self, ErrorKind},
    path::Path,
};

/// Says what to do, when an error means that there is no room left; others are as they were.
pub(super) fn explained(error: anyhow::Error, lake: &Path) -> anyhow::Error {
    let kinds = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    if !kinds.into_iter().any(|kind| matches!(kind, ErrorKind::StorageFull | ErrorKind::QuotaExceeded)) {
        return error;
    }
    error.context(format!(
        "no room is left for the lake at LAKE_PATH {}: make room on that disk, and the next run does the rest. What the lake \
         had is untouched. Now and then it is written anew, for which it needs its own size once more",
        lake.display()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_recognised_below_others() {
        let below = |kind| {
            let parquet = parquet::errors::ParquetError::from(io::Error::from(kind));
            format!("{:#}", explained(anyhow::Error::new(parquet).context("writing a file"), Path::new("/a/lake")))
        };
        let said = below(ErrorKind::StorageFull);
        assert!(said.starts_with("no room is left for the lake at LAKE_PATH /a/lake: make room"), "{said}");
        assert!(said.contains("writing a file"), "{said}");
        assert!(below(ErrorKind::QuotaExceeded).starts_with("no room is left"));
        assert!(below(ErrorKind::PermissionDenied).starts_with("writing a file"));
    }
}
