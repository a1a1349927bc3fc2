//! Writes samples to a store that speaks Prometheus remote-write 1.0: Prometheus itself, Mimir, Thanos, `VictoriaMetrics`.

mod encoding;
mod queue;
mod settings;
mod writer;

pub use queue::RemoteWrite;
pub use settings::{Credential, RemoteWriteError, RemoteWriteSettings};
pub use writer::Writer;
