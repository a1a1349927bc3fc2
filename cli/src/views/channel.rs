//! Channels, and what was sent to them.

use std::collections::BTreeMap;

use hostler_client::v1;
use hostler_client::v1::channel::Target;
use serde::Serialize;

use super::word::enum_word;
use crate::output::View;
use crate::table::{Cell, Tone};
use crate::units::time;

/// A way to reach somebody.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct ChannelView {
    pub(crate) id: String,
    owner_id: String,
    pub(crate) display_name: String,
    kind: &'static str,
    /// Addresses, or the URL of a webhook, or the end of one that is a secret.
    target: String,
    /// Addresses whose owners have not agreed yet.
    pub(crate) unconfirmed_addresses: Vec<String>,
    disabled: bool,
    rate_per_minute: i32,
    create_time: Option<String>,
    update_time: Option<String>,
    etag: String,
    /// The address of its owner; the id where it is not known.
    #[serde(skip)]
    owner: String,
}

impl From<v1::Channel> for ChannelView {
    fn from(channel: v1::Channel) -> Self {
        let mut unconfirmed_addresses = Vec::new();
        let (kind, target) = match channel.target {
            Some(Target::Email(email)) => {
                unconfirmed_addresses = email.unconfirmed_addresses;
                ("email", email.addresses.join(", "))
            }
            Some(Target::Slack(slack)) => ("slack", slack.url_hint),
            Some(Target::Teams(teams)) => ("teams", teams.url_hint),
            Some(Target::Webhook(webhook)) => ("webhook", webhook.url),
            None => ("unknown", String::new()),
        };
        Self {
            owner: channel.owner_id.clone(),
            id: channel.id,
            owner_id: channel.owner_id,
            display_name: channel.display_name,
            kind,
            target,
            unconfirmed_addresses,
            disabled: channel.disabled,
            rate_per_minute: channel.rate_per_minute,
            create_time: time::machine(channel.create_time),
            update_time: time::machine(channel.update_time),
            etag: channel.etag,
        }
    }
}

impl ChannelView {
    /// What it is, which never changes.
    pub(crate) const fn kind(&self) -> &'static str {
        self.kind
    }

    pub(crate) fn owner_id(&self) -> &str {
        &self.owner_id
    }

    /// Puts the address of its owner in the place of the id, for people.
    pub(crate) fn with_names(mut self, names: &BTreeMap<String, String>) -> Self {
        if let Some(address) = names.get(&self.owner_id) {
            self.owner.clone_from(address);
        }
        self
    }

    fn state(&self) -> Cell {
        if self.disabled {
            Cell::toned("off", Tone::Plain)
        } else if !self.unconfirmed_addresses.is_empty() {
            Cell::toned("to be confirmed", Tone::Changing)
        } else {
            Cell::toned("on", Tone::Good)
        }
    }
}

impl View for ChannelView {
    const COLUMNS: &'static [&'static str] = &["NAME", "KIND", "TARGET", "STATE", "ID"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            self.display_name.as_str().into(),
            self.kind.into(),
            self.target.as_str().into(),
            self.state(),
            self.id.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        let owner = match self.owner.as_str() {
            "" => "the installation",
            owner => owner,
        };
        vec![
            ("Name", self.display_name.as_str().into()),
            ("Kind", self.kind.into()),
            ("Target", self.target.as_str().into()),
            ("To be confirmed", self.unconfirmed_addresses.join(", ").into()),
            ("State", self.state()),
            ("A minute", self.rate_per_minute.to_string().into()),
            ("Owner", owner.into()),
            ("Created", time::human(self.create_time.as_deref()).into()),
            ("Id", self.id.as_str().into()),
        ]
    }
}

/// One message to one channel.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DeliveryView {
    pub(crate) id: String,
    channel_id: String,
    kind: String,
    test: bool,
    pub(crate) title: String,
    pub(crate) state: String,
    attempts: i32,
    status_code: i32,
    pub(crate) error: String,
    alert_id: String,
    create_time: Option<String>,
    next_attempt_time: Option<String>,
    end_time: Option<String>,
    #[serde(skip)]
    tone: Tone,
}

impl From<v1::Delivery> for DeliveryView {
    fn from(delivery: v1::Delivery) -> Self {
        let (kind, state) = (delivery.kind(), delivery.state());
        Self {
            id: delivery.id,
            channel_id: delivery.channel_id,
            kind: if delivery.test {
                "test".to_owned()
            } else {
                enum_word(kind.as_str_name(), "NOTIFICATION_KIND_")
            },
            test: delivery.test,
            title: delivery.title,
            state: enum_word(state.as_str_name(), "DELIVERY_STATE_"),
            attempts: delivery.attempts,
            status_code: delivery.status_code,
            error: delivery.error,
            alert_id: delivery.alert_id,
            create_time: time::machine(delivery.create_time),
            next_attempt_time: time::machine(delivery.next_attempt_time),
            end_time: time::machine(delivery.end_time),
            tone: match state {
                v1::DeliveryState::Unspecified | v1::DeliveryState::Pending => Tone::Plain,
                v1::DeliveryState::Delivered => Tone::Good,
                v1::DeliveryState::Failed => Tone::Bad,
            },
        }
    }
}

impl View for DeliveryView {
    const COLUMNS: &'static [&'static str] = &["TIME", "TITLE", "STATE", "TRIES", "ERROR", "ID"];

    fn cells(&self) -> Vec<Cell> {
        vec![
            time::human(self.create_time.as_deref()).into(),
            self.title.as_str().into(),
            Cell::toned(self.state.as_str(), self.tone),
            self.attempts.to_string().into(),
            self.error.as_str().into(),
            self.id.as_str().into(),
        ]
    }

    fn details(&self) -> Vec<(&'static str, Cell)> {
        vec![
            ("Time", time::human(self.create_time.as_deref()).into()),
            ("Title", self.title.as_str().into()),
            ("Kind", self.kind.as_str().into()),
            ("State", Cell::toned(self.state.as_str(), self.tone)),
            ("Tries", self.attempts.to_string().into()),
            ("Error", self.error.as_str().into()),
            ("Next try", time::human(self.next_attempt_time.as_deref()).into()),
            ("Ended", time::human(self.end_time.as_deref()).into()),
            ("Id", self.id.as_str().into()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_read_whose_a_channel_is_and_programs_read_the_id() {
        let owner = |view: &ChannelView| {
            let details = view.details();
            let found = details.iter().find(|(name, _)| *name == "Owner");
            found.map(|(_, cell)| cell.text.clone())
        };
        let view = ChannelView::from(v1::Channel {
            owner_id: "0190".to_owned(),
            ..Default::default()
        });
        assert_eq!(owner(&view).as_deref(), Some("0190"));
        let known = BTreeMap::from([("0190".to_owned(), "ada@example.org".to_owned())]);
        let view = view.with_names(&known);
        assert_eq!(owner(&view).as_deref(), Some("ada@example.org"));
        assert_eq!(serde_json::to_value(&view).unwrap()["owner_id"], "0190");
        let ours = ChannelView::from(v1::Channel::default()).with_names(&known);
        assert_eq!(owner(&ours).as_deref(), Some("the installation"));
    }
}
