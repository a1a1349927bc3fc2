//! `hostler channels`.

use std::future::ready;

use clap::{Args, Subcommand};
use futures_util::{StreamExt as _, TryStreamExt as _};
use hostler_client::v1;
use hostler_client::v1::channel::Target;

use crate::context::Context;
use crate::errors::Failure;
use crate::flags::{Confirm, SecretsFrom};
use crate::mask::Mask;
use crate::output::View as _;
use crate::views::{ChannelView, DeliveryView};
use crate::{lookup, names, namesakes, prompt, table};

/// Where notices go besides the inbox: e-mail, Slack, Teams and webhooks
#[derive(Debug, Subcommand)]
pub(crate) enum Channels {
    /// List channels, oldest first
    #[command(alias = "ls")]
    List(List),
    /// Show one channel
    Get(One),
    /// Create a channel; its secrets are asked for
    Create(Create),
    /// Change a channel
    Update(Update),
    /// Confirm an address of an e-mail channel by the code that was mailed there
    Confirm(ConfirmAddress),
    /// Send a test to a channel and say what became of it
    Test(One),
    /// Delete a channel
    #[command(alias = "rm")]
    Delete(Delete),
}

#[derive(Debug, Args)]
pub(crate) struct List {
    #[command(flatten)]
    whose: Whose,
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Whose {
    /// Those of the installation; for staff
    #[arg(long)]
    pub(crate) installation: bool,
}

#[derive(Debug, Args)]
pub(crate) struct One {
    /// Channel, by name or id
    #[arg(value_name = "CHANNEL")]
    channel: String,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
#[command(
    group = clap::ArgGroup::new("target").required(true).args(["email", "slack", "teams", "webhook"]),
    after_help = "\
Examples:
  hostler channels create night --email ops@example.org --email night@example.org
  hostler channels create chat --slack
  hostler channels create ops --webhook https://example.org/hook --secrets-stdin < secret"
)]
pub(crate) struct Create {
    /// What to call it
    #[arg(value_name = "NAME")]
    name: String,
    /// Mail to this address; may be given more than once, up to 5
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    email: Vec<String>,
    /// Post to an incoming webhook of Slack, whose URL is asked for
    #[arg(long)]
    slack: bool,
    /// Post to a workflow of Microsoft Teams, whose URL is asked for
    #[arg(long)]
    teams: bool,
    /// Post to this URL; the secret that signs is asked for
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// Most messages in a minute, 1 to 600
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(i32).range(1..=600), allow_hyphen_values = true)]
    rate: i32,
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    secrets: SecretsFrom,
}

#[derive(Debug, Args)]
#[command(
    override_usage = "hostler channels update <CHANNEL> <OPTIONS>",
    after_help = "\
Examples:
  hostler channels update night --email ops@example.org --email day@example.org
  hostler channels update chat --new-secret --secrets-stdin < url
  hostler channels update chat --off"
)]
#[group(
    id = "changes",
    required = true,
    multiple = true,
    args = ["name", "rate", "off", "on", "email", "webhook", "new_secret"]
)]
pub(crate) struct Update {
    #[command(flatten)]
    one: One,
    /// New name
    #[arg(long)]
    name: Option<String>,
    /// Most messages in a minute, 1 to 600
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(i32).range(1..=600), allow_hyphen_values = true)]
    rate: Option<i32>,
    /// Send nothing to it
    #[arg(long)]
    off: bool,
    /// Send to it again
    #[arg(long, conflicts_with = "off")]
    on: bool,
    /// Mail to this address instead of those that it has; may be given more than once, up to 5
    #[arg(long, value_name = "ADDRESS", value_delimiter = ',')]
    email: Vec<String>,
    /// Post to this URL instead
    #[arg(long, value_name = "URL")]
    webhook: Option<String>,
    /// Ask for a new secret: the URL of Slack and Teams, what signs for a webhook
    #[arg(long)]
    new_secret: bool,
    #[command(flatten)]
    secrets: SecretsFrom,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hostler channels confirm night ops@example.org                 asks for the code
  hostler channels confirm night ops@example.org --send-again")]
pub(crate) struct ConfirmAddress {
    #[command(flatten)]
    one: One,
    /// Address of the channel
    #[arg(value_name = "ADDRESS")]
    address: String,
    /// The code from the mail; asked for when it is not given
    #[arg(long)]
    code: Option<String>,
    /// Mail another code instead
    #[arg(long, conflicts_with = "code")]
    send_again: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    one: One,
    #[command(flatten)]
    confirm: Confirm,
}

