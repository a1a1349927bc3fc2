//! Where a server is: a URL that holds nothing but scheme, host and port.

use std::fmt;
use std::net::IpAddr;

use http::Uri;

/// The address of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ServerAddress(Uri);

/// This is no address of a server that may be used.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("{0:?} is not the URL of a server: write it such as https://hostler.example:8600")]
    NoAddress(String),
    #[error(
        "plain http would show this machine's key and figures to the network: write https:// before {0}; http:// is for \
         servers on this machine only, such as http://127.0.0.1:8600"
    )]
    PlainText(String),
}

impl ServerAddress {
    pub(crate) fn parse(text: &str) -> Result<Self, AddressError> {
        let none = || AddressError::NoAddress(text.to_owned());
        let uri: Uri = text.parse().map_err(|_| none())?;
        let authority = uri.authority().ok_or_else(none)?;
        let bare = matches!(uri.path(), "" | "/") && uri.query().is_none();
        if authority.host().is_empty() || authority.as_str().contains('@') || !bare {
            return Err(none());
        }
        match uri.scheme_str() {
            Some("https") => Ok(Self(uri)),
            Some("http") if is_loopback(authority.host()) => Ok(Self(uri)),
            Some("http") => Err(AddressError::PlainText(authority.to_string())),
            Some(_) | None => Err(none()),
        }
    }

    pub(crate) fn uri(&self) -> &Uri {
        &self.0
    }

    /// True for https.
    pub(crate) fn is_secure(&self) -> bool {
        self.0.scheme_str() == Some("https")
    }
}

impl fmt::Display for ServerAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.to_string().trim_end_matches('/'))
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_for_loopback_and_the_refusal_says_why() {
        for url in [
            "http://localhost:8600",
            "http://127.0.0.1:8600",
            "http://[::1]:8600/",
            "https://hostler.example",
        ] {
            assert!(ServerAddress::parse(url).is_ok(), "{url}");
        }
        let error = ServerAddress::parse("http://hostler.example:8600").unwrap_err();
        assert_eq!(error, AddressError::PlainText("hostler.example:8600".to_owned()));
        assert!(error.to_string().contains("https:// before hostler.example:8600"));
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for url in [
            "",
            "hostler.example",
            "hostler.example:8600",
            "ftp://hostler.example",
            "https://hostler.example/panel",
            "https://hostler.example?a",
            "https://me:secret@hostler.example",
            "https://",
        ] {
            let error = ServerAddress::parse(url).unwrap_err();
            assert_eq!(error, AddressError::NoAddress(url.to_owned()), "{url}");
        }
    }

    #[test]
    fn it_is_shown_without_a_slash_at_its_end() {
        let address = ServerAddress::parse("https://hostler.example:8600/").unwrap();
        assert_eq!(address.to_string(), "https://hostler.example:8600");
    }
}
