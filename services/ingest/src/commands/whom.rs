//! Who is meant. An address in an argument stands in the process list, in a Job's `args` and so in etcd, and in audit logs; so
//! it may come by standard input or in a file, too.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use one_shot::given::{read, shown};
use runtime::{Context, Final};
use store::Person;

/// Who is meant; at least one of these.
#[derive(Debug, Clone, Default, clap::Args)]
pub(crate) struct Whom {
    /// The sender of this application, as far as it goes
    #[arg(long, value_name = "ID")]
    application: Vec<String>,
    /// Everything of this candidate, by Emply's candidateId or by the key in table candidate
    #[arg(long, value_name = "KEY")]
    candidate: Vec<String>,
    /// Everything that was sent from this address; `-` reads addresses from standard input, one a line
    #[arg(long, value_name = "ADDRESS")]
    email: Vec<String>,
    /// A file with one person a line: `email ADDRESS`, `application ID`, `candidate KEY`, or an address; `-` is standard input
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

impl Whom {
    pub(super) async fn persons(&self, context: &Context) -> anyhow::Result<Vec<Person>> {
        let applications = self.application.iter().cloned().map(Person::Application);
        let candidates = self.candidate.iter().cloned().map(Person::Candidate);
        let mut persons: Vec<Person> = applications.chain(candidates).collect();
        for address in &self.email {
            if address == "-" {
                persons.extend(listed(&read(context, Path::new("-")).await?, "standard input")?);
            } else {
                persons.push(Person::Email(address.clone()));
            }
        }
        if let Some(file) = &self.file {
            persons.extend(listed(&read(context, file).await?, &shown(file))?);
        }
        if persons.iter().any(is_nobody) {
            let text = "an option or a line names nobody: what stands there is empty; nothing was done";
            return Err(Final::new(text).into());
        }
        Ok(persons)
    }

    pub(super) async fn somebody(&self, context: &Context) -> anyhow::Result<Vec<Person>> {
        let persons = self.persons(context).await?;
        if persons.is_empty() {
            let way = "give --email, --application, --candidate, or --file (`-` is standard input)";
            return Err(Final::new(format!("nobody is named: {way}")).into());
        }
        Ok(persons)
    }
}

fn is_nobody(person: &Person) -> bool {
    let (Person::Application(who) | Person::Candidate(who) | Person::Email(who)) = person;
    // an empty address would be everybody's who has none
    let who = who.trim();
    who.strip_prefix("id:").unwrap_or(who).trim().is_empty()
}

/// The persons of a list. An error names the line, and never what stands in it.
fn listed(text: &str, place: &str) -> anyhow::Result<Vec<Person>> {
    let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line.trim()));
    let filled = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let persons = filled.map(|(number, line)| person(line).with_context(|| format!("line {number} of {place}")));
    persons.collect()
}

fn person(line: &str) -> anyhow::Result<Person> {
    let (kind, who) = line.split_once(char::is_whitespace).map_or(("", line), |(kind, who)| (kind, who.trim()));
    match kind {
        "email" => Ok(Person::Email(who.to_owned())),
        "application" => Ok(Person::Application(who.to_owned())),
        "candidate" => Ok(Person::Candidate(who.to_owned())),
        "" if who.contains('@') => Ok(Person::Email(who.to_owned())),
        _ => Err(Final::new(
            "is neither an address nor one of `email ADDRESS`, `application ID`, `candidate KEY`; nothing was done",
        )
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_names_one_person_a_line() {
        let list = "# of 2 May\nmax@example.com\r\n\n  application  A-1 \ncandidate id:7\nemail odd\n";
        let expected = [
            Person::Email("max@example.com".to_owned()),
            Person::Application("A-1".to_owned()),
            Person::Candidate("id:7".to_owned()),
            Person::Email("odd".to_owned()),
        ];
        assert_eq!(listed(list, "a file").unwrap(), expected);
        let error = format!("{:#}", listed("max@example.com\nMax Muster", "a file").unwrap_err());
        assert!(error.starts_with("line 2 of a file: is neither an address"), "{error}");
        assert!(!error.contains("Muster"), "{error}");
    }
}
