//! An installation in memory but for its database: what every test of this binary starts from.

use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use hostlerd::adapters::bus_local::BusLocal;
use hostlerd::adapters::clock::ManualClock;
use hostlerd::adapters::post::{HttpNotifier, PostSettings};
use hostlerd::adapters::sim::{Sim, SimSettings};
use hostlerd::adapters::store::{SqlStore, StoreSettings};
use hostlerd::domain::audit::{AuditEvent, AuditFilter};
use hostlerd::domain::delivery::Lane;
use hostlerd::domain::ids::UserId;
use hostlerd::domain::names::Email;
use hostlerd::domain::page::PageRequest;
use hostlerd::domain::principal::{Origin, Principal};
use hostlerd::domain::time::Timestamp;
use hostlerd::domain::user::{Locale, Role, User};
use hostlerd::engine::announcements::Writer;
use hostlerd::engine::api_tokens::ApiTokens;
use hostlerd::engine::audits::Audits;
use hostlerd::engine::auth::{Auth, AuthSettings, SignIn, SignUp, SignedIn};
use hostlerd::engine::background::{Deliveries, DeliveryStatus, OutboxDispatch};
use hostlerd::engine::caller::{Caller, RequestId};
use hostlerd::engine::catalog::Catalog;
use hostlerd::engine::context::Ports;
use hostlerd::engine::delivery::Attempts;
use hostlerd::engine::error::Result;
use hostlerd::engine::passwords::{HashTurns, Passwords};
use hostlerd::engine::secrets::{Keys, Secret};
use hostlerd::engine::users::{NewAccount, Users};
use hostlerd::ports::clock::Clock;
use hostlerd::ports::faults::NoFaults;
use hostlerd::ports::hypervisor::{Hypervisor, Hypervisors};
use hostlerd::ports::mailer::{Mail, MailError, Mailer};
use hostlerd::ports::sample_sink::NoSink;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) const PASSWORD: &str = "a fine long passphrase";

pub(crate) struct Rig {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) mailbox: Arc<Mailbox>,
    pub(crate) ports: Ports,
    pub(crate) auth: Arc<Auth>,
    pub(crate) users: Users,
    pub(crate) api_tokens: ApiTokens,
    pub(crate) catalog: Catalog,
    pub(crate) audits: Arc<Audits>,
    pub(crate) outbox: OutboxDispatch,
    pub(crate) mails: Deliveries,
    _directory: tempfile::TempDir,
}

impl Rig {
    pub(crate) async fn new() -> Self {
        Self::with(AuthSettings::default()).await
    }

    pub(crate) async fn with(settings: AuthSettings) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", directory.path().join("hostler.db").display());
        let store = SqlStore::open(&StoreSettings::new(url)).await.unwrap();
        let clock = Arc::new(ManualClock::new(Timestamp::from_micros(1_800_000_000_000_000)));
        let mailbox = Arc::new(Mailbox::default());
        let simulated = SimSettings {
            name: "main".to_owned(),
            ..SimSettings::default()
        };
        let sim: Arc<dyn Hypervisor> = Sim::new(simulated, Arc::clone(&clock) as Arc<dyn Clock>).unwrap();
        let ports = Ports {
            store: Arc::new(store),
            hypervisors: Hypervisors::new([("main".to_owned(), sim)]),
            mailer: Arc::clone(&mailbox) as Arc<dyn Mailer>,
            notifier: Arc::new(HttpNotifier::new(PostSettings::default()).unwrap()),
            samples: Arc::new(NoSink),
            bus: Arc::new(BusLocal::new(1024)),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            faults: Arc::new(NoFaults),
        };
        let keys = Arc::new(Keys::derive(&[9; 32]));
        let passwords = Arc::new(Passwords::new(HashTurns::default()).unwrap());
        let audits = Arc::new(Audits::new(ports.clone()));
        let writer = Arc::new(Writer::new(Arc::clone(&keys), "https://hostler.example/"));
        let attempts = Arc::new(Attempts::new(ports.clone(), Arc::clone(&keys), writer, true));
        Self {
            auth: Arc::new(Auth::new(
                ports.clone(),
                settings,
                Arc::clone(&keys),
                Arc::clone(&passwords),
                Arc::clone(&audits),
            )),
            users: Users::new(ports.clone(), passwords),
            api_tokens: ApiTokens::new(ports.clone()),
            catalog: Catalog::new(ports.clone()),
            outbox: OutboxDispatch::new(ports.clone(), "test".to_owned()),
            mails: Deliveries::new(ports.clone(), attempts, Lane::Mail, "test".to_owned()),
            audits,
            ports,
            mailbox,
            clock,
            _directory: directory,
        }
    }

    /// An account that may sign in, made by the command line.
    pub(crate) async fn account(&self, address: &str, role: Role) -> User {
        let account = NewAccount {
            email: email(address),
            password: Some(Secret::new(PASSWORD)),
            role,
            email_verified: true,
            locale: Locale::English,
        };
        self.users.create_by_command(account).await.unwrap().0
    }

    pub(crate) async fn sign_in(&self, address: &str, password: &str) -> Result<SignedIn> {
        self.auth
            .sign_in(&nobody("Auth.SignIn"), sign_in(address, password))
            .await
    }

    /// Signs in and tells who that is, as the edge would.
    pub(crate) async fn session(&self, address: &str) -> (SignedIn, Principal) {
        let signed_in = self.sign_in(address, PASSWORD).await.unwrap();
        let principal = self
            .auth
            .authenticate(signed_in.tokens.access_token.expose())
            .await
            .unwrap();
        (signed_in, principal)
    }

    /// An operator that has signed in.
    pub(crate) async fn operator(&self) -> Principal {
        self.account("root@example.org", Role::Operator).await;
        self.session("root@example.org").await.1
    }

    pub(crate) async fn deliver(&self) -> DeliveryStatus {
        let token = CancellationToken::new();
        self.outbox.dispatch(&token).await.unwrap();
        self.mails.deliver(&token).await.unwrap()
    }

    /// Delivers, and takes the token out of the last mail to this address.
    pub(crate) async fn mailed_token(&self, address: &str) -> String {
        self.deliver().await;
        let mail = self.mailbox.last(address);
        mail.text
            .split("#token=")
            .nth(1)
            .unwrap()
            .lines()
            .next()
            .unwrap()
            .to_owned()
    }

    pub(crate) async fn audit(&self) -> Vec<AuditEvent> {
        self.ports
            .store
            .audit_list(&AuditFilter::default(), PageRequest::first(200))
            .await
            .unwrap()
            .items
    }

    /// The newest event of this rpc.
    pub(crate) async fn last_audit(&self, action: &str) -> AuditEvent {
        self.audit()
            .await
            .into_iter()
            .find(|event| event.action == action)
            .unwrap()
    }

    pub(crate) fn advance(&self, by: Duration) {
        self.clock.advance(by);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }
}

