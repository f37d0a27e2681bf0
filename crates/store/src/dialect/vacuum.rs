//! PostgreSQL: what was deleted is taken out of the files of tables, and it is looked whether that was done.

use std::{pin::pin, time::Duration};

use sea_orm::{ConnectionTrait as _, DatabaseConnection, DatabaseTransaction, DbErr};
use sqlx::AssertSqlSafe;
use tokio::time::Instant;

use super::postgres::{ask, broken, is_code, text};
use crate::StoreError;

pub(crate) const OF_PERSONS: [&str; 4] = ["application", "application_event", "candidate", "rejected_record"];
/// How long those are waited for who still read what was there before.
const READERS: Duration = Duration::from_secs(10);
/// How often it is looked whether they have gone.
const LOOKING: Duration = Duration::from_millis(250);
/// Whether a session waits until nobody has a page in hand that it wants for itself.
const WAITS_FOR_A_PAGE: &str =
    "SELECT count(*) > 0 FROM pg_stat_activity WHERE pid = $1::int AND wait_event_type = 'BufferPin'";
/// Until version 14, the server tells of what was done up to half a second later.
const TELLING: Duration = Duration::from_secs(1);

/// A function that writes the tables of persons anew, with the rights of their owner: for a role that is none, since before version
/// 17 there is no right to VACUUM (and no function can run it).
pub(crate) const REWRITE: &str = "rewrite_tables_of_persons";
/// SQLSTATE of a lock that is not to be had in time.
const LOCKED: [&str; 1] = ["55P03"];
/// SQLSTATE of a statement that was ended from outside.
const CANCELLED: [&str; 1] = ["57014"];

pub(super) async fn transaction_id(transaction: &DatabaseTransaction) -> Result<String, DbErr> {
    text(transaction, "SELECT pg_current_xact_id()::text").await
}

pub(super) async fn vacuum(
    db: &DatabaseConnection,
    beside: &DatabaseConnection,
    transaction_id: Option<&str>,
) -> Result<bool, StoreError> {
    // VACUUM removes only what nobody can see any more, and says nothing of what it leaves
    let patience_ends = Instant::now() + READERS;
    while let Some(id) = transaction_id
        && is_seen(db, id).await?
    {
        if Instant::now() >= patience_ends {
            return Ok(false);
        }
        tokio::time::sleep(LOOKING).await;
    }
    let started = text(db, "SELECT clock_timestamp()::text").await?;
    // one that waits would else go on when we are gone, and keep our lock; not every platform can look after its clients
    if let Err(error) = db.execute_unprepared("SET client_connection_check_interval = '1s'").await {
        tracing::debug!(%error, "the server does not look whether its clients are there");
    }
    let backend = text(db, "SELECT pg_backend_pid()::text").await?;
    let mut is_whole = true;
    for table in OF_PERSONS {
        let stuck = cancel_when_stuck(beside, &backend);
        is_whole &= vacuum_table(db, table, stuck).await?;
    }
    if left_out(db, &started).await?.is_empty() {
        return Ok(is_whole);
    }
    tokio::time::sleep(TELLING).await;
    let tables = left_out(db, &started).await?;
    if tables.is_empty() { Ok(is_whole) } else { rewrite(db, tables).await }
}

/// Whether nothing of what is dead was left. A page that somebody has in hand (pinned) is waited for, until `stuck` has cancelled it.
async fn vacuum_table(
    db: &DatabaseConnection,
    table: &str,
    stuck: impl Future<Output = ()>,
) -> Result<bool, StoreError> {
    // By itself VACUUM passes over a pinned page, and over the indexes of a table where few rows are dead, and what it left there
    // stays to be read. With FREEZE it waits for each page on which there is something to do. The planner keeps samples of values,
    // which are taken anew.
    let patient = AssertSqlSafe(format!("VACUUM (FREEZE, ANALYZE, INDEX_CLEANUP ON) {table}"));
    let mut vacuuming = pin!(sqlx::raw_sql(patient).execute(db.get_postgres_connection_pool()));
    let done = tokio::select! {
        done = &mut vacuuming => done,
        () = stuck => vacuuming.await,
    };
    match done {
        Err(error) if is_code(&error, &CANCELLED) => {}
        done => return done.map(|_| true).map_err(broken),
    }
    // all but that page
    db.execute_unprepared(&format!("VACUUM (ANALYZE, INDEX_CLEANUP ON) {table}")).await?;
    Ok(false)
}

