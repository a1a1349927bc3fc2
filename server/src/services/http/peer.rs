//! Who is at the other end of a connection, as the accept loop saw it, or as a proxy that is trusted says.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use http::HeaderMap;
use ipnet::IpNet;

/// Put into the extensions of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    pub address: SocketAddr,
    /// Whether the connection is encrypted; behind a trusted proxy, the caller's connection to that.
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

/// Networks whose peers are reverse proxies that tell the truth about who is behind them.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Arc<[IpNet]>);

impl TrustedProxies {
    pub fn new(networks: impl IntoIterator<Item = IpNet>) -> Self {
        Self(networks.into_iter().collect())
    }

    pub(super) fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// Who sent a request that came from `peer`: the nearest address in `x-forwarded-for` that is not a
    /// trusted proxy itself. What stands before it anybody can have written.
    pub(super) fn caller(&self, peer: Peer, headers: &HeaderMap) -> Peer {
        if !self.contains(peer.ip()) {
            return peer;
        }
        let hops: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        let mut caller = peer;
        for hop in hops.iter().rev() {
            let Some(address) = address(hop.trim()) else {
                break;
            };
            caller.address = address;
            if !self.contains(caller.ip()) {
                break;
            }
        }
        let scheme = headers.get("x-forwarded-proto");
        caller.tls |= scheme.is_some_and(|scheme| scheme.as_bytes().eq_ignore_ascii_case(b"https"));
        caller
    }
}

/// An address as proxies write it: with or without a port, IPv6 in brackets or not.
fn address(text: &str) -> Option<SocketAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    text.parse()
        .ok()
        .or_else(|| bare.parse().ok().map(|ip| SocketAddr::new(ip, 0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn caller(peer: &str, forwarded: &[&'static str]) -> String {
        let proxies = TrustedProxies::new(["127.0.0.0/8", "10.0.0.0/24"].map(|net| net.parse().unwrap()));
        let mut headers = HeaderMap::new();
        for value in forwarded {
            headers.append("x-forwarded-for", value.parse().unwrap());
        }
        let peer = Peer {
            address: peer.parse().unwrap(),
            tls: false,
        };
        proxies.caller(peer, &headers).ip().to_string()
    }

    #[test]
    fn a_trusted_proxy_says_who_calls() {
        assert_eq!(caller("127.0.0.1:9", &["192.0.2.7"]), "192.0.2.7");
        assert_eq!(caller("[::ffff:10.0.0.3]:9", &["192.0.2.7:4711"]), "192.0.2.7");
        assert_eq!(caller("10.0.0.3:9", &["[2001:db8::7]:4711"]), "2001:db8::7");
        assert_eq!(caller("10.0.0.3:9", &["[2001:db8::7]"]), "2001:db8::7");
    }

    #[test]
    fn anybody_else_is_who_they_are() {
        assert_eq!(caller("192.0.2.1:9", &["192.0.2.7"]), "192.0.2.1");
        assert_eq!(caller("127.0.0.1:9", &[]), "127.0.0.1");
    }

    #[test]
    fn what_the_caller_wrote_itself_counts_for_nothing() {
        assert_eq!(caller("127.0.0.1:9", &["203.0.113.1, 192.0.2.7"]), "192.0.2.7");
        assert_eq!(
            caller("127.0.0.1:9", &["203.0.113.1", "192.0.2.7, 10.0.0.3"]),
            "192.0.2.7"
        );
        assert_eq!(caller("127.0.0.1:9", &["203.0.113.1, nonsense"]), "127.0.0.1");
    }
}
