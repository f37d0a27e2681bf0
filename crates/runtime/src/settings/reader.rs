//! Reads sections and gathers every fault.

use std::collections::BTreeMap;

use super::{
    BaseUrl, Config, Fault, Need, Problem, ProcessSettings, Section, Setting, Show, address, lookalike,
    standard::{self, Variable},
};

/// Reads sections from a set of variables. Empty values count as not given; values are trimmed.
#[derive(Debug, Default)]
pub struct Reader {
    /// `None` as a value: it is not text.
    given: BTreeMap<String, Option<String>>,
    known: Vec<&'static Setting>,
    /// The same as it was given.
    raw: BTreeMap<String, String>,
    standard: Vec<&'static Variable>,
    faults: Vec<Fault>,
}

impl Reader {
    /// Over the environment of this process. Variables whose name is not text are somebody else's.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    pub fn of_process() -> Self {
        let variables =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok())));
        Self::over(variables)
    }

    /// Over these variables.
    pub fn over(variables: impl IntoIterator<Item = (String, Option<String>)>) -> Self {
        let (mut given, mut raw) = (BTreeMap::new(), BTreeMap::new());
        for (name, value) in variables {
            let trimmed = value.as_ref().map(|value| value.trim().to_owned());
            if trimmed.as_deref() != Some("") {
                given.insert(name.clone(), trimmed);
            }
            if let Some(value) = value {
                raw.insert(name, value);
            }
        }
        Self { given, raw, ..Self::default() }
    }

    /// All settings of a program, in the order in which it reads them.
    pub fn describe<C: Config>() -> Vec<&'static Setting> {
        let mut reader = Self::default();
        let _ = C::read(&mut reader);
        let _ = reader.section::<ProcessSettings>();
        reader.known
    }

    /// Reads one section. Its faults are kept, and `None` is returned, when a setting is wrong.
    pub fn section<S: Section>(&mut self) -> Option<S> {
        self.known.extend(S::SETTINGS);
        let before = self.faults.len();
        for setting in S::SETTINGS {
            if let Some(problem) = self.problem::<S>(setting) {
                self.faults.push(Fault { name: setting.name.to_owned(), problem, setting: Some(setting) });
            }
        }
        if self.faults.len() > before {
            return None;
        }
        parse::<S>(S::SETTINGS.iter().filter_map(|setting| Some((setting, self.value(setting)?))))
    }

    /// The value of a variable that others have named, trimmed. A name that is like it is nobody's mistake.
    pub(crate) fn variable(&mut self, variable: &'static Variable) -> Option<String> {
        self.standard.push(variable);
        let problem = match self.given.get(variable.name)? {
            None => Some(Problem::Unreadable),
            Some(value) => variable.problem(value, self.raw(variable.name)?),
        };
        if let Some(problem) = problem {
            self.faults.push(Fault { name: variable.name.to_owned(), problem, setting: None });
            return None;
        }
        self.given.get(variable.name).cloned().flatten()
    }

    /// A value as it was given, also an empty one.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        self.raw.get(name).map(String::as_str)
    }

    /// Adds a fault of a setting that only shows beside the others, for example one that another makes required.
    pub fn refuse(&mut self, name: &str, problem: Problem) {
        let setting = self.known.iter().find(|setting| setting.name == name).copied();
        self.faults.push(Fault { name: name.to_owned(), problem, setting });
    }

    /// Ends the reading: every fault, misspelt names included.
    pub fn finish(&mut self) -> Vec<Fault> {
        let mut faults = std::mem::take(&mut self.faults);
        faults.extend(lookalike::lookalikes(self.given.keys(), &self.known));
        faults
    }

    /// All settings as `NAME=value`, secrets hidden, those left out and without default not listed.
    pub fn shown(&self) -> String {
        let shown = self.known.iter().filter_map(|setting| {
            let value = self.value(setting)?;
            let value = match setting.show {
                Show::Plain | Show::Base => value.to_owned(),
                Show::Secret => "***".to_owned(),
                Show::Address => address::shown(value),
            };
            Some(format!("{}={value}", setting.name))
        });
        let standard = self.standard.iter().filter_map(|variable| {
            let value = self.given.get(variable.name)?.as_deref()?;
            Some(format!("{}={}", variable.name, variable.shown(value)))
        });
        shown.chain(standard).collect::<Vec<_>>().join(" ")
    }

    fn problem<S: Section>(&self, setting: &'static Setting) -> Option<Problem> {
        let value = match (self.given.get(setting.name), setting.need) {
            (None, Need::Required) => return Some(Problem::Missing),
            (None, _) => return None,
            (Some(None), _) => return Some(Problem::Unreadable),
            (Some(Some(value)), _) => value,
        };
        if let Some(reason) = Self::refusal(setting, value) {
            return Some(Problem::Refused(reason));
        }
        // the others have their examples, so that only this one can be at fault
        let trial = S::SETTINGS
            .iter()
            .map(|other| (other, if other.name == setting.name { value.as_str() } else { other.example }));
        parse::<S>(trial).is_none().then_some(Problem::Unreadable)
    }

    /// What shows of a value before it is read, and can be said better.
    fn refusal(setting: &Setting, value: &str) -> Option<String> {
        match (setting.show, setting.bounds) {
            (Show::Address, _) => address::refusal(value).map(str::to_owned),
            (Show::Base, _) => BaseUrl::refusal(value).map(str::to_owned),
            (_, Some(bounds)) => standard::not_within(value, bounds),
            _ => setting.refusal.and_then(|refusal| refusal(value)).map(str::to_owned),
        }
    }

    fn value(&self, setting: &Setting) -> Option<&str> {
        let default = match setting.need {
            Need::Default(value) => Some(value),
            Need::Required | Need::Optional => None,
        };
        self.given.get(setting.name).and_then(Option::as_deref).or(default)
    }
}

