//! A disk that is full, and one that takes no writes, under a store of SQLite.

use std::{io::Write as _, path::Path};

use rig::{Ended, Mock, Program};

use crate::stages::{ingest, migrate_at};

/// A file system of its own, in a namespace where one may be made.
struct Disk {
    folder: tempfile::TempDir,
    keeper: rig::Running,
}

impl Disk {
    /// `None`, and a word about it, where that is not allowed.
    fn of(size: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let script = format!(
            r#"mount -t tmpfs -o size={size} tmpfs {} && echo '{{"message":"mounted"}}' >&2 && exec sleep 600"#,
            folder.path().display()
        );
        let mut keeper = Program::at(Path::new("/usr/bin/unshare"))
            .argument("--mount")
            .argument("--map-root-user")
            .argument("sh")
            .argument("-c")
            .argument(script)
            .with("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .start();
        if keeper.look_for("mounted").is_none() {
            let _ = writeln!(std::io::stderr(), "SKIPPED: a full disk, because no file system may be mounted here");
            return None;
        }
        Some(Self { folder, keeper })
    }

    fn url(&self) -> String {
        format!("sqlite://{}", self.folder.path().join("store.db").display())
    }

    /// Mounts it anew, with these options.
    fn remount(&self, options: &str) {
        let mount = Program::at(Path::new("/usr/bin/mount"))
            .argument("-o")
            .argument(format!("remount,{options}"))
            .argument(self.folder.path());
        self.within(mount).must_succeed();
    }

    /// Runs a program where it is seen.
    fn within(&self, program: Program) -> Ended {
        let id = self.keeper.id().to_string();
        program
            .through(Path::new("/usr/bin/nsenter"), &["--target", &id, "--mount", "--user", "--preserve-credentials"])
            .with("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .run()
    }
}

#[test]
fn a_full_disk_and_one_that_takes_no_writes_are_told_and_the_next_run_makes_it_good() {
    let mock = Mock::start_with(&[("MOCK_POSTINGS", "40"), ("MOCK_APPLICATIONS", "2000")]);
    let Some(disk) = Disk::of("1536k") else { return };
    disk.within(migrate_at(&disk.url())).must_succeed();
    let run = || disk.within(ingest(&disk.url(), &mock.address));
    let ended = run();
    assert_eq!(ended.code(), Some(1), "{}", ended.err);
    assert!(ended.err.contains("the disk of the database is full") && ended.err.contains("make room"), "{}", ended.err);

    disk.remount("size=200m");
    let ended = run();
    assert_eq!((ended.must_succeed().count("fetched")), 2040, "{}", ended.err);

    disk.remount("ro");
    let ended = run();
    assert_eq!(ended.code(), Some(1), "{}", ended.err);
    assert!(ended.err.contains("the database takes no writes now"), "{}", ended.err);
    disk.remount("rw");
    assert_eq!(run().must_succeed().count("unchanged"), 2040);
}
