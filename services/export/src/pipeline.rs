//! One way: changes are read, made into rows of the warehouse, and sent, table by table. Only here all three of source,
//! transform and sink are known.

use anyhow::Context as _;
use store::Store;
use tokio::join;

use crate::{
    checksum::{self, Checksum, Checksums, Sums},
    load::{Batches, Load, Loaded, Outcome, Range, Stretch, Written},
    schema::Table,
    sink::{self, Planned, Sent, Sink, Standing, Survey},
    source::Source,
    transform::{
        Mapper, Row,
        batches::{Selection, batches, fold},
        persons::Privacy,
        repeats::Repeats,
        tables::{mappers, tables},
    },
};

pub(crate) struct Pipeline<'a, S> {
    source: Source,
    privacy: &'a Privacy,
    pub(crate) sink: S,
}

impl<'a, S: Sink> Pipeline<'a, S> {
    /// Of the store as it is now, whatever is written meanwhile.
    pub(crate) async fn open(store: &Store, privacy: &'a Privacy, sink: S) -> anyhow::Result<Self> {
        Ok(Self { source: Source::open(store).await?, privacy, sink })
    }

    pub(crate) async fn highest_change(&mut self) -> anyhow::Result<i64> {
        self.source.highest_change().await
    }

    /// Sends what has changed, and writes anew what has earlier rows of those who were forgotten.
    pub(crate) async fn send(&mut self, load: Load, standing: &Standing) -> anyhow::Result<Outcome<Loaded>> {
        let mut loaded = match self.send_tables(load, standing).await? {
            Outcome::Sent(loaded) => loaded,
            again @ Outcome::Again(_) => return Ok(again),
        };
        let forgotten = std::mem::take(&mut loaded.forgotten);
        if !forgotten.is_empty() {
            let stretches = self.sink.to_erase(forgotten).await?;
            let Written { rows, bytes, .. } = self.write_anew(&stretches, standing).await?;
            tracing::info!(
                files = stretches.len(),
                rows,
                bytes,
                "files with rows of who was forgotten were written anew"
            );
            loaded.written.bytes += bytes;
        }
        Ok(Outcome::Sent(loaded))
    }

    async fn send_tables(&mut self, load: Load, standing: &Standing) -> anyhow::Result<Outcome<Loaded>> {
        let (mut loaded, mut checksums, mut parts) = (Loaded::default(), Vec::new(), Vec::new());
        // one after the other: candidates come before the applications that point at them
        for mapper in mappers() {
            match self.send_table(mapper, load).await? {
                Outcome::Sent(sent) => {
                    loaded.written.add_of(mapper, &sent.written);
                    loaded.forgotten.extend(sent.forgotten);
                    checksums.push(sent.checksum);
                    parts.push(sent.part);
                }
                Outcome::Again(why) => return Ok(Outcome::Again(why)),
            }
        }
        // after the last table: when one of them fails, a sink that can hold the others back shows none
        self.sink.publish(load, parts, standing).await?;
        // a sum of changes says nothing of what stood there before them
        loaded.checksums = if load.is_whole() { checksums.into_iter().collect() } else { None };
        Ok(Outcome::Sent(loaded))
    }

    /// Gathers what has come in many pieces.
    pub(crate) async fn gather(&mut self, standing: &Standing) -> anyhow::Result<Written> {
        let stretches = self.sink.to_gather()?;
        let written = self.write_anew(&stretches, standing).await?;
        // where only what tells of exports is gathered, nobody need know
        if stretches.iter().all(|stretch| stretch.table.tells_of_exports()) {
            return Ok(Written::default());
        }
        let Written { rows, bytes, .. } = written;
        tracing::info!(tables = stretches.len(), rows, bytes, "files were gathered into one of each table");
        Ok(Written { bytes, ..Written::default() })
    }

    async fn write_anew(&mut self, stretches: &[Stretch], standing: &Standing) -> anyhow::Result<Written> {
        let (mut written, mut parts) = (Written::default(), Vec::new());
        for Stretch { table, range } in stretches {
            let mapper = mappers().iter().find(|mapper| mapper.name == table.name);
            let mapper = mapper.with_context(|| format!("there is no table {}", table.name))?;
            match self.send_table(mapper, Load::again(*range)).await? {
                Outcome::Sent(sent) => {
                    written.add(&sent.written);
                    parts.push(sent.part);
                }
                Outcome::Again(why) => anyhow::bail!(why),
            }
        }
        if !parts.is_empty() {
            self.sink.replace(parts, standing).await?;
        }
        Ok(written)
    }

    async fn send_table(&mut self, mapper: &'static Mapper, load: Load) -> anyhow::Result<Outcome<Sent<S::Part>>> {
        if let Some(outcome) = self.sink.resume(&mapper.table, load).await? {
            return Ok(outcome);
        }
        self.through(mapper, load, async |sink, rows| sink.send(&mapper.table, load, rows).await).await
    }

