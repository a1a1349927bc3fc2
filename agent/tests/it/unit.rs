//! The unit of systemd that is shipped: it starts what there is, and takes nothing that the agent has no use for.

use std::process::{Command, Stdio};

const UNIT: &str = include_str!("../../packaging/hostler-agent.service");

fn value(key: &str) -> &'static str {
    UNIT.lines()
        .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
        .unwrap_or_else(|| panic!("{key} is missing"))
}

#[test]
fn the_unit_starts_a_command_that_the_program_has() {
    let words: Vec<&str> = value("ExecStart").split(' ').collect();
    let [program, command] = words.as_slice() else {
        panic!("{words:?}");
    };
    assert!(program.ends_with("/hostler-agent"));
    let known = Command::new(env!("CARGO_BIN_EXE_hostler-agent"))
        .args([command, "--help"])
        .stdout(Stdio::null())
        .status();
    assert!(known.unwrap().success());
}

#[test]
fn the_unit_gives_no_capability_and_one_directory_to_write_to() {
    assert_eq!(value("CapabilityBoundingSet"), "");
    assert_eq!(value("AmbientCapabilities"), "");
    assert_eq!(value("NoNewPrivileges"), "yes");
    assert_eq!(value("ProtectSystem"), "strict");
    assert_eq!(value("Restart"), "always");
    assert_ne!(value("User"), "root");
    let configuration = Command::new(env!("CARGO_BIN_EXE_hostler-agent"))
        .env_clear()
        .args(["--config", "/dev/null", "config"])
        .output();
    let configuration = String::from_utf8(configuration.unwrap().stdout).unwrap();
    let state = format!("/var/lib/{}", value("StateDirectory"));
    assert!(configuration.contains(&state), "{configuration}");
    assert!(!UNIT.contains("ReadWritePaths"));
}

const GUESTS_SOCKET: &str = include_str!("../../packaging/hostler-agent-guests.socket");
const GUESTS_SERVICE: &str = include_str!("../../packaging/hostler-agent-guests@.service");

#[test]
fn only_the_agents_user_may_ask_for_passwords_of_guests() {
    let user = value("User");
    for line in [
        "ListenStream=/run/hostler-agent/guests.sock".to_owned(),
        format!("SocketUser={user}"),
        "SocketMode=0600".to_owned(),
        "Accept=yes".to_owned(),
    ] {
        assert!(GUESTS_SOCKET.lines().any(|found| found == line), "{line}");
    }
    assert!(GUESTS_SERVICE.contains("StandardInput=socket\n"));
    assert!(GUESTS_SERVICE.contains("ExecStart=/usr/local/bin/hostler-agent guest-password\n"));
    assert!(!GUESTS_SERVICE.contains("Environment"));
}
