//! Those who are to stay forgotten.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use domain::{Pseudonymiser, instant::microseconds};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseTransaction, EntityTrait as _, QueryFilter as _, QuerySelect as _,
};

use super::{
    person::{Forget, Person},
    rejected::Theirs,
    traces::Traces,
    warehouses,
};
use crate::{
    Store, StoreError, Writer,
    entity::{application, candidate, rejected_record, suppression},
    sql::execute,
};

/// One who is to stay forgotten.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppressed {
    /// HMAC of an application's id, or of a candidate's key.
    pub pseudonym: String,
    /// `application`, `candidate`, or `record`: one that could not be read, nor its key.
    pub kind: String,
    /// When they were forgotten.
    pub suppressed_at: DateTime<Utc>,
    /// Of the key that the pseudonym was made with.
    pub key_fingerprint: String,
}

/// What moving to another key came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotated {
    /// Pseudonyms that were made anew.
    pub moved: u64,
    /// Those of which nobody knows any more what they were made of.
    pub lost: Vec<Suppressed>,
}

impl Store {
    /// Those who are not to come back.
    pub async fn suppressed(&self) -> Result<Vec<Suppressed>, StoreError> {
        let rows = suppression::Entity::find().all(&self.db).await?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    /// Holds a key against what was made with one: pseudonyms of those who are to stay forgotten, and of the warehouse that was
    /// served last.
    pub async fn check_key(&self, pseudonymiser: &Pseudonymiser) -> Result<(), StoreError> {
        // with another one, who is forgotten would come in again, and the warehouse would keep them
        self.check_key_of_suppression(pseudonymiser).await?;
        let made = "the warehouse was filled with";
        differs(made, warehouses::fingerprint(&self.db).await?, pseudonymiser)
    }

    /// The same, for whoever fills a warehouse.
    pub async fn check_key_of_suppression(&self, pseudonymiser: &Pseudonymiser) -> Result<(), StoreError> {
        use suppression::Column::KeyFingerprint;
        let query = suppression::Entity::find().filter(KeyFingerprint.ne(pseudonymiser.fingerprint()));
        let held = query.select_only().column(KeyFingerprint).into_tuple().one(&self.db).await?;
        differs("persons of this store were forgotten with", held, pseudonymiser)
    }
}

fn differs(made: &'static str, held: Option<String>, pseudonymiser: &Pseudonymiser) -> Result<(), StoreError> {
    let given = pseudonymiser.fingerprint();
    match held {
        Some(held) if held != given => Err(StoreError::OtherKey { made, held, given }),
        _ => Ok(()),
    }
}

impl Writer {
    /// Makes the pseudonyms of those who are to stay forgotten anew, with another key. Of whom it is not known any more what
    /// their pseudonym was made of cannot be moved; unless there are exactly so many of them as `accept_lost` says, nothing is.
    pub async fn rotate_key(&self, [old, new]: [&Pseudonymiser; 2], accept_lost: usize) -> Result<Rotated, StoreError> {
        let transaction = self.begin().await?;
        let strange = suppression::Column::KeyFingerprint.is_not_in([old.fingerprint(), new.fingerprint()]);
        if let Some(row) = suppression::Entity::find().filter(strange).one(&*transaction).await? {
            let made = "persons of this store were forgotten with, and neither is PII_KEY_OLD";
            return Err(StoreError::OtherKey { made, held: row.key_fingerprint, given: new.fingerprint() });
        }
        let made_of = made_of(&*transaction, old).await?;
        let rows = suppression::Entity::find()
            .filter(suppression::Column::KeyFingerprint.eq(old.fingerprint()))
            .all(&*transaction)
            .await?;
        let (known, lost): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| made_of.contains_key(&row.pseudonym));
        let lost: Vec<Suppressed> = lost.into_iter().map(Into::into).collect();
        if lost.len() != accept_lost {
            return Ok(Rotated { moved: 0, lost });
        }
        let sql = "UPDATE suppression SET pseudonym = $2, key_fingerprint = $3 WHERE pseudonym = $1";
        for row in &known {
            let again = made_of.get(&row.pseudonym).map(|key| new.id(key));
            execute(&transaction, sql, [row.pseudonym.as_str().into(), again.into(), new.fingerprint().into()]).await?;
        }
        for row in &lost {
            let sql = "DELETE FROM suppression WHERE pseudonym = $1";
            execute(&transaction, sql, [row.pseudonym.as_str().into()]).await?;
        }
        transaction.commit().await?;
        Ok(Rotated { moved: known.len() as u64, lost })
    }

