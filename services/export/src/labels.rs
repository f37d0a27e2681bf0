//! A vocabulary file of what is in the store, for a person to go through.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    path::Path,
};

use domain::vocabulary::{Section, Vocabulary};
use one_shot::vocabulary::{self, parse};
use runtime::{Context, Final, Summary, answer, toml_file};
use serde_json::Value;
use store::{Labels, Store};

use crate::{config::Settings, transform::persons::texts};

const HEAD: &str = "\
# What of the tenant's own words may leave the store, and what they mean, for VOCABULARY_FILE. Each line has how many rows
# have the label. What begins with # is not listed, and does not leave, or leaves as \"other\": take the # away, and say for a
# stage or reason which kind it is, for a source which name to publish. Case and white space do not count; one locale is enough.
# Read it before you take a # away: this is where names stand.";
const KINDS: [(Section, &str); 5] = [
    (Section::Facts, "# ids of facts, or titles"),
    (Section::Tags, ""),
    (
        Section::Stages,
        "# sourced, applied, assessment, disqualified, shortlisted, phone_screen, interview, offer or hired",
    ),
    (Section::Reasons, "# employer, candidate, filled or other"),
    (Section::Sources, "# the name to publish"),
];

#[derive(Debug, Default, PartialEq)]
struct Met {
    rows: u64,
    also: BTreeSet<String>,
}

pub(crate) async fn base(context: &Context, settings: &Settings, base: Option<&Path>) -> anyhow::Result<Vocabulary> {
    match base {
        None => vocabulary::read(settings.vocabulary_file.as_deref()),
        Some(path) if path == Path::new("-") => {
            // in a pod that waits for commands, standard input does not end, and so this waits
            let text = one_shot::given::read(context, path).await?;
            parse(&text).map_err(|bad| Final::new(format!("standard input, {bad}")).into())
        }
        Some(path) => toml_file::read("--base", path, parse),
    }
}

/// Prints it to standard output, as it is kept: names and all.
pub(crate) async fn print(store: &Store, vocabulary: &Vocabulary) -> anyhow::Result<Summary> {
    let mut met = Vec::new();
    for (section, hint) in KINDS {
        met.push((section, hint, all(&store.labels(column(section)).await?, section)));
    }
    answer::line(file(vocabulary, &met));
    Ok(Summary::default())
}

fn column(section: Section) -> Labels {
    match section {
        Section::Stages => Labels::Stages,
        Section::Reasons => Labels::Reasons,
        Section::Sources => Labels::Sources,
        Section::Facts => Labels::Facts,
        Section::Tags => Labels::Tags,
    }
}

/// The labels in such documents. Facts go by their ids.
fn all(documents: &[(String, u64)], section: Section) -> BTreeMap<String, Met> {
    let mut met: BTreeMap<String, Met> = BTreeMap::new();
    let mut add = |label: &str, rows, also: &mut dyn Iterator<Item = String>| {
        let found = met.entry(label.to_owned()).or_default();
        found.rows += rows;
        found.also.extend(also.filter(|other| other != label));
    };
    for (json, rows) in documents {
        match section {
            Section::Facts => {
                let facts: Vec<Value> = serde_json::from_str(json).unwrap_or_default();
                for fact in &facts {
                    let title = fact["title"].to_string();
                    let mut titles = texts::of(&title).into_iter().map(Cow::into_owned);
                    add(fact["id"].as_str().unwrap_or_default(), rows, &mut titles);
                }
            }
            Section::Tags => {
                for tag in texts::of(json) {
                    add(&tag, rows, &mut std::iter::empty());
                }
            }
            Section::Stages | Section::Reasons | Section::Sources => {
                let labels: BTreeSet<String> = texts::of(json).into_iter().map(Cow::into_owned).collect();
                for label in &labels {
                    add(label, rows, &mut labels.iter().cloned());
                }
            }
        }
    }
    // what has no id, or no text, is no label that could be listed
    met.remove("");
    met
}

fn file(vocabulary: &Vocabulary, met: &[(Section, &str, BTreeMap<String, Met>)]) -> String {
    let mut file = HEAD.to_owned();
    for (section, hint, met) in met {
        let lines = lines(vocabulary, *section, met);
        let name = section.name();
        let hint = if hint.is_empty() { String::new() } else { format!("{hint}\n") };
        let _ = match section {
            Section::Facts | Section::Tags => write!(file, "\n\n{hint}{name} = [\n{lines}]"),
            Section::Stages | Section::Reasons | Section::Sources => write!(file, "\n\n{hint}[{name}]\n{lines}"),
        };
        file.truncate(file.trim_end().len());
    }
    file
}

