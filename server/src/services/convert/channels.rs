//! Channels.

use hostler_proto::v1;
use hostler_proto::v1::channel::Target;

use super::number::wire_i32;
use super::reader::Reader;
use super::time::wire_time;
use super::update::{Guarded, Update};
use crate::domain::channel::{Channel, ChannelTarget};
use crate::domain::fields::FieldErrors;
use crate::domain::ids::ChannelId;
use crate::domain::names::Email;
use crate::domain::secret::Secret;
use crate::engine::channels::{ChannelPatch, NewChannel, TargetInput};

const MAX_NAME: usize = 64;
const MAX_ADDRESSES: usize = 5;
const MAX_URL: usize = 1024;
/// With what people put between the characters of a code.
const MAX_CODE: usize = 32;
const SECRET: std::ops::RangeInclusive<usize> = 16..=256;
const DEFAULT_RATE: u32 = 30;
const MAX_RATE: u32 = 600;
const FIELDS: [&str; 4] = ["display_name", "target", "disabled", "rate_per_minute"];

/// The installation's channels, and not the caller's own.
#[derive(Debug)]
pub(in crate::services) struct OfInstallation(pub(in crate::services) bool);

impl TryFrom<v1::ListChannelsRequest> for OfInstallation {
    type Error = FieldErrors;

    fn try_from(request: v1::ListChannelsRequest) -> Result<Self, FieldErrors> {
        Ok(Self(request.installation))
    }
}

impl TryFrom<v1::GetChannelRequest> for ChannelId {
    type Error = FieldErrors;

    fn try_from(request: v1::GetChannelRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("channel_id", &request.channel_id);
        read.finish(|| id)
    }
}

impl TryFrom<v1::TestChannelRequest> for ChannelId {
    type Error = FieldErrors;

    fn try_from(request: v1::TestChannelRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("channel_id", &request.channel_id);
        read.finish(|| id)
    }
}

/// An address of a channel, and what its owner was mailed.
#[derive(Debug)]
pub(in crate::services) struct AddressOf<Code> {
    pub(in crate::services) channel: ChannelId,
    pub(in crate::services) address: Email,
    pub(in crate::services) code: Code,
}

impl TryFrom<v1::SendChannelAddressCodeRequest> for AddressOf<()> {
    type Error = FieldErrors;

    fn try_from(request: v1::SendChannelAddressCodeRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let channel = read.id("channel_id", &request.channel_id);
        let address = read.take("address", Email::parse(&request.address));
        read.finish(|| {
            Some(Self {
                channel: channel?,
                address: address?,
                code: (),
            })
        })
    }
}

impl TryFrom<v1::ConfirmChannelAddressRequest> for AddressOf<String> {
    type Error = FieldErrors;

    fn try_from(request: v1::ConfirmChannelAddressRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let channel = read.id("channel_id", &request.channel_id);
        let address = read.take("address", Email::parse(&request.address));
        let code = read.line("code", &request.code, 1, MAX_CODE);
        read.finish(|| {
            Some(Self {
                channel: channel?,
                address: address?,
                code: code?,
            })
        })
    }
}

impl TryFrom<v1::DeleteChannelRequest> for Guarded<ChannelId> {
    type Error = FieldErrors;

    fn try_from(request: v1::DeleteChannelRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("channel_id", &request.channel_id);
        let etag = read.etag(&request.etag);
        read.finish(|| Some(Self { id: id?, etag: etag? }))
    }
}

impl TryFrom<v1::CreateChannelRequest> for NewChannel {
    type Error = FieldErrors;

    fn try_from(request: v1::CreateChannelRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("channel.");
        let channel = request.channel.unwrap_or_default();
        let display_name = read.line("display_name", &channel.display_name, 1, MAX_NAME);
        let target = target(&mut read, channel.target);
        let rate_per_minute = match channel.rate_per_minute {
            0 => Some(DEFAULT_RATE),
            rate => rate_per_minute(&mut read, rate),
        };
        read.finish(|| {
            Some(Self {
                display_name: display_name?,
                target: target?,
                disabled: channel.disabled,
                rate_per_minute: rate_per_minute?,
                installation: request.installation,
            })
        })
    }
}

