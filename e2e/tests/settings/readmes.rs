//! A program's README lists its settings, word for word as `--help` has them.

use std::fmt::Write as _;

use e2e::{process::Program, tree};

use crate::programs::COMMANDS;

#[test]
fn the_readmes_list_the_settings() {
    for (name, _) in COMMANDS {
        let help = Program::of_workspace(name).argument("--help").run().must_succeed().out.clone();
        let table = table(&help);
        assert!(table.lines().count() > 3, "{name} --help lists no setting:\n{help}");
        let path = tree::root().join("services").join(name).join("README.md");
        let readme = std::fs::read_to_string(&path).unwrap();
        // the mock's README says more of each than the help has room for
        let is_listed = match *name {
            "mock-api" => table.lines().filter(|row| row.contains("`MOCK_")).all(|row| readme.contains(short(row))),
            _ => readme.contains(&table),
        };
        assert!(is_listed, "{} must have this table:\n{table}", path.display());
    }
}

/// The settings as Markdown. In the help a setting is `  NAME (default VALUE)`, and its meaning the line below.
fn table(help: &str) -> String {
    let mut table = String::from("| name | default | meaning |\n|---|---|---|\n");
    let lines = help.lines().skip_while(|line| !line.starts_with("Settings ")).skip(1);
    let settings = lines.take_while(|line| !line.is_empty()).collect::<Vec<_>>();
    for setting in settings.chunks_exact(2) {
        let (name, need) = setting[0].trim().trim_end_matches(')').split_once(" (").unwrap();
        let default = match need.split_once(' ').unwrap() {
            ("default", value) => format!("`{value}`"),
            ("required;", _) => "required".to_owned(),
            ("optional;", _) => "–".to_owned(),
            _ => panic!("not a need: {need}"),
        };
        let _ = writeln!(table, "| `{name}` | {default} | {} |", setting[1].trim());
    }
    table
}

/// A row without its meaning.
fn short(row: &str) -> &str {
    &row[..row.match_indices(" | ").nth(1).unwrap().0]
}
