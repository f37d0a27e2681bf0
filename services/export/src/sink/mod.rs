//! Where rows go. A kind of warehouse is a folder, and [`Sink`] is what each of them promises.

mod accident;
pub(crate) mod bigquery;
pub(crate) mod lake;
mod parquet;

use std::collections::BTreeSet;

use runtime::http::Usage;
use serde::{Deserialize, Serialize};

use crate::{
    checksum::{Checksum, Checksums, Sums},
    load::{Batches, Forgotten, Load, Month, Outcome, Range, Stretch, Written},
    schema::Table,
};

/// A warehouse.
///
/// Whatever is sent may be sent again: a run that is cut off anywhere leaves nothing that the next one, which sends the same
/// range, does not put right. A key has one row in a load, and a load from change 0 on takes the place of everything.
pub(crate) trait Sink {
    /// What is kept of a table until the other tables are there too.
    type Part;
    /// What it has, as it is found by reading all of it.
    type List;

    /// Whether what is sent is read back before it is seen.
    const READS_BACK: bool;

    /// What the store calls it in its bookkeeping.
    fn target(&self) -> String;

    /// Holds it against who it is for, and makes what is missing. Gives what it had before. Nothing is written before all that
    /// is there was seen to be ours.
    async fn claim(&self, identity: &Identity) -> anyhow::Result<Holds>;

    /// What it has, where rows are made in this form; writes nothing.
    async fn holds(&self, form: &str) -> anyhow::Result<Holds>;

    /// Writes down that all its rows are made as the identity says.
    async fn renew(&self, identity: &Identity) -> anyhow::Result<()>;

    /// Goes on with a load that an earlier run has begun. None: nothing of it is there to go on from, so its rows are to be sent.
    async fn resume(&self, table: &Table, load: Load) -> anyhow::Result<Option<Outcome<Sent<Self::Part>>>>;

    /// Takes all rows of a table. They may be seen at once, or only when they are published.
    async fn send(&self, table: &'static Table, load: Load, rows: Batches)
    -> anyhow::Result<Outcome<Sent<Self::Part>>>;

    /// Lets what was taken be seen, and takes away what a whole load has replaced.
    async fn publish(&self, load: Load, parts: Vec<Self::Part>, standing: &Standing) -> anyhow::Result<()>;

    /// What is to be written anew so that no earlier row of those who were forgotten stays.
    async fn to_erase(&self, forgotten: Forgotten) -> anyhow::Result<Vec<Stretch>>;

    /// What is to be written anew so that it has fewer pieces.
    fn to_gather(&self) -> anyhow::Result<Vec<Stretch>>;

    /// Lets stretches that were written anew be seen, in the place of what had their changes.
    async fn replace(&self, parts: Vec<Self::Part>, standing: &Standing) -> anyhow::Result<()>;

    /// Holds its own list of what it has against the bookkeeping.
    fn listed(&self, standing: &Standing) -> anyhow::Result<Listed>;

    /// Of its own list, where it keeps one and that is sound.
    fn sums(&self) -> anyhow::Result<Option<Sums>>;

    /// Looks it over without reading it.
    async fn survey(&self) -> anyhow::Result<Survey>;

    /// Reads all that it holds.
    async fn read_all(&self) -> anyhow::Result<Reading<Self::List>>;

    /// Keeps what was found by that, once it is known to be right.
    fn keep(&self, list: Self::List, standing: &Standing) -> anyhow::Result<()>;

    /// The statement by which a load in the partitions of these months would arrive, where there is one.
    fn statement(&self, table: &Table, load: Load, months: &BTreeSet<Month>) -> Option<String>;

    fn usage(&self) -> Usage;
}

#[derive(Debug)]
pub(crate) struct Sent<P> {
    pub(crate) written: Written,
    /// Of its rows; none where an earlier run has sent them.
    pub(crate) checksum: Option<Checksum>,
    pub(crate) forgotten: Forgotten,
    pub(crate) part: P,
}

/// What the bookkeeping says while something is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub(crate) pending: Option<Range>,
    /// None where the warehouse is not known to have them.
    pub(crate) sums: Option<Sums>,
}

/// A warehouse's own list, held against the bookkeeping.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Listed {
    /// It says the same, or has what a run did that was killed before it could write that down.
    Same,
    Differs,
    /// There is none, or none that can be relied on.
    Unknown,
}

/// What a warehouse says of itself without being read.
#[derive(Debug)]
pub(crate) enum Survey {
    /// How many rows each table has now, and the bytes that were charged.
    Rows(Vec<i64>, u64),
    /// Sums of all versions that its files have, which were seen to be there.
    Files(Sums),
}

/// What was found by reading everything.
#[derive(Debug)]
pub(crate) struct Reading<L> {
    pub(crate) checksums: Checksums,
    pub(crate) bytes_billed: u64,
    pub(crate) list: L,
}

#[derive(Debug, Clone)]
pub(crate) struct Planned {
    pub(crate) written: Written,
    pub(crate) statement: Option<String>,
}

pub(crate) async fn plan(
    sink: &impl Sink,
    table: &'static Table,
    load: Load,
    rows: Batches,
) -> anyhow::Result<Planned> {
    // how many bytes they are is only known when they are encoded
    let (_, made) = parquet::temporary(table, rows).await?;
    let statement = if made.written.rows > 0 { sink.statement(table, load, &made.months) } else { None };
    Ok(Planned { written: made.written, statement })
}

/// Whose warehouse it is: rows of different sources, and pseudonyms of different keys, would not join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    pub(crate) base_url: String,
    pub(crate) customer: String,
    pub(crate) pii_mode: String,
    pub(crate) pii_key_fingerprint: Option<String>,
    /// How its rows are made, as transform says. Others are not refused: they are sent again.
    pub(crate) form: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    Everything,
    /// All of it, in rows as another release makes them, or another vocabulary.
    OtherForm,
    Less,
}

impl Holds {
    fn of(is_filled: bool, has_our_form: bool) -> Self {
        match (is_filled, has_our_form) {
            (false, _) => Self::Less,
            (true, false) => Self::OtherForm,
            (true, true) => Self::Everything,
        }
    }
}
