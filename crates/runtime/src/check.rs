//! The `check` command: one line per item, nothing written.

use std::time::Duration;

use crate::{ExitStatus, Summary, answer, chart_values, failure::CheckFailed};

/// For one item at most: somebody waits for the answer.
pub(crate) const LONGEST: Duration = Duration::from_secs(10);

/// An item's answer, unless it takes longer than 10 s.
pub async fn soon<T>(item: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let late = |_| Err(anyhow::anyhow!("no answer within {} s", LONGEST.as_secs()));
    tokio::time::timeout(LONGEST, item).await.unwrap_or_else(late)
}

/// Collects what is reachable and what is not.
#[derive(Debug, Default)]
pub struct Check {
    failed: Vec<(String, ExitStatus)>,
}

impl Check {
    /// A check with no items yet; the settings were read, or it would not have come this far.
    pub fn new() -> Self {
        answer::line("ok    settings");
        Self::default()
    }

    /// Prints one item: `ok` with what was found, or `FAIL` with the reason.
    pub fn item(&mut self, name: &str, result: anyhow::Result<String>) {
        match result {
            Ok(found) => answer::line(format!("ok    {name}: {found}")),
            Err(error) => {
                answer::line(format!("FAIL  {name}: {}", chart_values::beside(format!("{error:#}"))));
                self.failed.push((name.to_owned(), ExitStatus::of(&error)));
            }
        }
    }

    /// Prints one item that is in order, and of which somebody should know something.
    pub fn warning(&mut self, name: &str, told: &str) {
        answer::line(format!("warn  {name}: {told}"));
    }

    /// Ends the check; an error when an item failed, final when a retry cannot help one of them.
    pub fn finish(self) -> anyhow::Result<Summary> {
        if self.failed.is_empty() {
            return Ok(Summary::default());
        }
        let names: Vec<&str> = self.failed.iter().map(|(name, _)| name.as_str()).collect();
        let is_final = self.failed.iter().any(|(_, status)| *status == ExitStatus::Final);
        Err(CheckFailed { items: names.join(", "), is_final }.into())
    }
}
