//! The use cases of silences.

use std::sync::Arc;

use super::rules::{AlertRules, may_own};
use crate::domain::alert_rule::AlertSeverity;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::{AlertRuleId, NodeId, ServerId, SilenceId};
use crate::domain::page::{Page, PageRequest};
use crate::domain::silence::{LONGEST_SILENCE, Silence, SilenceFilter};
use crate::domain::time::Timestamp;
use crate::domain::user::Role;
use crate::engine::access::{READ_ONLY_ROLE, staff};
use crate::engine::caller::Caller;
use crate::engine::context::Ports;
use crate::engine::error::{Error, Noun, Result};
use crate::engine::servers::Servers;
use crate::ports::bus::Notice;
use crate::ports::store::StoreError;

/// Silences that are not over, of one user.
const OF_A_USER: u64 = 100;
/// Of all operators together.
const OF_OPERATORS: u64 = 500;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSilence {
    pub rule_id: Option<AlertRuleId>,
    pub server_id: Option<ServerId>,
    /// Its containers, too.
    pub node_id: Option<NodeId>,
    pub severity: Option<AlertSeverity>,
    /// `None` is now.
    pub start_time: Option<Timestamp>,
    pub end_time: Timestamp,
    pub comment: String,
}

#[derive(Clone, Debug)]
pub struct Silences {
    ports: Ports,
    servers: Arc<Servers>,
    rules: Arc<AlertRules>,
}

impl Silences {
    pub const fn new(ports: Ports, servers: Arc<Servers>, rules: Arc<AlertRules>) -> Self {
        Self {
            ports,
            servers,
            rules,
        }
    }

    pub async fn create(&self, caller: &Caller, new: NewSilence) -> Result<Silence> {
        let principal = caller.signed_in()?;
        may_own(principal)?;
        let now = self.ports.clock.now();
        let silence = Silence {
            id: SilenceId::generate(),
            owner_id: principal.sees_only(),
            rule_id: new.rule_id,
            server_id: new.server_id,
            node_id: new.node_id,
            severity: new.severity,
            start_time: new.start_time.unwrap_or(now),
            end_time: new.end_time,
            comment: new.comment,
            created_by: principal.user_id,
            create_time: now,
        };
        check(&silence, now)?;
        if let Some(server) = silence.server_id {
            self.servers.get(caller, server).await?;
        }
        if let Some(node) = silence.node_id {
            staff(caller, Noun::Node)?;
            let node = self.ports.store.node_get(node).await;
            node.map_err(Error::of(Noun::Node))?;
        }
        if let Some(rule) = silence.rule_id {
            self.rules.get(caller, rule).await?;
        }
        let limit = silence.owner_id.map_or(OF_OPERATORS, |_| OF_A_USER);
        let mutation = caller.mutation(format!("silence:{}", silence.id), silence.id.as_uuid(), now);
        match self
            .ports
            .store
            .silence_insert(&silence, limit, now, &mutation)
            .await
        {
            Ok(()) => {
                self.ports.bus.publish(Notice::AlertRulesChanged);
                Ok(silence)
            }
            Err(StoreError::Replayed { resource }) => {
                let found = self.ports.store.silence_get(SilenceId::from_uuid(resource)).await;
                found.map_err(Error::of(Noun::Silence))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Newest first.
    pub async fn list(&self, caller: &Caller, with_past: bool, page: PageRequest) -> Result<Page<Silence>> {
        let filter = SilenceFilter {
            owner_id: caller.signed_in()?.sees_only(),
            not_over_at: (!with_past).then(|| self.ports.clock.now()),
        };
        Ok(self.ports.store.silence_list(&filter, page).await?)
    }

    pub async fn delete(&self, caller: &Caller, id: SilenceId) -> Result<()> {
        let principal = caller.signed_in()?;
        match self.ports.store.silence_get(id).await {
            Ok(silence) => match (principal.role, silence.owner_id) {
                (Role::Operator, _) => {}
                (Role::Support, _) => return Err(READ_ONLY_ROLE),
                (Role::Customer, Some(owner)) if owner == principal.user_id => {}
                (Role::Customer, _) => return Err(Error::NotFound(Noun::Silence)),
            },
            // A repeated request is told that it was carried out.
            Err(StoreError::NotFound) if caller.request_id.is_some() => {}
            Err(error) => return Err(Error::of(Noun::Silence)(error)),
        }
        let now = self.ports.clock.now();
        let mutation = caller.mutation(format!("silence:{id}"), id.as_uuid(), now);
        match self.ports.store.silence_delete(id, &mutation).await {
            Ok(()) | Err(StoreError::Replayed { .. }) => {
                self.ports.bus.publish(Notice::AlertRulesChanged);
                Ok(())
            }
            Err(error) => Err(Error::of(Noun::Silence)(error)),
        }
    }
}

fn check(silence: &Silence, now: Timestamp) -> Result<()> {
    let mut errors = FieldErrors::default();
    let named = silence.rule_id.is_some() || silence.server_id.is_some() || silence.node_id.is_some();
    if !named && silence.severity.is_none() {
        errors.push("silence", "must name a rule, a server, a node or a severity");
    }
    if silence.end_time <= silence.start_time {
        errors.push("silence.end_time", "must be after start_time");
    } else if silence.end_time.since(silence.start_time) > LONGEST_SILENCE {
        errors.push("silence.end_time", "must be at most 365 days after start_time");
    } else if silence.end_time <= now {
        errors.push("silence.end_time", "must not be over");
    }
    Ok(errors.check()?)
}
