//! Which files have rows of those who were forgotten.
//!
//! All their rows have a key of theirs, an application's or a candidate's, and every file is read for these: also for those that
//! stood in a row of theirs beside the own key. So the candidate is found whom other applications make anew, and of whom the earlier
//! versions say what the forgotten application said.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use arrow_array::{RecordBatch, StringArray, cast::AsArray as _};

use super::{
    checksum::{batches, column, rows_of},
    file,
};
use crate::{
    load::{Forgotten, Stretch},
    schema::{Table, Tables, TellsOf},
};

/// What is to be written anew, each stretch in the place of a file.
pub(super) fn stretches(
    tables: &Tables,
    folder: impl Fn(&Table) -> PathBuf,
    forgotten: &Forgotten,
) -> anyhow::Result<Vec<Stretch>> {
    let (mut stretches, mut beside) = (Vec::new(), Forgotten::default());
    let mut tables = tables.clone();
    // first those whose rows have several such keys
    tables.sort_by_key(|table| std::cmp::Reverse(table.person_columns().len()));
    for table in tables {
        let files = file::finished(&folder(table))?;
        if table.tells_of == TellsOf::Numbers {
            // an earlier number may say who is not in the later one, and no key says whom it counted
            let newest = files.iter().map(|(range, _)| range.1).max();
            let has_rows = files.iter().any(|(_, path)| rows_of(path).unwrap_or(1) > 0);
            stretches.extend(newest.filter(|_| has_rows).map(|newest| Stretch { table, range: (0, newest) }));
        }
        let persons = table.person_columns();
        for (range, path) in files.into_iter().filter(|_| !persons.is_empty()) {
            let found = has_any(&path, table, &persons, (forgotten, &mut beside));
            if found.is_err() {
                // what cannot be read may hold them, and anybody beside them
                beside.add_everybody();
            }
            if found.unwrap_or(true) {
                stretches.push(Stretch { table, range });
            }
        }
    }
    Ok(stretches)
}

/// Whether a file has a row of theirs. The keys that stand beside the own one in such rows are noted.
fn has_any(
    path: &Path,
    table: &Table,
    persons: &[&str],
    (forgotten, beside): (&Forgotten, &mut Forgotten),
) -> anyhow::Result<bool> {
    let mut is_found = false;
    let own = persons.iter().position(|name| table.key.first() == Some(name));
    let own = own.with_context(|| format!("the key of {} is no person's", table.name))?;
    batches(path, persons, &mut |batch: &RecordBatch| {
        let columns = persons.iter().map(|name| column(batch, name, |column| column.as_string_opt()));
        let columns = columns.collect::<anyhow::Result<Vec<&StringArray>>>()?;
        for row in 0..batch.num_rows() {
            let mut keys = columns.iter().map(|column| column.value(row)).enumerate();
            let is_theirs = |key: &str| forgotten.may_have(key);
            if is_theirs(columns[own].value(row)) {
                is_found = true;
                keys.filter(|(at, _)| *at != own).for_each(|(_, key)| beside.add(key));
            } else {
                // of a table with a single such key, the row may be of somebody who was found beside another
                is_found |= keys.any(|(_, key)| is_theirs(key) || (columns.len() == 1 && beside.may_have(key)));
            }
        }
        Ok(())
    })?;
    Ok(is_found)
}
