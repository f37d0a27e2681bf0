//! Real postal codes and towns of eight countries, written in the ways in which people write addresses there: how many are told
//! right, how many are left out, and none wrong. And what must hold for any line at all.

use std::fmt::Write as _;

use domain::place::{CountryCode, CountryNames, Place, read};

/// A country: its list, streets as they are written there, what it is called, and what is put before its postal codes.
struct Country {
    code: &'static str,
    list: &'static str,
    streets: &'static [&'static str],
    names: &'static [&'static str],
    prefixes: &'static [&'static str],
    /// Least share of lines of which all is told, in percent: as they stand, and where the country is supposed.
    right: [usize; 2],
}

const COUNTRIES: [Country; 8] = [
    Country {
        code: "DE",
        list: include_str!("DE.csv"),
        streets: &[
            "Olgastr. 7",
            "Straße des 17. Juni 135",
            "Am Anger 12a",
            "Klinik Nord, Haus 12",
            "Lindenallee 12-14",
        ],
        names: &["Deutschland", "Germany", "DE", "Tyskland"],
        prefixes: &["D-", "DE-", "D "],
        right: [98, 98],
    },
    Country {
        code: "AT",
        list: include_str!("AT.csv"),
        streets: &["Hauptplatz 1", "Währinger Gürtel 18-20", "Ring 5/3/12", "Objekt 1234, Ring 7"],
        names: &["Österreich", "Austria", "AT", "Oostenrijk"],
        prefixes: &["A-", "AT-", "A "],
        right: [80, 92],
    },
    Country {
        code: "CH",
        list: include_str!("CH.csv"),
        streets: &["Bahnhofstrasse 1", "Rue du Lac 3", "Via Nassa 12", "Im Feld 7"],
        names: &["Schweiz", "Switzerland", "CH", "Suisse", "Svizzera"],
        prefixes: &["CH-", "CH "],
        right: [81, 94],
    },
    Country {
        code: "NL",
        list: include_str!("NL.csv"),
        streets: &["Damrak 1", "Laan van Meerdervoort 100-A", "Gebouw 2, Markt 12 b", "Postbus 1234"],
        names: &["Nederland", "The Netherlands", "NL", "Niederlande", "Holland"],
        prefixes: &["NL-", "NL "],
        // 9711 NE may be a town of the canton Neuchâtel as well
        right: [97, 98],
    },
    Country {
        code: "DK",
        list: include_str!("DK.csv"),
        streets: &["Nørregade 1", "Nyvej 1234", "H.C. Andersens Boulevard 12", "Blegdamsvej 9, Opgang 3"],
        names: &["Danmark", "Denmark", "DK", "Dänemark"],
        prefixes: &["DK-", "DK "],
        right: [86, 100],
    },
    Country {
        code: "SE",
        list: include_str!("SE.csv"),
        streets: &["Drottninggatan 1", "Box 123", "Storgatan 12 B", "Hus 4, Sjukhusvägen 7"],
        names: &["Sverige", "Sweden", "SE", "Schweden"],
        prefixes: &["SE-", "S-", "SE "],
        right: [100, 100],
    },
    Country {
        code: "NO",
        list: include_str!("NO.csv"),
        streets: &["Karl Johans gate 1", "Postboks 1234 Sentrum", "Storgata 12 B", "Bygg 3, Sykehusveien 25"],
        names: &["Norge", "Norway", "NO", "Norwegen"],
        prefixes: &["NO-", "N-", "NO "],
        right: [86, 100],
    },
    Country {
        code: "GB",
        list: include_str!("GB.csv"),
        streets: &["10 High Street", "Flat 2, 14 Castle Hill Road", "Unit 7, 3 Station Road", "1 Kingsway 2"],
        names: &["United Kingdom", "England", "GB", "UK", "Vereinigtes Königreich"],
        prefixes: &["GB-"],
        right: [97, 97],
    },
];

const SEPARATORS: [&str; 6] = [", ", "; ", "\n", "\r\n", " | ", ","];

/// A line, and the country that it tells.
struct Line {
    text: String,
    names_its_country: bool,
}

impl Country {
    fn towns(&self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let rows = self.list.lines().filter(|line| !line.starts_with('#'));
        rows.filter_map(|line| line.split_once(';'))
    }

    /// All ways to write it: each street, separator, and country, with the postal code before the town, in a part of its own, or
    /// behind it.
    fn lines(&self, zip: &str, town: &str) -> Vec<Line> {
        let mut lines = Vec::new();
        for (number, separator) in SEPARATORS.iter().enumerate() {
            let street = self.streets[number % self.streets.len()];
            let name = self.names[number % self.names.len()];
            let prefix = self.prefixes[number % self.prefixes.len()];
            for (places, has_prefix) in [
                (format!("{zip} {town}"), false),
                (format!("{zip}{separator}{town}"), false),
                (format!("{prefix}{zip} {town}"), true),
                (format!("{town}{separator}{zip}"), false),
                (format!("{town} ({zip})"), false),
            ] {
                let mut text = format!("{street}{separator}{places}");
                lines.push(Line { text: text.clone(), names_its_country: has_prefix });
                let _ = write!(text, "{separator}{name}");
                lines.push(Line { text, names_its_country: true });
                lines.push(Line { text: places, names_its_country: has_prefix });
            }
        }
        lines
    }
}

/// How lines were told.
#[derive(Debug, Default)]
struct Tally {
    right: usize,
    left_out: usize,
    wrong: Vec<String>,
}

