//! Where rows go. A kind of warehouse is a folder, and [`Sink`] is what each of them promises.

mod accident;
pub(crate) mod bigquery;
pub(crate) mod lake;
mod parquet;

use std::collections::BTreeSet;

use runtime::http::Usage;
use serde::{Deserialize, Serialize};

use crate::{
    checksum::{Checksum, Checksums},
    load::{Batches, Load, Month, Outcome, Written},
    schema::Table,
};

/// A warehouse.
///
/// Whatever is sent may be sent again: a run that is cut off anywhere leaves nothing that the next one, which sends the same
/// range, does not put right. A key has one row in a load, and a load from change 0 on takes the place of everything.
pub(crate) trait Sink {
    /// What is kept of a table until the other tables are there too.
    type Part;

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
    async fn publish(&self, load: Load, parts: Vec<Self::Part>) -> anyhow::Result<()>;

    /// The tables of which everything is to be written anew after what was published just now.
    fn to_rewrite(&self, load: Load, written: &Written) -> anyhow::Result<Vec<&'static Table>>;

    /// What it holds, and the bytes that it charges for saying so.
    async fn checksums(&self) -> anyhow::Result<(Checksums, u64)>;

    /// The statement by which a load in the partitions of these months would arrive, where there is one.
    fn statement(&self, table: &Table, load: Load, months: &BTreeSet<Month>) -> Option<String>;

    fn usage(&self) -> Usage;
}

#[derive(Debug)]
pub(crate) struct Sent<P> {
    pub(crate) written: Written,
    /// Of its rows; none where an earlier run has sent them.
    pub(crate) checksum: Option<Checksum>,
    pub(crate) part: P,
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
