//! The tokens of a profile's session, in a file that its owner alone may read.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use hostler_client::{CredentialStore, SessionTokens, StoreError, StoreLock};
use serde::{Deserialize, Serialize};

use crate::private_file;

/// Keeps the tokens of one profile. They are given to the server they came from and to no other.
#[derive(Debug)]
pub(crate) struct TokenFile {
    path: PathBuf,
    server: String,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    server: String,
    access_token: String,
    access_expires: u64,
    refresh_token: String,
    refresh_expires: u64,
}

impl TokenFile {
    pub(crate) fn new(folder: &Path, profile: &str, server: &str) -> Self {
        Self {
            path: folder.join(format!("{profile}.tokens.json")),
            server: server.to_owned(),
        }
    }
}

#[async_trait]
impl CredentialStore for TokenFile {
    async fn load(&self) -> Result<Option<SessionTokens>, StoreError> {
        let Some(text) = private_file::read(&self.path).map_err(|error| at(&self.path, &error))? else {
            return Ok(None);
        };
        let stored: Stored = serde_json::from_str(&text).map_err(|error| at(&self.path, &error))?;
        if stored.server != self.server {
            return Ok(None);
        }
        Ok(Some(SessionTokens {
            access_token: stored.access_token.into(),
            access_expires: UNIX_EPOCH + Duration::from_secs(stored.access_expires),
            refresh_token: stored.refresh_token.into(),
            refresh_expires: UNIX_EPOCH + Duration::from_secs(stored.refresh_expires),
        }))
    }

    async fn save(&self, tokens: Option<&SessionTokens>) -> Result<(), StoreError> {
        let Some(tokens) = tokens else {
            return private_file::remove(&self.path).map_err(|error| at(&self.path, &error));
        };
        let text = serde_json::to_string_pretty(&Stored {
            server: self.server.clone(),
            access_token: tokens.access_token.expose().to_owned(),
            access_expires: seconds(tokens.access_expires),
            refresh_token: tokens.refresh_token.expose().to_owned(),
            refresh_expires: seconds(tokens.refresh_expires),
        })?;
        private_file::write(&self.path, &text).map_err(|error| at(&self.path, &error))
    }

    async fn lock(&self) -> Result<StoreLock, StoreError> {
        let path = self.path.with_extension("lock");
        // Another process may hold it for as long as its refresh takes.
        let file =
            tokio::task::spawn_blocking(move || private_file::lock(&path).map_err(|error| at(&path, &error)))
                .await??;
        Ok(Box::new(file))
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

fn at(path: &Path, error: &dyn std::error::Error) -> StoreError {
    format!("{}: {error}", path.display()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> SessionTokens {
        SessionTokens {
            access_token: "access".into(),
            access_expires: UNIX_EPOCH + Duration::from_secs(100),
            refresh_token: "refresh".into(),
            refresh_expires: UNIX_EPOCH + Duration::from_secs(200),
        }
    }

    #[tokio::test]
    async fn tokens_go_back_to_their_own_server_only() {
        let folder = tempfile::tempdir().unwrap();
        let file = TokenFile::new(folder.path(), "default", "https://one.example");
        assert_eq!(file.load().await.unwrap(), None);
        file.save(Some(&tokens())).await.unwrap();
        assert_eq!(file.load().await.unwrap(), Some(tokens()));
        assert_eq!(
            TokenFile::new(folder.path(), "default", "https://two.example")
                .load()
                .await
                .unwrap(),
            None
        );
        file.save(None).await.unwrap();
        assert_eq!(file.load().await.unwrap(), None);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn refreshes_take_turns() {
        let folder = tempfile::tempdir().unwrap();
        let file = || TokenFile::new(folder.path(), "default", "https://one.example");
        let held = file().lock().await.unwrap();
        let second = file();
        let mut next = tokio::spawn(async move { second.lock().await.map(drop) });
        tokio::time::timeout(Duration::from_millis(50), &mut next)
            .await
            .unwrap_err();
        drop(held);
        next.await.unwrap().unwrap();
    }
}
