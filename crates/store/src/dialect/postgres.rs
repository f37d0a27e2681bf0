//! PostgreSQL: reaching it, advisory locks, what a user may do.

use std::{collections::HashSet, time::Duration};

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr, Statement};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, Row as _, postgres::PgConnectOptions};
use tokio::{net::TcpStream, time::Instant};

use uuid::Uuid;

use super::needed::Needed;
use crate::{StoreError, address::Address};

pub(super) async fn probe(options: &PgConnectOptions, timeout: Duration) -> Result<(), DbErr> {
    let (host, port) = (options.get_host(), options.get_port());
    if options.get_socket().is_some() || host.starts_with('/') {
        return Ok(());
    }
    // a pool takes a refused connection for a server that is starting, and says only that its time is up
    match tokio::time::timeout(timeout, TcpStream::connect((host, port))).await {
        Ok(reached) => reached.map(|_| ()).map_err(|error| connection_error(error.into())),
        Err(_) => Err(no_answer(timeout)),
    }
}

pub(super) async fn ensure_database(options: &PgConnectOptions, timeout: Duration) -> Result<(), DbErr> {
    let reached = async {
        match connect_once(options).await {
            Err(error) if is_code(&error, &[NO_SUCH_DATABASE]) => create_database(options).await,
            other => other,
        }
    };
    match tokio::time::timeout(timeout, reached).await {
        Ok(reached) => reached.map_err(connection_error),
        Err(_) => Err(no_answer(timeout)),
    }
}

pub(super) async fn cause(options: &PgConnectOptions, error: DbErr, timeout: Duration) -> DbErr {
    let is_time_up =
        matches!(&error, DbErr::Conn(RuntimeErr::SqlxError(of)) if matches!(**of, sqlx::Error::PoolTimedOut));
    if !is_time_up {
        return error;
    }
    // a pool asks a server that is starting, or has no session left, until its time is up, and then says only that it is; so
    // it is asked once more
    match tokio::time::timeout(timeout, connect_once(options)).await {
        Ok(Err(found)) => connection_error(found),
        _ => error,
    }
}

fn no_answer(timeout: Duration) -> DbErr {
    DbErr::Custom(format!("no answer within {} s", timeout.as_secs()))
}

/// The only encoding that can keep every text.
const ENCODING: &str = "UTF8";
/// SQLSTATE of a connection to a database that does not exist.
const NO_SUCH_DATABASE: &str = "3D000";
/// SQLSTATEs of making one that somebody else has just made.
pub(crate) const MADE_MEANWHILE: [&str; 2] = ["42P04", "23505"];

async fn connect_once(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    options.connect().await?.close().await
}

async fn create_database(options: &PgConnectOptions) -> Result<(), sqlx::Error> {
    let name = options.get_database().unwrap_or_else(|| options.get_username()).to_owned();
    // every server has the database `postgres`
    let mut server = options.clone().database("postgres").connect().await?;
    let template = "SELECT pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'template1'";
    let encoding: String = sqlx::raw_sql(template).fetch_one(&mut server).await?.try_get(0)?;
    // one made like the others would not take every text
    let other = "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0";
    let how = if encoding == ENCODING { "" } else { other };
    let statement = AssertSqlSafe(format!("CREATE DATABASE {} {how}", quoted(&name)));
    match sqlx::query(statement).execute(&mut server).await {
        Ok(_) => tracing::info!(name, "made the database"),
        Err(error) if is_code(&error, &MADE_MEANWHILE) => {}
        Err(error) => return Err(error),
    }
    server.close().await
}

/// A name as SQL has it, whatever is in it.
pub(crate) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

pub(crate) fn is_code(error: &sqlx::Error, codes: &[&str]) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| codes.contains(&&*code))
}

fn connection_error(error: sqlx::Error) -> DbErr {
    DbErr::Conn(RuntimeErr::SqlxError(error.into()))
}