pub(crate) async fn run(context: &mut Context<'_>, command: Channels) -> Result<(), Failure> {
    match command {
        Channels::List(args) => {
            let filter = v1::ListChannelsRequest {
                installation: args.whose.installation,
                ..Default::default()
            };
            let all = context.client.channels().list_all(filter);
            let channels = lookup::collect(all, usize::MAX).await?;
            let views: Vec<_> = channels.into_iter().map(ChannelView::from).collect();
            Ok(context.output.list(&views)?)
        }
        Channels::Get(args) => {
            let channel = find(context, &args).await?;
            let mut view = ChannelView::from(channel);
            if context.output.is_for_people() {
                let owner = std::iter::once(view.owner_id());
                let names = names::accounts(&context.client, owner).await;
                view = view.with_names(&names);
            }
            Ok(context.output.item(&view)?)
        }
        Channels::Create(args) => create(context, args).await,
        Channels::Update(args) => update(context, args).await,
        Channels::Confirm(args) => confirm(context, args).await,
        Channels::Test(args) => test(context, &args).await,
        Channels::Delete(args) => delete(context, args).await,
    }
}

async fn find(context: &Context<'_>, args: &One) -> Result<v1::Channel, Failure> {
    lookup::channel(&context.client, &args.channel, args.whose.installation).await
}

async fn create(context: &mut Context<'_>, args: Create) -> Result<(), Failure> {
    let secrets = args.secrets.secrets();
    let target = if let Some(url) = args.webhook {
        Target::Webhook(v1::WebhookTarget {
            url,
            secret: secrets.ask_new("Secret that signs")?.expose().to_owned(),
            ..Default::default()
        })
    } else if args.slack {
        Target::Slack(v1::SlackTarget {
            url: secrets.ask("URL of the Slack webhook")?.expose().to_owned(),
            ..Default::default()
        })
    } else if args.teams {
        Target::Teams(v1::TeamsTarget {
            url: secrets.ask("URL of the Teams workflow")?.expose().to_owned(),
            ..Default::default()
        })
    } else {
        Target::Email(v1::EmailTarget {
            addresses: args.email,
            ..Default::default()
        })
    };
    let request = v1::CreateChannelRequest {
        channel: Some(v1::Channel {
            display_name: args.name,
            target: Some(target),
            rate_per_minute: args.rate,
            ..Default::default()
        }),
        installation: args.whose.installation,
        ..Default::default()
    };
    let channel = ChannelView::from(context.client.channels().create(request).await?);
    let next = if channel.unconfirmed_addresses.is_empty() {
        format!(" Try it: hostler channels test {}", channel.id)
    } else {
        String::new()
    };
    let sentence = format!(
        "Created the channel {} ({}).{next}",
        channel.display_name, channel.id
    );
    context.output.done(&sentence, &channel)?;
    tell_namesakes(context, &channel).await?;
    ask_owners(context, &channel, &channel.unconfirmed_addresses).await
}

/// Channels are looked up among the caller's own or the installation's: one that is somebody else's is in nobody's way.
async fn tell_namesakes(context: &mut Context<'_>, channel: &ChannelView) -> Result<(), Failure> {
    let all = context.client.channels().list_all(v1::ListChannelsRequest {
        installation: channel.owner_id().is_empty(),
        ..Default::default()
    });
    let owner = channel.owner_id().to_owned();
    let all = all
        .try_filter(move |other| ready(other.owner_id == owner))
        .boxed();
    let made = (channel.id.as_str(), channel.display_name.as_str());
    namesakes::tell(context.output, "channel", made, all, |channel| {
        (channel.id, channel.display_name)
    })
    .await
}

/// Mails codes to these addresses, and says what is to be done with them. What was asked for is done by now: a mail that does not leave
/// fails nothing, and takes none from the other addresses.
async fn ask_owners(
    context: &mut Context<'_>,
    channel: &ChannelView,
    addresses: &[String],
) -> Result<(), Failure> {
    for address in addresses {
        let confirm = format!("hostler channels confirm {} {address}", channel.id);
        let note = match send_code(context, channel, address).await {
            Ok(()) => format!(
                "{address} is to be confirmed, with the code from the mail that is on its way there:\n  {confirm}"
            ),
            Err(failure) => {
                let explained = failure.explain();
                let why = explained.lines().next().unwrap_or_default();
                format!(
                    "{address} is to be confirmed, and no code was mailed there: {why}\n  later: {confirm} --send-again"
                )
            }
        };
        context.output.note(&note)?;
    }
    Ok(())
}

async fn send_code(context: &Context<'_>, channel: &ChannelView, address: &str) -> Result<(), Failure> {
    let channels = context.client.channels();
    let delivery = channels.send_address_code(&channel.id, address).await?;
    if delivery.state() == v1::DeliveryState::Failed {
        return Err(Failure::Local(format!(
            "the mail to {address} has failed: {}",
            delivery.error
        )));
    }
    Ok(())
}

async fn confirm(context: &mut Context<'_>, args: ConfirmAddress) -> Result<(), Failure> {
    let channel = ChannelView::from(find(context, &args.one).await?);
    if args.send_again {
        send_code(context, &channel, &args.address).await?;
        let sentence = format!("Another code is on its way to {}.", args.address);
        return Ok(context.output.done(&sentence, &channel)?);
    }
    let code = match args.code {
        Some(code) => code,
        None => prompt::text(context.output, "Code from the mail", "--code")?,
    };
    let channels = context.client.channels();
    let confirmed = channels
        .confirm_address(&channel.id, &args.address, &code)
        .await?;
    let channel = ChannelView::from(confirmed);
    let sentence = format!("{} sends to {} from now on.", channel.display_name, args.address);
    Ok(context.output.done(&sentence, &channel)?)
}

