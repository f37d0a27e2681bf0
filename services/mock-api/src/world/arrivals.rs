//! Applications as they come in, and their way into the table.

use sea_orm::{DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel as _};

use super::{
    applicant,
    catalogue::SOURCES,
    hazards::Ways,
    market::Market,
    random::{Domain, generator, identifier, per_mille},
    vacancy::round,
};
use crate::{
    database::application,
    ticks::{HOUR, SECOND, Ticks},
};

/// Rows in one INSERT: 15 columns each, and SQLite takes 32,766 values.
const BATCH: usize = 1000;

#[derive(Debug)]
pub(crate) struct Arrivals<'a> {
    database: &'a DatabaseTransaction,
    ways: Ways,
    pub(crate) next: i64,
    waiting: Vec<application::ActiveModel>,
}

impl<'a> Arrivals<'a> {
    pub(crate) fn new(database: &'a DatabaseTransaction, ways: Ways, next: i64) -> Self {
        Self { database, ways, next, waiting: Vec::with_capacity(BATCH) }
    }

    /// `count` applications within the hour that begins at `hour`; each has come as far as it is at `until`.
    /// Returns how many found an open posting.
    pub(crate) async fn hour(&mut self, market: &Market, hour: Ticks, count: u64, until: Ticks) -> Result<u64, DbErr> {
        let mut rng = generator(self.ways.seed, Domain::Hour, hour.0 / SECOND);
        let mut instants: Vec<i64> = (0..count).map(|_| rng.i64(0..HOUR)).collect();
        instants.sort_unstable();
        let before = self.next;
        for instant in instants {
            self.one(market, hour.plus(instant), until);
            if self.waiting.len() == BATCH {
                self.flush().await?;
            }
        }
        Ok((self.next - before).unsigned_abs())
    }

    pub(crate) async fn flush(&mut self) -> Result<(), DbErr> {
        let rows = std::mem::replace(&mut self.waiting, Vec::with_capacity(BATCH));
        application::Entity::insert_many(rows).exec_without_returning(self.database).await?;
        Ok(())
    }

    fn one(&mut self, market: &Market, at: Ticks, until: Ticks) {
        let id = self.next;
        let mut rng = generator(self.ways.seed, Domain::Arrival, id);
        let at = round(at, per_mille(&mut rng, 200));
        // who finds nothing open leaves no gap: the number is the next one's
        let Some(posting_id) = market.choose(&mut rng, at) else { return };
        let mut career = self.ways.begin(id, at);
        self.ways.run(&mut career, id, at, until);
        let person = applicant::of_application(self.ways.seed, id);
        let row = application::Model {
            id,
            guid: identifier(&mut rng).to_string(),
            posting_id,
            unsolicited: per_mille(&mut rng, 5),
            candidate_id: person.candidate_id.map(|id| id.to_string()),
            candidate_name: person.name,
            email: person.email,
            source: per_mille(&mut rng, 800).then(|| index(rng.usize(0..SOURCES.len()))),
            date_applied: at,
            updated: career.updated,
            status: career.status(),
            stage: index(career.stage),
            disqualify_reason: career.disqualify_reason.map(index),
            moves: career.moves,
            next_move_at: career.next_move_at,
        };
        self.waiting.push(row.into_active_model());
        self.next += 1;
    }
}

pub(crate) fn index(index: usize) -> i32 {
    i32::try_from(index).unwrap_or_default()
}
