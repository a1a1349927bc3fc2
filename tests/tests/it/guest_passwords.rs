//! Root passwords of guests: through the agent of their machine where there is one that may, and otherwise without.

use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::NodeCommandState as State;
use hostler_proto::v1::attach_request::Message;
use hostler_proto::v1::attach_response::Message as Answer;
use hostler_tests::api::Api;
use hostler_tests::failure::{bad_fields, expect_refusal, refused};
use hostler_tests::scripted_agent::{ScriptedAgent, ScriptedSession, facts, key};
use hostler_tests::test_server::TestServer;
use hostlerd::domain::user::Role;
use tokio::time::timeout;
use v1::node_action::Action;

const OPERATOR: &str = "operator@example.org";

/// A server, its owner, and the agent of the machine that it is on.
struct World {
    server: TestServer,
    owner: Api,
    operator: Api,
    agent: ScriptedAgent,
    server_id: String,
    vmid: u32,
}

impl World {
    async fn new() -> Self {
        let server = TestServer::start().await;
        let owner = server.caller("alice@example.org", Role::Customer).await;
        let operator = server.caller(OPERATOR, Role::Operator).await;
        let made = owner.order("web-1").await.expect("an accepted order");
        owner.finish(made.operation).await;
        let agent = ScriptedAgent::join(&operator, &key('a')).await;
        let guest = server.sim().control().world().remove(0);
        link(&operator, &agent.node_id, Some(("sim", &guest.node)))
            .await
            .expect("a link");
        Self {
            server,
            owner,
            operator,
            agent,
            server_id: made.server.expect("a server").id,
            vmid: guest.vmid,
        }
    }

    /// What the hypervisor's own way has set.
    fn hash(&self) -> String {
        self.server.sim().control().world().remove(0).root_password_hash
    }

    async fn reset(&self) -> v1::ResetRootPasswordResponse {
        let request = v1::ResetRootPasswordRequest {
            server_id: self.server_id.clone(),
            ..Default::default()
        };
        let reset = self.owner.servers().reset_root_password(request).await;
        reset.expect("an accepted reset").into_inner()
    }

    async fn commands(&self) -> Vec<v1::NodeCommand> {
        let request = v1::ListNodeCommandsRequest {
            node_id: self.agent.node_id.clone(),
            ..Default::default()
        };
        let listed = self.operator.node_commands().list_node_commands(request).await;
        listed.expect("a list").into_inner().commands
    }
}

async fn link(operator: &Api, node: &str, machine: Option<(&str, &str)>) -> Result<v1::Node, tonic::Status> {
    let machine = machine.map(|(hypervisor, node)| v1::HypervisorNode {
        hypervisor: hypervisor.to_owned(),
        node: node.to_owned(),
    });
    let request = v1::UpdateNodeRequest {
        node: Some(v1::Node {
            id: node.to_owned(),
            hypervisor_node: machine,
            ..Default::default()
        }),
        update_mask: Some(prost_types::FieldMask {
            paths: vec!["hypervisor_node".to_owned()],
        }),
        ..Default::default()
    };
    let updated = operator.nodes().update_node(request).await?;
    Ok(updated.into_inner().node.expect("a node"))
}

async fn attach(agent: &ScriptedAgent, grants: &[v1::AgentCapability]) -> ScriptedSession {
    let mut hello = agent.hello();
    let mut told = facts();
    told.capabilities = grants.iter().map(|grant| (*grant).into()).collect();
    hello.facts = Some(told);
    agent.attach_with(hello).await.expect("a session")
}

async fn order(session: &mut ScriptedSession) -> (String, v1::GuestPassword) {
    loop {
        match session.hear().await.expect("an order").expect("more") {
            Answer::Command(order) => match order.action.and_then(|action| action.action) {
                Some(Action::GuestPassword(wanted)) => return (order.node_command_id, wanted),
                other => panic!("not a password: {other:?}"),
            },
            Answer::Welcome(_) | Answer::SamplesStored(_) | Answer::Cancellation(_) | Answer::Settled(_) => {}
        }
    }
}

