//! The use cases on their ports, without anything that listens or runs by itself: what `hostlerd user`
//! and `hostlerd hypervisor` need, and what the server is built around.

use std::sync::Arc;

use anyhow::Context;

use super::overrides::Overrides;
use super::{keys, outside, state_files};
use crate::adapters::bus_local::BusLocal;
use crate::adapters::clock::SystemClock;
use crate::adapters::log_mailer::LogMailer;
use crate::adapters::remote_write::Writer;
use crate::adapters::store::SqlStore;
use crate::config::Config;
use crate::domain::names::Email;
use crate::domain::user::{Locale, Role};
use crate::engine::audits::Audits;
use crate::engine::auth::{Auth, AuthSettings};
use crate::engine::context::Ports;
use crate::engine::passwords::{HashTurns, Passwords};
use crate::engine::secrets::{Keys, Secret};
use crate::engine::users::{NewAccount, Users};
use crate::ports::clock::Clock;
use crate::ports::faults::NoFaults;

/// Notices that a slow reader may be behind before it is told to read everything again.
const BUS_CAPACITY: usize = 4096;

pub struct Core {
    pub(super) ports: Ports,
    pub(super) keys: Arc<Keys>,
    pub(super) audits: Arc<Audits>,
    pub(super) auth: Arc<Auth>,
    pub(super) users: Arc<Users>,
    pub(super) turns: HashTurns,
    /// Whether messages leave at all; otherwise they wait in the outbox.
    pub(super) mails: bool,
    /// Takes samples to another store.
    pub(super) remote_write: Option<Arc<Writer>>,
}

impl std::fmt::Debug for Core {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Core")
            .field("ports", &self.ports)
            .finish_non_exhaustive()
    }
}

impl Core {
    pub async fn open(config: &Config, overrides: Overrides) -> anyhow::Result<Self> {
        state_files::make_directory(&config.state_dir)?;
        let keys = Arc::new(Keys::derive(&keys::master_key(
            config.identity.master_key.as_ref(),
            &config.state_dir,
        )?));
        let clock: Arc<dyn Clock> = overrides.clock.unwrap_or_else(|| Arc::new(SystemClock));
        let settings = outside::store_settings(config, !overrides.no_migrate);
        let store = SqlStore::open(&settings).await.context("open the database")?;
        let hypervisors = match overrides.hypervisors {
            Some(hypervisors) => hypervisors,
            None => outside::hypervisors(config, &clock)?,
        };
        let mailer = match overrides.mailer {
            Some(mailer) => Some(mailer),
            None => outside::mailer(&config.mail)?,
        };
        let mails = mailer.is_some();
        let samples = outside::samples(&config.monitoring.remote_write)?;
        let ports = Ports {
            samples: samples.sink,
            store: Arc::new(store),
            hypervisors,
            notifier: outside::notifier(&config.notifications)?,
            mailer: mailer.unwrap_or_else(|| Arc::new(LogMailer)),
            bus: Arc::new(BusLocal::new(BUS_CAPACITY)),
            clock,
            faults: overrides.faults.unwrap_or_else(|| Arc::new(NoFaults)),
        };
        let turns = HashTurns::default();
        let passwords = Arc::new(Passwords::new(turns.clone())?);
        let audits = Arc::new(Audits::new(ports.clone()));
        let settings = AuthSettings {
            sign_up: config.identity.sign_up,
            require_verified_email: config.identity.require_verified_email,
            ..AuthSettings::default()
        };
        let auth = Auth::new(
            ports.clone(),
            settings,
            Arc::clone(&keys),
            Arc::clone(&passwords),
            Arc::clone(&audits),
        );
        Ok(Self {
            auth: Arc::new(auth),
            users: Arc::new(Users::new(ports.clone(), passwords)),
            audits,
            turns,
            keys,
            ports,
            mails,
            remote_write: samples.writer,
        })
    }

    pub fn users(&self) -> &Users {
        &self.users
    }

    /// Makes an account whose address counts as verified; returns its password.
    pub async fn user_create(
        &self,
        email: &str,
        role: Role,
        password: Option<String>,
    ) -> anyhow::Result<String> {
        let account = NewAccount {
            email: Email::parse(&email.to_ascii_lowercase()).context("the e-mail address")?,
            password: password.clone().map(Secret::new),
            role,
            email_verified: true,
            locale: Locale::English,
        };
        let (_, made_up) = self.users.create_by_command(account).await?;
        made_up
            .map(|secret| secret.expose().to_owned())
            .or(password)
            .context("an account without a password")
    }
}
