//! How a program that serves begins to listen, and how it ends.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    time::Duration,
};

use anyhow::Context as _;
use socket2::{Domain, Protocol, Socket, Type};
use tokio::task::JoinHandle;

/// Connections that may wait to be taken.
const BACKLOG: i32 = 1024;

/// Listens at an address. `[::]` stands for all addresses of both families, whatever `net.ipv6.bindv6only` says, and for those of
/// IPv4 alone where the kernel has no IPv6 (`ipv6.disable=1`), so that it is the right one in every cluster.
///
/// # Errors
///
/// Those of the operating system: the address is taken, or is none of this machine's.
pub fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    listen_by(address, bind)
}

fn listen_by(address: SocketAddr, bind: impl Fn(SocketAddr) -> io::Result<TcpListener>) -> io::Result<TcpListener> {
    match bind(address) {
        Err(error) if address.ip() == Ipv6Addr::UNSPECIFIED && is_of_the_family(&error) => {
            bind(SocketAddr::from((Ipv4Addr::UNSPECIFIED, address.port())))
        }
        listening => listening,
    }
}

/// Whether another family may do better: a port that is taken, or needs a right, is so in both.
fn is_of_the_family(error: &io::Error) -> bool {
    !matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied)
}

fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    if address.is_ipv6() {
        socket.set_only_v6(false)?;
    }
    // a port of a server that has just ended can be taken again at once
    socket.set_reuse_address(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Lets a server finish what is under way after `stop`, so long; then that is cut off. Work has 3.5 s in all after a signal, so it is
/// to be less. An error when the server has failed.
pub async fn end_server(
    longest: Duration,
    stop: impl Future<Output = ()>,
    serving: JoinHandle<io::Result<()>>,
) -> anyhow::Result<()> {
    let stopped = async {
        stop.await;
        serving.await.context("the server's task")?.context("the server")
    };
    tokio::time::timeout(longest, stopped).await.unwrap_or_else(|_| {
        tracing::warn!("requests under way were cut off");
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    fn every_address() -> SocketAddr {
        SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0))
    }

    #[test]
    fn every_address_is_of_both_families() {
        let listener = listen(every_address()).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        for here in [SocketAddr::from((Ipv4Addr::LOCALHOST, port)), SocketAddr::from((Ipv6Addr::LOCALHOST, port))] {
            TcpStream::connect(here).unwrap_or_else(|error| panic!("{here}: {error}"));
        }
    }

    #[test]
    fn one_address_is_that_one_alone() {
        let listener = listen(SocketAddr::from((Ipv6Addr::LOCALHOST, 0))).expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        TcpStream::connect((Ipv6Addr::LOCALHOST, port)).expect("a connection");
        TcpStream::connect((Ipv4Addr::LOCALHOST, port)).expect_err("nobody listens there");
    }

    #[test]
    fn without_ipv6_every_address_is_of_ipv4() {
        let bind_without = |address: SocketAddr| {
            // what Linux answers with `ipv6.disable=1`: EAFNOSUPPORT
            if address.is_ipv6() { Err(io::Error::from_raw_os_error(97)) } else { bind(address) }
        };
        let listener = listen_by(every_address(), bind_without).expect("a free port");
        assert!(listener.local_addr().expect("an address").is_ipv4());
        let here = SocketAddr::from((Ipv6Addr::LOCALHOST, 0));
        listen_by(here, bind_without).expect_err("an address of its own is not another one");
    }

    #[test]
    fn a_port_that_is_taken_is_an_error() {
        let first = listen(every_address()).expect("a free port");
        let taken = first.local_addr().expect("an address");
        let error = listen(taken).expect_err("it is taken");
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    }
}