    /// Takes over who was forgotten in another state of the store: a list of later than a dump that was restored.
    pub async fn suppress(&self, suppressed: &[Suppressed]) -> Result<u64, StoreError> {
        let transaction = self.begin().await?;
        let mut added = 0;
        for one in suppressed {
            added += insert(&transaction, one).await?;
        }
        transaction.commit().await?;
        Ok(added)
    }
}

/// By pseudonyms of a key, what they are made of: keys of applications and candidates, of which also the blanked ones have theirs.
async fn made_of(db: &impl ConnectionTrait, key: &Pseudonymiser) -> Result<HashMap<String, String>, StoreError> {
    let ids = application::Entity::find().select_only().column(application::Column::Id);
    let ids: Vec<String> = ids.into_tuple().all(db).await?;
    let keys = candidate::Entity::find().select_only().column(candidate::Column::Key);
    let keys: Vec<String> = keys.into_tuple().all(db).await?;
    let records = rejected_record::Entity::find().select_only();
    let records = records.columns([rejected_record::Column::Fingerprint, rejected_record::Column::RecordKey]);
    let records: Vec<(String, Option<String>)> = records.into_tuple().all(db).await?;
    let records = records.into_iter().flat_map(|(fingerprint, key)| [Some(fingerprint), key]).flatten();
    Ok(ids.into_iter().chain(keys).chain(records).map(|text| (key.id(&text), text)).collect())
}

pub(super) async fn known(
    transaction: &DatabaseTransaction,
    suppressed: &[Suppressed],
    pseudonymiser: &Pseudonymiser,
) -> Result<Vec<Person>, StoreError> {
    let made_of = made_of(transaction, pseudonymiser).await?;
    let mut persons = Vec::new();
    for one in suppressed {
        let Some(key) = made_of.get(&one.pseudonym) else { continue };
        match &*one.kind {
            "candidate" => persons.push(Person::Candidate(key.clone())),
            "application" => persons.push(Person::Application(key.clone())),
            _ => {
                let sql = "DELETE FROM rejected_record WHERE fingerprint = $1";
                execute(transaction, sql, [key.as_str().into()]).await?;
            }
        }
    }
    Ok(persons)
}

pub(super) async fn add(
    transaction: &DatabaseTransaction,
    traces: &Traces,
    records: &[Theirs],
    forget: &Forget<'_>,
) -> Result<(), StoreError> {
    let applications = traces.applications.iter().map(|id| (id, "application"));
    let candidates = traces.suppressed_candidates.iter().map(|key| (key, "candidate"));
    // a record is known by the application that it is of, or else by its own bytes
    let records = records.iter().map(|record| match &record.application {
        Some(id) => (id, "application"),
        None => (&record.fingerprint, "record"),
    });
    for (key, kind) in applications.chain(candidates).chain(records) {
        let one = Suppressed {
            pseudonym: forget.pseudonymiser.id(key),
            kind: kind.to_owned(),
            suppressed_at: microseconds(forget.now),
            key_fingerprint: forget.pseudonymiser.fingerprint(),
        };
        insert(transaction, &one).await?;
    }
    Ok(())
}

async fn insert(transaction: &DatabaseTransaction, one: &Suppressed) -> Result<u64, StoreError> {
    // who was forgotten before keeps that time
    let sql = "INSERT INTO suppression (pseudonym, kind, suppressed_at, key_fingerprint) VALUES ($1, $2, $3, $4) \
               ON CONFLICT (pseudonym) DO NOTHING";
    let Suppressed { pseudonym, kind, suppressed_at, key_fingerprint } = one;
    let values = [
        pseudonym.as_str().into(),
        kind.as_str().into(),
        microseconds(*suppressed_at).into(),
        key_fingerprint.as_str().into(),
    ];
    execute(transaction, sql, values).await
}

impl From<suppression::Model> for Suppressed {
    fn from(row: suppression::Model) -> Self {
        let suppression::Model { pseudonym, kind, suppressed_at, key_fingerprint } = row;
        Self { pseudonym, kind, suppressed_at, key_fingerprint }
    }
}
