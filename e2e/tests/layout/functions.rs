//! How long functions are.

use e2e::tree::File;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, ImplItemFn, ItemFn, ItemMod, Signature, TraitItemFn};

use super::rust_file::{has_free_length, is_for_tests};
use super::{Rule, TREE, with_extension};

const FUNCTION_LINES: usize = 50;

const FUNCTIONS: Rule = Rule {
    says: "a function has under 50 lines from `fn` to its brace, blank lines and comments not counted",
    way_out: "give each step a name and a function of its own",
};

const PARSES: Rule = Rule { says: "every Rust file can be read", way_out: "mend its syntax" };

/// Functions of `FUNCTION_LINES` or more, outside tests and generated code.
fn long_functions(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in with_extension(files, "rs").filter(|file| !has_free_length(file)) {
        let Ok(parsed) = syn::parse_file(&file.text) else { continue };
        let mut reader = Reader { lines: file.text.lines().collect(), found: Vec::new() };
        reader.visit_file(&parsed);
        let long = reader.found.into_iter().filter(|found| found.lines >= FUNCTION_LINES);
        findings.extend(long.map(|found| {
            let Function { name, at, lines } = found;
            format!("{}:{at}: {name} has {lines} lines", file.path)
        }));
    }
    findings
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

struct Function {
    name: String,
    at: usize,
    lines: usize,
}

/// Collects the functions of a file that are not tests.
struct Reader<'a> {
    lines: Vec<&'a str>,
    found: Vec<Function>,
}

impl Reader<'_> {
    fn take(&mut self, signature: &Signature, body: &Block) {
        let from = signature.fn_token.span.start().line;
        let to = body.brace_token.span.close().end().line;
        let lines = self.lines[from - 1..to].iter().map(|line| line.trim());
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with("//")).count();
        self.found.push(Function { name: signature.ident.to_string(), at: from, lines });
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        if !is_for_tests(module) {
            visit::visit_item_mod(self, module);
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        if !is_test(&function.attrs) {
            self.take(&function.sig, &function.block);
            visit::visit_item_fn(self, function);
        }
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.take(&function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(body) = &function.default {
            self.take(&function.sig, body);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

/// `#[test]`, `#[tokio::test]`, `#[actix_web::test]`.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|segment| segment.ident == "test")
    })
}

#[test]
fn functions_are_short() {
    FUNCTIONS.hold(&long_functions(&TREE));
}

#[test]
fn rust_files_parse() {
    PARSES.hold(&unreadable(&TREE));
}

/// A made-up function with this many lines from `fn` to its brace.
fn function(head: &str, lines: usize) -> String {
    format!("{head} {{\n{}}}\n", "    work();\n".repeat(lines - 2))
}

#[test]
fn finds_a_long_function_wherever_it_stands() {
    let long = [
        function("fn long()", 50),
        format!("impl A {{\n{}}}\n", function("pub async fn long(&self)", 50)),
        format!("trait A {{\n{}}}\n", function("fn long(&self)", 50)),
        format!("mod inner {{\n{}}}\n", function("fn long()", 50)),
        format!("fn outer() {{ {} }}\n", function("fn long()", 50)),
    ];
    for text in long {
        let found = long_functions(&[File::new("src/a.rs", &text)]);
        let named = found.iter().any(|finding| finding.ends_with("long has 50 lines"));
        assert!(named, "{found:?} in {text}");
        assert!(found[0].starts_with("src/a.rs:"), "{found:?}");
    }
}

#[test]
fn accepts_short_functions_tests_comments_and_blank_lines() {
    let comments = "    // why\n\n".repeat(40);
    let fine = [
        function("fn short()", 49),
        format!("fn explained() {{\n{comments}}}\n"),
        function("#[test]\nfn test()", 90),
        function("#[tokio::test]\nasync fn test()", 90),
        format!("#[cfg(test)]\nmod tests {{\n{}}}\n", function("fn set_up()", 90)),
    ];
    for text in fine {
        let found = long_functions(&[File::new("src/a.rs", &text)]);
        assert!(found.is_empty(), "{found:?}");
    }
    let migration = File::new("src/migration/m1.rs", function("fn up()", 90));
    assert!(long_functions(&[migration]).is_empty());
}

#[test]
fn finds_a_file_that_is_not_rust() {
    let files = [File::new("a.rs", "fn a() {}\n"), File::new("b.rs", "fn a() {}\nfn (\n")];
    let found = unreadable(&files);
    assert!(found.len() == 1 && found[0].starts_with("b.rs:"), "{found:?}");
}
