//! A store that has just been filled, of which PostgreSQL has no statistics yet.

use domain::{Application, Window};

use crate::{
    place::Place,
    records::{application, day},
    session::Session,
};

/// Of each slice, and of these those whose person is known from the one before.
const RECORDS: usize = 2_000;
const OF_KNOWN: usize = 100;

#[tokio::test]
async fn postgres_reads_not_everybody_for_a_slice() {
    crate::place::on_postgres(each_slice_costs_the_same).await;
}

async fn each_slice_costs_the_same(place: &Place) {
    let ingest = Session::begin(place).await;
    for slice in 0..4 {
        let of = |number: usize| {
            let person =
                if number < OF_KNOWN && slice > 0 { number + (slice - 1) * RECORDS } else { number + slice * RECORDS };
            let id = Some(format!("of-{person}"));
            Application { candidate_id: id, email: None, ..application(&format!("{slice}-{number}")) }
        };
        let all: Vec<_> = (0..RECORDS).map(of).collect();
        let counts = ingest.applications(day(2), &all).await;
        assert_eq!(counts.inserted, RECORDS as u64);
    }
    drop(ingest);
    // whether there is anybody yet is asked by one row; everybody, for one slice, would be two thousand at least
    let read = read_from_the_beginning(place, "candidate").await;
    assert!(read < 1_000, "{read} rows of candidates were read from their beginning");
}

#[tokio::test]
async fn postgres_forgets_how_it_read_while_there_was_nothing() {
    crate::place::on_postgres(windows_after_empty_ones).await;
}

/// Years of windows are empty, as before the first record of a source: a statement that is kept is planned for good by then. Then one
/// has many records, and each of those that follow has few.
async fn windows_after_empty_ones(place: &Place) {
    const MANY: usize = 20_000;
    let ingest = Session::begin(place).await;
    place.execute("VACUUM ANALYZE application").await;
    for slice in 0..61 {
        let window = Window { from: day(slice), to: day(slice + 1) };
        let of = |number| Application { created: day(slice), ..application(&format!("{slice}-{number}")) };
        let records = match slice {
            0..48 => 0,
            48 => MANY,
            _ => 100,
        };
        let all: Vec<_> = (0..records).map(of).collect();
        let counts = ingest.window(day(70), window, &all).await;
        assert_eq!(counts.inserted, all.len() as u64);
    }
    drop(ingest);
    // all for one of the twelve would be this many
    let read = read_from_the_beginning(place, "application").await;
    assert!(read < MANY.try_into().unwrap(), "{read} rows of applications were read from their beginning");
}

async fn read_from_the_beginning(place: &Place, table: &str) -> i64 {
    place.counted(&format!("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = '{table}'")).await
}
