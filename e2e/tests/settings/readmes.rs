//! What a program has as a default, and says of its settings, stands elsewhere too: in READMEs, and in dbt, which is not written in Rust.

use std::{fmt::Write as _, fs};

use e2e::tree;
use rig::Program;

use crate::programs::COMMANDS;

/// A setting as the help has it: `  NAME (default VALUE)`, and its meaning in the line below.
struct Setting {
    name: String,
    /// `default VALUE`, `required; …` or `optional; …`
    need: String,
    meaning: String,
}

impl Setting {
    fn default(&self) -> Option<&str> {
        self.need.strip_prefix("default ")
    }

    fn row(&self) -> String {
        let default = match (self.default(), self.need.starts_with("required")) {
            (Some(value), _) => format!("`{value}`"),
            (None, true) => "required".to_owned(),
            (None, false) => "–".to_owned(),
        };
        format!("| `{}` | {default} |", self.name)
    }
}

fn settings(name: &str) -> Vec<Setting> {
    let ended = Program::of_workspace(name).argument("--help").run();
    let help = &ended.must_succeed().out;
    let lines = help.lines().skip_while(|line| !line.starts_with("Settings ")).skip(1);
    let lines: Vec<&str> = lines.take_while(|line| !line.is_empty()).collect();
    let of = |pair: &[&str]| {
        let (name, need) = pair[0].trim().strip_suffix(')').unwrap().split_once(" (").unwrap();
        Setting { name: name.to_owned(), need: need.to_owned(), meaning: pair[1].trim().to_owned() }
    };
    let settings: Vec<Setting> = lines.chunks_exact(2).map(of).collect();
    assert!(settings.len() > 3, "{name} --help lists no setting:\n{help}");
    settings
}

#[test]
fn the_readmes_list_the_settings() {
    for (name, _) in COMMANDS {
        let path = tree::root().join("services").join(name).join("README.md");
        let readme = fs::read_to_string(&path).unwrap();
        let settings = settings(name);
        // the mock's README says more of each than the help has room for
        if *name == "mock-api" {
            for own in settings.iter().filter(|setting| setting.name.starts_with("MOCK_")) {
                assert!(readme.contains(&own.row()), "{} must have the row {}", path.display(), own.row());
            }
            continue;
        }
        let mut table = String::from("| name | default | meaning |\n|---|---|---|\n");
        for setting in &settings {
            let _ = writeln!(table, "{} {} |", setting.row(), setting.meaning);
        }
        assert!(readme.contains(&table), "{} must have this table:\n{table}", path.display());
    }
}

#[test]
fn dbt_has_the_same_defaults() {
    let files = tree::files(tree::root()).unwrap();
    let of_dbt: Vec<_> = files.iter().filter(|file| file.path.starts_with("dbt/")).collect();
    let mut found = 0;
    for setting in ["ingest", "export"].iter().flat_map(|name| settings(name)) {
        let Some(default) = setting.default() else { continue };
        for file in &of_dbt {
            for told in told_of(&setting.name, &file.text) {
                assert_eq!(told, default, "default of {} in {}", setting.name, file.path);
                found += 1;
            }
        }
    }
    assert!(found > 15, "only {found} defaults were found: are they written in another way now?");
}

/// The defaults that a file of dbt gives to a setting: in a project, in a program, in the program's help, in the README's table.
fn told_of<'a>(name: &'a str, text: &'a str) -> impl Iterator<Item = &'a str> {
    let quoted = [(format!("env_var('{name}', '"), '\''), (format!("text(\"{name}\") or \""), '"')];
    let quoted = quoted.into_iter().flat_map(move |(before, end)| {
        let begins: Vec<usize> = text.match_indices(&before).map(|(at, _)| at + before.len()).collect();
        begins.into_iter().map(move |begin| text[begin..].split(end).next().unwrap())
    });
    let in_lines = text.lines().filter_map(move |line| {
        if let Some(row) = line.strip_prefix("| `") {
            let row = row.strip_prefix(name)?.strip_prefix("` | ")?.trim_end_matches([' ', '|']);
            return row.rsplit_once(" | `")?.1.split('`').next();
        }
        let help = line.strip_prefix("    ")?.strip_prefix(name)?.strip_prefix(' ')?;
        Some(help.split_once("; default ")?.1.split([' ', ',']).next()?.trim_end_matches(['.', ':']))
    });
    quoted.chain(in_lines)
}
