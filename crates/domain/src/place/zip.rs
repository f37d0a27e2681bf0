//! Postal codes: their shapes, and which country has which.

use std::sync::LazyLock;

use regex::Regex;

use super::country::CountryCode;

/// Letters at the begin of British postal codes, and those of the islands around, which are countries of their own.
const AREAS: &str = " AB AL B BA BB BD BF BH BL BN BR BS BT CA CB CF CH CM CO CR CT CV CW DA DD DE DG DH DL DN DT DY E EC EH EN EX \
    FK FY G GL GU GY HA HD HG HP HR HS HU HX IG IM IP IV JE KA KT KW KY L LA LD LE LL LN LS LU M ME MK ML N NE NG NN NP NR NW \
    OL OX PA PE PH PL PO PR RG RH RM S SA SE SG SK SL SM SN SO SP SR SS ST SW SY TA TD TF TN TQ TR TS TW UB W WA WC WD WF WN \
    WR WS WV YO ZE ";
/// What is put before a postal code abroad: the plates of cars, or the code of the country.
const PREFIXES: &[(&str, &str)] = &[
    ("A", "AT"),
    ("B", "BE"),
    ("CZ", "CZ"),
    ("D", "DE"),
    ("F", "FR"),
    ("FIN", "FI"),
    ("FL", "LI"),
    ("I", "IT"),
    ("L", "LU"),
    ("N", "NO"),
    ("S", "SE"),
    ("UK", "GB"),
    ("AT", "AT"),
    ("BE", "BE"),
    ("CH", "CH"),
    ("DE", "DE"),
    ("DK", "DK"),
    ("ES", "ES"),
    ("FI", "FI"),
    ("FR", "FR"),
    ("GB", "GB"),
    ("IT", "IT"),
    ("LI", "LI"),
    ("LU", "LU"),
    ("NL", "NL"),
    ("NO", "NO"),
    ("PL", "PL"),
    ("SE", "SE"),
];
/// Capitals that begin the names of towns too, so that `3100 ST PÖLTEN` is not taken for a Dutch `3100 ST`.
const WORDS: [&str; 22] = [
    "AM", "AN", "AU", "BO", "BY", "DE", "EL", "EN", "IM", "IN", "LA", "LE", "LO", "NY", "OB", "OP", "SA", "SD", "SS",
    "ST", "TE", "ZU",
];

/// Cantons, by two letters, which a Dutch postal code may end with too: `8000 ZH Zürich`.
const CANTONS: [&str; 26] = [
    "AG", "AI", "AR", "BE", "BL", "BS", "FR", "GE", "GL", "GR", "JU", "LU", "NE", "NW", "OW", "SG", "SH", "SO", "SZ",
    "TG", "TI", "UR", "VD", "VS", "ZG", "ZH",
];
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `1012 LG`, `1012LG`
    Dutch,
    /// `SW1A 1AA`, `M1 1AE`
    British,
    /// `111 22`
    Spaced,
    /// `80331`
    Five,
    /// `8001`
    Four,
    /// `00-950`
    Polish,
    /// Three digits, or six and more: of a country that we do not know, or a slip.
    Other,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Zip<'a> {
    pub(super) text: &'a str,
    pub(super) shape: Shape,
    /// The country before it, and whether a hyphen is between them.
    pub(super) prefix: Option<(CountryCode, bool)>,
}

struct Patterns {
    shape: Shape,
    at_the_begin: Regex,
    at_the_end: Regex,
}

static PATTERNS: LazyLock<Vec<Patterns>> = LazyLock::new(|| {
    let shapes = [
        (Shape::Dutch, r"[1-9]\d{3} ?[A-Za-z]{2}"),
        (Shape::British, r"(?i:(?:[A-Z]{1,2}\d[A-Z\d]?|GIR) ?\d[ABD-HJLNP-UW-Z]{2})"),
        (Shape::Spaced, r"\d{3} \d{2}"),
        (Shape::Polish, r"\d{2}-\d{3}"),
        (Shape::Five, r"\d{5}"),
        (Shape::Four, r"\d{4}"),
        (Shape::Other, r"\d{3}|\d{6,8}"),
    ];
    let patterns = shapes.into_iter().map(|(shape, pattern)| {
        // `D44137`
        let join = if shape == Shape::Five { " ?[-–] ?| |" } else { " ?[-–] ?| " };
        let at_the_begin = format!(r"^(?:([A-Z]{{1,3}})({join}))?({pattern})(?:[ ]+(\D.*))?$");
        let at_the_end = format!(r"^(.+?)[ ]+\(?(?:([A-Z]{{1,3}})( ?[-–] ?))?({pattern})\)?$");
        let [at_the_begin, at_the_end] =
            [at_the_begin, at_the_end].map(|pattern| Regex::new(&pattern).expect("a pattern of ours"));
        Patterns { shape, at_the_begin, at_the_end }
    });
    patterns.collect()
});