/// Ends what a session does when it has waited for a page for too long.
async fn cancel_when_stuck(beside: &DatabaseConnection, backend: &str) {
    let mut waits_since = None;
    loop {
        tokio::time::sleep(LOOKING).await;
        match ask(beside, WAITS_FOR_A_PAGE, backend).await {
            Ok(true) => {}
            Ok(false) => {
                waits_since = None;
                continue;
            }
            // VACUUM may come to its end all the same
            Err(error) => {
                tracing::debug!(%error, "it cannot be looked whether VACUUM waits");
                continue;
            }
        }
        let has_waited = waits_since.get_or_insert_with(Instant::now).elapsed();
        if has_waited >= READERS && ask(beside, "SELECT pg_cancel_backend($1::int)", backend).await.unwrap_or(false) {
            return;
        }
    }
}

/// What VACUUM has not touched: it says nothing of tables that it may not.
async fn left_out(db: &DatabaseConnection, started: &str) -> Result<String, DbErr> {
    let tables = OF_PERSONS.join(",");
    let left = format!(
        "SELECT coalesce(string_agg(relname, ', ' ORDER BY relname), '') FROM pg_stat_user_tables \
         WHERE relid = ANY (SELECT to_regclass(name) FROM unnest(string_to_array('{tables}', ',')) name) \
         AND (last_vacuum IS NULL OR last_vacuum < '{started}')"
    );
    text(db, &left).await
}

/// Has the tables written anew, if there is the function; `tables` are those that are left out else.
async fn rewrite(db: &DatabaseConnection, tables: String) -> Result<bool, StoreError> {
    let may = "SELECT coalesce(has_function_privilege(to_regprocedure($1), 'EXECUTE'), false)";
    if !ask(db, may, &format!("{REWRITE}()")).await? {
        return Err(StoreError::NotVacuumed { tables });
    }
    let before = files(db).await?;
    let pool = db.get_postgres_connection_pool();
    match sqlx::raw_sql(AssertSqlSafe(format!("SELECT {REWRITE}()"))).execute(pool).await {
        // who is at work there is in the way as a reader is
        Err(error) if is_code(&error, &LOCKED) => return Ok(false),
        done => done.map_err(broken)?,
    };
    let after = files(db).await?;
    let kept: Vec<&str> = OF_PERSONS
        .iter()
        .zip(before.iter().zip(&after))
        .filter(|(_, (before, after))| before == after)
        .map(|(table, _)| *table)
        .collect();
    if kept.is_empty() { Ok(true) } else { Err(StoreError::NotVacuumed { tables: kept.join(", ") }) }
}

/// The number of each table's file, which is another one after it was written anew.
async fn files(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let mut files = Vec::new();
    for table in OF_PERSONS {
        files.push(text(db, &format!("SELECT pg_relation_filenode('{table}'::regclass)::text")).await?);
    }
    Ok(files)
}

/// Whether somebody may still see what a transaction has deleted: a snapshot that is as old, or a transaction that is and has
/// written, a prepared one, a replica.
async fn is_seen(db: &DatabaseConnection, id: &str) -> Result<bool, DbErr> {
    let sql = "SELECT count(*) > 0 FROM ( \
               SELECT unnest(ARRAY[backend_xmin, backend_xid]) AS horizon FROM pg_stat_activity \
               WHERE pid <> pg_backend_pid() AND (datname = current_database() OR datname IS NULL) \
               UNION ALL SELECT transaction FROM pg_prepared_xacts WHERE database = current_database() \
               UNION ALL SELECT xmin FROM pg_replication_slots) held \
               WHERE horizon IS NOT NULL AND age(horizon) >= age(xid($1::xid8))";
    ask(db, sql, id).await
}
