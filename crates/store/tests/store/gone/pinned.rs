//! Somebody has a page in hand (pinned) of which what was forgotten is to be taken.

use std::time::Duration;

use sea_orm::{ConnectionTrait as _, DatabaseTransaction, TransactionTrait as _};
use store::{Scrubbed, Store};
use tokio::time::{sleep, timeout};

use crate::{
    place::{Place, on_postgres, options},
    records::{application, day},
    session::Session,
};

async fn with_somebody_forgotten(place: &Place) -> Session {
    let ingest = Session::begin(place).await;
    ingest.applications(day(1), &[application("a"), application("b")]).await;
    ingest.forget(day(2), "a").await;
    // a server that does not wait for its log knows what everybody sees only when it is written
    place.execute("CHECKPOINT").await;
    ingest
}

/// Has the page of candidates in hand, and is in nobody's way otherwise.
async fn with_a_page_in_hand(place: &Place) -> DatabaseTransaction {
    // what is under way in any database of the server counts in a snapshot
    let is_over = "SELECT count(*) FROM pending_scrub \
                   WHERE age(transaction_id::xid8::xid) > age(pg_snapshot_xmin(pg_current_snapshot())::xid)";
    while place.number(is_over).await == 0 {
        sleep(Duration::from_millis(100)).await;
    }
    let reader = place.connect().await.begin().await.unwrap();
    let sql = "DECLARE held CURSOR FOR SELECT key FROM candidate; FETCH 1 FROM held";
    reader.execute_unprepared(sql).await.unwrap();
    reader
}

/// A page with a dead row to which an index still points is none of which everybody sees all.
async fn pages_left(place: &Place) -> [i64; 2] {
    let left = |table| format!("SELECT (relpages - relallvisible)::bigint FROM pg_class WHERE relname = '{table}'");
    [place.number(&left("application")).await, place.number(&left("candidate")).await]
}

/// By itself VACUUM passes over such a page, and says nothing of it.
#[tokio::test]
async fn it_is_waited_for_and_then_it_stays_due_and_the_rest_is_done() {
    on_postgres(async |place: &Place| {
        let ingest = with_somebody_forgotten(place).await;
        let reader = with_a_page_in_hand(place).await;
        assert_eq!(ingest.writer.scrub().await.unwrap(), Scrubbed::Hindered);
        assert!(ingest.store.is_scrub_due().await.unwrap());
        assert_eq!(pages_left(place).await, [0, 1]);

        let (scrubbed, ()) = tokio::join!(ingest.writer.scrub(), async {
            sleep(Duration::from_secs(1)).await;
            reader.rollback().await.unwrap();
        });
        assert_eq!(scrubbed.unwrap(), Scrubbed::Whole);
        assert_eq!(pages_left(place).await, [0, 0]);
    })
    .await;
}

/// A process that goes takes its connections with it, as the end of this runtime does.
fn begin_to_scrub_and_go(url: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let store = Store::open(url, &options("ingest")).await.unwrap();
        let writer = store.writer().await.unwrap().unwrap();
        timeout(Duration::from_secs(2), writer.scrub()).await.unwrap_err();
    });
}

#[tokio::test]
async fn whoever_goes_while_waiting_leaves_no_lock() {
    on_postgres(async |place: &Place| {
        drop(with_somebody_forgotten(place).await);
        place.until_locks_held(0).await;
        let reader = with_a_page_in_hand(place).await;
        let url = place.url.clone();
        tokio::task::spawn_blocking(move || begin_to_scrub_and_go(&url)).await.unwrap();
        place.until_locks_held(0).await;
        reader.rollback().await.unwrap();
    })
    .await;
}
