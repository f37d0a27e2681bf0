//! A JSON array, read element by element while it arrives.
//!
//! A blocking thread waits for the network and takes elements from what has come; they leave it in batches through a
//! short queue. So memory holds a few batches, however long the array is, and reading and writing overlap.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use serde::de::DeserializeOwned;
use tokio::{
    io::{AsyncRead, ReadBuf},
    sync::mpsc,
    task::JoinHandle,
};
use tokio_util::io::SyncIoBridge;

use super::elements::{BodyError, Elements};

/// Batches that wait to be taken: enough to go on reading while a slice is committed.
const QUEUE: usize = 8;
/// Bytes of JSON from which on a batch is full, however few its elements.
const FULL: usize = 512 * 1024;

#[derive(Debug)]
pub(crate) struct RawRecord<K> {
    /// Where it stands in the array, counted from 0.
    pub(crate) place: u64,
    /// Its JSON, byte for byte.
    pub(crate) json: String,
    /// What was read of it in passing; `None` when that is not enough to tell it from others.
    pub(crate) key_fields: Option<K>,
}

#[derive(Debug)]
pub(crate) struct Batches<K> {
    receiver: mpsc::Receiver<Result<Vec<RawRecord<K>>, BodyError>>,
    /// `None` once its end is known.
    thread: Option<JoinHandle<()>>,
}

impl<K: DeserializeOwned + Send + 'static> Batches<K> {
    /// Begins to read the array. Batches have at most `size` records.
    pub(crate) fn read_ahead<R>(reader: R, size: usize) -> Self
    where
        R: AsyncRead + Send + Unpin + 'static,
    {
        let (sender, receiver) = mpsc::channel(QUEUE);
        // by this the thread learns that nobody takes its batches, also while it waits for the network
        let closed = sender.clone();
        let closed: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async move { closed.closed().await });
        let bridge = SyncIoBridge::new(WhileWanted { reader, closed: Some(closed) });
        let thread = tokio::task::spawn_blocking(move || {
            let (mut batch, mut bytes, mut place) = (Vec::with_capacity(size), 0, 0);
            let read = Elements::new(bridge).each(|element, key_fields| {
                bytes += element.len();
                batch.push(RawRecord { place, json: element.to_owned(), key_fields });
                place += 1;
                if batch.len() < size && bytes < FULL {
                    return true;
                }
                bytes = 0;
                sender.blocking_send(Ok(std::mem::replace(&mut batch, Vec::with_capacity(size)))).is_ok()
            });
            let last = read.map(|()| batch);
            // a receiver that is gone wants no more
            let _ = sender.blocking_send(last);
        });
        Self { receiver, thread: Some(thread) }
    }

    /// The next batch; `None` when the body was complete, or after an error.
    pub(crate) async fn next(&mut self) -> Option<Result<Vec<RawRecord<K>>, BodyError>> {
        if let Some(batch) = self.receiver.recv().await {
            return Some(batch);
        }
        // only who has come to the end has read all
        let ended = self.thread.take()?.await;
        ended.err().map(|_| Err(BodyError::Panicked))
    }
}

/// Ends when nobody takes what is read: otherwise the thread would wait for the network when the process ends.
struct WhileWanted<R> {
    reader: R,
    /// `None` once it is so: who reads on after an error gets the same again.
    closed: Option<Pin<Box<dyn Future<Output = ()> + Send>>>,
}

impl<R: AsyncRead + Unpin> AsyncRead for WhileWanted<R> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.closed.as_mut().is_none_or(|closed| closed.as_mut().poll(context).is_ready()) {
            self.closed = None;
            return Poll::Ready(Err(io::Error::other("nobody is reading any more")));
        }
        Pin::new(&mut self.reader).poll_read(context, buffer)
    }
}

#[cfg(test)]
mod tests {
    use serde::de::IgnoredAny;

    use super::*;

    async fn read(body: &'static str) -> (Vec<Vec<String>>, Option<String>) {
        let mut batches = Batches::<IgnoredAny>::read_ahead(body.as_bytes(), 2);
        let (mut all, mut failure) = (Vec::new(), None);
        while let Some(batch) = batches.next().await {
            match batch {
                Ok(batch) => all.push(batch.into_iter().map(|record| record.json).collect()),
                Err(error) => failure = Some(error.to_string()),
            }
        }
        (all, failure)
    }

    #[tokio::test]
    async fn elements_come_in_batches_and_byte_for_byte() {
        let (all, failure) = read(" [ {\"a\" : 1.0},[2],\n\"\\u00fc\" ] ").await;
        assert_eq!(all, [vec!["{\"a\" : 1.0}".to_owned(), "[2]".to_owned()], vec!["\"\\u00fc\"".to_owned()]]);
        assert_eq!(failure, None);
        assert_eq!(read("[]").await, (vec![Vec::new()], None));
    }

    #[tokio::test]
    async fn a_reader_that_nobody_wants_ends_although_the_network_is_silent() {
        let (silent, other_side) = tokio::io::duplex(64);
        let receiver = Batches::<IgnoredAny>::read_ahead(silent, 2);
        drop(receiver);
        // the thread lets go of its side
        tokio::time::timeout(std::time::Duration::from_secs(10), async {
            let (mut other_side, mut buffer) = (other_side, [0; 1]);
            tokio::io::AsyncReadExt::read(&mut other_side, &mut buffer).await
        })
        .await
        .expect("it ends")
        .expect("and hangs up");
    }

    #[derive(Debug, serde::Deserialize)]
    struct NotThree {
        #[serde(deserialize_with = "not_three")]
        #[expect(dead_code, reason = "it is read, and no more")]
        n: u8,
    }

    fn not_three<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
        let number = serde::Deserialize::deserialize(deserializer)?;
        assert_ne!(number, 3, "on purpose");
        Ok(number)
    }

    #[tokio::test]
    async fn a_reader_that_panics_has_not_read_all() {
        let mut batches = Batches::<NotThree>::read_ahead(&br#"[{"n":1},{"n":2},{"n":3}]"#[..], 1);
        for _ in 0..2 {
            assert!(matches!(batches.next().await, Some(Ok(batch)) if batch.len() == 1));
        }
        assert!(matches!(batches.next().await, Some(Err(BodyError::Panicked))));
        assert!(batches.next().await.is_none());
    }

    #[tokio::test]
    async fn whoever_reads_on_when_nobody_wants_it_gets_the_same_error_again() {
        let mut reader = WhileWanted { reader: tokio::io::empty(), closed: Some(Box::pin(async {})) };
        for _ in 0..3 {
            let error = tokio::io::AsyncReadExt::read(&mut reader, &mut [0; 1]).await.unwrap_err();
            assert_eq!(error.to_string(), "nobody is reading any more");
        }
    }

    #[tokio::test]
    async fn what_is_wrong_is_told_apart() {
        for (body, part) in [
            ("[{},{}", "cut off after 2"),
            ("[{},{\"a\":", "cut off after 1"),
            ("", "cut off after 0"),
            ("<html>", "not JSON (line 1, column 1, after 0"),
            ("[{},oops]", "after 1 records"),
            ("[] []", "not JSON"),
            ("{\"a\":1}", "not an array"),
            ("null", "not an array"),
        ] {
            let (_, failure) = read(body).await;
            let failure = failure.unwrap_or_default();
            assert!(failure.contains(part), "{body}: {failure}");
        }
    }
}
