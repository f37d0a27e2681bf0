//! What all requests share.

use std::sync::{
    OnceLock,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};
use runtime::Clock;
use sea_orm::DatabaseConnection;
use tokio::sync::Mutex;

use crate::{config::MockSettings, customer::Customer, faults::Faults, journal::Journal, ticks::Ticks};

#[derive(Debug)]
pub(crate) struct State {
    pub(crate) settings: MockSettings,
    /// Held while the world moves on, so that two requests to do so come one after the other.
    pub(crate) moving: Mutex<()>,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    clock: Clock,
    /// What the world's clock is ahead of the real one, in ticks.
    shift: AtomicI64,
    customers: OnceLock<Vec<Customer>>,
}

impl State {
    /// A state without a world yet; its clock already runs, from `MOCK_START` if that is given.
    pub(crate) fn new(settings: MockSettings, clock: Clock) -> Self {
        let state = Self {
            settings,
            moving: Mutex::new(()),
            journal: Journal::default(),
            faults: Faults::default(),
            clock,
            shift: AtomicI64::new(0),
            customers: OnceLock::new(),
        };
        state.set_shift(state.first_shift());
        state
    }

    pub(crate) fn first_shift(&self) -> i64 {
        self.settings.start.map_or(0, |start| Ticks::from(start).0 - Ticks::from(self.clock.now()).0)
    }

    /// The real time, which a client goes by.
    pub(crate) fn real_now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub(crate) fn now(&self) -> Ticks {
        Ticks::from(self.clock.now()).plus(self.shift())
    }

    pub(crate) fn shift(&self) -> i64 {
        self.shift.load(Ordering::SeqCst)
    }

    pub(crate) fn set_shift(&self, shift: i64) {
        self.shift.store(shift, Ordering::SeqCst);
    }

    /// All customers, in the order of the settings; `None` until their worlds are seeded.
    pub(crate) fn customers(&self) -> Option<&[Customer]> {
        self.customers.get().map(Vec::as_slice)
    }

    /// The board's database: the first customer's, since the board knows no customers.
    pub(crate) fn board(&self) -> Option<&DatabaseConnection> {
        self.customers()?.first().map(|customer| &customer.database)
    }

    pub(crate) fn open(&self, customers: Vec<Customer>) {
        // a second call would be a defect of the start; the first ones stay
        let _ = self.customers.set(customers);
    }
}