/// In which order two connections are asked for their backends. A pooler that lends backends to one transaction after the other
/// gives both the same one when it takes the one that was used last, and one of them two different ones when it goes round.
const ASKED: [usize; 10] = [0, 0, 1, 1, 0, 1, 1, 0, 0, 1];

pub(super) async fn check_sessions(db: &DatabaseConnection, address: &Address) -> Result<(), StoreError> {
    let pool = db.get_postgres_connection_pool();
    let unreachable = |error| address.unreachable(query_error(error));
    let mut one = pool.acquire().await.map_err(unreachable)?;
    // a role may have one session alone: then only the lock tells
    let mut other = match tokio::time::timeout(SECOND, pool.connect_options().connect()).await {
        Ok(Ok(other)) => other,
        Ok(Err(error)) if !is_code(&error, &NO_MORE_SESSIONS) => return Err(unreachable(error)),
        _ => return Ok(()),
    };
    let asked = ask_for_backends([&mut one, &mut other]).await.map_err(unreachable);
    // it was for this alone
    let _ = other.close().await;
    let (backends, (encoding, schema)) = asked?;
    let of = |connection: usize| {
        let asked = ASKED.iter().zip(&backends).filter(move |(asked, _)| **asked == connection);
        asked.map(|(_, backend)| backend).collect::<HashSet<_>>()
    };
    // a connection with several backends, or two with the same one: there is a pooler between
    if of(0).len() > 1 || of(1).len() > 1 || of(0) == of(1) {
        return Err(StoreError::SharedSession);
    }
    if encoding != ENCODING {
        return Err(StoreError::Encoding { address: address.shown(), encoding });
    }
    if schema.is_empty() {
        return Err(StoreError::NotAllowed("it lacks USAGE on every schema of its search_path".to_owned()));
    }
    Ok(())
}

/// A second session is waited for so long.
const SECOND: Duration = Duration::from_secs(5);
/// SQLSTATE of a server, or a role, that has no session left.
const NO_MORE_SESSIONS: [&str; 1] = ["53300"];

/// The numbers of backends, in the order of [`ASKED`]; the encoding, and the schema that may be used.
async fn ask_for_backends(of: [&mut PgConnection; 2]) -> Result<(Vec<String>, (String, String)), sqlx::Error> {
    let (mut backends, mut about) = (Vec::new(), (String::new(), String::new()));
    for connection in ASKED {
        let sql = "SELECT pg_backend_pid()::text, current_setting('server_encoding'), coalesce(current_schema(), '')";
        let row = sqlx::raw_sql(sql).fetch_one(&mut *of[connection]).await?;
        backends.push(row.try_get(0)?);
        about = (row.try_get(1)?, row.try_get(2)?);
    }
    Ok((backends, about))
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) pid: String,
    /// What the backend's client calls itself, and since when it is there.
    pub(crate) told: String,
}

pub(super) async fn holder(db: &DatabaseConnection, service: &str) -> Result<Option<Holder>, DbErr> {
    // only one whose session does nothing now: the server may still be at work for a run that was stopped, and ends that
    // by itself. A lock by one number stands in `pg_locks` as its two halves
    let sql = format!(
        "SELECT l.pid::text, concat(l.pid, ' (', nullif(a.application_name, ''), ', since ', \
         to_char(a.backend_start AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS'), ' UTC)') \
         FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid \
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 \
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
         AND ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended('{}', 0) \
         AND coalesce(a.state, 'idle') = 'idle'",
        name(service)
    );
    let found = texts(db, sql).await.map_err(query_error)?;
    Ok(found.map(|[pid, told]| Holder { pid, told }))
}

