//! The response as a short table for people.

use runtime::answer;

use super::response::{Created, Durations, Response};
use crate::figures::{
    Part,
    closed::{Closed, Lengths},
    counts::Outcome,
    curve::Share,
    few::Figures,
    filter::Period,
    hires::TimeToHire,
};

pub(super) fn print(response: &Response) {
    let as_of = response.as_of_on.map_or_else(|| "not known yet".to_owned(), |day| day.to_string());
    answer::line(format!(
        "As of {as_of} ({}). Nothing is told of fewer than {}.",
        response.time_zone, response.min_group
    ));
    print_ended(&response.closed.told);
    print_created(&response.created.told);
    answer::line("\nTime to hire as Emply has it, in days");
    let header = ["period", "department", "hires", "jobs", "mean of the jobs' means", "mean over candidates"];
    let rows: Vec<_> = response.times_to_hire.told.of.iter().map(hires).collect();
    answer::table(&header, &rows);
}

fn print_ended(ended: &Part<Closed>) {
    match &ended.figures {
        Figures::Told(closed) => {
            heading(
                "Ended",
                ended.period,
                [("", ended.applications), (" untold", ended.untold)],
                ended.in_small_groups,
            );
            print_closed(closed);
        }
        untold => answer::line(format!("\nEnded: {}", untold.reason().unwrap_or_default())),
    }
}

fn print_closed(closed: &Closed) {
    let outcomes =
        Outcome::ENDS.iter().filter_map(|outcome| Some((outcome.name(), closed.by_outcome.get(outcome.name())?)));
    let rows = outcomes.chain([("all", &closed.all)]).map(|(name, lengths)| row(name, lengths));
    answer::table(&["outcome", "n", "mean days", "median", "p90"], &rows.collect::<Vec<_>>());
}

fn print_created(created: &Created) {
    let counts = [("", created.applications), (" followed", created.followed), (" frozen", created.frozen)];
    heading("Created", created.period, counts, created.in_small_groups);
    match &created.figures {
        Figures::Told(durations) => print_durations(durations),
        untold => answer::line(untold.reason().unwrap_or_default()),
    }
}

fn print_durations(durations: &Durations) {
    let few = if durations.is_few { "; few" } else { "" };
    answer::line(format!("still open: {}{few}", durations.open));
    let day = |day: Option<u32>| day.map_or_else(|| "not reached".to_owned(), |day| day.to_string());
    let median = durations.median;
    let (lower, upper) = (day(median.lower), day(median.upper));
    answer::line(format!("days until half have ended: {} (95 %: {lower} to {upper})", day(median.day)));
    for within in &durations.hired_within {
        let share = within.share.map_or_else(|| "not followed so long".to_owned(), percent);
        answer::line(format!("hired within {} days: {share}", within.days));
    }
}

fn heading<const N: usize>(what: &str, period: Option<Period>, counts: [(&str, u64); N], in_small_groups: u64) {
    let period = period.map_or_else(|| ", none".to_owned(), |period| format!(" {} to {}", period.first, period.last));
    let counts: Vec<String> = counts.iter().map(|(word, count)| format!("{count}{word}")).collect();
    let more = match in_small_groups {
        0 => String::new(),
        count => format!("; {count} more are in small groups, some of which may be meant"),
    };
    answer::line(format!("\n{what}{period}: {}{more}", counts.join(", ")));
}

fn row(name: &str, lengths: &Figures<Lengths>) -> Vec<String> {
    let cells = match lengths {
        Figures::Told(told) => {
            vec![told.n.to_string(), format!("{:.1}", told.mean), told.median.to_string(), told.p90.to_string()]
        }
        untold => vec![untold.reason().unwrap_or_default().to_owned()],
    };
    [vec![name.to_owned()], cells].concat()
}

fn hires(of: &TimeToHire) -> Vec<String> {
    let cells = match &of.means {
        Figures::Told(both) => {
            vec![both.jobs.to_string(), format!("{:.1}", both.over_jobs), format!("{:.1}", both.over_candidates)]
        }
        untold => vec![untold.reason().unwrap_or_default().to_owned()],
    };
    [vec![of.period.clone(), of.department.clone(), of.hires.to_string()], cells].concat()
}

fn percent(share: Share) -> String {
    let told = |share: f64| format!("{:.1} %", 100.0 * share);
    let border = |share: Option<f64>| share.map_or_else(|| "?".to_owned(), told);
    format!("{} (95 %: {} to {})", told(share.value), border(share.lower), border(share.upper))
}
