//! A stream that ends early: when it has had too many bytes, or when the process stops.

use std::io::{self, Read};

use tokio_util::sync::CancellationToken;

use super::Refusal;

pub(super) struct Bounded<'a, R> {
    inner: R,
    limit: u64,
    left: u64,
    stop: &'a CancellationToken,
    ended: Option<Refusal>,
}

impl<'a, R: Read> Bounded<'a, R> {
    pub(super) fn new(inner: R, limit: u64, stop: &'a CancellationToken) -> Self {
        Self { inner, limit, left: limit, stop, ended: None }
    }

    pub(super) fn finish<T>(self, read: Result<T, Refusal>) -> Result<T, Refusal> {
        // the reader's own error is no more than the text of this one
        self.ended.map_or(read, Err)
    }

    fn end(&mut self, why: Refusal) -> io::Error {
        let error = io::Error::other(why.to_string());
        // kept here, since those who read from this pass on the text of an error at most
        self.ended.get_or_insert(why);
        error
    }
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stop.is_cancelled() {
            return Err(self.end(Refusal::Stopping));
        }
        // one byte more than is left tells an end from too much
        let wanted = usize::try_from(self.left.saturating_add(1)).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.inner.read(&mut buffer[..wanted])?;
        match self.left.checked_sub(count as u64) {
            Some(left) => self.left = left,
            // a silent end would be taken for the archive's own
            None => return Err(self.end(Refusal::TooMuch(format!("{} bytes", self.limit)))),
        }
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8], limit: u64, stop: &CancellationToken) -> Result<Vec<u8>, Refusal> {
        let mut bounded = Bounded::new(text, limit, stop);
        let mut all = Vec::new();
        let read = bounded.read_to_end(&mut all).map(|_| all).map_err(Refusal::from);
        bounded.finish(read)
    }

    #[test]
    fn it_ends_with_too_much_and_with_the_process() {
        let stop = CancellationToken::new();
        assert_eq!(read(b"four", 4, &stop).unwrap(), b"four");
        assert!(matches!(read(b"fives", 4, &stop), Err(Refusal::TooMuch(said)) if said == "4 bytes"));
        stop.cancel();
        assert!(matches!(read(b"four", 4, &stop), Err(Refusal::Stopping)));
    }
}
