//! From an occasion to words: its template, its values, its link.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::figure::figure;
use super::filling::fill;
use super::html::{self, Part};
use super::library::{self, TemplateKind};
use super::names::name;
use super::template::{Paragraph, Template};
use crate::domain::alert_condition::AlertMetric;
use crate::domain::alert_rule::AlertSeverity;
use crate::domain::codes::Code as _;
use crate::domain::ids::DeliveryId;
use crate::domain::metric::RATIO_ONE;
use crate::domain::names::Email;
use crate::domain::occasion::{AlertFacts, Occasion};
use crate::domain::session::EmailTokenKind;
use crate::domain::user::Locale;
use crate::engine::secrets::Keys;
use crate::ports::mailer::Mail;
use crate::ports::notifier::{Announcement, Link, Tone};

pub struct Writer {
    keys: Arc<Keys>,
    /// Where the web client is, without a slash at the end.
    public_url: String,
}

/// A message in one language.
struct Draft {
    subject: String,
    parts: Vec<Part>,
}

impl Writer {
    pub fn new(keys: Arc<Keys>, public_url: &str) -> Self {
        Self {
            keys,
            public_url: public_url.trim_end_matches('/').to_owned(),
        }
    }

    pub fn mail(&self, occasion: &Occasion, locale: Locale, id: DeliveryId, to: Vec<Email>) -> Mail {
        let draft = self.draft(occasion, locale);
        let texts: Vec<String> = draft.parts.iter().map(in_text).collect();
        Mail {
            id,
            to,
            html: html::page(locale, &draft.subject, &draft.parts),
            text: format!("{}\n", texts.join("\n\n")),
            subject: draft.subject,
        }
    }

    /// For the inbox, and for what has buttons: what leads to a link is left out.
    pub fn announcement(&self, occasion: &Occasion, locale: Locale) -> Announcement {
        let draft = self.draft(occasion, locale);
        let mut paragraphs = Vec::new();
        let mut link = None;
        for part in draft.parts {
            match part {
                Part::Text(text) => paragraphs.push(text),
                Part::Link { label, url, .. } => link = Some(Link { label, url }),
            }
        }
        Announcement {
            kind: template(occasion).code(),
            tone: tone(occasion),
            title: draft.subject,
            paragraphs,
            link,
            facts: facts(occasion),
        }
    }

    /// One line.
    pub fn title(&self, occasion: &Occasion, locale: Locale) -> String {
        self.draft(occasion, locale).subject
    }

    fn draft(&self, occasion: &Occasion, locale: Locale) -> Draft {
        let template = Template::parse(library::file(template(occasion), locale));
        let values = self.values(occasion, locale);
        let url = format!("{}{}", self.public_url, self.page(occasion));
        let parts = template.paragraphs.iter().map(|paragraph| match paragraph {
            Paragraph::Text(text) => Part::Text(fill(text, &values).trim_end().to_owned()),
            Paragraph::Link { lead, label } => Part::Link {
                lead: fill(lead, &values),
                label: (*label).to_owned(),
                url: url.clone(),
            },
        });
        Draft {
            subject: sentence(&one_line(&fill(template.subject, &values))),
            parts: parts.collect(),
        }
    }

    /// The page of the web client that it is about.
    fn page(&self, occasion: &Occasion) -> String {
        match occasion {
            // After the `#`: a browser sends that part to no server, so it ends up in no log.
            Occasion::Verification { token_id } => {
                let secret = self.keys.email_token(EmailTokenKind::Verification, *token_id);
                format!("/verify-email#token={}", secret.expose())
            }
            Occasion::PasswordReset { token_id } => {
                let secret = self.keys.email_token(EmailTokenKind::PasswordReset, *token_id);
                format!("/reset-password#token={}", secret.expose())
            }
            Occasion::AlreadyRegistered => "/sign-in".to_owned(),
            Occasion::PasswordChanged => "/forgot-password".to_owned(),
            Occasion::ApiTokenCreated => "/account".to_owned(),
            Occasion::ServerCreated { server_id, .. } | Occasion::OperationFailed { server_id, .. } => {
                format!("/servers/{server_id}")
            }
            Occasion::AlertFired(facts) | Occasion::AlertResolved(facts) => {
                format!("/servers/{}", facts.server_id)
            }
            Occasion::Test | Occasion::ChannelAddress { .. } => "/".to_owned(),
        }
    }