pub(crate) fn email(address: &str) -> Email {
    Email::parse(address).unwrap()
}

pub(crate) fn sign_in(address: &str, password: &str) -> SignIn {
    SignIn {
        email: email(address),
        password: Secret::new(password),
        device_name: "laptop".to_owned(),
    }
}

pub(crate) fn sign_up(address: &str, password: &str) -> SignUp {
    SignUp {
        email: email(address),
        password: Secret::new(password),
        display_name: "Somebody".to_owned(),
        locale: Locale::English,
    }
}

/// A call by nobody in particular, as it comes in from the network.
pub(crate) fn nobody(action: &'static str) -> Caller {
    Caller {
        principal: None,
        node: None,
        origin: Origin {
            address: "192.0.2.7".to_owned(),
            user_agent: "test".to_owned(),
            trace_id: Uuid::now_v7().to_string(),
        },
        action,
        request_id: None,
    }
}

pub(crate) fn by(principal: &Principal, action: &'static str) -> Caller {
    Caller {
        principal: Some(principal.clone()),
        node: None,
        ..nobody(action)
    }
}

/// The same call again carries the same request id.
pub(crate) fn repeatable(caller: Caller) -> Caller {
    Caller {
        request_id: Some(RequestId {
            id: Uuid::now_v7(),
            fingerprint: [1; 32],
        }),
        ..caller
    }
}

pub(crate) fn target(user: UserId) -> String {
    format!("user:{user}")
}

/// Takes mail, unless it is told not to.
#[derive(Default)]
pub(crate) struct Mailbox {
    mails: Mutex<Vec<Mail>>,
    mood: AtomicU8,
    /// Mail to this address is taken once somebody permits it; then it has arrived at the door.
    slow: Mutex<Option<String>>,
    pub(crate) at_the_door: Notify,
    pub(crate) permits: Notify,
    pub(crate) broke: Notify,
}

impl Mailbox {
    pub(crate) fn works(&self) {
        self.mood.store(0, Ordering::SeqCst);
    }

    pub(crate) fn is_down(&self) {
        self.mood.store(1, Ordering::SeqCst);
    }

    pub(crate) fn refuses(&self) {
        self.mood.store(2, Ordering::SeqCst);
    }

    /// Ends the program's try by a panic.
    pub(crate) fn breaks(&self) {
        self.mood.store(3, Ordering::SeqCst);
    }

    pub(crate) fn is_slow_for(&self, address: &str) {
        *self.slow.lock().unwrap() = Some(address.to_owned());
    }

    pub(crate) fn to(&self, address: &str) -> Vec<Mail> {
        let mails = self.mails.lock().unwrap();
        mails
            .iter()
            .filter(|mail| mail.to.iter().any(|to| to.as_str() == address))
            .cloned()
            .collect()
    }

    pub(crate) fn last(&self, address: &str) -> Mail {
        self.to(address).pop().unwrap()
    }
}

#[async_trait]
impl Mailer for Mailbox {
    async fn send(&self, mail: &Mail) -> std::result::Result<(), MailError> {
        let slow = self.slow.lock().unwrap().clone();
        if slow.is_some_and(|slow| mail.to.iter().any(|to| to.as_str() == slow)) {
            self.at_the_door.notify_one();
            self.permits.notified().await;
        }
        match self.mood.load(Ordering::SeqCst) {
            0 => {
                self.mails.lock().unwrap().push(mail.clone());
                Ok(())
            }
            1 => Err(MailError::Temporary("down".to_owned())),
            3 => {
                self.broke.notify_one();
                panic!("on purpose");
            }
            _ => Err(MailError::Rejected("no such mailbox".to_owned())),
        }
    }
}
