//! The configuration: `settings.rs` has every key, its meaning and its default; `load.rs` says where values come from.

mod error;
mod grant;
mod load;
mod settings;

pub use error::ConfigError;
pub use grant::Grant;
pub use load::{ConfigFile, Sources, load};
pub use settings::{Config, ContainersConfig, LogConfig, LogFormat, ServerConfig, SpoolConfig};
