//! From an occasion to words: its template, its values, its link.

use std::fmt;
use std::sync::Arc;

use serde_json::Value;

use super::figure::{figure, full_in};
use super::filling::fill;
use super::html::{self, Part};
use super::library::{self, TemplateKind};
use super::names::name;
use super::template::{Paragraph, Template};
use crate::domain::alert_metric::AlertMetric;
use crate::domain::alert_rule::AlertSeverity;
use crate::domain::codes::Code as _;
use crate::domain::ids::DeliveryId;
use crate::domain::names::Email;
use crate::domain::occasion::{AlertFacts, AlertPlace, Occasion};
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
            Occasion::AlertFired(facts) | Occasion::AlertResolved(facts) => match &facts.place {
                AlertPlace::Server { server_id, .. } => format!("/servers/{server_id}"),
                AlertPlace::Node { node_id, .. } | AlertPlace::Container { node_id, .. } => {
                    format!("/operator/nodes/{node_id}")
                }
            },
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
            Occasion::AlertFired(facts) | Occasion::AlertResolved(facts) => {
                let mut values = place(&facts.place);
                values.push(("rule", facts.rule_name.clone()));
                values.push(("severity", name(locale, facts.severity.code()).to_owned()));
                values.push(("figure", shown_figure(facts, locale)));
                values
            }
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
        Occasion::AlertFired(facts) => match facts.place {
            AlertPlace::Server { .. } => TemplateKind::AlertFired,
            AlertPlace::Node { .. } => TemplateKind::NodeAlertFired,
            AlertPlace::Container { .. } => TemplateKind::ContainerAlertFired,
        },
        Occasion::AlertResolved(facts) => match facts.place {
            AlertPlace::Server { .. } => TemplateKind::AlertResolved,
            AlertPlace::Node { .. } => TemplateKind::NodeAlertResolved,
            AlertPlace::Container { .. } => TemplateKind::ContainerAlertResolved,
        },
        Occasion::Test => TemplateKind::Test,
        Occasion::ChannelAddress { .. } => TemplateKind::ChannelAddress,
    }
}

/// Empty for alerts that compare nothing, and where the figure is not known.
fn shown_figure(facts: &AlertFacts, locale: Locale) -> String {
    match (facts.metric, facts.value, facts.full_in_seconds) {
        (Some(metric), Some(value), _) => figure(locale, metric, value),
        (_, _, Some(seconds)) => full_in(locale, seconds),
        (Some(_) | None, _, None) => String::new(),
    }
}

/// What it is called where something is wrong.
fn place(place: &AlertPlace) -> Vec<(&'static str, String)> {
    match place {
        AlertPlace::Server { server_name, .. } => vec![("server", server_name.clone())],
        AlertPlace::Node { node_name, .. } => vec![("node", node_name.clone())],
        AlertPlace::Container {
            node_name,
            container_name,
            ..
        } => vec![("node", node_name.clone()), ("container", container_name.clone())],
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
            && let Some(unit) = alert.metric.map(AlertMetric::unit)
            && unit.one() > 1
            && let Some(value) = alert.value
        {
            #[expect(clippy::cast_precision_loss, reason = "what has parts is small")]
            let value = value as f64 / unit.one() as f64;
            facts.insert("value".to_owned(), value.into());
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
    use crate::domain::container::ContainerId;
    use crate::domain::ids::{AlertId, ChannelId, EmailTokenId, NodeId, OperationId, ServerId};

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
            Occasion::AlertFired(on_node()),
            Occasion::AlertResolved(on_node()),
            Occasion::AlertFired(on_container()),
            Occasion::AlertResolved(on_container()),
        ]
    }

    fn on_node() -> AlertFacts {
        AlertFacts {
            place: AlertPlace::Node {
                node_id: NodeId::generate(),
                node_name: "rack-1".to_owned(),
            },
            rule_name: "Disk full soon".to_owned(),
            metric: None,
            value: None,
            full_in_seconds: Some(7_200),
            ..alert(ServerId::generate())
        }
    }

    fn on_container() -> AlertFacts {
        AlertFacts {
            place: AlertPlace::Container {
                node_id: NodeId::generate(),
                node_name: "rack-1".to_owned(),
                container_id: ContainerId::parse(&"0af9".repeat(16)).unwrap(),
                container_name: "shop".to_owned(),
            },
            metric: Some(AlertMetric::CpuCores),
            value: Some(1_500),
            ..alert(ServerId::generate())
        }
    }

    fn alert(server_id: ServerId) -> AlertFacts {
        AlertFacts {
            alert_id: AlertId::generate(),
            place: AlertPlace::Server {
                server_id,
                server_name: "web-1".to_owned(),
            },
            rule_name: "CPU hot".to_owned(),
            severity: AlertSeverity::Warning,
            metric: Some(AlertMetric::CpuRatio),
            value: Some(9_340),
            full_in_seconds: None,
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
    fn alerts_about_nodes_and_containers_name_these_and_lead_to_the_node() {
        let told = |index: usize| writer().announcement(&occasions()[index], Locale::English);
        let node = told(11);
        assert_eq!(node.title, "Alert on rack-1: Disk full soon");
        assert_eq!(node.paragraphs[1], "Severity: warning. Full in: 2.0 h");
        let link = node.link.unwrap();
        assert!(
            link.url.starts_with("https://hostler.example/operator/nodes/"),
            "{}",
            link.url
        );
        assert_eq!(node.facts.get("server_id"), None);
        let container = told(13);
        assert_eq!(container.title, "Alert on shop (rack-1): CPU hot");
        assert_eq!(container.facts["value"].as_f64(), Some(1.5));
        assert_eq!(container.facts["container_name"], "shop");
        assert_eq!(told(12).title, "Resolved on rack-1: Disk full soon");
        assert_eq!(told(14).title, "Resolved on shop (rack-1): CPU hot");
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
