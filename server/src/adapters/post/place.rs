//! Where a URL leads: read once, resolved once, and connected to at the addresses that were judged.

use std::net::{IpAddr, SocketAddr};

use reqwest::Url;

use super::address_rules::AddressRules;
use crate::ports::notifier::{Again, PostError};

const MAX_URL: usize = 1024;

/// What a URL says, before anybody is asked.
#[derive(Debug)]
pub(super) struct Place {
    /// A name, or an address without brackets.
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) tls: bool,
    /// For the header `host`.
    pub(super) authority: String,
    pub(super) path_and_query: String,
    address: Option<IpAddr>,
}

impl Place {
    /// An error says what the URL must be, and nothing of what it is.
    pub(super) fn read(text: &str, rules: &AddressRules) -> Result<Self, String> {
        if text.len() > MAX_URL {
            return Err(format!("must be at most {MAX_URL} characters"));
        }
        let url: Url = text
            .parse()
            .map_err(|_| "must be a URL such as https://…".to_owned())?;
        let tls = match url.scheme() {
            "https" => true,
            "http" if !rules.own_networks.is_empty() => false,
            "http" => return Err("must begin with https://".to_owned()),
            _ => return Err("must be a URL such as https://…".to_owned()),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a user name or a password".to_owned());
        }
        let place = Self::of(&url, tls).ok_or_else(|| "must name a host".to_owned())?;
        if let Some(address) = place.address
            && !rules.allows(address, place.port, tls)
        {
            return Err(
                "must not lead to a private address, nor to a port that is not open to posts".to_owned(),
            );
        }
        if rules.own_networks.is_empty() && !rules.ports.contains(&place.port) {
            let ports: Vec<String> = rules.ports.iter().map(u16::to_string).collect();
            return Err(format!("must use one of the ports {}", ports.join(", ")));
        }
        Ok(place)
    }

    fn of(url: &Url, tls: bool) -> Option<Self> {
        let shown = url.host_str().filter(|host| !host.is_empty())?;
        let host = shown.trim_matches(['[', ']']).to_owned();
        let authority = match url.port() {
            Some(port) => format!("{shown}:{port}"),
            None => shown.to_owned(),
        };
        let path_and_query = match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        };
        Some(Self {
            address: host.parse().ok(),
            host,
            port: url.port_or_known_default()?,
            tls,
            authority,
            path_and_query,
        })
    }

    /// The addresses to try, of those that the name has: all are judged here, and there is no other look-up
    /// between this and the connection.
    pub(super) async fn addresses(&self, rules: &AddressRules) -> Result<Vec<SocketAddr>, PostError> {
        let found: Vec<SocketAddr> = match self.address {
            Some(address) => vec![SocketAddr::new(address, self.port)],
            None => tokio::net::lookup_host((self.host.as_str(), self.port))
                .await
                .map_err(|_| PostError {
                    status_code: None,
                    text: "the host's name is not known".to_owned(),
                    again: Again::Later,
                })?
                .collect(),
        };
        let allowed: Vec<SocketAddr> = found
            .into_iter()
            .filter(|address| rules.allows(address.ip(), address.port(), self.tls))
            .collect();
        if allowed.is_empty() {
            return Err(PostError {
                status_code: None,
                text: "the address is private, or its port is not open to posts: it is not posted to"
                    .to_owned(),
                again: Again::Never,
            });
        }
        Ok(allowed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str, own: &[&str]) -> Result<Place, String> {
        let rules = AddressRules {
            own_networks: own.iter().map(|network| network.parse().unwrap()).collect(),
            ports: AddressRules::DEFAULT_PORTS.to_vec(),
        };
        Place::read(url, &rules)
    }

    #[test]
    fn a_url_is_taken_apart() {
        let place = read("https://hooks.example.org/services/T0/B0?x=1#part", &[]).unwrap();
        assert_eq!(
            (place.host.as_str(), place.port, place.tls),
            ("hooks.example.org", 443, true)
        );
        assert_eq!(place.authority, "hooks.example.org");
        assert_eq!(place.path_and_query, "/services/T0/B0?x=1");
        let place = read("https://[2606:4700::1]:8443/", &[]).unwrap();
        assert_eq!(
            (place.host.as_str(), place.authority.as_str()),
            ("2606:4700::1", "[2606:4700::1]:8443")
        );
    }

    #[test]
    fn what_must_not_be_posted_to_is_refused_in_every_spelling() {
        for url in [
            "",
            "hooks.example.org",
            "ftp://example.org/",
            "file:///etc/passwd",
            "gopher://example.org",
            "http://example.org/",
            "https://user@example.org/",
            "https://user:password@example.org/",
            "https://example.org:22/",
            "https://127.0.0.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://169.254.169.254/",
            "https://[fd00:ec2::254]/",
            "https://10.0.0.1/",
        ] {
            assert!(read(url, &[]).is_err(), "{url}");
        }
    }

    #[test]
    fn an_own_network_takes_plain_http_on_any_port() {
        assert!(read("http://10.1.2.3:8065/hooks/x", &["10.0.0.0/8"]).is_ok());
        assert!(read("http://192.168.1.1/", &["10.0.0.0/8"]).is_err());
    }

    #[tokio::test]
    async fn a_name_that_resolves_to_a_private_address_is_not_connected_to() {
        let rules = AddressRules {
            own_networks: Vec::new(),
            ports: AddressRules::DEFAULT_PORTS.to_vec(),
        };
        let place = Place::read("https://localhost/", &rules).unwrap();
        let refused = place.addresses(&rules).await.unwrap_err();
        assert_eq!(refused.again, Again::Never);
        assert!(refused.text.contains("private"), "{refused}");
    }
}
