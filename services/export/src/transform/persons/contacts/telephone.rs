//! Telephone numbers. What counts as one is a matter of how it is written, not of a numbering plan: a number that nobody can
//! have may be a slip of the pen. It begins with `+`, `00`, `0` or an area code in parentheses, or it stands after a word such
//! as `Tel.`, or it is grouped as in Denmark, Norway or the United States. Dates, times, shares, postal codes and ids of other
//! forms are none.

use std::{borrow::Cow, ops::Range, sync::LazyLock};

use regex::Regex;

use super::{
    pattern::{MARK, pattern},
    url,
};

/// Digits, and what may stand between two of them; a GUID, which is none, comes first. There is an end to it, so that a long
/// text takes no longer than its length.
static RUN: LazyLock<Regex> = LazyLock::new(|| {
    let guid = r"(?P<guid>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})";
    let between = format!(r"(?:[\s.·•|'’/()\-+{HIDDEN}{DASHES}]|{})", url::ESCAPED);
    let run = format!(r"(?:[+\u{{FF0B}}]\s{{0,4}})?(?:\(|\u{{FF08}})?[0-9](?:{between}{{0,6}}[0-9]){{1,60}}");
    pattern(&format!("(?i){guid}|{run}"))
});

/// What nobody sees: spaces without a width, soft hyphens.
const HIDDEN: &str = r"\u{AD}\u{200B}-\u{200F}\u{2060}\u{FEFF}";
const DASHES: &str = r"\u{2010}-\u{2015}\u{2212}";

/// Words after which a number is one of a telephone, at the end of what precedes it.
static WORD: LazyLock<Regex> = LazyLock::new(|| {
    let words = "tel|tele?fone?|telefoon|t[eé]l[eé]phone|phone|fon|mobile?|mobiel|mob|mobil(?:telefon|funk)?|handy|natel|fax|\
                 telefax|tlf|tfn|dw|durchwahl|ruf|hotline|whatsapp|wa\\.me|callto|sms|nebenstelle|apparat|klappe|toestel|tst|\
                 ankn|anknytning|extn?|extension|festnetz|festnet";
    let whose = "haus|dienst|stations|contact|mobile|cell|home|work";
    let number = r"(?:[\s.:_\-]{0,2}(?:nummer|number|nr|no|num))?";
    let said_so = r"(?:[\s.]{0,2}\(?(?:privat|dienstl(?:ich)?|intern|unter|auch)\.?\)?)?";
    let signs = format!(r"[\s+.;:=/_#\[\]\-\u{{FF1A}}\u{{2044}}{DASHES}]*");
    pattern(&format!(r"(?i)(?:(?:^|[^\p{{L}}]|{whose})(?:{words}){number}{said_so}|☎|📞){signs}$"))
});

/// Words that are often about something else, after which it takes more than four digits.
static VAGUE_WORD: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)(?:mobile?|mobiel|phone|handy|ruf|dw|fax)[\s/]*$"));

/// Dates, years, times, shares, pairs of postal codes, and ranges of these.
static OTHER: LazyLock<Regex> = LazyLock::new(|| {
    let (day, month, year) = (r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])", r"(?:(?:19|20)\d\d)");
    let date = format!(
        r"{day}\.\s?{month}\.(?:\s?{year}|\d\d)?|{day}[/-]{month}[/-](?:{year}|\d\d)|{year}[/-]{month}[/-]{day}|{month}[./-]{year}|{month}/\d\d|{year}"
    );
    let time = r"(?:[01]?\d|2[0-4])\.[0-5]\d|(?:[01]\d|2[0-4])(?:00|15|30|45)|[01]\d";
    let share = r"[01]\.\d{1,4}|0\.\d+";
    let one = format!("(?:{date}|{time}|{share})");
    let postal_codes = r"0\d{4}[\s–/-]{1,3}0\d{4}|0\d{3}[\s–/-]{1,3}0\d{3}";
    pattern(&format!(r"^\(?(?:{one}(?:(?:\s?[/+{DASHES}-]\s?|\s){one})*|{postal_codes})\)?\s?$"))
});

