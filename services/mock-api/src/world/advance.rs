//! Time passes: `hours` at once, in one transaction a customer, in steps of at most a day.
//!
//! What happens depends on the seed, on how far the world had come and on the steps taken, not on the real
//! clock, as long as less than an hour of real time lies between the start and the steps.

use std::collections::HashMap;

use fastrand::Rng;
use sea_orm::{
    ActiveModelTrait as _, ColumnTrait as _, DatabaseTransaction, DbErr, EntityTrait as _, IntoActiveModel as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, TransactionTrait as _,
};

use super::{
    arrivals::{Arrivals, index},
    career::Career,
    day::Day,
    hazards::Ways,
    market::Market,
    random::{Domain, generator},
    rhythm, vacancy,
};
use crate::{
    database::{
        application, making,
        posting::{self, WITHDRAWN},
        world,
    },
    state::State,
    ticks::{HOUR, Ticks},
};

const DAY_HOURS: i64 = 24;
/// Applications read at a time when their stages move.
const BATCH: u64 = 1000;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Happened {
    pub(crate) applications_created: u64,
    /// Decisions that brought an application to its next stage.
    pub(crate) applications_moved: u64,
    pub(crate) applications_disqualified: u64,
    pub(crate) applications_deleted: u64,
    pub(crate) postings_created: u64,
    pub(crate) postings_edited: u64,
    pub(crate) postings_closed: u64,
    pub(crate) postings_withdrawn: u64,
}

/// Moves all worlds on. Their clock jumps when everything is written. Gives the first one, and what happened in all of
/// them; `None` when there is no world yet.
pub(crate) async fn advance(state: &State, hours: u32) -> Result<Option<(world::Model, Happened)>, DbErr> {
    let Some(customers) = state.customers() else { return Ok(None) };
    let _one_at_a_time = state.moving.lock().await;
    let shift = state.shift() + i64::from(hours) * HOUR;
    let (mut happened, mut written) = (Happened::default(), Vec::new());
    for customer in customers {
        let transaction = customer.database.begin().await?;
        let Some(mut world) = world::Entity::find().one(&transaction).await? else { return Ok(None) };
        let making = making::Model::find(&transaction).await?;
        // real time that passed since has been quiet, to the hour
        world.generated_until = world.generated_until.max(state.now().hour());
        world.advances += 1;
        world.shift = shift;
        let mut left = i64::from(hours);
        while left > 0 {
            // never past the end of a day, on which some things happen
            let step = left.min(DAY_HOURS - world.hours_advanced % DAY_HOURS);
            let media = state.settings.media_ids.as_slice();
            let (database, world, happened) = (&transaction, &mut world, &mut happened);
            Step { database, world, making: &making, media, happened }.take(step).await?;
            left -= step;
        }
        world.clone().into_active_model().reset_all().update(&transaction).await?;
        written.push((transaction, world));
    }
    // all are written before one is committed, so that a failure leaves all where they were; a kill between two commits
    // parts their clocks, which the next start mends
    let mut first = None;
    for (transaction, world) in written {
        transaction.commit().await?;
        first.get_or_insert(world);
    }
    state.set_shift(shift);
    Ok(first.map(|world| (world, happened)))
}

struct Step<'a> {
    database: &'a DatabaseTransaction,
    world: &'a mut world::Model,
    making: &'a making::Model,
    media: &'a [String],
    happened: &'a mut Happened,
}

