mod world;

use std::{collections::BTreeSet, ffi::OsStr, path::Path, sync::Arc};

use super::{Cell, Figure, Question, View, by_name, figures::FIGURES, page};
use crate::{
    figures::counts::{Closing, Cohort, Counts},
    marts::{Marts, SourceWeek, Volume, Volumes},
    words::Language,
};
use world::{day, empty, marts, told, week};

fn asked(query: &str) -> Question {
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    Question::read(&fields).unwrap()
}

fn made(marts: &Marts, name: &str, query: &str) -> Figure {
    by_name(name).unwrap()(&View::new(marts, &asked(query), Language::En))
}

/// The rows as a person reads them.
fn rows(figure: &Figure) -> Vec<Vec<String>> {
    let shown = |cell: &Cell| cell.shown(Language::En.words());
    figure.table.rows.iter().map(|row| row.iter().map(shown).collect()).collect()
}

fn row(figure: &Figure, first: &str) -> Vec<String> {
    let found = rows(figure).into_iter().find(|row| row[0] == first);
    found.unwrap_or_else(|| panic!("{first}: {:?}", rows(figure)))[1..].to_vec()
}

#[test]
fn weeks_have_gaps_as_zero_and_only_full_ones_are_compared() {
    let marts = marts();
    let weekly = made(&marts, "weekly", "period=4");
    let partial = "the week is not over, or not in the data as a whole";
    assert_eq!(
        rows(&weekly),
        [
            ["W41 2026", "5 Oct 2026", "0", "–", ""],
            ["W42 2026", "12 Oct 2026", "0", "±0", ""],
            ["W43 2026", "19 Oct 2026", "10", "+10", ""],
            ["W44 2026", "26 Oct 2026", "16", "+6", ""],
            ["W45 2026", "2 Nov 2026", "5", "–", partial],
        ]
    );
    let chart = weekly.chart.unwrap().into_string();
    assert!(chart.contains("W45 2026: 5 (the week is not over"), "{chart}");
    assert!(chart.contains("href=\"?period=4&amp;week=2026-10-26#daily\""), "{chart}");
    assert_eq!(rows(&made(&marts, "weekly", "period=all")).len(), 10);
    assert_eq!(rows(&made(&marts, "weekly", "period=13")).len(), 10);
    let of_one = made(&marts, "weekly", "period=4&source=Website&type=job");
    assert_eq!((rows(&of_one)[3][2].as_str(), of_one.notes.len()), ("4", 1));
    assert_eq!(of_one.notes, ["5 more are in small groups, which are not broken down."]);
    // of sources alone more is told
    let of_one = made(&marts, "weekly", "period=4&source=Website");
    assert_eq!((rows(&of_one)[3][2].as_str(), rows(&of_one)[4][2].as_str(), of_one.notes.len()), ("5", "5", 0));
    assert!(rows(&made(&marts, "weekly", "city=Nowhere")).iter().all(|row| row[2] == "0"));
}

#[test]
fn days_are_sixty_or_those_of_a_week() {
    let marts = marts();
    let daily = rows(&made(&marts, "daily", ""));
    assert_eq!(daily.len(), 60);
    assert_eq!(daily[59], ["4 Nov 2026", "5", "the day is not over, or not read to its end"]);
    assert_eq!(daily[56], ["1 Nov 2026", "3", ""]);
    assert_eq!(daily.iter().filter(|row| row[1] == "0").count(), 58);
    let week = made(&marts, "daily", "week=2026-10-26");
    assert_eq!((week.title.as_str(), week.table.rows.len()), ("Applications per day, W44 2026", 7));
    assert_eq!(row(&week, "1 Nov 2026")[0], "3");
}

#[test]
fn six_numbers_say_how_they_have_changed() {
    let marts = marts();
    let numbers = made(&marts, "numbers", "");
    for (name, expected) in [
        ("Open postings", ["3", "2", "2 new in the last full week"]),
        ("Applications in W44 2026", ["16", "+6", "compared with the week before: +6"]),
        ("Open applications", ["9", "+14", "in the last full week +14 (new less ended)"]),
        // 4 weeks from 5 October; 9 after 3 days, 5 after 6, 6 after 30: the 10th of 20
        (
            "Median duration of those that ended, in days (4 weeks)",
            ["6", "±0", "compared with the four weeks ending a week earlier: ±0"],
        ),
        ("Hires (4 weeks)", ["6", "±0", "compared with the four weeks ending a week earlier: ±0"]),
        ("Postings past their deadline", ["1", "1", "1 since the last full week began"]),
    ] {
        assert_eq!(row(&numbers, name), expected, "{name}");
    }
    let by_source = made(&marts, "numbers", "source=Indeed");
    assert_eq!(row(&by_source, "Applications in W44 2026")[0], "11");
    for name in ["Open postings", "Open applications", "Hires (4 weeks)", "Postings past their deadline"] {
        assert_eq!(
            row(&by_source, name),
            ["–", "–", "Not broken down by Source: take that filter away to see it."],
            "{name}"
        );
    }
}

