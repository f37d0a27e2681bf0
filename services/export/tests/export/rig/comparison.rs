//! Whether the lake has what the store has, as a reader finds it.

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::pin,
};

use domain::vocabulary::Vocabulary;
use export::transform::{
    Cell, Mapper, Row as Expected,
    persons::{Persons, Privacy},
    tables::mappers,
};
use futures_util::TryStreamExt as _;
use store::Snapshot;

use super::{KEY, Rig, Row};

impl Rig {
    /// Row by row, in every table; and no version is in the lake twice.
    pub(crate) async fn must_have_what_the_store_has(&self) {
        let mut snapshot = self.database.open("test").await.snapshot().await.unwrap();
        for table in mappers() {
            self.must_have(table, &mut snapshot).await;
        }
    }

    async fn must_have(&self, table: &Mapper, snapshot: &mut Snapshot) {
        let persons = Persons::Pseudonymised(domain::Pseudonymiser::new(KEY).unwrap());
        let privacy = Privacy::new(persons, Vocabulary::default());
        let place = |name: &str| table.position(name).unwrap();
        let key = table.key.iter().copied().chain(["changed_seq"]).map(place).collect::<Vec<_>>();
        let mut expected = BTreeMap::new();
        let mut batches = pin!(snapshot.changed(table.source, 0, i64::MAX).await.unwrap());
        while let Some(batch) = batches.try_next().await.unwrap() {
            let mut expect = |row: Expected<'_>| {
                if !row.leaves {
                    let version = key.iter().map(|place| shown(&row.cells[*place])).collect::<Vec<_>>().join(" ");
                    expected.insert(version, format!("{:016x}", row.hash));
                }
            };
            table.rows(&batch, &privacy, &mut expect).unwrap();
        }

        let version = |row: &Row| {
            let names = table.key.iter().copied().chain(["changed_seq"]);
            names.map(|name| row[name].to_string()).collect::<Vec<_>>().join(" ")
        };
        let found = self.lake.latest(table.name, table.key).into_values();
        let found = found.filter(|row| table.keeps_removed || row["removed"] == false);
        let hash = |row: &Row| row["row_hash"].as_str().unwrap_or_default().to_owned();
        assert_eq!(
            found.map(|row| (version(&row), hash(&row))).collect::<BTreeMap<_, _>>(),
            expected,
            "{}",
            table.name
        );
        let all = self.lake.rows(table.name);
        assert_eq!(
            all.iter().map(version).collect::<BTreeSet<_>>().len(),
            all.len(),
            "{}: one is there twice",
            table.name
        );
    }
}

fn shown(cell: &Cell<'_>) -> String {
    match cell {
        Cell::Text(Some(text)) => serde_json::Value::from(&**text).to_string(),
        Cell::BigInt(Some(number)) => number.to_string(),
        other => panic!("{other:?} in a key"),
    }
}
