//! The marts that dbt publishes for this service, beside its docs: `data/<mart>.json` of a bundle.
//!
//! One file has one mart, column by column, so that a name that stands in many rows is written once:
//!
//! ```json
//! {"version": 1, "mart": "fct_closed_weekly", "rows": 2, "columns": {
//!   "outcome": {"type": "text", "dictionary": ["hired", "rejected"], "values": [0, 1]},
//!   "days": {"type": "bigint", "values": [31, null]}, …}}
//! ```
//!
//! Columns that nobody here asks for are passed over.

mod file;
mod marts;
mod problem;
mod table;

use std::path::{Path, PathBuf};

pub use problem::Problem;

use crate::figures::counts::Counts;
use table::Table;

/// Folder of a bundle that the files are in.
const FOLDER: &str = "data";

/// Reads the counts of a bundle's folder. None of its files may have more than `most_bytes`.
///
/// # Errors
/// When a file is missing, too large, of another version, or not as the marts are described; each names the file, the
/// column where there is one, and the way out.
pub fn read(bundle: &Path, most_bytes: u64) -> Result<Counts, Problem> {
    let table = |mart: &'static str| Table::read(&place(bundle, mart), mart, most_bytes);
    // last written, and so read first: the others are not older
    let told = marts::told(&table("export_run")?)?;
    Ok(Counts {
        told,
        cohorts: marts::cohorts(&table("fct_application_durations")?)?,
        closings: marts::closings(&table("fct_closed_weekly")?)?,
        hires: marts::hires(&table("fct_times_to_hire")?)?,
    })
}

fn place(bundle: &Path, mart: &str) -> PathBuf {
    bundle.join(FOLDER).join(mart).with_extension("json")
}