impl Shape {
    /// Whether no other country writes postal codes like this.
    pub(super) fn country(self, zip: &str) -> Option<CountryCode> {
        match self {
            Self::Dutch => CountryCode::new("NL"),
            Self::British => CountryCode::new(match zip.to_ascii_uppercase().get(..2) {
                Some(island @ ("GY" | "IM" | "JE")) => {
                    return CountryCode::new(if island == "GY" { "GG" } else { island });
                }
                _ => "GB",
            }),
            _ => None,
        }
    }
}

/// Whether a postal code is one of a country; `None` where we do not know how they are written there.
pub(super) fn fits(zip: &str, shape: Shape, country: CountryCode) -> Option<bool> {
    let first = zip.as_bytes().first().copied().unwrap_or(b'0');
    Some(match country.as_str() {
        "DE" => shape == Shape::Five && !zip.starts_with("00"),
        "AT" | "BE" | "CH" | "LU" => shape == Shape::Four && first != b'0',
        "LI" => shape == Shape::Four && zip.starts_with("94"),
        "DK" | "NO" => shape == Shape::Four && zip != "0000",
        "NL" => shape == Shape::Dutch,
        "SE" => matches!(shape, Shape::Spaced | Shape::Five) && first != b'0',
        "GB" | "GG" | "IM" | "JE" => shape == Shape::British,
        "ES" | "FI" | "FR" | "IT" => shape == Shape::Five && zip != "00000",
        "CZ" => matches!(shape, Shape::Spaced | Shape::Five) && first != b'0',
        "PL" => shape == Shape::Polish,
        _ => return None,
    })
}

pub(super) fn knows(country: CountryCode) -> bool {
    fits("", Shape::Other, country).is_some()
}

pub(super) fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Where a postal code may begin within a text: at words that have a digit, or a code before one.
pub(super) fn starts(text: &str) -> impl Iterator<Item = usize> {
    let starts = text.match_indices(' ').map(|(at, _)| at + 1);
    starts.filter(|at| {
        let mut words = text[*at..].split(' ').take(3);
        let is_begin = words
            .clone()
            .next()
            .is_some_and(|word| word.starts_with(|first: char| first.is_ascii_digit() || first.is_ascii_uppercase()));
        is_begin && words.any(|word| word.bytes().any(|byte| byte.is_ascii_digit()))
    })
}

pub(super) fn fits_anywhere(zip: &str, shape: Shape) -> bool {
    match shape {
        Shape::Other => false,
        Shape::Five => !zip.starts_with("00"),
        Shape::Four => zip != "0000",
        Shape::Spaced => !zip.starts_with('0'),
        Shape::Dutch | Shape::British | Shape::Polish => true,
    }
}

/// The postal code at the begin, and what comes after it. Of several shapes, the one that the country has.
pub(super) fn at_the_begin(part: &str, country: Option<CountryCode>) -> Option<(Zip<'_>, &str)> {
    best(country, |patterns| {
        let found = patterns.at_the_begin.captures(part)?;
        let prefix = prefix(found.get(1).map(|prefix| prefix.as_str()), found.get(2).map(|join| join.as_str()))?;
        let rest = found.get(4).map_or("", |rest| rest.as_str()).trim();
        // `DE 19801` alone may be the end of an American address
        let rest = if is_swiss(prefix, country) { without_a_canton(rest) } else { rest };
        let is_told = !rest.is_empty() || prefix.is_none_or(|(_, is_hyphened)| is_hyphened);
        let zip = Zip { text: found.get(3)?.as_str(), shape: patterns.shape, prefix };
        (is_told && !may_be_another(&zip, rest, country)).then_some((zip, rest))
    })
}

/// The postal code at the end, perhaps in parentheses, and what comes before it.
pub(super) fn at_the_end(part: &str, country: Option<CountryCode>) -> Option<(&str, Zip<'_>)> {
    let (zip, before) = best(country, |patterns| {
        let found = patterns.at_the_end.captures(part)?;
        let prefix = prefix(found.get(2).map(|prefix| prefix.as_str()), found.get(3).map(|join| join.as_str()))?;
        let zip = Zip { text: found.get(4)?.as_str(), shape: patterns.shape, prefix };
        (!may_be_another(&zip, "", country)).then_some((zip, found.get(1)?.as_str()))
    })?;
    Some((before, zip))
}

fn best<'a>(
    country: Option<CountryCode>,
    find: impl Fn(&Patterns) -> Option<(Zip<'a>, &'a str)>,
) -> Option<(Zip<'a>, &'a str)> {
    let mut found = PATTERNS.iter().filter_map(find).filter(|(zip, _)| is_plausible(zip));
    let first = found.next()?;
    let of_country = |zip: &Zip<'_>| {
        let country = zip.prefix.map(|(country, _)| country).or(country);
        country.is_some_and(|country| fits(zip.text, zip.shape, country) == Some(true))
    };
    if of_country(&first.0) { Some(first) } else { Some(found.find(|(zip, _)| of_country(zip)).unwrap_or(first)) }
}

