//! Where rows go. A kind of warehouse is a folder.

mod accident;
pub mod bigquery;
mod columns;
mod encode;
pub mod lake;
mod parquet_file;
mod repeats;
mod rows;
mod sum;

use runtime::Context;
use serde::{Deserialize, Serialize};
use store::Snapshot;

use crate::{config::WarehouseSettings, schema::Table, source::Range, transform::Privacy};
use bigquery::{BigQuery, Patience, Sent, Shipment};
use lake::Lake;

/// Whose warehouse it is. Rows of different sources, or pseudonyms of different keys, must not be mixed: they would not
/// join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// Base URL of the source.
    pub base_url: String,
    /// Slug of the customer.
    pub customer: String,
    /// How persons are treated.
    pub pii_mode: String,
    /// Of the key of the pseudonyms.
    pub pii_key_fingerprint: Option<String>,
    /// How its rows are made, as [`crate::schema::form`] has it. Others are not refused: they are sent again.
    pub form: String,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Written {
    /// Rows.
    pub rows: u64,
    /// Of these, tombstones.
    pub removed: u64,
    /// Of these, what is left of forgotten privacy.
    pub forgotten: u64,
    /// Bytes of the files.
    pub bytes: u64,
    /// Jobs of the warehouse.
    pub jobs: u64,
    /// Bytes that it charges for.
    pub bytes_billed: u64,
    /// HTTP requests sent.
    pub requests: u64,
    /// Of these, repetitions.
    pub retries: u64,
}

impl Written {
    pub(crate) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.removed += other.removed;
        self.forgotten += other.forgotten;
        self.bytes += other.bytes;
        self.jobs += other.jobs;
        self.bytes_billed += other.bytes_billed;
    }

    /// Adds what was written of a table. Rows by which a warehouse is told of the export itself are none of those that were
    /// sent.
    fn add_of(&mut self, table: &Table, other: &Self) {
        let rows = if table.tells_of_exports { 0 } else { other.rows };
        self.add(&Self { rows, ..*other });
    }
}

/// What would be written.
#[derive(Debug, Clone)]
pub struct Planned {
    /// How much.
    pub written: Written,
    /// By which statement, where there is one.
    pub statement: Option<String>,
}

/// What a warehouse holds of what was sent to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// All of it.
    Everything,
    /// All of it, in rows as another release makes them, or another vocabulary.
    OtherForm,
    /// Not every table.
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

/// One of the kinds.
pub enum Warehouse {
    /// Parquet files.
    Lake(Lake),
    /// BigQuery.
    BigQuery(Box<BigQuery>),
}

impl Warehouse {
    /// As the settings say.
    pub fn open(context: &Context, settings: &WarehouseSettings) -> anyhow::Result<Self> {
        Ok(match settings {
            WarehouseSettings::Lake(path) => Self::Lake(Lake::open(path)?),
            WarehouseSettings::BigQuery(settings) => {
                let patience = Patience::OF_A_RUN;
                Self::BigQuery(Box::new(BigQuery::new(context, settings, context.clock.now(), patience)?))
            }
        })
    }

    /// What the store calls it in its bookkeeping.
    pub fn target(&self) -> String {
        match self {
            Self::Lake(lake) => lake.target(),
            Self::BigQuery(bigquery) => bigquery.target(),
        }
    }

    /// Holds it against who it is for, and makes what is missing. Gives what it had before.
    pub async fn claim(&self, identity: &Identity) -> anyhow::Result<Holds> {
        match self {
            Self::Lake(lake) => {
                let has_our_form = lake.claim(identity)?;
                Ok(Holds::of(lake.is_filled(), has_our_form))
            }
            Self::BigQuery(bigquery) => bigquery.claim(identity).await,
        }
    }

    /// What it has, where rows are made so; makes nothing.
    pub async fn holds(&self, form: &str) -> anyhow::Result<Holds> {
        Ok(match self {
            Self::Lake(lake) => Holds::of(lake.is_filled(), lake.has_our_form(form)?),
            Self::BigQuery(bigquery) => bigquery.holds(form).await?,
        })
    }

    /// Writes down that all its rows are made so.
    pub async fn renew(&self, identity: &Identity) -> anyhow::Result<()> {
        match self {
            Self::Lake(lake) => lake.renew(identity),
            Self::BigQuery(bigquery) => bigquery.renew(identity).await,
        }
    }

    /// What would be written of a table.
    pub async fn plan(
        &self,
        table: &'static Table,
        snapshot: &mut Snapshot,
        range: Range,
        privacy: &Privacy,
    ) -> anyhow::Result<Planned> {
        let (_, written, months) = parquet_file::make(table, snapshot, range, privacy).await?;
        let statement = match self {
            Self::BigQuery(bigquery) if written.rows > 0 => Some(bigquery.statement(table, range, &months)),
            _ => None,
        };
        Ok(Planned { written, statement })
    }

    /// Sends a range of changes of every table.
    pub async fn send(&self, snapshot: &mut Snapshot, shipment: Shipment, privacy: &Privacy) -> anyhow::Result<Sent> {
        match self {
            Self::Lake(lake) => Ok(Sent::Whole(lake.send(snapshot, shipment.range, privacy).await?)),
            Self::BigQuery(bigquery) => bigquery.write(snapshot, shipment, privacy).await,
        }
    }

    /// HTTP requests sent so far, and repetitions among them.
    pub fn requests(&self) -> (u64, u64) {
        match self {
            Self::Lake(_) => (0, 0),
            Self::BigQuery(bigquery) => (bigquery.usage().requests(), bigquery.usage().retries()),
        }
    }

    /// Holds it against the store; gives what that was charged.
    pub async fn reconcile(&self, snapshot: &mut Snapshot, up_to: i64, privacy: &Privacy) -> anyhow::Result<u64> {
        match self {
            Self::Lake(lake) => lake.reconcile(snapshot, up_to, privacy).await.map(|()| 0),
            Self::BigQuery(bigquery) => bigquery.reconcile(snapshot, up_to, privacy).await,
        }
    }
}
