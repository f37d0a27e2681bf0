//! The layout of the house, held against the tree as it stands, committed or not.
//!
//! - `walls`: which crate may depend on which
//! - `circles`: which file of a crate may know which, as `module_graph` reads it
//! - `manifests`: every dependency says why it is there
//! - `rooms`: where things lie and what they are called
//! - `sizes`: how long files are, and how full folders
//! - `tokens`: no test is switched off
//! - `types`: no two of a crate have one name
//! - `words`: what may not stand in any file
//!
//! Each rule is a function from data to findings. Beside it stands one test that holds it against
//! the tree and others that show it finding a made-up violation. What clippy can hold stands in `clippy.toml` and in the lints of
//! `Cargo.toml`.

use std::sync::LazyLock;

use e2e::tree::{self, File};

mod circles;
mod manifests;
mod module_graph;
mod rooms;
mod rust_file;
mod sizes;
mod tokens;
mod types;
mod walls;
mod words;

/// The tree, read once for all rules.
static TREE: LazyLock<Vec<File>> =
    LazyLock::new(|| tree::files(tree::root()).expect("the tree is readable through git"));

/// What a rule says, and what to do instead of breaking it.
struct Rule {
    says: &'static str,
    way_out: &'static str,
}

impl Rule {
    /// Fails with every finding at once, each on a line of its own that names the file or crate.
    fn hold(&self, findings: &[String]) {
        assert!(findings.is_empty(), "{}", self.report(findings));
    }

    fn report(&self, findings: &[String]) -> String {
        let list = findings.join("\n  ");
        format!("{}\n  {list}\nway out: {}", self.says, self.way_out)
    }
}

/// The files of this kind.
fn with_extension<'a>(files: &'a [File], extension: &'a str) -> impl Iterator<Item = &'a File> + use<'a> {
    files.iter().filter(move |file| file.has_extension(extension))
}

#[test]
fn a_report_has_the_rule_every_finding_and_the_way_out() {
    let rule = Rule { says: "files are short", way_out: "split them" };
    let report = rule.report(&["a.rs: 500".to_owned(), "b.rs: 600".to_owned()]);
    assert_eq!(report, "files are short\n  a.rs: 500\n  b.rs: 600\nway out: split them");
}

#[test]
#[should_panic(expected = "a.rs: 500")]
fn a_finding_fails_the_test() {
    let rule = Rule { says: "", way_out: "" };
    rule.hold(&["a.rs: 500".to_owned()]);
}

#[test]
fn the_tree_is_not_empty() {
    assert!(with_extension(&TREE, "rs").count() > 0);
    assert!(TREE.iter().any(|file| file.path == "Cargo.toml"));
}
