//! A database that cannot be reached, or used, says why, and is waited for only where that helps.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use store::{OpenOptions, Store, StoreError, entity::application as application_row};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};

use crate::{
    place::{Place, on_postgres},
    records::{application, application_row as application_as_row, day},
    session::{Rows, Session, commit},
};

/// What would be waited for, if it were.
const LONG: Duration = Duration::from_mins(10);

async fn refused(url: &str) -> StoreError {
    let begun = Instant::now();
    let options = |wait| OpenOptions { service: "ingest", max_connections: 2, wait };
    let error = Store::open_to_migrate(url, &options(LONG)).await.expect_err("a store");
    let again = Store::open(url, &options(Duration::ZERO)).await.expect_err("a store");
    assert_eq!(error.to_string(), again.to_string());
    assert!(error.is_final(), "{error:?}");
    assert!(begun.elapsed() < LONG / 2, "it was waited for");
    error
}

/// A role of its own, which is gone at the end.
async fn with_role(place: &Place, name: &str, test: impl AsyncFnOnce(&str, &str)) {
    let role = format!("{name}_{}", std::process::id());
    place.execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'hushhush'")).await;
    let mut url = url::Url::parse(&place.url).unwrap();
    url.set_username(&role).unwrap();
    url.set_password(Some("hushhush")).unwrap();
    test(&role, url.as_str()).await;
    place.execute(&format!("DROP OWNED BY {role}")).await;
    place.execute(&format!("DROP ROLE {role}")).await;
}

#[tokio::test]
async fn a_role_that_migrate_makes_in_a_moment_is_waited_for() {
    on_postgres(async |place: &Place| {
        place.migrate().await;
        let role = format!("late_{}", std::process::id());
        let mut url = url::Url::parse(&place.url).unwrap();
        url.set_username(&role).unwrap();
        url.set_password(Some("hushhush")).unwrap();
        let options = OpenOptions { service: "reports", max_connections: 1, wait: Duration::from_secs(30) };
        let (opened, ()) = tokio::join!(Store::open(url.as_str(), &options), async {
            tokio::time::sleep(Duration::from_millis(300)).await;
            place.execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'hushhush'")).await;
        });
        let refused = opened.map(drop).unwrap_err();
        place.execute(&format!("DROP ROLE {role}")).await;
        // it is in, and migrate has granted it nothing
        assert!(matches!(&refused, StoreError::NotAllowed(_)), "{refused:?}");
    })
    .await;
}