/// Whole dates and ranges of them, with the gap behind them: what follows is looked at on its own.
static DATES: LazyLock<Regex> = LazyLock::new(|| {
    let date =
        r"(?:\d{1,2}\.\s?\d{1,2}\.(?:\s?(?:19|20)\d\d)?|\d{1,2}[/-]\d{1,2}[/-](?:19|20)\d\d|(?:19|20)\d\d-\d\d-\d\d)";
    pattern(&format!(r"^\(?{date}(?:\s?[-/+{DASHES}]\s?{date})*[\s(]+"))
});

/// How a number begins that is none by its groups.
static BEGINNING: LazyLock<Regex> = LazyLock::new(|| {
    let in_parentheses = r"\(\s?[0+]\d{0,5}\s?\)|\([1-9]\d{0,4}\)[\s/-]*\d{3}|[\u{FF08}]";
    let abroad = r"(?:4[1-79]|31)[\s-]?\(0\)";
    pattern(&format!(r"^(?:0[1-9]|00\s?[1-9]|0\s\d|[+\u{{FF0B}}][\s(]*\d|{in_parentheses}|{abroad})"))
});

/// Groups as people write them where numbers do not begin with 0, perhaps several numbers.
static GROUPS: LazyLock<Regex> = LazyLock::new(|| {
    let gap = r"[ .\u{A0}\u{202F}\u{2003}]";
    let (denmark, norway) = (format!(r"\d\d(?:{gap}\d\d){{3}}"), format!(r"\d{{3}}{gap}\d\d{gap}\d{{3}}"));
    let united_states = r"(?:1[ .-])?\(?\d{3}\)?[ .–-]\d{3}[ .–-]\d{4}";
    let one = format!("(?:{denmark}|{norway}|{united_states})");
    pattern(&format!(r"^{one}(?:\s[/{DASHES}-]\s{one})*$"))
});

/// A second number after one, or its extension.
static FURTHER: LazyLock<Regex> = LazyLock::new(|| {
    let (or, extension) =
        ("oder|o\\.|und|u\\.|bzw\\.|or|and|eller|og|of|en", "dw|durchwahl|app\\.?|kl\\.?|ext\\.?|x|#|fax:?");
    let another = format!(r"\s?(?:,|;|/|&|{or})\s?-\s?\d{{1,5}}|\s(?:{or})\s(?P<other>\d{{4,}}(?:[\s/-]?\d)*)");
    pattern(&format!(r"(?i)^(?:{another}|\s?[,;]?\s?(?:{extension})\s?-?\s?\d{{1,5}}\b)"))
});

/// What is counted or paid is no number of a telephone.
static UNIT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^\s?(?:%|€|eur\b|kr\b|chf\b|std\b|stunden\b|h\b)"));

/// In the address of a map.
static COORDINATE: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\+?(?:[1-9]\d{0,2}|0?\d)\.\d{4,}$"));

/// A number that is written as one has so many digits.
const FEWEST: usize = 6;
/// After a word that says so, also an extension is one.
const FEWEST_OF_NAMED: usize = 4;
/// So many are one also where something speaks against it.
const FEWEST_WHEREVER: usize = 9;
/// More digits in a row are of something else.
const MOST_IN_A_ROW: usize = 15;

pub(super) fn may_be_in(text: &str) -> bool {
    digits(text) >= FEWEST_OF_NAMED
}

pub(super) fn removed(text: &str) -> Cow<'_, str> {
    if !may_be_in(text) {
        return text.into();
    }
    let read = url::unescaped(text);
    let (mut cleaned, mut done) = (String::new(), 0);
    for found in RUN.captures_iter(&read).filter(|found| found.name("guid").is_none()) {
        let Some(run) = found.get(0).map(|run| run.range()).filter(|run| run.start >= done) else { continue };
        if let Some(number) = number_in(&read, run) {
            cleaned.push_str(&text[done..number.start]);
            cleaned.push_str(MARK);
            done = number.end + further(&read[number.end..]);
        }
    }
    if done == 0 {
        return text.into();
    }
    cleaned.push_str(&text[done..]);
    cleaned.into()
}

/// How much of what follows a number goes with it.
fn further(after: &str) -> usize {
    let mut end = 0;
    while let Some(found) = FURTHER.captures(&after[end..]) {
        let is_other = found.name("other").is_some_and(|number| OTHER.is_match(number.as_str()));
        let length = found.get(0).map_or(0, |found| found.len());
        if is_other || UNIT.is_match(&after[end + length..]) {
            break;
        }
        end += length;
    }
    end
}

