//! Folders as they were at some time.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Folders with their files.
pub(crate) struct Saved {
    folders: Vec<PathBuf>,
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl Saved {
    pub(crate) fn of(folders: &[&Path]) -> Self {
        let mut files = BTreeMap::new();
        for folder in folders {
            gather(folder, &mut files);
        }
        Self { folders: folders.iter().map(|folder| (*folder).to_owned()).collect(), files }
    }

    /// Puts everything back; what has come since is gone.
    pub(crate) fn put_back(&self) {
        for folder in &self.folders {
            fs::remove_dir_all(folder).unwrap();
        }
        for (path, bytes) in &self.files {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
    }
}

/// The files below a folder.
pub(super) fn gather(folder: &Path, into: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(&path, into);
        } else {
            match fs::read(&path) {
                Ok(bytes) => drop(into.insert(path, bytes)),
                // SQLite takes away what it keeps beside its database when the last connection closes
                Err(error) => assert_eq!(error.kind(), std::io::ErrorKind::NotFound, "{}: {error}", path.display()),
            }
        }
    }
}
