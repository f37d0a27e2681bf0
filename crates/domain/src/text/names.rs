//! Names that HTML knows.

/// Elements of which a reader sees nothing, whatever stands in them.
pub const HIDDEN: [&str; 7] = ["iframe", "noembed", "noframes", "noscript", "script", "style", "title"];

/// Elements of the HTML standard, those of its section on obsolete features, and the roots of drawings and formulas. Sorted.
/// <https://html.spec.whatwg.org/multipage/indices.html#elements-3>,
/// <https://html.spec.whatwg.org/multipage/obsolete.html#non-conforming-features>
const ELEMENTS: [&str; 145] = [
    "a",
    "abbr",
    "acronym",
    "address",
    "applet",
    "area",
    "article",
    "aside",
    "audio",
    "b",
    "base",
    "basefont",
    "bdi",
    "bdo",
    "bgsound",
    "big",
    "blink",
    "blockquote",
    "body",
    "br",
    "button",
    "canvas",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "data",
    "datalist",
    "dd",
    "del",
    "details",
    "dfn",
    "dialog",
    "dir",
    "div",
    "dl",
    "dt",
    "em",
    "embed",
    "fieldset",
    "figcaption",
    "figure",
    "font",
    "footer",
    "form",
    "frame",
    "frameset",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "head",
    "header",
    "hgroup",
    "hr",
    "html",
    "i",
    "iframe",
    "image",
    "img",
    "input",
    "ins",
    "isindex",
    "kbd",
    "keygen",
    "label",
    "legend",
    "li",
    "link",
    "listing",
    "main",
    "map",
    "mark",
    "marquee",
    "math",
    "menu",
    "menuitem",
    "meta",
    "meter",
    "multicol",
    "nav",
    "nextid",
    "nobr",
    "noembed",
    "noframes",
    "noscript",
    "object",
    "ol",
    "optgroup",
    "option",
    "output",
    "p",
    "param",
    "picture",
    "plaintext",
    "pre",
    "progress",
    "q",
    "rb",
    "rp",
    "rt",
    "rtc",
    "ruby",
    "s",
    "samp",
    "script",
    "search",
    "section",
    "select",
    "selectedcontent",
    "slot",
    "small",
    "source",
    "spacer",
    "span",
    "strike",
    "strong",
    "style",
    "sub",
    "summary",
    "sup",
    "svg",
    "table",
    "tbody",
    "td",
    "template",
    "textarea",
    "tfoot",
    "th",
    "thead",
    "time",
    "title",
    "tr",
    "track",
    "tt",
    "u",
    "ul",
    "var",
    "video",
    "wbr",
    "xmp",
];

/// Elements within a line; all others break it. Names that HTML does not know break nothing, as in a browser.
const WITHIN_A_LINE: [&str; 34] = [
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "blink", "cite", "code", "data", "del", "dfn", "em", "font", "i",
    "ins", "kbd", "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time",
    "tt", "u", "var",
];

/// Elements that people and their editors put into titles. All others are words there, if they stand alone: `<Head> of Care`.
const OF_TITLES: [&str; 36] = [
    "a", "b", "big", "br", "dd", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img",
    "li", "nobr", "ol", "p", "s", "script", "small", "span", "strike", "strong", "style", "sub", "sup", "tt", "u",
    "ul", "wbr",
];

/// What a reader sees alike, and what is cleaned alike: drawings and formulas are elements of their words, a template is what
/// it holds, and blocks that are of no use in an ad are blocks. So is each element that HTML does not know read as `data`, which
/// has no look: cleaners take the words of `text`, `condition` or `domain` away, since drawings and formulas have such. Sorted.
const ALIKE: [(&str, &str); 17] = [
    ("datalist", "div"),
    ("dialog", "div"),
    ("dir", "ul"),
    ("fieldset", "div"),
    ("form", "div"),
    ("legend", "div"),
    ("listing", "div"),
    ("marquee", "div"),
    ("math", "data"),
    ("menu", "ul"),
    ("multicol", "div"),
    ("optgroup", "div"),
    ("option", "div"),
    ("search", "div"),
    ("select", "div"),
    ("svg", "data"),
    ("template", "div"),
];

/// Names of attributes that may stand without a value, in lower case, but for those with a `-`.
const ATTRIBUTES: [&str; 31] = [
    "align",
    "autofocus",
    "checked",
    "class",
    "color",
    "contenteditable",
    "dir",
    "disabled",
    "download",
    "draggable",
    "hidden",
    "href",
    "id",
    "inert",
    "itemscope",
    "lang",
    "multiple",
    "name",
    "nowrap",
    "readonly",
    "rel",
    "required",
    "role",
    "selected",
    "spellcheck",
    "style",
    "tabindex",
    "target",
    "title",
    "translate",
    "type",
];

const VOID: [&str; 23] = [
    "area", "base", "basefont", "bgsound", "br", "col", "embed", "frame", "hr", "image", "img", "input", "isindex",
    "keygen", "link", "menuitem", "meta", "nextid", "param", "source", "spacer", "track", "wbr",
];

/// Elements that the next one of their kind ends, or the end of what they stand in.
const ENDED_BY_OTHERS: [&str; 20] = [
    "body", "caption", "colgroup", "dd", "dt", "head", "html", "li", "nobr", "p", "rb", "rp", "rt", "rtc", "tbody",
    "td", "tfoot", "th", "thead", "tr",
];

/// Elements that go on in the next block unless they are ended.
const FORMATTING: [&str; 14] =
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"];

pub(super) fn is_of_titles(name: &str) -> bool {
    OF_TITLES.binary_search(&name).is_ok()
}

/// What an element of this name, in lower case, is read as, if not as itself.
pub(super) fn alike(name: &str) -> Option<&'static str> {
    if !is_known(name) {
        return Some("data");
    }
    ALIKE.binary_search_by_key(&name, |(name, _)| name).ok().map(|at| ALIKE[at].1)
}

pub(super) fn is_attribute(name: &str) -> bool {
    name.contains('-') || ATTRIBUTES.binary_search(&&*name.to_ascii_lowercase()).is_ok()
}

/// Whether elements that follow such a begin, in lower case, stand inside of it.
pub(super) fn nests(name: &str) -> bool {
    !HIDDEN.contains(&name) && VOID.binary_search(&name).is_err() && ENDED_BY_OTHERS.binary_search(&name).is_err()
}

pub(super) fn is_formatting(name: &str) -> bool {
    FORMATTING.binary_search(&name).is_ok()
}

pub(super) fn is_known(name: &str) -> bool {
    ELEMENTS.binary_search(&name).is_ok()
}

/// Whether what stands before and after such a tag are two words.
pub(super) fn breaks_text(name: &str) -> bool {
    is_known(name) && name != "wbr" && WITHIN_A_LINE.binary_search(&name).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted_and_one_is_part_of_the_other() {
        assert!(ALIKE.is_sorted() && ATTRIBUTES.is_sorted() && ELEMENTS.is_sorted());
        for list in [&WITHIN_A_LINE[..], &OF_TITLES, &VOID, &ENDED_BY_OTHERS, &FORMATTING] {
            assert!(list.is_sorted(), "{list:?}");
            assert_eq!(list.iter().find(|name| !is_known(name)), None);
        }
        for (name, other) in ALIKE {
            assert!(is_known(name) && is_known(other) && alike(other).is_none(), "{name}");
        }
    }
}
