//! Root passwords of guests: a real guest of LXC, and the program that systemd would start.

use std::io::{Read as _, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use hostler_agent::config::Grant;
use hostler_proto::v1;
use hostler_proto::v1::NodeCommandState as State;
use v1::node_action::Action;

use crate::machine::Machine;
use crate::server::TestServer;

const MINUTE: Duration = Duration::from_mins(1);
/// Names the process in whose namespaces guests run, and the directory that they are in.
const GUESTS: &str = "HOSTLER_TEST_GUESTS";
/// The guest that runs there.
const VMID: i32 = 900_100;
const GRANTED: &str = "grants = [\"guests.password\"]\n";

fn hash(letter: char) -> String {
    format!("$6$saltsaltsaltsalt${}", letter.to_string().repeat(86))
}

fn order(vmid: i32, hash: &str) -> Action {
    Action::GuestPassword(v1::GuestPassword {
        vmid,
        password_hash: hash.to_owned(),
    })
}

/// Machines that run guests, where `make test` has started one.
struct Guests {
    process: String,
    directory: PathBuf,
}

impl Guests {
    #[expect(
        clippy::print_stderr,
        reason = "whoever reads the tests' output has to hear of it"
    )]
    fn of(test: &str) -> Option<Self> {
        let found = std::env::var(GUESTS).ok();
        if let Some((process, directory)) = found.as_deref().and_then(|text| text.split_once(' ')) {
            return Some(Self {
                process: process.to_owned(),
                directory: directory.into(),
            });
        }
        let required = std::env::var("HOSTLER_TEST_REQUIRED").is_ok_and(|value| value == "1");
        assert!(found.is_some() || !required, "{test}: {GUESTS} is not set");
        eprintln!("skipped: {test}, because {GUESTS} names no guests (see `make test`)");
        None
    }

    fn shadow(&self) -> String {
        let path = format!("{VMID}/rootfs/etc/shadow");
        std::fs::read_to_string(self.directory.join(path)).unwrap()
    }
}

/// The program as systemd starts it: root, a connection as standard input, on the machine of the guests if there are any.
fn helper(guests: Option<&Guests>, config: &Path) -> Command {
    let program = env!("CARGO_BIN_EXE_hostler-agent");
    let mut command = if let Some(guests) = guests {
        let mut command = Command::new("nsenter");
        command
            .args([
                "--target",
                &guests.process,
                "--mount",
                "--net",
                "--cgroup",
                "--pid",
                "--ipc",
                "--uts",
                "--",
            ])
            .arg(program);
        command
    } else {
        Command::new(program)
    };
    command
        .env_clear()
        .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
        .arg("--config")
        .arg(config)
        .arg("guest-password");
    command
}

/// Does as a socket of systemd with `Accept=yes`, until the test is over.
fn listen(path: &Path, mut of_each: impl FnMut(UnixStream) + Send + 'static) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let listener = UnixListener::bind(path).unwrap();
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            of_each(connection);
        }
    });
}

fn start(mut helper: Command, connection: UnixStream) -> std::process::Output {
    helper
        .stdin(OwnedFd::from(connection))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .output()
        .unwrap()
}

/// What the program answers to whoever connects.
fn answer(helper: Command, request: &[u8]) -> String {
    let (mut ours, theirs) = UnixStream::pair().unwrap();
    ours.write_all(request).unwrap();
    ours.shutdown(std::net::Shutdown::Write).unwrap();
    let output = start(helper, theirs);
    assert!(output.status.success(), "{output:?}");
    let mut text = String::new();
    ours.read_to_string(&mut text).unwrap();
    text
}

fn configured(folder: &Path, text: &str) -> PathBuf {
    let path = folder.join("agent.toml");
    std::fs::write(&path, text).unwrap();
    path
}

