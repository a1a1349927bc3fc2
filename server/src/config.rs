//! The configuration: `config/settings.rs` has every key, its meaning and its default.
//!
//! `config/load.rs` says where values come from. An unknown key is an error, so that a typo does
//! not silently become a default.

mod load;
mod secret;
mod settings;

pub use load::{ConfigError, Sources, load};
pub use secret::Secret;
pub use settings::{
    Config, DatabaseConfig, HypervisorConfig, IdentityConfig, LogConfig, LogFormat, MailConfig, MailSecurity,
    MailTransport, MetricsConfig, OperationsConfig, ProxmoxConfig, ServerConfig, SimConfig, TlsConfig,
    TlsMode,
};
