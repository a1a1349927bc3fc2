//! Who is at the other end of a connection, as the accept loop saw it.

use std::net::{IpAddr, SocketAddr};

/// Put into the extensions of every request of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    pub address: SocketAddr,
    /// Whether the connection is encrypted.
    pub tls: bool,
}

impl Peer {
    /// The address without the port; IPv4 in its own form even on a dual-stack socket.
    pub fn ip(&self) -> IpAddr {
        self.address.ip().to_canonical()
    }

    pub fn is_loopback(&self) -> bool {
        self.ip().is_loopback()
    }
}
