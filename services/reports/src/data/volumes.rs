//! How many applications there are of what, and when.

use super::{Problem, table::MartTable};
use crate::marts::{FirstOnline, Posting, SourceWeek, Volume, Volumes, Week};

pub(super) fn weeks(table: &MartTable) -> Result<Vec<Week>, Problem> {
    let mondays = table.dates("week_start")?;
    let (iso_years, iso_weeks) = (table.counts::<u16>("iso_year")?, table.counts::<u32>("iso_week")?);
    let full = table.truths("is_full_week")?;
    let mut weeks = table.each_row(|row| {
        if !(1..=53).contains(&iso_weeks[row]) {
            return Err(table.wrong("iso_week", row, "is no number of a week"));
        }
        let (monday, iso_year) = (*mondays.of(row), i32::from(iso_years[row]));
        Ok(Week { monday, iso_year, iso_week: iso_weeks[row], is_full: full[row] })
    })?;
    weeks.sort_unstable_by_key(|week| week.monday);
    if let Some(row) = weeks.windows(2).position(|two| two[0].monday == two[1].monday) {
        return Err(table.wrong("week_start", row + 1, "is the same as before"));
    }
    Ok(weeks)
}

pub(super) fn volumes(table: &MartTable, begins: &str) -> Result<Volumes, Problem> {
    let (days, departments) = (table.dates(begins)?, table.texts("department")?);
    let (cities, sources) = (table.texts("city")?, table.texts("source")?);
    let posting_types = table.texts("posting_type")?;
    let applications = table.counts("applications")?;
    let mut rows = table.each_row(|row| {
        if applications[row] == 0 {
            return Err(table.wrong("applications", row, "is 0, which is not told of,"));
        }
        Ok(Volume {
            begins: *days.of(row),
            department: departments.places[row].into(),
            city: cities.places[row].into(),
            source: sources.places[row].into(),
            posting_type: posting_types.places[row].into(),
            applications: applications[row],
        })
    })?;
    // written in another order, which makes a smaller file
    rows.sort_unstable_by_key(|row| (row.begins, row.department, row.city, row.source, row.posting_type));
    Ok(Volumes {
        departments: departments.known,
        cities: cities.known,
        sources: sources.known,
        posting_types: posting_types.known,
        rows,
    })
}

pub(super) fn sources(table: &MartTable) -> Result<Vec<SourceWeek>, Problem> {
    let (weeks, sources) = (table.dates("week_start")?, table.texts("source")?);
    let applications = table.counts("applications")?;
    table.each_row(|row| {
        Ok(SourceWeek { week: *weeks.of(row), source: sources.of(row).clone(), applications: applications[row] })
    })
}

/// Of `dim_posting`, with columns of `fct_applications_per_posting`.
pub(super) fn postings(table: &MartTable) -> Result<Vec<Posting>, Problem> {
    let (titles, departments) = (table.own_texts("title")?, table.texts("department")?);
    let (cities, countries) = (table.texts("city")?, table.texts("country")?);
    let posting_types = table.texts("posting_type")?;
    let (published, removed) = (table.truths("is_published")?, table.truths("is_removed")?);
    let exact = table.truths_or_null("is_published_on_exact")?;
    let (published_on, deadlines) = (table.dates_or_null("published_on")?, table.dates_or_null("deadline_on")?);
    // what is no vacancy is in no order with vacancies
    let (days_online, ranks) = (table.counts("days_online")?, table.counts_or_null::<u32>("rank")?);
    let applications = table.counts("applications")?;
    let last_28_days = table.counts("applications_last_28_days")?;
    table.each_row(|row| {
        Ok(Posting {
            is_none: ranks[row].is_none(),
            title: titles[row].clone(),
            department: departments.of(row).clone(),
            city: cities.of(row).clone(),
            country: countries.of(row).clone(),
            posting_type: posting_types.of(row).clone(),
            is_published: published[row],
            is_removed: removed[row],
            first_online: published_on.of(row).map(|on| FirstOnline { on: *on, is_exact: exact[row] == Some(true) }),
            deadline_on: deadlines.of(row).copied(),
            days_online: days_online[row],
            applications: applications[row],
            last_28_days: last_28_days[row],
        })
    })
}
