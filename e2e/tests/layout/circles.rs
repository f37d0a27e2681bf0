//! Who inside a crate knows whom: files one way only, and of a pipeline's three parts none another.

use std::collections::BTreeSet;

use e2e::tree::File;

use super::{
    Rule, TREE,
    module_graph::{Graph, graph},
};

const CIRCLES: Rule = Rule {
    says: "no files of a crate know each other, not even by way of others",
    way_out: "what both need gets a file of its own that knows neither",
};

const PARTS: Rule = Rule {
    says: "source, transform and sink know nothing of each other, and only pipeline.rs knows all three",
    way_out: "let pipeline.rs hand over what the one has and the other needs; a noun of both lies beside them",
};

/// The parts of a pipeline, each a file or a folder.
const OF_A_PIPELINE: [&str; 3] = ["source", "transform", "sink"];

fn crates(files: &[File]) -> BTreeSet<String> {
    let sources = files.iter().filter_map(|file| {
        let mut parts = file.path.split('/');
        let (room, name, source) = (parts.next()?, parts.next()?, parts.next()?);
        (["crates", "services", "e2e"].contains(&room) && source == "src").then(|| format!("{room}/{name}/src/"))
    });
    sources.collect()
}

fn circles(files: &[File]) -> Vec<String> {
    let mut found = Vec::new();
    for source in crates(files) {
        found.extend(graph(files, &source).circles().iter().map(|circle| circle.join(" ↔ ")));
    }
    found
}

fn broken_parts(files: &[File]) -> Vec<String> {
    let has_pipeline = |source: &String| files.iter().any(|file| file.path == format!("{source}pipeline.rs"));
    crates(files).iter().filter(|source| has_pipeline(source)).flat_map(|source| in_pipeline(files, source)).collect()
}

fn in_pipeline(files: &[File], source: &str) -> Vec<String> {
    let Graph { files, knows } = graph(files, source);
    let part = |path: &str| {
        let rest = &path[source.len()..];
        OF_A_PIPELINE.iter().position(|part| rest.strip_prefix(part).is_some_and(|rest| rest.starts_with(['.', '/'])))
    };
    let mut found = Vec::new();
    for (path, known) in files.iter().zip(&knows) {
        let parts: BTreeSet<usize> = known.iter().filter_map(|known| part(&files[*known])).collect();
        if let Some(own) = part(path) {
            let others = known.iter().filter(|known| part(&files[**known]).is_some_and(|other| other != own));
            found.extend(others.map(|known| format!("{path} knows {}", files[*known])));
        } else if parts.len() == OF_A_PIPELINE.len() && path[source.len()..] != *"pipeline.rs" {
            found.push(format!("{path} knows source, transform and sink"));
        }
    }
    found
}

#[test]
fn files_know_each_other_one_way() {
    CIRCLES.hold(&circles(&TREE));
}

#[test]
fn the_parts_of_a_pipeline_keep_their_walls() {
    PARTS.hold(&broken_parts(&TREE));
}

/// Files of a made-up crate.
fn files(texts: &[(&str, &str)]) -> Vec<File> {
    texts.iter().map(|(path, text)| File::new(format!("services/x/src/{path}"), *text)).collect()
}

#[test]
fn finds_a_circle_of_two_and_of_three() {
    let found = |texts: &[(&str, &str)]| circles(&files(texts));
    assert_eq!(
        found(&[("a.rs", "use crate::b::B;"), ("b.rs", "fn b() { super::a::a() }"), ("lib.rs", "mod a; mod b;")]),
        ["services/x/src/a.rs ↔ services/x/src/b.rs"]
    );
    assert_eq!(
        found(&[
            ("a/mod.rs", "mod b; mod c; use b::B; pub struct A;"),
            ("a/b.rs", "use super::c::C; pub struct B;"),
            ("a/c.rs", "fn c(_: super::A) {} pub struct C;"),
            ("lib.rs", "mod a;"),
        ]),
        ["services/x/src/a/mod.rs ↔ services/x/src/a/b.rs ↔ services/x/src/a/c.rs"]
    );
}

#[test]
fn finds_a_circle_behind_what_is_handed_on_and_in_a_macro() {
    let found = |texts: &[(&str, &str)]| circles(&files(texts));
    let handing_on = ("a/mod.rs", "mod b; mod c; pub use b::B; pub(crate) use c::C as Other;");
    let both = ["services/x/src/a/b.rs ↔ services/x/src/a/c.rs"];
    let b = ("a/b.rs", "use super::Other; pub struct B;");
    assert_eq!(found(&[handing_on, b, ("a/c.rs", "use crate::a::B; pub struct C;"), ("lib.rs", "mod a;")]), both);
    let in_a_macro = ("a/c.rs", "fn c() { assert!(crate::a::b::is_b(1)) } pub struct C;");
    assert_eq!(found(&[handing_on, b, in_a_macro, ("lib.rs", "mod a;")]), both);
}

#[test]
fn handing_on_and_tests_are_no_circles() {
    let found = |texts: &[(&str, &str)]| circles(&files(texts));
    assert!(
        found(&[
            ("a/mod.rs", "mod b; pub use b::B; pub struct A;"),
            ("a/b.rs", "use super::A; pub struct B; #[cfg(test)] mod tests { use crate::c::C; }"),
            ("c.rs", "use crate::a::B; pub struct C;"),
            ("lib.rs", "mod a; mod c; pub use c::C;"),
            ("main.rs", "use x::C;"),
        ])
        .is_empty()
    );
}

#[test]
fn finds_parts_that_know_each_other_and_who_knows_all() {
    let found = |texts: &[(&str, &str)]| broken_parts(&files(texts));
    let parts =
        [("source.rs", "pub struct A;"), ("transform/mod.rs", "pub struct B;"), ("sink/mod.rs", "pub struct C;")];
    let all = "use crate::{source::A, transform::B, sink::C};";
    let with = |more: &[(&'static str, &'static str)]| {
        let lib = ("lib.rs", "mod source; mod transform; mod sink;");
        parts.iter().chain(more).copied().chain([lib]).collect::<Vec<_>>()
    };
    assert!(found(&with(&[("pipeline.rs", all), ("run.rs", "use crate::{source::A, sink::C};")])).is_empty());
    assert_eq!(
        found(&with(&[("pipeline.rs", ""), ("run.rs", all)])),
        ["services/x/src/run.rs knows source, transform and sink"]
    );
    assert_eq!(
        found(&with(&[("pipeline.rs", ""), ("sink/lake.rs", "use crate::transform::B;")])),
        ["services/x/src/sink/lake.rs knows services/x/src/transform/mod.rs"]
    );
    // a service without a pipeline has no such parts
    assert!(found(&with(&[("sink/lake.rs", "use crate::transform::B;")])).is_empty());
}
