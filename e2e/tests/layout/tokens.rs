//! What may not stand in Rust code, read as tokens: words in comments and texts are not meant.

use e2e::tree::File;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::rust_file::{is_test, lines_without_tests};
use super::{Rule, TREE, with_extension};

const SETTINGS: Rule = Rule {
    says: "settings are read in crates/runtime only",
    way_out: "add a field to a section of the service's config.rs and let runtime fill it",
};

const STUBS: Rule = Rule {
    says: "nothing unfinished or switched off",
    way_out: "finish it, or take it out and write down what is missing where work is planned",
};

/// What `std::env` calls the ways to read a variable.
const READS: [&str; 4] = ["var", "var_os", "vars", "vars_os"];

/// Where `std::env` is asked for a variable outside `crates/runtime`, build scripts and tests.
fn settings_read(files: &[File]) -> Vec<String> {
    let elsewhere = with_extension(files, "rs").filter(|file| {
        let may = ["crates/runtime/", "e2e/"].iter().any(|room| file.path.starts_with(room));
        !may && !is_test(file) && file.name() != "build.rs"
    });
    let mut findings = Vec::new();
    for file in elsewhere {
        let code = lines_without_tests(file);
        let tokens = tokens(&file.text);
        findings.extend(tokens.iter().enumerate().filter_map(|(at, token)| {
            let read = token.line <= code && reads_a_variable(&tokens[at..]);
            read.then(|| format!("{}:{}", file.path, token.line))
        }));
    }
    findings
}

/// `env::var`, or `env::{…, var, …}` in a `use`.
fn reads_a_variable(tokens: &[Token]) -> bool {
    let Some(rest) = after(tokens, &["env", ":", ":"]) else { return false };
    let is_read = |token: &&Token| READS.contains(&token.text.as_str());
    match rest.first() {
        Some(token) if token.text == "{" => {
            rest.iter().take_while(|token| token.text != "}").any(|token| is_read(&token))
        }
        first => first.is_some_and(|token| is_read(&token)),
    }
}

/// Macros that stand for missing code, tests that are switched off or cannot fail.
fn stubs(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in with_extension(files, "rs") {
        let tokens = tokens(&file.text);
        findings.extend(tokens.iter().enumerate().filter_map(|(at, token)| {
            let name = stub(&tokens[at..])?;
            Some(format!("{}:{}: {name}", file.path, token.line))
        }));
    }
    findings
}

fn stub(tokens: &[Token]) -> Option<&'static str> {
    const STUBS: [(&[&str], &str); 4] = [
        (&["todo", "!"], "the todo macro"),
        (&["unimplemented", "!"], "the unimplemented macro"),
        (&["assert", "!", "(", "true", ")"], "an assertion that cannot fail"),
        (&["#", "[", "ignore"], "an ignored test"),
    ];
    let found = STUBS.iter().find(|(pattern, _)| after(tokens, pattern).is_some());
    let conditional = || {
        let rest = after(tokens, &["#", "[", "cfg_attr"])?;
        let mut inside = rest.iter().take_while(|token| token.text != "]");
        inside.any(|token| token.text == "ignore").then_some("an ignored test")
    };
    found.map(|(_, name)| *name).or_else(conditional)
}

/// The tokens behind this beginning, if they begin so.
fn after<'a>(tokens: &'a [Token], pattern: &[&str]) -> Option<&'a [Token]> {
    let (begin, rest) = tokens.split_at_checked(pattern.len())?;
    let same = begin.iter().zip(pattern).all(|(token, text)| token.text == *text);
    same.then_some(rest)
}

struct Token {
    text: String,
    line: usize,
}

/// All tokens of a file in order, brackets included; a comment is none.
fn tokens(text: &str) -> Vec<Token> {
    let mut found = Vec::new();
    if let Ok(stream) = text.parse() {
        flatten(stream, &mut found);
    }
    found
}

fn flatten(stream: TokenStream, into: &mut Vec<Token>) {
    for tree in stream {
        let line = tree.span().start().line;
        if let TokenTree::Group(group) = tree {
            let (open, close) = match group.delimiter() {
                Delimiter::Parenthesis => ("(", ")"),
                Delimiter::Brace => ("{", "}"),
                Delimiter::Bracket => ("[", "]"),
                Delimiter::None => ("", ""),
            };
            let bracket = |text: &str, line| Token { text: text.to_owned(), line };
            into.push(bracket(open, line));
            flatten(group.stream(), into);
            into.push(bracket(close, group.span_close().end().line));
        } else {
            let text = tree.to_string();
            into.push(Token { text, line });
        }
    }
}

#[test]
fn settings_are_read_in_one_place() {
    SETTINGS.hold(&settings_read(&TREE));
}

#[test]
fn nothing_is_unfinished() {
    STUBS.hold(&stubs(&TREE));
}

#[test]
fn finds_a_setting_read_elsewhere() {
    let broken = [
        "fn a() { std::env::var(\"A\"); }",
        "fn a() { std::env::vars_os(); }",
        "use std::env;\nfn a() { println!(\"{:?}\", env::var_os(\"A\")); }",
        "use std::env::{self, vars};",
        "use std::{env::var, fs};",
    ];
    for text in broken {
        let found = settings_read(&[File::new("services/ingest/src/a.rs", text)]);
        assert_eq!(found.len(), 1, "{found:?} in {text}");
    }
    let second_line = "fn a() {\n    std::env::var(\"A\");\n}\n";
    let found = settings_read(&[File::new("crates/store/src/a.rs", second_line)]);
    assert_eq!(found, ["crates/store/src/a.rs:2"]);
}

#[test]
fn accepts_a_setting_read_at_home_and_in_tests() {
    let read = "fn a() { std::env::var(\"A\"); }\n";
    let in_tests = format!("#[cfg(test)]\nmod tests {{\n{read}}}\n");
    let fine = [
        File::new("crates/runtime/src/settings.rs", read),
        File::new("crates/store/build.rs", read),
        File::new("crates/store/tests/postgres.rs", read),
        File::new("e2e/rig/src/backend.rs", read),
        File::new("crates/store/src/a.rs", in_tests),
        File::new("crates/store/src/b.rs", "/// Not `std::env::var`.\nconst A: &str = \"env::var\";\n"),
        File::new("crates/store/src/c.rs", "const A: &str = env!(\"CARGO_PKG_NAME\");\nuse std::env::{args};\n"),
    ];
    let found = settings_read(&fine);
    assert!(found.is_empty(), "{found:?}");
}

/// The words are put together here, so that a plain search for them does not end in this file.
#[test]
fn finds_what_is_unfinished() {
    let broken = [
        format!("fn a() {{ {}!() }}", "todo"),
        format!("fn a() {{ {}!(\"later\") }}", "unimplemented"),
        format!("fn a() {{ std::{}!(); }}", "unimplemented"),
        format!("#[test]\nfn a() {{ {}!(true); }}", "assert"),
        format!("#[test]\n#[{}]\nfn a() {{}}", "ignore"),
        format!("#[test]\n#[{} = \"slow\"]\nfn a() {{}}", "ignore"),
        format!("#[test]\n#[cfg_attr(unix, {})]\nfn a() {{}}", "ignore"),
    ];
    for text in broken {
        let found = stubs(&[File::new("crates/a/tests/a.rs", &text)]);
        assert_eq!(found.len(), 1, "{found:?} in {text}");
    }
    let fine = "// todo\nfn a() { let todo = 1; assert!(true == b()); }\n#[cfg_attr(unix, test)]\nfn c() {}";
    assert!(stubs(&[File::new("crates/a/src/a.rs", fine)]).is_empty());
}
