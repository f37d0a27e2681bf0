//! One way to start and to stop, for every binary.

use std::{panic::AssertUnwindSafe, process::ExitCode, time::Duration};

use futures_util::FutureExt as _;
use tokio::{
    signal::unix::{SignalKind, signal},
    time::Instant,
};
use tokio_util::sync::CancellationToken;
use tracing::Instrument as _;
use uuid::Uuid;

use crate::{
    Clock, Config, Context, ExitStatus, Program, Reader, Summary, answer, chart_values,
    failure::CheckFailed,
    settings::{self, Fault, ProcessSettings, TelemetrySettings, network},
    telemetry::Telemetry,
};

/// How long work may go on after SIGTERM, to write down how far it came. With all that comes after it, a process is gone within
/// 5 s: whoever waits for it, a person or a node that is drained, is not kept waiting.
const GRACE: Duration = Duration::from_millis(3_500);
/// What is left of blocking work is given so long.
const LEFTOVERS: Duration = Duration::from_millis(300);
/// A collector that is away holds up the end of a run so long.
const FLUSH: Duration = Duration::from_secs(2);
/// The same after a signal: whoever stops it is waiting.
const FLUSH_WHEN_STOPPED: Duration = Duration::from_secs(1);

/// Reads arguments and settings, starts logs and traces, does the work under a root span, prints one summary
/// line, flushes telemetry and gives the exit code. SIGTERM and SIGINT cancel `Context::shutdown`; work that
/// then ends with an error, or not within 3.5 s, has failed with exit code 1.
///
/// The command `check` is for people: its lines on stdout are all that it says, unless `RUST_LOG` is given.
pub fn run<A, C, W, F>(program: &'static Program, work: W) -> ExitCode
where
    A: clap::Parser,
    C: Config,
    W: FnOnce(Context, A, C) -> F,
    F: Future<Output = anyhow::Result<Summary>>,
{
    let (arguments, command) = arguments::<A, C>(program);
    let is_check = command.as_deref() == Some("check");
    let mut reader = Reader::of_process();
    let mut process = reader.section::<ProcessSettings>().unwrap_or_default();
    if is_check && reader.raw("RUST_LOG").is_none_or(|given| given.trim().is_empty()) {
        "off".clone_into(&mut process.rust_log);
    }
    let telemetry = TelemetrySettings::read(&mut reader, process.otel_exporter_otlp_endpoint.is_some());
    network::read(&mut reader);
    let config = C::read_for(&mut reader, command.as_deref());
    let faults = reader.finish();
    // with wrong settings nothing is exported: where it would go may be one of them
    let telemetry = if faults.is_empty() { telemetry } else { TelemetrySettings::default() };
    let telemetry = Telemetry::start(program, &process, &telemetry);
    let (status, is_stopped) = match config {
        Some(config) if faults.is_empty() => {
            let shown = reader.shown();
            let context = Context {
                program,
                run_id: Uuid::new_v4(),
                trigger: process.run_trigger,
                clock: Clock::System,
                shutdown: CancellationToken::new(),
            };
            let shutdown = context.shutdown.clone();
            (block_on(context, (&shown, is_check), |context| work(context, arguments, config)), shutdown.is_cancelled())
        }
        _ => (refuse(program, &faults, is_check), false),
    };
    telemetry.stop(if is_stopped { FLUSH_WHEN_STOPPED } else { FLUSH });
    status.into()
}

fn arguments<A: clap::Parser, C: Config>(program: &'static Program) -> (A, Option<String>) {
    let command =
        A::command().name(program.name).version(program.version).about(program.about).after_help(settings::help::<C>());
    let matches = command.get_matches();
    let name = matches.subcommand_name().map(str::to_owned);
    (A::from_arg_matches(&matches).unwrap_or_else(|error| error.exit()), name)
}

fn refuse(program: &Program, faults: &[Fault], is_check: bool) -> ExitStatus {
    for fault in faults {
        let said = chart_values::beside(fault.to_string());
        if is_check {
            answer::line(format!("FAIL  settings: {said}"));
        }
        tracing::error!(service = program.name, setting.name = %fault.name, "{said}");
    }
    let count = faults.len();
    tracing::error!(
        service = program.name,
        outcome = "failed",
        exit.code = 2,
        "{count} settings are wrong; nothing was done"
    );
    ExitStatus::Final
}

fn block_on<W, F>(context: Context, (shown, is_check): (&str, bool), work: W) -> ExitStatus
where
    W: FnOnce(Context) -> F,
    F: Future<Output = anyhow::Result<Summary>>,
{
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, outcome = "failed", "the machine gives no threads");
            return ExitStatus::Retry;
        }
    };
    let span = tracing::info_span!("run", service = context.program.name, run.id = %context.run_id);
    let (result, took) = runtime.block_on(supervise(context, shown, work).instrument(span.clone()));
    let status = span.in_scope(|| summarise(result, took, is_check));
    drop(span);
    // a blocking task that hangs (a lookup of a name, say) must not keep the process
    runtime.shutdown_timeout(LEFTOVERS);
    status
}

