//! Which database, read from its URL once: what can be wrong with it is said before anything
//! connects.

use std::path::{Path, PathBuf};

use mysql_async::{Opts, OptsBuilder, SslOpts};

/// Where a store lives.
#[derive(Clone, Debug)]
pub enum Target {
    Sqlite(PathBuf),
    Mysql(Box<Opts>),
}

/// Texts never carry the URL: it holds a password.
#[derive(Debug, thiserror::Error)]
pub enum TargetError {
    #[error("the store's URL must begin with sqlite:// or mysql://")]
    Scheme,
    #[error("the store's URL names no file")]
    NoFile,
    #[error("the store's URL is not a MySQL URL: {0}")]
    Mysql(String),
    #[error("the store's URL switches the check of the server's certificate off; give its CA instead")]
    UncheckedCertificate,
}

impl Target {
    /// `ca_file` is the root that the MySQL server's certificate is checked against.
    pub fn parse(url: &str, ca_file: Option<&Path>) -> Result<Self, TargetError> {
        if let Some(path) = url.strip_prefix("sqlite://") {
            return match path {
                "" | ":memory:" => Err(TargetError::NoFile),
                path => Ok(Self::Sqlite(path.into())),
            };
        }
        if !url.starts_with("mysql://") {
            return Err(TargetError::Scheme);
        }
        let opts = Opts::from_url(url).map_err(|error| TargetError::Mysql(error.to_string()))?;
        let given = opts.ssl_opts();
        if given.is_some_and(|ssl| ssl.accept_invalid_certs() || ssl.skip_domain_validation()) {
            return Err(TargetError::UncheckedCertificate);
        }
        let mut ssl = given.cloned();
        if ssl.is_none() && (ca_file.is_some() || !is_loopback(opts.ip_or_hostname())) {
            ssl = Some(SslOpts::default());
        }
        if let (Some(ssl), Some(ca_file)) = (&mut ssl, ca_file) {
            *ssl = std::mem::take(ssl).with_root_certs(vec![ca_file.to_owned().into()]);
        }
        let opts = OptsBuilder::from_opts(opts)
            .ssl_opts(ssl)
            // A guarded update counts the rows it matched, also when it changed nothing in them.
            .client_found_rows(true)
            // diesel-async caches statements itself.
            .stmt_cache_size(0)
            // The server's Unix socket is not ours when the port is a container's or a proxy's.
            .prefer_socket(false)
            .tcp_keepalive(Some(30_000_u32));
        Ok(Self::Mysql(Box::new(opts.into())))
    }
}

fn is_loopback(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost"
        || address
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mysql(url: &str, ca_file: Option<&str>) -> Opts {
        match Target::parse(url, ca_file.map(Path::new)) {
            Ok(Target::Mysql(opts)) => *opts,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn tls_is_required_unless_the_host_is_loopback() {
        assert!(mysql("mysql://u:p@db.example/hostler", None).ssl_opts().is_some());
        for local in ["127.0.0.1", "127.9.9.9", "localhost", "[::1]"] {
            let opts = mysql(&format!("mysql://u:p@{local}:3306/hostler"), None);
            assert!(opts.ssl_opts().is_none(), "{local}");
        }
        assert!(
            mysql("mysql://u:p@localhost/h?require_ssl=true", None)
                .ssl_opts()
                .is_some()
        );
        let opts = mysql("mysql://u:p@localhost/h", Some("/etc/ca.pem"));
        assert_eq!(opts.ssl_opts().map(|ssl| ssl.root_certs().len()), Some(1));
    }

    #[test]
    fn a_url_that_switches_certificate_checks_off_is_refused() {
        for unsafe_url in [
            "mysql://u:p@db.example/h?require_ssl=true&verify_ca=false",
            "mysql://u:p@db.example/h?require_ssl=true&verify_identity=false",
        ] {
            let error = Target::parse(unsafe_url, None).unwrap_err();
            assert!(matches!(error, TargetError::UncheckedCertificate), "{error}");
        }
    }

    #[test]
    fn errors_do_not_repeat_the_password() {
        for url in [
            "postgres://u:hunter2@h/d",
            "mysql://u:hunter2@h:port/d",
            "mysql://u:hunter2@h/d?what=1",
        ] {
            let error = Target::parse(url, None).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        }
    }

    #[test]
    fn rows_found_are_counted() {
        assert!(mysql("mysql://u:p@localhost/h", None).client_found_rows());
    }
}