    /// Reads a table's changes and makes its rows of them, as `take` takes them.
    async fn through<T>(
        &mut self,
        mapper: &'static Mapper,
        load: Load,
        take: impl AsyncFnOnce(&S, Batches) -> anyhow::Result<T>,
    ) -> anyhow::Result<T> {
        let repeats = self.repeats(mapper, load).await?;
        let (changes, rows) = batches(mapper, self.privacy, Selection { load, repeats });
        // at once: the queues between the two hold a few batches, so one after the other they would wait for ever
        let (taken, ()) = join!(take(&self.sink, rows), self.source.read(mapper.source, load.range, changes));
        taken
    }

    pub(crate) async fn plan(&mut self, range: Range) -> anyhow::Result<Vec<(&'static str, Planned)>> {
        let load = Load::of(range);
        let mut planned = Vec::new();
        for mapper in mappers() {
            let plan = async |sink: &S, rows| sink::plan(sink, &mapper.table, load, rows).await;
            planned.push((mapper.name, self.through(mapper, load, plan).await?));
        }
        Ok(planned)
    }

    /// Holds all that the warehouse has against the store, and keeps what it has; `whole` is what was sent just now, if that was all.
    /// Gives the bytes charged for.
    pub(crate) async fn verify(
        &mut self,
        up_to: i64,
        whole: Option<Checksums>,
        standing: &Standing,
    ) -> anyhow::Result<u64> {
        let Self { source, privacy, sink } = self;
        let here = async {
            match whole {
                // all of it was sent just now, and need not be read again
                Some(checksums) => Ok(checksums),
                None => checksums_of(source, privacy, up_to).await,
            }
        };
        let (here, reading) = tokio::try_join!(here, sink.read_all())?;
        checksum::compare(&tables(), &here, &reading.checksums)?;
        sink.keep(reading.list, standing)?;
        Ok(reading.bytes_billed)
    }

    /// Holds what can be told without reading it against the store, or against what was sent. Gives the bytes charged for.
    pub(crate) async fn survey(&mut self, sent: Option<&Sums>) -> anyhow::Result<u64> {
        match self.sink.survey().await? {
            Survey::Files(found) => {
                checksum::compare_sums(&tables(), sent.unwrap_or(&Sums::default()), &found)?;
                Ok(0)
            }
            Survey::Rows(rows, bytes_billed) => {
                let there = rows.into_iter().map(|rows| Checksum { rows, hashes: 0 }).collect();
                checksum::compare(&tables(), &self.counts().await?, &there)?;
                Ok(bytes_billed)
            }
        }
    }

    /// How many rows of the store do not leave the warehouse.
    async fn counts(&mut self) -> anyhow::Result<Checksums> {
        let mut counts = Checksums::new();
        for mapper in mappers() {
            let rows = self.source.count(mapper.source, !mapper.keeps_removed).await?;
            counts.push(Checksum { rows, hashes: 0 });
        }
        Ok(counts)
    }

    async fn repeats(&mut self, mapper: &'static Mapper, load: Load) -> anyhow::Result<Repeats> {
        // before change 0 there is nothing that a tombstone could take away, and it has done that when it is written anew
        if !mapper.may_repeat || load.is_from_the_start() || load.is_again() {
            return Ok(Repeats::default());
        }
        let range = load.range;
        let blanked =
            folded(&mut self.source, self.privacy, mapper, range, Repeats::default(), Repeats::add_blanked).await?;
        if blanked.is_empty() {
            return Ok(blanked);
        }
        folded(&mut self.source, self.privacy, mapper, range, blanked, Repeats::remove_who_is_back).await
    }
}

async fn checksums_of(source: &mut Source, privacy: &Privacy, up_to: i64) -> anyhow::Result<Checksums> {
    let mut checksums = Checksums::new();
    for mapper in mappers() {
        let add = |checksum: &mut Checksum, _: &Table, row: &Row<'_>| {
            if !row.leaves {
                checksum.add(row.hash);
            }
        };
        checksums.push(folded(source, privacy, mapper, (0, up_to), Checksum::default(), add).await?);
    }
    Ok(checksums)
}

async fn folded<T: Send + 'static>(
    source: &mut Source,
    privacy: &Privacy,
    mapper: &'static Mapper,
    range: Range,
    start: T,
    add: fn(&mut T, &Table, &Row<'_>),
) -> anyhow::Result<T> {
    let (changes, folding) = fold(mapper, privacy, start, add);
    let (folded, ()) = join!(folding, source.read(mapper.source, range, changes));
    folded?.with_context(|| format!("reading changes of {}", mapper.name))
}