#[tokio::test]
async fn who_is_not_let_in_is_told_of_it() {
    on_postgres(async |place: &Place| {
        with_role(place, "stranger", async |role, url| {
            let wrong = url.replace("hushhush", "hushhushhush");
            let error = refused(&wrong).await.to_string();
            assert!(error.contains("does not let us in") && error.contains("PGPASSWORD"), "{error}");
            assert!(error.contains(role) && !error.contains("hush"), "{error}");
            let error = refused(&format!("{url}?sslmode=verify-full")).await;
            assert!(matches!(&error, StoreError::NotLetIn { .. }), "{error:?}");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn an_encoding_that_cannot_keep_every_text_is_named() {
    on_postgres(async |place: &Place| {
        let name = format!("latin_{}", std::process::id());
        place
            .execute(&format!(
                "CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"
            ))
            .await;
        let mut url = url::Url::parse(&place.url).unwrap();
        url.set_path(&name);
        let error = refused(url.as_str()).await;
        place.execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
        assert!(matches!(&error, StoreError::Encoding { encoding, .. } if encoding == "LATIN1"), "{error:?}");
        assert!(error.to_string().contains("ENCODING 'UTF8'"), "{error}");
    })
    .await;
}

#[tokio::test]
async fn a_right_that_is_lacking_is_named() {
    on_postgres(async |place: &Place| {
        with_role(place, "modest", async |role, url| {
            let options = OpenOptions { service: "migrate", max_connections: 1, wait: Duration::ZERO };
            let store = Store::open_to_migrate(url, &options).await.unwrap();
            let error = store.migrate(day(1)).await.unwrap_err();
            assert!(error.is_final() && error.to_string().contains("CREATE on schema public"), "{error}");
            assert_eq!(store.check_rights().await.unwrap_err().to_string(), error.to_string());

            place.migrate().await;
            let store = Store::open_to_look(url, &options).await;
            let error = match store {
                // what says which steps were taken may not be read either
                Err(error) => error,
                Ok(store) => store.check_rights().await.unwrap_err(),
            };
            assert!(matches!(&error, StoreError::NotAllowed(_)), "{error:?}");
            place.execute(&format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")).await;
            let store = Store::open(url, &options).await.unwrap();
            let error = store.check_rights().await.unwrap_err().to_string();
            assert!(error.contains("DELETE on all tables; INSERT on all tables; UPDATE"), "{error}");
            place.execute(&format!("GRANT INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}")).await;
            place.execute(&format!("REVOKE UPDATE ON posting, candidate FROM {role}")).await;
            let error = store.check_rights().await.unwrap_err().to_string();
            assert!(error.contains("(it lacks UPDATE on candidate, posting)"), "{error}");
            place.execute(&format!("GRANT UPDATE ON posting, candidate TO {role}")).await;
            store.check_rights().await.unwrap();
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_schema_that_may_not_be_used_is_not_waited_for() {
    on_postgres(async |place: &Place| {
        place.migrate().await;
        place.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC").await;
        with_role(place, "outside", async |_, url| {
            let error = refused(url).await;
            assert!(matches!(&error, StoreError::NotAllowed(what) if what.contains("USAGE")), "{error:?}");
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_role_with_one_session_is_enough_to_look() {
    on_postgres(async |place: &Place| {
        place.migrate().await;
        with_role(place, "single", async |role, url| {
            place.execute(&format!("ALTER ROLE {role} CONNECTION LIMIT 1")).await;
            place.execute(&format!("GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}")).await;
            let options = OpenOptions { service: "reports", max_connections: 1, wait: Duration::ZERO };
            let store = Store::open(url, &options).await.unwrap();
            assert!(store.runs(None, 1).await.unwrap().is_empty());
            drop(store);
        })
        .await;
    })
    .await;
}

#[tokio::test]
async fn a_folder_that_is_not_there_is_not_waited_for() {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("absent").join("store.db").display());
    let begun = Instant::now();
    let options = OpenOptions { service: "migrate", max_connections: 1, wait: LONG };
    let error = Store::open_to_migrate(&url, &options).await.unwrap_err();
    assert!(matches!(&error, StoreError::Unreachable { .. }) && begun.elapsed() < LONG / 2, "{error:?}");
    let file = folder.path().join("text.db");
    std::fs::write(&file, "this is no database, but a text that is longer than the head of one ".repeat(20)).unwrap();
    let error = Store::open_to_migrate(&format!("sqlite://{}", file.display()), &options).await.unwrap_err();
    assert!(matches!(&error, StoreError::NotADatabase(_)) && error.is_final(), "{error:?}");
}

/// At the statement that writes, with the codes that the server has for it.
#[tokio::test]
async fn what_cannot_be_written_leaves_nothing_and_the_next_run_makes_it_good() {
    on_postgres(async |place: &Place| {
        let ingest = Session::begin(place).await;
        let records = [application("a"), application("b")];
        let troubles = [
            ("53100", "could not extend file: No space left on device", "make room"),
            ("25006", "cannot execute INSERT in a read-only transaction", "takes no writes"),
        ];
        for (code, message, words) in troubles {
            place
                .execute(&format!(
                    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
                     $$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = '{code}'; END $$"
                ))
                .await;
            place.execute("CREATE TRIGGER refusal BEFORE INSERT ON candidate EXECUTE FUNCTION refuse()").await;
            let mut slice = ingest.writer.slice::<application_row::Entity>();
            slice.add(records.iter().map(|record| application_as_row(record, day(1))).collect()).await.unwrap();
            let error = slice.commit(&commit(day(1), records.len())).await.unwrap_err();
            assert!(error.to_string().contains(words) && error.to_string().contains(message), "{error}");
            assert!(!error.is_final(), "{error:?}");
            assert_eq!(Rows::of(place).await, Rows::default(), "{code}");
            place.execute("DROP FUNCTION refuse() CASCADE").await;
        }
        assert_eq!(ingest.applications(day(1), &records).await.inserted, 2);
    })
    .await;
}

#[tokio::test]
async fn a_server_that_has_no_session_left_is_named_as_such() {
    on_postgres(async |place: &Place| {
        let role = format!("crowd_{}", std::process::id());
        place.execute(&format!("CREATE ROLE {role} LOGIN PASSWORD 'crowded' CONNECTION LIMIT 0")).await;
        let mut url = url::Url::parse(&place.url).unwrap();
        url.set_username(&role).unwrap();
        url.set_password(Some("crowded")).unwrap();
        let options = OpenOptions { service: "test", max_connections: 1, wait: Duration::ZERO };
        let refused = Store::open(url.as_str(), &options).await.unwrap_err();
        place.execute(&format!("DROP ROLE {role}")).await;
        let said = refused.to_string();
        assert!(said.contains("too many connections for role") && !said.contains("crowded"), "{said}");
        assert!(!refused.is_final());
    })
    .await;
}

/// Answers each who wants a session with this SQLSTATE, and says how many did.
async fn refusing(code: &'static str) -> (String, Arc<AtomicUsize>) {
    let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://ingest:hushhush@{}/clinic?sslmode=disable", server.local_addr().unwrap());
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut client, _)) = server.accept().await {
            // whoever only looks whether it is there sends nothing
            let mut length = [0; 4];
            if client.read_exact(&mut length).await.is_err() {
                continue;
            }
            let mut startup = vec![0; u32::from_be_bytes(length) as usize - 4];
            client.read_exact(&mut startup).await.unwrap();
            counted.fetch_add(1, Ordering::Relaxed);
            let fields = format!("SFATAL\0VFATAL\0C{code}\0Mnobody is let in\0\0");
            let length = u32::try_from(fields.len() + 4).unwrap();
            let answer = [b"E".as_slice(), &length.to_be_bytes(), fields.as_bytes()].concat();
            client.write_all(&answer).await.unwrap();
        }
    });
    (url, asked)
}

/// PostgreSQL's 42501 and 42502 end in the bytes by which SQLite says that its file is busy, and locked.
#[tokio::test]
async fn who_may_not_connect_is_told_at_the_first_answer() {
    for code in ["42501", "28000", "3D000", "42502"] {
        let (url, asked) = refusing(code).await;
        let options = OpenOptions { service: "ingest", max_connections: 1, wait: Duration::ZERO };
        let refused = Store::open_to_look(&url, &options).await.unwrap_err();
        assert!(refused.to_string().contains("nobody is let in"), "{refused}");
        assert_eq!(asked.load(Ordering::Relaxed), 1, "{code}");
    }
}
