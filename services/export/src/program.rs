//! The program, and the store that it opens.

use runtime::Program;
use store::Store;

use crate::config::Settings;

pub static PROGRAM: Program = Program {
    name: "export",
    version: env!("CARGO_PKG_VERSION"),
    about: "Sends what has changed in the store to the warehouse. Without a command it does one run.",
};

pub(crate) async fn open(settings: &Settings) -> anyhow::Result<Store> {
    one_shot::open(&PROGRAM, &settings.database).await
}
