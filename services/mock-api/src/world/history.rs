//! The past: postings and applications of the months before the start.

use sea_orm::{DatabaseTransaction, DbErr, EntityTrait, IntoActiveModel as _, TransactionTrait as _};

use super::{arrivals::Arrivals, hazards::Ways, market::Market, rhythm, vacancy};
use crate::{
    config::MockSettings,
    customer::Customer,
    database::{application, attachment, listing, making, posting, world},
    ticks::{DAY, HOUR, Ticks},
};

/// Rows in one INSERT: 17 columns each, and SQLite takes 32,766 values.
const BATCH: usize = 500;

/// Writes a customer's whole world that begins at `started` in one transaction, so that there is either all of it or
/// nothing. What is there before is gone then.
pub(crate) async fn write(
    customer: &Customer,
    settings: &MockSettings,
    started: Ticks,
    shift: i64,
) -> Result<(), DbErr> {
    let transaction = customer.database.begin().await?;
    clear(&transaction).await?;
    let making = making::Model::of(settings);
    let (postings, next_vacancy) = postings(settings, customer.seed, started);
    for rows in postings.chunks(BATCH) {
        let rows = rows.iter().map(|row| row.clone().into_active_model());
        posting::Entity::insert_many(rows).exec_without_returning(&transaction).await?;
    }
    let next_application = applications(&transaction, settings, customer.seed, &postings, started).await?;
    let row = world::Model {
        id: 1,
        seed: customer.seed.cast_signed(),
        started,
        shift,
        generated_until: started,
        hours_advanced: 0,
        advances: 0,
        next_application,
        next_posting: i64::try_from(postings.len()).unwrap_or(i64::MAX) + 1,
        next_vacancy,
        applications_at_start: i64::from(settings.applications),
    };
    making::Entity::insert(making.into_active_model()).exec_without_returning(&transaction).await?;
    world::Entity::insert(row.into_active_model()).exec_without_returning(&transaction).await?;
    transaction.commit().await
}

async fn clear(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    application::Entity::delete_many().exec(transaction).await?;
    posting::Entity::delete_many().exec(transaction).await?;
    attachment::Entity::delete_many().exec(transaction).await?;
    listing::Entity::delete_many().exec(transaction).await?;
    making::Entity::delete_many().exec(transaction).await?;
    world::Entity::delete_many().exec(transaction).await?;
    Ok(())
}

/// Exactly as many postings as the settings ask for, and the number of the next vacancy.
fn postings(settings: &MockSettings, seed: u64, started: Ticks) -> (Vec<posting::Model>, i64) {
    let wanted = usize::try_from(settings.postings).unwrap_or(usize::MAX);
    let media = settings.media_ids.as_slice();
    let mut postings = Vec::new();
    let mut number = 0;
    // without a medium no posting would ever come
    while postings.len() < wanted && !media.is_empty() {
        let days = i64::from(settings.history_days);
        postings.extend(vacancy::of_the_past(seed, number, started, days, media));
        number += 1;
    }
    postings.truncate(wanted);
    for (id, posting) in (1..).zip(&mut postings) {
        posting.id = id;
    }
    (postings, number)
}

/// Exactly as many applications as the settings ask for, spread by the rhythm; returns the next number.
async fn applications(
    database: &DatabaseTransaction,
    settings: &MockSettings,
    seed: u64,
    postings: &[posting::Model],
    started: Ticks,
) -> Result<i64, DbErr> {
    let market = Market::new(postings);
    let making = making::Model::of(settings);
    let mut arrivals = Arrivals::new(database, Ways::of(seed, &making), 0);
    let first = started.plus(-making.history_days * DAY);
    let hours = || (0..making.history_days * 24).map(|hour| first.plus(hour * HOUR));
    let total: u64 = hours().map(rhythm::weight).sum();
    let wanted = u64::from(settings.applications);
    let (mut weight, mut done) = (0, 0);
    for hour in hours() {
        weight += rhythm::weight(hour);
        // from the first hour on, so that what is rounded away in one hour comes in a later one
        let due = wanted * weight / total;
        arrivals.hour(&market, hour, due - done, started).await?;
        done = due;
    }
    arrivals.flush().await?;
    Ok(arrivals.next)
}
