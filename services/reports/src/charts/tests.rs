//! Golden pictures, and what must hold for any of them.

use std::{fs, path::PathBuf};

use maud::Markup;
use roxmltree::{Document, Node};

use super::*;

const FRAME: Frame =
    Frame { id: "weekly", title: "Applications per week", description: "26 weeks; the last is not over." };

fn german(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

fn percents(share: f64) -> String {
    format!("{:.0} %", share * 100.0)
}

const AXES: Axes = Axes { days: &german, share: &percents };

fn value(index: u32) -> u32 {
    40 + (index * index * 7 + index * 13) % 29 + index * 2
}

fn weeks(count: u32) -> Vec<Bar> {
    let week = |index: u32| {
        let value = if index == 9 { 0 } else { value(index) };
        Bar {
            label: format!("KW {}", index % 52 + 1),
            title: format!("KW {}: {value} Bewerbungen", index % 52 + 1),
            value: f64::from(value),
            is_partial: index + 1 == count,
            href: Some(format!("/dashboard?week=2026-W{:02}", index % 52 + 1)),
        }
    };
    (0..count).map(week).collect()
}

fn days(count: u32) -> Vec<Bar> {
    let day = |index: u32| Bar {
        label: if index.is_multiple_of(14) { format!("{}.{}.", index % 28 + 1, index / 28 + 1) } else { String::new() },
        value: if index % 7 > 4 { 2.0 } else { f64::from(value(index) * 31) },
        is_partial: index + 1 == count,
        ..Bar::default()
    };
    (0..count).map(day).collect()
}

fn curves() -> Vec<Steps> {
    let all = || (0..=40).map(|step| f64::from(step) * 3.0);
    let open = |day: f64| (-day / 45.0).exp();
    let hired = |day: f64| 0.3 * (1.0 - (-day / 25.0).exp());
    vec![
        Steps {
            name: "noch offen".into(),
            points: all().map(|day| (day, open(day))).collect(),
            band: all().map(|day| (day, open(day) * 0.93, (open(day) * 1.07).min(1.0))).collect(),
        },
        Steps {
            name: "eingestellt".into(),
            points: all().map(|day| (day, hired(day))).collect(),
            band: all().map(|day| (day, hired(day) * 0.85, hired(day) * 1.15)).collect(),
        },
    ]
}

fn postings() -> Vec<Row> {
    let labels = [
        (
            "Pflegefachkraft (m/w/d) für die interdisziplinäre Intensivstation mit Schwerpunkt Kardiologie und Anästhesie",
            1204,
        ),
        ("Ärztin", 873),
        ("Koch <script>alert(1)</script> & Köchin", 401),
        ("Medizinische Fachangestellte (m/w/d) Ambulanz", 77),
        ("IT-Systemadministrator", 3),
        ("Hausmeister", 0),
    ];
    let rank = |(label, value): &(&str, u32)| Row {
        label: (*label).to_owned(),
        shown: german(f64::from(*value)),
        title: format!("{label}: {value}"),
        value: f64::from(*value),
    };
    labels.iter().map(rank).collect()
}

fn stages() -> Vec<Row> {
    [("Beworben", 4210), ("Vorausgewählt", 1876), ("Interview", 640), ("Angebot", 151), ("Eingestellt", 118)]
        .map(|(label, value)| Row {
            label: label.into(),
            shown: format!("{} · {}", german(f64::from(value)), percents(f64::from(value) / 4210.0)),
            title: format!("{label}: {value}"),
            value: f64::from(value),
        })
        .into()
}

fn samples() -> Vec<(&'static str, Markup)> {
    let frame = |id| Frame { id, ..FRAME };
    let marker = (33.0, "Median 33 Tage");
    let unlinked = |count| weeks(count).into_iter().map(|bar| Bar { href: None, ..bar }).collect::<Vec<_>>();
    vec![
        ("bars", bars(&frame("bars"), &weeks(26), &german)),
        ("bars-many", bars(&frame("bars-many"), &unlinked(160), &german)),
        ("bars-none", bars(&frame("bars-none"), &[], &german)),
        ("bars-one", bars(&frame("bars-one"), &unlinked(1), &german)),
        ("line", line(&frame("line"), &days(180), &german)),
        ("steps", steps(&frame("steps"), &curves(), Some(marker), AXES)),
        ("steps-none", steps(&frame("steps-none"), &[], Some(marker), AXES)),
        ("ranks", ranks(&frame("ranks"), &postings())),
        ("funnel", funnel(&frame("funnel"), &stages())),
    ]
}

#[expect(clippy::disallowed_methods, reason = "a switch of this test, not a setting of a program")]
fn refresh() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some_and(|value| value == "1")
}

