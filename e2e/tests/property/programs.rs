//! ingest and export, run in this process, to their end or up to a crash.

use std::{future::Future, path::Path, pin::pin, task::Poll};

use clap::Parser as _;
use runtime::{Clock, Config as _, Context, Program, Reader, Summary};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use rig::{Ended, mock::MEDIA};

/// How a program ended.
#[derive(Debug)]
pub(crate) enum End {
    /// Well.
    Good,
    /// It found another one at work, which had not been cleaned up behind yet.
    Skipped,
    /// With an error.
    Failed(String),
    /// In the middle.
    Crashed,
}

/// Where they work.
#[derive(Debug, Clone)]
pub(crate) struct Programs {
    pub(crate) database: String,
    pub(crate) source: String,
    pub(crate) lake: String,
    pub(crate) is_since: bool,
    /// Records of an answer that are committed at once.
    pub(crate) part_records: u32,
    /// Days after which what the source has deleted is blanked.
    pub(crate) gone_days: u32,
}

/// The key of pseudonyms.
pub(crate) const KEY: &str = "0123456789abcdef of the stories";

impl Programs {
    /// One ingest. With `crash`, it is dropped when it has waited for the outside so often.
    pub(crate) async fn ingest(&self, arguments: &[&str], crash: Option<u32>) -> End {
        let settings = [
            ("EMPLY_BASE_URL", self.source.as_str()),
            ("EMPLY_API_KEY", "any"),
            ("EMPLY_CUSTOMER", "acme"),
            ("EMPLY_CLOCK", "own"),
            ("EMPLY_MEDIA_IDS", &MEDIA.join(",")),
            ("EMPLY_MAX_RETRY_SECONDS", "0"),
            ("EMPLY_WINDOW_STYLE", if self.is_since { "since" } else { "range" }),
            ("INGEST_START", "2025-06-01"),
            ("INGEST_SLICE_HOURS", "1500"),
            ("INGEST_PART_RECORDS", &self.part_records.to_string()),
            ("INGEST_GONE_DAYS", &self.gone_days.to_string()),
            ("PII_KEY", KEY),
        ];
        let mut reader = self.reader(&settings);
        let settings = ingest::config::Settings::read(&mut reader).expect("settings of ingest");
        let arguments = ingest::Args::parse_from([&["ingest"], arguments].concat());
        up_to(crash, Box::pin(ingest::work(context(&ingest::PROGRAM), arguments, settings))).await
    }

    /// A command of ingest that a person gives, by the real program. Meanwhile this process goes on: a run that has ended here gives
    /// its connection, and the lock, back in a task of its own.
    pub(crate) async fn command(&self, key: &str, words: &[&str]) -> Ended {
        let program = rig::Program::of_workspace("ingest").with("DATABASE_URL", &self.database);
        let program = words.iter().fold(program.with("PII_KEY", key), |program, word| program.argument(*word));
        tokio::task::spawn_blocking(move || program.run()).await.expect("a program can be run")
    }

    /// One export.
    pub(crate) async fn export(&self, crash: Option<u32>) -> End {
        let mut reader = self.reader(&[("LAKE_PATH", &self.lake), ("PII_MODE", "keep")]);
        let settings = export::config::Settings::read(&mut reader).expect("settings of export");
        let arguments = export::Args::parse_from(["export"]);
        up_to(crash, Box::pin(export::work(context(&export::PROGRAM), arguments, settings))).await
    }

    fn reader(&self, settings: &[(&str, &str)]) -> Reader {
        let all = settings.iter().copied().chain([("DATABASE_URL", self.database.as_str())]);
        Reader::over(all.map(|(name, value)| (name.to_owned(), Some(value.to_owned()))))
    }

    /// Folder of the lake.
    pub(crate) fn lake(&self) -> &Path {
        Path::new(&self.lake)
    }
}

fn context(program: &'static Program) -> Context {
    let (run_id, shutdown) = (Uuid::new_v4(), CancellationToken::new());
    Context { program, run_id, trigger: "property".to_owned(), clock: Clock::System, shutdown }
}

/// Polls until it is done, or has waited so often.
async fn up_to(crash: Option<u32>, work: impl Future<Output = anyhow::Result<Summary>>) -> End {
    let mut left = crash;
    let result = {
        let mut work = pin!(work);
        std::future::poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(result) => Poll::Ready(Some(result)),
            Poll::Pending => match &mut left {
                Some(0) => Poll::Ready(None),
                Some(left) => {
                    *left -= 1;
                    Poll::Pending
                }
                None => Poll::Pending,
            },
        })
        .await
    };
    match result {
        None => End::Crashed,
        Some(Ok(summary)) if summary.skipped.is_some() => End::Skipped,
        Some(Ok(_)) => End::Good,
        Some(Err(error)) => End::Failed(format!("{error:#}")),
    }
}
