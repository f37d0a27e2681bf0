//! One writer at a time for each store and service.

use sea_orm::ConnectionTrait as _;
use store::{
    Begun, Board, ExportCursor, NewRun, SourceIdentity, StoreError,
    entity::{
        application,
        board_listing::{ListingState, Model},
        posting,
    },
};

use crate::{
    ledger::listing,
    place::{Place, on_postgres},
    records::{SITE, application as an_application, application_row, day, posting as a_posting, posting_row},
    session::{Rows, Session, commit, known_by, writer},
};

rig::on_each_backend!(
    a_service_has_one_writer_at_a_time,
    readers_and_other_services_are_not_kept_out,
    stores_do_not_share_their_locks,
);

async fn a_service_has_one_writer_at_a_time(place: &Place) {
    place.migrate().await;
    let (first, second) = (place.open("ingest").await, place.open("ingest").await);
    let lock = first.writer().await.unwrap();
    assert!(lock.is_some());
    assert!(second.writer().await.unwrap().is_none());
    assert!(first.writer().await.unwrap().is_none(), "not even to itself");
    drop(lock);
    drop(writer(&second).await);
    drop(writer(&first).await);
}

async fn readers_and_other_services_are_not_kept_out(place: &Place) {
    let ingest = Session::begin(place).await;
    let mut slice = ingest.writer.slice::<application::Entity>();
    slice.add(vec![application_row(&an_application("a"), day(1))]).await.unwrap();
    let export = place.open("export").await;
    let other = export.writer().await.unwrap().expect("another service has a lock of its own");
    let cursor = ExportCursor { sent: 3, ..ExportCursor::default() };
    other.save_export_cursor("lake", &cursor, &known_by(), day(1)).await.unwrap();
    assert_eq!(export.export_cursor("lake").await.unwrap(), cursor, "while a slice is being read");
    slice.commit(&commit(day(1), 1)).await.unwrap();
    assert_eq!(Rows::of(place).await.applications.len(), 1);
}

async fn stores_do_not_share_their_locks(place: &Place) {
    let ingest = Session::begin(place).await;
    let elsewhere = async |other: &Place| drop(Session::begin(other).await);
    rig::on(place.backend, elsewhere).await;
    drop(ingest);
}

/// Ends the session that holds the lock, as a broken network or a failover does.
async fn cut_off(place: &Place) {
    let sql = "SELECT count(pg_terminate_backend(pid)) FROM pg_locks WHERE locktype = 'advisory' AND granted \
               AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";
    assert_eq!(place.number(sql).await, 1);
}

#[tokio::test]
async fn a_writer_that_was_taken_over_leaves_nothing() {
    on_postgres(taken_over).await;
}

async fn taken_over(place: &Place) {
    let ingest = Session::begin(place).await;
    let mut slice = ingest.writer.slice::<application::Entity>();
    slice.add(vec![application_row(&an_application("a"), day(1))]).await.unwrap();
    cut_off(place).await;
    let other = place.open("ingest").await;
    let taken = writer(&other).await;
    let error = slice.commit(&commit(day(1), 1)).await.unwrap_err();
    assert!(matches!(error, StoreError::LockLost { .. } | StoreError::Database(_)), "{error:?}");
    assert_eq!(Rows::of(place).await, Rows::default());

    // its pool has connected anew by now: whatever it tries, the lock is another's
    let mut slice = ingest.writer.slice::<posting::Entity>();
    slice.add(vec![posting_row(&a_posting("v1", SITE), day(1))]).await.unwrap();
    let lost = |error: StoreError| matches!(error, StoreError::LockLost { service: "ingest" });
    assert!(lost(slice.commit(&commit(day(1), 1)).await.unwrap_err()));
    assert!(lost(
        ingest.writer.save_export_cursor("lake", &ExportCursor::default(), &known_by(), day(1)).await.unwrap_err()
    ));
    let identity = SourceIdentity { base_url: "https://example.com".to_owned(), customer: "acme".to_owned() };
    assert!(lost(ingest.writer.claim_source(&ingest.store, &identity, false, "").await.unwrap_err()));
    assert_eq!(Rows::of(place).await, Rows::default());
    assert_eq!(ingest.store.highest_change().await.unwrap(), 0);

    let done = Session { store: other, writer: taken }.applications(day(2), &[an_application("a")]).await;
    assert_eq!(done.inserted, 1, "who has taken over works");
}

#[tokio::test]
async fn a_lock_that_was_lost_is_lost_even_when_nobody_takes_over() {
    on_postgres(async |place| {
        let ingest = Session::begin(place).await;
        cut_off(place).await;
        // its pool has connected anew; nobody has the lock now, but somebody may have had it meanwhile
        let save =
            async || ingest.writer.save_export_cursor("lake", &ExportCursor::default(), &known_by(), day(1)).await;
        let lost = |error: &StoreError| matches!(error, StoreError::LockLost { service: "ingest" });
        let error = match save().await.unwrap_err() {
            StoreError::Database(_) => save().await.unwrap_err(),
            error => error,
        };
        assert!(lost(&error), "{error:?}");
        assert!(!error.is_final() && error.to_string().contains("the lock of ingest is gone"), "{error}");
        // for good, also when another run has come and gone
        drop(writer(&ingest.store).await);
        assert!(lost(&save().await.unwrap_err()));
    })
    .await;
}

