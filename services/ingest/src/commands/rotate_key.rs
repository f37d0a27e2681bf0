//! `ingest rotate-key`.

use anyhow::bail;
use one_shot::Audited;
use runtime::{Final, Summary, answer};
use store::{Rotated, Suppressed};

use super::{Asked, same_place};

pub(crate) async fn rotate_key(asked: &Asked<'_>, lose: usize) -> anyhow::Result<Summary> {
    let new = asked.persons.pseudonymiser("it is the key to go over to")?;
    let old = asked.persons.old()?;
    if old.fingerprint() == new.fingerprint() {
        bail!(Final::new("PII_KEY and PII_KEY_OLD are the same key"));
    }
    asked
        .run("rotate-key", async |audited| {
            // the newest list of the forgotten is made with the old key
            same_place(&audited, asked.context, false).await?;
            let Audited { store, writer, .. } = audited;
            if store.keys_waiting_for_export().await? > 0 {
                bail!("the warehouse is still to be told of somebody by a pseudonym of the old key: let export run with it first");
            }
            let Rotated { moved, lost } = writer.rotate_key([&old, &new], lose).await?;
            // exactly as many as somebody has looked at: more or fewer would be others
            if lost.len() != lose {
                for Suppressed { kind, suppressed_at, .. } in &lost {
                    answer::line(format!("cannot be moved: {kind}, forgotten {}", suppressed_at.format("%Y-%m-%d %H:%M")));
                }
                bail!(Final::new(format!(
                    "nothing was done: of {} it is not known any more what their pseudonym was made of, and with another key they \
                     could come in again. Keep the old key; or, if none of them is in Emply any more, `ingest rotate-key --lose \
                     {}`",
                    lost.len(),
                    lost.len()
                )));
            }
            if moved == 0 && lost.is_empty() {
                answer::line("nothing was to be done: nobody was forgotten with PII_KEY_OLD");
                return Ok(());
            }
            answer::line(format!("{moved} pseudonyms of forgotten persons are made with the new key"));
            answer::line(
                "next: give all programs the new key, and let export fill a new warehouse (an empty LAKE_PATH, or another \
                 BIGQUERY_DATASET); the old one's pseudonyms are of the old key",
            );
            Ok(())
        })
        .await
}
