//! The marts that dbt publishes for this service, beside its docs: `data/<mart>.json` of a bundle.
//!
//! One file has one mart, column by column, so that a name that stands in many rows is written once:
//!
//! ```json
//! {"version": 2, "mart": "fct_closed_weekly", "rows": 4, "columns": {
//!   "outcome": {"type": "text", "dictionary": ["hired", "rejected"], "runs": [0, 1, 1, 3]},
//!   "week_start": {"type": "date", "dictionary": ["2026-01-05", "2026-01-12"], "steps": [0, 0, 1, 0]},
//!   "days": {"type": "bigint", "values": [31, null, 3, 4]}, …}}
//! ```
//!
//! What `values`, `runs` and `steps` are says dbt/bundle/columns.py, which rows and columns there are
//! dbt/bundle/wanted.py. Columns that nobody here asks for are passed over.
//!
//! - `table`: a mart whose columns are checked as they are asked for; `file` and `column` know how it is written.
//! - `counts`, `volumes`, `outcomes`: each mart as nouns.
//! - [`held`]: those of the bundle on show, in memory.

mod column;
mod counts;
mod file;
pub mod held;
mod outcomes;
mod problem;
mod table;
#[cfg(test)]
mod tests;
mod volumes;

use std::path::{Path, PathBuf};

pub use problem::Problem;

use crate::{figures::counts::Counts, marts::Marts};
use table::Table;

/// Folder of a bundle that the files are in.
const FOLDER: &str = "data";

/// Where a bundle's folder is, and how large a file in it may be.
struct Source<'a> {
    bundle: &'a Path,
    most_bytes: u64,
}

impl Source<'_> {
    fn table(&self, mart: &'static str) -> Result<Table, Problem> {
        Table::read(&place(self.bundle, mart), mart, self.most_bytes)
    }
}

/// Reads all marts of a bundle's folder. None of its files may have more than `most_bytes`.
///
/// # Errors
/// When a file is missing, too large, of another version, or not as the marts are described; each names the file, the
/// column where there is one, and the way out.
pub fn read(bundle: &Path, most_bytes: u64) -> Result<Marts, Problem> {
    let source = Source { bundle, most_bytes };
    Ok(Marts {
        counts: counts::of(&source)?,
        weeks: volumes::weeks(&source.table("dim_date")?)?,
        weekly: volumes::volumes(&source.table("fct_applications_weekly")?, "week_start")?,
        sources: volumes::sources(&source.table("fct_sources_weekly")?)?,
        daily: volumes::volumes(&source.table("fct_applications_daily")?, "date")?,
        postings: volumes::postings(&source.table("dim_posting")?)?,
        funnel: outcomes::funnel(&source.table("fct_funnel")?)?,
        open: outcomes::open(&source.table("fct_open_applications")?)?,
        reasons: outcomes::reasons(&source.table("fct_reasons_weekly")?)?,
        checks: outcomes::checks(&source.table("data_quality")?)?,
    })
}

/// Reads those of them that figures are computed from.
///
/// # Errors
/// As [`read`].
pub fn read_counts(bundle: &Path, most_bytes: u64) -> Result<Counts, Problem> {
    counts::of(&Source { bundle, most_bytes })
}

fn place(bundle: &Path, mart: &str) -> PathBuf {
    bundle.join(FOLDER).join(mart).with_extension("json")
}
