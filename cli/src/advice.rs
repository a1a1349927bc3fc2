//! What to do next about an error, by its reason: the one map.

use std::time::Duration;

use hostler_client::Error;

/// What the program can add to the server's own sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Advice {
    Do(String),
    /// The sentence says what to do, or there is nothing to do.
    Nothing,
}

/// The line to show, if there is one.
pub(crate) fn advice(error: &Error, cause: Option<&str>) -> Option<String> {
    match of_client(error, cause).or_else(|| of_server(error)) {
        Some(Advice::Do(text)) => Some(text),
        Some(Advice::Nothing) => None,
        None if error.is_unavailable() || error.retry_after().is_some() => Some(later(error.retry_after())),
        None => None,
    }
}

/// Reasons that the client gives, for calls that never reached the server.
fn of_client(error: &Error, cause: Option<&str>) -> Option<Advice> {
    let caused_by = |words: &str| cause.is_some_and(|cause| cause.contains(words));
    let text = match error.reason() {
        "NOT_SIGNED_IN" => "sign in with: hostler login",
        "CONFIGURATION" if error.message().contains("plain text") => "--plain-text allows it",
        "CONFIGURATION" => return Some(Advice::Nothing),
        "CONNECTION" if caused_by("certificate") => "name the certificate authority to trust with --ca-file",
        "CONNECTION" if caused_by("InvalidContentType") => {
            "the server speaks no TLS: write http:// before its address"
        }
        "CONNECTION" => "check the server's address, and that it runs",
        "CREDENTIAL_STORE" => "see the cause; hostler login starts anew",
        _ => return None,
    };
    Some(Advice::Do(text.to_owned()))
}

/// Reasons of the contract; `None` for one that is not in it.
fn of_server(error: &Error) -> Option<Advice> {
    let text = match error.reason() {
        "SESSION_ENDED" | "UNAUTHENTICATED" | "EMAIL_TAKEN" => "sign in with: hostler login".to_owned(),
        "BAD_CREDENTIALS" => {
            "check them, or set a new password with: hostler account request-password-reset EMAIL".to_owned()
        }
        "EMAIL_NOT_VERIFIED" => "follow the link in the mail, or: hostler account verify-email".to_owned(),
        "ACCOUNT_SUSPENDED" => "ask the operator".to_owned(),
        "SIGN_UP_CLOSED" => "ask the operator for an account".to_owned(),
        "ROLE_REQUIRED" => format!(
            "it takes an account with the role {}; hostler whoami shows yours",
            error.metadata("role").unwrap_or("operator")
        ),
        "SCOPE_REQUIRED" => format!(
            "it takes a token with the scope {0}, made with: hostler tokens create NAME --scope {0}",
            error.metadata("scope").unwrap_or("that is missing")
        ),
        "SESSION_REQUIRED" => {
            "sign in with hostler login, without HOSTLER_CLI_TOKEN in the environment".to_owned()
        }
        "READ_ONLY_ROLE" => "ask the owner or an operator to do it".to_owned(),
        "NOT_YOURS" => "leave --owner or --installation out".to_owned(),
        "OPERATION_IN_PROGRESS" => match error.metadata("operation_id") {
            Some(id) => format!("wait for it with: hostler operations wait {id}"),
            None => "wait for it; hostler operations list shows it".to_owned(),
        },
        "ETAG_MISMATCH" => "look at it again and repeat the command".to_owned(),
        "WRONG_STATE" => "look at its state; some states only pass with time".to_owned(),
        "IN_USE" => {
            "delete what uses it; systems and tariffs can be retired: hostler systems update NAME --retire"
                .to_owned()
        }
        "REFRESH_RACE" | "REQUEST_ID_REUSED" => "repeat the command".to_owned(),
        "REQUEST_REPLAYED" => "revoke it with: hostler tokens revoke NAME".to_owned(),
        "TOO_MANY_STREAMS" => {
            "end a hostler servers watch, or another program that follows something".to_owned()
        }
        "DEADLINE" => "look whether it happened before trying again".to_owned(),
        "INTERNAL" => "report it to the operator with the trace".to_owned(),
        "MALFORMED_MESSAGE" | "MESSAGE_TOO_LARGE" | "UNIMPLEMENTED" | "PROTOCOL" => {
            "the server may be of another version than this program: hostler --version".to_owned()
        }
        "RATE_LIMITED" | "OVERLOADED" | "STORE_DOWN" | "HYPERVISOR_DOWN" | "STOPPING" | "STREAM_ENDED" => {
            later(error.retry_after())
        }
        "HYPERVISOR_REJECTED" => "hostler hypervisors check NAME says what is missing".to_owned(),
        "HYPERVISOR_CONFIGURED" => "delete it without --forget".to_owned(),
        "HYPERVISOR_NODE_TAKEN" => {
            "hostler nodes list shows which one has it; take it from that one first".to_owned()
        }
        "USER_NOT_FOUND" => shown_by("users"),
        "SESSION_NOT_FOUND" => shown_by("sessions"),
        "API_TOKEN_NOT_FOUND" => shown_by("tokens"),
        "TARIFF_NOT_FOUND" => shown_by("tariffs"),
        "OPERATING_SYSTEM_NOT_FOUND" => shown_by("systems"),
        "IP_POOL_NOT_FOUND" => shown_by("pools"),
        "HYPERVISOR_NOT_FOUND" => shown_by("hypervisors"),
        "SERVER_NOT_FOUND" => shown_by("servers"),
        "NODE_NOT_FOUND" => shown_by("nodes"),
        "ENROLMENT_TOKEN_NOT_FOUND" => "hostler nodes enrolments shows what there is".to_owned(),
        "ENROLMENT_REFUSED" | "NODE_KEY_REFUSED" => {
            "hostler nodes enrol makes what a machine joins by".to_owned()
        }
        "NODE_COMMAND_NOT_FOUND" => "hostler node-commands list NODE shows what there is".to_owned(),
        "NODE_LACKS_GRANT" => {
            "the machine's owner has to grant it, in /etc/hostler/agent.toml there".to_owned()
        }
        "NODE_REVOKED" => "hostler nodes enrol --node NAME lets the machine join again".to_owned(),
        "NODE_KEY_TAKEN" => "this is for agents: make another key".to_owned(),
        "SESSION_SILENT" => "this is for agents: attach again, and say something in time".to_owned(),
        "SESSION_REPLACED" => "this is for agents: see whether two machines use the same key".to_owned(),
        "CHANNEL_NOT_FOUND" => shown_by("channels"),
        "DELIVERY_NOT_FOUND" => "hostler deliveries list CHANNEL shows what there is".to_owned(),
        "SNAPSHOT_NOT_FOUND" => "hostler snapshots list SERVER shows what there is".to_owned(),
        "OPERATION_NOT_FOUND" => shown_by("operations"),
        "ALERT_RULE_NOT_FOUND" => shown_by("rules"),
        "ALERT_NOT_FOUND" => "hostler alerts list --all shows what there is".to_owned(),
        "SILENCE_NOT_FOUND" => "hostler alerts silences shows what there is".to_owned(),
        "ALERT_NOT_FIRING" => {
            "only what fires can be acknowledged: hostler alerts list --state firing".to_owned()
        }
        "INVALID_FIELDS" | "NAME_TAKEN" | "LAST_OPERATOR" | "QUOTA" | "EXHAUSTED" | "CANCELLED" => {
            return Some(Advice::Nothing);
        }
        _ => return None,
    };
    Some(Advice::Do(text))
}

