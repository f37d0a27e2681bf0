//! An address line as the parts that its separators make, without what belongs to no address.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{Gap, town::is_street};

/// Letters of an abbreviation, at most.
const SHORTENED: usize = 5;

/// Of two numbers of degrees: `48.137154, 11.576124`, `53,5511, 9,9937`.
static COORDINATES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"-?\b\d{1,3}[.,]\d{3,}°? ?[NSns]?\s*[,;/\s]\s*-?\d{1,3}[.,]\d{3,}°? ?(?:[EWOewo]\b)?"));
static TELEPHONE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?i)\b(?:tel(?:efon|efax|ephone|efoon)?|fon|phone|fax|mobile?|mobil|tlf|handy)\b[\s.:]*[+(]?\d.*",
        r"|\+\d[\d\s/().-]{5,}.*|\b0\d{1,4}[ ]?[/-][ ]?\d[\d\s/-]{3,}.*"
    ))
});
/// A postal code of Poland that begins like a telephone number: `02-097 Warszawa`.
static POLISH: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\d{2}-\d{3}(?:\s+\pL|$)"));
static WEB: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\S*(?:://|www\.|@)\S*"));
/// What divides when a postal code with a town follows: `Ring 1 - 80331 München`, `Ring 1 / 80331 München`.
static DIVIDER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r" [/–—-] ((?:[A-Z]{1,2}-)?(?:\d{5} |\d{4} ?[A-Z]{2} )\p{L}|[A-Z]{1,2}-\d{4} \p{L})"));
/// What is written before a postal code.
static LABEL: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?i:PLZ|Postleitzahl)[ :.]+(.*\d.*)$"));

fn pattern(pattern: &str) -> Regex {
    Regex::new(pattern).expect("a pattern of ours")
}

/// The parts of a line, each with single blanks.
pub(super) fn of(line: &str, gaps: &mut Vec<Gap>) -> Vec<String> {
    let mut text = line.replace(" // ", " ; ");
    for pattern in [&*COORDINATES, &*WEB] {
        text = without(pattern, &text, gaps);
    }
    let mut parts = Vec::new();
    for piece in
        text.split([',', ';', '\n', '\r', '\t', '|', '•', '·', '\u{b}', '\u{c}', '\u{85}', '\u{2028}', '\u{2029}'])
    {
        let piece = piece.split_whitespace().collect::<Vec<_>>().join(" ");
        let piece = without(&TELEPHONE, &piece, gaps);
        for part in divided(&piece) {
            let part = LABEL.captures(part).and_then(|found| found.get(1)).map_or(part, |rest| rest.as_str());
            let part = part.trim_matches([' ', '-', '–', '·', ':', '/']);
            let has_letters = part.chars().any(char::is_alphabetic);
            let digits = part.bytes().filter(u8::is_ascii_digit).count();
            // a telephone number that no word announces
            if !has_letters && digits >= 6 && part.contains(['/', ' ', '-']) {
                gaps.push(Gap::NoAddress);
            } else if has_letters || digits > 0 {
                parts.push(part.to_owned());
            }
        }
    }
    gaps.dedup();
    // the end of a sentence, but no abbreviation
    if let Some(last) = parts.last_mut() {
        let is_word =
            last.rsplit(' ').next().is_some_and(|word| word.trim_end_matches('.').chars().count() > SHORTENED);
        if is_word && !is_street(last) {
            last.truncate(last.trim_end_matches('.').len());
        }
    }
    parts
}

fn without(pattern: &Regex, text: &str, gaps: &mut Vec<Gap>) -> String {
    // what stands before it and behind it does not become one part
    let kept = pattern.replace_all(text, |found: &Captures<'_>| {
        let words = found.get(0).map_or("", |found| found.as_str());
        if POLISH.is_match(words) { words.to_owned() } else { ";".to_owned() }
    });
    if kept != text {
        gaps.push(Gap::NoAddress);
    }
    kept.trim_matches([' ', ';']).to_owned()
}

fn divided(piece: &str) -> Vec<&str> {
    let found = DIVIDER.captures(piece).and_then(|found| Some((found.get(0)?, found.get(1)?)));
    match found {
        Some((whole, rest)) => vec![&piece[..whole.start()], &piece[rest.start()..]],
        None => vec![piece],
    }
}

#[cfg(test)]
mod tests {
    fn of(line: &str) -> String {
        super::of(line, &mut Vec::new()).join(" + ")
    }

    #[test]
    fn a_line_has_parts() {
        for (line, parts) in [
            ("Ring 1, 80331 München", "Ring 1 + 80331 München"),
            ("Ring 1; 80331;München", "Ring 1 + 80331 + München"),
            ("Ring 1\r\n80331  München\n", "Ring 1 + 80331 München"),
            ("Ring 1\t80331 München", "Ring 1 + 80331 München"),
            ("Ring 1 | 80331 München", "Ring 1 + 80331 München"),
            ("Ring 1 • 80331 München", "Ring 1 + 80331 München"),
            ("Ring 1 - 80331 München", "Ring 1 + 80331 München"),
            ("Ring 1 / 80331 München", "Ring 1 + 80331 München"),
            ("Ring 1 – D-80331 München", "Ring 1 + D-80331 München"),
            ("Ring 12 - 14, Köln", "Ring 12 - 14 + Köln"),
            ("Ring\u{a0}1,,  ,80331\u{a0}München", "Ring 1 + 80331 München"),
            ("80331 München, Tel. 089 12345", "80331 München"),
            ("80331 München Tel.: +49 89 12345", "80331 München"),
            ("80331 München, +49 (0)89 12345", "80331 München"),
            ("80331 München, 089/12345-0", "80331 München"),
            ("80331 München, https://example.org/12345", "80331 München"),
            ("80331 München, jobs@example.org", "80331 München"),
            ("48.137154, 11.576124", ""),
            ("53,5511, 9,9937, Hamburg", "Hamburg"),
            ("Ring 6,80331 München", "Ring 6 + 80331 München"),
            ("Ring 6,80331,München", "Ring 6 + 80331 + München"),
            ("L14, 9, 68161 Mannheim", "L14 + 9 + 68161 Mannheim"),
            ("Postfach 10 01 43, 44001 Dortmund", "Postfach 10 01 43 + 44001 Dortmund"),
            (" , ;\n", ""),
        ] {
            assert_eq!(of(line), parts, "{line:?}");
        }
    }
}