    /// The values that a template may name. Nothing that a stranger chose is in mails to people who have not asked for
    /// them: whoever signs up with somebody else's address must not be able to make us write what he likes.
    fn values(&self, occasion: &Occasion, locale: Locale) -> Vec<(&'static str, String)> {
        match occasion {
            Occasion::Verification { .. }
            | Occasion::PasswordReset { .. }
            | Occasion::AlreadyRegistered
            | Occasion::PasswordChanged
            | Occasion::ApiTokenCreated
            | Occasion::Test => Vec::new(),
            Occasion::ChannelAddress {
                channel_id,
                address,
                day,
            } => {
                let code = self.keys.address_code(*channel_id, address, *day);
                vec![("code", code.expose().to_owned())]
            }
            Occasion::ServerCreated { server_name, .. } => vec![("server", server_name.clone())],
            Occasion::OperationFailed {
                server_name,
                operation,
                error,
                ..
            } => vec![
                ("server", server_name.clone()),
                ("operation", name(locale, operation).to_owned()),
                ("error", error.clone()),
            ],
            Occasion::AlertFired(facts) | Occasion::AlertResolved(facts) => vec![
                ("server", facts.server_name.clone()),
                ("rule", facts.rule_name.clone()),
                ("severity", name(locale, facts.severity.code()).to_owned()),
                ("figure", shown_figure(facts, locale)),
            ],
        }
    }
}

fn template(occasion: &Occasion) -> TemplateKind {
    match occasion {
        Occasion::Verification { .. } => TemplateKind::Verification,
        Occasion::PasswordReset { .. } => TemplateKind::PasswordReset,
        Occasion::AlreadyRegistered => TemplateKind::AlreadyRegistered,
        Occasion::PasswordChanged => TemplateKind::PasswordChanged,
        Occasion::ApiTokenCreated => TemplateKind::ApiTokenCreated,
        Occasion::ServerCreated { .. } => TemplateKind::ServerCreated,
        Occasion::OperationFailed { .. } => TemplateKind::OperationFailed,
        Occasion::AlertFired(_) => TemplateKind::AlertFired,
        Occasion::AlertResolved(_) => TemplateKind::AlertResolved,
        Occasion::Test => TemplateKind::Test,
        Occasion::ChannelAddress { .. } => TemplateKind::ChannelAddress,
    }
}

/// Empty for alerts that compare nothing, and where the figure is not known.
fn shown_figure(facts: &AlertFacts, locale: Locale) -> String {
    match (facts.metric, facts.value) {
        (Some(metric), Some(value)) => figure(locale, metric, value),
        (Some(_) | None, _) => String::new(),
    }
}

const fn tone(occasion: &Occasion) -> Tone {
    match occasion {
        Occasion::AlertFired(facts) => match facts.severity {
            AlertSeverity::Info => Tone::Neutral,
            AlertSeverity::Warning => Tone::Warning,
            AlertSeverity::Critical => Tone::Bad,
        },
        Occasion::AlertResolved(_) => Tone::Good,
        Occasion::ServerCreated { .. } => Tone::Good,
        Occasion::OperationFailed { .. } => Tone::Bad,
        Occasion::PasswordChanged | Occasion::ApiTokenCreated => Tone::Warning,
        Occasion::Verification { .. }
        | Occasion::PasswordReset { .. }
        | Occasion::AlreadyRegistered
        | Occasion::Test
        | Occasion::ChannelAddress { .. } => Tone::Neutral,
    }
}

/// The values as programs read them: by the names they are kept under.
fn facts(occasion: &Occasion) -> Value {
    let mut facts = serde_json::to_value(occasion).unwrap_or_default();
    if let Value::Object(facts) = &mut facts {
        facts.remove("kind");
        if let Occasion::AlertFired(alert) | Occasion::AlertResolved(alert) = occasion
            && alert.metric.is_some_and(AlertMetric::is_ratio)
            && let Some(value) = alert.value
        {
            #[expect(clippy::cast_precision_loss, reason = "a ratio is small")]
            let ratio = value as f64 / RATIO_ONE as f64;
            facts.insert("value".to_owned(), ratio.into());
        }
    }
    facts
}

fn in_text(part: &Part) -> String {
    match part {
        Part::Text(text) => text.clone(),
        Part::Link { lead, url, .. } if lead.is_empty() => url.clone(),
        Part::Link { lead, url, .. } => format!("{lead}\n\n{url}"),
    }
}

