//! A free line with an address: the wire has nothing else, and a person typed it.

use crate::emply::rough::{
    draft::Draft,
    form::{
        Form,
        Meaning::{AsItSays, Same},
    },
};

const LOCATION: &[&str] = &["location"];

pub(super) const FORMS: &[Form] = &[
    Form::posting("zip-before-city", LOCATION, Same, "`Musterstraße 6, 80331 München`", |record| {
        address(record, |at| Some(format!("{}, {} {}{}", at.street, at.zip, at.city, at.and_country(", "))))
    }),
    Form::posting("zip-with-its-country", LOCATION, Same, "`Musterstraße 6, D-80331 München`", |record| {
        address(record, |at| Some(format!("{}, {}-{} {}", at.street, at.land()?.code, at.zip, at.city)))
    }),
    Form::posting("semicolons", LOCATION, Same, "`Musterstraße 6; 80331; München`", |record| {
        address(record, |at| Some(format!("{}; {}; {}{}", at.street, at.zip, at.city, at.and_country("; "))))
    }),
    Form::posting("lines", LOCATION, Same, "a line break between the parts, zip and city in one", |record| {
        address(record, |at| Some(format!("{}\r\n{} {}{}", at.street, at.zip, at.city, at.and_country("\r\n"))))
    }),
    Form::posting("country-in-french", LOCATION, Same, "`…, München, Allemagne`", |record| {
        address(record, |at| at.country_as(at.land()?.french))
    }),
    Form::posting("country-in-danish", LOCATION, Same, "`…, München, Tyskland`", |record| {
        address(record, |at| at.country_as(at.land()?.danish))
    }),
    Form::posting("country-in-english", LOCATION, Same, "`…, München, GERMANY`", |record| {
        address(record, |at| at.country_as(at.land()?.english))
    }),
    Form::posting(
        "unknown-country",
        LOCATION,
        AsItSays,
        "`…, München, Atlantis`: a country that is none",
        |record| address(record, |at| Some(at.in_country("Atlantis"))),
    ),
    Form::posting("city-alone", LOCATION, AsItSays, "`München`", |record| {
        address(record, |at| Some(at.city.to_owned()))
    }),
    Form::posting("house-in-front", LOCATION, AsItSays, "`Klinik Nord, Haus 12, 80331, München`", |record| {
        address(record, |at| Some(format!("Klinik Nord, Haus 12, {}, {}", at.zip, at.city)))
    }),
    Form::posting(
        "british-order",
        LOCATION,
        AsItSays,
        "`10 High Street, London, SW1A 1AA, United Kingdom`: zip after city",
        |record| address(record, |_| Some("10 High Street, London, SW1A 1AA, United Kingdom".to_owned())),
    ),
    Form::posting("city-and-country", LOCATION, AsItSays, "`Zürich, Schweiz`", |record| {
        address(record, |_| Some("Zürich, Schweiz".to_owned()))
    }),
];

struct Parts<'a> {
    street: &'a str,
    zip: &'a str,
    city: &'a str,
    country: Option<&'a str>,
}

struct Land {
    is_zip: fn(&str) -> bool,
    /// As it stands before a zip.
    code: &'static str,
    french: &'static str,
    danish: &'static str,
    english: &'static str,
}

const LANDS: &[Land] = &[
    Land {
        is_zip: |zip| digits(zip) == (5, 0),
        code: "D",
        french: "Allemagne",
        danish: "Tyskland",
        english: "GERMANY",
    },
    Land { is_zip: |zip| digits(zip) == (4, 0), code: "DK", french: "Danemark", danish: "DANMARK", english: "DENMARK" },
    Land {
        is_zip: |zip| digits(zip) == (4, 2),
        code: "NL",
        french: "Pays-Bas",
        danish: "Nederlandene",
        english: "THE NETHERLANDS",
    },
];

fn digits(zip: &str) -> (usize, usize) {
    let count = |is: fn(&char) -> bool| zip.chars().filter(is).count();
    (count(char::is_ascii_digit), count(char::is_ascii_alphabetic))
}

impl Parts<'_> {
    fn land(&self) -> Option<&'static Land> {
        LANDS.iter().find(|land| (land.is_zip)(self.zip))
    }

    fn and_country(&self, separator: &str) -> String {
        self.country.map_or_else(String::new, |country| format!("{separator}{country}"))
    }

    fn country_as(&self, country: &str) -> Option<String> {
        self.country.map(|_| self.in_country(country))
    }

    fn in_country(&self, country: &str) -> String {
        format!("{}, {}, {}, {country}", self.street, self.zip, self.city)
    }
}

/// Writes a tidy address in another way; one that is not, as a person's own may be, stays.
fn address(record: &mut Draft, write: impl Fn(&Parts<'_>) -> Option<String>) -> Option<()> {
    let mut location = record.get("location");
    let line = location["address"].as_str()?.to_owned();
    let (street, zip, city, country) = match line.split(", ").collect::<Vec<_>>()[..] {
        [street, zip, city] => (street, zip, city, None),
        [street, zip, city, country] => (street, zip, city, Some(country)),
        _ => return None,
    };
    location["address"] = write(&Parts { street, zip, city, country })?.into();
    record.set("location", location)
}