impl TryFrom<v1::UpdateChannelRequest> for Update<ChannelId, ChannelPatch> {
    type Error = FieldErrors;

    fn try_from(request: v1::UpdateChannelRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::inside("channel.");
        let mask = read.mask(request.update_mask, &FIELDS);
        let channel = request.channel.unwrap_or_default();
        let id = read.id("id", &channel.id);
        let mut patch = ChannelPatch::default();
        if mask.names("display_name", !channel.display_name.is_empty()) {
            patch.display_name = read.line("display_name", &channel.display_name, 1, MAX_NAME);
        }
        if mask.names("target", channel.target.is_some()) {
            patch.target = target(&mut read, channel.target);
        }
        if mask.names("disabled", channel.disabled) {
            patch.disabled = Some(channel.disabled);
        }
        if mask.names("rate_per_minute", channel.rate_per_minute != 0) {
            patch.rate_per_minute = rate_per_minute(&mut read, channel.rate_per_minute);
        }
        let etag = read.etag(&request.etag);
        read.finish(|| {
            Some(Self {
                id: id?,
                patch,
                etag: etag?,
            })
        })
    }
}

fn rate_per_minute(read: &mut Reader, rate: i32) -> Option<u32> {
    let rate = u32::try_from(rate)
        .ok()
        .filter(|rate| (1..=MAX_RATE).contains(rate));
    if rate.is_none() {
        read.bad("rate_per_minute", format!("must be from 1 to {MAX_RATE}"));
    }
    rate
}

fn target(read: &mut Reader, target: Option<Target>) -> Option<TargetInput> {
    match target {
        None => {
            read.bad("target", "must be given: email, slack, teams or webhook");
            None
        }
        Some(Target::Email(email)) => {
            let addresses = addresses(read, &email.addresses)?;
            Some(TargetInput::Email { addresses })
        }
        Some(Target::Slack(slack)) => {
            let url = url(read, "slack.url", slack.url)?.map(Secret::new);
            Some(TargetInput::Slack { url })
        }
        Some(Target::Teams(teams)) => {
            let url = url(read, "teams.url", teams.url)?.map(Secret::new);
            Some(TargetInput::Teams { url })
        }
        Some(Target::Webhook(webhook)) => {
            let url = url(read, "webhook.url", webhook.url);
            let secret = secret(read, webhook.secret);
            Some(TargetInput::Webhook {
                url: url?,
                secret: secret?,
            })
        }
    }
}

fn addresses(read: &mut Reader, texts: &[String]) -> Option<Vec<Email>> {
    if texts.len() > MAX_ADDRESSES {
        read.bad("email.addresses", format!("must be at most {MAX_ADDRESSES}"));
        return None;
    }
    let parsed: Vec<Option<Email>> = texts
        .iter()
        .enumerate()
        .map(|(index, text)| read.take(&format!("email.addresses[{index}]"), Email::parse(text)))
        .collect();
    parsed.into_iter().collect()
}

/// Empty is none. What it leads to is judged by those who post.
fn url(read: &mut Reader, field: &str, text: String) -> Option<Option<String>> {
    if text.len() > MAX_URL || !text.chars().all(|c| c.is_ascii_graphic()) {
        read.bad(field, format!("must be a URL of at most {MAX_URL} characters"));
        return None;
    }
    Some(Some(text).filter(|text| !text.is_empty()))
}

fn secret(read: &mut Reader, text: String) -> Option<Option<Secret>> {
    if text.is_empty() {
        return Some(None);
    }
    if !SECRET.contains(&text.len()) || !text.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
        let (least, most) = (SECRET.start(), SECRET.end());
        read.bad(
            "webhook.secret",
            format!("must be {least} to {most} printable ASCII characters"),
        );
        return None;
    }
    Some(Some(Secret::new(text)))
}

