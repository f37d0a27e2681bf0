//! What is wrong before anything is handed over: each with a message, an exit code, and nothing sent.

use rig::{Backend, Ended, Program};

use crate::{
    hosts::{Answers, Host, PNG},
    world::{Board, MAPPING, PASSWORD, World, mapping, posting},
};

#[tokio::test]
async fn a_wrong_account_is_told_from_a_wrong_ad() {
    let accounts = format!("jobs@example.org:{PASSWORD}");
    let world = World::on(Board::start_with(&[("MOCK_BOARD_ACCOUNTS", &accounts)]), Backend::Sqlite).await;
    world.store.list((0..3).map(|number| world.posting(&format!("v-{number}"), "Nurse", &[])).collect()).await;
    let wrong = || world.transfer().with("BOARD_PASSWORD", "an0ther-secret");
    for _ in 0..6 {
        let run = world.run(wrong());
        run.must(2, &["look at BOARD_EMAIL and BOARD_PASSWORD"]);
        assert!(!run.err.contains("an0ther-secret"));
    }
    assert_eq!(world.listing("v-0")["tries"], 0, "it is not the ad's fault");
    let check = |program: Program| world.run(program.argument("check").argument("--trial"));
    let wrong = check(wrong());
    wrong.must(2, &["FAIL  account"]);
    assert!(wrong.out.contains("FAIL  account: the board refuses the smallest ad there is"), "{}", wrong.out);
    let good = check(world.transfer());
    good.must(0, &[]);
    assert!(good.out.contains("ok    account: a trial was taken"), "{}", good.out);
    assert_eq!(world.run_with([]).must(0, &[]).count("inserted"), 3);
}

#[tokio::test]
async fn a_wrong_mapping_file_is_told_by_line_and_column() {
    let world = World::new().await;
    world.store.list(vec![world.posting("v-1", "Nurse", &[])]).await;
    let with = |text: &str, program: Program| {
        let file = mapping(text);
        world.run(program.with("TRANSFER_MAPPING_FILE", file.path().display().to_string()))
    };
    with(&format!("{MAPPING}\nphone = \"1\"\n"), world.transfer())
        .must(2, &["line 7, column 1: unknown field `phone`"]);
    with(&MAPPING.replace('"', ""), world.transfer()).must(2, &["line 2, column"]);
    let missing = world.transfer().with("TRANSFER_MAPPING_FILE", "/nowhere/mapping.toml");
    world.run(missing).must(2, &["/nowhere/mapping.toml cannot be read"]);
    let check = with("contact = 1", world.transfer().argument("check"));
    assert!(check.out.contains("FAIL  mapping file: TRANSFER_MAPPING_FILE"), "{}", check.out);
    check.must(2, &[]);
    assert!(world.on_board().await.is_empty());
}

