//! Countries: their codes, and what people call them.

use std::{collections::HashMap, fmt, sync::LazyLock};

use unicode_normalization::{UnicodeNormalization as _, char::is_combining_mark};

/// Code, alpha-3 code and names, from CLDR; `names/countries.py` makes it.
const CLDR: &str = include_str!("names/countries.txt");
/// Code and names that CLDR does not have.
const EVERYDAY: &str = include_str!("names/everyday.txt");
/// Names that several countries, or a country and a large part of another one, have: who reads them cannot tell.
const SHARED: [&str; 13] = [
    "congo",
    // Germany, Austria and Switzerland
    "dach",
    "georgia",
    "jungferninseln",
    "kongo",
    "korea",
    "saint martin",
    "sint maarten",
    "st martin",
    "sudan und sudsudan",
    "virgin islands",
    // the USA and the United Kingdom to the Dutch, and the canton Wallis
    "vk",
    "vs",
];
/// Codes of countries that states of Germany and of the USA, cantons and Italian provinces have too (`Los Angeles, CA`,
/// `3011 Bern, BE`): at the end of an address they tell no country.
const SHARED_CODES: &[&str] = &[
    "AG", "AI", "AL", "AR", "AZ", "BA", "BB", "BE", "BG", "BI", "BL", "BN", "BO", "BR", "BS", "BT", "BY", "BW", "BZ",
    "CA", "CL", "CN", "CO", "CR", "CU", "CZ", "FM", "FR", "GA", "GE", "GL", "GR", "GU", "ID", "IL", "IM", "IN", "IS",
    "KR", "KY", "LA", "LC", "LI", "LT", "LU", "MA", "MC", "ME", "MD", "MH", "MN", "MO", "MP", "MS", "MT", "MV", "NA",
    "NC", "NE", "NI", "NU", "OR", "PA", "PE", "PG", "PN", "PR", "PT", "PW", "RE", "RO", "SA", "SC", "SD", "SG", "SH",
    "SI", "SL", "SN", "SO", "SR", "ST", "SV", "SZ", "TH", "TG", "TN", "TO", "TR", "TV", "VA", "VC", "VE", "VI", "VT",
];

/// Words of the language that are names of countries too: Hayling Island.
const WORDS: [&str; 4] = ["island", "jersey", "holland", "man"];
/// What stands for a country that a postal code confirms, in whatever letters: plates of cars and codes.
const PLATES: [(&str, &str); 13] = [
    ("A", "AT"),
    ("AT", "AT"),
    ("CH", "CH"),
    ("D", "DE"),
    ("DE", "DE"),
    ("DK", "DK"),
    ("FL", "LI"),
    ("GB", "GB"),
    ("L", "LU"),
    ("NL", "NL"),
    ("NO", "NO"),
    ("SE", "SE"),
    ("UK", "GB"),
];

/// Letters that a name has at least in which a slip is looked for.
const SLIP_LETTERS: usize = 6;

/// An ISO 3166-1 alpha-2 code, as far as its form goes: two capital letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

/// What countries are called besides, by names as [`folded`] leaves them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CountryNames(HashMap<String, CountryCode>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    Country(CountryCode),
    /// By two letters, which other things have too.
    Code(CountryCode),
    /// Several, or none that can be told.
    Shared,
}

struct Known {
    names: HashMap<String, CountryCode>,
    codes: HashMap<&'static str, CountryCode>,
}

static KNOWN: LazyLock<Known> = LazyLock::new(|| {
    let mut table = Known { names: HashMap::new(), codes: HashMap::new() };
    for line in lines(CLDR) {
        let mut fields = line.split('\t');
        let (Some(alpha_2), Some(alpha_3), Some(names)) = (fields.next(), fields.next(), fields.next()) else {
            continue;
        };
        let Some(code) = CountryCode::new(alpha_2) else { continue };
        table.codes.extend([(alpha_2, code), (alpha_3, code)]);
        table.names.extend(names.split('|').map(|name| (folded(name), code)));
    }
    table.names.extend(listed(EVERYDAY));
    table
});

impl CountryCode {
    /// Germany's.
    pub const DE: Self = Self(*b"DE");

    /// Of two capital letters.
    pub fn new(text: &str) -> Option<Self> {
        let letters: [u8; 2] = text.as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_uppercase).then_some(Self(letters))
    }

    /// The two letters.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<'a> FromIterator<(&'a str, CountryCode)> for CountryNames {
    fn from_iter<T: IntoIterator<Item = (&'a str, CountryCode)>>(names: T) -> Self {
        Self(names.into_iter().map(|(name, code)| (folded(name), code)).collect())
    }
}

