//! Records on their way from the source: those that the store has, made of the same bytes, are recognised, and only the
//! others are read.

use anyhow::Context as _;
use runtime::FinalIf as _;
use store::{Expected, Known, Lookup, Staged};
use tokio::{
    sync::mpsc::{self, Receiver},
    task::JoinHandle,
};
use tokio_util::task::AbortOnDropHandle;
use tracing::Instrument as _;

use crate::{
    source::{Batches, BodyError},
    transform::{Arrived, Record},
};

/// Batches that wait for the sink.
const QUEUE: usize = 1;

/// What became of a batch, and what the store has under its keys.
pub(super) type Batch<M> = (Vec<Record<M>>, Known);

/// Batches whose records are recognised or read, in a task of its own.
pub(super) struct Recognised<M> {
    receiver: Receiver<Batch<M>>,
    /// `None` once its end is known.
    task: Option<AbortOnDropHandle<anyhow::Result<()>>>,
}

impl<M> Recognised<M> {
    /// The next batch; `None` when that was all.
    pub(super) async fn next(&mut self) -> anyhow::Result<Option<Batch<M>>> {
        if let Some(batch) = self.receiver.recv().await {
            return Ok(Some(batch));
        }
        // it has sent all, or has failed
        match self.task.take() {
            Some(task) => task.await.context("reading records")?.map(|()| None),
            None => Ok(None),
        }
    }
}

/// Begins. `read` turns a record into a row; what it is told of a record is whether it was recognised. While it goes on, nothing
/// may be committed: what is known would no longer be so.
pub(super) fn recognise<E, F>(
    lookup: Lookup,
    expected: Expected,
    mut batches: Batches<Arrived>,
    read: F,
) -> Recognised<E::Model>
where
    E: Staged,
    F: Fn(Arrived, bool) -> Record<E::Model> + Clone + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(QUEUE);
    let work = async move {
        let lookup = lookup.expecting::<E>(&expected).await?;
        let mut reading: Option<JoinHandle<Batch<E::Model>>> = None;
        loop {
            // while one batch is read, the next is looked up
            let next = match batches.next().await {
                Some(batch) => Some(look_up::<E>(&lookup, batch.final_if(BodyError::is_final)?).await?),
                None => None,
            };
            if let Some(reading) = reading.take()
                && sender.send(reading.await.context("reading records")?).await.is_err()
            {
                // nobody wants more
                return Ok(());
            }
            let Some((batch, known)) = next else { return Ok(()) };
            let read = read.clone();
            // not in between what waits for the network
            reading = Some(tokio::task::spawn_blocking(move || read_all(batch, known, read)));
        }
    };
    let task = AbortOnDropHandle::new(tokio::spawn(work.in_current_span()));
    Recognised { receiver, task: Some(task) }
}

async fn look_up<E: Staged>(lookup: &Lookup, batch: Vec<Arrived>) -> anyhow::Result<(Vec<Arrived>, Known)> {
    let keys = batch.iter().filter_map(|arrived| Some(arrived.marks.as_ref()?.key.clone()));
    let known = lookup.among::<E>(keys).await?;
    Ok((batch, known))
}

fn read_all<M>(batch: Vec<Arrived>, known: Known, read: impl Fn(Arrived, bool) -> Record<M>) -> Batch<M> {
    let records = batch.into_iter().map(|arrived| {
        let is_recognised = arrived.marks.as_ref().is_some_and(|marks| {
            let key = marks.key.each_ref().map(String::as_str);
            known.recognises(key, &arrived.hash)
        });
        read(arrived, is_recognised)
    });
    (records.collect(), known)
}
