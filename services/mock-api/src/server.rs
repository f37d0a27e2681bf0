//! Listens at once, seeds the world, serves until stopped.

use std::{sync::Arc, time::Duration};

use actix_web::{
    App, HttpServer,
    body::MessageBody,
    dev::{Server, ServiceRequest, ServiceResponse},
    http::header::{DATE, HeaderValue},
    middleware::{Compress, Next, from_fn},
    web,
};
use anyhow::Context as _;
use runtime::{Context, Summary};
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::{SwaggerUi, Url};

use crate::{
    board, config::MockSettings, control, customer, database, emply, faults, journal, site, state::State,
    ticks::SECOND, world,
};

/// Seconds that requests under way get when the process is told to stop.
const SHUTDOWN_SECONDS: u64 = 2;
/// Then they are cut off; a worker that does not even hear that keeps nobody longer than this.
const STOPPED_AFTER: Duration = Duration::from_millis(2_500);
/// How long what was written may take to be closed. What was not is undone at the next start.
const CLOSED_AFTER: Duration = Duration::from_millis(800);

/// Serves until `context.shutdown`. Requests are answered while the world is still being made: with 503,
/// but for `/healthz` and the documentation.
pub(crate) async fn run(context: Context, settings: MockSettings) -> anyhow::Result<Summary> {
    let state = Arc::new(State::new(settings, context.clock));
    let server = listen(&state)?;
    let handle = server.handle();
    let serving = tokio::spawn(server);
    // a task of its own: while it counts, nothing else of its task is heard
    let opening = Arc::clone(&state);
    let mut opening = tokio::spawn(async move { open_worlds(&opening).await });
    let opened = tokio::select! {
        result = &mut opening => result.context("the task that makes the world").and_then(|opened| opened),
        () = context.shutdown.cancelled() => {
            opening.abort();
            Ok(())
        }
    };
    if let Err(error) = opened {
        handle.stop(false).await;
        return Err(error);
    }
    context.shutdown.cancelled().await;
    runtime::end_server(STOPPED_AFTER, handle.stop(true), serving).await?;
    let closed = async {
        for customer in state.customers().into_iter().flatten() {
            customer.database.close_by_ref().await.context("closing the database")?;
        }
        anyhow::Ok(())
    };
    // one that is at work for a request is closed with the process
    tokio::time::timeout(CLOSED_AFTER, closed).await.unwrap_or(Ok(()))?;
    Ok(Summary::default())
}

async fn open_worlds(state: &State) -> anyhow::Result<()> {
    database::wait_for(&state.settings.address()?).await?;
    let customers = customer::connect(&state.settings).await?;
    world::open(state, &customers).await.context("making the world")?;
    state.open(customers);
    tracing::info!("ready");
    Ok(())
}

fn listen(state: &Arc<State>) -> anyhow::Result<Server> {
    let listen = state.settings.listen;
    let listener = runtime::listen(listen).with_context(|| format!("listening on {listen} (MOCK_LISTEN)"))?;
    let shared = Arc::clone(state);
    let is_controlled = state.settings.control;
    let server = HttpServer::new(move || {
        let control = shared.settings.control;
        App::new()
            .app_data(web::Data::from(Arc::clone(&shared)))
            .app_data(emply::query_config())
            // the last around it is the first to see a request: faults change a body before it is compressed, the journal writes
            // down what came of them, and the date, which a fault may have skewed, comes last
            .wrap(from_fn(faults::inject))
            .wrap(Compress::default())
            .wrap(from_fn(journal::write))
            .wrap(from_fn(date_of_the_world))
            .configure(emply::register)
            .configure(|service| board::register(service, &shared.settings))
            .configure(|routes| {
                if control {
                    control::routes(routes);
                }
            })
            .configure(site::routes)
            .service(SwaggerUi::new("/swagger-ui/{_:.*}").urls(documents()))
            .default_service(web::to(site::not_found))
    })
    .on_connect(move |connection, beside| {
        // a handle each costs an open file, and without the control plane nothing goes wrong on command
        if is_controlled {
            faults::connection::keep(connection, beside);
        }
    })
    // an answer's last piece does not wait until the one before is acknowledged
    .tcp_nodelay(true)
    // `runtime` hears the signals, and cancels `shutdown`
    .disable_signals()
    .shutdown_timeout(SHUTDOWN_SECONDS)
    .workers(2)
    .listen(listener)?;
    for address in server.addrs() {
        tracing::info!(%address, "listening");
    }
    Ok(server.run())
}

fn documents() -> Vec<(Url<'static>, OpenApi)> {
    vec![
        (Url::with_primary("Emply v1", "/openapi/emply.json", true), emply::openapi()),
        (Url::new("Job board", "/openapi/board.json"), board::openapi()),
    ]
}

async fn date_of_the_world<B: MessageBody>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<B>, actix_web::Error> {
    let state = request.app_data::<web::Data<State>>().cloned();
    let mut response = next.call(request).await?;
    // the world's time, so that a client can ask up to the source's own time
    if let Some(state) = state {
        let skew = response.response().extensions().get::<faults::Skew>().map_or(0, |skew| skew.0);
        // RFC 9110, IMF-fixdate
        let date =
            state.now().plus(skew.saturating_mul(SECOND)).date_time().format("%a, %d %b %Y %H:%M:%S GMT").to_string();
        if let Ok(value) = HeaderValue::from_str(&date) {
            response.headers_mut().insert(DATE, value);
        }
    }
    Ok(response)
}