fn parse<'a, S: Section>(values: impl Iterator<Item = (&'a Setting, &'a str)>) -> Option<S> {
    let variables = values.map(|(setting, value)| (setting.name.to_owned(), value.to_owned()));
    // envy's own messages hold the value, so they are not passed on
    envy::prefixed(S::PREFIX).from_iter(variables).ok()
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use url::Url;

    use super::*;

    crate::section! {
        #[derive(Debug, Deserialize)]
        struct Demo in "DEMO_" {
            /// a thing
            count: u32 = default("DEMO_COUNT", "3").such_as("5").within(1, 9),
            /// a
            /// thing
            address: Url = required("DEMO_ADDRESS", "http://localhost").address(),
            /// a thing
            note: Option<String> = optional("DEMO_NOTE", "hello").secret(),
        }
    }

    fn reader(pairs: &[(&str, &str)]) -> Reader {
        Reader::over(pairs.iter().map(|(name, value)| ((*name).to_owned(), Some((*value).to_owned()))))
    }

    #[test]
    fn defaults_fill_what_is_empty() {
        let mut reader = reader(&[
            ("DEMO_ADDRESS", " http://u:secret@host/x?password=p \n"),
            ("DEMO_COUNT", ""),
            ("DEMO_NOTE", "psst"),
        ]);
        let demo: Demo = reader.section().unwrap();
        assert_eq!((demo.count, demo.address.host_str(), demo.note.as_deref()), (3, Some("host"), Some("psst")));
        assert!(reader.finish().is_empty());
        assert_eq!(reader.shown(), "DEMO_COUNT=3 DEMO_ADDRESS=http://***@host/x?*** DEMO_NOTE=***");
    }

    #[test]
    fn all_faults_come_together_and_without_values() {
        let mut reader = reader(&[("DEMO_COUNT", "many-secrets"), ("DEMO_NOTES", "x")]);
        assert!(reader.section::<Demo>().is_none());
        let faults: Vec<String> = reader.finish().iter().map(ToString::to_string).collect();
        assert_eq!(
            faults,
            [
                "DEMO_COUNT is not a whole number from 1 to 9: a thing (for example 5)",
                "DEMO_ADDRESS is missing: a thing (for example http://localhost)",
                "DEMO_NOTES is not a setting; is DEMO_NOTE meant?",
            ]
        );
    }

    #[test]
    fn a_value_that_is_not_text_is_a_fault_only_if_it_is_ours() {
        let variables = [("DEMO_ADDRESS".to_owned(), None), ("OTHER".to_owned(), None)];
        let mut reader = Reader::over(variables);
        assert!(reader.section::<Demo>().is_none());
        assert_eq!(reader.finish().len(), 1);
    }
}
