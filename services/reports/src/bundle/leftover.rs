//! What is on disk only while a bundle is taken in.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file or folder that is removed in the end, however that comes: by an answer, by a connection that is reset, by a
/// panic. What a process that was killed leaves is removed at the next start.
#[derive(Debug)]
pub(crate) struct Leftover(PathBuf);

impl Leftover {
    pub(super) fn new(path: PathBuf) -> Self {
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Leftover {
    fn drop(&mut self) {
        // an error means that it has been moved away, or was never made
        let _ = if self.0.is_dir() { fs::remove_dir_all(&self.0) } else { fs::remove_file(&self.0) };
    }
}
