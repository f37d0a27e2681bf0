//! Which crate may depend on which, read from `cargo metadata`.
//!
//! Walls between our own crates hold for dev-dependencies too. Walls against crates of others hold
//! for what is linked (normal and build dependencies): a test may look from outside, with a
//! database driver or an HTTP server of its own. `e2e` is nothing but tests, and `rig` is what
//! tests stand on: it knows none of ours, and whoever is tested takes it as a dev-dependency.

use std::path::Path;

use cargo_metadata::{DependencyKind, MetadataCommand};
use e2e::tree;

use super::Rule;

/// Our own crates: who may know whom. A service not named here may know those of `crates/`.
const KNOWS: [(&str, &[&str]); 6] = [
    ("domain", &[]),
    ("store", &["domain"]),
    ("runtime", &[]),
    ("one-shot", &["domain", "runtime", "store"]),
    ("mock-api", &["runtime"]),
    (RIG, &[]),
];

/// What tests of all crates may know, and nothing else.
const RIG: &str = "rig";

/// What a service that is not named in `KNOWS` may know.
const LINKED: &[&str] = &["domain", "store", "runtime", "one-shot"];

/// Crates of others that only these of ours may link.
const ONLY_UNDER: [(&[&str], &[&str]); 4] = [
    (&["sea-orm", "sea-orm-migration", "sqlx"], &["store", "mock-api"]),
    (&["actix-web"], &["mock-api", "reports"]),
    (&["envy"], &["runtime"]),
    (&["gcp_auth", "google-cloud-auth"], &["export"]),
];

/// Crates of others that this one of ours may never link.
const NEVER: [(&str, &[&str]); 2] = [("domain", FRAMEWORKS), ("store", &["reqwest"])];

/// I/O, async, and whatever decides how a process is built.
const FRAMEWORKS: &[&str] = &[
    "actix-web",
    "async-trait",
    "axum",
    "clap",
    "config",
    "envy",
    "figment",
    "futures",
    "futures-util",
    "gcp_auth",
    "google-cloud-auth",
    "hyper",
    "log",
    "opentelemetry",
    "opentelemetry-otlp",
    "opentelemetry_sdk",
    "parquet",
    "reqwest",
    "rusqlite",
    "rustls",
    "sea-orm",
    "sea-orm-migration",
    "sea-query",
    "sqlx",
    "tempfile",
    "tokio",
    "tokio-util",
    "tower",
    "tracing",
    "tracing-opentelemetry",
    "tracing-subscriber",
    "ureq",
    "utoipa",
];

const OWN: Rule = Rule {
    says: "a crate knows only what lies below it; only e2e knows services, only tests know rig",
    way_out: "move the shared piece to the crate both may know, or let the two speak through a \
              database or REST",
};

const OTHERS: Rule = Rule {
    says: "each outside crate is linked in one place",
    way_out: "put the code into the crate that owns the outside thing and call it from there; a \
              test may use it as a dev-dependency",
};

struct Crate {
    name: String,
    /// The first folder of its path: `crates`, `services`, `e2e`.
    room: String,
    dependencies: Vec<Dependency>,
}

struct Dependency {
    name: String,
    dev: bool,
}

/// Dependencies between our own crates that are not allowed.
fn broken_own_walls(crates: &[Crate]) -> Vec<String> {
    let is_ours = |name: &str| crates.iter().any(|known| known.name == name);
    let mut findings = Vec::new();
    for from in crates {
        let named = KNOWS.iter().find(|(name, _)| *name == from.name);
        let allowed = match (from.room.as_str(), named) {
            (_, Some((_, allowed))) => *allowed,
            ("e2e", None) => continue,
            ("services", None) => LINKED,
            (room, None) => {
                findings.push(format!("{room}/{}: nobody has said what it may know", from.name));
                continue;
            }
        };
        for to in &from.dependencies {
            let is_for_tests = to.name == RIG && to.dev;
            if is_ours(&to.name) && to.name != from.name && !is_for_tests && !allowed.contains(&to.name.as_str()) {
                findings.push(format!("{}/{} depends on {}", from.room, from.name, to.name));
            }
        }
    }
    findings
}

/// Links to crates of others that are not allowed.
fn broken_outside_walls(crates: &[Crate]) -> Vec<String> {
    let mut findings = Vec::new();
    for from in crates.iter().filter(|from| from.room != "e2e") {
        for to in from.dependencies.iter().filter(|to| !to.dev) {
            let to = to.name.as_str();
            for (outside, places) in ONLY_UNDER {
                if outside.contains(&to) && !places.contains(&from.name.as_str()) {
                    let places = places.join(" and ");
                    findings.push(format!("{}/{} links {to}: only {places} may", from.room, from.name));
                }
            }
            for (name, outside) in NEVER {
                if name == from.name && outside.contains(&to) {
                    findings.push(format!("{}/{name} links {to}: it never may", from.room));
                }
            }
        }
    }
    findings
}

/// The crates of this workspace with the dependencies they declare; nothing is resolved or fetched.
fn crates(root: &Path) -> Vec<Crate> {
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .no_deps()
        .exec()
        .expect("cargo metadata reads the workspace");
    let first_folder = |manifest: &Path| -> String {
        let inside = manifest.strip_prefix(root).unwrap_or(manifest);
        let first = inside.components().next().expect("a manifest has a path");
        first.as_os_str().to_string_lossy().into_owned()
    };
    let packages = metadata.packages.iter();
    packages
        .map(|package| Crate {
            name: package.name.to_string(),
            room: first_folder(package.manifest_path.as_std_path()),
            dependencies: package
                .dependencies
                .iter()
                .map(|dependency| Dependency {
                    name: dependency.name.clone(),
                    dev: dependency.kind == DependencyKind::Development,
                })
                .collect(),
        })
        .collect()
}

