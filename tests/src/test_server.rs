//! A whole `hostlerd` inside the test: own runtime, own state directory, port 0.
//!
//! `crash` drops the runtime with everything in it, as SIGKILL would; `restart` starts a new one on
//! the same database and the same simulated hypervisor.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hostlerd::adapters::clock::SystemClock;
use hostlerd::adapters::sim::{Sim, SimSettings};
use hostlerd::app::{App, Overrides};
use hostlerd::config::{Config, HypervisorConfig, MailSecurity, MailTransport, Secret, SimConfig, TlsMode};
use hostlerd::domain::user::Role;
use hostlerd::engine::operations::WorkerSettings;
use hostlerd::ports::clock::Clock;
use hostlerd::ports::faults::Faults;
use hostlerd::ports::hypervisor::{Hypervisor, Hypervisors};
use hostlerd::ports::mailer::Mailer;
use hostlerd::services::http::WebClient;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::api::Api;
use crate::database::{Engine, MariaDb};
use crate::mailbox::Mailbox;

/// The password of every account that tests make.
pub const PASSWORD: &str = "correct horse battery staple";

/// What a test server is to be, before it is one.
pub struct Builder {
    engine: Engine,
    config: Config,
    hypervisor: Option<Arc<dyn Hypervisor>>,
    as_configured: bool,
    faults: Option<Arc<dyn Faults>>,
    clock: Option<Arc<dyn Clock>>,
    worker: Option<WorkerSettings>,
    web_client: Option<WebClient>,
    real_mail: bool,
    heartbeat: Option<Duration>,
}

impl Builder {
    #[must_use]
    pub fn engine(mut self, engine: Engine) -> Self {
        self.engine = engine;
        self
    }

    /// Changes the configuration.
    #[must_use]
    pub fn config(mut self, change: impl FnOnce(&mut Config)) -> Self {
        change(&mut self.config);
        self
    }

    /// Uses this hypervisor, under the name `sim`, in place of the simulated one.
    #[must_use]
    pub fn hypervisor(mut self, hypervisor: Arc<dyn Hypervisor>) -> Self {
        self.hypervisor = Some(hypervisor);
        self
    }

    /// Uses the hypervisors that the configuration names, with their real adapters.
    #[must_use]
    pub fn hypervisors(mut self, hypervisors: BTreeMap<String, HypervisorConfig>) -> Self {
        self.config.hypervisors = hypervisors;
        self.as_configured = true;
        self
    }

    /// Makes the workers as patient as this.
    #[must_use]
    pub fn worker(mut self, worker: WorkerSettings) -> Self {
        self.worker = Some(worker);
        self
    }

    #[must_use]
    pub fn faults(mut self, faults: Arc<dyn Faults>) -> Self {
        self.faults = Some(faults);
        self
    }

    /// Runs on this time in place of the system's.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// Serves these files in place of those that were built in.
    #[must_use]
    pub fn web_client(mut self, files: WebClient) -> Self {
        self.web_client = Some(files);
        self
    }

    /// Mails to a mail server on this port, in place of into the mailbox.
    #[must_use]
    pub fn mails_to(mut self, port: u16) -> Self {
        self.real_mail = true;
        self.config(|config| {
            config.mail.transport = MailTransport::Smtp;
            config.mail.security = MailSecurity::Plain;
            "127.0.0.1".clone_into(&mut config.mail.host);
            config.mail.port = port;
        })
    }

    /// Has streams say that they have nothing to tell as often as this.
    #[must_use]
    pub fn heartbeat(mut self, period: Duration) -> Self {
        self.heartbeat = Some(period);
        self
    }

    pub async fn start(mut self) -> TestServer {
        let state = tempfile::tempdir().expect("a state directory");
        self.config.state_dir = state.path().to_owned();
        let maria = match self.engine {
            Engine::Sqlite => None,
            Engine::MariaDb => {
                let maria = MariaDb::create().await.expect("a database");
                self.config.database.url = Secret::new(maria.url());
                Some(maria)
            }
        };
        let sim = Sim::new(
            SimSettings {
                task_time: Duration::ZERO,
                ..SimSettings::default()
            },
            self.clock.clone().unwrap_or_else(|| Arc::new(SystemClock)),
        )
        .expect("a simulated hypervisor");
        let mut server = TestServer {
            running: None,
            sim,
            config: self.config,
            hypervisor: self.hypervisor,
            as_configured: self.as_configured,
            faults: self.faults,
            clock: self.clock,
            worker: self.worker,
            web_client: self.web_client,
            real_mail: self.real_mail,
            heartbeat: self.heartbeat,
            mailbox: Mailbox::default(),
            maria,
            state,
        };
        server.restart().await;
        server
    }
}

pub struct TestServer {
    running: Option<(Runtime, App)>,
    sim: Arc<Sim>,
    config: Config,
    hypervisor: Option<Arc<dyn Hypervisor>>,
    as_configured: bool,
    faults: Option<Arc<dyn Faults>>,
    clock: Option<Arc<dyn Clock>>,
    worker: Option<WorkerSettings>,
    web_client: Option<WebClient>,
    real_mail: bool,
    heartbeat: Option<Duration>,
    mailbox: Mailbox,
    maria: Option<MariaDb>,
    state: TempDir,
}

