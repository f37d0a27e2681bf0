//! How long applications take: the ended ones (activity), and all of them by a curve (cohorts).

use crate::{
    charts::{self, Axes, Frame, Steps},
    dashboard::{Cell, Cut, Figure, Table, View, number, text},
    figures::{
        self,
        counts::Outcome,
        curve::{Curve, Share, Step},
        few::Figures,
        filter::Period,
    },
};

const AFTER: [u32; 6] = [7, 14, 30, 60, 90, 180];
/// Nobody looks at a longer curve.
const LONGEST: u32 = 180;

pub(super) fn curve(view: &View) -> Figure {
    let words = view.words;
    let figure = Figure::new(words.titles.durations, words.counting.durations, &["fct_application_durations"]);
    if let Some(why) = view.untold_by(&view.outcomes_by(&[Cut::City])) {
        return figure.without_numbers(why);
    }
    let cohorts = figures::created_in(&view.marts.counts, &view.filter());
    if cohorts.part.period.is_none() && cohorts.part.in_small_groups == 0 {
        return figure.without_numbers(words.told.no_whole_month);
    }
    let mut notes = notes(view, cohorts.part.period, cohorts.part.untold, cohorts.part.in_small_groups);
    let Figures::Told(curve) = cohorts.part.figures else {
        notes.insert(0, words.told.too_few.to_owned());
        return Figure { notes, ..figure };
    };
    let numbers = &words.numbers;
    let all = numbers.count(cohorts.part.applications);
    notes.insert(0, (words.told.followed)(&numbers.count(cohorts.followed), &all));
    if cohorts.frozen > 0 {
        notes.push((words.told.frozen)(&numbers.count(cohorts.frozen)));
    }
    let median = curve.median();
    let said = match (median.day, median.lower, median.upper) {
        (Some(day), lower, upper) => {
            let border = |day: Option<u32>| day.map_or_else(|| "–".to_owned(), |day| numbers.count(day.into()));
            let band = (words.told.band)(&border(lower), &border(upper));
            (words.told.median)(&numbers.count(day.into()), &band)
        }
        (None, ..) => words.told.median_not_reached.to_owned(),
    };
    notes.insert(0, said.clone());
    let chart = drawn(view, &figure.title, &said, &curve);
    Figure { notes, chart: Some(chart), table: after(view, &curve), ..figure }
}

fn after(view: &View, curve: &Curve) -> Table {
    let headings = &view.words.headings;
    let mut table = Table::new([
        number(headings.after_days),
        number(headings.ended),
        number(headings.lower),
        number(headings.upper),
        number(headings.hired),
        number(headings.lower),
        number(headings.upper),
        number(headings.ended_otherwise),
    ]);
    for days in AFTER {
        let (ended, hired) = (curve.ended_within(days), curve.hired_within(days));
        let share = |share: Option<Share>, of: fn(&Share) -> Option<f64>| {
            Cell::or_nothing(share.as_ref().and_then(of), Cell::Share)
        };
        let otherwise = ended.zip(hired).map(|(ended, hired)| (ended.value - hired.value).max(0.0));
        table.row([
            Cell::Count(days.into()),
            share(ended, |share| Some(share.value)),
            share(ended, |share| share.lower),
            share(ended, |share| share.upper),
            share(hired, |share| Some(share.value)),
            share(hired, |share| share.lower),
            share(hired, |share| share.upper),
            Cell::or_nothing(otherwise, Cell::Share),
        ]);
    }
    table
}

fn drawn(view: &View, title: &str, said: &str, curve: &Curve) -> maud::Markup {
    let headings = &view.words.headings;
    let shown = || curve.steps.iter().take_while(|step| step.day <= LONGEST);
    let end = curve.longest.min(LONGEST);
    let steps = |name: &str, of: fn(&Step) -> Share| {
        // a curve begins on day 0, also where nothing ended on it
        let begins_at_nothing = shown().next().is_none_or(|step| step.day > 0).then_some((0.0, 0.0));
        let points = begins_at_nothing.into_iter().chain(shown().map(|step| (f64::from(step.day), of(step).value)));
        let mut points: Vec<(f64, f64)> = points.collect();
        // as far as any was followed it stays as it is
        let last = points.last().filter(|(day, _)| *day < f64::from(end)).map(|(_, share)| (f64::from(end), *share));
        points.extend(last);
        let band = shown().filter_map(|step| {
            let share = of(step);
            Some((f64::from(step.day), share.lower?, share.upper?))
        });
        Steps { name: name.to_owned(), points, band: band.collect() }
    };
    let series =
        [steps(headings.ended, |step| step.survival.of_the_others()), steps(headings.hired, |step| step.incidence)];
    let median = curve.median().day.filter(|day| *day <= LONGEST);
    let numbers = &view.words.numbers;
    let marker = median.map(|day| (f64::from(day), (view.words.told.half_after)(&numbers.count(day.into()))));
    let axes = Axes { days: &|days| numbers.decimal(days, 0), share: &|share| numbers.percent(share, 0) };
    charts::steps(
        &Frame { id: "durations", title, description: said },
        &series,
        marker.as_ref().map(|(day, text)| (*day, text.as_str())),
        axes,
    )
}