#[test]
fn our_crates_keep_their_walls() {
    OWN.hold(&broken_own_walls(&crates(tree::root())));
}

#[test]
fn outside_crates_are_linked_where_they_belong() {
    OTHERS.hold(&broken_outside_walls(&crates(tree::root())));
}

#[test]
fn the_workspace_is_read() {
    let found = crates(tree::root());
    for (name, room) in [("domain", "crates"), ("ingest", "services"), ("e2e", "e2e"), ("rig", "e2e")] {
        let found = found.iter().find(|found| found.name == name).expect(name);
        assert_eq!(found.room, room);
        assert!(!found.dependencies.is_empty(), "{name}");
    }
}

/// A made-up workspace: the real crates' names, and one crate with these dependencies.
fn with(room: &str, name: &str, normal: &[&str], dev: &[&str]) -> Vec<Crate> {
    let all = [
        ("crates", "domain"),
        ("crates", "store"),
        ("crates", "runtime"),
        ("services", "mock-api"),
        ("services", "ingest"),
        ("services", "export"),
        ("e2e", "e2e"),
        ("e2e", "rig"),
    ];
    let bare =
        |room: &str, name: &str| Crate { name: name.to_owned(), room: room.to_owned(), dependencies: Vec::new() };
    let dependency = |name: &&str, dev| Dependency { name: (*name).to_owned(), dev };
    let normal = normal.iter().map(|name| dependency(name, false));
    let dev = dev.iter().map(|name| dependency(name, true));
    let mut subject = bare(room, name);
    subject.dependencies = normal.chain(dev).collect();
    let mut crates: Vec<Crate> =
        all.iter().filter(|(_, other)| *other != name).map(|(room, name)| bare(room, name)).collect();
    crates.push(subject);
    crates
}

#[test]
fn finds_a_door_between_our_crates() {
    let broken = [
        ("crates", "domain", "store"),
        ("crates", "domain", "runtime"),
        ("crates", "store", "runtime"),
        ("crates", "store", "ingest"),
        ("crates", "runtime", "domain"),
        ("crates", "runtime", "store"),
        ("crates", "runtime", "ingest"),
        ("services", "mock-api", "domain"),
        ("services", "mock-api", "store"),
        ("services", "ingest", "mock-api"),
        ("services", "ingest", "e2e"),
        ("services", "export", "ingest"),
        ("e2e", "rig", "store"),
        ("e2e", "rig", "ingest"),
    ];
    for (room, from, to) in broken {
        let finding = format!("{room}/{from} depends on {to}");
        for made_up in [with(room, from, &[to], &[]), with(room, from, &[], &[to])] {
            assert_eq!(broken_own_walls(&made_up), [finding.as_str()]);
        }
    }
}

#[test]
fn accepts_what_each_crate_may_know() {
    let fine: [(&str, &str, &[&str]); 6] = [
        ("crates", "domain", &["serde"]),
        ("crates", "store", &["domain", "sea-orm"]),
        ("crates", "runtime", &["reqwest"]),
        ("services", "mock-api", &["runtime"]),
        ("services", "ingest", &["domain", "store", "runtime"]),
        ("e2e", "e2e", &["ingest", "mock-api", "rig", "store"]),
    ];
    for (room, name, dependencies) in fine {
        let found = broken_own_walls(&with(room, name, dependencies, &[]));
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn what_tests_stand_on_is_linked_by_nobody() {
    for (room, name) in [("crates", "domain"), ("crates", "runtime"), ("services", "mock-api"), ("services", "ingest")]
    {
        assert_eq!(broken_own_walls(&with(room, name, &["rig"], &[])), [format!("{room}/{name} depends on rig")]);
        assert!(broken_own_walls(&with(room, name, &[], &["rig"])).is_empty());
    }
}

#[test]
fn finds_a_crate_without_a_place() {
    assert_eq!(
        broken_own_walls(&with("crates", "extras", &[], &[])),
        ["crates/extras: nobody has said what it may know"]
    );
}

#[test]
fn finds_an_outside_crate_in_the_wrong_place() {
    let broken = [
        ("crates", "domain", "tokio"),
        ("crates", "domain", "tracing"),
        ("crates", "domain", "clap"),
        ("crates", "store", "reqwest"),
        ("crates", "store", "actix-web"),
        ("crates", "runtime", "sqlx"),
        ("services", "ingest", "sea-orm"),
        ("services", "export", "sea-orm-migration"),
        ("services", "ingest", "actix-web"),
        ("services", "ingest", "envy"),
        ("services", "ingest", "gcp_auth"),
        ("services", "transfer", "google-cloud-auth"),
    ];
    for (room, name, outside) in broken {
        let found = broken_outside_walls(&with(room, name, &[outside], &[]));
        let begin = format!("{room}/{name} links {outside}: ");
        assert!(found.len() == 1 && found[0].starts_with(&begin), "{begin} {found:?}");
    }
}

#[test]
fn accepts_an_outside_crate_at_home_and_in_tests() {
    let home = [
        ("crates", "store", "sea-orm"),
        ("crates", "runtime", "envy"),
        ("services", "mock-api", "actix-web"),
        ("services", "export", "gcp_auth"),
        ("services", "export", "google-cloud-auth"),
        ("e2e", "e2e", "sqlx"),
    ];
    for (room, name, outside) in home {
        let found = broken_outside_walls(&with(room, name, &[outside], &[]));
        assert!(found.is_empty(), "{found:?}");
    }
    let in_a_test = broken_outside_walls(&with("services", "ingest", &[], &["sqlx", "actix-web"]));
    assert!(in_a_test.is_empty(), "{in_a_test:?}");
}
