//! Sends mail over SMTP, never in clear text across a network.

use std::error::Error as _;
use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use async_trait::async_trait;
use lettre::address::Envelope;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

use crate::domain::names::Email;
use crate::ports::mailer::{Mail, MailError, Mailer};

/// Mail is rare, and servers limit connections per client.
const MAX_CONNECTIONS: u32 = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SmtpSecurity {
    /// Begins in clear text and must upgrade before anything else is said; usually port 587.
    StartTls,
    /// TLS from the first byte on; usually port 465.
    Tls,
    /// No TLS at all, for a relay on the same machine.
    PlainLoopbackOnly,
}

#[derive(Clone)]
pub struct SmtpSettings {
    pub host: String,
    pub port: u16,
    pub security: SmtpSecurity,
    /// Empty for a server that asks for none.
    pub username: String,
    pub password: String,
    /// Such as `Hostler <noreply@example.org>`.
    pub from: String,
    /// Certificates to trust instead of the system's, in PEM.
    pub ca_file: Option<PathBuf>,
    /// For one message, from the connection to the server's last answer.
    pub timeout: Duration,
}

impl SmtpSettings {
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);
}

impl fmt::Debug for SmtpSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpSettings")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("username", &self.username)
            .field("from", &self.from)
            .field("ca_file", &self.ca_file)
            .field("timeout", &self.timeout)
            .finish_non_exhaustive()
    }
}

/// Why mail cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum SmtpError {
    #[error("mail without TLS goes only to this machine itself, not to {0}")]
    PlainBeyondLoopback(String),
    #[error("the sender {0:?} is not a mail address")]
    Sender(String),
    #[error("the certificates in {path} cannot be read")]
    CaFile {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    #[error("there is no usable certificate in {0}")]
    NoCertificate(PathBuf),
    #[error("TLS cannot be set up")]
    Tls(#[source] lettre::transport::smtp::Error),
}

/// The id of a message in every way that it leaves by.
#[derive(Clone)]
struct DeliveryHeader(String);

impl Header for DeliveryHeader {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("X-Hostler-Delivery")
    }

    fn parse(text: &str) -> Result<Self, Box<dyn std::error::Error + Send + Sync>> {
        Ok(Self(text.to_owned()))
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(Self::name(), self.0.clone())
    }
}

pub struct Smtp {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    password: String,
    timeout: Duration,
}

impl Smtp {
    /// Connects when the first mail is sent. Call it on the runtime: the pool of connections lives there.
    pub fn new(settings: SmtpSettings) -> Result<Self, SmtpError> {
        let from: Mailbox = settings
            .from
            .parse()
            .map_err(|_| SmtpError::Sender(settings.from.clone()))?;
        let tls = match settings.security {
            SmtpSecurity::StartTls => Tls::Required(tls_parameters(&settings)?),
            SmtpSecurity::Tls => Tls::Wrapper(tls_parameters(&settings)?),
            SmtpSecurity::PlainLoopbackOnly if is_loopback(&settings.host) => Tls::None,
            SmtpSecurity::PlainLoopbackOnly => {
                return Err(SmtpError::PlainBeyondLoopback(settings.host));
            }
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(settings.timeout))
            .pool_config(PoolConfig::new().min_idle(0).max_size(MAX_CONNECTIONS));
        if !settings.username.is_empty() {
            builder = builder.credentials(Credentials::new(settings.username, settings.password.clone()));
        }
        Ok(Self {
            transport: builder.build(),
            from,
            password: settings.password,
            timeout: settings.timeout,
        })
    }

    fn message(&self, mail: &Mail) -> Result<Message, MailError> {
        let refused = |error: &dyn fmt::Display| MailError::Rejected(error.to_string());
        let mut message = Message::builder()
            .from(self.from.clone())
            .subject(mail.subject.as_str())
            .message_id(Some(format!("<{}@{}>", mail.id, self.from.email.domain())))
            .header(DeliveryHeader(mail.id.to_string()));
        for to in &mail.to {
            let to: Mailbox = to.as_str().parse().map_err(|error| refused(&error))?;
            message = message.to(to);
        }
        message
            .multipart(MultiPart::alternative_plain_html(
                mail.text.clone(),
                mail.html.clone(),
            ))
            .map_err(|error| refused(&error))
    }

