//! Records on their way from the source: those that the store has, made of the same bytes, are recognised, and only the
//! others are read.

use anyhow::Context as _;
use runtime::FinalIf as _;
use store::{Known, Lookup, Staged};
use tokio::sync::mpsc::{self, Receiver};
use tracing::Instrument as _;

use crate::{
    source::BodyError,
    transform::{Arrived, Record},
};

/// Batches that wait for the sink.
const QUEUE: usize = 2;

/// What became of a batch, and what the store has under its keys.
pub(super) type Batch<M> = (Vec<Record<M>>, Known);

/// Begins to turn records into rows, in a task of its own. `read` does that; what it is told of a record is whether it was
/// recognised. While it goes on, nothing may be committed: what is known would no longer be so.
pub(super) fn recognise<E, F>(
    lookup: Lookup,
    mut batches: Receiver<Result<Vec<Arrived>, BodyError>>,
    read: F,
) -> Receiver<anyhow::Result<Batch<E::Model>>>
where
    E: Staged,
    F: Fn(Arrived, bool) -> Record<E::Model> + Clone + Send + 'static,
{
    let (sender, receiver) = mpsc::channel(QUEUE);
    let work = async move {
        while let Some(batch) = batches.recv().await {
            let done = match batch.final_if(BodyError::is_final) {
                Ok(batch) => one::<E, F>(&lookup, batch, read.clone()).await,
                Err(error) => Err(error),
            };
            let is_over = done.is_err();
            if sender.send(done).await.is_err() || is_over {
                // nobody wants more
                break;
            }
        }
    };
    tokio::spawn(work.in_current_span());
    receiver
}

async fn one<E, F>(lookup: &Lookup, batch: Vec<Arrived>, read: F) -> anyhow::Result<Batch<E::Model>>
where
    E: Staged,
    F: Fn(Arrived, bool) -> Record<E::Model> + Send + 'static,
{
    let keys = batch.iter().filter_map(|arrived| Some(arrived.marks.as_ref()?.key[0].clone()));
    let known = lookup.among::<E>(keys).await?;
    // not in between what waits for the network
    let reading = tokio::task::spawn_blocking(move || {
        let records = batch.into_iter().map(|arrived| {
            let is_known = arrived.marks.as_ref().is_some_and(|marks| {
                let key = marks.key.each_ref().map(String::as_str);
                known.recognises(key, &arrived.hash)
            });
            read(arrived, is_known)
        });
        (records.collect(), known)
    });
    reading.await.context("reading records")
}
