//! What a page was asked for: a form's fields, any of which anybody may have written by hand.

use chrono::{Datelike as _, Days, NaiveDate};

use crate::words::Language;

pub(crate) const PERIODS: [u32; 4] = [4, 13, 26, 52];
/// Half a year, for whoever asks for no other period.
const USUAL: u32 = 26;
/// Nothing that is told of has a longer name.
pub(crate) const LONGEST: usize = 500;

/// What was asked for; a name that is not set is any.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Question {
    /// How many full weeks, besides the current one; none for all.
    pub(crate) weeks: Option<u32>,
    pub(crate) department: Option<String>,
    pub(crate) city: Option<String>,
    pub(crate) source: Option<String>,
    pub(crate) posting_type: Option<String>,
    /// The Monday of the week whose days are asked for.
    pub(crate) week: Option<NaiveDate>,
    /// Where it was asked for by name, and not by the reader's settings.
    pub(crate) language: Option<Language>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TooLong;

impl Question {
    /// Of the fields of an address. What is not known, or not as it can be, is passed over; of two the last counts.
    pub(crate) fn read(fields: &[(String, String)]) -> Result<Self, TooLong> {
        let mut asked = Self::usual(None);
        for (name, value) in fields {
            if value.len() > LONGEST {
                return Err(TooLong);
            }
            let named = Some(value.clone()).filter(|value| !value.is_empty());
            match name.as_str() {
                "period" if value == "all" => asked.weeks = None,
                "period" => {
                    let weeks = value.parse().ok().filter(|weeks| PERIODS.contains(weeks));
                    asked.weeks = Some(weeks.unwrap_or(USUAL));
                }
                "department" => asked.department = named,
                "city" => asked.city = named,
                "source" => asked.source = named,
                "type" => asked.posting_type = named,
                // any of its days names a week
                "week" => asked.week = value.parse().ok().and_then(|day: NaiveDate| monday(day)),
                "lang" => asked.language = value.parse().ok(),
                _ => {}
            }
        }
        Ok(asked)
    }

    pub(crate) fn usual(language: Option<Language>) -> Self {
        Self { weeks: Some(USUAL), language, ..Self::default() }
    }

    pub(crate) fn link(&self, path: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        match self.weeks {
            Some(USUAL) => {}
            Some(weeks) => {
                query.append_pair("period", &weeks.to_string());
            }
            None => {
                query.append_pair("period", "all");
            }
        }
        let named = [("department", &self.department), ("city", &self.city), ("source", &self.source)];
        for (name, value) in named.into_iter().chain([("type", &self.posting_type)]) {
            if let Some(value) = value {
                query.append_pair(name, value);
            }
        }
        if let Some(week) = self.week {
            query.append_pair("week", &week.to_string());
        }
        if let Some(language) = self.language {
            query.append_pair("lang", language.tag());
        }
        let query = query.finish();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

fn monday(day: NaiveDate) -> Option<NaiveDate> {
    day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(query: &str) -> Result<Question, TooLong> {
        let fields: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Question::read(&fields)
    }

    #[test]
    fn a_link_asks_the_same() {
        for query in [
            "",
            "period=all",
            "period=4&city=K%C3%B6ln+am+Rhein&lang=de",
            "department=a%26b%3Dc&source=%3Cb%3E&type=talent_pool&week=2026-11-02&lang=nl",
        ] {
            let asked = read(query).unwrap();
            assert_eq!(asked.link("/dashboard").trim_start_matches("/dashboard").trim_start_matches('?'), query);
        }
    }

    #[test]
    fn what_makes_no_sense_does_nothing() {
        let usual = read("").unwrap();
        for query in [
            "period=5",
            "period=-1",
            "period=99999999999999",
            "period=",
            "city=",
            "week=2026-13-01",
            "lang=fr",
            "x=y",
            "city%5B%5D=a",
            "period=26&period=0x1a",
            "&&==&=",
        ] {
            assert_eq!(read(query).unwrap(), usual, "{query}");
        }
        assert_eq!(read("week=2026-11-08").unwrap().week, Some("2026-11-02".parse().unwrap()));
        assert_eq!(read("city=a&city=b").unwrap().city.as_deref(), Some("b"));
        assert_eq!(read(&format!("city={}", "a".repeat(501))), Err(TooLong));
    }
}
