//! How a run failed, and what its exit code tells the scheduler.

use std::process::ExitCode;

use crate::http::HttpError;

/// A failure that a retry cannot help: a wrong setting, a refused key, a broken contract.
/// As an error or as an `anyhow` context it turns the exit code from 1 into 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Final(pub String);

impl Final {
    /// A final failure with this message, which names the thing and the way out.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

/// Sorts the errors of a library into those that a retry cannot help and the others.
pub trait FinalIf<T, E> {
    /// An error of which `is_final` holds becomes [`Final`], with the messages of all its causes.
    fn final_if(self, is_final: impl FnOnce(&E) -> bool) -> anyhow::Result<T>;
}

impl<T, E: std::error::Error + Send + Sync + 'static> FinalIf<T, E> for Result<T, E> {
    fn final_if(self, is_final: impl FnOnce(&E) -> bool) -> anyhow::Result<T> {
        self.map_err(|error| {
            let stays = is_final(&error);
            let error = anyhow::Error::new(error);
            if stays { Final(format!("{error:#}")).into() } else { error }
        })
    }
}

/// Of a command `check`, which told each item when it was looked at.
#[derive(Debug, thiserror::Error)]
#[error("check failed: {items}")]
pub(crate) struct CheckFailed {
    pub(crate) items: String,
    pub(crate) is_final: bool,
}

/// How a process ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitStatus {
    /// 0: done, or there was nothing to do.
    Done,
    /// 1: failed, a retry may help.
    Retry,
    /// 2: failed, a retry cannot help.
    Final,
}

impl ExitStatus {
    /// Which of the two failures this error is.
    pub fn of(error: &anyhow::Error) -> Self {
        // given as a context it is not among the causes, and only this finds it
        let is_final = error.downcast_ref::<Final>().is_some()
            || error.downcast_ref::<CheckFailed>().is_some_and(|failed| failed.is_final)
            || error.downcast_ref::<HttpError>().is_some_and(HttpError::is_final)
            || error
                .chain()
                .any(|cause| cause.is::<Final>() || cause.downcast_ref::<HttpError>().is_some_and(HttpError::is_final));
        if is_final { Self::Final } else { Self::Retry }
    }

    /// The number the scheduler sees.
    pub fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Retry => 1,
            Self::Final => 2,
        }
    }
}

impl From<ExitStatus> for ExitCode {
    fn from(status: ExitStatus) -> Self {
        Self::from(status.code())
    }
}

#[cfg(test)]
mod tests {
    use anyhow::{Context as _, anyhow};

    use super::*;

    #[test]
    fn a_final_error_stays_final_under_any_context() {
        let error = anyhow::Error::new(Final::new("wrong key")).context("reading").context("run");
        assert_eq!(ExitStatus::of(&error), ExitStatus::Final);
        let nested = Err::<(), _>(anyhow!("cause")).context(Final::new("too many")).context("run");
        assert_eq!(ExitStatus::of(&nested.unwrap_err()), ExitStatus::Final);
    }

    #[test]
    fn anything_else_may_be_retried() {
        assert_eq!(ExitStatus::of(&anyhow!("database away")), ExitStatus::Retry);
    }
}
