//! Every template there is, built in.

use crate::domain::codes::coded;
use crate::domain::user::Locale;

coded! {
    /// Which message; the code is the name of its file.
    #[expect(unreachable_pub, reason = "the macro declares what others may use, too")]
    TemplateKind {
        Verification = "verification",
        PasswordReset = "password_reset",
        AlreadyRegistered = "already_registered",
        PasswordChanged = "password_changed",
        ApiTokenCreated = "api_token_created",
        ServerCreated = "server_created",
        OperationFailed = "operation_failed",
        AlertFired = "alert_fired",
        AlertResolved = "alert_resolved",
        NodeAlertFired = "node_alert_fired",
        NodeAlertResolved = "node_alert_resolved",
        ContainerAlertFired = "container_alert_fired",
        ContainerAlertResolved = "container_alert_resolved",
        Test = "test",
        ChannelAddress = "channel_address",
    }
}

pub(super) const LAYOUT: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/layout.html"));

macro_rules! file {
    ($locale:expr, $name:literal) => {
        match $locale {
            Locale::English => include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/en/", $name)),
            Locale::Russian => include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/ru/", $name)),
            Locale::Japanese => include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/templates/ja/", $name)),
        }
    };
}

pub(super) const fn file(kind: TemplateKind, locale: Locale) -> &'static str {
    match kind {
        TemplateKind::Verification => file!(locale, "verification.txt"),
        TemplateKind::PasswordReset => file!(locale, "password_reset.txt"),
        TemplateKind::AlreadyRegistered => file!(locale, "already_registered.txt"),
        TemplateKind::PasswordChanged => file!(locale, "password_changed.txt"),
        TemplateKind::ApiTokenCreated => file!(locale, "api_token_created.txt"),
        TemplateKind::ServerCreated => file!(locale, "server_created.txt"),
        TemplateKind::OperationFailed => file!(locale, "operation_failed.txt"),
        TemplateKind::AlertFired => file!(locale, "alert_fired.txt"),
        TemplateKind::AlertResolved => file!(locale, "alert_resolved.txt"),
        TemplateKind::NodeAlertFired => file!(locale, "node_alert_fired.txt"),
        TemplateKind::NodeAlertResolved => file!(locale, "node_alert_resolved.txt"),
        TemplateKind::ContainerAlertFired => file!(locale, "container_alert_fired.txt"),
        TemplateKind::ContainerAlertResolved => file!(locale, "container_alert_resolved.txt"),
        TemplateKind::Test => file!(locale, "test.txt"),
        TemplateKind::ChannelAddress => file!(locale, "channel_address.txt"),
    }
}

pub(super) const fn names(locale: Locale) -> &'static str {
    file!(locale, "names.txt")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::domain::codes::Code as _;
    use crate::engine::announcements::template::{Paragraph, Template};

    /// What a file names in double braces.
    fn placeholders(text: &str) -> BTreeSet<&str> {
        text.split("{{")
            .skip(1)
            .map(|from| from.split_once("}}").unwrap().0)
            .collect()
    }

    #[test]
    fn a_message_has_the_same_placeholders_in_every_language_and_one_link() {
        for kind in TemplateKind::ALL {
            let english = placeholders(file(*kind, Locale::English));
            for locale in Locale::ALL {
                let text = file(*kind, *locale);
                assert_eq!(placeholders(text), english, "{kind} in {locale}");
                let template = Template::parse(text);
                assert!(!template.subject.is_empty(), "{kind} in {locale}");
                let links = template
                    .paragraphs
                    .iter()
                    .filter(|paragraph| matches!(paragraph, Paragraph::Link { .. }));
                assert_eq!(links.count(), 1, "{kind} in {locale}");
                assert!(
                    matches!(template.paragraphs.first(), Some(Paragraph::Text(_))),
                    "{kind} in {locale} begins with a sentence that chats have too"
                );
            }
        }
    }

    #[test]
    fn no_two_messages_of_a_language_have_one_subject() {
        for locale in Locale::ALL {
            let subjects: BTreeSet<_> = TemplateKind::ALL
                .iter()
                .map(|kind| Template::parse(file(*kind, *locale)).subject)
                .collect();
            assert_eq!(subjects.len(), TemplateKind::ALL.len(), "{locale}");
        }
    }
}