#[tokio::test]
async fn the_root_password_of_a_guest_is_set_by_its_hash_alone() {
    let Some(guests) = Guests::of("the_root_password_of_a_guest_is_set_by_its_hash_alone") else {
        return;
    };
    let mut server = TestServer::start().await;
    let mut machine = Machine::enrolled_at(server.url()).await;
    machine.grants = vec![Grant::GuestsPassword];
    let folder = tempfile::tempdir().unwrap();
    let config = configured(folder.path(), GRANTED);
    let (process, directory) = (guests.process.clone(), guests.directory.clone());
    listen(&machine.guests_socket(), move |connection| {
        let guests = Guests {
            process: process.clone(),
            directory: directory.clone(),
        };
        start(helper(Some(&guests), &config), connection);
    });
    let _running = machine.run();
    let mut session = server.welcomed().await;
    for (command, letter) in [("first", 'a'), ("second", 'b')] {
        session.order(command, order(VMID, &hash(letter)), MINUTE).await;
        let (ended, output) = session.ended(command).await;
        assert_eq!((ended.state(), ended.problem.as_str()), (State::Succeeded, ""));
        assert_eq!(output, "");
        let shadow = guests.shadow();
        let root = shadow.lines().find(|line| line.starts_with("root:")).unwrap();
        assert!(root.starts_with(&format!("root:{}:", hash(letter))), "{root}");
        assert!(
            shadow.lines().any(|line| line.starts_with("daemon:*:")),
            "{shadow}"
        );
    }
    session
        .order("stranger", order(VMID + 1, &hash('c')), MINUTE)
        .await;
    let (ended, _) = session.ended("stranger").await;
    assert_eq!(ended.state(), State::Failed);
    assert!(ended.problem.contains("lxc-attach failed"), "{}", ended.problem);
    assert!(!ended.problem.contains(&hash('c')));
    let journal = machine.read("commands").unwrap();
    assert!(
        journal.contains("second") && !journal.contains("$6$"),
        "{journal}"
    );
}

#[tokio::test]
async fn an_agent_without_the_grant_or_without_the_socket_sets_nothing_and_says_why() {
    let mut server = TestServer::start().await;
    let mut machine = Machine::enrolled_at(server.url()).await;
    {
        let _running = machine.run();
        let mut session = server.welcomed().await;
        session.order("refused", order(VMID, &hash('a')), MINUTE).await;
        let (ended, _) = session.ended("refused").await;
        assert_eq!(ended.state(), State::Refused);
        assert!(ended.problem.contains("guests.password"), "{}", ended.problem);
    }
    machine.grants = vec![Grant::GuestsPassword];
    let _running = machine.run();
    let mut session = server.welcomed().await;
    for (command, action, words) in [
        ("nobody", order(VMID, &hash('a')), "hostler-agent-guests.socket"),
        ("plain", order(VMID, "correct horse"), "no hash of a password"),
        (
            "two",
            order(VMID, &format!("{}\ntoor:x", hash('a'))),
            "no hash of a password",
        ),
        ("negative", order(-1, &hash('a')), "no number of a guest"),
    ] {
        session.order(command, action, MINUTE).await;
        let (ended, _) = session.ended(command).await;
        assert_eq!(ended.state(), State::Failed, "{command}");
        assert!(ended.problem.contains(words), "{}", ended.problem);
    }
}

#[test]
fn the_program_with_rights_heeds_the_file_of_its_machine_and_takes_no_other_request() {
    let folder = tempfile::tempdir().unwrap();
    let granted = configured(folder.path(), GRANTED);
    let request = format!("{{\"vmid\":{VMID},\"password_hash\":\"{}\"}}\n", hash('a'));
    let refused = answer(helper(None, Path::new("/dev/null")), request.as_bytes());
    assert!(refused.contains("does not grant guests.password"), "{refused}");
    let long = vec![b'x'; 100_000];
    let bare = request.replace(&hash('a'), "x");
    let host = request.replace(&VMID.to_string(), "0");
    let more = request.replace('{', "{\"user\":\"admin\",");
    for wrong in [
        b"".as_slice(),
        b"\n",
        &long[..4096],
        bare.as_bytes(),
        host.as_bytes(),
        more.as_bytes(),
    ] {
        let said = answer(helper(None, &granted), wrong);
        assert!(said.contains("this is no request"), "{said}");
        assert!(!said.contains("$6$"));
    }
    let by_hand = helper(None, &granted).stdin(Stdio::null()).output().unwrap();
    assert!(!by_hand.status.success());
    let words = String::from_utf8(by_hand.stderr).unwrap();
    assert!(words.contains("hostler-agent-guests.socket"), "{words}");
}
