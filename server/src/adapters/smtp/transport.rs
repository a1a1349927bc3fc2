//! Sends mail over SMTP, never in clear text across a network.

use std::error::Error as _;
use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::future::join_all;
use lettre::address::Envelope;
use lettre::message::header::{Header, HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Credentials;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use tokio::sync::Semaphore;

use super::receipts::Receipts;
use super::settings::{SmtpError, SmtpSettings};
use crate::domain::names::Email;
use crate::ports::mailer::{Mail, MailError, Mailer};

/// Mail is rare, and servers limit connections per client.
const MAX_CONNECTIONS: usize = 4;
/// For connecting, of the time for a message.
const CONNECT_LIMIT: Duration = Duration::from_secs(30);

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
    /// The transport opens as many connections as there are mails; these are the permits to.
    connections: Semaphore,
    receipts: Receipts,
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
        let tls = settings.tls()?;
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(settings.timeout.min(CONNECT_LIMIT)))
            // One connection for each mail: from one that was left in the middle of a command, the next mail would read
            // the answers that were meant for the one before.
            .pool_config(PoolConfig::new().min_idle(0).max_size(0));
        if !settings.username.is_empty() {
            builder = builder.credentials(Credentials::new(settings.username, settings.password.clone()));
        }
        Ok(Self {
            transport: builder.build(),
            connections: Semaphore::new(MAX_CONNECTIONS),
            receipts: Receipts::default(),
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
        let _permit = self
            .connections
            .acquire()
            .await
            .map_err(|error| MailError::Temporary(error.to_string()))?;
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
        let sent = join_all(mail.to.iter().map(async |to| {
            if self.receipts.has(mail.id, to) {
                return Ok(());
            }
            let sent = self.send_to(to, &message).await;
            if sent.is_ok() {
                // At once: whoever asked may not wait for the slowest.
                self.receipts.keep(mail.id, to);
            }
            sent
        }))
        .await;
        let outcome = sent
            .into_iter()
            .reduce(worse)
            .unwrap_or_else(|| Err(MailError::Rejected("nobody to send it to".to_owned())));
        if !matches!(outcome, Err(MailError::Temporary(_))) {
            self.receipts.forget(mail.id);
        }
        outcome
    }
}

/// What a mail to several came to: it is tried again while that helps anybody, and refused when all refuse it.
fn worse(one: Result<(), MailError>, other: Result<(), MailError>) -> Result<(), MailError> {
    match (one, other) {
        (Err(MailError::Temporary(text)), _) | (_, Err(MailError::Temporary(text))) => {
            Err(MailError::Temporary(text))
        }
        (Ok(()), _) | (_, Ok(())) => Ok(()),
        (refused @ Err(MailError::Rejected(_)), Err(MailError::Rejected(_))) => refused,
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::{Arc, Mutex};

    use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
    use tokio::net::{TcpListener, TcpStream};

    use super::*;
    use crate::adapters::smtp::SmtpSecurity;
    use crate::domain::ids::DeliveryId;

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

    fn mail(to: &[&str]) -> Mail {
        Mail {
            id: DeliveryId::generate(),
            to: to.iter().map(|to| Email::parse(to).unwrap()).collect(),
            subject: "Hello".to_owned(),
            text: "Hello".to_owned(),
            html: "<p>Hello</p>".to_owned(),
        }
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
        let error = smtp.send(&mail(&["customer@example.org"])).await.unwrap_err();
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

    /// A relay that puts off `late@example.org` as long as it is told to, and notes who gets a mail.
    #[derive(Clone, Default)]
    struct Relay {
        putting_off: Arc<AtomicBool>,
        /// Refuses what it is given, after it has looked into it.
        refusing: Arc<AtomicBool>,
        /// How long it looks into what it is given.
        late: Arc<Mutex<Duration>>,
        taken: Arc<Mutex<Vec<String>>>,
    }

    impl Relay {
        async fn serve(self, listener: TcpListener) {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(self.clone().talk(stream));
            }
        }

        async fn talk(self, stream: TcpStream) -> std::io::Result<()> {
            let mut stream = BufReader::new(stream);
            stream.write_all(b"220 relay\r\n").await?;
            let (mut line, mut to, mut body) = (String::new(), String::new(), false);
            while stream.read_line(&mut line).await? > 0 {
                let word = line.trim_end().to_owned();
                line.clear();
                let answer = match word.split(' ').next() {
                    Some(".") if body => {
                        body = false;
                        let late = *self.late.lock().unwrap();
                        tokio::time::sleep(late).await;
                        if self.refusing.load(Ordering::SeqCst) {
                            "554 not this\r\n"
                        } else {
                            self.taken.lock().unwrap().push(to.clone());
                            "250 taken\r\n"
                        }
                    }
                    _ if body => continue,
                    Some("RCPT") => {
                        to = word
                            .trim_start_matches("RCPT TO:<")
                            .trim_end_matches('>')
                            .to_owned();
                        if to.starts_with("late@") && self.putting_off.load(Ordering::SeqCst) {
                            "450 later\r\n"
                        } else {
                            "250 yes\r\n"
                        }
                    }
                    Some("DATA") => {
                        body = true;
                        "354 go on\r\n"
                    }
                    _ => "250 yes\r\n",
                };
                stream.write_all(answer.as_bytes()).await?;
            }
            Ok(())
        }

        fn taken(&self) -> Vec<String> {
            std::mem::take(&mut self.taken.lock().unwrap())
        }
    }

    #[tokio::test]
    async fn a_mail_does_not_hear_the_answer_to_the_one_before() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut settings = settings("127.0.0.1", SmtpSecurity::PlainLoopbackOnly);
        settings.port = listener.local_addr().unwrap().port();
        settings.username.clear();
        settings.timeout = Duration::from_secs(3);
        let relay = Relay::default();
        *relay.late.lock().unwrap() = Duration::from_mins(1);
        let serving = tokio::spawn(relay.clone().serve(listener));
        let smtp = Smtp::new(settings).unwrap();
        let error = smtp.send(&mail(&["early@example.org"])).await.unwrap_err();
        assert!(matches!(error, MailError::Temporary(_)), "{error}");

        *relay.late.lock().unwrap() = Duration::ZERO;
        relay.refusing.store(true, Ordering::SeqCst);
        let error = smtp.send(&mail(&["early@example.org"])).await.unwrap_err();
        assert!(matches!(error, MailError::Rejected(_)), "{error}");
        serving.abort();
    }

    #[tokio::test]
    async fn who_has_a_mail_is_spared_when_it_is_tried_again_for_others() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut settings = settings("127.0.0.1", SmtpSecurity::PlainLoopbackOnly);
        settings.port = listener.local_addr().unwrap().port();
        settings.username.clear();
        let relay = Relay::default();
        let serving = tokio::spawn(relay.clone().serve(listener));
        let smtp = Smtp::new(settings).unwrap();
        let mail = mail(&["early@example.org", "late@example.org"]);

        relay.putting_off.store(true, Ordering::SeqCst);
        let error = smtp.send(&mail).await.unwrap_err();
        assert!(matches!(error, MailError::Temporary(_)), "{error}");
        assert_eq!(relay.taken(), ["early@example.org"]);

        relay.putting_off.store(false, Ordering::SeqCst);
        smtp.send(&mail).await.unwrap();
        assert_eq!(relay.taken(), ["late@example.org"]);

        smtp.send(&mail).await.unwrap();
        let mut taken = relay.taken();
        taken.sort();
        assert_eq!(
            taken,
            ["early@example.org", "late@example.org"],
            "sent anew, all have it"
        );
        serving.abort();
    }
}