#[test]
fn ranks_are_shared_and_what_has_no_place_has_none() {
    let marts = marts();
    let postings = made(&marts, "postings", "");
    let ranks: Vec<(String, String)> =
        rows(&postings).into_iter().map(|row| (row[0].clone(), row[3].clone())).collect();
    let expected = [("<b>Ärztin</b>", "1"), ("=Pfleger", "1"), ("Alt (gone)", "3"), ("Koch", "4")];
    assert_eq!(ranks, expected.map(|(title, rank)| (title.to_owned(), rank.to_owned())));
    // of one that was online when it was first seen there is no rate
    let per_day = rows(&made(&marts, "postings-per-day", ""));
    let rates: Vec<(&str, &str)> = per_day.iter().map(|row| (&*row[0], &*row[7])).collect();
    assert_eq!(rates, [("=Pfleger", "3.0"), ("<b>Ärztin</b>", "0.75"), ("Alt (gone)", "0.06")]);
    let places = rows(&made(&marts, "places", ""));
    let told: Vec<[&str; 4]> = places.iter().map(|row| [&*row[0], &*row[2], &*row[3], &*row[5]]).collect();
    assert_eq!(told, [["Köln", "1", "60", "2"], ["Bonn", "2", "2", "1"], ["not given", "–", "7", "0"]]);
    assert_eq!(rows(&made(&marts, "places", "city=Bonn")).len(), 1);
    assert!(made(&marts, "postings", "source=Indeed").table.rows.is_empty());
}

#[test]
fn the_funnel_is_of_months_that_have_nearly_ended() {
    let marts = marts();
    let funnel = made(&marts, "funnel", "period=all");
    assert_eq!(
        rows(&funnel),
        [
            ["Applied", "100", "100.0%", "–", ""],
            ["Interview", "30", "30.0%", "30.0%", ""],
            ["Hired", "10", "10.0%", "33.3%", ""],
        ]
    );
    assert_eq!(funnel.notes, ["3 are of weeks or months that are too small to tell of."]);
    // of October more than a tenth is open
    let mut young = marts.clone();
    young.funnel.rows.retain(|row| row.month == day("2026-10-01"));
    let funnel = made(&young, "funnel", "period=all");
    assert!(
        funnel.table.rows.is_empty() && funnel.notes[0].starts_with("No month of the period"),
        "{:?}",
        funnel.notes
    );
    // one tenth is not more
    young.funnel.rows[0].applications = 44;
    assert_eq!(rows(&made(&young, "funnel", "period=all"))[0][1], "444");
}

#[test]
fn durations_count_the_open_ones() {
    let marts = marts();
    let durations = made(&marts, "durations", "period=all");
    assert_eq!(durations.notes[0], "Half have ended after 20 days (10 to –).");
    assert_eq!(row(&durations, "30")[0], "60.0%");
    assert_eq!(row(&durations, "30")[3], "20.0%");
    assert_eq!(row(&durations, "30")[6], "40.0%");
    assert_eq!(row(&durations, "60")[0], "–");
    let times = rows(&made(&marts, "times-to-hire", ""));
    assert_eq!(times, [["Whole history", "6", "2", "28.0", "30.5"]]);
}

