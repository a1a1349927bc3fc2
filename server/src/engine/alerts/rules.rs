//! The use cases of rules.

use std::sync::Arc;
use std::time::Duration;

use crate::domain::alert_condition::Condition;
use crate::domain::alert_rule::{AlertRule, AlertRuleFilter, AlertSeverity};
use crate::domain::alert_subject::{NodeSelector, RuleSubjects};
use crate::domain::etag::Generation;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::{AlertRuleId, ChannelId, UserId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::principal::Principal;
use crate::domain::user::Role;
use crate::engine::access::{self, READ_ONLY_ROLE, list_owner};
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::etags::{Guard, wanted};
use crate::engine::repeats::repeated;
use crate::engine::servers::Servers;
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

/// Rules that one user may have.
const OF_A_USER: u64 = 50;
const OF_THE_INSTALLATION: u64 = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAlertRule {
    pub installation: bool,
    pub name: String,
    pub disabled: bool,
    pub subjects: RuleSubjects,
    pub condition: Condition,
    pub severity: AlertSeverity,
    pub channels: Vec<ChannelId>,
    pub repeat_interval: Option<Duration>,
    pub clear_duration: Duration,
}

/// `None` leaves a field as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AlertRulePatch {
    pub name: Option<String>,
    pub disabled: Option<bool>,
    pub subjects: Option<RuleSubjects>,
    pub condition: Option<Condition>,
    pub severity: Option<AlertSeverity>,
    pub channels: Option<Vec<ChannelId>>,
    /// `Some(None)` ends repeating.
    pub repeat_interval: Option<Option<Duration>>,
    pub clear_duration: Option<Duration>,
}

#[derive(Clone, Debug)]
pub struct AlertRules {
    pub(super) ports: Ports,
    pub(super) servers: Arc<Servers>,
    /// A longer gap between two looks is one of which nothing is known.
    pub(super) patience: Duration,
    /// The same of nodes.
    pub(super) node_patience: Duration,
}

impl AlertRules {
    pub const fn new(
        ports: Ports,
        servers: Arc<Servers>,
        patience: Duration,
        node_patience: Duration,
    ) -> Self {
        Self {
            ports,
            servers,
            patience,
            node_patience,
        }
    }