/// What the user may not do, as the grants that would let them.
pub(super) async fn missing_rights(db: &DatabaseConnection, needed: &Needed) -> Result<Vec<String>, DbErr> {
    let sql = "SELECT coalesce(current_schema(), ''), current_database()::text, \
               coalesce(has_schema_privilege(current_schema(), 'USAGE'), false)::text, \
               coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)::text, \
               has_database_privilege(current_database(), 'TEMP')::text";
    let found = texts(db, sql.to_owned()).await.map_err(query_error)?;
    let Some([schema, database, may_use, may_create, may_make_temporary]) = found else { return Ok(Vec::new()) };
    if schema.is_empty() {
        return Ok(vec!["USAGE on a schema of its search_path".to_owned()]);
    }
    let mut missing = Vec::new();
    if may_use != "true" {
        missing.push(format!("USAGE on schema {schema}"));
    }
    if needed.create && may_create != "true" {
        missing.push(format!("CREATE on schema {schema}"));
    }
    if needed.temporary && may_make_temporary != "true" {
        missing.push(format!("TEMPORARY on database {database}"));
    }
    if may_use == "true" && !needed.on_tables.is_empty() {
        let pairs = needed.on_tables.iter().map(|(table, right)| format!("('{table}', '{right}')"));
        let (pairs, all) = (pairs.collect::<Vec<_>>().join(", "), needed.tables);
        let sql = format!(
            "SELECT coalesce(string_agg(lacking, '; ' ORDER BY lacking), '') FROM (SELECT concat(r, ' on ', \
             CASE count(*) WHEN {all} THEN 'all tables' ELSE string_agg(t, ', ' ORDER BY t) END) AS lacking \
             FROM (VALUES {pairs}) wanted(t, r) WHERE to_regclass(t) IS NOT NULL AND NOT has_table_privilege(t, r) \
             GROUP BY r) by_right"
        );
        missing.extend(text(db, &sql).await?.split("; ").filter(|part| !part.is_empty()).map(str::to_owned));
    }
    Ok(missing)
}

/// A server takes a moment to notice that a session is over and to clean up after it, so a run directly after another
/// one, or after one that was killed, may find the lock still taken. It is given that moment.
const AFTERMATH: Duration = Duration::from_secs(3);

