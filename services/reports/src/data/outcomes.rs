//! What becomes of applications, and how good the data is.

use super::{Problem, counts::outcomes, table::MartTable};
use crate::marts::{Check, Funnel, Open, Reached, Reason};

pub(super) fn funnel(table: &MartTable) -> Result<Funnel, Problem> {
    let (months, weeks) = (table.dates("created_month")?, table.dates_or_null("week_start")?);
    let (departments, stage_kinds) = (table.texts("department")?, table.texts("furthest_stage_kind")?);
    let (outcomes, applications) = (outcomes(table)?, table.counts("applications")?);
    let rows = table.each_row(|row| {
        Ok(Reached {
            month: *months.of(row),
            week: weeks.of(row).copied(),
            department: departments.places[row],
            stage_kind: stage_kinds.places[row],
            outcome: outcomes[row],
            applications: applications[row],
        })
    })?;
    Ok(Funnel { departments: departments.known, stage_kinds: stage_kinds.known, rows })
}

pub(super) fn open(table: &MartTable) -> Result<Vec<Open>, Problem> {
    let (stage_kinds, age_bands) = (table.texts("stage_kind")?, table.texts("age_band")?);
    let (departments, applications) = (table.texts("department")?, table.counts("applications")?);
    table.each_row(|row| {
        Ok(Open {
            stage_kind: stage_kinds.of(row).clone(),
            age_band: age_bands.of(row).clone(),
            department: departments.of(row).clone(),
            applications: applications[row],
        })
    })
}

pub(super) fn reasons(table: &MartTable) -> Result<Vec<Reason>, Problem> {
    let (weeks, closed) = (table.dates("week_start")?, table.counts("closed")?);
    let (kinds, reasons) = (table.texts("reason_kind")?, table.texts("reason")?);
    table.each_row(|row| {
        let (kind, reason) = (kinds.of(row).clone(), reasons.of(row).clone());
        Ok(Reason { week: *weeks.of(row), kind, reason, closed: closed[row] })
    })
}

pub(super) fn checks(table: &MartTable) -> Result<Vec<Check>, Problem> {
    let (names, values) = (table.texts("check_name")?, table.counts("value")?);
    let per_mille = table.counts_or_null("share_per_mille")?;
    table.each_row(|row| Ok(Check { name: names.of(row).clone(), value: values[row], per_mille: per_mille[row] }))
}
