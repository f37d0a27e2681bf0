//! The mapping file: what of a posting becomes what at the board, and what no posting says.

use std::{collections::BTreeMap, fmt};

use domain::place::{CountryCode, CountryNames};
use runtime::toml_file::{self, BadFile};
use serde::{
    Deserialize, Deserializer,
    de::{self, SeqAccess, Visitor},
};

use super::{
    by_name::{ByName, Keys},
    wire::{Address, Contact, Employer, HiringType, JobScope, Person},
};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Only postings on these media are handed over, the first medium before the others; all, if it is empty.
    #[serde(default)]
    pub(super) media: Keys,
    /// Which wording is taken of several: `de`, `de-CH`.
    #[serde(default = "languages")]
    pub(super) languages: Vec<String>,
    /// Where jobs are whose address names no country.
    #[serde(default)]
    country: Country,
    /// What countries are called in addresses, besides the names that are known.
    #[serde(default)]
    countries: BTreeMap<String, Country>,
    #[serde(default = "yes")]
    pub(super) online_applicants: bool,
    /// Whether a posting without a text is held back.
    #[serde(default = "yes")]
    pub(super) text_required: bool,
    pub(super) message: Option<Filled>,
    employer: Option<EmployerTable>,
    contact: PersonTable,
    /// Whom they may ask in a department, by its name or its key.
    #[serde(default)]
    departments: ByName<PersonTable>,
    pub(super) hiring_type: Option<Rule<HiringType>>,
    pub(super) job_scope: Option<Rule<JobScope>>,
    pub(super) area: Option<TextRule>,
    pub(super) domain: Option<TextRule>,
    pub(super) level: Option<TextRule>,
    pub(super) first_day: Option<DayRule>,
}

/// A fact of the tenant's, and the board's word for each of its values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Rule<T> {
    /// Keys of the fact, or its titles in any language.
    pub(super) fact: Names,
    /// By value, in any language, or by its key.
    pub(super) values: ByName<T>,
}

