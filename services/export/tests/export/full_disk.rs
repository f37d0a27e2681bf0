//! No room for the lake: a small disk of its own, filled to some length by somebody else. Or one that can only be read.

use std::{fs, path::PathBuf};

use rig::namespace::{Own, command, is_inside, run_inside};

use crate::fixture::{CANDIDATE, Rig, application};

/// Bytes of the disk.
const SIZE: usize = 1024 * 1024;
/// Enough for a few rows of each table, and for no more.
const LITTLE: usize = 64 * 1024;

struct Disk {
    rig: Rig,
    ballast: PathBuf,
}

impl Disk {
    async fn new() -> Self {
        let rig = Rig::sqlite().await;
        fs::create_dir(&rig.lake.path).unwrap();
        let path = rig.lake.path.to_str().unwrap();
        command(&["mount", "-t", "tmpfs", "-o", &format!("size={SIZE}"), "tmpfs", path]).await;
        let ballast = rig.lake.path.join("somebody.else");
        Self { rig, ballast }
    }

    /// Leaves so much.
    fn leave(&self, bytes: usize) {
        self.make_room();
        let held = self.rig.lake.snapshot().into_values().map(|(bytes, _)| bytes.len().next_multiple_of(4096));
        let length = SIZE.checked_sub(held.sum::<usize>() + bytes).expect("so much is there");
        fs::write(&self.ballast, vec![0; length]).unwrap();
    }

    /// `ro` or `rw`.
    async fn mount_anew(&self, how: &str) {
        command(&["mount", "-o", &format!("remount,{how}"), self.rig.lake.path.to_str().unwrap()]).await;
    }

    fn make_room(&self) {
        let _ = fs::remove_file(&self.ballast);
    }

    /// What a run leaves that finds no room.
    fn must_fail_and_leave_all_as_it_was(&self, arguments: &[&str]) {
        let before = self.rig.lake.snapshot();
        let export = arguments.iter().fold(self.rig.export(), |export, argument| export.argument(*argument));
        let path = self.rig.lake.path.to_str().unwrap();
        let words = ["no room is left for the lake at LAKE_PATH", path, "make room on that disk", "os error 28"];
        export.run().must(1, &words);
        let after = self.rig.lake.snapshot();
        assert!(after.keys().eq(before.keys()), "{:?}", after.keys());
        assert!(after == before, "a file was written or touched");
    }

    async fn must_be_good_again(&self) {
        self.make_room();
        self.rig.export().argument("--verify").run().must(0, &["the warehouse has what the store has"]);
        self.rig.must_have_what_the_store_has().await;
        assert_eq!(self.rig.export().run().must(0, &[]).written(), (0, 0));
    }
}

#[tokio::test]
async fn a_disk_that_is_full() {
    if !is_inside() {
        return run_inside("full_disk::a_disk_that_is_full", Own::MountsNetworkAndProcesses).await;
    }
    let disk = Disk::new().await;
    // not even for the first small file, and then for that alone
    disk.leave(0);
    disk.must_fail_and_leave_all_as_it_was(&[]);
    disk.leave(4096);
    disk.rig.export().run().must(1, &["no room is left for the lake at LAKE_PATH"]);
    assert!(!disk.rig.lake.is_any_table_there());
    disk.must_be_good_again().await;

    // the postings and candidates that a day brings fit, the applications do not
    disk.leave(LITTLE);
    disk.rig.database.list_postings(vec![crate::fixture::posting(0, "Doctor")]).await;
    disk.rig.database.add_applications((0..600).map(|number| application(number, "Interview")).collect()).await;
    disk.must_fail_and_leave_all_as_it_was(&[]);
    disk.must_fail_and_leave_all_as_it_was(&[]);
    disk.must_be_good_again().await;

    // everything once more does not fit
    disk.leave(LITTLE);
    disk.must_fail_and_leave_all_as_it_was(&["--full"]);
    disk.must_be_good_again().await;

    // an erasure needs as much as the files that it writes anew, and is owed until it is done
    disk.rig.database.forget(CANDIDATE).await;
    disk.leave(LITTLE);
    disk.rig.export().run().must(1, &["no room is left for the lake at LAKE_PATH"]);
    disk.must_be_good_again().await;
    assert_eq!(disk.rig.found_of_candidate(), [""; 0]);
    command(&["umount", disk.rig.lake.path.to_str().unwrap()]).await;
}

#[tokio::test]
async fn a_disk_that_can_only_be_read() {
    if !is_inside() {
        return run_inside("full_disk::a_disk_that_can_only_be_read", Own::MountsNetworkAndProcesses).await;
    }
    let disk = Disk::new().await;
    let path = disk.rig.lake.path.to_str().unwrap();
    let words = ["the lake at LAKE_PATH", path, "can only be read", "let LAKE_PATH name another", "os error 30"];
    disk.mount_anew("ro").await;
    disk.rig.export().run().must(2, &words);
    assert!(disk.rig.lake.snapshot().is_empty());
    disk.mount_anew("rw").await;
    disk.must_be_good_again().await;

    disk.rig.database.add_applications((0..3).map(|number| application(number, "Interview")).collect()).await;
    disk.mount_anew("ro").await;
    let before = disk.rig.lake.snapshot();
    for arguments in [&[][..], &["--full"]] {
        let export = arguments.iter().fold(disk.rig.export(), |export, argument| export.argument(*argument));
        export.run().must(2, &words);
    }
    let check = disk.rig.export().argument("check").run();
    assert!(check.code() == Some(2) && check.out.contains("can only be read"), "{check:#?}");
    assert!(disk.rig.lake.snapshot() == before, "a file was written or touched");
    disk.mount_anew("rw").await;
    assert_eq!(disk.rig.export().argument("check").run().code(), Some(0));
    assert!(disk.rig.lake.snapshot() == before, "a check has written");
    disk.must_be_good_again().await;
    command(&["umount", path]).await;
}