/// Takes the lock for this session, and gives by what the session is known: a setting that no other one has, and that goes with
/// it, or with its locks.
pub(super) async fn try_lock(
    db: &DatabaseConnection,
    other: &DatabaseConnection,
    service: &str,
) -> Result<Option<String>, StoreError> {
    let (lock, session) = (name(service), Uuid::new_v4().to_string());
    let take = format!(
        "SELECT (CASE WHEN pg_try_advisory_lock(hashtextextended('{lock}', 0)) \
         THEN set_config('emply_pipeline.session', '{session}', false) = '{session}' ELSE false END)::text"
    );
    let patience_ends = Instant::now() + AFTERMATH;
    while !is_true(texts(db, take.clone()).await)? {
        if Instant::now() >= patience_ends {
            return Ok(None);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // another connection that is in the same session: then a pooler lends it to one transaction after the other. It gives the lock
    // back, which nobody could find again
    let shared = format!(
        "SELECT (CASE WHEN current_setting('emply_pipeline.session', true) = '{session}' \
         THEN pg_advisory_unlock(hashtextextended('{lock}', 0)) ELSE false END)::text"
    );
    if is_true(texts(other, shared).await)? {
        return Err(StoreError::SharedSession);
    }
    Ok(Some(session))
}

fn is_true(found: Result<Option<[String; 1]>, sqlx::Error>) -> Result<bool, DbErr> {
    Ok(found.map_err(query_error)?.is_some_and(|[text]| text == "true"))
}

pub(super) async fn still_locked(
    transaction: &DatabaseTransaction,
    session: &str,
    service: &str,
) -> Result<bool, DbErr> {
    let sql = "SELECT CASE WHEN current_setting('emply_pipeline.session', true) = $2 \
               THEN pg_try_advisory_xact_lock(hashtextextended($1, 0)) ELSE false END";
    ask_of(transaction, sql, [&name(service), session]).await
}

/// The system identifier is made with a cluster, a timeline with each promotion and each recovery to a point in time, an OID with
/// a database or table.
const PLACE: &str = "concat('system ', (SELECT system_identifier::text FROM pg_control_system()), \
                     ', timeline ', left(pg_walfile_name(pg_current_wal_lsn()), 8), ', ', 'database ', \
                     (SELECT oid FROM pg_database WHERE datname = current_database()), ', table ', 'board_listing'::regclass::oid)";

/// Gives what a SELECT of texts gives, with the place in the stead of `PLACE`.
pub(super) async fn with_place<const N: usize>(
    db: &DatabaseConnection,
    select: &str,
) -> Result<Option<[String; N]>, DbErr> {
    match texts(db, select.replace("PLACE", PLACE)).await {
        Err(error) if is_code(&error, &[NOT_ALLOWED]) => {
            let place = modest_place(db).await?;
            texts(db, select.replace("PLACE", &place)).await.map_err(query_error)
        }
        found => found.map_err(query_error),
    }
}

/// The first row of a query without parameters, all texts.
async fn texts<const N: usize>(db: &DatabaseConnection, sql: String) -> Result<Option<[String; N]>, sqlx::Error> {
    let pool = db.get_postgres_connection_pool();
    // it goes in one message and not in three, and nothing of it is kept
    let Some(row) = sqlx::raw_sql(AssertSqlSafe(sql)).fetch_optional(pool).await? else { return Ok(None) };
    let mut found = [const { String::new() }; N];
    for (place, text) in found.iter_mut().enumerate() {
        *text = row.try_get(place)?;
    }
    Ok(Some(found))
}

fn query_error(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

pub(crate) fn broken(error: sqlx::Error) -> StoreError {
    StoreError::Database(query_error(error))
}

/// SQLSTATE of what somebody has no right to.
const NOT_ALLOWED: &str = "42501";

async fn modest_place(db: &DatabaseConnection) -> Result<String, DbErr> {
    // the right is asked for as soon as a function stands there, called or not
    let may = "SELECT concat(has_function_privilege('pg_control_system()', 'execute')::int, \
               (has_function_privilege('pg_current_wal_lsn()', 'execute') \
               AND has_function_privilege('pg_walfile_name(pg_lsn)', 'execute'))::int)";
    let may = text(db, may).await?;
    let mut place = PLACE.to_owned();
    if !may.starts_with('1') {
        place = place.replace("(SELECT system_identifier::text FROM pg_control_system())", UNKNOWN);
    }
    if !may.ends_with('1') {
        place = place.replace("left(pg_walfile_name(pg_current_wal_lsn()), 8)", UNKNOWN);
    }
    Ok(place)
}

pub(super) async fn insist_on_disk(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    // only `off` is too little: what waits for more than the disk is left as it is
    let sql = "SELECT set_config('synchronous_commit', 'on', true) WHERE current_setting('synchronous_commit') = 'off'";
    transaction.execute_unprepared(sql).await.map(|_| ())
}

const UNKNOWN: &str = "'-'";

pub(super) async fn wait_for_migrations(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    let sql = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, [name("migrate").into()]);
    transaction.query_one_raw(statement).await.map(|_| ())
}

fn name(service: &str) -> String {
    format!("emply-pipeline {service}")
}

pub(super) async fn ask(db: &impl ConnectionTrait, sql: &str, of: &str) -> Result<bool, DbErr> {
    ask_of(db, sql, [of]).await
}

async fn ask_of<const N: usize>(db: &impl ConnectionTrait, sql: &str, of: [&str; N]) -> Result<bool, DbErr> {
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, of.map(Into::into));
    let row = db.query_one_raw(statement).await?;
    row.map_or(Ok(false), |row| row.try_get_by_index(0))
}

pub(super) async fn text(db: &impl ConnectionTrait, sql: &str) -> Result<String, DbErr> {
    let row = db.query_one_raw(Statement::from_string(DbBackend::Postgres, sql)).await?;
    row.map_or(Ok(String::new()), |row| row.try_get_by_index(0))
}
