//! What a file system refuses, and what is to be done about it.

use std::{
    io::{self, ErrorKind},
    path::Path,
};

use runtime::Final;

#[derive(Debug, Clone, Copy)]
pub(super) enum WrittenTo<'a> {
    Lake(&'a Path),
    /// The system's folder for what is soon gone again.
    Temporary(&'a Path),
}

/// Says what to do, when there is no room left, or a place cannot be written to; other errors are as they were.
pub(super) fn explained(error: anyhow::Error, place: WrittenTo<'_>) -> anyhow::Error {
    let kinds = error.chain().filter_map(|cause| cause.downcast_ref::<io::Error>()).map(io::Error::kind);
    let found = kinds.into_iter().find_map(Accident::of);
    // what is final already says what to do
    let Some(accident) = found.filter(|_| !error.is::<Final>()) else { return error };
    let said = place.said(accident);
    // room may be there again by the next run; all else stays as it is until a person changes it
    if accident == Accident::NoRoom { error.context(said) } else { error.context(Final::new(said)) }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Accident {
    NoRoom,
    ReadOnly,
    NotAllowed,
    NoFolder,
}

impl Accident {
    fn of(kind: ErrorKind) -> Option<Self> {
        match kind {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Some(Self::NoRoom),
            ErrorKind::ReadOnlyFilesystem => Some(Self::ReadOnly),
            ErrorKind::PermissionDenied => Some(Self::NotAllowed),
            ErrorKind::NotADirectory | ErrorKind::IsADirectory => Some(Self::NoFolder),
            _ => None,
        }
    }
}

impl WrittenTo<'_> {
    fn said(self, accident: Accident) -> String {
        let (what, setting, after) = match self {
            Self::Lake(path) => (format!("the lake at LAKE_PATH {}", path.display()), "LAKE_PATH", UNTOUCHED),
            Self::Temporary(path) => (format!("temporary files at {}", path.display()), "TMPDIR", ""),
        };
        match accident {
            Accident::NoRoom => {
                let again = if after.is_empty() { "" } else { GROWS };
                format!(
                    "no room is left for {what}: make room on that disk, and the next run does the rest{after}{again}"
                )
            }
            Accident::ReadOnly => format!(
                "{what} can only be read: mount that place so that it can be written to, or let {setting} name another{after}"
            ),
            Accident::NotAllowed => format!(
                "{what} may not be used by the user that this runs as: give that user the folder and what is in it, or let {setting} \
                 name another{after}"
            ),
            Accident::NoFolder => format!(
                "{what} cannot be used as a folder: there is a file in the place of a folder, or a folder in the place of a file. Remove \
                 it, or let {setting} name another{after}"
            ),
        }
    }
}

const UNTOUCHED: &str = ". What the lake had is untouched";
const GROWS: &str = ". Now and then it is written anew, for which it needs its own size once more";

#[cfg(test)]
mod tests {
    use runtime::ExitStatus;

    use super::*;

    fn below(kind: ErrorKind, place: WrittenTo<'_>) -> (u8, String) {
        let parquet = parquet::errors::ParquetError::from(io::Error::from(kind));
        let error = explained(anyhow::Error::new(parquet).context("writing a file"), place);
        (ExitStatus::of(&error).code(), format!("{error:#}"))
    }

    #[test]
    fn a_full_disk_is_recognised_below_others() {
        let (code, said) = below(ErrorKind::StorageFull, WrittenTo::Lake(Path::new("/a/lake")));
        assert!(said.starts_with("no room is left for the lake at LAKE_PATH /a/lake: make room"), "{said}");
        assert!(code == 1 && said.contains("writing a file"), "{said}");
        assert!(below(ErrorKind::QuotaExceeded, WrittenTo::Lake(Path::new("/a"))).1.starts_with("no room is left"));
        let (code, said) = below(ErrorKind::StorageFull, WrittenTo::Temporary(Path::new("/tmp")));
        assert!(code == 1 && said.starts_with("no room is left for temporary files at /tmp: make room"), "{said}");
        assert_eq!(below(ErrorKind::Other, WrittenTo::Temporary(Path::new("/tmp"))).0, 1);
    }

    #[test]
    fn what_no_retry_can_help_is_final_and_names_the_way_out() {
        for (kind, words) in [
            (ErrorKind::ReadOnlyFilesystem, "can only be read"),
            (ErrorKind::PermissionDenied, "may not be used by the user"),
            (ErrorKind::NotADirectory, "cannot be used as a folder"),
        ] {
            for (place, setting) in [
                (WrittenTo::Lake(Path::new("/a")), "let LAKE_PATH name"),
                (WrittenTo::Temporary(Path::new("/a")), "let TMPDIR name"),
            ] {
                let (code, said) = below(kind, place);
                assert!(code == 2 && said.contains("/a") && said.contains(words) && said.contains(setting), "{said}");
                assert!(said.contains("writing a file"), "{said}");
            }
        }
    }
}
