//! What of HTML an ad may have: all else is taken out. The README has the same table.

use std::collections::{HashMap, HashSet};

use ammonia::Builder;
use domain::text::HIDDEN;

/// Elements, and the attributes that they may have besides those of [`EVERYWHERE`].
pub(super) const ELEMENTS: [(&str, &str); 13] = [
    ("p div h1 h2 h3 h4 h5 h6 blockquote pre center br wbr", ""),
    ("address article aside details figcaption figure footer header hgroup main nav section summary", ""),
    ("b strong i em u s strike small sub sup span mark", ""),
    ("abbr acronym bdi cite code dfn kbd q samp tt var rp rt ruby time", ""),
    ("ul li dl dt dd", ""),
    ("ol", "start"),
    ("del ins", "datetime"),
    ("bdo", "dir"),
    ("hr", "align size width"),
    ("a", "href hreflang"),
    ("img", "align alt height src width"),
    ("table caption thead tbody tfoot tr", "align"),
    ("td th col colgroup", "align colspan rowspan scope span"),
];

/// The only `link`: a style sheet.
pub(super) const STYLES: (&str, &str) = ("link", "href");

pub(super) const EVERYWHERE: &str = "lang title";

pub(super) const SCHEMES: &str = "http https mailto tel";

/// What stands where an address would be in texts that came out of a mail or a word processor. The cleaner lets them pass, or
/// it could not be told that an image is left out.
const NO_ADDRESSES: &str = "blob cid data file";

pub(super) fn builder() -> Builder<'static> {
    let mut attributes: HashMap<&str, HashSet<&str>> = HashMap::from([(STYLES.0, HashSet::from([STYLES.1]))]);
    for (elements, of_them) in ELEMENTS {
        attributes.extend(words(elements).map(|element| (element, words(of_them).collect())));
    }
    let mut builder = Builder::empty();
    builder
        .tags(attributes.keys().copied().collect())
        .tag_attributes(attributes)
        .tag_attribute_values(HashMap::from([(STYLES.0, HashMap::from([("rel", HashSet::from(["stylesheet"]))]))]))
        .generic_attributes(words(EVERYWHERE).collect())
        .clean_content_tags(HIDDEN.into())
        .url_schemes(words(SCHEMES).chain(words(NO_ADDRESSES)).collect())
        .link_rel(Some("noopener noreferrer"));
    builder
}

fn words(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(' ').filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_readme_has_the_same_table() {
        let readme = include_str!("../../../README.md");
        let code = |list: &str| words_of(list).map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" ");
        let none = |list: &str| if list.is_empty() { "–".to_owned() } else { code(list) };
        let mut rows: Vec<String> =
            ELEMENTS.iter().map(|(elements, of_them)| format!("| {} | {} |", code(elements), none(of_them))).collect();
        rows.push(format!("| `{}` with `rel=\"stylesheet\"` | `{}` |", STYLES.0, STYLES.1));
        rows.push(format!("| each of these | {} |", code(EVERYWHERE)));
        let table = format!("| elements | attributes |\n|---|---|\n{}\n", rows.join("\n"));
        assert!(readme.contains(&table), "the README lacks this table:\n{table}");
        for said in [code(SCHEMES), HIDDEN.map(|name| format!("`{name}`")).join(", ")] {
            assert!(readme.contains(&said), "the README lacks {said}");
        }
    }

    fn words_of(list: &str) -> impl Iterator<Item = &str> {
        list.split(' ').filter(|word| !word.is_empty())
    }
}
