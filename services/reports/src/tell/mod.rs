//! The command `figures`: reads the marts of the bundle, computes, prints. Writes nothing.

mod response;
mod table;

use std::path::PathBuf;

use chrono::NaiveDate;
use runtime::{Final, FinalIf as _, Summary};

use crate::{
    bundle::Shelf,
    config::FiguresSettings,
    data::{self, Problem},
    figures::{self, filter::Filter},
};

/// What is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Request {
    /// Prints all of it, the curve too, as JSON; without it a short table
    #[arg(long)]
    json: bool,
    /// Folder that has data/ in it, such as LAKE_PATH/docs; without it the bundle on show in REPORTS_DIR
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Of this department alone
    #[arg(long)]
    department: Option<String>,
    /// Of this city alone
    #[arg(long)]
    city: Option<String>,
    /// Not before this day: whole weeks (ended) and months (created) that lie within the period count
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    from: Option<NaiveDate>,
    /// Not after this day
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    to: Option<NaiveDate>,
}

fn day(text: &str) -> Result<NaiveDate, String> {
    let read = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok();
    // chrono takes one digit for a month, and signs
    read.filter(|day| day.to_string() == text).ok_or_else(|| "is no day, such as 2026-01-31".to_owned())
}

pub(crate) fn run(request: &Request, settings: &FiguresSettings) -> anyhow::Result<Summary> {
    let folder = match (&request.folder, &settings.folder.dir) {
        (Some(folder), _) => folder.clone(),
        (None, Some(dir)) => Shelf::on_show(dir).ok_or_else(|| {
            anyhow::anyhow!("nothing is on show in REPORTS_DIR {}: let dbt hand over its docs", dir.display())
        })?,
        (None, None) => return Err(Final::new("name a folder with --folder, or set REPORTS_DIR").into()),
    };
    let counts = data::read_counts(&folder, settings.bundle.max_bundle_bytes).final_if(Problem::is_final)?;
    let filter = Filter {
        department: request.department.clone(),
        city: request.city.clone(),
        from: request.from,
        to: request.to,
    };
    // the same question about the same files would be unfit again
    let all = figures::all(&counts, &filter).final_if(|_| true)?;
    let response = response::Response::new(&counts.run, filter, all);
    if request.json {
        runtime::answer::line(serde_json::to_string(&response)?);
    } else {
        table::print(&response);
    }
    Ok(Summary::default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_in_one_way() {
        assert_eq!(day("2024-02-29"), Ok(NaiveDate::from_ymd_opt(2024, 2, 29).unwrap()));
        for text in ["", "2026-02-29", "2026-1-01", "+2026-01-01", "01.02.2026", "2026-01-01 ", "26-01-01"] {
            assert!(day(text).is_err(), "{text}");
        }
    }
}
