//! Listens, routes, stops; the headers that every answer has.

use std::{sync::Arc, time::Duration};

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::Server,
    http::header,
    middleware::{Compress, DefaultHeaders},
    web,
};
use anyhow::Context as _;
use runtime::{Context, ExitStatus, Summary};

use crate::{
    bundle::{Shelf, unusable},
    config::Settings,
    data::Holder,
    ledger::Ledger,
    pages,
    state::State,
};

/// Seconds that requests under way get when the process is told to stop.
const SHUTDOWN_SECONDS: u64 = 3;
/// Then they are cut off; a worker that does not even hear that keeps nobody longer than this.
const STOPPED_AFTER: Duration = Duration::from_millis(3_300);

/// The marts are waited for so long before the first page is served.
const READ_WITHIN: Duration = Duration::from_secs(1);

async fn cannot_be_read(ledger: &Ledger) -> anyhow::Error {
    let looked = match ledger.wait_to_be_let_in().await {
        Ok(()) => ledger.runs(None, 1).await.map(drop),
        Err(error) => Err(error),
    };
    match looked {
        Err(error) if ExitStatus::of(&error) == ExitStatus::Final => error,
        // a store that is away may come, and the docs are served meanwhile
        _ => std::future::pending().await,
    }
}

pub(crate) async fn run(context: Context, settings: Settings) -> anyhow::Result<Summary> {
    let dir = &settings.reports.dir;
    let shelf = Shelf::open(dir).map_err(|error| anyhow::anyhow!(unusable(dir, &error)))?;
    let marts = Holder::new(shelf.clone(), settings.bundle.max_bundle_bytes);
    // before anybody asks; reading is quick, and goes on by itself when it is not
    let _ = tokio::time::timeout(READ_WITHIN, marts.caught_up()).await;
    let ledger = Ledger::new(settings.database.clone());
    let stop = context.shutdown.clone();
    let state =
        Arc::new(State { settings, shelf, marts, ledger, clock: context.clock, taking_in: Arc::default(), stop });
    let server = listen(&state)?;
    let handle = server.handle();
    let serving = tokio::spawn(server);
    tokio::select! {
        () = context.shutdown.cancelled() => {}
        error = cannot_be_read(&state.ledger) => {
            handle.stop(false).await;
            return Err(error);
        }
    }
    runtime::end_server(STOPPED_AFTER, handle.stop(true), serving).await?;
    Ok(Summary::default())
}

fn listen(state: &Arc<State>) -> anyhow::Result<Server> {
    let listen = state.settings.reports.listen;
    let listener = runtime::listen(listen).with_context(|| format!("listening on {listen} (REPORTS_LISTEN)"))?;
    let shared = Arc::clone(state);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::from(Arc::clone(&shared)))
            .wrap(Compress::default())
            .wrap(usual_headers())
            .configure(pages::routes)
            .default_service(web::to(HttpResponse::NotFound))
    })
    // `runtime` hears the signals, and cancels `shutdown`
    .disable_signals()
    // a compressed answer is two packets, and the second would wait 40 ms for the first one's receipt
    .tcp_nodelay(true)
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .workers(2)
    .listen(listener)?;
    for address in server.addrs() {
        tracing::info!(%address, "listening");
    }
    Ok(server.run())
}

/// For all answers; a page may say otherwise.
fn usual_headers() -> DefaultHeaders {
    DefaultHeaders::new()
        .add((header::CONTENT_SECURITY_POLICY, pages::STRICT))
        .add((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .add((header::X_FRAME_OPTIONS, "DENY"))
        .add((header::REFERRER_POLICY, "no-referrer"))
        .add((header::CACHE_CONTROL, "no-cache"))
        .add(("Cross-Origin-Opener-Policy", "same-origin"))
        .add(("Cross-Origin-Resource-Policy", "same-origin"))
        .add(("Permissions-Policy", "camera=(), geolocation=(), microphone=()"))
}
