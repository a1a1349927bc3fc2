//! Which server to call and as whom: flags, environment, and the file of profiles.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

use etcetera::BaseStrategy as _;
use hostler_client::{Client, ClientBuilder, CredentialStore as _, MemoryStore, Secret};
use serde::{Deserialize, Serialize};

use crate::credentials::TokenFile;
use crate::errors::Failure;
use crate::private_file;

const DEFAULT: &str = "default";

/// How long ending a session that is replaced may keep a person waiting.
const GOODBYE: Duration = Duration::from_secs(5);

/// What the flags, or the environment in their place, say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) profile: Option<String>,
    pub(crate) server: Option<String>,
    pub(crate) ca_file: Option<PathBuf>,
    pub(crate) plain_text: bool,
}

/// Where the files are.
#[derive(Clone, Debug)]
pub(crate) struct Folders {
    pub(crate) config_file: PathBuf,
    pub(crate) state: PathBuf,
}

/// The file of profiles.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    /// The profile to use when none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    profile: Option<String>,
    #[serde(default)]
    profiles: BTreeMap<String, Entry>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    server: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ca_file: Option<PathBuf>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    plain_text: bool,
}

/// The profile in force.
#[derive(Clone, Debug)]
pub(crate) struct Profile {
    pub(crate) name: String,
    folders: Folders,
    entry: Entry,
    /// The server in the file; empty when there is none.
    stored_server: String,
}

impl Folders {
    pub(crate) fn of_this_user() -> Result<Self, Failure> {
        let base = etcetera::choose_base_strategy()
            .map_err(|error| Failure::Local(format!("cannot tell where the home folder is: {error}")))?;
        let state = base.state_dir().unwrap_or_else(|| base.data_dir());
        Ok(Self {
            config_file: base.config_dir().join("hostler/config.toml"),
            state: state.join("hostler"),
        })
    }
}

impl Profile {
    /// Puts together what is wanted with what the file says. A server named outside the file does not inherit the file's certificate
    /// authority, nor leave to speak plain text.
    pub(crate) fn open(folders: Folders, wanted: &Wanted) -> Result<Self, Failure> {
        let file = read(&folders.config_file)?;
        let name = wanted
            .profile
            .clone()
            .or(file.profile)
            .unwrap_or_else(|| DEFAULT.to_owned());
        check_name(&name)?;
        let stored = file.profiles.get(&name).cloned().unwrap_or_default();
        let stored_server = stored.server.clone();
        let mut entry = match &wanted.server {
            Some(server) if normalised(server) != stored.server => Entry {
                server: normalised(server),
                ..Entry::default()
            },
            Some(_) | None => stored,
        };
        if let Some(path) = &wanted.ca_file {
            let absolute = fs::canonicalize(path).map_err(|error| unreadable(path, &error))?;
            entry.ca_file = Some(absolute);
        }
        entry.plain_text |= wanted.plain_text;
        Ok(Self {
            name,
            folders,
            entry,
            stored_server,
        })
    }

    /// The server's URL; empty when none is known.
    pub(crate) fn server(&self) -> &str {
        &self.entry.server
    }

    /// Another server instead of the one in the file.
    pub(crate) fn set_server(&mut self, server: &str) {
        self.entry.server = normalised(server);
    }

    /// The server that the file names so far, when it is another one.
    pub(crate) fn replaced_server(&self) -> Option<&str> {
        let differs = !self.stored_server.is_empty() && self.stored_server != self.entry.server;
        differs.then_some(&self.stored_server)
    }

    /// Writes the profile to the file, for the next runs.
    pub(crate) fn save(&self) -> Result<(), Failure> {
        let path = &self.folders.config_file;
        let mut file = read(path)?;
        file.profiles.insert(self.name.clone(), self.entry.clone());
        let text = toml::to_string(&file)
            .map_err(|error| Failure::Local(format!("cannot write {}: {error}", path.display())))?;
        private_file::write(path, &text)
            .map_err(|error| Failure::Local(format!("cannot write {}: {error}", path.display())))
    }

    /// A client of the server, with the session's tokens or the API token of the environment.
    pub(crate) fn client(&self) -> Result<Client, Failure> {
        let builder = self.builder()?;
        let builder = match token_of_environment()? {
            Some(token) => builder.token(token),
            None => builder,
        };
        Ok(builder.connect_lazy()?)
    }

    /// A client for signing in, whatever the environment holds.
    pub(crate) fn client_for_sign_in(&self) -> Result<Client, Failure> {
        Ok(self.builder()?.connect_lazy()?)
    }

    /// A client of the session that is kept for this server, apart from the file: what it does leaves the file alone.
    pub(crate) async fn client_of_kept_session(&self) -> Result<Option<Client>, Failure> {
        let builder = self.builder()?;
        let Ok(Some(tokens)) = self.token_file().load().await else {
            return Ok(None);
        };
        let builder = builder.credentials(MemoryStore::with(tokens));
        Ok(Some(builder.deadline(GOODBYE).connect_lazy()?))
    }

    fn token_file(&self) -> TokenFile {
        TokenFile::new(&self.folders.state, &self.name, &self.entry.server)
    }

