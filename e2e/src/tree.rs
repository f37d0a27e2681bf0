//! The files of this repository as git sees them: tracked, or new and not ignored.

use std::io;
use std::path::Path;
use std::process::Command;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// From the root, with `/` between the folders: `crates/domain/src/lib.rs`.
    pub path: String,
    /// Its content; bytes that are not UTF-8 are replaced, so that a picture is a file too.
    pub text: String,
}

impl File {
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// The folder it lies in, from the root; empty for the root itself.
    pub fn folder(&self) -> &str {
        self.path.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    pub fn name(&self) -> &str {
        self.path.rsplit_once('/').map_or(self.path.as_str(), |(_, name)| name)
    }

    /// Whether it ends like this, without the dot: `rs`.
    pub fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension().is_some_and(|found| found == extension)
    }
}

pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("e2e lies directly under the root")
}

/// All files under `root` that git tracks or would offer to add, in the order of their paths.
///
/// Needs `git` and a work tree. Files deleted but not yet committed, and symbolic links, are left out.
pub fn files(root: &Path) -> io::Result<Vec<File>> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others"])
        .arg("--exclude-standard")
        .current_dir(root)
        .output()?;
    if !listed.status.success() {
        let reason = String::from_utf8_lossy(&listed.stderr);
        return Err(io::Error::other(format!("git ls-files: {reason}")));
    }
    let mut paths: Vec<String> =
        String::from_utf8_lossy(&listed.stdout).split_terminator('\0').map(ToOwned::to_owned).collect();
    paths.sort_unstable();
    // a file in conflict is listed once for each side
    paths.dedup();
    paths
        .into_iter()
        .filter(|path| root.join(path).symlink_metadata().is_ok_and(|found| found.is_file()))
        .map(|path| {
            let bytes = std::fs::read(root.join(&path))?;
            Ok(File::new(path, String::from_utf8_lossy(&bytes)))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_has_a_folder_and_a_name() {
        let deep = File::new("crates/domain/src/lib.rs", "");
        assert_eq!(deep.folder(), "crates/domain/src");
        assert_eq!(deep.name(), "lib.rs");
        assert!(deep.has_extension("rs"));

        let top = File::new("Makefile", "");
        assert_eq!((top.folder(), top.name()), ("", "Makefile"));
        assert!(!top.has_extension("rs"));
    }

    #[test]
    fn lists_new_and_tracked_files_but_not_ignored_or_deleted_ones() {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| {
            let status = Command::new("git").args(arguments).current_dir(folder.path()).status().unwrap();
            assert!(status.success(), "git {arguments:?}");
        };
        let write = |path: &str, bytes: &[u8]| std::fs::write(folder.path().join(path), bytes).unwrap();

        git(&["init", "--quiet"]);
        std::fs::create_dir(folder.path().join("src")).unwrap();
        write(".gitignore", b"*.db\n");
        write("ignored.db", b"");
        write("picture.png", &[0x89, b'P', 0xff]);
        write("src/tracked.rs", b"// one\n");
        write("deleted.rs", b"");
        git(&["add", "src/tracked.rs", "deleted.rs"]);
        std::fs::remove_file(folder.path().join("deleted.rs")).unwrap();

        let found = files(folder.path()).unwrap();
        let paths: Vec<&str> = found.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, [".gitignore", "picture.png", "src/tracked.rs"]);
        assert_eq!(found[2].text, "// one\n");
    }

    #[test]
    fn a_folder_without_git_is_an_error_and_not_an_empty_tree() {
        let folder = tempfile::tempdir().unwrap();
        assert!(files(folder.path()).is_err());
    }
}
