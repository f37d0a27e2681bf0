//! The ads, held against the examples of the board's document, and against each other. What the program does with a board is
//! in `tests/board`.

#![expect(clippy::unwrap_used, reason = "a test says what it expects by failing")]

mod golden;
mod likeness;
