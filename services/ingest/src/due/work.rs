//! What reading takes beside the source.

use runtime::Context;
use store::{Store, Writer};

use crate::config::Settings;

#[derive(Clone, Copy)]
pub(crate) struct Work<'a> {
    pub(crate) context: &'a Context,
    pub(crate) settings: &'a Settings,
    pub(crate) store: &'a Store,
    pub(crate) writer: &'a Writer,
    pub(crate) run_id: &'a str,
    /// So many may be gone at once, because somebody has looked.
    pub(crate) accept_removals: u64,
}