pub(in crate::services) fn wire_channel(channel: Channel) -> v1::Channel {
    let unconfirmed_addresses = channel.unconfirmed().map(ToString::to_string).collect();
    let target = match channel.target {
        ChannelTarget::Email { addresses, .. } => Target::Email(v1::EmailTarget {
            unconfirmed_addresses,
            addresses: addresses.into_iter().map(String::from).collect(),
        }),
        ChannelTarget::Slack { url } => Target::Slack(v1::SlackTarget {
            url: String::new(),
            url_hint: url.hint,
        }),
        ChannelTarget::Teams { url } => Target::Teams(v1::TeamsTarget {
            url: String::new(),
            url_hint: url.hint,
        }),
        ChannelTarget::Webhook { url, secret } => Target::Webhook(v1::WebhookTarget {
            url,
            secret: String::new(),
            secret_hint: secret.hint,
        }),
    };
    v1::Channel {
        id: channel.id.to_string(),
        owner_id: channel.owner_id.map(|id| id.to_string()).unwrap_or_default(),
        display_name: channel.display_name,
        target: Some(target),
        disabled: channel.disabled,
        rate_per_minute: wire_i32(channel.rate_per_minute),
        create_time: wire_time(channel.create_time),
        update_time: wire_time(channel.update_time),
        etag: channel.generation.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(channel: v1::Channel) -> Result<NewChannel, FieldErrors> {
        NewChannel::try_from(v1::CreateChannelRequest {
            channel: Some(channel),
            ..Default::default()
        })
    }

    fn fields(errors: &FieldErrors) -> Vec<&str> {
        errors.0.iter().map(|error| error.field.as_str()).collect()
    }

    #[test]
    fn all_bad_fields_of_a_channel_are_named_at_once() {
        let errors = create(v1::Channel {
            target: Some(Target::Webhook(v1::WebhookTarget {
                url: "https://example.org/ü".to_owned(),
                secret: "short".to_owned(),
                ..Default::default()
            })),
            rate_per_minute: 601,
            ..Default::default()
        })
        .unwrap_err();
        assert_eq!(
            fields(&errors),
            [
                "channel.display_name",
                "channel.webhook.url",
                "channel.webhook.secret",
                "channel.rate_per_minute",
            ]
        );
        let errors = create(v1::Channel {
            target: Some(Target::Email(v1::EmailTarget {
                addresses: vec![
                    "a@example.org".to_owned(),
                    "B@example.org".to_owned(),
                    "c".to_owned(),
                ],
                ..Default::default()
            })),
            display_name: "mail".to_owned(),
            ..Default::default()
        })
        .unwrap_err();
        assert_eq!(
            fields(&errors),
            ["channel.email.addresses[1]", "channel.email.addresses[2]"]
        );
        assert_eq!(
            fields(&create(v1::Channel::default()).unwrap_err()),
            ["channel.display_name", "channel.target"]
        );
    }

    #[test]
    fn a_new_channel_has_a_rate_unless_it_says_otherwise() {
        let channel = v1::Channel {
            display_name: "mail".to_owned(),
            target: Some(Target::Email(v1::EmailTarget {
                addresses: vec!["a@example.org".to_owned()],
                ..Default::default()
            })),
            ..Default::default()
        };
        assert_eq!(create(channel).unwrap().rate_per_minute, DEFAULT_RATE);
    }

    #[test]
    fn an_update_changes_what_its_mask_names_and_nothing_else() {
        let request = v1::UpdateChannelRequest {
            channel: Some(v1::Channel {
                id: ChannelId::generate().to_string(),
                display_name: "other".to_owned(),
                ..Default::default()
            }),
            update_mask: Some(prost_types::FieldMask {
                paths: vec!["disabled".to_owned()],
            }),
            ..Default::default()
        };
        let update = Update::<ChannelId, ChannelPatch>::try_from(request).unwrap();
        let expected = ChannelPatch {
            disabled: Some(false),
            ..ChannelPatch::default()
        };
        assert_eq!(update.patch, expected);
    }
}