/// A fact whose text is taken as it is, unless another word is given for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TextRule {
    #[serde(default)]
    pub(super) fact: Names,
    #[serde(default)]
    pub(super) values: ByName<Filled>,
    pub(super) default: Option<Filled>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DayRule {
    pub(super) fact: Names,
    #[serde(default = "at_once")]
    pub(super) at_once: Vec<String>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct EmployerTable {
    name: Filled,
    street: Filled,
    zip: Filled,
    city: Filled,
    #[serde(default)]
    country: Country,
    fax: Option<Filled>,
    telephone: Option<Filled>,
    email: Option<Email>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct PersonTable {
    name: Filled,
    fax: Option<Filled>,
    telephone: Option<Filled>,
    email: Option<Email>,
}

/// A text that is not blank.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct Filled(pub(super) String);

/// One name, or a list of names for the same thing.
#[derive(Debug, Clone, Default)]
pub(super) struct Names(pub(super) Vec<String>);

#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Email(String);

/// Two capital letters (ISO 3166-1).
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Country(CountryCode);

impl Mapping {
    pub fn parse(text: &str) -> Result<Self, BadFile> {
        toml_file::parse(text)
    }

    pub(super) fn country(&self) -> CountryCode {
        self.country.0
    }

    pub(super) fn country_names(&self) -> CountryNames {
        self.countries.iter().map(|(name, country)| (name.as_str(), country.0)).collect()
    }

    pub(super) fn employer(&self) -> Option<Employer> {
        let EmployerTable { name, street, zip, city, country, fax, telephone, email } = self.employer.as_ref()?;
        let [name, street, zip, city] = [name, street, zip, city].map(|filled| filled.0.clone());
        let address = Address { street, city, zip, country: country.0.to_string() };
        Some(Employer { name, address, contact: contact(fax.as_ref(), telephone.as_ref(), email.as_ref()) })
    }

    pub(super) fn contact(&self, key: Option<&str>, name: Option<&str>, gaps: &mut Vec<String>) -> Person {
        let of_department = [key, name].into_iter().flatten().find_map(|name| self.departments.get(name));
        if let (None, false, Some(name)) = (of_department, self.departments.is_empty(), name.or(key)) {
            gaps.push(format!(
                "the department {name:?} is not in the mapping file's [departments]; the general contact is shown"
            ));
        }
        let PersonTable { name, fax, telephone, email } = of_department.unwrap_or(&self.contact);
        Person { name: name.0.clone(), contact: contact(fax.as_ref(), telephone.as_ref(), email.as_ref()) }
    }
}

fn contact(fax: Option<&Filled>, telephone: Option<&Filled>, email: Option<&Email>) -> Option<Contact> {
    let [fax, telephone] = [fax, telephone].map(|filled| filled.map(|filled| filled.0.clone()));
    let contact = Contact { fax, telephone, email: email.map(|email| email.0.clone()) };
    Some(contact).filter(|contact| *contact != Contact::default())
}

fn languages() -> Vec<String> {
    vec!["de".to_owned(), "en".to_owned()]
}

fn at_once() -> Vec<String> {
    ["sofort", "ab sofort", "at once", "immediately"].map(str::to_owned).into()
}

fn yes() -> bool {
    true
}

impl TryFrom<String> for Filled {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.trim().is_empty() { Err("this may not be empty") } else { Ok(Self(text)) }
    }
}

impl<'de> Deserialize<'de> for Names {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct OneOrMany;

        impl<'de> Visitor<'de> for OneOrMany {
            type Value = Names;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a name, or a list of names")
            }

            fn visit_str<E: de::Error>(self, name: &str) -> Result<Names, E> {
                Ok(Names(vec![name.to_owned()]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Names, A::Error> {
                let mut names = Vec::new();
                while let Some(name) = items.next_element()? {
                    names.push(name);
                }
                Ok(Names(names))
            }
        }

        deserializer.deserialize_any(OneOrMany)
    }
}

impl TryFrom<String> for Email {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_email = text.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
        if is_email { Ok(Self(text)) } else { Err("this is no e-mail address") }
    }
}

impl TryFrom<String> for Country {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        CountryCode::new(&text).map(Self).ok_or("this is no country as two capital letters (DE)")
    }
}

