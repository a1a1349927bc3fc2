//! An agent that does what a test says: it joins, attaches, and says what it is told to.

use hostler_proto::v1;
use sha2::{Digest as _, Sha256};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Status, Streaming};

use crate::api::Api;

/// A key as agents make them; the same letter gives the same key.
pub fn key(letter: char) -> String {
    format!("hsa_{}", letter.to_string().repeat(43))
}

pub fn key_hash(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
}

pub fn facts() -> v1::NodeFacts {
    v1::NodeFacts {
        hostname: "n1.example".to_owned(),
        operating_system: "Debian GNU/Linux 12 (bookworm)".to_owned(),
        kernel: "6.1.0-21-amd64".to_owned(),
        architecture: "x86_64".to_owned(),
        cpu_count: 2,
        memory_bytes: 4 << 30,
        agent_version: "0.1.0".to_owned(),
        ..Default::default()
    }
}

/// A machine that has joined.
#[derive(Clone, Debug)]
pub struct ScriptedAgent {
    api: Api,
    pub node_id: String,
}

/// One of its sessions.
#[derive(Debug)]
pub struct ScriptedSession {
    says: mpsc::Sender<v1::AttachRequest>,
    hears: Streaming<v1::AttachResponse>,
    pub welcome: v1::Welcome,
}

impl ScriptedAgent {
    /// Makes a token as the operator and joins by it.
    pub async fn join(operator: &Api, key: &str) -> Self {
        let made = operator
            .nodes()
            .create_enrolment_token(v1::CreateEnrolmentTokenRequest::default())
            .await
            .expect("a token")
            .into_inner();
        Self::enrol(operator, &made.secret, key).await.expect("a place")
    }

    pub async fn enrol(api: &Api, token: &str, key: &str) -> Result<Self, Status> {
        let request = v1::EnrolRequest {
            token: token.to_owned(),
            key_hash: key_hash(key),
            hostname: "n1.example".to_owned(),
        };
        let answer = api.as_nobody().agents().enrol(request).await?.into_inner();
        Ok(Self {
            api: api.with_token(key),
            node_id: answer.node_id,
        })
    }

    /// The same machine, at another server of the same installation.
    pub fn at(api: &Api, agent: &Self, key: &str) -> Self {
        Self {
            api: api.with_token(key),
            node_id: agent.node_id.clone(),
        }
    }

    pub fn api(&self) -> &Api {
        &self.api
    }

    #[must_use]
    pub fn with_key(&self, key: &str) -> Self {
        Self {
            api: self.api.with_token(key),
            node_id: self.node_id.clone(),
        }
    }

    pub fn hello(&self) -> v1::Hello {
        v1::Hello {
            node_id: self.node_id.clone(),
            boot_id: "boot-1".to_owned(),
            facts: Some(facts()),
        }
    }

    pub async fn attach(&self) -> Result<ScriptedSession, Status> {
        self.attach_with(self.hello()).await
    }

    pub async fn attach_with(&self, hello: v1::Hello) -> Result<ScriptedSession, Status> {
        let (says, said) = mpsc::channel(64);
        let hello = message(v1::attach_request::Message::Hello(hello));
        says.send(hello).await.expect("room");
        let answers = self.api.agents().attach(ReceiverStream::new(said)).await?;
        let mut hears = answers.into_inner();
        match hears.message().await?.and_then(|first| first.message) {
            Some(v1::attach_response::Message::Welcome(welcome)) => {
                Ok(ScriptedSession { says, hears, welcome })
            }
            other => panic!("not a welcome: {other:?}"),
        }
    }
}

impl ScriptedSession {
    pub async fn say(&self, said: v1::attach_request::Message) {
        // A session that is over is found out by hearing.
        self.says.send(message(said)).await.ok();
    }

    pub async fn beat(&self) {
        self.say(v1::attach_request::Message::Heartbeat(v1::Heartbeat::default()))
            .await;
    }

    pub async fn hear(&mut self) -> Result<Option<v1::attach_response::Message>, Status> {
        Ok(self.hears.message().await?.and_then(|heard| heard.message))
    }

    /// Why the session ends.
    pub async fn end(&mut self) -> Status {
        loop {
            match self.hears.message().await {
                Ok(Some(_)) => {}
                Ok(None) => return Status::ok("it ended without a word"),
                Err(status) => return status,
            }
        }
    }
}

fn message(said: v1::attach_request::Message) -> v1::AttachRequest {
    v1::AttachRequest { message: Some(said) }
}
