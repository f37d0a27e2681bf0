//! `ingest forget`.

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use chrono::{DateTime, Utc};
use domain::Pseudonymiser;
use one_shot::{
    Audited,
    given::{read, shown},
};
use runtime::{Context, Final, Summary, answer};
use store::{Forget, Forgotten, Scrubbed, Store, Suppressed, Writer};

use super::{Asked, whom::Whom};

/// Whom to forget.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Erasure {
    #[command(flatten)]
    whom: Whom,
    /// A list of those who were forgotten before, as a backup writes it beside its dump: whoever of them a restored dump has
    /// brought back is blanked, and all of them are kept out
    #[arg(long, value_name = "FILE")]
    suppressed: Option<PathBuf>,
}

pub(crate) async fn forget(asked: &Asked<'_>, erasure: Erasure) -> anyhow::Result<Summary> {
    let key = asked.persons.pseudonymiser("who is forgotten is kept out by a pseudonym made with it")?;
    // read before anybody waits for the lock
    let context = asked.context;
    let (persons, list) = match &erasure.suppressed {
        Some(file) => (erasure.whom.persons(context).await?, Some(suppressed(context, file).await?)),
        None => (erasure.whom.somebody(context).await?, None),
    };
    asked
        .run("forget", async |audited| {
            let Audited { store, writer, run_id, .. } = audited;
            store.check_key(&key).await?;
            let (now, grouping) = (asked.context.clock.now(), asked.grouping);
            let how = Forget { run_id, now, pseudonymiser: &key, grouping, freezing: None };
            if let Some(list) = &list {
                must_be_made_with(list, &key.fingerprint())?;
                must_not_be_older(list, store).await?;
                let (forgotten, added) = writer.forget_suppressed(list, &how).await?;
                answer::line(format!("{added} more are kept out, of {} on the list", list.len()));
                say(&forgotten, list.is_empty());
                // a store that was restored knows by this who is to stay forgotten
                writer.note_place(store, asked.context.clock.now()).await?;
            }
            if !persons.is_empty() {
                let forgotten = writer.forget(&persons, &how).await?;
                say(&forgotten, forgotten.is_nothing());
            }
            end(scrub(writer).await?);
            Ok(())
        })
        .await
}

/// Overwrites what was deleted; that it could not be is an error only where nobody will do it later.
pub(super) async fn scrub(writer: &Writer) -> anyhow::Result<Scrubbed> {
    let scrubbed = writer.scrub().await?;
    if scrubbed == Scrubbed::Hindered {
        tracing::warn!(
            "somebody still reads the database as it was before, or has a page of it in hand; what was forgotten can be read from \
             its files until the next run has overwritten it"
        );
    }
    Ok(scrubbed)
}

fn say(forgotten: &Forgotten, may_be_a_mistake: bool) {
    let Forgotten { applications, events, candidates, rejected, postings } = *forgotten;
    if may_be_a_mistake {
        tracing::warn!("nothing of them is in the store; is the key right?");
    }
    tracing::info!(
        applications,
        events,
        candidates,
        rejected,
        "forgotten; the next export takes them out of the warehouse"
    );
    let row = |place: &str, count: u64, what: &str| vec![place.to_owned(), count.to_string(), what.to_owned()];
    answer::table(
        &["place", "count", "what becomes of it"],
        &[
            row("application", applications, "blanked but for its key and the month of its creation"),
            row("application_event", events, "blanked but for its key and its month"),
            row("candidate", candidates, "blanked but for a key that is not made of an address"),
            row("rejected_record", rejected, "removed"),
            row(
                "posting",
                postings,
                "left: their texts name the person; change them in Emply, or they would come back",
            ),
        ],
    );
    answer::line("warehouse, and what dbt makes of it: the next export and the next build after it");
    answer::line("out of reach: dumps and copies made before, replicas, what BigQuery keeps for its time travel");
}

fn end(scrubbed: Scrubbed) {
    answer::line(match scrubbed {
        Scrubbed::Whole => "remains in the database: SQLite's file is rewritten, PostgreSQL's tables are vacuumed",
        Scrubbed::Hindered => {
            "remains in the database: not overwritten yet, since somebody reads them; the next run does it"
        }
    });
}