/// Where the number is in a run of digits: others may stand before it, such as a postal code or a date.
fn number_in(text: &str, run: Range<usize>) -> Option<Range<usize>> {
    let (before, after) = (&text[..run.start], &text[run.end..]);
    let whole = &text[run.clone()];
    if is_named(before, whole) && !is_other(whole) {
        return Some(run);
    }
    if is_of_a_word(before, whole, after) || is_amount(whole, after) || is_coordinate(before, whole) {
        return None;
    }
    let dates = DATES.find(whole).map_or(0, |dates| dates.end());
    let is_number = |begin: &usize| is_number(&whole[*begin..]) || GROUPS.is_match(&whole[*begin..]);
    beginnings(whole).filter(|begin| *begin >= dates).find(is_number).map(|begin| run.start + begin..run.end)
}

fn is_named(before: &str, whole: &str) -> bool {
    let fewest = if VAGUE_WORD.is_match(before) { FEWEST } else { FEWEST_OF_NAMED };
    digits(whole) >= fewest && WORD.is_match(before)
}

/// Digits within a word are part of it, such as of a token; so are those that nothing divides and a letter follows.
fn is_of_a_word(before: &str, whole: &str, after: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() || letter == '_';
    let is_plain = whole.bytes().all(|byte| byte.is_ascii_digit());
    let is_international = whole.starts_with('+') && digits(whole) >= FEWEST_WHEREVER;
    (before.ends_with(is_letter) && !is_international)
        || (is_plain && (after.starts_with(is_letter) || whole.len() > MOST_IN_A_ROW))
}

fn is_amount(whole: &str, after: &str) -> bool {
    let is_long = digits(whole) >= FEWEST_WHEREVER && whole.starts_with(['+', '0']);
    !is_long && UNIT.is_match(after)
}

fn is_coordinate(before: &str, whole: &str) -> bool {
    before.ends_with(['=', ',', '@', '/']) && COORDINATE.is_match(whole)
}

fn is_other(text: &str) -> bool {
    if text.is_ascii() {
        return OTHER.is_match(text);
    }
    // escapes of a URL are read as what they mean
    let plain = text.chars().map(|letter| match letter {
        '\u{2044}' => '/',
        '\u{2024}' => '.',
        '\u{FF0B}' => '+',
        letter => letter,
    });
    OTHER.is_match(&plain.collect::<String>())
}

/// Where a number may begin in a run: at its beginning, and after anything but a dash or a dot.
fn beginnings(run: &str) -> impl Iterator<Item = usize> {
    let after_a_gap = run.char_indices().zip(run.chars().skip(1)).filter(|((_, here), next)| {
        let is_gap = here.is_whitespace() || matches!(here, '/' | '(' | ')' | '|' | '\u{2044}' | '\u{FF08}');
        is_gap && (next.is_ascii_digit() || matches!(next, '+' | '(' | '\u{FF0B}'))
    });
    std::iter::once(0).chain(after_a_gap.map(|((place, here), _)| place + here.len_utf8()))
}

fn is_number(text: &str) -> bool {
    digits(text) >= FEWEST && BEGINNING.is_match(text) && !is_other(text)
}

