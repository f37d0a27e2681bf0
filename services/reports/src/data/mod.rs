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
//! - `counts`, `volumes`, `outcomes`: each mart as nouns. `read`: all of a bundle.
//! - `held`: those of the bundle on show, in memory.

mod column;
mod counts;
mod file;
mod held;
mod outcomes;
mod problem;
mod read;
mod table;
#[cfg(test)]
mod tests;
mod volumes;

pub(crate) use held::Holder;
pub(crate) use problem::Problem;
pub(crate) use read::read_counts;