#[test]
fn four_are_not_told_of_and_five_are() {
    let mut marts = marts();
    // Website has 4 beside 5 in small groups
    let sources = rows(&made(&marts, "sources", "type=job"));
    assert_eq!(sources, [["Indeed", "29", "76.3%"], ["small groups", "9", "23.7%"]]);
    marts.weekly.rows[3].applications = 5;
    let sources = rows(&made(&marts, "sources", "type=job"));
    assert_eq!(sources, [["Indeed", "29", "74.4%"], ["Website", "5", "12.8%"], ["small groups", "5", "12.8%"]]);
    // Umzug has 4; the current week is not in it
    let reasons = rows(&made(&marts, "reasons", ""));
    assert_eq!(reasons, [["Absage", "Employer", "9", "47.4%"], ["small groups", "small groups", "10", "52.6%"]]);
    marts.counts.closings.rows[2].closed = 4;
    assert_eq!(row(&made(&marts, "numbers", ""), "Hires (4 weeks)")[0], "too few to tell");
    let closed = made(&marts, "closed", "");
    assert_eq!(row(&closed, "Hired")[0], "too few to tell");
    assert_eq!(row(&closed, "All")[..2], ["18", "9.8"]);
    marts.counts.closings.rows = vec![Closing { closed: 4, ..marts.counts.closings.rows[0] }];
    assert_eq!(row(&made(&marts, "closed", ""), "All")[0], "too few to tell");
    assert_eq!(
        row(&made(&marts, "numbers", ""), "Median duration of those that ended, in days (4 weeks)")[0],
        "too few to tell"
    );
    marts.counts.closings.rows[0].closed = 5;
    assert_eq!(row(&made(&marts, "closed", ""), "All")[0], "5");
    marts.counts.cohorts.rows = vec![Cohort { applications: 4, ..marts.counts.cohorts.rows[0] }];
    assert!(made(&marts, "durations", "period=all").table.rows.is_empty());
}

#[test]
fn a_department_in_small_groups_is_not_one_of_which_nothing_is_there() {
    let mut marts = marts();
    marts.counts.run.compares_departments = true;
    marts.open.iter_mut().for_each(|row| row.department = "Pflege".into());
    marts.counts.closings.departments = vec!["Pflege".into()];
    let open = |marts: &Marts, department: &str| {
        let asked = format!("department={department}");
        let by_age = made(marts, "open", &asked);
        (row(&made(marts, "numbers", &asked), "Open applications"), rows(&by_age).len(), by_age.notes)
    };
    let net = |net: &str| format!("in the last full week {net} (new less ended)");
    assert_eq!(open(&marts, "Pflege"), (vec!["9".into(), "+10".into(), net("+10")], 3, vec![]));
    assert_eq!(open(&marts, "Verwaltung"), (vec!["0".into(), "+4".into(), net("+4")], 0, vec![]));
    // those of few of either mart may be of it
    marts.open[1].department = "small groups".into();
    marts.counts.closings.departments = vec!["small groups".into()];
    let too_few = "too few to tell";
    assert_eq!(open(&marts, "Verwaltung"), (vec![too_few.into(), "–".into(), String::new()], 0, vec![too_few.into()]));
    assert_eq!(open(&marts, "Pflege"), (vec!["7".into(), "–".into(), String::new()], 2, vec![]));
    assert_eq!(open(&marts, "").0[0], "9");
}

#[test]
fn sources_are_those_of_weeks_unless_something_else_is_asked_for() {
    let mut marts = marts();
    let told = |marts: &Marts, query: &str| {
        let figure = made(marts, "sources", query);
        (rows(&figure).iter().map(|row| row[..2].join(" ")).collect::<Vec<_>>(), figure.marts)
    };
    let (by_week, by_cell) = (&["fct_sources_weekly"][..], &["fct_applications_weekly"][..]);
    assert_eq!(told(&marts, ""), (vec!["Indeed 28".to_owned(), "Website 10".to_owned()], by_week));
    // of the weeks of the period alone
    assert_eq!(told(&marts, "period=4").0, ["Indeed 21", "Website 10"]);
    assert_eq!(told(&marts, "source=Website"), (vec!["Website 10".to_owned()], by_week));
    assert_eq!(told(&marts, "source=Nowhere"), (Vec::new(), by_week));
    for query in ["department=Pflege", "city=K%C3%B6ln", "department=Pflege&type=job"] {
        assert_eq!(
            told(&marts, query),
            (vec!["Indeed 29".to_owned(), "small groups 5".to_owned()], by_cell),
            "{query}"
        );
    }
    assert_eq!(told(&marts, "department=Pflege&source=Indeed"), (vec!["Indeed 29".to_owned()], by_cell));
    // what one week has too few of hides the next smallest of all weeks
    marts.sources[4] = SourceWeek { source: Arc::from("small groups"), applications: 4, ..marts.sources[4].clone() };
    assert_eq!(told(&marts, "").0, ["Indeed 28", "small groups 9"]);
    marts.sources[4].applications = 5;
    assert_eq!(told(&marts, "").0, ["Indeed 28", "Website 5", "small groups 5"]);
}

