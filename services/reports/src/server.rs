//! Listens, routes, stops; the headers that every answer has.

use std::sync::Arc;

use actix_web::{
    App, HttpResponse, HttpServer,
    dev::Server,
    http::header,
    middleware::{Compress, DefaultHeaders},
    web,
};
use anyhow::Context as _;
use runtime::{Context, Summary};
use tokio::sync::Mutex;

use crate::{bundle::Shelf, config::Settings, ledger::Ledger, pages};

/// Seconds that requests under way get when the process is told to stop.
const SHUTDOWN_SECONDS: u64 = 10;

/// What all pages share.
pub struct State {
    /// The settings.
    pub settings: Settings,
    /// The bundles.
    pub shelf: Shelf,
    /// The audit.
    pub ledger: Ledger,
    /// Held while a bundle is taken in.
    pub taking_in: Mutex<()>,
}

/// Serves until `context.shutdown`.
pub async fn run(context: Context, settings: Settings) -> anyhow::Result<Summary> {
    let dir = &settings.reports.dir;
    let shelf = Shelf::open(dir).with_context(|| format!("REPORTS_DIR {} cannot be used", dir.display()))?;
    let ledger = Ledger::new(settings.database.clone());
    let state = Arc::new(State { settings, shelf, ledger, taking_in: Mutex::new(()) });
    let server = listen(&state)?;
    let handle = server.handle();
    let serving = tokio::spawn(server);
    context.shutdown.cancelled().await;
    handle.stop(true).await;
    serving.await.context("the server's task")?.context("the server")?;
    Ok(Summary::default())
}

fn listen(state: &Arc<State>) -> anyhow::Result<Server> {
    let listen = state.settings.reports.listen;
    let shared = Arc::clone(state);
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::from(Arc::clone(&shared)))
            .wrap(Compress::default())
            .wrap(usual_headers())
            .configure(pages::routes)
            .default_service(web::to(HttpResponse::NotFound))
    })
    .disable_signals()
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .workers(2)
    .bind(listen)
    .with_context(|| format!("listening on {listen} (REPORTS_LISTEN)"))?;
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
