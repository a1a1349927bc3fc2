//! The real agent on a real engine of containers, and a server that is killed while a command runs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use hostler_proto::v1;
use hostler_proto::v1::NodeCommandState as State;
use hostler_tests::api::Api;
use hostler_tests::process::{Hostlerd, built};
use hostler_tests::required::program;
use hostler_tests::test_server::PASSWORD;
use hostler_tests::wait::wait_for;
use tokio::io::AsyncWriteExt as _;
use tonic::transport::Endpoint;
use v1::node_action::Action;

const ALICE: &str = "alice@example.org";

/// A container that does not stop by itself; removed with this.
struct Stubborn {
    socket: PathBuf,
    id: String,
}

impl Stubborn {
    fn start(socket: PathBuf) -> Self {
        let mut made = Self {
            socket,
            id: String::new(),
        };
        made.id = made.docker(&[
            "run",
            "--detach",
            "box:1",
            "sh",
            "-c",
            "trap '' TERM; while :; do sleep 1; done",
        ]);
        made
    }

    fn docker(&self, words: &[&str]) -> String {
        let host = format!("unix://{}", self.socket.display());
        let output = Command::new("docker")
            .args(["--host", &host])
            .args(words)
            .output()
            .expect("docker");
        assert!(output.status.success(), "{words:?}: {output:?}");
        String::from_utf8(output.stdout).expect("text").trim().to_owned()
    }

    /// How it is, and since when it runs or ran.
    fn state(&self) -> String {
        self.docker(&[
            "inspect",
            "--format",
            "{{.State.Status}} {{.State.StartedAt}}",
            &self.id,
        ])
    }
}

impl Drop for Stubborn {
    fn drop(&mut self) {
        let host = format!("unix://{}", self.socket.display());
        Command::new("docker")
            .args(["--host", &host, "rm", "--force", &self.id])
            .stdout(Stdio::null())
            .status()
            .ok();
    }
}

/// The program of the agent, ended with the test.
struct Agent {
    _running: tokio::process::Child,
    node_id: String,
}

impl Agent {
    async fn join(operator: &Api, url: &str, folder: &Path, socket: &Path) -> Self {
        let request = v1::CreateEnrolmentTokenRequest::default();
        let token = operator.nodes().create_enrolment_token(request).await;
        let secret = token.expect("a token").into_inner().secret;
        let config = folder.join("agent.toml");
        let text = format!(
            "state_dir = \"{}\"\ngrants = [\"containers.control\"]\n\n[containers]\nsocket = \"{}\"\n",
            folder.join("agent").display(),
            socket.display()
        );
        std::fs::write(&config, text).expect("a file");
        let command = || {
            let mut command = tokio::process::Command::new(built("hostler-agent").expect("the agent"));
            command
                .env_clear()
                .arg("--config")
                .arg(&config)
                .kill_on_drop(true);
            command
        };
        let mut joining = command()
            .args(["enrol", "--server", url, "--token-stdin"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the agent");
        let mut input = joining.stdin.take().expect("an input");
        input.write_all(secret.as_bytes()).await.expect("room");
        drop(input);
        assert!(joining.wait().await.expect("an end").success());
        let running = command()
            .arg("run")
            .stderr(Stdio::null())
            .spawn()
            .expect("the agent");
        let node_id = wait_for("the node", || async {
            let listed = operator.nodes().list_nodes(v1::ListNodesRequest::default()).await;
            let node = listed.expect("a list").into_inner().nodes.into_iter().next();
            match node.filter(|node| node.state() == v1::NodeState::Online) {
                Some(node) => Ok(node.id),
                None => Err("not online".to_owned()),
            }
        })
        .await;
        Self {
            _running: running,
            node_id,
        }
    }
}

/// A connection that is made anew whenever it breaks.
fn lasting(url: &str) -> Api {
    let endpoint = Endpoint::from_shared(url.to_owned()).expect("an address");
    Api::over(endpoint.tcp_nodelay(true).connect_lazy())
}

async fn reaches(api: &Api, id: &str, wanted: State) -> v1::NodeCommand {
    wait_for("the state of a command", || async {
        let request = v1::GetNodeCommandRequest {
            node_command_id: id.to_owned(),
        };
        let found = api.node_commands().get_node_command(request).await;
        let command = found
            .map_err(|status| status.to_string())?
            .into_inner()
            .command
            .expect("a command");
        if command.state() == wanted {
            Ok(command)
        } else {
            Err(format!("{command:?}"))
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_command_that_runs_while_the_server_is_killed_is_done_once_and_its_end_is_known_afterwards() {
    let test = "a_command_that_runs_while_the_server_is_killed";
    let Some(socket) =
        program(test, "HOSTLER_TEST_DOCKER_SOCKET").filter(|path| !path.as_os_str().is_empty())
    else {
        return;
    };
    let container = Stubborn::start(socket);
    let hostlerd = Hostlerd::new().expect("a directory");
    let (server, _) = hostlerd.start().await.expect("a start");
    hostlerd
        .user_create(ALICE, "operator", PASSWORD)
        .await
        .expect("an account");
    let (operator, _) = lasting(&server.url)
        .sign_in(ALICE, PASSWORD)
        .await
        .expect("a session");
    let agent = Agent::join(&operator, &server.url, hostlerd.state_dir(), &container.socket).await;

    let mut restart = v1::ContainerAction {
        container_id: container.id.clone(),
        // Longer than the server takes to come back: the end comes to the next one, or from the agent's journal.
        grace: Some(prost_types::Duration { seconds: 3, nanos: 0 }),
        ..Default::default()
    };
    restart.set_verb(v1::ContainerVerb::Restart);
    let request = v1::RunNodeCommandRequest {
        node_id: agent.node_id.clone(),
        action: Some(v1::NodeAction {
            action: Some(Action::Container(restart)),
        }),
        ..Default::default()
    };
    let before = container.state();
    let ran = operator.node_commands().run_node_command(request).await;
    let id = ran
        .expect("a command")
        .into_inner()
        .command
        .expect("a command")
        .id;
    reaches(&operator, &id, State::Running).await;
    server.kill().await.expect("a kill");
    let (_server, _) = hostlerd.start().await.expect("a start on what was left");
    reaches(&operator, &id, State::Succeeded).await;
    let after = container.state();
    assert!(
        after.starts_with("running ") && after != before,
        "{before}, {after}"
    );

    // Told again to the agent that knows it, it would have been started once more.
    let list = v1::ListNodeCommandsRequest {
        node_id: agent.node_id.clone(),
        ..Default::default()
    };
    let listed = operator.node_commands().list_node_commands(list).await;
    assert_eq!(listed.expect("a list").into_inner().commands.len(), 1);
    assert_eq!(container.state(), after);
}