#[test]
fn charts_are_drawn_as_committed() {
    for (name, drawn) in samples() {
        let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("src/charts/golden/{name}.svg"));
        // one element a line, so that a change can be read
        let drawn = drawn.into_string().replace("><", ">\n<") + "\n";
        if refresh() {
            fs::write(&file, &drawn).expect("the picture can be written");
        }
        assert!(
            fs::read_to_string(&file).unwrap_or_default() == drawn,
            "{name}.svg is drawn otherwise; look at it, and write it anew with\n  UPDATE_GOLDEN=1 cargo test --workspace --lib charts"
        );
    }
}

/// What must hold for any chart.
fn hold(drawn: &str) {
    let document = Document::parse(drawn).expect("well-formed");
    for node in document.descendants() {
        assert!(!["style", "script", "foreignObject"].contains(&node.tag_name().name()), "{drawn}");
        for attribute in node.attributes() {
            assert!(attribute.name() != "style" && !attribute.name().starts_with("on"), "{drawn}");
            assert!(!attribute.value().contains("NaN") && !attribute.value().contains("inf"), "{drawn}");
        }
    }
    let hidden =
        |letter: char| letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    assert!(!drawn.contains(hidden), "{drawn:?}");
    let root = document.root_element();
    let named = root.attribute("aria-labelledby").expect("a name").split(' ');
    let ids: Vec<&str> = document.descendants().filter_map(|node| node.attribute("id")).collect();
    for id in named {
        assert_eq!(ids.iter().filter(|other| **other == id).count(), 1, "{drawn}");
    }
    let has_links = document.descendants().any(|node| node.has_tag_name("a"));
    assert_eq!(root.attribute("role"), Some(if has_links { "group" } else { "img" }));
}

/// All charts of the same few entries.
fn all(entries: &[(String, f64)]) -> [Markup; 5] {
    let of = |make: fn(&(String, f64)) -> Bar| entries.iter().map(make).collect::<Vec<_>>();
    let bar = of(|(text, value)| Bar {
        label: text.clone(),
        title: text.clone(),
        value: *value,
        is_partial: text.len() % 2 == 0,
        href: Some(text.clone()),
    });
    let rank = |(text, value): &(String, f64)| Row {
        label: text.clone(),
        shown: text.clone(),
        title: text.clone(),
        value: *value,
    };
    let stage = |(text, value): &(String, f64)| Row {
        label: text.clone(),
        shown: text.clone(),
        title: text.clone(),
        value: *value,
    };
    let curve = |(text, value): &(String, f64)| Steps {
        name: text.clone(),
        points: vec![(0.0, 1.0), (*value, *value), (value / 2.0, 0.5)],
        band: vec![(*value, -*value, *value), (1.0, 0.0, 1.0)],
    };
    let text = entries.first().map_or("", |(text, _)| text).to_owned();
    let frame = Frame { id: &text, title: &text, description: &text };
    let marker = (entries.first().map_or(0.0, |(_, value)| *value), text.as_str());
    let axis = |value: f64| format!("{text}{value}");
    [
        bars(&frame, &bar, &axis),
        line(&frame, &bar, &axis),
        steps(&frame, &entries.iter().map(curve).collect::<Vec<_>>(), Some(marker), Axes { days: &axis, share: &axis }),
        ranks(&frame, &entries.iter().map(rank).collect::<Vec<_>>()),
        funnel(&frame, &entries.iter().map(stage).collect::<Vec<_>>()),
    ]
}

