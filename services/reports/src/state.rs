//! What all pages share.

use std::sync::Arc;

use runtime::Clock;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::{bundle::Shelf, config::Settings, data::Holder, ledger::Ledger};

pub(crate) struct State {
    pub(crate) settings: Settings,
    pub(crate) shelf: Shelf,
    pub(crate) marts: Holder,
    pub(crate) ledger: Ledger,
    pub(crate) clock: Clock,
    /// Held while a bundle is taken in.
    pub(crate) taking_in: Arc<Mutex<()>>,
    pub(crate) stop: CancellationToken,
}