/// Reads a list as `psql` writes it: CSV with a head, `pseudonym,kind,suppressed_at,key_fingerprint`.
async fn suppressed(context: &Context, file: &Path) -> anyhow::Result<Vec<Suppressed>> {
    let text = read(context, file).await?;
    let mut lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let place = shown(file);
    let head = lines.next().map(|(_, line)| line.trim());
    if head != Some("pseudonym,kind,suppressed_at,key_fingerprint") {
        return Err(Final::new(format!(
            "{place} is no list of those who are to stay forgotten: its first line differs"
        ))
        .into());
    }
    let rows = lines.map(|(at, line)| one(line.trim()).with_context(|| format!("line {} of {place}", at + 1)));
    rows.collect()
}

fn one(line: &str) -> anyhow::Result<Suppressed> {
    let unreadable = || Final::new("is not as a backup writes it");
    let [pseudonym, kind, at, key_fingerprint] =
        <[&str; 4]>::try_from(line.split(',').collect::<Vec<_>>()).map_err(|_| unreadable())?;
    let is_hex = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hex(pseudonym, Pseudonymiser::DIGITS)
        || !matches!(kind, "application" | "candidate" | "record")
        || key_fingerprint.is_empty()
    {
        return Err(unreadable().into());
    }
    Ok(Suppressed {
        pseudonym: pseudonym.to_owned(),
        kind: kind.to_owned(),
        suppressed_at: instant(at).ok_or_else(unreadable)?,
        key_fingerprint: key_fingerprint.to_owned(),
    })
}

/// `2026-05-26 12:21:57.123+00`, as PostgreSQL writes it, or as everybody else does.
fn instant(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim_matches('"');
    let zoned = |form| DateTime::parse_from_str(text, form).ok();
    let found = zoned("%Y-%m-%d %H:%M:%S%.f%#z").or_else(|| DateTime::parse_from_rfc3339(text).ok());
    found.map(|at| at.with_timezone(&Utc))
}

fn must_be_made_with(list: &[Suppressed], fingerprint: &str) -> anyhow::Result<()> {
    if list.iter().all(|one| one.key_fingerprint == fingerprint) {
        return Ok(());
    }
    Err(Final::new(
        "the list was made with another PII_KEY; set that one, and go over to the new one afterwards with `ingest rotate-key`",
    )
    .into())
}

/// In a store that was restored, a list that lacks somebody who stays forgotten there is older than the dump, and not the newest.
async fn must_not_be_older(list: &[Suppressed], store: &Store) -> anyhow::Result<()> {
    if store.elsewhere().await?.is_none() {
        return Ok(());
    }
    let listed: HashSet<&str> = list.iter().map(|one| one.pseudonym.as_str()).collect();
    let lacking = store.suppressed().await?.iter().filter(|one| !listed.contains(one.pseudonym.as_str())).count();
    if lacking == 0 {
        return Ok(());
    }
    Err(Final::new(format!(
        "the list lacks {lacking} who stay forgotten in this store already, so it is older than the store was when it was copied: give the \
         newest one"
    ))
    .into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_read_as_psql_writes_it() {
        let pseudonym = "0a".repeat(Pseudonymiser::DIGITS / 2);
        let row = |at: &str| one(&format!("{pseudonym},candidate,{at},f00d"));
        let expected = "2026-05-26T12:21:57.123456Z".parse::<DateTime<Utc>>().unwrap();
        for at in ["2026-05-26 12:21:57.123456+00", "2026-05-26 14:21:57.123456+02", "2026-05-26T12:21:57.123456Z"] {
            assert_eq!(row(at).unwrap().suppressed_at, expected, "{at}");
        }
        assert!(row("yesterday").is_err());
        assert!(one(&format!("{pseudonym},person,2026-05-26 12:21:57+00,f00d")).is_err());
        assert!(one("max@example.com,candidate,2026-05-26 12:21:57+00,f00d").is_err());
        assert!(one("").is_err());
    }
}
