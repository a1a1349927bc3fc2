//! The master key: from the configuration, or made at the first start.

use std::path::Path;

use anyhow::Context;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::state_files::write_private;
use crate::config::Secret;

const FILE: &str = "master.key";

pub(super) fn master_key(configured: Option<&Secret>, state_dir: &Path) -> anyhow::Result<[u8; 32]> {
    if let Some(secret) = configured {
        return decode(secret.expose()).context("read identity.master_key");
    }
    let path = state_dir.join(FILE);
    if path.exists() {
        let text = std::fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))?;
        return decode(text.trim()).with_context(|| format!("read {}", path.display()));
    }
    let key: [u8; 32] = rand::random();
    write_private(&path, STANDARD.encode(key).as_bytes())?;
    Ok(key)
}

fn decode(text: &str) -> anyhow::Result<[u8; 32]> {
    let bytes = STANDARD.decode(text).context("the key is not base64")?;
    bytes
        .try_into()
        .ok()
        .context("the key must be 32 bytes: make one by `openssl rand -base64 32`")
}
