//! Who is told of a message, and how: notifications in inboxes, and deliveries that are then made one by one.

use crate::domain::alert::{AlertTransition, TransitionKind};
use crate::domain::alert_condition::Condition;
use crate::domain::channel::{Channel, ChannelKind};
use crate::domain::delivery::{Delivery, Lane, Recipient};
use crate::domain::ids::{ChannelId, NotificationId, UserId};
use crate::domain::notification::Notification;
use crate::domain::occasion::{AlertFacts, AlertPlace, Occasion};
use crate::domain::outbox::{OutboxBody, OutboxMessage};
use crate::domain::page::{MAX_PAGE_SIZE, PageRequest};
use crate::domain::time::Timestamp;
use crate::domain::user::{Role, UserFilter, UserState};
use crate::engine::context::Ports;
use crate::ports::store::StoreError;

/// What a message comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    pub notifications: Vec<Notification>,
    pub deliveries: Vec<Delivery>,
}

/// Why it comes to nothing.
#[derive(Debug)]
pub enum Unexpanded {
    /// What it is about is gone.
    Gone(&'static str),
    Store(StoreError),
}

impl From<StoreError> for Unexpanded {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Reads what the message is about, as it is now.
pub async fn expand(ports: &Ports, message: &OutboxMessage) -> Result<Expansion, Unexpanded> {
    let mut telling = Telling {
        ports,
        message,
        now: ports.clock.now(),
        expansion: Expansion::default(),
    };
    match message.body {
        OutboxBody::VerificationEmail { user_id, token_id } => {
            telling.mail(user_id, Occasion::Verification { token_id });
        }
        OutboxBody::PasswordResetEmail { user_id, token_id } => {
            telling.mail(user_id, Occasion::PasswordReset { token_id });
        }
        OutboxBody::AlreadyRegisteredEmail { user_id } => {
            telling.mail(user_id, Occasion::AlreadyRegistered);
        }
        OutboxBody::PasswordChangedEmail { user_id } => {
            telling.tell(user_id, Occasion::PasswordChanged).await?;
        }
        OutboxBody::ApiTokenCreatedEmail { user_id } => {
            telling.tell(user_id, Occasion::ApiTokenCreated).await?;
        }
        OutboxBody::ServerCreated { server_id } => {
            let server = ports
                .store
                .server_get(server_id)
                .await
                .map_err(gone("the server is gone"))?;
            let server_name = server.name.to_string();
            let occasion = Occasion::ServerCreated {
                server_id,
                server_name,
            };
            telling.tell(server.owner_id, occasion).await?;
        }
        OutboxBody::OperationFailed { operation_id } => {
            let operation = ports.store.operation_get(operation_id).await;
            let operation = operation.map_err(gone("the operation is gone"))?;
            let server = ports.store.server_get(operation.server_id).await;
            let server = server.map_err(gone("the server is gone"))?;
            let occasion = Occasion::OperationFailed {
                operation_id,
                server_id: server.id,
                server_name: server.name.to_string(),
                operation: operation.kind.public_name().to_owned(),
                error: operation.error.map(|error| error.message).unwrap_or_default(),
            };
            telling.tell(operation.owner_id, occasion).await?;
        }
        OutboxBody::AlertChanged { transition_id } => {
            let transition = ports.store.alert_transition_get(transition_id).await;
            let transition = transition.map_err(gone("the alert is forgotten"))?;
            telling.tell_of_alert(&transition).await?;
        }
    }
    Ok(telling.expansion)
}

fn gone(what: &'static str) -> impl Fn(StoreError) -> Unexpanded {
    move |error| match error {
        StoreError::NotFound => Unexpanded::Gone(what),
        other @ (StoreError::AlreadyExists { .. }
        | StoreError::Stale
        | StoreError::Replayed { .. }
        | StoreError::Reused
        | StoreError::InUse { .. }
        | StoreError::Full { .. }
        | StoreError::LastOperator
        | StoreError::Exhausted { .. }
        | StoreError::Unavailable(_)
        | StoreError::Corrupt { .. }
        | StoreError::Other(_)) => Unexpanded::Store(other),
    }
}

fn occasion_of(transition: &AlertTransition) -> Occasion {
    let alert = &transition.alert;
    let full_in_seconds = match alert.condition {
        Condition::DiskForecast { .. } => alert.progress.value,
        Condition::Metric(_)
        | Condition::ServerState { .. }
        | Condition::OperationStuck { .. }
        | Condition::NodeOffline { .. }
        | Condition::ContainerState { .. }
        | Condition::ContainerRestarts { .. } => None,
    };
    let facts = AlertFacts {
        alert_id: alert.id,
        place: AlertPlace::from(&alert.subject),
        rule_name: alert.rule_name.clone(),
        severity: alert.severity,
        metric: match alert.condition {
            Condition::Metric(condition) => Some(condition.metric),
            Condition::ServerState { .. }
            | Condition::OperationStuck { .. }
            | Condition::NodeOffline { .. }
            | Condition::ContainerState { .. }
            | Condition::ContainerRestarts { .. }
            | Condition::DiskForecast { .. } => None,
        },
        value: alert.progress.value.filter(|_| full_in_seconds.is_none()),
        full_in_seconds,
    };
    match transition.kind {
        TransitionKind::Resolved | TransitionKind::Withdrawn => Occasion::AlertResolved(facts),
        TransitionKind::Fired
        | TransitionKind::DataLost
        | TransitionKind::DataFound
        | TransitionKind::Acknowledged
        | TransitionKind::Unacknowledged
        | TransitionKind::Silenced
        | TransitionKind::Unsilenced
        | TransitionKind::Repeated => Occasion::AlertFired(facts),
    }
}

/// The channels that a rule names. Where none of them is left, all: an alert that nobody hears of is worse than one
/// that is heard in the wrong place.
fn chosen(mut channels: Vec<Channel>, named: &[ChannelId]) -> Vec<Channel> {
    let is_named = |channel: &Channel| named.contains(&channel.id);
    if channels.iter().any(is_named) {
        channels.retain(is_named);
    }
    channels
}

struct Telling<'a> {
    ports: &'a Ports,
    message: &'a OutboxMessage,
    now: Timestamp,
    expansion: Expansion,
}

impl Telling<'_> {
    /// For what nobody can choose not to get.
    fn mail(&mut self, user: UserId, occasion: Occasion) {
        self.deliver(Recipient::Account(user), Lane::Mail, occasion);
    }