    /// In an envelope of its own: an address that is refused takes the mail from no other.
    async fn send_to(&self, to: &Email, message: &[u8]) -> Result<(), MailError> {
        let refused = |error: &dyn fmt::Display| MailError::Rejected(error.to_string());
        let to: Address = to.as_str().parse().map_err(|error| refused(&error))?;
        let envelope =
            Envelope::new(Some(self.from.email.clone()), vec![to]).map_err(|error| refused(&error))?;
        match tokio::time::timeout(self.timeout, self.transport.send_raw(&envelope, message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(self.classify(&error)),
            Err(_) => Err(MailError::Temporary(format!(
                "no answer within {} seconds",
                self.timeout.as_secs()
            ))),
        }
    }

    fn classify(&self, error: &lettre::transport::smtp::Error) -> MailError {
        let text = self.describe(error);
        let about_the_mail = error.is_permanent() && !is_about_our_account(error);
        if about_the_mail || error.is_client() {
            MailError::Rejected(text)
        } else {
            MailError::Temporary(text)
        }
    }

    /// The error with its causes. A server may quote what it was sent, so the password is cut out.
    fn describe(&self, error: &lettre::transport::smtp::Error) -> String {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let more = error.to_string();
            if !text.contains(&more) {
                text = format!("{text}: {more}");
            }
            cause = error.source();
        }
        if self.password.is_empty() {
            return text;
        }
        text.replace(&self.password, "(password)")
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, mail: &Mail) -> Result<(), MailError> {
        let message = self.message(mail)?.formatted();
        let mut outcome = None;
        for to in &mail.to {
            outcome = Some(worse(outcome, self.send_to(to, &message).await));
        }
        outcome.unwrap_or_else(|| Err(MailError::Rejected("nobody to send it to".to_owned())))
    }
}

/// What a mail to several came to: it is tried again while that helps anybody, and refused when all refuse it.
fn worse(before: Option<Result<(), MailError>>, this: Result<(), MailError>) -> Result<(), MailError> {
    match (before, this) {
        (None, this) => this,
        (Some(Err(MailError::Temporary(text))), _) | (_, Err(MailError::Temporary(text))) => {
            Err(MailError::Temporary(text))
        }
        (Some(Ok(())), _) | (_, Ok(())) => Ok(()),
        (Some(Err(MailError::Rejected(text))), Err(MailError::Rejected(_))) => Err(MailError::Rejected(text)),
    }
}