impl TestServer {
    /// SQLite, plain text, the simulated hypervisor without delays, mail in a mailbox, a catalog.
    pub fn builder() -> Builder {
        let mut config = Config::default();
        config.server.listen = SocketAddr::from(([127, 0, 0, 1], 0));
        config.tls.mode = TlsMode::Off;
        // A crash is to be over soon.
        config.operations.lease_seconds = 1;
        config.mail.transport = MailTransport::Log;
        // What the override stands in for.
        config
            .hypervisors
            .insert("sim".to_owned(), HypervisorConfig::Sim(SimConfig::default()));
        "Hostler <hostler@example.org>".clone_into(&mut config.mail.from);
        config.log.level = std::env::var("HOSTLER_TEST_LOG").unwrap_or_else(|_| "warn".to_owned());
        Builder {
            engine: Engine::Sqlite,
            config,
            hypervisor: None,
            as_configured: false,
            faults: None,
            clock: None,
            worker: None,
            web_client: None,
            real_mail: false,
            heartbeat: None,
        }
    }

    pub async fn start() -> Self {
        Self::builder().start().await
    }

    /// The simulated hypervisor, for looking at the world and breaking it.
    pub fn sim(&self) -> &Arc<Sim> {
        &self.sim
    }

    pub fn app(&self) -> &App {
        &self.running.as_ref().expect("the server is not running").1
    }

    pub fn state_dir(&self) -> &std::path::Path {
        self.state.path()
    }

    /// `http://127.0.0.1:port`, or https when TLS is on.
    pub fn url(&self) -> String {
        let scheme = if self.config.tls.mode == TlsMode::Off {
            "http"
        } else {
            "https"
        };
        format!("{scheme}://{}", self.app().address())
    }

    /// Makes an account with [`PASSWORD`] whose address is verified.
    pub async fn user(&self, email: &str, role: Role) {
        self.app()
            .user_create(email, role, Some(PASSWORD.to_owned()))
            .await
            .expect("an account");
    }

    /// Everything the server has mailed.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// Nobody, over a connection of its own.
    pub async fn nobody(&self) -> Api {
        Api::connect(&self.url()).await
    }

    /// A new account with a session.
    pub async fn caller(&self, email: &str, role: Role) -> Api {
        self.user(email, role).await;
        self.sign_in(email).await
    }

    /// Another session of an account that [`Self::user`] made.
    pub async fn sign_in(&self, email: &str) -> Api {
        self.nobody()
            .await
            .sign_in(email, PASSWORD)
            .await
            .expect("a session")
            .0
    }

    /// Stops as SIGKILL would: nothing is finished, nothing is said.
    pub fn crash(&mut self) {
        if let Some((runtime, app)) = self.running.take() {
            drop(app);
            runtime.shutdown_background();
        }
    }

    /// Starts on what the last run left behind.
    pub async fn restart(&mut self) {
        self.crash();
        self.running = Some(self.launch().await);
    }

    /// Starts another instance on the same database, the same keys and the same simulated hypervisor.
    pub async fn beside(&self) -> Instance {
        Instance(Some(self.launch().await))
    }

    async fn launch(&self) -> (Runtime, App) {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .expect("a runtime");
        let hypervisor: Arc<dyn Hypervisor> = match &self.hypervisor {
            Some(hypervisor) => Arc::clone(hypervisor),
            None => Arc::clone(&self.sim) as Arc<dyn Hypervisor>,
        };
        let overrides = Overrides {
            hypervisors: (!self.as_configured).then(|| Hypervisors::new([("sim".to_owned(), hypervisor)])),
            worker: self.worker.clone(),
            faults: self.faults.clone(),
            clock: self.clock.clone(),
            web_client: self.web_client.clone(),
            mailer: (!self.real_mail).then(|| Arc::new(self.mailbox.clone()) as Arc<dyn Mailer>),
            heartbeat: self.heartbeat,
            seed_catalog: true,
            ..Overrides::default()
        };
        let app = runtime
            .spawn(App::start(self.config.clone(), overrides))
            .await
            .expect("the start does not panic")
            .expect("the server starts");
        (runtime, app)
    }

    /// Stops as SIGTERM would.
    pub async fn stop(&mut self) {
        if let Some((runtime, app)) = self.running.take() {
            runtime.spawn(app.stop()).await.expect("the stop does not panic");
            runtime.shutdown_background();
        }
    }
}

/// One more of the same installation.
#[derive(Debug)]
pub struct Instance(Option<(Runtime, App)>);

impl Instance {
    /// Stops as SIGTERM would.
    pub async fn stop(mut self) {
        if let Some((runtime, app)) = self.0.take() {
            runtime.spawn(app.stop()).await.expect("the stop does not panic");
            runtime.shutdown_background();
        }
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        if let Some((runtime, app)) = self.0.take() {
            drop(app);
            runtime.shutdown_background();
        }
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.crash();
        if let Some(maria) = self.maria.take() {
            // Drop cannot wait, and the runtime of the test may be ending: a thread of its own can.
            let removed = std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .build()?;
                runtime.block_on(maria.remove())
            });
            drop(removed.join());
        }
    }
}
