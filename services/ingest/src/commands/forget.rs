//! `ingest forget`, and the end of the time for which applications are kept.

use chrono::{DateTime, Utc};
use one_shot::Audited;
use runtime::{Context, FinalIf as _, Summary};
use store::{Forget, Forgotten, Person, Store, StoreError, Writer};

use crate::{audit, config::Persons};

/// Closed applications that are forgotten in one transaction.
const AT_ONCE: u64 = 500;

/// Whom to forget; at least one of these.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = true)]
pub(crate) struct Whom {
    /// The sender of this application, as far as it goes
    #[arg(long, value_name = "ID")]
    application: Vec<String>,
    /// Everything of this candidate, by Emply's candidateId or by the key in table candidate
    #[arg(long, value_name = "KEY")]
    candidate: Vec<String>,
    /// Everything that was sent from this address; a later application from it is welcome
    #[arg(long, value_name = "ADDRESS")]
    email: Vec<String>,
}

impl Whom {
    fn persons(&self) -> Vec<Person> {
        let applications = self.application.iter().cloned().map(Person::Application);
        let candidates = self.candidate.iter().cloned().map(Person::Candidate);
        applications.chain(candidates).chain(self.email.iter().cloned().map(Person::Email)).collect()
    }
}

/// Takes them out of every table.
pub(crate) async fn forget(
    context: &Context,
    store: &Store,
    persons: &Persons,
    whom: &Whom,
) -> anyhow::Result<Summary> {
    let pseudonymiser = persons.pseudonymiser("who is forgotten is kept out by a pseudonym made with it")?;
    audit::run(context, store, "forget", None, async |audited| {
        let Audited { writer, run_id, .. } = audited;
        let how = Forget { run_id, now: context.clock.now(), pseudonymiser: &pseudonymiser };
        let forgotten = writer.forget(&whom.persons(), &how).await.final_if(StoreError::is_final)?;
        writer.scrub().await?;
        say(forgotten);
        Ok(())
    })
    .await
}

fn say(forgotten: Forgotten) {
    let Forgotten { applications, candidates, rejected } = forgotten;
    if applications + candidates + rejected == 0 {
        tracing::warn!("nothing of them is in the store; is the key right?");
    }
    tracing::info!(applications, candidates, rejected, "forgotten; the next export takes them out of the warehouse");
}

/// Forgets the applications that were closed before then.
pub(crate) async fn closed(
    audited: (&Store, &Writer, &str),
    persons: &Persons,
    before: DateTime<Utc>,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let (store, writer, run_id) = audited;
    let pseudonymiser = persons.pseudonymiser("INGEST_RETENTION_DAYS needs it")?;
    let mut count = 0;
    loop {
        let ids = store.closed_before(before, AT_ONCE).await?;
        if ids.is_empty() {
            break;
        }
        let persons: Vec<Person> = ids.into_iter().map(Person::Application).collect();
        let how = Forget { run_id, now, pseudonymiser: &pseudonymiser };
        count += writer.forget(&persons, &how).await.final_if(StoreError::is_final)?.applications;
    }
    if count > 0 {
        writer.scrub().await?;
        tracing::info!(applications = count, "closed so long ago that they are forgotten");
    }
    Ok(())
}
