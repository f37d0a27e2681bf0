//! What may not stand in any file: it tells of the place where this was written, not of the project.
//!
//! The words are put together from pieces, so that this file does not contain them.

use e2e::tree::File;

use super::{Rule, TREE};

const TRACES: Rule = Rule {
    says: "no file tells how the repository was made",
    way_out: "write paths from the root of the repository, and the reason instead of the number of \
              the task; an upstream report is cited with its address",
};

const HOSTS: Rule = Rule {
    says: "no file names the host of a package registry",
    way_out: "leave it to cargo's, pip's and Docker's own settings, so that a mirror works",
};

const MARKS: Rule = Rule {
    says: "no code carries marks of unfinished work",
    way_out: "finish it, or take it out and write down what is missing where work is planned",
};

/// Absolute paths of one machine, and folders beside the repository.
fn places() -> Vec<String> {
    vec![format!("/{}/", "work"), format!("/{}/", "root"), format!("../{}/", "shared")]
}

fn hosts() -> Vec<String> {
    [
        ("crates", "io"),
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("proxy.golang", "org"),
        ("sum.golang", "org"),
        ("repo1.maven", "org"),
        ("repo.maven.apache", "org"),
        ("deb.debian", "org"),
    ]
    .map(|(name, end)| format!("{name}.{end}"))
    .to_vec()
}

/// Lines with a place or a numbered task, but in lock files and in `.ci/`, which knows its machine.
fn traces(files: &[File]) -> Vec<String> {
    let places = places();
    let of_the_project = files.iter().filter(|file| !file.path.starts_with(".ci/"));
    lines(of_the_project, |line| {
        let place = places.iter().find(|place| line.contains(place.as_str()));
        let task = || names_a_task(line).then(|| "the number of a task".to_owned());
        place.cloned().or_else(task)
    })
}

/// Lines with the host of a registry, but in lock files, which tools write.
fn registries(files: &[File]) -> Vec<String> {
    let hosts = hosts();
    lines(files.iter(), |line| hosts.iter().find(|host| line.contains(host.as_str())).cloned())
}

/// Lines of Rust and Python that are marked as wrong.
fn marks(files: &[File]) -> Vec<String> {
    let mark = ["FIX", "ME"].concat();
    let code = files.iter().filter(|file| ["rs", "py"].iter().any(|kind| file.has_extension(kind)));
    lines(code, |line| line.contains(&mark).then(|| mark.clone()))
}

/// `path:line: what` for each line in which something is found.
fn lines<'a>(files: impl Iterator<Item = &'a File>, find: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut findings = Vec::new();
    for file in files.filter(|file| !file.has_extension("lock")) {
        for (index, line) in file.text.lines().enumerate() {
            if let Some(what) = find(line) {
                findings.push(format!("{}:{}: {what}", file.path, index + 1));
            }
        }
    }
    findings
}

/// The word for a task, a blank, perhaps a `#`, and a number.
fn names_a_task(line: &str) -> bool {
    let line = line.to_ascii_lowercase();
    line.match_indices("issue").any(|(at, word)| {
        let begins = !line[..at].ends_with(|before: char| before.is_alphanumeric());
        let rest = &line[at + word.len()..];
        let number = rest.trim_start().trim_start_matches('#');
        begins && rest.starts_with(char::is_whitespace) && number.starts_with(|first: char| first.is_ascii_digit())
    })
}

#[test]
fn no_file_tells_how_it_was_made() {
    TRACES.hold(&traces(&TREE));
}

#[test]
fn no_file_names_a_registry() {
    HOSTS.hold(&registries(&TREE));
}

#[test]
fn no_code_is_marked_as_wrong() {
    MARKS.hold(&marks(&TREE));
}

#[test]
fn finds_a_trace() {
    let broken = [
        format!("cd /{}/main", "work"),
        format!("/{}/.cargo", "root"),
        format!("see ../{}/design.md", "shared"),
        format!("as {} 3 says", "issue"),
        format!("as {} #12 says", "Issue"),
    ];
    for line in broken {
        let found = traces(&[File::new("docs/a.md", format!("first\n{line}\n"))]);
        assert!(found.len() == 1 && found[0].starts_with("docs/a.md:2: "), "{found:?} in {line}");
        assert!(traces(&[File::new("a.lock", &line)]).is_empty());
        assert!(traces(&[File::new(".ci/run", &line)]).is_empty());
    }
    let fine = "an issue of 3 pages; tissue 3; the homework/ folder; $HOME/.cargo; shared/";
    assert!(traces(&[File::new("docs/a.md", fine)]).is_empty());
}

#[test]
fn finds_the_host_of_a_registry() {
    for host in hosts() {
        let line = format!("index = \"https://{host}/simple\"");
        let found = registries(&[File::new(".ci/run", &line)]);
        assert_eq!(found, [format!(".ci/run:1: {host}")]);
        assert!(registries(&[File::new("Cargo.lock", &line)]).is_empty());
    }
    assert!(registries(&[File::new("a.md", "https://github.com/SeaQL/sea-orm")]).is_empty());
}

#[test]
fn finds_a_mark() {
    let text = format!("# {}{}: wrong\n", "FIX", "ME");
    assert_eq!(marks(&[File::new("dbt/a.py", &text)]).len(), 1);
    assert_eq!(marks(&[File::new("src/a.rs", &text)]).len(), 1);
    assert!(marks(&[File::new("docs/a.md", &text)]).is_empty());
}
