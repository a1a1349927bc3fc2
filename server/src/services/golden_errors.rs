//! Every error as the public sees it. A change of a code, a reason or a text shows up in review as a change
//! of the snapshot.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use tonic::Status;
use tonic_types::StatusExt as _;
use uuid::Uuid;

use super::fault;
use super::refusal::Refusal;
use crate::domain::api_token::Scope;
use crate::domain::codes::Code as _;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::OperationId;
use crate::domain::server::ServerState;
use crate::engine::access;
use crate::engine::api_tokens::REQUEST_REPLAYED;
use crate::engine::auth::refusals;
use crate::engine::error::{Error, Noun};
use crate::ports::store::StoreError;

const NOUNS: [Noun; 17] = [
    Noun::User,
    Noun::Session,
    Noun::ApiToken,
    Noun::Tariff,
    Noun::OperatingSystem,
    Noun::IpPool,
    Noun::Hypervisor,
    Noun::Server,
    Noun::Snapshot,
    Noun::Operation,
    Noun::AlertRule,
    Noun::Alert,
    Noun::Silence,
    Noun::Channel,
    Noun::Delivery,
    Noun::Node,
    Noun::EnrolmentToken,
];

/// What the store says about names, and what becomes of it.
const TAKEN: [&str; 5] = [
    "user_email",
    "server_name",
    "snapshot_name",
    "api_token_name",
    "tariff_name",
];

const SECRET: &str = "mysql://root:hunter2@db/hostler";

fn errors() -> Vec<Error> {
    let mut fields = FieldErrors::one("name", "must be 1 to 64 characters");
    fields.push("tariff_id", "must be an id: a UUID in its usual form");
    let mut errors = vec![Error::Invalid(fields)];
    errors.extend(NOUNS.map(Error::NotFound));
    errors.extend(TAKEN.map(|what| StoreError::AlreadyExists { what }.into()));
    errors.extend([
        Error::WrongState {
            state: ServerState::Running,
            needs: "only a stopped server can be started",
        },
        StoreError::InUse { by: "servers" }.into(),
        StoreError::Full {
            what: "servers",
            limit: 100,
        }
        .into(),
        StoreError::LastOperator.into(),
        StoreError::Exhausted { what: "addresses" }.into(),
        Error::Busy {
            operation: OperationId::from_uuid(Uuid::nil()),
        },
        Error::Stale,
        StoreError::Reused.into(),
        refusals::BAD_CREDENTIAL,
        refusals::BAD_CREDENTIALS,
        refusals::SUSPENDED,
        refusals::SESSION_ENDED,
        refusals::REFRESH_RACE,
        refusals::SESSION_REQUIRED,
        refusals::SIGN_UP_CLOSED,
        refusals::email_not_verified(),
        access::READ_ONLY_ROLE,
        access::NOT_YOURS,
        access::OPERATORS_ONLY,
        REQUEST_REPLAYED,
        Error::Quota {
            message: "you have 100 servers, which is the limit".to_owned(),
        },
        Error::TooMany {
            retry_after: Duration::from_secs(30),
        },
        Error::HypervisorDown(SECRET.into()),
        Error::StoreDown(SECRET.into()),
        Error::Deadline,
        Error::Internal(SECRET.into()),
    ]);
    errors
}

fn refusals() -> Vec<Refusal> {
    vec![
        Refusal::Unimplemented,
        Refusal::NoCredentials,
        Refusal::NoNodeKey,
        Refusal::SupportOnly,
        Refusal::OperatorOnly,
        Refusal::ScopeMissing(Scope::ServersWrite),
        Refusal::SessionOnly,
        Refusal::Overloaded,
        Refusal::TooManyStreams { limit: 32 },
        Refusal::Stopping,
        Refusal::AccessEnded,
        Refusal::StreamEnded,
        Refusal::SessionReplaced,
        Refusal::SessionSilent,
        Refusal::Panicked,
    ]
}

/// A position for every variant: a new one does not compile until it has a place here, and the test below
/// fails until it is among the samples.
const fn variant(error: &Error) -> usize {
    match error {
        Error::Invalid(_) => 0,
        Error::NotFound(_) => 1,
        Error::AlreadyExists { .. } => 2,
        Error::WrongState { .. } => 3,
        Error::Precondition { .. } => 4,
        Error::Busy { .. } => 5,
        Error::Stale => 6,
        Error::Unauthenticated { .. } => 7,
        Error::Forbidden { .. } => 8,
        Error::Quota { .. } => 9,
        Error::TooMany { .. } => 10,
        Error::HypervisorDown(_) => 11,
        Error::StoreDown(_) => 12,
        Error::Deadline => 13,
        Error::Internal(_) => 14,
    }
}

const VARIANTS: usize = 15;

fn describe(status: Status) -> String {
    let status = fault::complete(status, "0123456789abcdef");
    let details = status.get_error_details();
    let info = details.error_info().unwrap();
    assert_eq!(info.domain, "hostler");
    let mut line = format!("{:?} {}: {}\n", status.code(), info.reason, status.message());
    let mut metadata: Vec<_> = info.metadata.iter().collect();
    metadata.sort();
    for (key, value) in metadata {
        writeln!(line, "    {key} = {value}").unwrap();
    }
    for violation in details
        .bad_request()
        .map(|bad| bad.field_violations.as_slice())
        .unwrap_or_default()
    {
        writeln!(line, "    field {}: {}", violation.field, violation.description).unwrap();
    }
    if let Some(retry) = details.retry_info().and_then(|retry| retry.retry_delay) {
        writeln!(line, "    retry after {} s", retry.as_secs()).unwrap();
    }
    if let Some(resource) = details.resource_info() {
        writeln!(line, "    resource {}", resource.resource_type).unwrap();
    }
    line
}