impl fmt::Debug for Smtp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Smtp")
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// Whether a permanent refusal is about how we sign in, which the operator can mend while the mail waits:
/// the codes of RFC 4954, section 6.
fn is_about_our_account(error: &lettre::transport::smtp::Error) -> bool {
    error
        .status()
        .is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn tls_parameters(settings: &SmtpSettings) -> Result<TlsParameters, SmtpError> {
    let mut builder = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let pem = std::fs::read(path).map_err(|source| SmtpError::CaFile {
            path: path.clone(),
            source,
        })?;
        let unusable = || SmtpError::NoCertificate(path.clone());
        if !matches!(CertificateDer::pem_slice_iter(&pem).next(), Some(Ok(_))) {
            return Err(unusable());
        }
        let certificate = Certificate::from_pem(&pem).map_err(|_| unusable())?;
        builder = builder
            .certificate_store(CertificateStore::None)
            .add_root_certificate(certificate);
    }
    builder.build().map_err(SmtpError::Tls)
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;

    use super::*;
    use crate::domain::ids::DeliveryId;
    use crate::domain::names::Email;

    fn settings(host: &str, security: SmtpSecurity) -> SmtpSettings {
        SmtpSettings {
            host: host.to_owned(),
            port: 25,
            security,
            username: "hostler".to_owned(),
            password: "correct horse".to_owned(),
            from: "Hostler <noreply@example.org>".to_owned(),
            ca_file: None,
            timeout: SmtpSettings::DEFAULT_TIMEOUT,
        }
    }

    #[tokio::test]
    async fn clear_text_goes_only_to_loopback() {
        for host in ["localhost", "127.0.0.1", "127.8.9.1", "::1"] {
            assert!(
                Smtp::new(settings(host, SmtpSecurity::PlainLoopbackOnly)).is_ok(),
                "{host}"
            );
        }
        for host in ["mail.example.org", "10.0.0.1", "localhost.example.org", "0.0.0.0"] {
            let refused = Smtp::new(settings(host, SmtpSecurity::PlainLoopbackOnly));
            assert!(
                matches!(refused, Err(SmtpError::PlainBeyondLoopback(_))),
                "{host}"
            );
        }
    }

    #[tokio::test]
    async fn a_sender_must_be_an_address() {
        let mut settings = settings("localhost", SmtpSecurity::PlainLoopbackOnly);
        settings.from = "nobody".to_owned();
        assert!(matches!(Smtp::new(settings), Err(SmtpError::Sender(_))));
    }

    #[tokio::test]
    async fn a_ca_file_must_hold_certificates() {
        let mut settings = settings("mail.example.org", SmtpSecurity::StartTls);
        settings.ca_file = Some(PathBuf::from("/nonexistent/ca.pem"));
        assert!(matches!(
            Smtp::new(settings.clone()),
            Err(SmtpError::CaFile { .. })
        ));
        let file = tempfile::NamedTempFile::new().unwrap();
        settings.ca_file = Some(file.path().to_owned());
        assert!(matches!(Smtp::new(settings), Err(SmtpError::NoCertificate(_))));
    }

    #[tokio::test]
    async fn the_password_is_in_no_debug_output() {
        let settings = settings("localhost", SmtpSecurity::PlainLoopbackOnly);
        assert!(!format!("{settings:?}").contains("horse"));
        assert!(!format!("{:?}", Smtp::new(settings).unwrap()).contains("horse"));
    }

    /// What becomes of a mail sent to a server that greets and then answers AUTH like this.
    async fn send_to(greeting: &'static str, to_auth: &'static str) -> MailError {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let mut stream = BufReader::new(stream);
            stream.write_all(greeting.as_bytes()).await.unwrap();
            let mut line = String::new();
            while stream.read_line(&mut line).await.is_ok_and(|length| length > 0) {
                let answer = match line.split_ascii_whitespace().next() {
                    Some("EHLO") => "250-relay\r\n250 AUTH PLAIN\r\n",
                    Some("AUTH") => to_auth,
                    Some(_) | None => "221 bye\r\n",
                };
                stream.write_all(answer.as_bytes()).await.unwrap();
                line.clear();
            }
        });
        let mut settings = settings("127.0.0.1", SmtpSecurity::PlainLoopbackOnly);
        settings.port = port;
        let smtp = Smtp::new(settings).unwrap();
        let mail = Mail {
            id: DeliveryId::generate(),
            to: vec![Email::parse("customer@example.org").unwrap()],
            subject: "Hello".to_owned(),
            text: "Hello".to_owned(),
            html: "<p>Hello</p>".to_owned(),
        };
        let error = smtp.send(&mail).await.unwrap_err();
        server.abort();
        error
    }

    #[tokio::test]
    async fn a_server_that_is_not_ready_is_worth_another_try() {
        let error = send_to("421 relay too busy\r\n", "").await;
        assert!(
            matches!(&error, MailError::Temporary(text) if text.contains("too busy")),
            "{error}"
        );
        let error = send_to("220 relay\r\n", "454 try later\r\n").await;
        assert!(matches!(error, MailError::Temporary(_)), "{error}");
    }

    #[tokio::test]
    async fn a_server_that_quotes_the_password_does_not_get_it_into_the_error() {
        let error = send_to("220 relay\r\n", "535 'correct horse' is wrong\r\n").await;
        let MailError::Temporary(text) = error else {
            panic!("an operator can mend it while the mail waits: {error}")
        };
        assert!(text.contains("'(password)' is wrong"), "{text}");
    }
}
