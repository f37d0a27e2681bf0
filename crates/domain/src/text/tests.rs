use bolero::check;

use super::*;

fn plain(text: &str) -> Text {
    Text::Plain(text.to_owned())
}

fn html(text: &str) -> Text {
    Text::Html(text.to_owned())
}

#[test]
fn plain_text_is_told_from_html() {
    for (text, read) in [
        ("Grüße & Küsse, 3 < 4", plain("Grüße & Küsse, 3 < 4")),
        ("an die Personalabteilung <jobs@example.org>.", plain("an die Personalabteilung <jobs@example.org>.")),
        (
            "<https://jobs.example.org/?a=b> <www.example.org>",
            plain("<https://jobs.example.org/?a=b> <www.example.org>"),
        ),
        ("<b@example.org> <a.b>", plain("<b@example.org> <a.b>")),
        ("a <b", plain("a <b")),
        ("x<y und a<3 oder <-", plain("x<y und a<3 oder <-")),
        ("wenn a <b und c> d", plain("wenn a <b und c> d")),
        ("als <Berufsbezeichnung> in <Ort>", plain("als <Berufsbezeichnung> in <Ort>")),
        ("</ p> <!> <!wichtig> <? <>", plain("</ p> <!> <!wichtig> <? <>")),
        ("a <!-- b", plain("a <!-- b")),
        ("a<br>b", html("a<br>b")),
        ("a</p>", html("a</p>")),
        ("a</P", html("a</P>")),
        ("a <IMG/src=x>", html("a <IMG/src=x>")),
        ("<img src=x onerror=alert(1)", html("<img src=x onerror=alert(1)>")),
        ("a <img src=\"x\" onerror='y z' Bewerben Sie sich", html("a <img src=\"x\" onerror='y z'> Bewerben Sie sich")),
        ("<a href=\"https://x.example>mehr", html("<a href=\"https://x.example\">mehr")),
        ("<firma onclick=x", html("<data onclick=x>")),
        ("<restriction id=\"7\">a</restriction>", html("<data id=\"7\">a</data>")),
        ("<restriction>a</Restriction >", html("<data>a</data>")),
        ("<o:p></o:p>", html("<data></data>")),
        ("<x/>", html("<data></data>")),
        ("<p hidden>A <u ng-cloak>B <a name>C", html("<p hidden>A <u ng-cloak>B <a name>C")),
        ("das <script> Element. <p>nach</p>", html("das &lt;script> Element. <p>nach</p>")),
        ("</script> das <script> Element", html("</script> das &lt;script> Element")),
        ("<iframe src=x> a", html("<iframe src=x></iframe> a")),
        ("<svg width=1/>a<math>b</math>", html("<data width=1/>a<data>b</data>")),
        ("<form><template>a</template>", html("<div><div>a</div>")),
        ("<![CDATA[Wir suchen.]]>", plain("Wir suchen.")),
        ("<p><![CDATA[a <b>b</b>]]></p>", html("<p>a <b>b</b></p>")),
        ("<![CD<![CDATA[ATA[a]]>b]]> ]]>", plain("ab ]]>")),
        ("<?xml version='1.0'?>a", html("<?xml version='1.0'?>a")),
        ("<![if !supportLists]>a<![endif]>", html("<![if !supportLists]>a<![endif]>")),
        ("<!-- a <b@c> --> d", html("<!-- a <b@c> --> d")),
        ("<!DOCTYPE html>a", html("<!DOCTYPE html>a")),
        ("<p>an <jobs@example.org>, 3 < 4, a <b", html("<p>an &lt;jobs@example.org>, 3 &lt; 4, a &lt;b")),
        ("<p>im Feld <title> steht", html("<p>im Feld &lt;title> steht")),
        ("<title>a</title>b", html("<title>a</title>b")),
    ] {
        assert_eq!(Text::read(text), read, "{text:?}");
    }
}

#[test]
fn what_was_wrapped_up_is_unwrapped() {
    for (text, read) in [
        ("Gr&uuml;&szlig;e &amp; mehr", plain("Grüße & mehr")),
        ("Gr&#252;&#xdf;e &#150; &nbsp;", plain("Grüße –")),
        ("Gr&amp;uuml;&amp;szlig;e", plain("Grüße")),
        ("1 &lt; 2", plain("1 < 2")),
        ("a&b; &notit; &copy=2 & &; &#; &#x;", plain("a&b; &notit; &copy=2 & &; &#; &#x;")),
        ("https://example.org/?a=1&copy=2&amp;lt=3", plain("https://example.org/?a=1&copy=2&lt=3")),
        ("&lt;jobs@example.org&gt;", plain("<jobs@example.org>")),
        ("&lt;p&gt;Gr&amp;uuml;n &amp;amp; blau&lt;/p&gt;", html("<p>Gr&uuml;n &amp; blau</p>")),
        ("&amp;lt;p&amp;gt;a", html("<p>a")),
        ("<p>&lt;b&gt;</p>", html("<p>&lt;b&gt;</p>")),
    ] {
        assert_eq!(Text::read(text), read, "{text:?}");
    }
}

