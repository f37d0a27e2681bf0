//! The mapping file: what of a posting becomes what at the board, and what no posting says.

use std::{collections::BTreeMap, fmt};

use domain::place::{CountryCode, CountryNames};
use runtime::toml_file::{self, BadFile};
use serde::{
    Deserialize, Deserializer,
    de::{self, SeqAccess, Visitor},
};

use crate::sink::wire::{Address, Contact, Employer, HiringType, JobScope, Person};

/// A mapping file that was read.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// Only postings on these media are handed over, the first medium before the others; all, if it is empty.
    #[serde(default)]
    pub media: Vec<String>,
    /// Which wording is taken of several: `de`.
    #[serde(default = "languages")]
    pub languages: Vec<String>,
    /// Where jobs are whose address names no country.
    #[serde(default)]
    country: Country,
    /// What countries are called in addresses, besides the names that are known.
    #[serde(default)]
    countries: BTreeMap<String, Country>,
    /// Whether one may apply online.
    #[serde(default = "yes")]
    pub online_applicants: bool,
    /// Whether a posting without a text is held back.
    #[serde(default = "yes")]
    pub text_required: bool,
    /// To the board's staff.
    #[serde(default)]
    pub message: Option<Filled>,
    /// Whom jobs are with.
    #[serde(default)]
    employer: Option<EmployerTable>,
    /// Whom applicants may ask.
    contact: PersonTable,
    /// Whom they may ask in a department, by its name.
    #[serde(default)]
    departments: BTreeMap<String, PersonTable>,
    /// Kind of contract.
    #[serde(default)]
    pub hiring_type: Option<Rule<HiringType>>,
    /// Working time.
    #[serde(default)]
    pub job_scope: Option<Rule<JobScope>>,
    /// Field of work.
    #[serde(default)]
    pub area: Option<TextRule>,
    /// Speciality.
    #[serde(default)]
    pub domain: Option<TextRule>,
    /// Level of hierarchy.
    #[serde(default)]
    pub level: Option<TextRule>,
    /// First day at work.
    #[serde(default)]
    pub first_day: Option<DayRule>,
}

/// A fact of the tenant's, and the board's word for each of its values.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule<T> {
    /// Keys of the fact, or its titles in any language.
    pub fact: Names,
    /// By value, in any language, or by its key.
    pub values: BTreeMap<String, T>,
}

/// A fact whose text is taken as it is, unless another word is given for it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextRule {
    /// Keys of the fact, or its titles in any language.
    #[serde(default)]
    pub fact: Names,
    /// By value.
    #[serde(default)]
    pub values: BTreeMap<String, Filled>,
    /// For postings without the fact.
    #[serde(default)]
    pub default: Option<Filled>,
}

/// A fact that is a day.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DayRule {
    /// Keys of the fact, or its titles in any language.
    pub fact: Names,
    /// Texts that mean at once.
    #[serde(default = "at_once")]
    pub at_once: Vec<String>,
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
pub struct Filled(pub String);

/// One name, or a list of names for the same thing.
#[derive(Debug, Clone, Default)]
pub struct Names(pub Vec<String>);

#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Email(String);

/// Two capital letters (ISO 3166-1).
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
struct Country(String);

impl Mapping {
    /// Reads a file's text.
    pub fn parse(text: &str) -> Result<Self, BadFile> {
        toml_file::parse(text)
    }

    /// Where jobs are whose address names no country.
    pub(super) fn country(&self) -> Option<CountryCode> {
        CountryCode::new(&self.country.0)
    }

    /// What countries are called besides in addresses.
    pub(super) fn country_names(&self) -> CountryNames {
        let codes = self.countries.iter().map(|(name, country)| (name.as_str(), CountryCode::new(&country.0)));
        codes.filter_map(|(name, code)| Some((name, code?))).collect()
    }

    /// Whom jobs are with.
    pub(super) fn employer(&self) -> Option<Employer> {
        let EmployerTable { name, street, zip, city, country, fax, telephone, email } = self.employer.as_ref()?;
        let address = Address { street: street.text(), city: city.text(), zip: zip.text(), country: country.0.clone() };
        Some(Employer {
            name: name.text(),
            address,
            contact: contact(fax.as_ref(), telephone.as_ref(), email.as_ref()),
        })
    }

    /// Whom applicants may ask about a job of this department.
    pub(super) fn contact(&self, department: Option<&str>) -> Person {
        let of_department = department.and_then(|department| self.departments.get(department));
        let PersonTable { name, fax, telephone, email } = of_department.unwrap_or(&self.contact);
        Person { name: name.text(), contact: contact(fax.as_ref(), telephone.as_ref(), email.as_ref()) }
    }
}

fn contact(fax: Option<&Filled>, telephone: Option<&Filled>, email: Option<&Email>) -> Option<Contact> {
    let contact = Contact {
        fax: fax.map(Filled::text),
        telephone: telephone.map(Filled::text),
        email: email.map(|email| email.0.clone()),
    };
    let is_empty = contact.fax.is_none() && contact.telephone.is_none() && contact.email.is_none();
    (!is_empty).then_some(contact)
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

impl Filled {
    pub(super) fn text(&self) -> String {
        self.0.clone()
    }
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
        let is_code = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        if is_code { Ok(Self(text)) } else { Err("this is no country as two capital letters (DE)") }
    }
}

impl Default for Country {
    fn default() -> Self {
        Self("DE".to_owned())
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
}
