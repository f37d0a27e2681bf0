//! A disk that is full or may not be written to. The tests run once more in a namespace of their own, where they may mount.

use std::path::Path;

use reqwest::StatusCode;
use rig::namespace::{Own, command, is_inside, run_inside};
use tar::EntryType;

use crate::fixture::{Reports, archive, entry, leftovers, page, program};

/// What does not become smaller.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 1_u32;
    std::iter::repeat_with(|| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    })
    .take(length)
    .collect()
}

#[tokio::test]
async fn a_disk_that_is_full_is_told_and_the_last_good_one_stays() {
    if !is_inside() {
        return run_inside("disk::a_disk_that_is_full_is_told_and_the_last_good_one_stays", Own::Mounts).await;
    }
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("pages");
    std::fs::create_dir(&pages).unwrap();
    command(&["mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=100", "none", pages.to_str().unwrap()]).await;
    let reports = Reports::start(folder.path(), &[]);
    assert_eq!(reports.put(archive(vec![page("good")])).await, StatusCode::OK);
    let large = |size: usize| archive(vec![page("bad"), entry(EntryType::Regular, "noise", &noise(size))]);
    let many = archive((0..200).map(|at| entry(EntryType::Regular, &at.to_string(), b"x")).collect());
    for (name, sent) in
        [("while it arrives", large(2 << 20)), ("while it is unpacked", large(700 << 10)), ("of inodes", many)]
    {
        let (status, said) = reports.refused(sent).await;
        assert!(status == 507 && said.contains("REPORTS_DIR is full"), "{name}: {status} {said}");
        assert_eq!((reports.shown().await, leftovers(folder.path())), ("good".to_owned(), Vec::new()), "{name}");
    }
    assert_eq!(reports.put(archive(vec![page("better")])).await, StatusCode::OK);
    assert_eq!(reports.shown().await, "better");
}

/// Starts it, which it should not do, and asks `check`; what both say.
fn refused(folder: &Path) -> [(Option<i32>, String); 2] {
    [&[][..], &["check"][..]].map(|words| {
        let ended = program(folder, &[]).arguments(words).run();
        (ended.code(), ended.out + &ended.err)
    })
}

#[tokio::test]
async fn a_disk_that_is_read_only_is_told_at_the_start_and_by_check() {
    if !is_inside() {
        return run_inside("disk::a_disk_that_is_read_only_is_told_at_the_start_and_by_check", Own::Mounts).await;
    }
    for is_new in [true, false] {
        let folder = tempfile::tempdir().unwrap();
        let pages = folder.path().join("pages");
        std::fs::create_dir(&pages).unwrap();
        command(&["mount", "-t", "tmpfs", "none", pages.to_str().unwrap()]).await;
        if !is_new {
            drop(Reports::start(folder.path(), &[]));
        }
        command(&["mount", "-o", "remount,ro", pages.to_str().unwrap()]).await;
        for (code, said) in refused(folder.path()) {
            let way_out = format!("REPORTS_DIR {} is on a volume that is mounted read-only", pages.display());
            assert!(code.is_some_and(|code| code > 0) && said.contains(&way_out), "new: {is_new}: {code:?} {said}");
        }
    }
}

#[test]
fn a_file_in_the_place_of_the_folder_is_told() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("pages"), "").unwrap();
    for (code, said) in refused(folder.path()) {
        assert!(code.is_some_and(|code| code > 0) && said.contains("pages is not a folder"), "{code:?} {said}");
    }
}