#[test]
fn what_is_not_told_apart_is_not_told_under_that_filter_on_page_and_in_file() {
    let marts = marts();
    let words = Language::En.words();
    for (query, named) in [
        ("department=Pflege", "Department"),
        ("city=K%C3%B6ln", "City"),
        ("source=Indeed", "Source"),
        ("type=job", "Type"),
    ] {
        for name in ["funnel", "closed", "times-to-hire", "open", "reasons"] {
            let figure = made(&marts, name, query);
            assert!(figure.table.rows.is_empty() && figure.chart.is_none(), "{name}?{query}");
            let csv = String::from_utf8(figure.csv(words).unwrap()).unwrap();
            assert!(
                csv.contains(&format!("Not broken down by {named}")) && csv.lines().count() == 2,
                "{name}?{query}: {csv}"
            );
        }
    }
    assert!(!made(&marts, "durations", "period=all&city=K%C3%B6ln").table.rows.is_empty());
    assert!(made(&marts, "durations", "period=all&department=Pflege").table.rows.is_empty());
}

#[test]
fn a_page_of_anything_is_whole_in_every_language() {
    let one = Marts {
        weeks: vec![week(day("2026-11-02"))],
        weekly: Volumes {
            rows: vec![Volume { begins: day("2026-11-02"), ..marts().weekly.rows[4] }],
            ..marts().weekly
        },
        ..empty()
    };
    let one = Marts { counts: Counts { run: told(), ..one.counts }, ..one };
    for (marts, what) in [(empty(), "nothing"), (one, "one week"), (marts(), "a small world")] {
        for language in Language::ALL {
            for query in
                ["", "period=all&city=Nowhere", "source=%3Cscript%3E&week=1000-01-01", "department=Pflege&type=job"]
            {
                let asked = asked(query);
                let view = View::new(&marts, &asked, language);
                let html = page(&view, "/dashboard", &maud::html! {}, None).into_string();
                assert!(
                    !html.contains("style=") && !html.contains("<script") && !html.contains("<b>"),
                    "{what}: {html}"
                );
                let mut ids = BTreeSet::new();
                for id in html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()) {
                    assert!(ids.insert(id), "{what}, {language}, {query}: {id} is there twice");
                }
                for (name, _) in FIGURES {
                    assert!(ids.contains(name), "{name}");
                }
            }
        }
    }
}

#[test]
fn every_word_of_the_marts_has_a_name_in_every_language() {
    let described = described(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dbt/models/marts"));
    let lists = described.split("values: [").skip(1).map(|rest| rest.split(']').next().unwrap());
    let (lists, mut seen): (Vec<&str>, usize) = (lists.collect(), 0);
    for language in Language::ALL {
        let (named, checks) = (&language.words().named, &language.words().quality.checks);
        let known: BTreeSet<&str> = [
            named.stage_kinds.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
            named.outcomes.iter().map(|(name, _)| *name).collect(),
            named.reason_kinds.iter().map(|(name, _)| *name).collect(),
            named.posting_types.iter().map(|(name, _)| *name).collect(),
            named.periods.iter().map(|(name, _)| *name).collect(),
            checks.iter().map(|(name, _)| *name).collect(),
            // bands have a name by their place; exits of stages are not on the page
            vec!["0-7", "8-14", "15-30", "31-60", "61+", "too few", "next", "back"],
        ]
        .concat()
        .into_iter()
        .collect();
        for word in lists.iter().flat_map(|list| list.split(',')).map(|word| word.trim().trim_matches('\'')) {
            assert!(known.contains(word), "{language}: {word}");
            seen += 1;
        }
    }
    assert!(seen > 100, "{seen}");
}

/// What dbt's project says of the marts, in a file beside each.
fn described(folder: &Path) -> String {
    let found = std::fs::read_dir(folder).unwrap().map(|entry| {
        let path = entry.unwrap().path();
        match path.extension().and_then(OsStr::to_str) {
            Some("yml") => std::fs::read_to_string(path).unwrap(),
            None => described(&path),
            Some(_) => String::new(),
        }
    });
    found.collect()
}

#[test]
fn the_readme_lists_the_figures() {
    let marts = marts();
    let readme = include_str!("../../README.md");
    let rows: Vec<&str> = readme.lines().filter(|line| line.starts_with("| `") && line.ends_with("` |")).collect();
    for (name, _) in FIGURES {
        let row = rows.iter().find(|row| row.starts_with(&format!("| `{name}` |")));
        let row = row.unwrap_or_else(|| panic!("README.md does not list {name}"));
        let named = made(&marts, name, "").marts.iter().map(|mart| format!("`{mart}`")).collect::<Vec<_>>().join(", ");
        assert!(row.ends_with(&format!("| {named} |")), "{name} is of {named}: {row}");
    }
}
