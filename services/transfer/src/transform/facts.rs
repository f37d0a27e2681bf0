//! The tenant's facts in the board's words.

use chrono::{DateTime, NaiveDate};
use domain::Fact;

use super::mapping::{DayRule, Names, Rule, TextRule};
use crate::sink::wire::{HiringType, JobScope};

/// Forms in which people write a day.
const DAYS: [&str; 3] = ["%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y"];

/// The facts of one posting, and what could not be told from them.
pub(super) struct Facts<'a> {
    pub(super) facts: &'a [Fact],
    pub(super) gaps: &'a mut Vec<String>,
}

impl Facts<'_> {
    /// Kind of contract.
    pub(super) fn hiring_type(&mut self, rule: &Rule<HiringType>) -> HiringType {
        self.words(rule, |words| if let [word] = words { Some(*word) } else { None })
    }

    /// Working time; full time and part time are either.
    pub(super) fn job_scope(&mut self, rule: &Rule<JobScope>) -> JobScope {
        self.words(rule, |words| match words {
            [word] => Some(*word),
            [_, _, ..] if words.iter().all(|word| may_be_joined(*word)) => Some(JobScope::Either),
            _ => None,
        })
    }

    /// A text of the tenant's, or another in its place.
    pub(super) fn text(&self, rule: &TextRule) -> Option<String> {
        let fact = self.find(&rule.fact);
        let said = fact.and_then(|fact| fact.values.iter().find_map(|value| value.text.preferred()));
        let Some(said) = said else { return rule.default.as_ref().map(|text| text.0.clone()) };
        let listed = rule.values.iter().find(|(value, _)| same(value, said)).map(|(_, word)| word.0.clone());
        Some(listed.unwrap_or_else(|| said.to_owned()))
    }

    /// The first day at work, at noon so that no zone makes another day of it; `None` for at once.
    pub(super) fn first_day(&mut self, rule: &DayRule) -> Option<String> {
        let said = self.find(&rule.fact)?.values.iter().find_map(|value| value.text.preferred())?.trim();
        if rule.at_once.iter().any(|text| same(text, said)) {
            return None;
        }
        let day = DAYS.iter().find_map(|form| NaiveDate::parse_from_str(said, form).ok());
        let day = day.or_else(|| Some(DateTime::parse_from_rfc3339(said).ok()?.date_naive()));
        if day.is_none() {
            self.gaps.push(format!("{said:?} ({}) is no day", rule.fact.first()));
        }
        Some(day?.format("%Y-%m-%dT12:00:00Z").to_string())
    }

    /// The board's words for the values of a fact, of which `one` makes one.
    fn words<T: Copy + Default + PartialEq>(&mut self, rule: &Rule<T>, one: impl FnOnce(&[T]) -> Option<T>) -> T {
        let name = rule.fact.first();
        let Some(fact) = self.find(&rule.fact) else {
            self.gaps.push(format!("the posting has no {name}"));
            return T::default();
        };
        let (mut words, mut unknown) = (Vec::new(), Vec::new());
        for value in &fact.values {
            let is_it = |key: &str| {
                value.id.as_deref().is_some_and(|id| same(id, key)) || value.text.texts().any(|text| same(text, key))
            };
            match rule.values.iter().find(|(key, _)| is_it(key)) {
                Some((_, word)) if words.contains(word) => {}
                Some((_, word)) => words.push(*word),
                None => unknown.push(format!(
                    "{:?} ({name}) is not in the mapping file",
                    value.text.preferred().unwrap_or_default()
                )),
            }
        }
        let has_unknown = !unknown.is_empty();
        self.gaps.append(&mut unknown);
        if has_unknown {
            return T::default();
        }
        one(&words).unwrap_or_else(|| {
            self.gaps.push(format!("{name} says nothing, or several things that are not one"));
            T::default()
        })
    }

    fn find(&self, names: &Names) -> Option<&Fact> {
        let is_called =
            |fact: &Fact, name: &str| same(&fact.id, name) || fact.title.texts().any(|title| same(title, name));
        self.facts.iter().find(|fact| names.0.iter().any(|name| is_called(fact, name)))
    }
}

