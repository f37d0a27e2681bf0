//! Whether the lake has what the store has, as a reader finds it.

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::pin,
};

use export::{
    schema::{Application, ApplicationEvent, Candidate, Cell, JobPosting, Table, hashed_row},
    transform::Persons,
};
use futures_util::TryStreamExt as _;
use store::Snapshot;

use super::{KEY, Rig, Row};

impl Rig {
    /// Row by row, in every table; and no version is in the lake twice.
    pub(crate) async fn must_have_what_the_store_has(&self) {
        let mut snapshot = self.database.open("test").await.snapshot().await.unwrap();
        self.must_have::<JobPosting>(&mut snapshot).await;
        self.must_have::<Candidate>(&mut snapshot).await;
        self.must_have::<Application>(&mut snapshot).await;
        self.must_have::<ApplicationEvent>(&mut snapshot).await;
    }

    async fn must_have<T: Table>(&self, snapshot: &mut Snapshot) {
        let persons = Persons::Pseudonymised(domain::Pseudonymiser::new(KEY).unwrap());
        let place = |name: &str| T::COLUMNS.iter().position(|column| column.name == name).unwrap();
        let key = T::KEY.iter().copied().chain(["changed_seq"]).map(place).collect::<Vec<_>>();
        let mut expected = BTreeMap::new();
        let mut batches = pin!(snapshot.changed::<T::Source>(0, i64::MAX).await.unwrap());
        while let Some(batch) = batches.try_next().await.unwrap() {
            let rows = batch.rows().map(|row| hashed_row::<T>(&row.unwrap(), &persons));
            expected.extend(rows.filter(|row| !row.is_removed).map(|row| {
                let version = key.iter().map(|place| shown(&row.cells[*place])).collect::<Vec<_>>().join(" ");
                (version, format!("{:016x}", row.hash))
            }));
        }

        let version = |row: &Row| {
            let names = T::KEY.iter().copied().chain(["changed_seq"]);
            names.map(|name| row[name].to_string()).collect::<Vec<_>>().join(" ")
        };
        let found = self.lake.latest(T::NAME, T::KEY).into_values().filter(|row| row["removed"] == false);
        let hash = |row: &Row| row["row_hash"].as_str().unwrap_or_default().to_owned();
        assert_eq!(found.map(|row| (version(&row), hash(&row))).collect::<BTreeMap<_, _>>(), expected, "{}", T::NAME);
        let all = self.lake.rows(T::NAME);
        assert_eq!(
            all.iter().map(version).collect::<BTreeSet<_>>().len(),
            all.len(),
            "{}: one is there twice",
            T::NAME
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
