//! What durations are computed from.

use super::{Problem, problem::Kind, table::MartTable};
use crate::figures::counts::{Closing, Closings, Cohort, Cohorts, ExportRun, Hires, Means, Outcome};

pub(super) fn export_run(table: &MartTable) -> Result<ExportRun, Problem> {
    match table.rows() {
        1 => {}
        0 => return Err(table.problem(Kind::NoExport)),
        rows => return Err(table.problem(Kind::Unreadable(format!("it has {rows} rows and not one")))),
    }
    let min_group = table.counts::<u64>("min_group")?[0];
    if min_group == 0 {
        return Err(table.wrong("min_group", 0, "is 0"));
    }
    Ok(ExportRun {
        as_of: table.timestamps_or_null("as_of")?.of(0).cloned(),
        as_of_on: table.dates_or_null("as_of_on")?.of(0).copied(),
        history_begins_on: table.dates_or_null("history_begins_on")?.of(0).copied(),
        time_zone: table.texts("time_zone")?.of(0).to_string(),
        min_group,
        compares_departments: table.truths("compares_departments")?[0],
    })
}

pub(super) fn cohorts(table: &MartTable) -> Result<Cohorts, Problem> {
    let (months, departments, cities) =
        (table.dates("created_month")?, table.texts("department")?, table.texts("city")?);
    let (outcomes, days) = (outcomes(table)?, table.counts_or_null("days")?);
    let (eligible, frozen) = (table.truths("is_eligible")?, table.truths("is_frozen")?);
    let applications = table.counts("applications")?;
    let row = |row: usize| {
        if eligible[row] != days[row].is_some() {
            return Err(table.wrong("days", row, "is null, or is not, against is_eligible"));
        }
        Ok(Cohort {
            month: months.places[row],
            department: departments.places[row],
            city: cities.places[row],
            outcome: outcomes[row],
            days: days[row],
            is_frozen: frozen[row],
            applications: applications[row],
        })
    };
    let rows = table.each_row(row)?;
    Ok(Cohorts { months: months.known, departments: departments.known, cities: cities.known, rows })
}

pub(super) fn closings(table: &MartTable) -> Result<Closings, Problem> {
    let (weeks, departments) = (table.dates("week_start")?, table.texts("department")?);
    let (outcomes, days) = (outcomes(table)?, table.counts_or_null("days")?);
    let closed = table.counts("closed")?;
    let row = |row: usize| {
        if outcomes[row] == Outcome::Open {
            return Err(table.wrong("outcome", row, "is open, which is no end,"));
        }
        if days[row].is_none() != (outcomes[row] == Outcome::TooFew) {
            return Err(table.wrong("days", row, "is null, or is not, against the outcome"));
        }
        Ok(Closing {
            week: weeks.places[row],
            department: departments.places[row],
            outcome: outcomes[row],
            days: days[row],
            closed: closed[row],
        })
    };
    let rows = table.each_row(row)?;
    Ok(Closings { weeks: weeks.known, departments: departments.known, rows })
}

pub(super) fn hires(table: &MartTable) -> Result<Vec<Hires>, Problem> {
    let (periods, departments) = (table.texts("period")?, table.texts("department")?);
    let (hires, jobs) = (table.counts("hires")?, table.counts_or_null("jobs")?);
    let over_candidates = table.counts_or_null("mean_over_candidates_millidays")?;
    let over_jobs = table.counts_or_null("mean_over_jobs_millidays")?;
    table.each_row(|row| {
        let means = match (jobs[row], over_candidates[row], over_jobs[row]) {
            (Some(jobs), Some(over_candidates_millidays), Some(over_jobs_millidays)) => {
                Some(Means { jobs, over_candidates_millidays, over_jobs_millidays })
            }
            (None, None, None) => None,
            _ => return Err(table.wrong("jobs", row, "is null, or is not, against the means")),
        };
        let (period, department) = (periods.of(row).clone(), departments.of(row).clone());
        Ok(Hires { period, department, hires: hires[row], means })
    })
}

pub(super) fn outcomes(table: &MartTable) -> Result<Vec<Outcome>, Problem> {
    let outcomes = table.words("outcome", Outcome::of)?;
    Ok((0..table.rows()).map(|row| *outcomes.of(row)).collect())
}
