//! Builds the adapters that the configuration asks for.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;

use crate::adapters::log_mailer::LogMailer;
use crate::adapters::post::{AddressRules, HttpNotifier, PostSettings};
use crate::adapters::proxmox::{Proxmox, ProxmoxSettings, TokenSecret};
use crate::adapters::remote_write::{Credential, RemoteWriteSettings, Writer};
use crate::adapters::sim::{Sim, SimSettings};
use crate::adapters::smtp::{Smtp, SmtpSecurity, SmtpSettings};
use crate::adapters::store::StoreSettings;
use crate::config::{
    Config, HypervisorConfig, MailConfig, MailSecurity, MailTransport, NotificationsConfig, ProxmoxConfig,
    RemoteWriteConfig, SimConfig,
};
use crate::domain::secret::Secret;
use crate::ports::clock::Clock;
use crate::ports::hypervisor::{Hypervisor, Hypervisors};
use crate::ports::mailer::Mailer;
use crate::ports::notifier::Notifier;
use crate::ports::sample_sink::{NoSink, SampleSink};

pub(super) fn store_settings(config: &Config, migrate: bool) -> StoreSettings {
    let url = match config.database.url.expose() {
        "" => format!("sqlite://{}", config.state_dir.join("hostler.db").display()),
        url => url.to_owned(),
    };
    StoreSettings {
        migrate,
        ca_file: config.database.ca_file.clone(),
        max_connections: config.database.connections,
        ..StoreSettings::new(url)
    }
}

/// `None` when no mail is to leave.
pub(super) fn mailer(config: &MailConfig) -> anyhow::Result<Option<Arc<dyn Mailer>>> {
    match config.transport {
        MailTransport::Off => Ok(None),
        MailTransport::Log => Ok(Some(Arc::new(LogMailer))),
        MailTransport::Smtp => {
            let settings = SmtpSettings {
                host: config.host.clone(),
                port: config.port,
                security: match config.security {
                    MailSecurity::StartTls => SmtpSecurity::StartTls,
                    MailSecurity::Tls => SmtpSecurity::Tls,
                    MailSecurity::Plain => SmtpSecurity::PlainLoopbackOnly,
                },
                username: config.username.clone(),
                password: config
                    .password
                    .as_ref()
                    .map(|secret| secret.expose().to_owned())
                    .unwrap_or_default(),
                from: config.from.clone(),
                ca_file: config.ca_file.clone(),
                timeout: SmtpSettings::DEFAULT_TIMEOUT,
            };
            Ok(Some(Arc::new(Smtp::new(settings).context("set up mail")?)))
        }
    }
}

pub(super) fn notifier(config: &NotificationsConfig) -> anyhow::Result<Arc<dyn Notifier>> {
    let settings = PostSettings {
        rules: AddressRules {
            own_networks: config.own_networks.clone(),
            ports: config.ports.clone(),
        },
        ..PostSettings::default()
    };
    Ok(Arc::new(HttpNotifier::new(settings).context("set up posts")?))
}

/// Where samples go besides our own store.
pub(super) struct Samples {
    pub(super) sink: Arc<dyn SampleSink>,
    /// Who takes them there; none where they go nowhere else.
    pub(super) writer: Option<Arc<Writer>>,
}

pub(super) fn samples(config: &RemoteWriteConfig) -> anyhow::Result<Samples> {
    if config.url.is_empty() {
        return Ok(Samples {
            sink: Arc::new(NoSink),
            writer: None,
        });
    }
    let secret = |secret: &crate::config::Secret| Secret::new(secret.expose());
    let credential = match (&config.bearer_token, config.username.as_str()) {
        (Some(token), _) => Credential::Bearer(secret(token)),
        (None, "") => Credential::None,
        (None, username) => Credential::Basic {
            username: username.to_owned(),
            password: config.password.as_ref().map_or_else(|| Secret::new(""), secret),
        },
    };
    let settings = RemoteWriteSettings {
        url: config.url.clone(),
        credential,
        ca_file: config.ca_file.clone(),
        queue: config.queue,
        timeout: RemoteWriteSettings::DEFAULT_TIMEOUT,
        first_retry: RemoteWriteSettings::DEFAULT_FIRST_RETRY,
    };
    let (writer, queue) = Writer::new(settings).context("set up remote-write")?;
    Ok(Samples {
        sink: Arc::new(queue),
        writer: Some(Arc::new(writer)),
    })
}

pub(super) fn hypervisors(config: &Config, clock: &Arc<dyn Clock>) -> anyhow::Result<Hypervisors> {
    let mut all = Vec::with_capacity(config.hypervisors.len());
    for (name, settings) in &config.hypervisors {
        let built: Arc<dyn Hypervisor> = match settings {
            HypervisorConfig::Sim(sim) => simulated(name, sim, &config.state_dir, clock)
                .with_context(|| format!("set up the simulated hypervisor {name}"))?,
            HypervisorConfig::Proxmox(cluster) => Arc::new(
                Proxmox::new(proxmox(name, cluster), Arc::clone(clock))
                    .with_context(|| format!("set up the hypervisor {name}"))?,
            ),
        };
        all.push((name.clone(), built));
    }
    Ok(Hypervisors::new(all))
}

fn simulated(
    name: &str,
    config: &SimConfig,
    state_dir: &Path,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<Arc<Sim>> {
    let pace = if config.pace.is_finite() {
        config.pace.clamp(0.0, 100.0)
    } else {
        1.0
    };
    let settings = SimSettings {
        name: name.to_owned(),
        nodes: config.nodes.clone(),
        task_time: Duration::from_secs_f64(pace),
        state_file: config.keep.then(|| state_dir.join(format!("sim-{name}.json"))),
        ..SimSettings::default()
    };
    Ok(Sim::new(settings, Arc::clone(clock))?)
}

fn proxmox(name: &str, config: &ProxmoxConfig) -> ProxmoxSettings {
    ProxmoxSettings {
        name: name.to_owned(),
        endpoints: config.endpoints.clone(),
        token_id: config.token_id.clone(),
        token_secret: TokenSecret::new(config.token_secret.expose()),
        ca_file: config.ca_file.clone(),
        ca_pem: None,
        fingerprints: config.fingerprints.clone(),
        pool: config.pool.clone(),
        rootfs_storage: config.rootfs_storage.clone(),
        template_storages: config.template_storages.clone(),
        bridge: config.bridge.clone(),
        vmid_first: config.vmid_first,
        vmid_last: config.vmid_last,
        tag_prefix: config.tag_prefix.clone(),
        request_timeout: ProxmoxSettings::DEFAULT_REQUEST_TIMEOUT,
    }
}