#[test]
fn line_breaks_stay_and_other_control_characters_go() {
    for (text, read) in [
        (" a\r\nb\rc\nd\u{b}e\u{c}f\u{85}g\u{2028}h ", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("\u{feff}a\u{0}\u{1}b\tc\u{7f}", "ab\tc"),
        ("a&#11;b&#1;c", "a\nbc"),
    ] {
        assert_eq!(Text::read(text), plain(read), "{text:?}");
    }
}

#[test]
fn a_text_in_which_nothing_is_to_be_seen_is_blank() {
    for text in [
        "",
        " \n\t",
        "\u{a0}\u{200b}\u{feff}\u{ad}\u{2060}",
        "<p><br></p>",
        "<p>&nbsp;</p><P>&#160;&#8203;&zwnj;</P>",
        "<ul><li></li><li> </li></ul>",
        "<!-- comment -->",
        "<p><!--[if mso]>Word<![endif]--></p>",
        "&lt;p&gt;&lt;br&gt;&lt;/p&gt;",
        "&lt;p&gt;&amp;nbsp;&lt;/p&gt;",
        "&nbsp;",
        "<script>run()</script><style>p { color: red }</style><title>Seite</title>",
        "<restriction id=\"7\"></restriction>",
        "<img>",
        "<img src=' '>",
        "<img src=\"data:image/png;base64,AA\"><img src='#top'>",
        "<svg><path d=x /></svg>",
    ] {
        assert!(is_blank(text), "{text:?}");
        assert_eq!(line(text), None, "{text:?}");
    }
    for text in
        ["a", "<p>a</p>", "&lt;p&gt;a", "<img src=\"stelle.png\">", "<p>&#128512;</p>", "<script>x</script>a", "<", "&"]
    {
        assert!(!is_blank(text), "{text:?}");
    }
}

#[test]
fn a_title_is_plain_and_on_one_line() {
    for (text, line_of) in [
        ("Pflegefachkraft (m/w/d)", "Pflegefachkraft (m/w/d)"),
        ("R&D", "R&D"),
        ("R&amp;D", "R&D"),
        ("R&amp;amp;D", "R&D"),
        ("<b>R&amp;amp;D</b>", "R&D"),
        ("&lt;b&gt;Leitung&lt;/b&gt;", "Leitung"),
        ("Pflege<b>fach</b>kraft", "Pflegefachkraft"),
        ("Ärztin<br>Arzt", "Ärztin Arzt"),
        ("<p>Ärztin</p><p>Arzt</p>", "Ärztin Arzt"),
        ("  Ärztin \r\n\u{b}oder\u{a0}\u{2003} Arzt\t", "Ärztin oder Arzt"),
        ("Ärztin\u{1}\u{ad}\u{200b}", "Ärztin"),
        ("Kranken\u{ad}pflege", "Krankenpflege"),
        ("<\u{ad}b>Kranken</\u{ad}b>pflege", "Krankenpflege"),
        ("<restriction id=\"7\">Arzt</restriction>", "Arzt"),
        ("Arzt <jobs@example.org>", "Arzt <jobs@example.org>"),
        ("Lohn < 3", "Lohn < 3"),
        ("<Arzt>", "<Arzt>"),
        ("<b", "<b"),
        ("<Data> Engineer", "<Data> Engineer"),
        ("&lt;Head&gt; of Care", "<Head> of Care"),
        ("<data>Data</data> Engineer", "Data Engineer"),
        ("Ärztin\u{202e}\u{2066} x\u{2069}", "Ärztin x"),
        ("<![CDATA[Arzt]]>", "Arzt"),
        ("Arzt <script>x()</script>", "Arzt"),
        ("👩\u{200d}⚕\u{fe0f}", "👩\u{200d}⚕\u{fe0f}"),
    ] {
        assert_eq!(line(text).as_deref(), Some(line_of), "{text:?}");
    }
}

/// What generated texts are made of: words that must survive, and what may stand between them.
const BETWEEN: [&str; 40] = [
    " ",
    " < ",
    " > ",
    " & ",
    " &amp; ",
    " &lt; ",
    " &nbsp; ",
    " <b> ",
    " </b> ",
    " <p> ",
    " </p> ",
    " <br/> ",
    " <td> ",
    " <li class=x> ",
    " <o:p> ",
    " </o:p> ",
    " <restriction id=\"1\"> ",
    " </restriction> ",
    " <a href=\"https://x.example/\"> ",
    " <a href=\"x> ",
    " </a> ",
    " <!-- c --> ",
    " <!-- ",
    " --> ",
    " <![if x]> ",
    " <?x?> ",
    " <img src=x onerror=y ",
    " <b ",
    " </p ",
    " <title> ",
    " <iframe src=x> ",
    " <svg> ",
    " \u{1} ",
    " \r\n ",
    " \u{b} ",
    " <3 ",
    " x<y ",
    " &lt;p&gt; ",
    " &amp;lt;i&amp;gt; ",
    " <table> ",
];

/// A text of which `word0x`, `word1x`, … are to be seen, in their order. Left out is what would hide words from a reader of the
/// page, too: the end of a comment after its begin, a quotation mark after one that is open, and a `>` after a tag without one.
fn generated(choices: &[u8]) -> (String, Vec<String>) {
    let (mut text, mut words) = (String::new(), Vec::new());
    for (number, choice) in choices.iter().take(24).enumerate() {
        let between = BETWEEN[usize::from(*choice) % BETWEEN.len()];
        let hides = (between.contains("-->") && text.contains("<!-- word"))
            || (between.contains('"') && text.contains("\"x>"))
            || (matches!(between, " > " | " --> ") && text.contains("onerror"));
        let between = if hides { " " } else { between };
        let word = format!("word{number}x");
        text.push_str(between);
        text.push_str(&word);
        words.push(word);
    }
    (text, words)
}

#[test]
fn no_word_is_lost_on_a_line() {
    check!().with_type::<Vec<u8>>().with_iterations(5000).for_each(|choices| {
        let (text, words) = generated(choices);
        let line = line(&text).unwrap_or_default();
        for word in &words {
            assert!(line.contains(word.as_str()), "{word} of {text:?} is not in {line:?}");
        }
        assert!(!line.contains("  ") && line.trim() == line && !line.contains(char::is_control), "{line:?}");
    });
}

#[test]
fn layers_without_end_are_unwrapped_as_well() {
    for (inner, read) in [("lt;p", plain("<p")), ("lt;p>a", html("<p>a")), ("uuml;", plain("ü")), ("", plain("&"))] {
        must_be_read_as_the_same(&format!("&{}{inner}", "amp;".repeat(20)));
        assert_eq!(Text::read(&format!("&{}{inner}", "amp;".repeat(20))), read, "{inner}");
    }
}

#[test]
fn what_is_too_deep_goes_without_its_tags() {
    let Text::Html(read) = Text::read(&format!("{}a{}<p>b", "<div>".repeat(500), "</div>".repeat(500))) else {
        panic!()
    };
    assert_eq!((read.matches("<div>").count(), read.matches("</div>").count()), (100, 100));
    let Text::Html(read) = Text::read(&"<font size=1>a<p>".repeat(500)) else { panic!() };
    assert_eq!((read.matches("<font").count(), read.matches("<p>").count()), (16, 500));
    let list = "<li>a<p>b".repeat(500);
    assert_eq!(Text::read(&list), html(&list));
}

/// 32 times the text may take 32 times as long, and not a thousand times: the least of several rounds, and a wide margin.
#[test]
fn time_grows_with_the_length_of_a_text_alone() {
    for piece in [
        "<!--",
        "<zz a=\"<zz b\" c=\"",
        "<zz a=\"",
        "<!---->",
        "<![",
        "<?x",
        "</b ",
        "<title>",
        "<div>",
        "<a b='",
        "<b c",
        "<p =",
    ] {
        let took = |length: usize| {
            let text = piece.repeat(length / piece.len());
            let rounds = (0..3).map(|_| {
                let begin = std::time::Instant::now();
                std::hint::black_box((Text::read(&text), line(&text)));
                begin.elapsed()
            });
            rounds.min().unwrap_or_default()
        };
        let (short, long) = (took(2_000), took(64_000));
        assert!(long < short * 200 + std::time::Duration::from_millis(20), "{piece:?}: {short:?}, {long:?}");
    }
}

/// What texts full of mistakes are made of.
const SCRAPS: [&str; 31] = [
    "<![CDATA[",
    "]]>",
    "svg",
    "<",
    ">",
    "/",
    "=",
    "\"",
    "'",
    " ",
    "a",
    "b",
    "p",
    "img",
    "x",
    "&",
    "amp;",
    "lt;",
    "gt;",
    "#60;",
    "!",
    "--",
    "?",
    "[",
    "\n",
    "\u{b}",
    "title",
    "script",
    "o:p",
    "@",
    "src=",
];

#[track_caller]
fn must_be_read_as_the_same(text: &str) {
    let read = Text::read(text);
    let (Text::Plain(again) | Text::Html(again)) = &read;
    assert_eq!(Text::read(again), read, "{text:?}");
    assert_eq!(is_blank(text), read.is_blank(), "{text:?}");
    if let Some(line_of) = line(text) {
        assert_eq!(line(&line_of).as_ref(), Some(&line_of), "{text:?}");
    }
}

#[test]
fn what_was_read_is_read_as_the_same() {
    check!().with_type::<String>().with_iterations(5000).for_each(|text| must_be_read_as_the_same(text));
}

#[test]
fn so_is_what_is_full_of_mistakes() {
    check!().with_type::<Vec<u8>>().with_iterations(10_000).for_each(|choices| {
        let scraps = choices.iter().map(|choice| SCRAPS[usize::from(*choice) % SCRAPS.len()]);
        must_be_read_as_the_same(&scraps.collect::<String>());
    });
}
