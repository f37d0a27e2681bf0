//! What a failure of the store means for the exit code, wherever it came up.

use runtime::{ExitStatus, Final};
use store::StoreError;

/// The same result; a failure of the store that no retry can help is final, whoever passed it on.
pub fn judged<T>(result: anyhow::Result<T>) -> anyhow::Result<T> {
    result.map_err(|error| {
        let is_final =
            |cause: &(dyn std::error::Error + 'static)| cause.downcast_ref().is_some_and(StoreError::is_final);
        // what is final already stays as it is
        if ExitStatus::of(&error) == ExitStatus::Retry && error.chain().any(is_final) {
            return Final::new(format!("{error:#}")).into();
        }
        error
    })
}