async fn supervise<W, F>(context: Context, shown: &str, work: W) -> (anyhow::Result<Summary>, Duration)
where
    W: FnOnce(Context) -> F,
    F: Future<Output = anyhow::Result<Summary>>,
{
    let Context { program, shutdown, trigger, .. } = context.clone();
    tracing::info!(version = program.version, trigger, settings = shown, "starting");
    let started = Instant::now();
    if let Err(error) = listen_for_signals(shutdown.clone()) {
        tracing::warn!(%error, "signals cannot be caught; a stop will be abrupt");
    }
    let out_of_grace = async {
        shutdown.cancelled().await;
        tokio::time::sleep(GRACE).await;
    };
    // a panic is a failure like others, with its line and its exit code
    let result = tokio::select! {
        result = AssertUnwindSafe(work(context)).catch_unwind() => result.unwrap_or_else(|panic| Err(panicked(panic.as_ref()))),
        () = out_of_grace => Err(anyhow::anyhow!("stopped by a signal, and not done {} s later", GRACE.as_secs_f32())),
    };
    (result, started.elapsed())
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> anyhow::Error {
    let text = panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    anyhow::anyhow!("a defect in the program: {}", text.unwrap_or("panic"))
}

fn listen_for_signals(shutdown: CancellationToken) -> std::io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
        };
        tracing::warn!(signal = name, "stopping");
        shutdown.cancel();
    });
    Ok(())
}

fn summarise(result: anyhow::Result<Summary>, took: Duration, is_check: bool) -> ExitStatus {
    let duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    match result {
        Ok(summary) => {
            summary.record();
            let outcome = if summary.skipped.is_some() { "skipped" } else { "succeeded" };
            tracing::info!(
                outcome,
                exit.code = 0,
                duration_ms,
                reason = summary.skipped,
                fetched = summary.fetched,
                inserted = summary.inserted,
                updated = summary.updated,
                unchanged = summary.unchanged,
                removed = summary.removed,
                rejected = summary.rejected,
                suppressed = summary.suppressed,
                outside = summary.outside,
                unlisted = summary.unlisted,
                rows = summary.rows,
                bytes = summary.bytes,
                requests = summary.requests,
                retries = summary.retries,
                "finished"
            );
            ExitStatus::Done
        }
        Err(error) => {
            let status = ExitStatus::of(&error);
            let said = chart_values::beside(format!("{error:#}"));
            // a check has said on stdout what failed, unless it did not come to its end
            if is_check && !error.is::<CheckFailed>() {
                answer::line(format!("FAIL  {said}"));
            }
            tracing::error!(outcome = "failed", exit.code = status.code(), duration_ms, error = said, "finished");
            status
        }
    }
}