#[tokio::test]
async fn the_id_that_a_board_has_given_is_kept_even_then() {
    on_postgres(async |place| {
        place.migrate().await;
        let store = place.open("transfer").await;
        let transfer = writer(&store).await;
        let board = Board { base_url: "https://board".to_owned(), mode: "create".to_owned() };
        let creating = Model {
            state: ListingState::Creating,
            listing_id: None,
            run_id: "r1".to_owned(),
            ..listing(&board, "v-1", 1)
        };
        transfer.note(std::slice::from_ref(&creating), &[]).await.unwrap();
        cut_off(place).await;
        let created = Model { listing_id: Some("B1".to_owned()), ..creating.clone() };
        let noted = match transfer.note_created(&created).await {
            Err(StoreError::Database(_)) => transfer.note_created(&created).await,
            other => other,
        };
        assert!(noted.unwrap());
        assert!(transfer.note_created(&created).await.unwrap(), "it is there, whoever has not heard that");
        assert!(transfer.note(&[created], &[]).await.is_err(), "and nothing else");
        let kept = store.listings(&board).await.unwrap();
        assert_eq!((kept[0].state, kept[0].listing_id.as_deref()), (ListingState::Created, Some("B1")));
        // not over what somebody else has begun since
        let other = Model { run_id: "r2".to_owned(), ..creating.clone() };
        let other_writer = writer(&store).await;
        other_writer.note(&[other], &[]).await.unwrap();
        assert!(!transfer.note_created(&Model { listing_id: Some("B2".to_owned()), ..creating }).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_slice_that_was_cut_off_is_not_kept_even_when_nobody_takes_over() {
    on_postgres(async |place| {
        let ingest = Session::begin(place).await;
        let mut slice = ingest.writer.slice::<application::Entity>();
        slice.add(vec![application_row(&an_application("a"), day(1))]).await.unwrap();
        cut_off(place).await;
        // the rows were on the connection that broke
        assert!(slice.commit(&commit(day(1), 1)).await.is_err());
        assert_eq!(Rows::of(place).await, Rows::default());
    })
    .await;
}

/// Behind a pooler, a session may outlast the run that had it, and its lock with it.
#[tokio::test]
async fn a_lock_that_no_run_has_is_told_as_such() {
    on_postgres(async |place| {
        place.migrate().await;
        let left = place.open("ingest").await;
        let _kept = writer(&left).await;
        let next = place.open("ingest").await;
        let run = NewRun { id: "r", command: "run", trigger: "test", started_at: day(1), version: "1" };
        let error = next.begin_run(&run).await.unwrap_err();
        let StoreError::ForeignLock { pid, .. } = &error else { panic!("{error:?}") };
        let said = error.to_string();
        assert!(
            said.contains(&format!("pg_terminate_backend({pid})")) && said.contains("emply-pipeline ingest"),
            "{said}"
        );
        assert!(!error.is_final());
        let runs = next.runs(None, 9).await.unwrap();
        assert_eq!((runs[0].outcome.as_str(), runs[0].error.as_deref()), ("failed", Some(&*said)));
        place.execute(&format!("SELECT pg_terminate_backend({pid})")).await;
        let run = NewRun { id: "s", ..run };
        let Begun::Running { writer: _writer, .. } = next.begin_run(&run).await.unwrap() else {
            panic!("the lock is free")
        };
        // and one that a run has is a run at work
        let third = place.open("ingest").await;
        let run = NewRun { id: "t", ..run };
        assert!(matches!(third.begin_run(&run).await.unwrap(), Begun::Skipped { in_a_row: 1 }));
    })
    .await;
}

/// A large commit takes longer than a pool waits for its one connection.
#[tokio::test]
async fn whoever_writes_next_waits_for_the_end_of_a_commit_however_long_it_takes() {
    on_postgres(async |place| {
        let ingest = Session::begin(place).await;
        place
            .execute(
                "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(12); RETURN NULL; END $$",
            )
            .await;
        place.execute("CREATE TRIGGER slow AFTER INSERT ON candidate EXECUTE FUNCTION dawdle()").await;
        let records = [an_application("a")];
        let (done, ()) = tokio::join!(ingest.applications(day(1), &records), async {
            tokio::time::sleep(std::time::Duration::from_millis(500)).await;
            ingest.begin_reconcile().await;
        });
        assert_eq!(done.inserted, 1);
    })
    .await;
}

/// The server ends a statement whose client is gone when it is done with it, and the lock with it.
#[tokio::test]
async fn a_lock_of_a_run_that_was_stopped_in_a_statement_is_not_foreign() {
    on_postgres(async |place| {
        place.migrate().await;
        let sql = "SELECT pg_try_advisory_lock(hashtextextended('emply-pipeline ingest', 0)), pg_sleep(8)";
        let stopped = place.connect().await;
        let still_at_work = tokio::spawn(async move { stopped.execute_unprepared(sql).await });
        place.until_locks_held(1).await;
        let next = place.open("ingest").await;
        let run = NewRun { id: "r", command: "run", trigger: "test", started_at: day(1), version: "1" };
        assert!(matches!(next.begin_run(&run).await.unwrap(), Begun::Skipped { .. }));
        still_at_work.await.unwrap().unwrap();
    })
    .await;
}