/// What two spellings of a name have in common: small letters without marks, and no punctuation.
pub(super) fn folded(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for letter in name.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase) {
        match letter {
            'ß' => text.push_str("ss"),
            'ø' => text.push('o'),
            'æ' => text.push_str("ae"),
            _ if letter.is_alphanumeric() => text.push(letter),
            _ => text.push(' '),
        }
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a part of an address names: by a name anywhere, by a code only where a country is to be expected.
pub(super) fn named(part: &str, ours: &CountryNames, code_may_stand_here: bool) -> Option<Named> {
    let name = folded(part);
    if let Some(code) = ours.0.get(&name) {
        return Some(Named::Country(*code));
    }
    if SHARED.contains(&name.as_str()) {
        return Some(Named::Shared);
    }
    // `Schweizweit`
    let whole = name.strip_suffix("weit").map_or(name.as_str(), str::trim_end);
    if let Some(code) = KNOWN.names.get(&name).or_else(|| KNOWN.names.get(whole)) {
        return Some(Named::Country(*code));
    }
    let code = code_may_stand_here.then(|| KNOWN.codes.get(part.trim_end_matches('.'))).flatten()?;
    Some(if SHARED_CODES.contains(&code.as_str()) && part.len() == 2 {
        Named::Shared
    } else if part.len() == 2 {
        Named::Code(*code)
    } else {
        Named::Country(*code)
    })
}

pub(super) fn is_name(text: &str) -> bool {
    let name = folded(text);
    KNOWN.names.contains_key(&name) || SHARED.contains(&name.as_str())
}

/// A code or a plate, in whatever letters: what else it may be, its reader has to rule out.
pub(super) fn by_plate(words: &str) -> Option<CountryCode> {
    let upper = words.trim_end_matches('.').to_uppercase();
    PLATES.iter().find(|(plate, _)| *plate == upper).and_then(|(_, code)| CountryCode::new(code))
}

pub(super) fn is_code(word: &str) -> bool {
    word.len() == 2 && KNOWN.codes.contains_key(word)
}

pub(super) fn is_word(name: &str) -> bool {
    WORDS.contains(&name)
}

/// Called like the island, as towns are.
pub(super) fn is_saint(name: &str) -> bool {
    matches!(folded(name).as_str(), "st martin" | "sankt martin")
}

/// Names of countries among words, as the words' places, longest first; with no code where several are called so.
pub(super) fn within(words: &[&str]) -> Vec<(usize, usize, Option<CountryCode>)> {
    /// Words that the longest name has that people write.
    const LONGEST: usize = 6;
    // words that are joined by hyphens are one: Rosa-Luxemburg-Straße
    let folded: Vec<String> = words.iter().map(|word| folded(word)).collect();
    let mut found = Vec::new();
    let mut begin = 0;
    while begin < words.len() {
        let ends = (begin + 1..=words.len().min(begin + LONGEST)).rev();
        let mut named = ends.filter_map(|end| {
            let name = folded[begin..end].join(" ");
            // in small letters they are words: us
            let is_short = name.len() <= 3 && words[begin..end].iter().any(|word| word.chars().any(char::is_lowercase));
            // `6176 GB Spaubeek` is Dutch
            let is_of_a_zip =
                begin > 0 && name.len() == 2 && words[begin - 1].bytes().all(|byte| byte.is_ascii_digit());
            let code = KNOWN.names.get(&name).copied().filter(|_| !is_of_a_zip);
            let is_name = code.is_some() || SHARED.contains(&name.as_str());
            (is_name && !is_short && !WORDS.contains(&name.as_str())).then_some((begin, end, code))
        });
        let one = named.next();
        begin = one.map_or(begin + 1, |(_, end, _)| end);
        found.extend(one);
    }
    found
}

/// Whether it is called like one, but for one slip of the pen behind its first letter (`Deutschlnad`).
pub(super) fn is_nearly_a_name(text: &str) -> bool {
    /// Names that slips are looked for in, by first letter: longer ones, so that a town is not taken for one.
    static LONG: LazyLock<HashMap<char, Vec<&str>>> = LazyLock::new(|| {
        let mut long: HashMap<char, Vec<&str>> = HashMap::new();
        for name in KNOWN.names.keys().filter(|name| name.len() >= SLIP_LETTERS) {
            long.entry(name.chars().next().unwrap_or_default()).or_default().push(name);
        }
        long
    });
    let name = folded(text);
    let of_letter = name.chars().next().and_then(|first| LONG.get(&first));
    name.len() >= SLIP_LETTERS
        && of_letter
            .into_iter()
            .flatten()
            .any(|known| known.len().abs_diff(name.len()) <= 1 && strsim::damerau_levenshtein(known, &name) == 1)
}

/// The country at the end of a text that goes on before it: `80331 München Deutschland`, `8001 Zürich CH`.
pub(super) fn at_the_end(text: &str) -> Option<(&str, CountryCode)> {
    let mut ends = text.match_indices(' ').map(|(at, _)| (text[..at].trim_end(), text[at..].trim()));
    ends.find_map(|(before, words)| {
        // 8494 CH is a Dutch postal code
        let is_code = words.len() == 2 && !before.ends_with(|last: char| last.is_ascii_digit());
        let by_code = KNOWN.codes.get(words).filter(|code| is_code && !SHARED_CODES.contains(&code.as_str()));
        Some((before, *KNOWN.names.get(&folded(words)).or(by_code)?))
    })
}

pub(super) fn listed(text: &'static str) -> impl Iterator<Item = (String, CountryCode)> {
    let rows = lines(text).filter_map(|line| line.split_once('\t'));
    let rows = rows.filter_map(|(code, names)| Some((CountryCode::new(code)?, names)));
    rows.flat_map(|(code, names)| names.split('|').map(move |name| (folded(name), code)))
}

fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(part: &str) -> String {
        match named(part, &CountryNames::default(), true) {
            Some(Named::Country(code) | Named::Code(code)) => code.to_string(),
            Some(Named::Shared) => "several".to_owned(),
            None => "-".to_owned(),
        }
    }

    #[test]
    fn a_country_is_known_by_what_people_call_it() {
        for (given, code) in [
            ("Deutschland", "DE"),
            ("DEUTSCHLAND", "DE"),
            ("Germany", "DE"),
            ("Tyskland", "DE"),
            ("Duitsland", "DE"),
            ("Allemagne", "DE"),
            ("BRD", "DE"),
            ("DE", "DE"),
            ("DEU", "DE"),
            ("Österreich", "AT"),
            ("Oesterreich", "AT"),
            ("Osterreich", "AT"),
            ("O\u{308}sterreich", "AT"),
            ("Østrig", "AT"),
            ("Schweiz", "CH"),
            ("Suisse", "CH"),
            ("Svizzera", "CH"),
            ("The Netherlands", "NL"),
            ("Holland", "NL"),
            ("Nederland", "NL"),
            ("Dänemark", "DK"),
            ("Daenemark", "DK"),
            ("Danmark", "DK"),
            ("Sverige", "SE"),
            ("Norge", "NO"),
            ("Noreg", "NO"),
            ("United Kingdom", "GB"),
            ("UK", "GB"),
            ("U.K.", "GB"),
            ("Great Britain", "GB"),
            ("England", "GB"),
            ("Schottland", "GB"),
            ("Großbritannien", "GB"),
            ("Grossbritannien", "GB"),
            ("Royaume-Uni", "GB"),
            ("USA", "US"),
            ("Côte d’Ivoire", "CI"),
            ("Georgia", "several"),
            ("Kongo", "several"),
            ("CA", "several"),
            ("BE", "several"),
            ("München", "-"),
            ("Atlantis", "-"),
            ("de", "-"),
            ("XX", "-"),
        ] {
            assert_eq!(name(given), code, "{given}");
        }
    }

    #[test]
    fn a_country_has_a_code_of_its_form_and_names_of_its_own() {
        assert_eq!(KNOWN.codes.len(), 2 * 249, "ISO 3166-1 has 249 countries");
        let mut owners: HashMap<String, CountryCode> = HashMap::new();
        let cldr = lines(CLDR).filter_map(|line| {
            let mut fields = line.split('\t');
            Some((CountryCode::new(fields.next()?)?, fields.nth(1)?))
        });
        let of_cldr = cldr.flat_map(|(code, names)| names.split('|').map(move |name| (folded(name), code)));
        for (name, code) in of_cldr.chain(listed(EVERYDAY)) {
            assert_eq!(*owners.entry(name.clone()).or_insert(code), code, "{name}");
        }
        assert_eq!(
            [CountryCode::new("DE"), CountryCode::new("de"), CountryCode::new("D")],
            [Some(CountryCode::DE), None, None]
        );
    }

    #[test]
    fn a_slip_of_the_pen_makes_no_town() {
        for name in ["Deutschlnad", "Deutchland", "Schwaiz", "Osterreih"] {
            assert!(is_nearly_a_name(name), "{name}");
        }
        for town in ["Schweich", "Dortmund", "Norden", "Ulm", "Irlach", "Schwerin"] {
            assert!(!is_nearly_a_name(town), "{town}");
        }
    }
}