impl Step<'_> {
    async fn take(mut self, hours: i64) -> Result<(), DbErr> {
        let from = self.world.generated_until;
        let to = from.plus(hours * HOUR);
        let mut rng = generator(self.seed(), Domain::Day, self.world.hours_advanced);
        self.world.hours_advanced += hours;
        self.world.generated_until = to;
        let day_is_over = self.world.hours_advanced % DAY_HOURS == 0;
        let market = self.postings(&mut rng, from, to, day_is_over).await?;
        self.arrivals(&market, from, to).await?;
        self.decisions(to).await?;
        if day_is_over {
            self.delete_one(&mut rng).await?;
        }
        Ok(())
    }

    fn seed(&self) -> u64 {
        self.world.seed.cast_unsigned()
    }

    fn ways(&self) -> Ways {
        Ways::of(self.seed(), self.making)
    }

    /// Lets happen what happens to postings, writes what changed, and gives the market of all that are left.
    async fn postings(&mut self, rng: &mut Rng, from: Ticks, to: Ticks, day_is_over: bool) -> Result<Market, DbErr> {
        let listed = posting::Entity::find().filter(posting::Column::Status.ne(WITHDRAWN));
        let postings = listed.order_by_asc(posting::Column::Id).all(self.database).await?;
        let before: HashMap<i64, posting::Model> = postings.iter().map(|row| (row.id, row.clone())).collect();
        let mut day = Day { postings, span: from..to, rng };
        let mut gone = day.expire();
        self.happened.postings_closed += gone;
        if day_is_over {
            self.happened.postings_edited += day.edit();
            let (closed, withdrawn) = (day.close(), day.withdraw());
            self.happened.postings_closed += closed;
            self.happened.postings_withdrawn += withdrawn;
            gone += closed + withdrawn;
        }
        // as many appear as go, and one at least each day
        for _ in 0..gone.max(u64::from(day_is_over)) {
            self.publish(&mut day);
        }
        for row in &day.postings {
            match before.get(&row.id) {
                Some(old) if old == row => {}
                Some(_) => drop(row.clone().into_active_model().reset_all().update(self.database).await?),
                None => drop(row.clone().into_active_model().insert(self.database).await?),
            }
        }
        Ok(Market::new(&day.postings))
    }

    fn publish(&mut self, day: &mut Day<'_>) {
        let at = day.moment();
        for mut posting in vacancy::published(self.seed(), self.world.next_vacancy, at, self.media) {
            posting.id = self.world.next_posting;
            self.world.next_posting += 1;
            self.happened.postings_created += 1;
            day.postings.push(posting);
        }
        self.world.next_vacancy += 1;
    }

    async fn arrivals(&mut self, market: &Market, from: Ticks, to: Ticks) -> Result<(), DbErr> {
        let mut arrivals = Arrivals::new(self.database, self.ways(), self.world.next_application);
        let rate = self.world.applications_at_start.cast_unsigned();
        let mut hour = from;
        while hour < to {
            // below zero, since the instants within the hour are drawn by its own number
            let mut rng = generator(self.seed(), Domain::Hour, -hour.0);
            let count = rhythm::arrivals(&mut rng, hour, rate, self.making.history_days);
            self.happened.applications_created += arrivals.hour(market, hour, count, to).await?;
            hour = hour.plus(HOUR);
        }
        arrivals.flush().await?;
        self.world.next_application = arrivals.next;
        Ok(())
    }

    async fn decisions(&mut self, to: Ticks) -> Result<(), DbErr> {
        loop {
            let due = application::Entity::find()
                .filter(application::Column::NextMoveAt.lt(to))
                .order_by_asc(application::Column::NextMoveAt)
                .order_by_asc(application::Column::Id)
                .limit(BATCH)
                .all(self.database)
                .await?;
            if due.is_empty() {
                return Ok(());
            }
            // each row's next decision is not before `to` afterwards, so this ends
            for row in due {
                self.decide(row, to).await?;
            }
        }
    }

    async fn decide(&mut self, mut row: application::Model, to: Ticks) -> Result<(), DbErr> {
        let mut career = Career {
            stage: usize::try_from(row.stage).unwrap_or_default(),
            disqualify_reason: None,
            updated: row.updated,
            moves: row.moves,
            next_move_at: row.next_move_at,
        };
        self.ways().run(&mut career, row.id, row.date_applied, to);
        let stages = u64::from((index(career.stage) - row.stage).unsigned_abs());
        self.happened.applications_moved += stages;
        self.happened.applications_disqualified += u64::from(career.disqualify_reason.is_some());
        row.stage = index(career.stage);
        row.disqualify_reason = career.disqualify_reason.map(index);
        row.status = career.status();
        row.updated = career.updated;
        row.moves = career.moves;
        row.next_move_at = career.next_move_at;
        row.into_active_model().reset_all().update(self.database).await?;
        Ok(())
    }

    /// Deletes one application for good, as after a request for erasure.
    async fn delete_one(&mut self, rng: &mut Rng) -> Result<(), DbErr> {
        let drawn = rng.i64(0..self.world.next_application.max(1));
        let ids = || application::Entity::find().order_by_asc(application::Column::Id);
        // numbers of those that were deleted are gaps
        let after = ids().filter(application::Column::Id.gte(drawn)).one(self.database).await?;
        let row = match after {
            Some(row) => Some(row),
            None => ids().one(self.database).await?,
        };
        if let Some(row) = row {
            application::Entity::delete_by_id(row.id).exec(self.database).await?;
            self.happened.applications_deleted += 1;
        }
        Ok(())
    }
}
