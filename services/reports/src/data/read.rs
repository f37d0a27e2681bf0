//! Which file of a bundle becomes what.

use std::path::Path;

use super::{Problem, counts, outcomes, table::MartTable, volumes};
use crate::{figures::counts::Counts, marts::Marts};

const FOLDER: &str = "data";

struct Source<'a> {
    bundle: &'a Path,
    most_bytes: u64,
}

impl Source<'_> {
    fn table(&self, mart: &'static str) -> Result<MartTable, Problem> {
        let file = self.bundle.join(FOLDER).join(mart).with_extension("json");
        MartTable::read(&file, mart, self.most_bytes)
    }

    fn counts(&self) -> Result<Counts, Problem> {
        Ok(Counts {
            // last written, and so read first: the others are not older
            run: counts::export_run(&self.table("export_run")?)?,
            cohorts: counts::cohorts(&self.table("fct_application_durations")?)?,
            closings: counts::closings(&self.table("fct_closed_weekly")?)?,
            hires: counts::hires(&self.table("fct_times_to_hire")?)?,
        })
    }
}

pub(super) fn read(bundle: &Path, most_bytes: u64) -> Result<Marts, Problem> {
    let source = Source { bundle, most_bytes };
    Ok(Marts {
        counts: source.counts()?,
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

pub(crate) fn read_counts(bundle: &Path, most_bytes: u64) -> Result<Counts, Problem> {
    Source { bundle, most_bytes }.counts()
}