    fn builder(&self) -> Result<ClientBuilder, Failure> {
        if self.entry.server.is_empty() {
            return Err(Failure::Usage(format!(
                "profile {:?} names no server\n  next: hostler login URL, or set --server or HOSTLER_CLI_SERVER",
                self.name
            )));
        }
        let mut builder = Client::builder(&self.entry.server)
            .user_agent(concat!("hostler/", env!("CARGO_PKG_VERSION")))
            .credentials(self.token_file());
        if let Some(path) = &self.entry.ca_file {
            builder = builder.ca_pem(fs::read(path).map_err(|error| unreadable(path, &error))?);
        }
        if self.entry.plain_text {
            builder = builder.allow_plain_text();
        }
        Ok(builder)
    }
}

/// True when an API token of the environment takes the place of a session.
pub(crate) fn has_token_in_environment() -> bool {
    ["HOSTLER_CLI_TOKEN", "HOSTLER_CLI_TOKEN_FILE"]
        .iter()
        .any(|name| env::var_os(name).is_some_and(|value| !value.is_empty()))
}

fn token_of_environment() -> Result<Option<Secret>, Failure> {
    let variable = |name| env::var(name).ok().filter(|value| !value.is_empty());
    match (variable("HOSTLER_CLI_TOKEN"), variable("HOSTLER_CLI_TOKEN_FILE")) {
        (Some(_), Some(_)) => Err(Failure::Usage(
            "HOSTLER_CLI_TOKEN and HOSTLER_CLI_TOKEN_FILE are both set: keep one".to_owned(),
        )),
        (Some(token), None) => Ok(Some(token.trim().into())),
        (None, Some(path)) => {
            let path = Path::new(&path);
            let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
            Ok(Some(text.trim().into()))
        }
        (None, None) => Ok(None),
    }
}

fn read(path: &Path) -> Result<ConfigFile, Failure> {
    let text = private_file::read(path).map_err(|error| unreadable(path, &error))?;
    toml::from_str(&text.unwrap_or_default())
        .map_err(|error| Failure::Local(format!("{} is not right: {error}", path.display())))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Local(format!("cannot read {}: {error}", path.display()))
}

/// The same server is written the same way, and a bare host means https.
fn normalised(server: &str) -> String {
    let server = server.trim().trim_end_matches('/');
    if server.is_empty() || server.contains("://") {
        server.to_owned()
    } else {
        format!("https://{server}")
    }
}

/// It becomes a part of a file's name.
fn check_name(name: &str) -> Result<(), Failure> {
    let fits = name
        .chars()
        .all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.'));
    if fits && (1..=64).contains(&name.len()) && !name.starts_with('.') {
        return Ok(());
    }
    Err(Failure::Usage(format!(
        "{name:?} is no profile's name: use up to 64 letters, digits, \"-\", \"_\" and \".\""
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders(root: &Path) -> Folders {
        Folders {
            config_file: root.join("config/config.toml"),
            state: root.join("state"),
        }
    }

    #[test]
    fn what_is_saved_is_used_next_time() {
        let root = tempfile::tempdir().unwrap();
        let wanted = Wanted {
            profile: Some("work".to_owned()),
            plain_text: true,
            ..Wanted::default()
        };
        let mut profile = Profile::open(folders(root.path()), &wanted).unwrap();
        assert_eq!(profile.server(), "");
        profile.set_server("http://hostler.example:8600/");
        profile.save().unwrap();

        let again = Profile::open(
            folders(root.path()),
            &Wanted {
                plain_text: false,
                ..wanted
            },
        )
        .unwrap();
        assert_eq!(again.server(), "http://hostler.example:8600");
        assert!(again.entry.plain_text);
    }

    #[test]
    fn another_server_does_not_inherit_the_trust() {
        let root = tempfile::tempdir().unwrap();
        let wanted = Wanted {
            plain_text: true,
            server: Some("http://one.example".to_owned()),
            ..Wanted::default()
        };
        Profile::open(folders(root.path()), &wanted)
            .unwrap()
            .save()
            .unwrap();

        let other = Wanted {
            server: Some("two.example".to_owned()),
            ..Wanted::default()
        };
        let profile = Profile::open(folders(root.path()), &other).unwrap();
        assert_eq!(
            profile.entry,
            Entry {
                server: "https://two.example".to_owned(),
                ..Entry::default()
            }
        );
        assert_eq!(profile.replaced_server(), Some("http://one.example"));
        let same = Profile::open(folders(root.path()), &Wanted::default()).unwrap();
        assert_eq!(same.replaced_server(), None);
    }

    #[test]
    fn an_unknown_key_is_an_error_and_so_is_a_name_that_is_a_path() {
        let root = tempfile::tempdir().unwrap();
        private_file::write(&folders(root.path()).config_file, "colour = true").unwrap();
        assert!(matches!(
            Profile::open(folders(root.path()), &Wanted::default()),
            Err(Failure::Local(_))
        ));
        assert!(check_name("../work").is_err());
        assert!(check_name("work-2").is_ok());
    }
}