impl Default for Country {
    fn default() -> Self {
        Self(CountryCode::DE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(text: &str) -> String {
        Mapping::parse(text).unwrap_err().to_string()
    }

    #[test]
    fn the_example_and_the_charts_own_file_are_some() {
        let mapping = Mapping::parse(include_str!("../../mapping.example.toml")).unwrap();
        assert!(mapping.employer().is_some() && mapping.hiring_type.is_some() && mapping.first_day.is_some());
        Mapping::parse(include_str!("../../../../helm/emply-pipeline/files/mapping-for-the-mock.toml")).unwrap();
    }

    #[test]
    fn a_mistake_is_named_with_its_place_and_without_what_is_private() {
        let contact = "[contact]\nname = \"Jane Doe\"\n";
        assert_eq!(bad(""), "line 1, column 1: missing field `contact`");
        assert_eq!(
            bad(&format!("{contact}phone = \"0231 1\"\n")).split(", expected").next(),
            Some("line 3, column 1: unknown field `phone`")
        );
        assert_eq!(bad(&format!("{contact}email = \"jane.doe\"\n")), "line 3, column 9: this is no e-mail address");
        assert_eq!(
            bad(&format!("country = \"Germany\"\n{contact}")),
            "line 1, column 11: this is no country as two capital letters (DE)"
        );
        assert_eq!(bad("[contact]\nname = \" \"\n"), "line 2, column 8: this may not be empty");
        assert_eq!(bad("[contact]\nname = [\"Jane Doe\"]\n"), "line 2, column 8: what stands here is of a wrong kind");
        let rule = "[job_scope]\nfact = \"Arbeitszeit\"\nvalues = { Vollzeit = \"vollzeit\" }\n";
        let said = bad(&format!("{contact}{rule}"));
        assert!(
            said.starts_with(
                "line 5, column 23: unknown variant `vollzeit`, expected one of `Keine Angaben`, `Aushilfe`"
            ),
            "{said}"
        );
        for broken in ["[contact\nname = \"Jane Doe\"", "[contact]\nname = \"Jane Doe", "[contact]\nname = Jane Doe"] {
            let said = bad(broken);
            assert!(said.starts_with("line ") && !said.contains("Jane"), "{said}");
        }
    }

    #[test]
    fn names_that_are_the_same_to_a_reader_are_so_to_us() {
        let mapping = Mapping::parse(
            r#"
            media = ["{172D5ED0-9986-4AB4-8E3A-3432B94B57A3}", "6e1f0f6c-53d7-4a0e-9a86-0c8a1f5f7b21"]
            [contact]
            name = "General"
            [departments."Station 4"]
            name = "Four"
            [departments."{0B7B0A0E-3C6E-4F6E-9A5E-2F1F6B6A9F10}"]
            name = "Five"
            "#,
        )
        .unwrap();
        for (medium, place) in [
            ("172d5ed0-9986-4ab4-8e3a-3432b94b57a3", Some(0)),
            ("6E1F0F6C-53D7-4A0E-9A86-0C8A1F5F7B21", Some(1)),
            ("6e1f0f6c", None),
        ] {
            assert_eq!(mapping.media.place(medium), place, "{medium}");
        }
        for (key, name, contact, gap) in [
            (None, Some("Station 4"), "Four", None),
            (None, Some("Station 4 "), "Four", None),
            (Some("x"), Some("STATION\u{a0} 4"), "Four", None),
            (Some("0b7b0a0e-3c6e-4f6e-9a5e-2f1f6b6a9f10"), Some("Station 5"), "Five", None),
            (None, None, "General", None),
            (Some("x"), Some("Station 45"), "General", Some("Station 45")),
            (Some("x"), None, "General", Some("x")),
        ] {
            let mut gaps = Vec::new();
            assert_eq!(mapping.contact(key, name, &mut gaps).name, contact, "{key:?} {name:?}");
            let told = gap.map(|name| {
                format!(
                    "the department {name:?} is not in the mapping file's [departments]; the general contact is shown"
                )
            });
            assert_eq!(gaps, told.into_iter().collect::<Vec<_>>(), "{key:?} {name:?}");
        }
        let mut gaps = Vec::new();
        let without = Mapping::parse("[contact]\nname = \"General\"").unwrap();
        assert_eq!((&*without.contact(None, Some("x"), &mut gaps).name, gaps.len()), ("General", 0));
    }

    #[test]
    fn two_names_that_are_the_same_are_a_mistake() {
        let twice = "this is there twice; case, white space and braces do not count";
        let contact = "[contact]\nname = \"x\"\n";
        for (text, place) in [
            (format!("media = [\"a\",\n \"{{A}}\"]\n{contact}"), "line 2, column 2"),
            (
                format!(
                    "{contact}[departments.\"STATION  4 \"]\nname = \"x\"\n[departments.\"Station 4\"]\nname = \"y\""
                ),
                "line 5, column 14",
            ),
            (
                format!(
                    "{contact}[job_scope]\nfact = \"f\"\n[job_scope.values]\nVOLL = \"Vollzeit\"\nVoll = \"Teilzeit\""
                ),
                "line 7, column 1",
            ),
            (format!("{contact}[area]\nvalues = {{ \" A\" = \"x\", a = \"y\" }}"), "line 4, column 24"),
        ] {
            assert_eq!(bad(&text), format!("{place}: {twice}"), "{text}");
        }
        assert_eq!(
            bad(&format!("{contact}[departments.\" \"]\nname = \"x\"")),
            "line 3, column 14: this may not be empty"
        );
    }
}
