//! Archives that are meant to do harm, or are damaged, and those that are only unusual.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};
use reqwest::StatusCode;
use tar::{EntryType, Header};

use crate::fixture::{Reports, archive, entry, leftovers, page};

fn long_name(name: &str) -> (Header, Vec<u8>) {
    entry(EntryType::GNULongName, "././@LongLink", format!("{name}\0").as_bytes())
}

fn pax(records: &[(&str, &str)]) -> (Header, Vec<u8>) {
    let record = |(key, value): &(&str, &str)| {
        let rest = format!(" {key}={value}\n");
        // the number counts its own digits
        let length =
            (rest.len()..rest.len() + 9).find(|length| length.to_string().len() + rest.len() == *length).unwrap();
        format!("{length}{rest}")
    };
    entry(EntryType::XHeader, "PaxHeaders/x", records.iter().map(record).collect::<String>().as_bytes())
}

/// Only a header that says it has so many bytes, and the beginning of them.
fn announced(kind: EntryType, size: u64) -> Vec<u8> {
    let mut header = entry(kind, "././@LongLink", b"").0;
    header.set_size(size);
    header.set_cksum();
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(header.as_bytes()).unwrap();
    packed.write_all(&vec![b'a'; 100_000]).unwrap();
    packed.finish().unwrap()
}

fn file(name: &str) -> (Header, Vec<u8>) {
    entry(EntryType::Regular, name, b"x")
}

#[tokio::test]
async fn long_names_are_taken_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    let (gnu, posix) = (format!("{}/gnu.html", "g".repeat(200)), format!("{}/posix.html", "p".repeat(200)));
    let global = entry(EntryType::XGlobalHeader, "pax_global_header", b"12 comment=x\n");
    let entries = vec![
        global,
        page("long"),
        entry(EntryType::Directory, "./", b""),
        long_name(&gnu),
        file("short"),
        pax(&[("mtime", "1.5"), ("path", &posix), ("size", "1")]),
        file("short"),
        entry(EntryType::Directory, "empty/", b""),
        file("./empty/not.html"),
    ];
    assert_eq!(reports.put(archive(entries)).await, StatusCode::OK);
    for name in [gnu, posix, "empty/not.html".to_owned()] {
        assert_eq!(reports.get(&format!("/dbt/{name}")).await, (StatusCode::OK, "x".to_owned()));
    }
}

#[tokio::test]
async fn what_an_archive_says_of_names_has_a_limit() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    assert_eq!(reports.put(archive(vec![page("good")])).await, StatusCode::OK);
    let long = "a/".repeat(600);
    let with = |more: Vec<(Header, Vec<u8>)>| archive([vec![page("bad")], more].concat());
    let refused = [
        ("a name of 1 GiB", announced(EntryType::GNULongName, 1 << 30), "1073741824 bytes; at most 4096 are read"),
        ("a target of 1 GiB", announced(EntryType::GNULongLink, 1 << 30), "1073741824 bytes; at most 4096 are read"),
        ("records of 1 GiB", announced(EntryType::XHeader, 1 << 30), "1073741824 bytes; at most 4096 are read"),
        ("a global record", announced(EntryType::XGlobalHeader, 1 << 30), "1073741824 bytes; at most 4096 are read"),
        ("a long path", with(vec![long_name(&long), file("x")]), "a path of 1200 bytes; at most 1024 are taken"),
        ("by pax", with(vec![pax(&[("path", &long)]), file("x")]), "a path of 1200 bytes; at most 1024 are taken"),
        ("out", with(vec![long_name("../out"), file("x")]), "../out, which leads out of it"),
        ("out by pax", with(vec![pax(&[("path", "/out")]), file("x")]), "/out, which leads out of it"),
        ("two names", with(vec![long_name("a"), pax(&[("path", "b")]), file("x")]), "an entry of two names"),
        ("two sizes", with(vec![pax(&[("size", "700")]), file("x")]), "an entry of two sizes"),
        ("holes", with(vec![pax(&[("GNU.sparse.major", "1")]), file("x")]), "a file with holes"),
        ("a name of nothing", with(vec![long_name("a")]), "it ends after a name"),
        ("no name", with(vec![long_name("./"), file("x")]), "a file without a name"),
        ("a part too long", with(vec![long_name(&"n".repeat(300)), file("x")]), "which no file can have"),
        ("a file as folder", with(vec![file("a"), file("a/b")]), "a twice"),
        ("a folder as file", with(vec![file("a/b"), file("a")]), "a twice"),
    ];
    for (name, sent, why) in refused {
        let (status, said) = reports.refused(sent).await;
        assert_eq!(status, 422, "{name}: {said}");
        assert!(said.contains(why), "{name}: {said}");
        assert_eq!((reports.shown().await, leftovers(folder.path())), ("good".to_owned(), Vec::new()), "{name}");
    }
}