impl Names {
    /// For messages.
    fn first(&self) -> &str {
        self.0.first().map_or("the fact", String::as_str)
    }
}

/// Full time and part time together are the board's word for either.
fn may_be_joined(word: JobScope) -> bool {
    matches!(word, JobScope::FullTime | JobScope::PartTime | JobScope::Either)
}

/// Whether somebody would take the two for the same.
fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use domain::{FactValue, Localization};

    use super::*;
    use crate::transform::Mapping;

    fn text(text: &str) -> Localization {
        [("de-DE".to_owned(), text.to_owned())].into_iter().collect()
    }

    fn fact(title: &str, values: &[&str]) -> Fact {
        let value = |value: &&str| FactValue { id: Some(format!("id-{value}")), text: text(value) };
        Fact { id: format!("id-{title}"), title: text(title), values: values.iter().map(value).collect(), other: None }
    }

    fn mapping() -> Mapping {
        Mapping::parse(
            r#"
            [contact]
            name = "x"
            [job_scope]
            fact = ["Hours", "arbeitszeit"]
            values = { Vollzeit = "Vollzeit", id-Teilzeit = "Teilzeit", Minijob = "Aushilfe" }
            [area]
            fact = "id-Fach"
            values = { Arzt = "Ärztin/Arzt" }
            default = "Sonstiges"
            [first_day]
            fact = "Beginn"
            "#,
        )
        .unwrap()
    }

    fn scope(values: &[&str]) -> (JobScope, usize) {
        let (facts, mut gaps) = ([fact("Arbeitszeit", values)], Vec::new());
        let word = Facts { facts: &facts, gaps: &mut gaps }.job_scope(mapping().job_scope.as_ref().unwrap());
        (word, gaps.len())
    }

    #[test]
    fn values_become_words_and_what_is_unknown_is_said() {
        assert_eq!(scope(&["Vollzeit"]), (JobScope::FullTime, 0));
        assert_eq!(scope(&["TEILZEIT"]), (JobScope::PartTime, 0), "by its key");
        assert_eq!(scope(&["Teilzeit", "Vollzeit"]), (JobScope::Either, 0));
        assert_eq!(scope(&["Vollzeit", "Minijob"]), (JobScope::Unstated, 1));
        assert_eq!(scope(&["Vollzeit", "Schicht"]), (JobScope::Unstated, 1));
        assert_eq!(scope(&[]), (JobScope::Unstated, 1));
    }

    #[test]
    fn a_posting_without_the_fact_says_nothing() {
        let mut gaps = Vec::new();
        let word = Facts { facts: &[], gaps: &mut gaps }.job_scope(mapping().job_scope.as_ref().unwrap());
        assert_eq!((word, gaps.as_slice()), (JobScope::Unstated, &["the posting has no Hours".to_owned()][..]));
    }

    #[test]
    fn texts_are_taken_as_they_are_unless_there_is_another_word() {
        let said = |facts: &[Fact]| Facts { facts, gaps: &mut Vec::new() }.text(mapping().area.as_ref().unwrap());
        assert_eq!(said(&[fact("Fach", &["arzt"])]).as_deref(), Some("Ärztin/Arzt"));
        assert_eq!(said(&[fact("Fach", &["Pflege"])]).as_deref(), Some("Pflege"));
        assert_eq!(said(&[]).as_deref(), Some("Sonstiges"));
    }

    #[test]
    fn a_day_is_written_in_many_ways() {
        let said = |day: &str| {
            let mut gaps = Vec::new();
            let day = Facts { facts: &[fact("Beginn", &[day])], gaps: &mut gaps }
                .first_day(mapping().first_day.as_ref().unwrap());
            (day.unwrap_or_default(), gaps.len())
        };
        for day in ["20.01.2027", "2027-01-20", "20/01/2027", "2027-01-20T00:00:00+01:00"] {
            assert_eq!(said(day), ("2027-01-20T12:00:00Z".to_owned(), 0), "{day}");
        }
        assert_eq!(said("ab sofort"), (String::new(), 0));
        assert_eq!(said("im Frühjahr"), (String::new(), 1));
        assert_eq!(said("31.02.2027"), (String::new(), 1));
    }
}