#[test]
fn any_text_and_any_number_make_a_sound_picture() {
    bolero::check!().with_type::<Vec<(String, f64)>>().for_each(|entries: &Vec<(String, f64)>| {
        for drawn in all(entries) {
            hold(drawn.0.as_str());
        }
    });
}

#[test]
fn hostile_texts_and_numbers_make_a_sound_picture() {
    let texts = [
        "</text><script>alert(1)</script>",
        "\" style=\"x\" onload='y'",
        "\0\u{1}\u{b}\u{7f}\u{85}\u{ffff}\u{fffe}\u{fdd0}\u{1fffe}",
        "\u{202e}neddrow\u{2066} \u{1F469}\u{200d}\u{1F4BB}",
        "]]><!-- &amp; <?x ?>",
        &"W".repeat(200),
        "",
    ];
    let values = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, -0.0, f64::MIN_POSITIVE, 1e300, f64::MAX];
    for text in texts {
        for value in values {
            for count in [1, 2, 200] {
                for drawn in all(&vec![(text.to_owned(), value); count]) {
                    hold(drawn.0.as_str());
                    assert!(!drawn.0.contains("<script"), "{}", drawn.0);
                }
            }
        }
    }
}

#[test]
fn committed_charts_are_sound_and_small() {
    for (_, drawn) in samples() {
        hold(&drawn.0);
    }
    let sixty = bars(&FRAME, &weeks(60), &german).into_string();
    assert!(sixty.len() <= 10_000, "{}", sixty.len());
    let page: usize = samples().iter().map(|(_, drawn)| drawn.0.len()).sum();
    assert!(page <= 60_000, "{page}");
}

fn rects<'a>(document: &'a Document, class: &str) -> Vec<Node<'a, 'a>> {
    let has = |node: &Node| {
        let inherited = node.ancestors().find_map(|node| node.attribute("class"));
        node.has_tag_name("rect") && inherited.is_some_and(|found| found.split(' ').any(|word| word == class))
    };
    document.descendants().filter(has).collect()
}

fn number(node: Node, name: &str) -> f64 {
    let text = node.attribute(name).unwrap_or_default();
    text.trim_end_matches(['%', 'm', 'e']).parse().unwrap_or_else(|_| panic!("{name}={text:?}"))
}

/// Equal to the digits that are written.
fn same(one: f64, other: f64) {
    assert!((one - other).abs() < 0.005, "{one} is not {other}");
}

#[test]
fn bars_reach_what_they_stand_for() {
    let plain = |value| Bar { value, ..Bar::default() };
    let drawn = bars(&FRAME, &[80.0, f64::INFINITY, 20.0, f64::NAN, 37.0].map(plain), &german).into_string();
    let document = Document::parse(&drawn).expect("well-formed");
    let found = rects(&document, "b");
    assert_eq!(found.len(), 3, "nothing is drawn of nothing");
    for (bar, (index, value)) in found.into_iter().zip([(0.0, 80.0), (2.0, 20.0), (4.0, 37.0)]) {
        same(number(bar, "height"), value / 80.0 * 100.0);
        same(number(bar, "y") + number(bar, "height"), 100.0);
        same(number(bar, "x") + number(bar, "width") / 2.0, (index + 0.5) * 20.0);
    }
    let axis: Vec<&str> =
        document.descendants().filter(|node| node.has_tag_name("text")).filter_map(|node| node.text()).collect();
    assert_eq!(axis, ["0", "20", "40", "60", "80"]);
}

#[test]
fn the_largest_count_has_a_place_too() {
    let largest = f64::from(u32::MAX) * f64::from(u32::MAX);
    let plain = |value| Bar { value, ..Bar::default() };
    let drawn = bars(&FRAME, &[largest, largest / 2.0].map(plain), &german).into_string();
    let document = Document::parse(&drawn).expect("well-formed");
    let heights: Vec<f64> = rects(&document, "b").into_iter().map(|bar| number(bar, "height")).collect();
    same(heights[0], largest / 2e19 * 100.0);
    same(heights[1], largest / 4e19 * 100.0);
}

