//! One name, one type: in a crate, two types that are called the same are told apart by nobody.

use std::collections::BTreeMap;

use e2e::tree::File;
use syn::Item;

use super::{
    Rule, TREE,
    rust_file::{is_for_tests, is_test},
    with_extension,
};

const TYPES: Rule = Rule { says: "no two types of a crate have one name", way_out: "call each by what it alone is" };

/// What SeaORM's macros want in every file of a table.
const OF_SEA_ORM: [&str; 2] = ["Model", "Relation"];

fn types_of_one_name(files: &[File]) -> Vec<String> {
    let mut places: BTreeMap<(String, String), Vec<&str>> = BTreeMap::new();
    for file in with_extension(files, "rs").filter(|file| !is_test(file)) {
        let mut parts = file.path.splitn(4, '/');
        let (Some(room), Some(name), Some("src")) = (parts.next(), parts.next(), parts.next()) else { continue };
        let items = syn::parse_file(&file.text).map_or_else(|_| Vec::new(), |parsed| parsed.items);
        for of in types(&items).into_iter().filter(|of| !OF_SEA_ORM.contains(&of.as_str())) {
            places.entry((format!("{room}/{name}"), of)).or_default().push(&file.path);
        }
    }
    let twice = places.into_iter().filter(|(_, files)| files.len() > 1);
    twice.map(|((room, name), files)| format!("{room}: {name} in {}", files.join(" and "))).collect()
}

fn types(items: &[Item]) -> Vec<String> {
    let mut names = Vec::new();
    for item in items {
        match item {
            Item::Struct(item) => names.push(item.ident.to_string()),
            Item::Enum(item) => names.push(item.ident.to_string()),
            Item::Trait(item) => names.push(item.ident.to_string()),
            Item::Type(item) => names.push(item.ident.to_string()),
            Item::Mod(item) if !is_for_tests(item) => {
                names.extend(item.content.iter().flat_map(|(_, items)| types(items)));
            }
            _ => {}
        }
    }
    names
}

#[test]
fn types_have_names_of_their_own() {
    TYPES.hold(&types_of_one_name(&TREE));
}

#[test]
fn finds_two_types_of_one_name() {
    let files = |second: &str| {
        let first = "pub struct Answer; struct Model; #[cfg(test)] mod tests { struct Row; }";
        [File::new("services/x/src/a.rs", first), File::new(second, "enum Answer {} struct Model; struct Row;")]
    };
    assert_eq!(
        types_of_one_name(&files("services/x/src/b.rs")),
        ["services/x: Answer in services/x/src/a.rs and services/x/src/b.rs"]
    );
    for elsewhere in ["services/y/src/b.rs", "services/x/src/tests.rs", "services/x/tests/b.rs"] {
        assert!(types_of_one_name(&files(elsewhere)).is_empty());
    }
}
