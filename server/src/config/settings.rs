//! Every key of the configuration, its meaning and its default.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use super::secret::Secret;

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where the database (SQLite), the keys and the self-signed certificate are kept.
    pub state_dir: PathBuf,
    pub server: ServerConfig,
    pub tls: TlsConfig,
    pub database: DatabaseConfig,
    pub identity: IdentityConfig,
    pub operations: OperationsConfig,
    pub monitoring: MonitoringConfig,
    pub agents: AgentsConfig,
    pub mail: MailConfig,
    pub notifications: NotificationsConfig,
    pub metrics: MetricsConfig,
    pub audit: AuditConfig,
    pub log: LogConfig,
    /// What runs the guests, by name. Without any there is nothing to sell.
    pub hypervisors: BTreeMap<String, HypervisorConfig>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            state_dir: PathBuf::from("/var/lib/hostler"),
            server: ServerConfig::default(),
            tls: TlsConfig::default(),
            database: DatabaseConfig::default(),
            identity: IdentityConfig::default(),
            operations: OperationsConfig::default(),
            monitoring: MonitoringConfig::default(),
            agents: AgentsConfig::default(),
            mail: MailConfig::default(),
            notifications: NotificationsConfig::default(),
            metrics: MetricsConfig::default(),
            audit: AuditConfig::default(),
            log: LogConfig::default(),
            hypervisors: BTreeMap::new(),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// Address and port of everything: gRPC, gRPC-Web, health and metrics. Port 0 takes a free one.
    pub listen: SocketAddr,
    /// What links in e-mails begin with. Empty: made from `listen`.
    pub public_url: String,
    /// Origins whose pages may call the API by gRPC-Web, such as `https://panel.example.org`.
    pub cors_origins: Vec<String>,
    /// Calls that run at the same time, streams not counted; more are refused with `RESOURCE_EXHAUSTED`.
    pub concurrent_calls: usize,
    /// Connections that are open at the same time.
    pub connections: usize,
    /// Of them, those of one address; trusted proxies are not counted.
    pub connections_per_address: usize,
    /// Streams that one user may hold open at the same time.
    pub streams_per_user: u32,
    /// Networks of reverse proxies whose `x-forwarded-for` and `x-forwarded-proto` are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// How long a stop waits for calls that run, in seconds.
    pub stop_grace_seconds: u64,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8600)),
            public_url: String::new(),
            cors_origins: Vec::new(),
            concurrent_calls: 512,
            connections: 10_000,
            connections_per_address: 1000,
            streams_per_user: 32,
            trusted_proxies: Vec::new(),
            stop_grace_seconds: 5,
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct TlsConfig {
    pub mode: TlsMode,
    /// PEM chain, leaf first; for `files`.
    pub certificate: Option<PathBuf>,
    /// PEM key; for `files`.
    pub key: Option<PathBuf>,
    /// Further names and addresses in the self-signed certificate.
    pub names: Vec<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlsMode {
    /// A certificate made at the first start and kept in the state directory.
    #[default]
    SelfSigned,
    /// Your own certificate.
    Files,
    /// Plain text: for loopback, or behind a proxy on the same machine.
    Off,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `sqlite:` and a path, or `mysql://user:password@host/database`. Empty: SQLite in the state directory.
    pub url: Secret,
    /// PEM roots for a MySQL server with a private authority.
    pub ca_file: Option<PathBuf>,
    /// Connections to MySQL at most.
    pub connections: u32,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            url: Secret::new(""),
            ca_file: None,
            connections: 16,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdentityConfig {
    /// The 32-byte key, in base64, that signs access tokens and links. Empty: made at the first start and
    /// kept in the state directory. Several instances need the same one.
    pub master_key: Option<Secret>,
    /// Whether anybody may make an account.
    pub sign_up: bool,
    /// Whether an address must be proven before its first sign-in.
    pub require_verified_email: bool,
    /// Servers a customer may have.
    pub servers_per_user: u32,
}

impl Default for IdentityConfig {
    fn default() -> Self {
        Self {
            master_key: None,
            sign_up: true,
            require_verified_email: true,
            servers_per_user: 100,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct OperationsConfig {
    /// Operations that run at the same time in this process.
    pub workers: usize,
    /// Seconds after which another process takes over what a dead one was at.
    pub lease_seconds: u64,
    /// Seconds that one step of an operation may take, all its tries and waits together. Then the operation is undone.
    pub step_limit_seconds: u64,
    /// Days that finished operations, with their steps, and the events of servers are kept.
    pub keep_days: u32,
}

impl Default for OperationsConfig {
    fn default() -> Self {
        Self {
            workers: 8,
            lease_seconds: 30,
            step_limit_seconds: 7200,
            keep_days: 400,
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MonitoringConfig {
    /// Seconds between two looks at all guests of a hypervisor: their figures are stored, and our rows compared.
    pub sweep_seconds: u64,
    /// Seconds between two looks at a hypervisor that has servers which somebody watches.
    pub live_seconds: u64,
    pub remote_write: RemoteWriteConfig,
}

/// The agents on other machines.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AgentsConfig {
    /// Seconds in which an agent says something. A node is offline once three of them were missed.
    pub heartbeat_seconds: u64,
    /// Seconds between two looks of an agent at its machine.
    pub sample_seconds: u64,
}

impl Default for AgentsConfig {
    fn default() -> Self {
        Self {
            heartbeat_seconds: 10,
            sample_seconds: 10,
        }
    }
}

/// Another store for all samples, which speaks Prometheus remote-write 1.0.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RemoteWriteConfig {
    /// Such as `https://prometheus.example/api/v1/write`. Empty: samples go nowhere else.
    pub url: String,
    /// For a store that asks for a name and a password.
    pub username: String,
    pub password: Option<Secret>,
    /// For a store that asks for a token.
    pub bearer_token: Option<Secret>,
    /// PEM roots for a store with a private authority.
    pub ca_file: Option<PathBuf>,
    /// Samples that wait at most while the store does not answer; the oldest make room.
    pub queue: usize,
}

impl Default for RemoteWriteConfig {
    fn default() -> Self {
        Self {
            url: String::new(),
            username: String::new(),
            password: None,
            bearer_token: None,
            ca_file: None,
            queue: 100_000,
        }
    }
}

impl Default for MonitoringConfig {
    fn default() -> Self {
        Self {
            sweep_seconds: 30,
            live_seconds: 2,
            remote_write: RemoteWriteConfig::default(),
        }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MailConfig {
    pub transport: MailTransport,
    pub host: String,
    pub port: u16,
    pub security: MailSecurity,
    pub username: String,
    pub password: Option<Secret>,
    /// Such as `Hostler <no-reply@example.org>`.
    pub from: String,
    /// PEM roots for a mail server with a private authority.
    pub ca_file: Option<PathBuf>,
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            transport: MailTransport::Off,
            host: String::new(),
            port: 587,
            security: MailSecurity::StartTls,
            username: String::new(),
            password: None,
            from: String::new(),
            ca_file: None,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailTransport {
    /// No mail leaves. Messages wait in the outbox for a week.
    Off,
    /// Written to the log, links and all: for development only.
    Log,
    Smtp,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailSecurity {
    StartTls,
    Tls,
    /// Plain text, to loopback only.
    Plain,
}

/// What channels may reach. People choose where they lead, and this server can reach more than they can.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NotificationsConfig {
    /// Networks of your own that channels may lead to, by plain HTTP and to any port, too: `["10.1.0.0/16"]`. Of all
    /// others only public addresses are posted to, by HTTPS.
    pub own_networks: Vec<IpNet>,
    /// Ports of public addresses that channels may lead to.
    pub ports: Vec<u16>,
}

impl Default for NotificationsConfig {
    fn default() -> Self {
        Self {
            own_networks: Vec::new(),
            ports: vec![443, 8443],
        }
    }
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsConfig {
    /// Bearer token for `/metrics` from elsewhere than loopback. Without one it answers loopback only.
    pub token: Option<Secret>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AuditConfig {
    /// Days that audit events are kept; 0 keeps them for ever.
    pub keep_days: u32,
}

impl Default for AuditConfig {
    fn default() -> Self {
        Self { keep_days: 400 }
    }
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LogConfig {
    pub format: LogFormat,
    /// A filter such as `info` or `info,hostlerd::adapters=debug`.
    pub level: String,
}

impl Default for LogConfig {
    fn default() -> Self {
        Self {
            format: LogFormat::Text,
            level: "info".to_owned(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum HypervisorConfig {
    Proxmox(Box<ProxmoxConfig>),
    Sim(SimConfig),
}

/// One Proxmox VE cluster. docs/proxmox.md tells how to make the token.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProxmoxConfig {
    /// `https://node:8006`; several nodes of the same cluster, tried in turn.
    pub endpoints: Vec<String>,
    /// Such as `hostler@pve!api`.
    pub token_id: String,
    pub token_secret: Secret,
    /// The cluster's `pve-root-ca.pem`.
    #[serde(default)]
    pub ca_file: Option<PathBuf>,
    /// SHA-256 fingerprints of the nodes' certificates (`AA:BB:…`), in place of an authority.
    #[serde(default)]
    pub fingerprints: Vec<String>,
    /// Resource pool that guests join.
    #[serde(default)]
    pub pool: Option<String>,
    /// Storage for root disks.
    pub rootfs_storage: String,
    /// Storages that hold templates. Empty: every one that has any.
    #[serde(default)]
    pub template_storages: Vec<String>,
    /// The bridge that the check looks for on every node.
    #[serde(default = "default_bridge")]
    pub bridge: String,
    /// What the tags of our guests begin with; another one for each control plane on the same cluster.
    #[serde(default = "default_tag_prefix")]
    pub tag_prefix: String,
    #[serde(default = "default_vmid_first")]
    pub vmid_first: u32,
    #[serde(default = "default_vmid_last")]
    pub vmid_last: u32,
}

impl ProxmoxConfig {
    /// What is not set is empty where the operator must say it, and the default elsewhere.
    pub(super) fn unset() -> Self {
        Self {
            endpoints: Vec::new(),
            token_id: String::new(),
            token_secret: Secret::new(""),
            ca_file: None,
            fingerprints: Vec::new(),
            pool: None,
            rootfs_storage: String::new(),
            template_storages: Vec::new(),
            bridge: default_bridge(),
            tag_prefix: default_tag_prefix(),
            vmid_first: default_vmid_first(),
            vmid_last: default_vmid_last(),
        }
    }
}

fn default_bridge() -> String {
    "vmbr0".to_owned()
}

fn default_tag_prefix() -> String {
    "hostler".to_owned()
}

const fn default_vmid_first() -> u32 {
    100_000
}

const fn default_vmid_last() -> u32 {
    999_999
}

/// The simulated hypervisor: guests that exist in a file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct SimConfig {
    pub nodes: Vec<String>,
    /// How long things take: 1 is like a real machine, 0 is at once.
    pub pace: f64,
    /// Whether the guests are kept in the state directory and survive a restart.
    pub keep: bool,
}

impl Default for SimConfig {
    fn default() -> Self {
        Self {
            nodes: vec!["sim-1".to_owned(), "sim-2".to_owned()],
            pace: 1.0,
            keep: true,
        }
    }
}
