//! The tenant's facts in the board's words.

use std::ops::RangeInclusive;

use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime};
use domain::{Fact, FactValue, comparable, text};

use super::{
    mapping::{DayRule, Names, Rule, TextRule},
    wire::{HiringType, JobScope},
};

/// Years of days that somebody may begin on.
const YEARS: RangeInclusive<i32> = 2000..=2100;

pub(super) struct Facts<'a> {
    pub(super) known: &'a [Fact],
    /// In which values are told, the first before the others.
    pub(super) languages: &'a [String],
    pub(super) gaps: &'a mut Vec<String>,
}

impl Facts<'_> {
    pub(super) fn hiring_type(&mut self, rule: &Rule<HiringType>) -> HiringType {
        self.words(rule, |words| if let [word] = words { Some(*word) } else { None })
    }

    pub(super) fn job_scope(&mut self, rule: &Rule<JobScope>) -> JobScope {
        self.words(rule, |words| match words {
            [word] => Some(*word),
            [_, _, ..] if words.iter().all(|word| may_be_joined(*word)) => Some(JobScope::Either),
            _ => None,
        })
    }

    pub(super) fn text(&self, rule: &TextRule) -> Option<String> {
        let values = self.find(&rule.fact).map_or(&[][..], |fact| &fact.values);
        let Some((value, said)) = values.iter().find_map(|value| Some((value, self.said(value)?))) else {
            return rule.default.as_ref().map(|text| text.0.clone());
        };
        let listed = names(value).find_map(|name| rule.values.get(name));
        Some(listed.map_or(said, |word| word.0.clone()))
    }

    /// The first day at work; `None` for at once.
    pub(super) fn first_day(&mut self, rule: &DayRule) -> Option<String> {
        let value = self.find(&rule.fact)?.values.iter().find(|value| self.said(value).is_some())?;
        let is_at_once = |name: &str| rule.at_once.iter().any(|text| same(text, name));
        if names(value).any(is_at_once) {
            return None;
        }
        let said = self.said(value)?;
        let found = std::iter::once(said.as_str()).chain(value.text.texts()).find_map(day);
        if found.is_none() {
            self.gaps.push(format!(
                "{said:?} ({}) is no day such as 01.03.2027 or 2027-03-01, of the years {} to {}",
                rule.fact.first(),
                YEARS.start(),
                YEARS.end()
            ));
        }
        // at noon, so that no zone makes another day of it
        Some(found?.format("%Y-%m-%dT12:00:00Z").to_string())
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
            match names(value).find_map(|name| rule.values.get(name)) {
                Some(word) if words.contains(word) => {}
                Some(word) => words.push(*word),
                None => unknown
                    .push(format!("{:?} ({name}) is not in the mapping file", self.said(value).unwrap_or_default())),
            }
        }
        // beside one that is not known, the known ones could be half of the truth
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

    fn said(&self, value: &FactValue) -> Option<String> {
        text::line(value.text.preferred_of(self.languages)?)
    }

    fn find(&self, names: &Names) -> Option<&Fact> {
        let is_called =
            |fact: &Fact, name: &str| same(&fact.id, name) || fact.title.texts().any(|title| same(title, name));
        self.known.iter().find(|fact| names.0.iter().any(|name| is_called(fact, name)))
    }
}

impl Names {
    fn first(&self) -> &str {
        self.0.first().map_or("the fact", String::as_str)
    }
}

/// Full time and part time together are the board's word for either.
fn may_be_joined(word: JobScope) -> bool {
    matches!(word, JobScope::FullTime | JobScope::PartTime | JobScope::Either)
}

/// What a value is called in a mapping file: its key, or its text in any language.
fn names(value: &FactValue) -> impl Iterator<Item = &str> {
    value.id.as_deref().into_iter().chain(value.text.texts())
}

fn same(one: &str, other: &str) -> bool {
    comparable(one) == comparable(other)
}

/// The day that somebody has written: as `1.3.2027`, `01/03/2027` (the day first), `01.03.27` (of this century), or as ISO 8601
/// has it, also with a time.
fn day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    let iso = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    let with_time = || Some(DateTime::parse_from_rfc3339(text).ok()?.date_naive());
    let local = || Some(NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f").ok()?.date());
    let day = iso.or_else(with_time).or_else(local).or_else(|| by_hand(text, '.')).or_else(|| by_hand(text, '/'))?;
    YEARS.contains(&day.year()).then_some(day)
}

