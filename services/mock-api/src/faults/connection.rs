//! The connection below a request, which some faults break.

use std::{any::Any, net::Shutdown, os::fd::AsFd as _, time::Duration};

use actix_web::{dev::Extensions, rt::net::TcpStream};
use socket2::Socket;

#[derive(Debug)]
pub(crate) struct Connection(Socket);

pub(crate) fn keep(connection: &dyn Any, beside: &mut Extensions) {
    let handle = connection.downcast_ref::<TcpStream>().and_then(|stream| stream.as_fd().try_clone_to_owned().ok());
    if let Some(handle) = handle {
        beside.insert(Connection(Socket::from(handle)));
    }
}

impl Connection {
    /// Ends it now, in both directions: nothing that is written from now on arrives.
    pub(crate) fn close(&self) {
        // an error means that the other side was quicker
        let _ = self.0.shutdown(Shutdown::Both);
    }

    /// When it is closed, the other side is told that it was reset, not that all was said.
    pub(crate) fn reset_at_the_end(&self) {
        // where it does not work, the connection ends without a reset, in the middle of a body all the same
        let _ = self.0.set_linger(Some(Duration::ZERO));
    }
}