fn tally(country: &Country, home: bool) -> Tally {
    let mut tally = Tally::default();
    let home = CountryCode::new(country.code).filter(|_| home);
    for (zip, town) in country.towns() {
        for line in country.lines(zip, town) {
            let place = read(&line.text, home, &CountryNames::default());
            let code = place.country.map(|code| code.to_string());
            let is_told = |told: Option<&str>, right: &str| told.is_none_or(|told| told == right);
            let mut street = place.street.as_deref().unwrap_or_default().split(", ");
            let street_is_honest =
                !street.any(|part| Some(part) == place.city.as_deref() || Some(part) == place.zip.as_deref());
            let is_right = is_told(place.zip.as_deref(), zip)
                && is_told(place.city.as_deref(), town)
                && is_told(code.as_deref(), country.code)
                && place.cities.is_empty()
                && street_is_honest;
            let is_whole = place.zip.is_some() && place.city.is_some() && (code.is_some() || !line.names_its_country);
            match (is_right, is_whole) {
                (false, _) => tally.wrong.push(format!("{:?}: {place:?}", line.text)),
                (true, true) => tally.right += 1,
                (true, false) => tally.left_out += 1,
            }
            if !is_whole {
                assert!(!place.gaps.is_empty(), "left out, and not said: {:?}: {place:?}", line.text);
            }
        }
    }
    tally
}

#[test]
fn no_part_is_wrong_and_most_are_told() {
    let mut report = String::new();
    let mut is_good = true;
    for country in &COUNTRIES {
        assert!(country.towns().count() >= 40, "{}", country.code);
        for home in [false, true] {
            let Tally { right, left_out, wrong } = tally(country, home);
            let share = right * 100 / (right + left_out + wrong.len());
            is_good &= wrong.is_empty() && share >= country.right[usize::from(home)];
            let supposed = if home { ", where it is supposed" } else { "" };
            let _ = writeln!(
                report,
                "{}{supposed}: {right} right ({share} %), {left_out} left out, {} wrong",
                country.code,
                wrong.len()
            );
            for line in wrong.iter().take(12) {
                let _ = writeln!(report, "  {line}");
            }
        }
    }
    assert!(is_good, "\n{report}");
}

/// What a part is searched in: single blanks.
fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a postal code has one of the shapes there are.
fn has_a_shape(zip: &str) -> bool {
    let shape: String = zip
        .chars()
        .map(|letter| match letter {
            '0'..='9' => '9',
            'A'..='Z' | 'a'..='z' => 'A',
            other => other,
        })
        .collect();
    let compact = shape.replace(' ', "");
    let british = ["A99AA", "A999AA", "AA99AA", "AA999AA", "A9A9AA", "AA9A9AA", "AAA9AA"];
    matches!(shape.as_str(), "9999" | "99999" | "999 99" | "99-999" | "9999 AA" | "9999AA")
        || british.contains(&compact.as_str())
}

/// What must hold for any line.
fn hold(line: &str) {
    for home in [None, Some(CountryCode::DE)] {
        let place = read(line, home, &CountryNames::default());
        let Place { street, zip, city, cities, country: _, gaps: _ } = &place;
        let whole = plain(line);
        let street_parts = street.iter().flat_map(|street| street.split(", "));
        for part in street_parts.chain(zip.as_deref()).chain(city.as_deref()).chain(cities.iter().map(String::as_str)) {
            assert!(whole.contains(part), "{line:?} has no {part:?}: {place:?}");
        }
        for town in city.iter().chain(cities) {
            let alone = read(&format!("Ring 1, 44137 Dortmund, {town}"), None, &CountryNames::default());
            assert!(alone.country.is_none(), "{line:?}: {town:?} is a country or a region");
            assert!(!town.chars().any(char::is_numeric), "{line:?}: {town:?}");
        }
        assert!(zip.as_deref().is_none_or(has_a_shape), "{line:?}: {zip:?}");
        assert!(cities.is_empty() || city.is_none() && zip.is_none(), "{line:?}: {place:?}");
    }
}

#[test]
fn what_holds_for_any_text() {
    bolero::check!().with_type::<String>().for_each(|line: &String| hold(line));
}

/// What chance alone never writes.
const WORDS: [&str; 40] = [
    "80331",
    "1010",
    "8001",
    "1012 LG",
    "111 22",
    "SW1A 1AA",
    "12",
    "12a",
    "4711",
    "D-80331",
    "DK-2100",
    "CH-",
    "München",
    "Wien",
    "Den Haag",
    "St. Gallen",
    "London",
    "High Street",
    "Olgastr.",
    "Am Anger",
    "Haus",
    "Klinik Nord",
    "Deutschland",
    "Schweiz",
    "United Kingdom",
    "Atlantis",
    "Georgia",
    "NRW",
    "Surrey",
    "DE",
    "CA",
    "(",
    ")",
    "Postfach",
    "Tel. 089 12345",
    "c/o",
    "-",
    "/",
    "K",
    "'s-",
];
const BETWEEN: [&str; 5] = [", ", " ", "\n", "; ", ","];

#[test]
fn what_holds_for_words_of_addresses_in_any_order() {
    bolero::check!().with_type::<Vec<(u8, u8)>>().for_each(|choices: &Vec<(u8, u8)>| {
        let mut line = String::new();
        for (word, between) in choices.iter().take(8) {
            line.push_str(WORDS[usize::from(*word) % WORDS.len()]);
            line.push_str(BETWEEN[usize::from(*between) % BETWEEN.len()]);
        }
        hold(&line);
    });
}