/// Whether two capitals are the end of a Dutch postal code as well as the begin of a town: `3100 ST PÖLTEN`, `8882 DE HEE`. In
/// small letters they are not: `8882 DE Hee`.
fn may_be_another(zip: &Zip<'_>, rest: &str, country: Option<CountryCode>) -> bool {
    let country = zip.prefix.map(|(country, _)| country).or(country);
    let is_dutch = country.is_some_and(|country| country.as_str() == "NL");
    match zip.shape {
        Shape::Dutch => {
            let letters = zip.text.get(zip.text.len() - 2..).unwrap_or_default();
            let has_blank = zip.text.contains(' ');
            if letters.bytes().any(|letter| letter.is_ascii_lowercase()) {
                // `3454 De Meern`
                return has_blank && (!is_dutch || WORDS.contains(&letters.to_uppercase().as_str()));
            }
            if !is_dutch && has_blank && CANTONS.contains(&letters) {
                return true;
            }
            !is_dutch
                && WORDS.contains(&letters)
                && !rest.chars().any(char::is_lowercase)
                && (!rest.is_empty() || letters == "AU")
        }
        Shape::Four => {
            let word = rest.split(' ').next().unwrap_or_default();
            let begins = rest.contains(' ') && WORDS.contains(&word);
            CANTONS.contains(&word) || begins && (country.is_none() || is_dutch || rest.chars().any(char::is_lowercase))
        }
        _ => false,
    }
}

fn is_swiss(prefix: Option<(CountryCode, bool)>, country: Option<CountryCode>) -> bool {
    prefix.map(|(country, _)| country).or(country).is_some_and(|country| country.as_str() == "CH")
}

/// `BE Bern`
fn without_a_canton(rest: &str) -> &str {
    rest.split_once(' ').filter(|(word, _)| CANTONS.contains(word)).map_or(rest, |(_, town)| town.trim_start())
}

fn is_plausible(zip: &Zip<'_>) -> bool {
    if zip.shape != Shape::British {
        return true;
    }
    // many words with a digit look British, but few begin like an area
    let area: String = zip.text.chars().take_while(char::is_ascii_alphabetic).collect();
    let area = area.to_ascii_uppercase();
    area == "GIR" || AREAS.contains(&format!(" {area} "))
}

/// `Some(None)` where there is none; `None` where it is no country's.
#[expect(clippy::option_option, reason = "no prefix is one thing, and a prefix that nobody knows another")]
fn prefix(letters: Option<&str>, join: Option<&str>) -> Option<Option<(CountryCode, bool)>> {
    let (Some(letters), Some(join)) = (letters, join) else { return Some(None) };
    let (known, code) = PREFIXES.iter().find(|(known, _)| *known == letters)?;
    // only German ones are written without anything in between
    if join.is_empty() && !matches!(*known, "D" | "DE") {
        return None;
    }
    Some(Some((CountryCode::new(code)?, join != " ")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begin(part: &str) -> String {
        match at_the_begin(part, None) {
            Some((zip, rest)) => {
                format!("{}|{}|{rest}", zip.prefix.map(|(code, _)| code.to_string()).unwrap_or_default(), zip.text)
            }
            None => "-".to_owned(),
        }
    }

    #[test]
    fn a_postal_code_stands_at_the_begin() {
        for (part, told) in [
            ("80331", "|80331|"),
            ("80331 München", "|80331|München"),
            ("D-80331 München", "DE|80331|München"),
            ("D – 80331 München", "DE|80331|München"),
            ("D 80331 München", "DE|80331|München"),
            ("DE 19801", "-"),
            ("CO 80202", "-"),
            ("1012 LG Amsterdam", "|1012 LG|Amsterdam"),
            ("1012LG AMSTERDAM", "|1012LG|AMSTERDAM"),
            ("NL-1012 LG", "NL|1012 LG|"),
            ("SE-111 22 Stockholm", "SE|111 22|Stockholm"),
            ("111 22", "|111 22|"),
            ("FL-9490 Vaduz", "LI|9490|Vaduz"),
            ("SW1A 1AA London", "|SW1A 1AA|London"),
            ("GB-M1 1AE", "GB|M1 1AE|"),
            ("L14", "-"),
            ("3100 ST PÖLTEN", "-"),
            ("8882 DE Hee", "|8882 DE|Hee"),
            ("1234567", "|1234567|"),
            ("München", "-"),
            ("", "-"),
        ] {
            assert_eq!(begin(part), told, "{part}");
        }
    }

    #[test]
    fn british_codes_have_six_shapes_and_known_areas() {
        for zip in ["M1 1AE", "B33 8TH", "CR2 6XH", "DN55 1PT", "W1A 0AX", "EC1A 1BB", "gir 0aa"] {
            assert_eq!(begin(zip), format!("|{zip}|"));
        }
        assert_eq!(begin("QQ1 1AA"), "-");
        assert_eq!(Shape::British.country("JE2 3AB").map(|code| code.to_string()).as_deref(), Some("JE"));
    }
}
