//! Each mart as counts.

use super::{Problem, problem::Kind, table::Table};
use crate::figures::counts::{Closing, Cohort, Hires, Means, Outcome, Told};

/// Of `export_run`, which has one row.
pub(super) fn told(table: &Table) -> Result<Told, Problem> {
    match table.rows() {
        1 => {}
        0 => return Err(table.problem(Kind::NoExport)),
        rows => return Err(table.problem(Kind::Unreadable(format!("it has {rows} rows and not one")))),
    }
    let zone = table.needed("time_zone", table.texts("time_zone")?)?;
    let min_group = table.needed("min_group", table.counts("min_group")?)?;
    let compares = table.needed("compares_departments", table.truths("compares_departments")?)?;
    if min_group[0] == 0 {
        return Err(table.wrong("min_group", 0, "is 0"));
    }
    Ok(Told {
        as_of: table.timestamps("as_of")?[0].as_deref().map(str::to_owned),
        as_of_on: table.dates("as_of_on")?[0],
        history_begins_on: table.dates("history_begins_on")?[0],
        time_zone: zone[0].to_string(),
        min_group: min_group[0],
        compares_departments: compares[0],
    })
}

pub(super) fn cohorts(table: &Table) -> Result<Vec<Cohort>, Problem> {
    let months = table.needed("created_month", table.dates("created_month")?)?;
    let departments = table.needed("department", table.texts("department")?)?;
    let cities = table.needed("city", table.texts("city")?)?;
    let (outcomes, days) = (outcomes(table)?, table.days("days")?);
    let eligible = table.needed("is_eligible", table.truths("is_eligible")?)?;
    let frozen = table.needed("is_frozen", table.truths("is_frozen")?)?;
    let applications = table.needed("applications", table.counts("applications")?)?;
    let row = |row: usize| {
        if eligible[row] != days[row].is_some() {
            return Err(table.wrong("days", row, "is null, or is not, against is_eligible"));
        }
        Ok(Cohort {
            month: months[row],
            department: departments[row].clone(),
            city: cities[row].clone(),
            outcome: outcomes[row],
            days: days[row],
            is_eligible: eligible[row],
            is_frozen: frozen[row],
            applications: applications[row],
        })
    };
    (0..table.rows()).map(row).collect()
}

pub(super) fn closings(table: &Table) -> Result<Vec<Closing>, Problem> {
    let weeks = table.needed("week_start", table.dates("week_start")?)?;
    let departments = table.needed("department", table.texts("department")?)?;
    let (outcomes, days) = (outcomes(table)?, table.days("days")?);
    let closed = table.needed("closed", table.counts("closed")?)?;
    let row = |row: usize| {
        if outcomes[row] == Outcome::Open {
            return Err(table.wrong("outcome", row, "is open, which is no end,"));
        }
        if days[row].is_none() != (outcomes[row] == Outcome::TooFew) {
            return Err(table.wrong("days", row, "is null, or is not, against the outcome"));
        }
        Ok(Closing {
            week: weeks[row],
            department: departments[row].clone(),
            outcome: outcomes[row],
            days: days[row],
            closed: closed[row],
        })
    };
    (0..table.rows()).map(row).collect()
}

pub(super) fn hires(table: &Table) -> Result<Vec<Hires>, Problem> {
    let periods = table.needed("period", table.texts("period")?)?;
    let departments = table.needed("department", table.texts("department")?)?;
    let (hires, jobs) = (table.needed("hires", table.counts("hires")?)?, table.counts("jobs")?);
    let over_candidates = table.counts("mean_over_candidates_millidays")?;
    let over_jobs = table.counts("mean_over_jobs_millidays")?;
    let row = |row: usize| {
        let means = match (jobs[row], over_candidates[row], over_jobs[row]) {
            (Some(jobs), Some(over_candidates_millidays), Some(over_jobs_millidays)) => {
                Some(Means { jobs, over_candidates_millidays, over_jobs_millidays })
            }
            (None, None, None) => None,
            _ => return Err(table.wrong("jobs", row, "is null, or is not, against the means")),
        };
        let (period, department) = (periods[row].clone(), departments[row].clone());
        Ok(Hires { period, department, hires: hires[row], means })
    };
    (0..table.rows()).map(row).collect()
}

fn outcomes(table: &Table) -> Result<Vec<Outcome>, Problem> {
    let names = table.needed("outcome", table.texts("outcome")?)?.into_iter().enumerate();
    names
        .map(|(row, name)| Outcome::of(&name).ok_or_else(|| table.wrong("outcome", row, "has an unknown name")))
        .collect()
}
