//! The marts of the bundle on show, in memory.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::sync::watch;

use super::{Problem, read::read};
use crate::{bundle::Shelf, marts::Marts};

/// A disk that could not be read is read again after so long; all else stays as it is until another bundle comes.
const AGAIN_AFTER: Duration = Duration::from_secs(10);

/// What there is to show. Neither: no bundle was handed over yet, or the first one is just being read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held {
    /// Of the bundle on show, or of the last one that could be read.
    pub(crate) marts: Option<Arc<Marts>>,
    pub(crate) problem: Option<Arc<Problem>>,
}

/// Reads the marts of the bundle on show, and anew when another one is. Each is read once, and never two at once; the last
/// good one stays meanwhile.
#[derive(Debug, Clone)]
pub(crate) struct Holder {
    shelf: Shelf,
    most_bytes: u64,
    state: Arc<watch::Sender<HolderState>>,
}

#[derive(Debug, Default)]
struct HolderState {
    held: Held,
    /// Whose marts are held or were tried, or are just being read.
    bundle: Option<PathBuf>,
    is_reading: bool,
    again: Option<Instant>,
}

impl Holder {
    pub(crate) fn new(shelf: Shelf, most_bytes: u64) -> Self {
        Self { shelf, most_bytes, state: Arc::default() }
    }

    /// What there is now. Looks which bundle is on show, whoever has put it there, and begins to read it when it is another
    /// one; wants a runtime for that.
    pub(crate) fn current(&self) -> Held {
        let on_show = self.shelf.current();
        let mut begins = None;
        // looked at and noted under one lock, so that of two who ask at once only one begins to read
        self.state.send_if_modified(|state| {
            if state.is_reading || (state.bundle == on_show && state.again.is_none_or(|again| Instant::now() < again)) {
                return false;
            }
            (state.bundle, state.again) = (on_show, None);
            match &state.bundle {
                None => state.held = Held::default(),
                Some(bundle) => (state.is_reading, begins) = (true, Some(bundle.clone())),
            }
            true
        });
        if let Some(bundle) = begins {
            self.begin(bundle);
        }
        self.state.borrow().held.clone()
    }

    /// What there is when the bundle that is on show now has been read.
    pub(crate) async fn caught_up(&self) -> Held {
        let mut states = self.state.subscribe();
        loop {
            self.current();
            // an error says that nobody reads any more, which cannot be while this is there
            if states.wait_for(|state| !state.is_reading).await.is_err() {
                return self.current();
            }
            let state = self.state.borrow();
            // another bundle may have come while this one was read
            if !state.is_reading && state.bundle == self.shelf.current() {
                return state.held.clone();
            }
        }
    }

    fn begin(&self, bundle: PathBuf) {
        let (state, most_bytes) = (Arc::clone(&self.state), self.most_bytes);
        // on its own, for whoever asked first may go away
        tokio::spawn(async move {
            let began = Instant::now();
            let folder = bundle.clone();
            let marts = tokio::task::spawn_blocking(move || read(&folder, most_bytes)).await;
            // a panic is told like a file that cannot be read, so that the last good marts stay
            let marts = marts.unwrap_or_else(|error| Err(Problem::defect(bundle, &error)));
            match &marts {
                Ok(marts) => log(marts, began.elapsed()),
                Err(problem) => tracing::warn!(
                    error = %problem,
                    "the marts of the bundle on show cannot be read; the last good ones stay on the dashboard"
                ),
            }
            state.send_modify(|state| state.take(marts));
        });
    }
}

impl HolderState {
    fn take(&mut self, marts: Result<Marts, Problem>) {
        self.is_reading = false;
        match marts {
            Ok(marts) => self.held = Held { marts: Some(Arc::new(marts)), problem: None },
            Err(problem) => {
                self.again = problem.may_pass().then(|| Instant::now() + AGAIN_AFTER);
                self.held.problem = Some(Arc::new(problem));
            }
        }
    }
}

fn log(marts: &Marts, took: Duration) {
    tracing::info!(
        as_of = marts.counts.run.as_of.as_deref(),
        postings = marts.postings.len(),
        weeks = marts.weeks.len(),
        duration_ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "the marts of the bundle on show were read"
    );
}