async fn end(session: &ScriptedSession, id: &str, state: State) {
    session
        .say(Message::CommandEnded(v1::NodeCommandEnded {
            node_command_id: id.to_owned(),
            state: state.into(),
            problem: String::new(),
        }))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_agent_of_the_machine_sets_the_password_and_nobody_else_learns_the_hash() {
    let world = World::new().await;
    let before = world.hash();
    let mut session = attach(&world.agent, &[v1::AgentCapability::GuestsPassword]).await;
    let reset = world.reset().await;
    let (id, wanted) = order(&mut session).await;
    assert_eq!(u32::try_from(wanted.vmid), Ok(world.vmid));
    assert!(
        wanted.password_hash.starts_with("$6$"),
        "{}",
        wanted.password_hash
    );
    assert!(!wanted.password_hash.contains(&reset.root_password));
    let open = world.commands().await.remove(0);
    end(&session, &id, State::Succeeded).await;
    world.owner.finish(reset.operation).await;
    assert_eq!(world.hash(), before, "the hypervisor was not asked");
    let ended = world.commands().await.remove(0);
    assert_eq!(
        (ended.id.as_str(), ended.state()),
        (id.as_str(), State::Succeeded)
    );
    for command in [open, ended] {
        assert!(!format!("{command:?}").contains("$6$"), "{command:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_told_again_to_an_agent_that_comes_back() {
    let world = World::new().await;
    let mut session = attach(&world.agent, &[v1::AgentCapability::GuestsPassword]).await;
    let reset = world.reset().await;
    let (first, _) = order(&mut session).await;
    drop(session);
    let mut session = attach(&world.agent, &[v1::AgentCapability::GuestsPassword]).await;
    let (second, wanted) = order(&mut session).await;
    assert_eq!(first, second);
    assert!(wanted.password_hash.starts_with("$6$"));
    end(&session, &second, State::Succeeded).await;
    world.owner.finish(reset.operation).await;
    assert_eq!(world.commands().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_hypervisor_is_asked_where_no_agent_may_and_when_the_agent_cannot() {
    let world = World::new().await;
    let mut hash = world.hash();
    let mut changes = |now: String| {
        assert_ne!(now, hash);
        hash = now;
    };
    // Nobody is there.
    world.owner.finish(world.reset().await.operation).await;
    changes(world.hash());
    // It may not.
    let session = attach(&world.agent, &[v1::AgentCapability::ContainersRead]).await;
    world.owner.finish(world.reset().await.operation).await;
    changes(world.hash());
    drop(session);
    assert!(world.commands().await.is_empty());
    // It cannot.
    let mut session = attach(&world.agent, &[v1::AgentCapability::GuestsPassword]).await;
    for state in [State::Refused, State::Failed] {
        let reset = world.reset().await;
        let (id, _) = order(&mut session).await;
        end(&session, &id, state).await;
        world.owner.finish(reset.operation).await;
        changes(world.hash());
    }
    // It is some other machine.
    link(&world.operator, &world.agent.node_id, None)
        .await
        .expect("no link");
    world.owner.finish(world.reset().await.operation).await;
    changes(world.hash());
    assert_eq!(world.commands().await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_not_told_to_an_agent_that_comes_late() {
    let world = World::new().await;
    let mut session = attach(&world.agent, &[v1::AgentCapability::GuestsPassword]).await;
    let reset = world.reset().await;
    let (id, _) = order(&mut session).await;
    drop(session);
    let request = v1::CancelNodeCommandRequest {
        node_command_id: id,
        ..Default::default()
    };
    world
        .operator
        .node_commands()
        .cancel_node_command(request)
        .await
        .expect("taken back");
    let mut session = attach(&world.agent, &[v1::AgentCapability::GuestsPassword]).await;
    let told = async {
        while let Some(answer) = session.hear().await.expect("a word") {
            assert!(!matches!(answer, Answer::Command(_)), "{answer:?}");
            if let Answer::Cancellation(cancelled) = answer {
                return cancelled.node_command_id;
            }
        }
        panic!("the session has ended");
    };
    let cancelled = timeout(Duration::from_secs(30), told)
        .await
        .expect("a cancellation");
    end(&session, &cancelled, State::Cancelled).await;
    world.owner.finish(reset.operation).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_belongs_to_one_node_and_to_a_hypervisor_that_there_is() {
    let world = World::new().await;
    let node = world.server.sim().control().world().remove(0).node;
    let other = ScriptedAgent::join(&world.operator, &key('b')).await;
    let taken = link(&world.operator, &other.node_id, Some(("sim", &node))).await;
    expect_refusal(taken, "ALREADY_EXISTS HYPERVISOR_NODE_TAKEN");
    let wrong = refused(link(&world.operator, &other.node_id, Some(("smi", &node))).await);
    assert_eq!(bad_fields(&wrong), ["node.hypervisor_node.hypervisor"]);
    assert!(wrong.message().contains("sim") || format!("{wrong:?}").contains("sim"));
    let wrong = refused(link(&world.operator, &other.node_id, Some(("sim", "a b/c"))).await);
    assert_eq!(bad_fields(&wrong), ["node.hypervisor_node.node"]);
    let freed = link(&world.operator, &world.agent.node_id, None)
        .await
        .expect("no link");
    assert_eq!(freed.hypervisor_node, None);
    let linked = link(&world.operator, &other.node_id, Some(("sim", &node))).await;
    assert_eq!(
        linked
            .expect("a link")
            .hypervisor_node
            .map(|machine| machine.node),
        Some(node)
    );
    // Nobody makes such a command by hand.
    let by_hand = v1::RunNodeCommandRequest {
        node_id: other.node_id,
        action: Some(v1::NodeAction {
            action: Some(Action::GuestPassword(v1::GuestPassword {
                vmid: 100,
                password_hash: String::new(),
            })),
        }),
        ..Default::default()
    };
    let refusal = refused(world.operator.node_commands().run_node_command(by_hand).await);
    assert_eq!(bad_fields(&refusal), ["action.guest_password"]);
}