#[test]
fn every_error_has_its_code_reason_and_text() {
    let (errors, refusals) = (errors(), refusals());
    let mut seen = [false; VARIANTS];
    for error in &errors {
        seen[variant(error)] = true;
    }
    assert!(seen.iter().all(|seen| *seen), "a variant has no sample: {seen:?}");
    let of_use_cases: String = errors.into_iter().map(|error| describe(error.into())).collect();
    let of_the_edge: String = refusals
        .into_iter()
        .map(|refusal| describe(refusal.into()))
        .collect();
    let text = format!("From the use cases:\n\n{of_use_cases}\nFrom the edge:\n\n{of_the_edge}");
    // Not in insta's own place: `snapshots` is the name of a service here.
    insta::with_settings!({ snapshot_path => "golden", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("errors", text);
    });
}

/// `hostlerd user create` says it; a sign-up does not tell.
const COMMAND_LINE_ONLY: &str = "EMAIL_TAKEN";

/// The stable words that the sources of this program give as reasons of errors.
fn reasons_in_code() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![root.join("engine"), root.join("services")];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let inside = std::fs::read_dir(path).unwrap();
            open.extend(inside.map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        // These say their reasons without the field's name.
        let all = ["engine/error.rs", "services/refusal.rs", "services/fault.rs"]
            .iter()
            .any(|file| path.ends_with(file));
        for (before, word) in text.split('"').zip(text.split('"').skip(1)) {
            let is_word = word.len() > 3 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
            if is_word && (all || before.ends_with("reason: ")) {
                found.insert(word.to_owned());
            }
        }
    }
    found
}

#[test]
fn the_contract_names_every_reason() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../proto/proto/hostler/v1");
    let contract: String = std::fs::read_dir(directory)
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    let words: BTreeSet<&str> = contract
        .split(|c: char| !c.is_ascii_uppercase() && c != '_')
        .collect();
    let reasons = reasons_in_code();
    assert!(reasons.len() > 30, "{reasons:?}");
    let missing: Vec<_> = reasons
        .iter()
        .filter(|reason| !words.contains(reason.as_str()) && *reason != COMMAND_LINE_ONLY)
        .collect();
    assert!(missing.is_empty(), "not in proto/: {missing:?}");
}

#[test]
fn no_source_reaches_the_wire_and_every_source_reaches_the_log() {
    for error in errors() {
        let had_source = std::error::Error::source(&error).is_some();
        let status = Status::from(error);
        let logged = fault::chain(&status);
        assert_eq!(logged.contains(SECRET), had_source, "{logged}");
        let sent = fault::complete(status, "trace").into_http::<axum::body::Body>();
        for (name, value) in sent.headers() {
            let bytes = value.as_bytes();
            let decoded = base64_of_details(bytes);
            for text in [bytes, &decoded] {
                assert!(!contains(text, SECRET.as_bytes()), "{name} carries the source");
            }
        }
    }
}

#[test]
fn many_bad_fields_fit_into_a_header() {
    let mut fields = FieldErrors::default();
    for index in 0..10_000 {
        fields.push(format!("ids[{index}]"), "x".repeat(1000));
    }
    let response = Status::from(Error::Invalid(fields)).into_http::<axum::body::Body>();
    let size: usize = response.headers().values().map(http::HeaderValue::len).sum();
    assert!(size < 7 * 1024, "{size} bytes of headers");
}

#[test]
fn what_tonic_makes_gets_a_reason_too() {
    let unreadable = Status::internal("failed to decode Protobuf message: invalid wire type");
    let cases = [
        (unreadable, tonic::Code::InvalidArgument, "MALFORMED_MESSAGE"),
        (
            Status::unimplemented(""),
            tonic::Code::Unimplemented,
            "UNIMPLEMENTED",
        ),
        (
            Status::out_of_range("too large"),
            tonic::Code::OutOfRange,
            "MESSAGE_TOO_LARGE",
        ),
        (Status::unknown("what"), tonic::Code::Internal, "INTERNAL"),
    ];
    for (status, code, expected) in cases {
        let status = fault::complete(status, "trace");
        assert_eq!((status.code(), fault::reason(&status).as_str()), (code, expected));
    }
}

fn base64_of_details(bytes: &[u8]) -> Vec<u8> {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD_NO_PAD;
    let unpadded = bytes.split(|byte| *byte == b'=').next().unwrap_or_default();
    STANDARD_NO_PAD.decode(unpadded).unwrap_or_default()
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}

#[test]
fn scopes_are_named_as_tokens_name_them() {
    let status = Status::from(Refusal::ScopeMissing(Scope::ServersWrite));
    let info = status.get_details_error_info().unwrap();
    assert_eq!(info.metadata["scope"], Scope::ServersWrite.code());
}