pub(super) fn closed(view: &View) -> Figure {
    let words = view.words;
    let figure = Figure::new(words.titles.closed, words.counting.closed, &["fct_closed_weekly"]);
    if let Some(why) = view.untold_by(&view.outcomes_by(&[])) {
        return figure.without_numbers(why);
    }
    let Some(filter) = view.filter_of_full_weeks() else {
        return figure.without_numbers(words.told.no_full_week);
    };
    let part = figures::closed_in(&view.marts.counts, &filter);
    let mut notes = notes(view, part.period, part.untold, part.in_small_groups);
    let Figures::Told(closed) = part.figures else {
        notes.insert(0, words.told.too_few.to_owned());
        return Figure { notes, ..figure };
    };
    let mut table = Table::new([
        text(words.headings.outcome),
        number(words.headings.applications),
        number(words.headings.mean_days),
        number(words.headings.median_days),
        number(words.headings.p90_days),
        text(words.headings.remark),
    ]);
    let outcomes = Outcome::ENDS.map(|outcome| {
        let name = View::word(&words.named.outcomes, outcome.name()).unwrap_or(outcome.name());
        (name, &closed.by_outcome[outcome.name()])
    });
    for (name, figures) in std::iter::once((words.named.all_outcomes, &closed.all)).chain(outcomes) {
        let name = Cell::Text(name.to_owned());
        table.row(match figures {
            Figures::Told(lengths) => [
                name,
                Cell::Count(lengths.n),
                Cell::Decimal(lengths.mean),
                Cell::Count(lengths.median.into()),
                Cell::Count(lengths.p90.into()),
                view.remark(lengths.is_few),
            ],
            _ => [name, Cell::TooFew, Cell::TooFew, Cell::TooFew, Cell::TooFew, view.remark(false)],
        });
    }
    Figure { notes, table, ..figure }
}

pub(super) fn times_to_hire(view: &View) -> Figure {
    let words = view.words;
    let figure = Figure::new(words.titles.times_to_hire, words.counting.times_to_hire, &["fct_times_to_hire"]);
    if let Some(why) = view.untold_by(&view.outcomes_by(&[])) {
        return figure.without_numbers(why);
    }
    let compares = view.marts.counts.run.compares_departments;
    let mut columns = vec![text(words.headings.period)];
    columns.extend(compares.then(|| text(words.headings.department)));
    let headings = &words.headings;
    columns.extend([headings.hires, headings.jobs, headings.over_jobs, headings.over_candidates].map(number));
    let mut table = Table::new(columns);
    let mut times = figures::hires::of(&view.marts.counts, &view.filter());
    let place = |period: &str| words.named.periods.iter().position(|(known, _)| *known == period);
    times.sort_by_key(|time| (place(&time.period), time.department.clone()));
    for time in times {
        let period = View::word(&words.named.periods, &time.period).unwrap_or(&time.period).to_owned();
        let mut row = vec![Cell::Text(period)];
        row.extend(compares.then(|| Cell::Text(view.named(&time.department))));
        row.push(Cell::Count(time.hires));
        row.extend(match &time.means {
            Figures::Told(means) => {
                [Cell::Count(means.jobs), Cell::Decimal(means.over_jobs), Cell::Decimal(means.over_candidates)]
            }
            _ => [Cell::TooFew, Cell::TooFew, Cell::TooFew],
        });
        table.row(row);
    }
    Figure { table, ..figure }
}

fn notes(view: &View, period: Option<Period>, untold: u64, in_small_groups: u64) -> Vec<String> {
    let (told, numbers) = (&view.words.told, &view.words.numbers);
    let mut notes = Vec::new();
    if let Some(Period { first, last }) = period {
        notes.push((told.from_to)(&numbers.day(first), &numbers.day(last)) + ".");
    }
    if untold > 0 {
        notes.push((told.untold)(&numbers.count(untold)));
    }
    if in_small_groups > 0 {
        notes.push((told.in_small_groups)(&numbers.count(in_small_groups)));
    }
    notes
}