    pub async fn create(&self, caller: &Caller, new: NewAlertRule) -> Result<AlertRule> {
        let principal = caller.signed_in()?;
        if let Some(rule) = repeated(&self.ports, caller).await? {
            return self.get(caller, AlertRuleId::from_uuid(rule)).await;
        }
        let owner_id = if new.installation {
            access::operator(caller)?;
            None
        } else {
            may_own(principal)?;
            Some(principal.user_id)
        };
        let now = self.ports.clock.now();
        let rule = AlertRule {
            id: AlertRuleId::generate(),
            owner_id,
            name: new.name,
            disabled: new.disabled,
            subjects: new.subjects,
            condition: new.condition,
            severity: new.severity,
            channels: new.channels,
            repeat_interval: new.repeat_interval,
            clear_duration: new.clear_duration,
            create_time: now,
            update_time: now,
            generation: Generation::FIRST,
        };
        self.check(caller, &rule).await?;
        let limit = owner_id.map_or(OF_THE_INSTALLATION, |_| OF_A_USER);
        let mutation = caller.mutation(format!("alert_rule:{}", rule.id), rule.id.as_uuid(), now);
        match self.ports.store.alert_rule_insert(&rule, limit, &mutation).await {
            Ok(()) => {
                self.ports.bus.publish(Notice::AlertRulesChanged);
                Ok(rule)
            }
            Err(StoreError::Replayed { resource }) => {
                self.get(caller, AlertRuleId::from_uuid(resource)).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// One's own and the installation's; for staff everybody's.
    pub async fn get(&self, caller: &Caller, id: AlertRuleId) -> Result<AlertRule> {
        // Nobody learns whether there is such a rule before it is known who asks.
        caller.signed_in()?;
        let rule = self.ports.store.alert_rule_get(id).await;
        let rule = rule.map_err(Error::of(Noun::AlertRule))?;
        visible(caller, &rule)?;
        Ok(rule)
    }

    /// Oldest first.
    pub async fn list(
        &self,
        caller: &Caller,
        owner: Option<UserId>,
        page: PageRequest,
    ) -> Result<Page<AlertRule>> {
        list_owner(caller, owner)?;
        let filter = AlertRuleFilter {
            visible_to: caller.signed_in()?.sees_only(),
            owner_id: owner,
            enabled_only: false,
        };
        Ok(self.ports.store.alert_rule_list(&filter, page).await?)
    }

    pub async fn update(
        &self,
        caller: &Caller,
        id: AlertRuleId,
        patch: AlertRulePatch,
        etag: Option<&str>,
    ) -> Result<AlertRule> {
        let mut guard = Guard::new(etag)?;
        let now = self.ports.clock.now();
        let mutation = caller.mutation(format!("alert_rule:{id}"), id.as_uuid(), now);
        loop {
            let current = self.get(caller, id).await?;
            changeable(caller, &current)?;
            let generation = guard.generation(current.generation);
            let deleted = self.deleted(&current.channels).await?;
            let mut rule = AlertRule {
                update_time: now,
                ..patched(current, patch.clone())
            };
            // Nobody is to look for what stands in the way of a change that has nothing to do with it.
            rule.channels.retain(|channel| !deleted.contains(channel));
            self.check(caller, &rule).await?;
            let updated = self
                .ports
                .store
                .alert_rule_update(&rule, generation, &mutation)
                .await;
            match updated {
                Ok(()) | Err(StoreError::Replayed { .. }) => {
                    self.ports.bus.publish(Notice::AlertRulesChanged);
                    return self.get(caller, id).await;
                }
                Err(error) if guard.retries(&error) => {}
                Err(error) => return Err(Error::of(Noun::AlertRule)(error)),
            }
        }
    }

    pub async fn delete(&self, caller: &Caller, id: AlertRuleId, etag: Option<&str>) -> Result<()> {
        let guard = wanted(etag)?;
        let now = self.ports.clock.now();
        let mutation = caller.mutation(format!("alert_rule:{id}"), id.as_uuid(), now);
        match self.ports.store.alert_rule_get(id).await {
            Ok(rule) => {
                changeable(caller, &rule)?;
            }
            // A repeated request is told that it was carried out, not that there is nothing to carry out.
            Err(StoreError::NotFound) if caller.request_id.is_some() => {}
            Err(error) => return Err(Error::of(Noun::AlertRule)(error)),
        }
        match self.ports.store.alert_rule_delete(id, guard, &mutation).await {
            Ok(()) | Err(StoreError::Replayed { .. }) => {
                self.ports.bus.publish(Notice::AlertRulesChanged);
                Ok(())
            }
            Err(error) => Err(Error::of(Noun::AlertRule)(error)),
        }
    }

    /// Those of a rule's channels that are no more.
    async fn deleted(&self, channels: &[ChannelId]) -> Result<Vec<ChannelId>> {
        let mut deleted = Vec::new();
        for id in channels {
            match self.ports.store.channel_get(*id).await {
                Ok(_) => {}
                Err(StoreError::NotFound) => deleted.push(*id),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(deleted)
    }

    /// What the edge has checked for the contract, and whether the server is the owner's.
    pub(super) async fn check(&self, caller: &Caller, rule: &AlertRule) -> Result<()> {
        let mut bare = FieldErrors::default();
        rule.check(&mut bare);
        let mut errors = FieldErrors::default();
        for error in bare.0 {
            errors.push(format!("rule.{}", error.field), error.problem);
        }
        for (index, id) in rule.channels.iter().enumerate() {
            let known = match self.ports.store.channel_get(*id).await {
                Ok(channel) => channel.owner_id == rule.owner_id,
                Err(StoreError::NotFound) => false,
                Err(error) => return Err(error.into()),
            };
            if !known {
                let field = format!("rule.channel_ids[{index}]");
                errors.push(field, "must be a channel of the rule's owner");
            }
        }
        errors.check()?;
        match &rule.subjects {
            RuleSubjects::Server(id) => {
                let server = self.servers.get(caller, *id).await?;
                if rule.covers(server.id, server.owner_id) {
                    Ok(())
                } else {
                    Err(Error::NotFound(Noun::Server))
                }
            }
            // Whoever may not know of nodes has not come so far.
            RuleSubjects::Nodes(NodeSelector::One(id))
            | RuleSubjects::Containers {
                nodes: NodeSelector::One(id),
                ..
            } => {
                let node = self.ports.store.node_get(*id).await;
                node.map(|_| ()).map_err(Error::of(Noun::Node))
            }
            RuleSubjects::AllServers | RuleSubjects::Nodes(_) | RuleSubjects::Containers { .. } => Ok(()),
        }
    }
}

/// One's own and the installation's about servers; the others do not exist.
fn visible<'a>(caller: &'a Caller, rule: &AlertRule) -> Result<&'a Principal> {
    match rule.owner_id {
        None if rule.subjects.nodes().is_some() => access::staff(caller, Noun::AlertRule),
        None => caller.signed_in(),
        Some(owner) => access::visible(caller, owner, Noun::AlertRule),
    }
}

/// The installation's are the operators' to change.
fn changeable<'a>(caller: &'a Caller, rule: &AlertRule) -> Result<&'a Principal> {
    visible(caller, rule)?;
    match rule.owner_id {
        None => access::operator(caller),
        Some(owner) => access::changeable(caller, owner, Noun::AlertRule),
    }
}

/// Support sees and does not touch.
pub(super) const fn may_own(principal: &Principal) -> Result<()> {
    match principal.role {
        Role::Customer | Role::Operator => Ok(()),
        Role::Support => Err(READ_ONLY_ROLE),
    }
}

fn patched(rule: AlertRule, patch: AlertRulePatch) -> AlertRule {
    AlertRule {
        name: patch.name.unwrap_or(rule.name),
        disabled: patch.disabled.unwrap_or(rule.disabled),
        subjects: patch.subjects.unwrap_or(rule.subjects),
        condition: patch.condition.unwrap_or(rule.condition),
        severity: patch.severity.unwrap_or(rule.severity),
        channels: patch.channels.unwrap_or(rule.channels),
        repeat_interval: patch.repeat_interval.unwrap_or(rule.repeat_interval),
        clear_duration: patch.clear_duration.unwrap_or(rule.clear_duration),
        ..rule
    }
}
