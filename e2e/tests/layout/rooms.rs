//! Where things lie and what they are called.

use e2e::tree::File;
use syn::Item;

use super::{Rule, TREE};

/// All that may lie at the top, besides names that begin with a dot.
const TOP: [&str; 25] = [
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "Dockerfile",
    "LICENSE",
    "Makefile",
    "README.md",
    "bench",
    "clippy.toml",
    "contracts",
    "crates",
    "dbt",
    "deny.toml",
    "docs",
    "e2e",
    "findings",
    "helm",
    "k8s",
    "pyproject.toml",
    "rust-toolchain.toml",
    "rustfmt.toml",
    "services",
    "skaffold.yaml",
];

/// The services that run once and end, each from a source through a transform to a sink.
const ONE_SHOTS: [&str; 3] = ["ingest", "transfer", "export"];

/// What each of them has in `src/` besides `main.rs`; a room is a file or a folder.
const ROOMS: [&str; 5] = ["config", "report", "source", "transform", "sink"];

/// Names that say nothing about what lies behind them.
const NAMELESS: [&str; 8] = ["common", "commons", "helper", "helpers", "misc", "util", "utils", "utilities"];

const TOP_LEVEL: Rule = Rule {
    says: "the top level has the rooms of ARCHITECTURE.md and nothing else",
    way_out: "put it into the room it belongs to; a new room is named in ARCHITECTURE.md and in \
              e2e/tests/layout/rooms.rs",
};

const ONE_SHOT: Rule = Rule {
    says: "every one-shot service has main.rs, config, report, source, transform and sink in src/",
    way_out: "make the room, as a file or a folder, and move what belongs there into it",
};

const NAMES: Rule =
    Rule { says: "no file or folder is called utils, common, helpers or misc", way_out: "name it after what it knows" };

/// Top-level entries without a place.
fn strangers(files: &[File]) -> Vec<String> {
    let mut found: Vec<String> = files
        .iter()
        .filter_map(|file| file.path.split('/').next())
        .filter(|top| !top.starts_with('.'))
        .filter(|top| !TOP.contains(top))
        .map(ToOwned::to_owned)
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// Rooms that a one-shot service lacks. One that is not there, or whose `main` is empty, is not begun.
fn missing_rooms(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for service in ONE_SHOTS {
        let source = format!("services/{service}/src/");
        let inside: Vec<&File> = files.iter().filter(|file| file.path.starts_with(&source)).collect();
        let main = inside.iter().find(|file| file.path == format!("{source}main.rs"));
        match main {
            _ if inside.is_empty() => {}
            None => findings.push(format!("services/{service}: no main.rs")),
            Some(main) if is_empty_main(main) => {}
            Some(_) => findings.extend(ROOMS.iter().filter_map(|room| {
                let file = format!("{source}{room}.rs");
                let folder = format!("{source}{room}/");
                let there = inside.iter().any(|found| found.path == file || found.path.starts_with(&folder));
                (!there).then(|| format!("services/{service}: no {room}"))
            })),
        }
    }
    findings
}

fn is_empty_main(file: &File) -> bool {
    let items = syn::parse_file(&file.text).map_or_else(|_| Vec::new(), |parsed| parsed.items);
    items.iter().any(|item| match item {
        Item::Fn(function) => function.sig.ident == "main" && function.block.stmts.is_empty(),
        _ => false,
    })
}

/// Files and folders whose name, up to its first dot, says nothing.
fn nameless(files: &[File]) -> Vec<String> {
    let says_nothing = |segment: &str| {
        let stem = segment.split('.').next().unwrap_or_default();
        NAMELESS.contains(&stem.to_ascii_lowercase().as_str())
    };
    let found = files.iter().filter(|file| file.path.split('/').any(says_nothing));
    found.map(|file| file.path.clone()).collect()
}

#[test]
fn the_top_level_has_its_rooms_only() {
    TOP_LEVEL.hold(&strangers(&TREE));
}

#[test]
fn one_shots_have_their_rooms() {
    ONE_SHOT.hold(&missing_rooms(&TREE));
}

#[test]
fn everything_has_a_name() {
    NAMES.hold(&nameless(&TREE));
}

/// A made-up tree of empty files.
fn tree(paths: &[&str]) -> Vec<File> {
    paths.iter().map(|path| File::new(*path, "")).collect()
}

#[test]
fn finds_a_stranger_at_the_top() {
    let files = tree(&[
        "README.md",
        ".gitignore",
        ".ci/run",
        "crates/a/src/lib.rs",
        "notes.txt",
        "scripts/a.sh",
        "scripts/b.sh",
    ]);
    assert_eq!(strangers(&files), ["notes.txt", "scripts"]);
}

#[test]
fn finds_a_missing_room() {
    let main = File::new("services/ingest/src/main.rs", "fn main() { run(); }");
    let mut files = tree(&[
        "services/ingest/src/config.rs",
        "services/ingest/src/source/mod.rs",
        "services/ingest/src/transform.rs",
        "services/ingest/src/reporting.rs",
        "services/ingest/tests/sink.rs",
    ]);
    files.push(main);
    assert_eq!(missing_rooms(&files), ["services/ingest: no report", "services/ingest: no sink"]);
    files.extend(tree(&["services/ingest/src/report.rs", "services/ingest/src/sink/store.rs"]));
    assert!(missing_rooms(&files).is_empty());
}

#[test]
fn waits_for_a_service_that_is_not_begun_but_not_for_one_without_main() {
    let empty = File::new("services/export/src/main.rs", "//! export\nfn main() {}\n");
    assert!(missing_rooms(&[empty]).is_empty());
    assert!(missing_rooms(&[]).is_empty());
    let without = tree(&["services/export/src/lib.rs"]);
    assert_eq!(missing_rooms(&without), ["services/export: no main.rs"]);
}

#[test]
fn finds_a_name_that_says_nothing() {
    let files = tree(&[
        "crates/store/src/utils.rs",
        "crates/store/src/Common/a.rs",
        "dbt/helpers.py",
        "e2e/tests/misc/a.rs",
        "helm/emply-pipeline/templates/_helpers.tpl",
        "crates/store/src/utilisation.rs",
    ]);
    let found = nameless(&files);
    assert_eq!(found.len(), 4, "{found:?}");
    assert_eq!(found[0], "crates/store/src/utils.rs");
}
