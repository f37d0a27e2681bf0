//! What a person gives a command to read: a file, or standard input.

use std::{io::Read as _, path::Path};

use runtime::{Context, Final, http::BYTE_ORDER_MARK};
use tokio::sync::oneshot;

use crate::unless_stopped;

/// Bytes that it has at most: some hundred thousand lines.
const LONGEST: u64 = 64 << 20;

/// A list's text; `-` is standard input. Whoever is to type it may take long, and a signal ends the wait.
pub async fn read(context: &Context, file: &Path) -> anyhow::Result<String> {
    let (give, read) = oneshot::channel();
    let path = file.to_owned();
    // not one of the runtime's threads: it would wait for one that waits for its input
    std::thread::spawn(move || give.send(read_all(&path)));
    let text = unless_stopped(context, "nothing was done", async { Ok(read.await?) }).await?;
    let text = text.map_err(|error| Final::new(format!("{} cannot be read: {error}", shown(file))))?;
    // one that is cut off would be taken for the whole
    if text.len() as u64 > LONGEST {
        return Err(Final::new(format!("{} has more than {} MiB; give it in parts", shown(file), LONGEST >> 20)).into());
    }
    // it would be part of the first line
    Ok(text.strip_prefix(BYTE_ORDER_MARK).map(ToOwned::to_owned).unwrap_or(text))
}

fn read_all(file: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    // one more, which tells a longer text from one that is just as long as it may be
    if file == Path::new("-") {
        std::io::stdin().lock().take(LONGEST + 1).read_to_string(&mut text)?;
    } else {
        std::fs::File::open(file)?.take(LONGEST + 1).read_to_string(&mut text)?;
    }
    Ok(text)
}

/// What it is called in messages.
pub fn shown(file: &Path) -> String {
    if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() }
}
