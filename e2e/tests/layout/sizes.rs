//! How long files are and how full folders.

use std::collections::BTreeMap;

use e2e::tree::File;

use super::rust_file::{has_free_length, is_test, lines_without_tests};
use super::{Rule, TREE, with_extension};

const FILE_LINES: usize = 400;
const MEDIAN_LINES: usize = 150;
const MAIN_LINES: usize = 40;
const FOLDER_FILES: usize = 15;

const FILES: Rule = Rule {
    says: "no Rust file is over 400 lines, its tests not counted",
    way_out: "split it by what it knows: one noun, one query, one endpoint a file",
};

const MEDIAN: Rule = Rule {
    says: "the median Rust file has at most 150 lines, its tests not counted",
    way_out: "split the longest files by what they know",
};

const MAINS: Rule = Rule {
    says: "main.rs is a table of contents of at most 40 lines",
    way_out: "move the work into a module of its own and call it from main",
};

const FOLDERS: Rule = Rule {
    says: "a folder has at most 15 files, its subfolders not counted",
    way_out: "make a folder of the files that belong together",
};

/// Rust files over `FILE_LINES`.
fn long_files(files: &[File]) -> Vec<String> {
    lengths(files)
        .filter(|(_, lines)| *lines > FILE_LINES)
        .map(|(file, lines)| format!("{}: {lines} lines", file.path))
        .collect()
}

/// One finding if the median length is over `MEDIAN_LINES`.
fn long_median(files: &[File]) -> Vec<String> {
    let mut lengths: Vec<usize> = lengths(files).map(|(_, lines)| lines).collect();
    lengths.sort_unstable();
    let median = lengths.get(lengths.len() / 2).copied().unwrap_or(0);
    let over = (median > MEDIAN_LINES).then(|| format!("all {} files: {median} lines", lengths.len()));
    over.into_iter().collect()
}

/// The `main.rs` of a binary over `MAIN_LINES`.
fn long_mains(files: &[File]) -> Vec<String> {
    let mains = files.iter().filter(|file| file.name() == "main.rs" && !is_test(file));
    mains
        .map(|file| (file, lines_without_tests(file)))
        .filter(|(_, lines)| *lines > MAIN_LINES)
        .map(|(file, lines)| format!("{}: {lines} lines", file.path))
        .collect()
}

/// Lists, which grow and whose files belong to nothing but themselves: scripts, each with a line in the README beside them, and decisions,
/// by their numbers.
const OF_SINGLE_FILES: [&str; 2] = ["findings", "docs/adr"];

/// Folders, but for the root and these, with more than `FOLDER_FILES` files directly in them.
fn full_folders(files: &[File]) -> Vec<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for file in files.iter().filter(|file| !file.folder().is_empty() && !OF_SINGLE_FILES.contains(&file.folder())) {
        *counts.entry(file.folder()).or_default() += 1;
    }
    counts.retain(|_, count| *count > FOLDER_FILES);
    let full = counts.into_iter();
    full.map(|(folder, count)| format!("{folder}: {count} files")).collect()
}

fn lengths(files: &[File]) -> impl Iterator<Item = (&File, usize)> {
    with_extension(files, "rs").filter(|file| !has_free_length(file)).map(|file| (file, lines_without_tests(file)))
}

#[test]
fn files_are_short() {
    FILES.hold(&long_files(&TREE));
}

#[test]
fn the_median_file_is_short() {
    MEDIAN.hold(&long_median(&TREE));
}

#[test]
fn mains_are_tables_of_contents() {
    MAINS.hold(&long_mains(&TREE));
}

#[test]
fn folders_are_not_full() {
    FOLDERS.hold(&full_folders(&TREE));
}

/// A made-up file with this many lines of code.
fn file(path: &str, lines: usize) -> File {
    File::new(path, "const _: () = ();\n".repeat(lines))
}

#[test]
fn finds_a_long_file() {
    let mut with_tests = file("c.rs", 400);
    with_tests.text += "#[cfg(test)]\nmod tests {\n}\n";
    let mut only_long_in_tests = file("d.rs", 401);
    only_long_in_tests.text += "#[cfg(test)]\nmod tests {\n}\n";
    let files = [
        file("a.rs", 401),
        file("b.rs", 400),
        with_tests,
        only_long_in_tests,
        file("tests/e.rs", 900),
        file("src/entity/f.rs", 900),
        file("notes.md", 900),
    ];
    assert_eq!(long_files(&files), ["a.rs: 401 lines", "d.rs: 401 lines"]);
}

#[test]
fn finds_a_long_median() {
    let short = [file("a.rs", 10), file("b.rs", 150), file("c.rs", 300)];
    assert!(long_median(&short).is_empty());
    let long = [file("a.rs", 10), file("b.rs", 151), file("c.rs", 300)];
    assert_eq!(long_median(&long), ["all 3 files: 151 lines"]);
    assert!(long_median(&[]).is_empty());
}

#[test]
fn finds_a_long_main() {
    let files = [
        file("services/a/src/main.rs", 41),
        file("services/b/src/main.rs", 40),
        file("e2e/tests/journey/main.rs", 90),
        file("services/c/src/lib.rs", 90),
    ];
    assert_eq!(long_mains(&files), ["services/a/src/main.rs: 41 lines"]);
}

#[test]
fn finds_a_full_folder() {
    let many = |folder: &str, count: usize| -> Vec<File> {
        (0..count).map(|number| file(&format!("{folder}{number}.rs"), 1)).collect()
    };
    let files = [many("", 30), many("a/", 15), many("b/", 16), many("b/c/", 3), many("findings/", 30)].concat();
    assert_eq!(full_folders(&files), ["b: 16 files"]);
}
