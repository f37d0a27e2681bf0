//! What the other rules ask about a Rust file: whether it is a test, where its own tests begin, and whether it can be read.

use e2e::tree::File;
use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Item, ItemMod, Meta};

use super::{Rule, TREE, with_extension};

const PARSES: Rule = Rule { says: "every Rust file can be read", way_out: "mend its syntax" };

/// Files that are tests as a whole.
pub(crate) fn is_test(file: &File) -> bool {
    file.name() == "tests.rs" || lies_in(file, "tests")
}

/// Files whose length says nothing: tests, and what is written by or for a generator.
pub(crate) fn has_free_length(file: &File) -> bool {
    is_test(file) || lies_in(file, "entity") || lies_in(file, "migration")
}

fn lies_in(file: &File, folder: &str) -> bool {
    file.folder().split('/').any(|segment| segment == folder)
}

/// The lines in front of the `#[cfg(test)] mod tests { … }` that ends the file, else all of them.
pub(crate) fn lines_without_tests(file: &File) -> usize {
    let all = file.text.lines().count();
    let last = syn::parse_file(&file.text).ok().and_then(|mut parsed| parsed.items.pop());
    match last {
        Some(Item::Mod(last)) if last.content.is_some() && is_for_tests(&last) => {
            last.attrs[0].pound_token.span.start().line - 1
        }
        _ => all,
    }
}

/// Whether a module is compiled for tests only.
pub(crate) fn is_for_tests(module: &ItemMod) -> bool {
    is_for_tests_only(&module.attrs)
}

/// Whether what has these attributes is compiled for tests only.
pub(crate) fn is_for_tests_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(is_cfg_test)
}

fn is_cfg_test(attribute: &Attribute) -> bool {
    match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && is_only_test(&list.tokens),
        _ => false,
    }
}

/// `test` or `all(test, …)`, but not `not(test)` or `any(test, …)`.
fn is_only_test(condition: &TokenStream) -> bool {
    let tokens: Vec<TokenTree> = condition.clone().into_iter().collect();
    match tokens.as_slice() {
        [TokenTree::Ident(word)] => word == "test",
        [TokenTree::Ident(word), TokenTree::Group(group)] if word == "all" => {
            group.stream().into_iter().any(|token| matches!(token, TokenTree::Ident(word) if word == "test"))
        }
        _ => false,
    }
}

/// Files that are not Rust, whatever their name says: the other rules cannot see into them.
fn unreadable(files: &[File]) -> Vec<String> {
    with_extension(files, "rs")
        .filter_map(|file| {
            let error = syn::parse_file(&file.text).err()?;
            let line = error.span().start().line;
            Some(format!("{}:{line}: {error}", file.path))
        })
        .collect()
}

#[test]
fn rust_files_parse() {
    PARSES.hold(&unreadable(&TREE));
}

#[test]
fn knows_tests_by_their_place() {
    let is_test = |path: &str| is_test(&File::new(path, ""));
    assert!(is_test("services/ingest/tests/run.rs"));
    assert!(is_test("e2e/tests/layout/main.rs"));
    assert!(is_test("crates/store/src/merge/tests.rs"));
    assert!(!is_test("crates/store/src/merge.rs"));
    assert!(!is_test("crates/tests_of_strength/src/lib.rs"));
}

#[test]
fn knows_what_has_free_length() {
    let has_free_length = |path: &str| has_free_length(&File::new(path, ""));
    assert!(has_free_length("crates/store/src/entity/posting.rs"));
    assert!(has_free_length("crates/store/src/migration/m0001_store.rs"));
    assert!(has_free_length("services/ingest/tests/run.rs"));
    assert!(!has_free_length("crates/store/src/entity.rs"));
    assert!(!has_free_length("services/migrate/src/main.rs"));
}

#[test]
fn leaves_out_only_the_tests_that_end_a_file() {
    let lines = |text: &str| lines_without_tests(&File::new("a.rs", text));
    assert_eq!(lines("fn a() {}\n\n#[cfg(test)]\nmod tests {\n}\n"), 2);
    assert_eq!(lines("fn a() {}\n#[cfg(all(test, unix))]\nmod tests {\n}\n"), 1);
    assert_eq!(lines("#[cfg(test)]\nmod tests {\n}\nfn a() {}\n"), 4);
    assert_eq!(lines("fn a() {}\n#[cfg(not(test))]\nmod rest {\n}\n"), 4);
    assert_eq!(lines("fn a() {}\n#[cfg(test)]\nmod tests;\n"), 3);
    assert_eq!(lines("this is not Rust\n"), 1);
}

#[test]
fn finds_a_file_that_is_not_rust() {
    let files = [File::new("a.rs", "fn a() {}\n"), File::new("b.rs", "fn a() {}\nfn (\n")];
    let found = unreadable(&files);
    assert!(found.len() == 1 && found[0].starts_with("b.rs:"), "{found:?}");
}