/// Day, month and year of two or four digits.
fn by_hand(text: &str, separator: char) -> Option<NaiveDate> {
    let parts: Vec<&str> = text.split(separator).map(str::trim).collect();
    let [day, month, year] = parts.as_slice() else { return None };
    let number = |digits: &str, longest: usize| {
        let is_number = digits.len() <= longest && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| digits.parse::<u32>().ok()).flatten()
    };
    let (day, month, year_read) = (number(day, 2)?, number(month, 2)?, i32::try_from(number(year, 4)?).ok()?);
    let year = match year.len() {
        2 => 2000 + year_read,
        4 => year_read,
        _ => return None,
    };
    NaiveDate::from_ymd_opt(year, month, day)
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
        let word =
            Facts { known: &facts, languages: &[], gaps: &mut gaps }.job_scope(mapping().job_scope.as_ref().unwrap());
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
        let word =
            Facts { known: &[], languages: &[], gaps: &mut gaps }.job_scope(mapping().job_scope.as_ref().unwrap());
        assert_eq!((word, gaps.as_slice()), (JobScope::Unstated, &["the posting has no Hours".to_owned()][..]));
    }

    #[test]
    fn texts_are_taken_as_they_are_unless_there_is_another_word() {
        let said = |facts: &[Fact]| {
            Facts { known: facts, languages: &[], gaps: &mut Vec::new() }.text(mapping().area.as_ref().unwrap())
        };
        assert_eq!(said(&[fact("Fach", &["arzt"])]).as_deref(), Some("Ärztin/Arzt"));
        assert_eq!(said(&[fact("Fach", &["Pflege"])]).as_deref(), Some("Pflege"));
        assert_eq!(said(&[]).as_deref(), Some("Sonstiges"));
    }

    #[test]
    fn a_text_is_told_in_the_languages_of_the_mapping_file() {
        let both = [("de-DE", "Pflege"), ("en-GB", "Nursing"), ("da-DK", " ")];
        let text: Localization = both.iter().map(|(locale, text)| ((*locale).to_owned(), (*text).to_owned())).collect();
        let fact = Fact { values: vec![FactValue { id: None, text }], ..fact("Fach", &[]) };
        for (languages, said) in
            [(&["en"][..], "Nursing"), (&["de-CH"], "Pflege"), (&["da", "de"], "Pflege"), (&[], "Pflege")]
        {
            let languages: Vec<String> = languages.iter().map(|language| (*language).to_owned()).collect();
            let facts = Facts { known: std::slice::from_ref(&fact), languages: &languages, gaps: &mut Vec::new() };
            assert_eq!(facts.text(mapping().area.as_ref().unwrap()).as_deref(), Some(said), "{languages:?}");
        }
    }

    #[test]
    fn a_day_is_written_in_many_ways() {
        let said = |day: &str| {
            let mut gaps = Vec::new();
            let day = Facts { known: &[fact("Beginn", &[day])], languages: &[], gaps: &mut gaps }
                .first_day(mapping().first_day.as_ref().unwrap());
            (day.unwrap_or_default(), gaps)
        };
        for (written, day) in [
            ("20.01.2027", "2027-01-20"),
            ("2027-01-20", "2027-01-20"),
            ("20/01/2027", "2027-01-20"),
            ("2027-01-20T00:00:00+01:00", "2027-01-20"),
            ("2027-01-20T00:00:00", "2027-01-20"),
            ("01.03.27", "2027-03-01"),
            (" 1.3.27 ", "2027-03-01"),
            ("1. 3. 2027", "2027-03-01"),
            ("1/3/27", "2027-03-01"),
            ("01.03.00", "2000-03-01"),
            ("01.03.99", "2099-03-01"),
            ("29.02.28", "2028-02-29"),
        ] {
            assert_eq!(said(written), (format!("{day}T12:00:00Z"), Vec::new()), "{written}");
        }
        assert_eq!(said("ab sofort"), (String::new(), Vec::new()));
        for no_day in [
            "im Frühjahr",
            "31.02.2027",
            "29.02.27",
            "01.03.027",
            "01.03.0027",
            "0027-03-01",
            "27-03-01",
            "01.03.1999",
            "2101-01-01",
            "1.3.",
            "01.03.+27",
            "01.03.2027 bis 01.04.2027",
        ] {
            let expected = "is no day such as 01.03.2027 or 2027-03-01, of the years 2000 to 2100";
            assert_eq!(said(no_day), (String::new(), vec![format!("{no_day:?} (Beginn) {expected}")]), "{no_day}");
        }
    }
}