#[tokio::test]
async fn what_an_archive_comes_to_has_a_limit() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[("REPORTS_MAX_BUNDLE_BYTES", "1000000")]);
    assert_eq!(reports.put(archive(vec![page("good")])).await, StatusCode::OK);
    // folders, since each file is brought to the disk before the next one
    let folder_of = |name: String| entry(EntryType::Directory, &name, b"");
    let many = |name: fn(u32) -> String, count: u32| archive((0..count).map(|at| folder_of(name(at))).collect());
    let bomb = |size: usize| archive(vec![page("bad"), entry(EntryType::Regular, "b", &vec![0; size])]);
    for (name, sent, why) in [
        ("many entries", many(|at| format!("{at}"), 10_001), "10000 files and folders"),
        // one path alone is thirty folders
        ("many in one path", many(|at| format!("{at}/{}", "d/".repeat(30)), 400), "10000 files and folders"),
        ("a bomb", bomb(9_000_000), "8000000 bytes"),
        ("nothing at its end but names", names_without_end(), "bytes once it is unpacked"),
    ] {
        let (status, said) = reports.refused(sent).await;
        assert!(status == 413 && said.contains(why), "{name}: {status} {said}");
        assert_eq!((reports.shown().await, leftovers(folder.path())), ("good".to_owned(), Vec::new()), "{name}");
    }
}

/// More headers than files may be, none of which is one of a file.
fn names_without_end() -> Vec<u8> {
    let (header, text) = entry(EntryType::XGlobalHeader, "g", &[b'x'; 512]);
    let one = [header.as_bytes().as_slice(), &text].concat().repeat(1000);
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..90 {
        packed.write_all(&one).unwrap();
    }
    packed.finish().unwrap()
}

#[tokio::test]
async fn many_small_files_are_all_there_whatever_the_limit_of_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[("REPORTS_MAX_BUNDLE_BYTES", "16384")]);
    let files = (0..500).map(|at| file(&at.to_string()));
    assert_eq!(reports.put(archive([page("many")].into_iter().chain(files).collect())).await, StatusCode::OK);
    // the headers alone are more than all files may be, and the archive has no end of its own to be missed
    assert_eq!(reports.get("/dbt/499").await, (StatusCode::OK, "x".to_owned()));
}

#[tokio::test]
async fn what_is_damaged_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let reports = Reports::start(folder.path(), &[]);
    let whole = archive(vec![page("a page")]);
    let mut wrong_sum = whole.clone();
    let sum = wrong_sum.len() - 8;
    wrong_sum[sum] ^= 1;
    for (name, sent) in [
        ("its sum is another", wrong_sum),
        ("cut off in its last bytes", whole[..whole.len() - 4].to_vec()),
        ("cut off in the middle", whole[..whole.len() / 2].to_vec()),
        ("something behind it", [whole.clone(), b"more".to_vec()].concat()),
        ("zstd", b"\x28\xb5\x2f\xfd\x04\x00\x01\x00\x00\x99\xe9\xd8\x51".to_vec()),
        ("a file that is cut off", announced(EntryType::Regular, 200_000)),
    ] {
        let (status, said) = reports.refused(sent).await;
        assert_eq!(status, 422, "{name}: {said}");
        assert_eq!(leftovers(folder.path()), Vec::<String>::new(), "{name}");
    }
    assert_eq!(reports.put(whole).await, StatusCode::OK);
}
