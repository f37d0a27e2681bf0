//! What all requests share.

use std::sync::{
    OnceLock,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Utc};
use runtime::Clock;
use sea_orm::DatabaseConnection;
use tokio::sync::Mutex;

use crate::{config::MockSettings, faults::Faults, journal::Journal, ticks::Ticks};

/// Settings, the world's clock and, once the world is there, its database.
#[derive(Debug)]
pub struct State {
    /// The settings.
    pub settings: MockSettings,
    /// Held while the world moves on, so that two requests to do so come one after the other.
    pub moving: Mutex<()>,
    /// What was asked.
    pub journal: Journal,
    /// What is to go wrong.
    pub faults: Faults,
    clock: Clock,
    /// What the world's clock is ahead of the real one, in ticks.
    shift: AtomicI64,
    database: OnceLock<DatabaseConnection>,
}

impl State {
    /// A state without a world yet; its clock already runs, from `MOCK_START` if that is given.
    pub fn new(settings: MockSettings, clock: Clock) -> Self {
        let state = Self {
            settings,
            moving: Mutex::new(()),
            journal: Journal::default(),
            faults: Faults::default(),
            clock,
            shift: AtomicI64::new(0),
            database: OnceLock::new(),
        };
        state.set_shift(state.first_shift());
        state
    }

    /// What the clock of a new world is ahead of the real one, in ticks.
    pub fn first_shift(&self) -> i64 {
        self.settings.start.map_or(0, |start| Ticks::from(start).0 - Ticks::from(self.clock.now()).0)
    }

    /// The real time, which a client goes by.
    pub fn real_now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// The time in the world.
    pub fn now(&self) -> Ticks {
        Ticks::from(self.clock.now()).plus(self.shift())
    }

    /// What the world's clock is ahead of the real one, in ticks.
    pub fn shift(&self) -> i64 {
        self.shift.load(Ordering::SeqCst)
    }

    /// Sets the world's clock.
    pub fn set_shift(&self, shift: i64) {
        self.shift.store(shift, Ordering::SeqCst);
    }

    /// The world's database; `None` until the world is seeded.
    pub fn database(&self) -> Option<&DatabaseConnection> {
        self.database.get()
    }

    /// From now on requests are answered from this database.
    pub fn open(&self, database: DatabaseConnection) {
        // a second call would be a defect of the start; the first database stays
        let _ = self.database.set(database);
    }
}
