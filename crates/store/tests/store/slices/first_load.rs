//! A store that has just been filled, of which PostgreSQL has no statistics yet.

use domain::Application;

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
    let read = place.counted("SELECT seq_tup_read FROM pg_stat_user_tables WHERE relname = 'candidate'").await;
    // whether there is anybody yet is asked by one row; everybody, for one slice, would be two thousand at least
    assert!(read < 1_000, "{read} rows of candidates were read from their beginning");
}