fn lines(vocabulary: &Vocabulary, section: Section, met: &BTreeMap<String, Met>) -> String {
    let is_list = matches!(section, Section::Facts | Section::Tags);
    let indent = if is_list { "    " } else { "" };
    let mut listed = vocabulary.entries(section);
    let mut lines = String::new();
    let mut by_count: Vec<_> = met.iter().collect();
    by_count.sort_by_key(|(label, met)| (std::cmp::Reverse(met.rows), *label));
    for (label, Met { rows, also }) in by_count {
        // a fact is listed by any of its names, a label by itself alone
        let names: Vec<&String> = std::iter::once(label).chain(also.iter().filter(|_| is_list)).collect();
        let meaning = names.iter().find_map(|name| vocabulary.meaning(section, name));
        let also: Vec<&str> = also.iter().map(String::as_str).collect();
        let also = if also.is_empty() { String::new() } else { format!("; also {}", in_a_line(&also.join(", "))) };
        let mark = if meaning.is_some() { "" } else { "# " };
        let entry = entry(label, if is_list { None } else { Some(meaning.as_deref().unwrap_or_default()) });
        let _ = writeln!(lines, "{indent}{mark}{entry}  # {rows}{also}");
        listed.retain(|of_file, _| !names.iter().any(|name| same(of_file, name)));
    }
    for (label, meaning) in listed {
        let _ = writeln!(lines, "{indent}{}  # 0", entry(label, meaning));
    }
    lines
}

fn same(one: &str, other: &str) -> bool {
    domain::folded(one) == domain::folded(other)
}

/// A line of the file; a member of a list has no meaning.
fn entry(label: &str, meaning: Option<&str>) -> String {
    meaning.map_or_else(|| format!("{},", quoted(label)), |meaning| format!("{} = {}", quoted(label), quoted(meaning)))
}

/// A basic string of TOML, in one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            letter if letter.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(letter));
            }
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

fn in_a_line(text: &str) -> String {
    text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn met(section: Section, documents: &[(&str, u64)]) -> BTreeMap<String, Met> {
        let documents: Vec<_> = documents.iter().map(|(json, rows)| ((*json).to_owned(), *rows)).collect();
        all(&documents, section)
    }

    #[test]
    fn what_is_listed_stands_and_the_rest_is_to_be_gone_through() {
        let vocabulary = parse(
            "facts = ['Arbeitszeit']\ntags = ['pflege', 'gone']\n[stages]\nneu = 'applied'\n[sources]\nIndeed = 'Indeed'\n",
        );
        let vocabulary = vocabulary.unwrap();
        let stages = [(r#"{"de":"Neu","en":"New \"x\"\n"}"#, 3), (r#"{"de":"Angebot"}"#, 5)];
        let facts = [(r#"[{"id":"f1","title":{"de":"Arbeitszeit"}},{"id":"f2","title":{"de":"Kontakt"}}]"#, 2)];
        let sections = [
            (Section::Facts, met(Section::Facts, &facts)),
            (Section::Tags, met(Section::Tags, &[(r#"["Pflege","Erika"]"#, 4)])),
            (Section::Stages, met(Section::Stages, &stages)),
            (Section::Reasons, met(Section::Reasons, &[])),
            (Section::Sources, met(Section::Sources, &[(r#"{"id":"s1","name":"Indeed"}"#, 7)])),
        ];
        let printed = file(&vocabulary, &sections.map(|(section, met)| (section, "", met)));
        let expected = r#"

facts = [
    "f1",  # 2; also Arbeitszeit
    # "f2",  # 2; also Kontakt
]

tags = [
    # "Erika",  # 4
    "Pflege",  # 4
    "gone",  # 0
]

[stages]
# "Angebot" = ""  # 5
"Neu" = "applied"  # 3; also New "x" 
# "New \"x\"\u000A" = ""  # 3; also Neu

[reasons]

[sources]
"Indeed" = "Indeed"  # 7"#;
        assert_eq!(printed.strip_prefix(HEAD), Some(expected));
        let again = parse(&printed).unwrap();
        assert!(again.has_fact("f1") && !again.has_fact("f2") && again.has_tag("gone"));
        let all = printed.replace("# \"", "\"").replace("= \"\"", "= \"offer\"");
        assert!(parse(&all).unwrap().stage("new \"x\"").is_some(), "also what stood behind a # is TOML");
    }
}