fn shown_by(command: &str) -> String {
    format!("hostler {command} list shows what there is")
}

fn later(retry_after: Option<Duration>) -> String {
    match retry_after {
        Some(pause) => format!("try again in {} s", pause.as_secs().max(1)),
        None => "try again later".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeSet, HashMap};
    use std::path::Path;

    use hostler_client::Code;
    use tonic::Status;
    use tonic_types::{ErrorDetails, StatusExt as _};

    use super::*;

    /// Codes as the contract writes them.
    const CODES: [&str; 13] = [
        "CANCELLED",
        "INVALID_ARGUMENT",
        "OUT_OF_RANGE",
        "UNAUTHENTICATED",
        "PERMISSION_DENIED",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "FAILED_PRECONDITION",
        "ABORTED",
        "RESOURCE_EXHAUSTED",
        "UNAVAILABLE",
        "DEADLINE_EXCEEDED",
        "UNIMPLEMENTED",
    ];

    fn refused(reason: &str, metadata: &[(&str, &str)]) -> Error {
        let metadata = metadata
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect::<HashMap<_, _>>();
        let details = ErrorDetails::with_error_info(reason, "hostler", metadata);
        Status::with_error_details(Code::PermissionDenied, "no", details).into()
    }

    /// Lines such as `NotFound USER_NOT_FOUND: there is no such user`.
    fn of_golden_list() -> BTreeSet<String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server/src/services/golden/errors.snap");
        std::fs::read_to_string(path)
            .unwrap()
            .lines()
            .filter(|line| !line.starts_with(' '))
            .filter_map(|line| line.split_once(": ")?.0.split_once(' '))
            .map(|(_, reason)| reason.to_owned())
            .filter(|reason| is_reason(reason))
            .collect()
    }

    /// What follows a code in the comments, such as `FAILED_PRECONDITION IN_USE`.
    fn of_contract() -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/proto/hostler/v1");
        let text: String = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
            .collect();
        let words: Vec<&str> = text
            .split_whitespace()
            .map(|word| word.trim_end_matches(['.', ',', ';', ':', ')']))
            .filter(|word| *word != "//")
            .collect();
        words
            .windows(2)
            .filter(|pair| CODES.contains(&pair[0]) && is_reason(pair[1]))
            .map(|pair| pair[1].to_owned())
            .collect()
    }

    fn is_reason(word: &str) -> bool {
        word.len() > 3
            && word
                .chars()
                .all(|letter| letter.is_ascii_uppercase() || letter == '_')
    }

    #[test]
    fn every_reason_of_the_server_has_its_advice() {
        let (golden, contract) = (of_golden_list(), of_contract());
        assert!(golden.len() > 35, "{golden:?}");
        assert!(contract.len() > 30, "{contract:?}");
        let without: Vec<_> = golden
            .union(&contract)
            .filter(|reason| of_server(&refused(reason, &[])).is_none())
            .collect();
        assert!(without.is_empty(), "no advice for {without:?}");
    }

    #[test]
    fn what_is_missing_is_named() {
        let scope = refused("SCOPE_REQUIRED", &[("scope", "servers.write")]);
        insta::assert_snapshot!(advice(&scope, None).unwrap(), @"it takes a token with the scope servers.write, made with: hostler tokens create NAME --scope servers.write");
        let role = refused("ROLE_REQUIRED", &[("role", "support")]);
        insta::assert_snapshot!(advice(&role, None).unwrap(), @"it takes an account with the role support; hostler whoami shows yours");
    }

    #[test]
    fn an_unknown_reason_gets_no_advice_unless_trying_again_may_help() {
        assert_eq!(advice(&refused("SOMETHING_NEW", &[]), None), None);
        let away = Error::from(Status::unavailable("away"));
        assert_eq!(advice(&away, None).as_deref(), Some("try again later"));
    }
}