/// A run over one posting whose text has this image.
async fn with_image(world: &World, url: &str, change: impl FnOnce(Program) -> Program) -> Ended {
    let text = format!(r#"<p>A ward. <img src="{url}"></p>"#);
    world.store.list(vec![posting("v-1", "Nurse", &text), posting("v-2", "Cook", "A kitchen.")]).await;
    let run = world.run(change(world.transfer()));
    assert_eq!(world.on_view("v-2").await.len(), 1, "one posting stops no other");
    run
}

#[tokio::test]
async fn files_that_may_not_be_handed_over_hold_their_posting_alone() {
    let world = World::new().await;
    let lost = Host::with(Answers::from([
        ("/inside.png", ("302 Found", world.host.url("/logo.png").replace("127.0.0.1", "localhost").into_bytes())),
        ("/elsewhere.png", ("302 Found", b"http://elsewhere.example/logo.png".to_vec())),
    ]));
    let port = world.host.address().rsplit_once(':').unwrap().1;
    let listed = format!("{},{},localhost:{port}", world.host.address(), lost.address());
    let cases = [
        (world.host.url("/large.png"), "is larger than ATTACHMENT_MAX_BYTES, 3000"),
        (world.host.url("/archive.pdf"), "it is an archive (application/zip)"),
        (world.host.url("/none.png"), "answered 404 Not Found"),
        ("http://other.example/logo.png".to_owned(), "other.example is not in ATTACHMENT_HOSTS"),
        (lost.url("/elsewhere.png"), "leads to elsewhere.example, which is not in ATTACHMENT_HOSTS"),
        (lost.url("/inside.png"), "is in a private network; ATTACHMENT_PRIVATE_HOSTS would allow it"),
    ];
    for (url, says) in cases {
        let change = |program: Program| program.with("ATTACHMENT_HOSTS", &listed).with("ATTACHMENT_MAX_BYTES", "3000");
        with_image(&world, &url, change).await.must(2, &["1 postings wait for a person from now on"]);
        let listing = world.listing("v-1");
        assert_eq!((listing["state"].as_str(), listing["step"].as_str()), (Some("held"), Some("fetch")), "{url}");
        assert!(listing["reason"].as_str().unwrap().contains(says), "{listing}");
        // it is no news the second time
        with_image(&world, &url, change).await.must(0, &["it waits for a person"]);
    }
    assert!(!world.on_board().await.contains_key("v-1"));
    // what is mended goes on by itself
    with_image(&world, &world.host.url("/logo.png"), |program| program).await.must(0, &[]);
    assert_eq!(world.on_view("v-1").await.len(), 1);
}

#[tokio::test]
async fn a_host_that_is_away_is_asked_again_by_the_next_run() {
    let world = World::new().await;
    with_image(&world, &world.host.url("/away.png"), |program| program).await.must(1, &["are tried again"]);
    let listing = world.listing("v-1");
    assert_eq!((listing["state"].as_str(), listing["tries"].as_i64()), (Some("planned"), Some(1)));
    with_image(&world, &world.host.url("/logo.png"), |program| program).await.must(0, &[]);
}

#[tokio::test]
async fn too_many_files_hold_their_posting() {
    let world = World::new().await;
    world.store.list(vec![world.posting("v-1", "Nurse", &["/logo.png", "/flyer.pdf"])]).await;
    let few = world.transfer().with("ATTACHMENT_MAX_COUNT", "1");
    world.run(few).must(2, &[]);
    assert_eq!(world.listing("v-1")["reason"], "the ad refers to 2 files; ATTACHMENT_MAX_COUNT is 1");
}

#[tokio::test]
async fn what_would_be_sent_is_shown_without_being_sent() {
    let world = World::new().await;
    let mut pool = world.posting("v-2", "All sorts", &[]);
    pool.posting_type = Some(1);
    let mut old = world.posting("v-3", "Cook", &[]);
    old.deadline = Some("2026-06-01T00:00:00Z".parse().unwrap());
    let text = world.posting("v-1", "Nurse", &["/logo.png"]);
    world.store.list(vec![text, pool, old]).await;
    let plan = world.run(world.transfer().argument("plan"));
    plan.must(0, &[]);
    for words in ["hand over", "it is a talent pool", "it is past its deadline"] {
        assert!(plan.out.contains(words), "{}", plan.out);
    }
    let shown = world.run(world.transfer().argument("show").argument("v-1"));
    shown.must(0, &[]);
    let submission: serde_json::Value = serde_json::from_str(&shown.out).unwrap();
    assert_eq!(submission["account"]["pw"], "***");
    assert!(submission["job"]["description"]["plainText"].as_str().unwrap().contains("logo.png"));
    world
        .run(world.transfer().argument("show").argument("v-2"))
        .must(2, &["v-2 is not handed over: it is a talent pool"]);
    assert!(world.on_board().await.is_empty() && !PNG.is_empty());
    assert_eq!(world.listings(), [] as [serde_json::Value; 0]);
}

#[tokio::test]
async fn a_store_that_was_never_filled_is_no_success() {
    let world = World::new().await;
    world.run_with([]).must(1, &["the store is empty: let ingest run first"]);
    let none = world.transfer().argument("fresh").argument("--max-age").argument("3h");
    world.run(none.clone()).must(1, &["there has never been a good run"]);
    world.store.list(vec![world.posting("v-1", "Nurse", &[])]).await;
    world.run_with([]).must(0, &[]);
    world.run(none).must(0, &[]);
}

#[tokio::test]
async fn neither_password_nor_contact_is_in_any_table() {
    let world = World::new().await;
    world.store.list(vec![world.posting("v-1", "Nurse", &["/logo.png"])]).await;
    world.run_with([(3, crate::gate::Accident::LostAfter)]).must(2, &[]);
    let path = world.store.database.url.trim_start_matches("sqlite://");
    for end in ["", "-wal"] {
        let bytes = std::fs::read(format!("{path}{end}")).unwrap_or_default();
        for secret in [PASSWORD, crate::world::CONTACT] {
            assert!(
                !bytes.windows(secret.len()).any(|window| window == secret.as_bytes()),
                "{secret} is in {path}{end}"
            );
        }
    }
}