    /// The owner of the server, or the operators, by the ways they have chosen, and the channels of the rule: those that it names, or
    /// all of its owner when it names none.
    async fn tell_of_alert(&mut self, transition: &AlertTransition) -> Result<(), Unexpanded> {
        let alert = &transition.alert;
        let occasion = occasion_of(transition);
        let named = &alert.channels;
        match alert.subject.owner_id() {
            Some(owner) if alert.rule_owner_id == Some(owner) => {
                return self.tell_by(owner, occasion, named).await;
            }
            Some(owner) => self.tell(owner, occasion.clone()).await?,
            None => {
                for operator in self.operators().await? {
                    self.tell(operator, occasion.clone()).await?;
                }
            }
        }
        for channel in chosen(self.channels_of(alert.rule_owner_id).await?, named) {
            self.post(&channel, occasion.clone());
        }
        Ok(())
    }

    /// Those who can sign in: fewer than a page.
    async fn operators(&self) -> Result<Vec<UserId>, Unexpanded> {
        let filter = UserFilter {
            email_contains: None,
            role: Some(Role::Operator),
            state: Some(UserState::Active),
        };
        let page = PageRequest::first(MAX_PAGE_SIZE);
        let operators = self.ports.store.user_list(&filter, page).await?.items;
        Ok(operators.into_iter().map(|user| user.id).collect())
    }

    async fn tell(&mut self, user: UserId, occasion: Occasion) -> Result<(), Unexpanded> {
        self.tell_by(user, occasion, &[]).await
    }

    /// The ways that the user has chosen for this kind of thing; of their channels those that are named, or all when
    /// none is.
    async fn tell_by(
        &mut self,
        user: UserId,
        occasion: Occasion,
        named: &[ChannelId],
    ) -> Result<(), Unexpanded> {
        let Some(kind) = occasion.kind() else {
            self.mail(user, occasion);
            return Ok(());
        };
        let wanted = self.ports.store.preferences_get(user).await?.of(kind);
        if wanted.inbox {
            self.expansion.notifications.push(Notification {
                id: NotificationId::generate(),
                user_id: user,
                message_id: self.message.id,
                occasion: occasion.clone(),
                create_time: self.now,
                read_time: None,
            });
        }
        if wanted.email {
            self.mail(user, occasion.clone());
        }
        if wanted.channels {
            for channel in chosen(self.channels_of(Some(user)).await?, named) {
                self.post(&channel, occasion.clone());
            }
        }
        Ok(())
    }

    /// All channels of one owner, or of the installation: fewer than a page.
    async fn channels_of(&self, owner: Option<UserId>) -> Result<Vec<Channel>, Unexpanded> {
        let page = PageRequest::first(MAX_PAGE_SIZE);
        Ok(self.ports.store.channel_list(owner, page).await?.items)
    }

    fn post(&mut self, channel: &Channel, occasion: Occasion) {
        let told = self
            .expansion
            .deliveries
            .iter()
            .any(|delivery| delivery.recipient == Recipient::Channel(channel.id));
        if channel.disabled || told {
            return;
        }
        let lane = match channel.target.kind() {
            ChannelKind::Email => Lane::Mail,
            ChannelKind::Slack | ChannelKind::Teams | ChannelKind::Webhook => Lane::Post,
        };
        self.deliver(Recipient::Channel(channel.id), lane, occasion);
    }

    fn deliver(&mut self, recipient: Recipient, lane: Lane, occasion: Occasion) {
        let delivery = Delivery::due(self.message.id, recipient, lane, occasion, self.now);
        self.expansion.deliveries.push(delivery);
    }
}
