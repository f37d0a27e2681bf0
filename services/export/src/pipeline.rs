//! One way: changes are read, made into rows of the warehouse, and sent, table by table. Only here all three of source,
//! transform and sink are known.

use anyhow::Context as _;
use store::Store;
use tokio::join;

use crate::{
    checksum::{self, Checksum, Checksums},
    load::{Batches, Load, Loaded, Outcome, Range, Written},
    schema::Table,
    sink::{self, Planned, Sent, Sink},
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

    pub(crate) async fn send(&mut self, load: Load) -> anyhow::Result<Outcome<Loaded>> {
        let mut loaded = match self.send_tables(mappers().iter(), load).await? {
            Outcome::Sent(loaded) => loaded,
            again @ Outcome::Again(_) => return Ok(again),
        };
        let stale = self.sink.to_rewrite(load, &loaded.written)?;
        if !stale.is_empty() {
            let whole = Load { range: (0, load.range.1), ..load };
            let is_everything = stale.len() == mappers().len();
            let stale = mappers().iter().filter(|mapper| stale.iter().any(|table| table.name == mapper.name));
            let rewritten = match self.send_tables(stale, whole).await? {
                Outcome::Sent(rewritten) => rewritten,
                again @ Outcome::Again(_) => return Ok(again),
            };
            // where only what tells of exports is gathered, nobody need know
            if is_everything {
                let Written { rows, bytes, .. } = rewritten.written;
                tracing::info!(rows, bytes, "the lake was written anew");
                loaded.written.bytes += bytes;
            }
            loaded.checksums = rewritten.checksums;
        }
        Ok(Outcome::Sent(loaded))
    }

    async fn send_tables(
        &mut self,
        chosen: impl Iterator<Item = &'static Mapper>,
        load: Load,
    ) -> anyhow::Result<Outcome<Loaded>> {
        let (mut written, mut checksums, mut parts) = (Written::default(), Vec::new(), Vec::new());
        // one after the other: candidates come before the applications that point at them
        for mapper in chosen {
            match self.send_table(mapper, load).await? {
                Outcome::Sent(sent) => {
                    written.add_of(mapper, &sent.written);
                    checksums.push(sent.checksum);
                    parts.push(sent.part);
                }
                Outcome::Again(why) => return Ok(Outcome::Again(why)),
            }
        }
        // after the last table: when one of them fails, a sink that can hold the others back shows none
        self.sink.publish(load, parts).await?;
        // a sum of changes says nothing of what stood there before them
        let is_all = load.is_whole() && checksums.len() == mappers().len();
        let checksums = if is_all { checksums.into_iter().collect() } else { None };
        Ok(Outcome::Sent(Loaded { written, checksums }))
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
        let load = Load { range, attempt: 0, resumed: false };
        let mut planned = Vec::new();
        for mapper in mappers() {
            let plan = async |sink: &S, rows| sink::plan(sink, &mapper.table, load, rows).await;
            planned.push((mapper.name, self.through(mapper, load, plan).await?));
        }
        Ok(planned)
    }

    /// Holds the warehouse against the store; `whole` is what was sent just now, if that was all. Gives the bytes charged for.
    pub(crate) async fn reconcile(&mut self, up_to: i64, whole: Option<Checksums>) -> anyhow::Result<u64> {
        let Self { source, privacy, sink } = self;
        let here = async {
            match whole {
                // all of it was sent just now, and need not be read again
                Some(checksums) => Ok(checksums),
                None => checksums_of(source, privacy, up_to).await,
            }
        };
        let (here, (there, billed)) = tokio::try_join!(here, sink.checksums())?;
        checksum::compare(&tables(), &here, &there)?;
        Ok(billed)
    }

    async fn repeats(&mut self, mapper: &'static Mapper, load: Load) -> anyhow::Result<Repeats> {
        // before a whole load there is nothing that a tombstone could take away, so it has none
        if !mapper.may_repeat || load.is_whole() {
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