#[test]
fn what_is_not_over_is_hatched() {
    let drawn = bars(&FRAME, &weeks(26), &german).into_string();
    let document = Document::parse(&drawn).expect("well-formed");
    let pattern = document.descendants().find(|node| node.has_tag_name("pattern")).expect("a pattern");
    let hatched = format!("url(#{})", pattern.attribute("id").expect("an id"));
    let bars: Vec<Node> = document.descendants().filter(|node| node.has_tag_name("rect")).collect();
    let (last, others) = bars.split_last().expect("bars");
    assert_eq!(last.attribute("fill"), Some(hatched.as_str()));
    assert!(others.iter().all(|bar| bar.attribute("fill").is_none()));
    assert_eq!(others.len(), 24, "one week of 26 has none, and one is hatched");
}

#[test]
fn of_a_line_what_is_not_over_is_dashed() {
    let point = |(value, is_partial)| Bar { value, is_partial, ..Bar::default() };
    let drawn =
        line(&FRAME, &[(0.0, false), (5.0, false), (10.0, false), (2.0, true)].map(point), &german).into_string();
    assert!(drawn.contains("<path class=\"l\" d=\"M12.5 100 37.5 50 62.5 0\">"), "{drawn}");
    assert!(drawn.contains("<path class=\"l n\" d=\"M62.5 0 87.5 80\">"), "{drawn}");
    assert!(drawn.contains("<path class=\"f\" d=\"M12.5 100 37.5 50 62.5 0 87.5 80V100H12.5z\">"), "{drawn}");
    assert!(drawn.contains("<circle class=\"d n\" cx=\"87.5%\" cy=\"80%\""), "{drawn}");
}

#[test]
fn curves_go_in_steps_inside_their_bands() {
    let curve = Steps {
        name: "open".into(),
        points: vec![(20.0, 0.25), (0.0, 1.0), (10.0, 0.5), (f64::NAN, 0.1), (40.0, 0.25)],
        band: vec![(10.0, 0.4, 0.6), (20.0, 0.125, f64::NAN), (20.0, 0.125, 0.5)],
    };
    let marker = (10.0, "Median 10");
    let drawn = steps(&FRAME, &[curve], Some(marker), AXES).into_string();
    assert!(drawn.contains("<path class=\"l c0\" d=\"M0 0H25V50H50V75H100\">"), "{drawn}");
    assert!(drawn.contains("<path class=\"f c0\" d=\"M25 40H50V50H100H100V87.5H50V60H25z\">"), "{drawn}");
    assert!(drawn.contains("<path class=\"m\" d=\"M0 50H25V100\">"), "{drawn}");
}

#[test]
fn a_curve_keeps_its_colour_where_another_has_nothing() {
    let curve = |points: &[(f64, f64)]| Steps { name: "x".into(), points: points.to_vec(), band: Vec::new() };
    let drawn = steps(&FRAME, &[curve(&[]), curve(&[(0.0, 1.0), (9.0, 0.5)])], None, AXES).into_string();
    assert!(drawn.contains("<path class=\"l c1\" d=\"M0 0H100V50\">"), "{drawn}");
    assert_eq!(drawn.matches(">x</text>").count(), 1, "{drawn}");
}

#[test]
fn names_at_the_ends_keep_apart() {
    let curve = |share: f64| Steps { name: "x".into(), points: vec![(0.0, 1.0), (9.0, share)], band: Vec::new() };
    let places = |shares: [f64; 4]| {
        let drawn = steps(&FRAME, &shares.map(curve), None, AXES).into_string();
        let document = Document::parse(&drawn).expect("well-formed");
        let group = document.descendants().find(|node| node.attribute("class") == Some("e")).expect("names");
        group.children().map(|node| number(node, "y")).collect::<Vec<_>>()
    };
    assert_eq!(places([0.0, 0.01, 0.02, 0.9]), [10.0, 80.0, 90.0, 100.0]);
    assert_eq!(places([0.98, 1.0, 0.99, 0.3]), [0.0, 10.0, 20.0, 70.0]);
}

