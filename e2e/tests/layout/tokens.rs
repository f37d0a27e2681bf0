//! What may not stand in Rust code, read as tokens: words in comments and texts are not meant. What clippy knows of that it holds
//! (`clippy.toml`, the lints of `Cargo.toml`): where settings and the clock are read, macros for missing code, assertions that cannot
//! fail, how long a function is.

use e2e::tree::File;
use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::{Rule, TREE, with_extension};

const IGNORED: Rule = Rule {
    says: "no test is switched off",
    way_out: "mend it, or take it out and write down what is missing where work is planned",
};

fn ignored(files: &[File]) -> Vec<String> {
    let mut findings = Vec::new();
    for file in with_extension(files, "rs") {
        let tokens = tokens(&file.text);
        let found = tokens.iter().enumerate().filter(|(at, _)| is_ignored(&tokens[*at..]));
        findings.extend(found.map(|(_, token)| format!("{}:{}: an ignored test", file.path, token.line)));
    }
    findings
}

/// `#[ignore…]`, or `#[cfg_attr(…, ignore…)]`.
fn is_ignored(tokens: &[Token]) -> bool {
    let conditional = || {
        let rest = after(tokens, &["#", "[", "cfg_attr"])?;
        let mut inside = rest.iter().take_while(|token| token.text != "]");
        inside.any(|token| token.text == "ignore").then_some(())
    };
    after(tokens, &["#", "[", "ignore"]).is_some() || conditional().is_some()
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
fn no_test_is_switched_off() {
    IGNORED.hold(&ignored(&TREE));
}

/// The word is put together here, so that a plain search for it does not end in this file.
#[test]
fn finds_an_ignored_test() {
    let broken = [
        format!("#[test]\n#[{}]\nfn a() {{}}", "ignore"),
        format!("#[test]\n#[{} = \"slow\"]\nfn a() {{}}", "ignore"),
        format!("#[test]\n#[cfg_attr(unix, {})]\nfn a() {{}}", "ignore"),
    ];
    for text in broken {
        let found = ignored(&[File::new("crates/a/tests/a.rs", &text)]);
        assert_eq!(found.len(), 1, "{found:?} in {text}");
    }
    let fine = "// ignore\nfn a() { let ignore = 1; }\n#[cfg_attr(unix, test)]\nfn c() {}";
    assert!(ignored(&[File::new("crates/a/src/a.rs", fine)]).is_empty());
}
