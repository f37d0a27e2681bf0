//! Answers that are kept for as long as nothing is written to the customer's database.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use actix_web::web::Bytes;
use tokio::sync::OnceCell;

use crate::database::Mark;

const MOST: usize = 512;
/// Bytes of a piece of an answer; what is sent at once.
const PIECE: usize = 64 * 1024;

#[derive(Debug)]
pub(crate) struct Cache {
    limit: usize,
    kept: Mutex<KeptAnswers>,
    gathered: AtomicUsize,
}

#[derive(Debug, Default)]
struct KeptAnswers {
    mark: Option<Mark>,
    drawn: u64,
    answers: HashMap<String, (u64, Slot)>,
}

/// Where an answer is, or will be when the first who asked for it has it. `None` in it: too long to be kept.
pub(crate) type Slot = Arc<OnceCell<Option<Body>>>;

#[derive(Debug, Clone, Default)]
pub(crate) struct Body {
    /// Its bytes, none longer than [`PIECE`].
    pub(crate) pieces: Arc<[Bytes]>,
    pub(crate) length: usize,
}

impl Cache {
    /// A cache that keeps so many bytes; with 0 it keeps nothing.
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, kept: Mutex::default(), gathered: AtomicUsize::new(0) }
    }

    pub(crate) fn is_on(&self) -> bool {
        self.limit > 0
    }

    /// The slot of an answer that is true for this mark; those for other marks are forgotten.
    pub(crate) fn slot(&self, mark: &Mark, name: &str) -> Slot {
        let mut kept = self.lock();
        if kept.mark.as_ref() != Some(mark) {
            // a database does not come back to how it stood, so they are of no use any more
            *kept = KeptAnswers { mark: Some(mark.clone()), ..KeptAnswers::default() };
        }
        if let Some((_, slot)) = kept.answers.get(name) {
            return Arc::clone(slot);
        }
        if kept.answers.len() >= MOST {
            kept.forget_oldest(|_| true);
        }
        kept.drawn += 1;
        let (number, slot) = (kept.drawn, Slot::default());
        kept.answers.insert(name.to_owned(), (number, Arc::clone(&slot)));
        slot
    }

    pub(crate) fn make_room(&self) {
        let mut kept = self.lock();
        // one that is still being gathered has no length yet, and forgetting it makes no room
        while kept.bytes() > self.limit && kept.forget_oldest(|slot| length(slot) > 0) {}
    }

    pub(crate) fn gather(&self) -> Gathered<'_> {
        Gathered { cache: self, pieces: Vec::new(), length: 0 }
    }

    fn lock(&self) -> MutexGuard<'_, KeptAnswers> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KeptAnswers {
    fn bytes(&self) -> usize {
        self.answers.values().map(|(_, slot)| length(slot)).sum()
    }

    fn forget_oldest(&mut self, which: impl Fn(&Slot) -> bool) -> bool {
        let candidates = self.answers.iter().filter(|(_, (_, slot))| which(slot));
        let oldest = candidates.min_by_key(|(_, (number, _))| *number).map(|(name, _)| name.clone());
        oldest.is_some_and(|name| self.answers.remove(&name).is_some())
    }
}

fn length(slot: &Slot) -> usize {
    slot.get().and_then(Option::as_ref).map_or(0, |answer| answer.length)
}

/// The beginning of an answer. All that are under way together have no more room than what is kept.
#[derive(Debug)]
pub(crate) struct Gathered<'a> {
    cache: &'a Cache,
    pieces: Vec<Bytes>,
    length: usize,
}

impl Gathered<'_> {
    /// Adds what follows; whether there was room for it. It is there in either case.
    pub(crate) fn add(&mut self, mut bytes: Bytes) -> bool {
        let added = bytes.len();
        self.length += added;
        while bytes.len() > PIECE {
            self.pieces.push(bytes.split_to(PIECE));
        }
        if !bytes.is_empty() {
            self.pieces.push(bytes);
        }
        // also when there is no room: `drop` takes all of it away again
        let all = self.cache.gathered.fetch_add(added, Ordering::SeqCst) + added;
        // one alone may take half of it
        all <= self.cache.limit && self.length <= self.cache.limit / 2
    }

    pub(crate) fn body(mut self) -> Body {
        Body { pieces: std::mem::take(&mut self.pieces).into(), length: self.length }
    }

    pub(crate) fn pieces(mut self) -> Vec<Bytes> {
        std::mem::take(&mut self.pieces)
    }
}

impl Drop for Gathered<'_> {
    fn drop(&mut self) {
        // also when a client went away in the middle, and nobody asked for what was gathered
        self.cache.gathered.fetch_sub(self.length, Ordering::SeqCst);
    }
}