#[test]
fn rows_are_as_long_as_their_share_of_the_largest() {
    let drawn = ranks(&FRAME, &postings()).into_string();
    let document = Document::parse(&drawn).expect("well-formed");
    let found = rects(&document, "b");
    assert_eq!(found.len(), 6, "a row each, also of nothing");
    for (bar, value) in found.iter().zip([1204.0, 873.0, 401.0, 77.0, 3.0, 0.0]) {
        same(number(*bar, "width"), value / 1204.0 * 100.0);
    }
    let text = |class: &str| {
        let found = document.descendants().find(|node| node.attribute("class") == Some(class));
        found.and_then(|node| node.text()).expect("a text")
    };
    assert_eq!(text("i"), "Pflegefachkraft (m/w/d) für die i…");
    assert_eq!(text("o"), "Pflegefachkraft (m/w/d) für die interdisziplinäre Intensivstation…");
    assert!(drawn.contains("Kardiologie und Anästhesie: 1204</title>"));
}

#[test]
fn a_stage_shows_what_it_has_lost() {
    let drawn = funnel(&FRAME, &stages()).into_string();
    let document = Document::parse(&drawn).expect("well-formed");
    let widths = |class| rects(&document, class).into_iter().map(|bar| number(bar, "width")).collect::<Vec<_>>();
    assert_eq!(widths("t"), [100.0, 44.56, 15.2, 3.59]);
    assert_eq!(widths("b"), [100.0, 44.56, 15.2, 3.59, 2.8]);
    let more = stages().into_iter().rev().collect::<Vec<_>>();
    assert!(
        !funnel(&FRAME, &more).0.contains("class=\"t\""),
        "a stage that has more than the one before has lost nothing"
    );
}

#[test]
fn links_lead_nowhere_else() {
    let bar = |href: &str| Bar { value: 1.0, href: Some(href.to_owned()), ..Bar::default() };
    let drawn = |href| bars(&FRAME, &[bar(href)], &german).into_string();
    for href in ["/dashboard?week=1", "?week=1&lang=de", "#weekly"] {
        assert!(drawn(href).contains("<a href="), "{href}");
    }
    for href in ["javascript:alert(1)", "//example.org", "/\\example.org", "https://example.org", ""] {
        assert!(!drawn(href).contains("<a href="), "{href}");
    }
}

#[test]
fn ticks_are_round_and_never_parts_of_a_count() {
    for (largest, ticks) in [
        (0.0, vec![0.0, 1.0]),
        (1.0, vec![0.0, 1.0]),
        (2.0, vec![0.0, 1.0, 2.0]),
        (5.0, vec![0.0, 2.0, 4.0, 6.0]),
        (80.0, vec![0.0, 20.0, 40.0, 60.0, 80.0]),
        (81.0, vec![0.0, 50.0, 100.0]),
        (1234.0, vec![0.0, 500.0, 1000.0, 1500.0]),
    ] {
        assert_eq!(scale::ticks(largest), ticks, "{largest}");
    }
    for (longest, ticks) in [
        (1.0, vec![0.0, 1.0]),
        (45.0, vec![0.0, 15.0, 30.0, 45.0]),
        (120.0, vec![0.0, 30.0, 60.0, 90.0, 120.0]),
        (800.0, vec![0.0, 360.0, 720.0]),
    ] {
        assert_eq!(scale::day_ticks(longest), ticks, "{longest}");
    }
}

#[test]
fn labels_that_have_no_room_are_left_out() {
    let drawn = bars(&FRAME, &weeks(160), &german).into_string();
    let document = Document::parse(&drawn).expect("well-formed");
    let group = document.descendants().find(|node| node.attribute("class") == Some("x")).expect("labels");
    let places = |narrow: bool| {
        let shown = |node: &Node| !narrow || !node.attribute("class").unwrap_or_default().contains('o');
        group.children().filter(shown).map(|node| number(node, "x")).collect::<Vec<_>>()
    };
    for (narrow, room) in [(false, PLOT.wide), (true, PLOT.narrow)] {
        let places = places(narrow);
        assert!(places.len() >= 3, "{places:?}");
        let least = places.windows(2).map(|pair| pair[1] - pair[0]).fold(100.0, f64::min);
        assert!(least / 100.0 * room >= width("KW 1"), "{places:?}");
    }
}