fn digits(text: &str) -> usize {
    text.bytes().filter(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts with numbers, and what is left of them.
    const NUMBERS: &[(&str, &str)] = &[
        ("Fragen? Tel. 089 1234567", "Fragen? Tel. ***"),
        ("Pflege +49 89 1234567 ab sofort", "Pflege *** ab sofort"),
        ("+49 (0) 231 / 12 34 - 56", "***"),
        ("0049 89 1234567, Station 4", "***, Station 4"),
        ("0171-2345678", "***"),
        ("(089) 12 34 56", "***"),
        ("030.1234567", "***"),
        ("0123 4567890", "***"),
        ("06-12345678", "***"),
        ("Tlf. 12 34 56 78", "Tlf. ***"),
        ("12 34 56 78", "***"),
        ("+45 12345678", "***"),
        ("412 34 567", "***"),
        ("(555) 123-4567", "***"),
        ("555-123-4567", "***"),
        ("Tel.: 12345678", "Tel.: ***"),
        ("Durchwahl -4711", "Durchwahl -***"),
        ("80331 089 1234567", "80331 ***"),
        ("ab 2027 089/1234567", "ab 2027 ***"),
        ("01.03.2027 089 1234567", "01.03.2027 ***"),
        ("080 12 34\u{a0}56", "***"),
        ("Vej 9, 35 45 35 45", "Vej 9, ***"),
        ("2100 12 34 56 78", "2100 ***"),
        ("12\u{a0}34\u{a0}56\u{a0}78 / 87 65 43 21", "***"),
        ("0731/500-67890, -67891 oder -67892", "***"),
        ("Tel. 4711 und 4712", "Tel. ***"),
        ("089 1234567 DW 12", "***"),
        ("+44 20 7946 0018 ext. 123", "***"),
        ("Tel. privat: 1234567", "Tel. privat: ***"),
        ("Telefonnummer: 1234567", "Telefonnummer: ***"),
        ("Diensttelefon 4711", "Diensttelefon ***"),
        ("☎ 1234567", "☎ ***"),
        ("(0171 2345678)", "(***)"),
        ("089\u{2212}1234567", "***"),
        ("+49\u{200b}89 1234567", "***"),
        ("044'123'45'67", "***"),
        ("49 (0) 171 2345678", "***"),
        ("T+49 89 1234567", "T***"),
        ("089 1234567, 80331", "***, 80331"),
        ("tel:+498912345", "tel:***"),
        ("https://example.com/ad?tel=0891234567&x=1", "https://example.com/ad?tel=***&x=1"),
        ("https://example.com/ad?phone=491711234567", "https://example.com/ad?phone=***"),
        ("https://example.com/ad?c=%2B49%2089%201234567", "https://example.com/ad?c=***"),
        ("https://example.com/ad/pflege-089-1234567-de", "https://example.com/ad/pflege-***-de"),
        ("https://example.com/ad?text=Tel.%20089%20123456", "https://example.com/ad?text=Tel.%20***"),
        ("https://example.com/ad?u=tel%3A%2B494711234567", "https://example.com/ad?u=tel%3A***"),
        ("https://example.com/ad?t=%252B4989123456", "https://example.com/ad?t=***"),
        ("https://example.com/12/0171-2345678/de", "https://example.com/12/***/de"),
        ("https://wa.me/491711234567", "https://wa.me/***"),
    ];
    const NONE: &[&str] = &[
        "Ausbildung ab 01.03.2027",
        "29.05.2026 - 31.12.2027",
        "01.03. - 31.12.2027",
        "03/2027 - 12/2028",
        "2026/2027",
        "2027-03-01",
        "08.00 - 16.30 Uhr",
        "Befristung (01.03.2027 - 31.12.2028)",
        "(03/2027)",
        "Pflege (123456)",
        "(3500-4200 EUR)",
        "ab 01.03.2027 50%",
        "01.03.2027 08:00 Uhr",
        "kr 550 000 - 650 000",
        "3.500,00 - 4.200,00 EUR",
        "Team Mobil 2027",
        "Ambulant mobil 3500 EUR",
        "Mobile 01067 Dresden",
        "0.50-0.75 FTE",
        "20 30 40 50 Stunden",
        "+1000-2000 EUR",
        "01067 - 01069 Dresden",
        "0424-0450 Oslo",
        "https://example.com/?ll=51.498800,0.118800",
        "https://example.com/?q=Weg+12+01067+Dresden",
        "https://example.com/?d=01%2F03%2F2027",
        "06:00-14:30",
        "24/7",
        "Ref. 20260511",
        "Job 10482",
        "Musterstraße 12-14, 01067 Dresden",
        "Musterstraße 12 01067 Dresden",
        "80331 München",
        "3.500 - 4.200 EUR",
        "100% (38,5 h)",
        "https://acme.career.emply.com/ad/21157/12345678",
        "https://example.com/ad/5d0f3a1e-7c0f-4d2b-9f53-0b1f6d1d2a77",
        "https://example.com/00000000-0000-4000-8000-000000000001/ad",
        "https://example.com/ad?signature=0891234567abcdef",
    ];

    #[test]
    fn numbers_go() {
        for (text, cleaned) in NUMBERS {
            assert_eq!(removed(text), *cleaned, "{text}");
        }
    }

    #[test]
    fn what_is_none_stays() {
        for text in NONE {
            assert_eq!(removed(text), *text);
        }
    }
}