/// A subject is a header: values with line breaks in them stay on its line.
fn one_line(text: &str) -> String {
    text.replace(|c: char| c.is_control(), " ")
}

/// A subject may begin with a word that stands in the middle of sentences elsewhere.
fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    match characters.next() {
        Some(first) => first.to_uppercase().chain(characters).collect(),
        None => String::new(),
    }
}

impl fmt::Debug for Writer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Writer")
            .field("public_url", &self.public_url)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{AlertId, ChannelId, EmailTokenId, OperationId, ServerId};

    fn writer() -> Writer {
        Writer::new(Arc::new(Keys::derive(&[7; 32])), "https://hostler.example/")
    }

    fn occasions() -> Vec<Occasion> {
        let server_id = ServerId::generate();
        vec![
            Occasion::Verification {
                token_id: EmailTokenId::generate(),
            },
            Occasion::PasswordReset {
                token_id: EmailTokenId::generate(),
            },
            Occasion::AlreadyRegistered,
            Occasion::PasswordChanged,
            Occasion::ApiTokenCreated,
            Occasion::ServerCreated {
                server_id,
                server_name: "web-1".to_owned(),
            },
            Occasion::OperationFailed {
                operation_id: OperationId::generate(),
                server_id,
                server_name: "web-1".to_owned(),
                operation: "server.resize".to_owned(),
                error: "the hypervisor has no room".to_owned(),
            },
            Occasion::Test,
            Occasion::AlertFired(alert(server_id)),
            Occasion::AlertResolved(alert(server_id)),
            Occasion::ChannelAddress {
                channel_id: ChannelId::generate(),
                address: Email::parse("pager@example.org").unwrap(),
                day: 20_000,
            },
        ]
    }

    fn alert(server_id: ServerId) -> AlertFacts {
        AlertFacts {
            alert_id: AlertId::generate(),
            server_id,
            server_name: "web-1".to_owned(),
            rule_name: "CPU hot".to_owned(),
            severity: AlertSeverity::Warning,
            metric: Some(AlertMetric::CpuRatio),
            value: Some(9_340),
        }
    }

    #[test]
    fn every_mail_in_every_language_has_a_subject_of_one_line_and_its_link_on_a_line_of_its_own() {
        for occasion in occasions() {
            for locale in Locale::ALL {
                let mail = writer().mail(&occasion, *locale, DeliveryId::generate(), Vec::new());
                assert!(!mail.subject.contains('\n') && !mail.subject.is_empty());
                let link = mail
                    .text
                    .lines()
                    .find(|line| line.starts_with("https://hostler.example/"));
                let link = link.unwrap_or_else(|| panic!("no link in {}", mail.text));
                assert!(mail.html.contains(&format!("href=\"{link}\"")), "{}", mail.html);
                for text in [&mail.subject, &mail.text, &mail.html] {
                    assert!(!text.contains("{{"), "{text}");
                }
            }
        }
    }

    #[test]
    fn chats_get_the_words_without_what_leads_to_the_link() {
        let announced = writer().announcement(&occasions()[5], Locale::English);
        assert_eq!(announced.title, "Your server web-1 is ready");
        assert_eq!(announced.paragraphs, ["The server web-1 was created and runs."]);
        assert_eq!(announced.kind, "server_created");
        assert_eq!(announced.facts["server_name"], "web-1");
        assert_eq!(announced.facts.get("kind"), None);
    }

    #[test]
    fn an_alert_is_told_with_its_figure() {
        let told = writer().announcement(&occasions()[8], Locale::English);
        assert_eq!(told.title, "Alert on web-1: CPU hot");
        assert_eq!(told.paragraphs[1], "Severity: warning. Processor: 93.4 %");
        assert_eq!(
            (told.tone, told.facts["value"].as_f64()),
            (Tone::Warning, Some(0.934))
        );
        let over = writer().announcement(&occasions()[9], Locale::English);
        assert_eq!(
            (over.title.as_str(), over.tone),
            ("Resolved on web-1: CPU hot", Tone::Good)
        );
    }

    #[test]
    fn a_failed_operation_is_named_in_words() {
        let mail = writer().mail(
            &occasions()[6],
            Locale::English,
            DeliveryId::generate(),
            Vec::new(),
        );
        assert_eq!(mail.subject, "Resizing the server failed on web-1");
        assert!(mail.text.contains("the hypervisor has no room"));
    }
}
