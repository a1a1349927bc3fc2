//! The configuration: `config/settings.rs` has every key, its meaning and its default.
//!
//! `config/load.rs` says where values come from. An unknown key is an error, so that a typo does
//! not silently become a default.

mod check;
mod error;
mod load;
#[cfg(test)]
mod load_tests;
mod secret;
mod settings;
mod typed;

pub use check::warnings;
pub use error::ConfigError;
pub use load::{ConfigFile, Sources, load};
pub use secret::Secret;
pub use settings::{
    AgentsConfig, Config, DatabaseConfig, HypervisorConfig, IdentityConfig, LogConfig, LogFormat, MailConfig,
    MailSecurity, MailTransport, MetricsConfig, MonitoringConfig, NotificationsConfig, OperationsConfig,
    ProxmoxConfig, RemoteWriteConfig, ServerConfig, SimConfig, TlsConfig, TlsMode,
};
