//! `hostler notifications preferences`.

use clap::{Args, ValueEnum};
use hostler_client::v1;
use v1::NotificationKind;

use crate::context::Context;
use crate::errors::Failure;
use crate::views::{PreferenceView, parse_enum};

/// What stands for every kind.
const ALL: &str = "all";

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  hostler notifications preferences
  hostler notifications preferences server-created --email off
  hostler notifications preferences alert-fired alert-resolved --inbox on --email off --channels on

Of security, inbox and e-mail are always on.")]
pub(crate) struct Preferences {
    /// Kinds: server-created, operation-failed, alert-fired, alert-resolved, security, or all
    #[arg(value_name = "KIND", value_parser = wanted)]
    kinds: Vec<Wanted>,
    /// Whether they come to the inbox
    #[arg(long, value_name = "SWITCH", requires = "kinds")]
    inbox: Option<Switch>,
    /// Whether they are mailed to the address of the account
    #[arg(long, value_name = "SWITCH", requires = "kinds")]
    email: Option<Switch>,
    /// Whether they go to your channels
    #[arg(long, value_name = "SWITCH", requires = "kinds")]
    channels: Option<Switch>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    All,
    One(NotificationKind),
}

pub(super) async fn run(context: &mut Context<'_>, args: Preferences) -> Result<(), Failure> {
    let found = context.client.notifications().preferences().await?;
    if args.inbox.is_none() && args.email.is_none() && args.channels.is_none() {
        let shown = found.preferences.into_iter();
        let shown = shown.filter(|preference| args.kinds.is_empty() || names(&args.kinds, preference.kind()));
        let views: Vec<_> = shown.map(PreferenceView::from).collect();
        return Ok(context.output.list(&views)?);
    }
    let named = found.preferences.iter();
    let named = named.filter(|preference| names(&args.kinds, preference.kind()));
    let changed: Vec<_> = named.map(|preference| after(&args, *preference)).collect();
    let request = v1::UpdateNotificationPreferencesRequest {
        preferences: Some(v1::NotificationPreferences {
            preferences: changed,
            ..Default::default()
        }),
        etag: found.etag,
        ..Default::default()
    };
    let answer = context.client.notifications().update_preferences(request).await?;
    let views: Vec<_> = answer.preferences.into_iter().map(PreferenceView::from).collect();
    Ok(context.output.list(&views)?)
}

fn names(kinds: &[Wanted], kind: NotificationKind) -> bool {
    kinds.contains(&Wanted::All) || kinds.contains(&Wanted::One(kind))
}

/// What is not said stays; and who means all does not mean what cannot be switched off.
fn after(args: &Preferences, before: v1::NotificationPreference) -> v1::NotificationPreference {
    let fixed = before.kind() == NotificationKind::Security
        && !args.kinds.contains(&Wanted::One(NotificationKind::Security));
    let switched = |to: Option<Switch>, before: bool| to.map_or(before, |to| to == Switch::On);
    v1::NotificationPreference {
        kind: before.kind,
        inbox: fixed || switched(args.inbox, before.inbox),
        email: fixed || switched(args.email, before.email),
        channels: switched(args.channels, before.channels),
    }
}

fn wanted(word: &str) -> Result<Wanted, String> {
    if word == ALL {
        return Ok(Wanted::All);
    }
    parse_enum(
        &word.replace('-', "_"),
        "NOTIFICATION_KIND_",
        NotificationKind::from_str_name,
    )
    .map(Wanted::One)
    .map_err(|_| {
        "write server-created, operation-failed, alert-fired, alert-resolved, security or all".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Flags {
        #[command(flatten)]
        preferences: Preferences,
    }

    fn said(words: &[&str]) -> Result<Preferences, clap::Error> {
        let words = std::iter::once("flags").chain(words.iter().copied());
        Flags::try_parse_from(words).map(|flags| flags.preferences)
    }

    fn all_on(kind: NotificationKind) -> v1::NotificationPreference {
        v1::NotificationPreference {
            kind: kind.into(),
            inbox: true,
            email: true,
            channels: true,
        }
    }

    #[test]
    fn a_switch_needs_a_kind_and_kinds_are_written_with_either_dash() {
        assert!(said(&["--email", "off"]).is_err());
        assert!(said(&["nonsense"]).is_err());
        let kinds = said(&["alert-fired", "alert_resolved"]).unwrap().kinds;
        assert!(names(&kinds, NotificationKind::AlertFired));
        assert!(names(&kinds, NotificationKind::AlertResolved));
        assert!(!names(&kinds, NotificationKind::Security));
    }

    #[test]
    fn what_is_not_said_stays_and_all_spares_what_cannot_be_off() {
        let args = said(&["all", "--email", "off", "--channels", "off"]).unwrap();
        let alert = after(&args, all_on(NotificationKind::AlertFired));
        assert_eq!((alert.inbox, alert.email, alert.channels), (true, false, false));
        let security = after(&args, all_on(NotificationKind::Security));
        assert_eq!(
            (security.inbox, security.email, security.channels),
            (true, true, false)
        );
        // Who names it is told by the server why not.
        let args = said(&["security", "--email", "off"]).unwrap();
        assert!(!after(&args, all_on(NotificationKind::Security)).email);
    }
}
