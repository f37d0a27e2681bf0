//! What a `Cargo.toml` must say: why each dependency is there, and that the lints hold.

use e2e::tree::File;
use toml_edit::{DocumentMut, Item, Table, TableLike, Value};

use super::{Rule, TREE};

const REASONS: Rule = Rule {
    says: "every dependency has its reason beside it",
    way_out: "name it in the root Cargo.toml under [workspace.dependencies] with `# why` at the end \
              of its line, and write `name.workspace = true` in the member",
};

const LINTS: Rule = Rule {
    says: "every crate is held to the workspace's lints",
    way_out: "add `[lints]` with `workspace = true` to its Cargo.toml",
};

/// Tables of a manifest, or of a target inside it, that name dependencies.
const KINDS: [&str; 3] = ["dependencies", "dev-dependencies", "build-dependencies"];

/// Dependencies without a reason, over all manifests.
fn without_reason(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for (path, manifest) in manifests(files) {
        for (name, item) in dependencies(&manifest) {
            let has = |key: &str| item.as_table_like().is_some_and(|table| table.contains_key(key));
            let ours = path == "Cargo.toml" && has("path");
            if !ours && !has("workspace") && !has_comment(item) {
                findings.push(format!("{path}: {name}"));
            }
        }
    }
    findings
}

/// Crates that do not take over the workspace's lints.
fn without_lints(files: &[File]) -> Vec<String> {
    manifests(files)
        .filter(|(_, manifest)| manifest.contains_key("package"))
        .filter(|(_, manifest)| {
            let inherited = manifest.get("lints").and_then(|lints| lints.get("workspace"));
            inherited.and_then(Item::as_bool) != Some(true)
        })
        .map(|(path, _)| path.to_owned())
        .collect()
}

fn manifests(files: &[File]) -> impl Iterator<Item = (&str, DocumentMut)> {
    let manifests = files.iter().filter(|file| file.name() == "Cargo.toml");
    manifests.map(|file| {
        let parsed = file.text.parse();
        let manifest = parsed.unwrap_or_else(|error| panic!("{}: {error}", file.path));
        (file.path.as_str(), manifest)
    })
}

/// Every dependency a manifest names: of the workspace, of the package, of its targets.
fn dependencies(manifest: &Table) -> Vec<(&str, &Item)> {
    let mut tables: Vec<&dyn TableLike> = Vec::new();
    if let Some(workspace) = manifest.get("workspace").and_then(Item::as_table_like) {
        tables.push(workspace);
    }
    if let Some(targets) = manifest.get("target").and_then(Item::as_table_like) {
        tables.extend(targets.iter().filter_map(|(_, target)| target.as_table_like()));
    }
    tables.push(manifest);
    tables
        .into_iter()
        .flat_map(|table| KINDS.iter().filter_map(move |kind| table.get(kind)?.as_table_like()))
        .flat_map(TableLike::iter)
        .collect()
}

/// Whether a `#` comment stands behind the value, or behind one inside it (`name.version = "1" # why`).
fn has_comment(item: &Item) -> bool {
    let behind = |decor: &toml_edit::Decor| {
        let suffix = decor.suffix().and_then(|raw| raw.as_str());
        suffix.is_some_and(|text| text.trim_start().starts_with('#'))
    };
    match item {
        Item::None | Item::ArrayOfTables(_) => false,
        Item::Value(Value::InlineTable(inline)) if inline.is_dotted() => {
            inline.iter().any(|(_, value)| behind(value.decor()))
        }
        Item::Value(value) => behind(value.decor()),
        Item::Table(table) => behind(table.decor()) || table.iter().any(|(_, item)| has_comment(item)),
    }
}

#[test]
fn dependencies_have_a_reason() {
    REASONS.hold(&without_reason(&TREE));
}

#[test]
fn crates_take_over_the_lints() {
    LINTS.hold(&without_lints(&TREE));
}

#[test]
fn finds_a_dependency_without_a_reason() {
    let root = File::new(
        "Cargo.toml",
        r#"
[workspace.dependencies]
domain = { path = "crates/domain" }
explained = "1" # there is a reason
bare = "1"
features = { version = "1", features = ["x"] }
hash = { git = "https://example.org/a#b" }
explained_features = { version = "1", features = ["x"] } # there is a reason
"#,
    );
    let member = File::new(
        "crates/a/Cargo.toml",
        r#"
[package]
name = "a"
[dependencies]
taken.workspace = true
taken_with = { workspace = true, features = ["x"] }
own = "1"
own_explained.version = "1" # there is a reason
path = { path = "../b" }
[dev-dependencies]
dev = "1"
[build-dependencies.build]
version = "1"
[build-dependencies.build_explained] # there is a reason
version = "1"
[target.'cfg(unix)'.dependencies]
unix = "1"
"#,
    );
    assert_eq!(without_reason(&[root]), ["Cargo.toml: bare", "Cargo.toml: features", "Cargo.toml: hash"]);
    let mut found = without_reason(&[member]);
    found.sort_unstable();
    let expected = ["build", "dev", "own", "path", "unix"];
    assert_eq!(found, expected.map(|name| format!("crates/a/Cargo.toml: {name}")));
}

#[test]
fn finds_a_crate_without_the_lints() {
    let package = "[package]\nname = \"a\"\n";
    let files = [
        File::new("Cargo.toml", "[workspace]\nmembers = []\n"),
        File::new("a/Cargo.toml", format!("{package}[lints]\nworkspace = true\n")),
        File::new("b/Cargo.toml", package),
        File::new("c/Cargo.toml", format!("{package}[lints.rust]\nunused = \"allow\"\n")),
    ];
    assert_eq!(without_lints(&files), ["b/Cargo.toml", "c/Cargo.toml"]);
}