/// The etag keeps a change that somebody else has just made.
async fn update(context: &mut Context<'_>, args: Update) -> Result<(), Failure> {
    let found = find(context, &args.one).await?;
    let target = new_target(&found, &args)?;
    let mut channel = v1::Channel {
        id: found.id,
        ..Default::default()
    };
    let mut mask = Mask::default();
    let renamed = args.name.is_some();
    mask.set(&mut channel.display_name, args.name, "display_name");
    mask.set(&mut channel.rate_per_minute, args.rate, "rate_per_minute");
    let disabled = (args.on || args.off).then_some(args.off);
    mask.set(&mut channel.disabled, disabled, "disabled");
    mask.set(&mut channel.target, target.map(Some), "target");
    let request = v1::UpdateChannelRequest {
        channel: Some(channel),
        update_mask: Some(mask.into()),
        etag: found.etag,
        ..Default::default()
    };
    let channel = ChannelView::from(context.client.channels().update(request).await?);
    let sentence = format!("Changed the channel {}.", channel.display_name);
    context.output.done(&sentence, &channel)?;
    if renamed {
        tell_namesakes(context, &channel).await?;
    }
    let new: Vec<String> = channel
        .unconfirmed_addresses
        .iter()
        .filter(|address| args.email.contains(address))
        .cloned()
        .collect();
    ask_owners(context, &channel, &new).await
}

/// What is to change of where it leads; `None` for nothing.
fn new_target(found: &v1::Channel, args: &Update) -> Result<Option<Target>, Failure> {
    let secret = |what: &str| -> Result<String, Failure> {
        if !args.new_secret {
            return Ok(String::new());
        }
        Ok(args.secrets.secrets().ask(what)?.expose().to_owned())
    };
    let kind = ChannelView::from(found.clone()).kind();
    let no = |flag: &str| {
        Err(Failure::Usage(format!(
            "{flag} is not for a channel of the kind {kind}, which stays what it is\n  next: hostler channels create makes one of another \
             kind"
        )))
    };
    match &found.target {
        _ if args.email.is_empty() && args.webhook.is_none() && !args.new_secret => Ok(None),
        Some(Target::Email(_)) if args.webhook.is_some() || args.new_secret => {
            no("--webhook or --new-secret")
        }
        Some(Target::Email(_)) => Ok(Some(Target::Email(v1::EmailTarget {
            addresses: args.email.clone(),
            ..Default::default()
        }))),
        Some(Target::Slack(_) | Target::Teams(_)) if args.webhook.is_some() || !args.email.is_empty() => {
            no("--webhook or --email")
        }
        Some(Target::Slack(_)) => Ok(Some(Target::Slack(v1::SlackTarget {
            url: secret("URL of the Slack webhook")?,
            ..Default::default()
        }))),
        Some(Target::Teams(_)) => Ok(Some(Target::Teams(v1::TeamsTarget {
            url: secret("URL of the Teams workflow")?,
            ..Default::default()
        }))),
        Some(Target::Webhook(_)) if !args.email.is_empty() => no("--email"),
        Some(Target::Webhook(_)) => Ok(Some(Target::Webhook(v1::WebhookTarget {
            url: args.webhook.clone().unwrap_or_default(),
            secret: secret("Secret that signs")?,
            ..Default::default()
        }))),
        None => no("--email, --webhook or --new-secret"),
    }
}

/// A test that fails is no success of the command.
async fn test(context: &mut Context<'_>, args: &One) -> Result<(), Failure> {
    let channel = find(context, args).await?;
    let delivery = context.client.channels().test(&channel.id).await?;
    let delivered = delivery.state() == v1::DeliveryState::Delivered;
    let view = DeliveryView::from(delivery);
    if delivered {
        let sentence = format!("The test has arrived at {}.", channel.display_name);
        return Ok(context.output.done(&sentence, &view)?);
    }
    let text = table::pairs(&view.details(), context.output.color());
    context.output.done(text.trim_end(), &view)?;
    Err(Failure::Local(format!(
        "the test has not arrived: {}",
        view.error
    )))
}

async fn delete(context: &mut Context<'_>, args: Delete) -> Result<(), Failure> {
    let channel = find(context, &args.one).await?;
    let warning = format!("This deletes the channel {}", channel.display_name);
    prompt::confirm(context.output, &warning, &channel.display_name, args.confirm.yes)?;
    let request = v1::DeleteChannelRequest {
        channel_id: channel.id.clone(),
        etag: channel.etag.clone(),
        ..Default::default()
    };
    context.client.channels().delete(request).await?;
    let channel = ChannelView::from(channel);
    let sentence = format!("Deleted the channel {}.", channel.display_name);
    Ok(context.output.done(&sentence, &channel)?)
}
