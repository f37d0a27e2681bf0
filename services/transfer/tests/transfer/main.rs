//! The ads, held against the examples of the board's document, and against each other. What the program does with a board is
//! in `e2e/tests/board`.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

// every target of the package is built with counters by `make fuzz`, and this brings in who counts
use bolero as _;

mod golden;
mod likeness;
