//! Requests that make no sense: every rpc names all that is wrong with them, and none falls over.
//!
//! The walk goes over the contract's descriptors, so that a new rpc is covered the day it is written.

use std::fmt::Write as _;

use hostler_tests::api::Api;
use hostler_tests::contract;
use hostler_tests::failure::{bad_fields, outcome, verdict};
use hostler_tests::scripted_agent::{ScriptedAgent, key};
use hostler_tests::test_server::TestServer;
use hostlerd::domain::user::Role;
use prost::Message as _;
use prost::bytes::Bytes;
use prost_reflect::{
    DynamicMessage, FieldDescriptor, Kind, MessageDescriptor, MethodDescriptor, ReflectMessage as _, Value,
};
use tonic::{Code, Status};

/// Texts that no field takes as they are, or that have broken parsers before.
fn hostile_texts() -> Vec<String> {
    vec![
        "not-a-uuid".to_owned(),
        "a".repeat(100_000),
        "bell\u{7} escape\u{1b}[31m null\u{0} newline\n".to_owned(),
        "'; DROP TABLE users; --".to_owned(),
        "../../etc/passwd".to_owned(),
        "\u{202e}\u{feff}🦀\u{0301}".repeat(50),
        "{{7*7}}${7*7}%s%n".to_owned(),
        " ".to_owned(),
    ]
}

/// Values that are wrong for this field, one request each.
fn hostile_values(field: &FieldDescriptor, depth: u32) -> Vec<Value> {
    let values = match field.kind() {
        Kind::String => hostile_texts().into_iter().map(Value::String).collect(),
        Kind::Int32 => vec![Value::I32(-1), Value::I32(i32::MIN), Value::I32(i32::MAX)],
        Kind::Int64 => vec![Value::I64(-1), Value::I64(i64::MIN), Value::I64(i64::MAX)],
        Kind::Enum(_) => vec![Value::EnumNumber(9999), Value::EnumNumber(-1)],
        Kind::Bool => vec![Value::Bool(true)],
        Kind::Message(message) if depth < 3 => message
            .fields()
            .flat_map(|inner| {
                hostile_values(&inner, depth + 1).into_iter().map({
                    let message = message.clone();
                    move |value| {
                        let mut made = DynamicMessage::new(message.clone());
                        made.set_field(&inner, value);
                        Value::Message(made)
                    }
                })
            })
            .collect(),
        Kind::Message(_)
        | Kind::Bytes
        | Kind::Uint32
        | Kind::Uint64
        | Kind::Float
        | Kind::Double
        | Kind::Sint32
        | Kind::Sint64
        | Kind::Fixed32
        | Kind::Fixed64
        | Kind::Sfixed32
        | Kind::Sfixed64 => Vec::new(),
    };
    if field.is_list() {
        let many = values
            .first()
            .map(|value| Value::List(vec![value.clone(); 2_000]));
        return values
            .into_iter()
            .map(|value| Value::List(vec![value]))
            .chain(many)
            .collect();
    }
    values
}

/// The paths of a field and of those inside it, each with requests in which it is wrong beyond doubt and
/// everything else is left out.
fn certainly_wrong(message: &MessageDescriptor, depth: u32) -> Vec<(String, Vec<DynamicMessage>)> {
    let mut found = Vec::new();
    for field in message.fields() {
        let values = match field.kind() {
            Kind::String => vec![
                Value::String("a".repeat(100_000)),
                Value::String("bell\u{7}".to_owned()),
            ],
            Kind::Int32 => vec![Value::I32(-1), Value::I32(i32::MIN)],
            Kind::Int64 => vec![Value::I64(-1), Value::I64(i64::MIN)],
            Kind::Enum(_) => vec![Value::EnumNumber(9999), Value::EnumNumber(-1)],
            Kind::Message(inner) if depth < 2 => {
                for (path, wrong) in certainly_wrong(&inner, depth + 1) {
                    let wrap = |value| with_field(message, &field, Value::Message(value));
                    found.push((
                        format!("{}.{path}", field.name()),
                        wrong.into_iter().map(wrap).collect(),
                    ));
                }
                continue;
            }
            Kind::Message(_)
            | Kind::Bool
            | Kind::Bytes
            | Kind::Uint32
            | Kind::Uint64
            | Kind::Float
            | Kind::Double
            | Kind::Sint32
            | Kind::Sint64
            | Kind::Fixed32
            | Kind::Fixed64
            | Kind::Sfixed32
            | Kind::Sfixed64 => continue,
        };
        let wrong = values.into_iter().map(|value| with_field(message, &field, value));
        found.push((field.name().to_owned(), wrong.collect()));
    }
    found
}

fn with_field(message: &MessageDescriptor, field: &FieldDescriptor, value: Value) -> DynamicMessage {
    let mut made = DynamicMessage::new(message.clone());
    let value = if field.is_list() {
        Value::List(vec![value])
    } else {
        value
    };
    made.set_field(field, value);
    made
}

/// Whether an answer names this field, the message that it is in, or an entry of it.
fn names<T>(answer: &Result<T, tonic::Status>, path: &str) -> bool {
    let Err(status) = answer else {
        return false;
    };
    let same = |bad: &String| {
        bad == path
            || path
                .strip_prefix(bad.as_str())
                .is_some_and(|rest| rest.starts_with('.'))
            || bad
                .strip_prefix(path)
                .is_some_and(|rest| rest.starts_with(['.', '[']))
    };
    status.code() == Code::InvalidArgument && bad_fields(status).iter().any(same)
}

fn has_mask(rpc: &MethodDescriptor) -> bool {
    rpc.input().get_field_by_name("update_mask").is_some()
}

/// A message in which every field is wrong at once.
fn all_wrong(rpc: &MethodDescriptor) -> DynamicMessage {
    fn fill(message: &mut DynamicMessage, depth: u32) {
        let descriptor = message.descriptor();
        for field in descriptor.fields() {
            let value = match field.kind() {
                Kind::String => Value::String("\u{7}".repeat(10_000)),
                Kind::Int32 => Value::I32(-1),
                Kind::Int64 => Value::I64(-1),
                Kind::Enum(_) => Value::EnumNumber(9999),
                Kind::Message(inner) if depth < 3 => {
                    let mut made = DynamicMessage::new(inner);
                    fill(&mut made, depth + 1);
                    Value::Message(made)
                }
                Kind::Bool
                | Kind::Message(_)
                | Kind::Bytes
                | Kind::Uint32
                | Kind::Uint64
                | Kind::Float
                | Kind::Double
                | Kind::Sint32
                | Kind::Sint64
                | Kind::Fixed32
                | Kind::Fixed64
                | Kind::Sfixed32
                | Kind::Sfixed64 => continue,
            };
            let value = if field.is_list() {
                Value::List(vec![value])
            } else {
                value
            };
            message.set_field(&field, value);
        }
    }
    let mut message = DynamicMessage::new(rpc.input());
    fill(&mut message, 0);
    message
}

/// Those whom the rules of access let through.
struct Callers {
    operator: Api,
    agent: Api,
}

impl Callers {
    async fn of(server: &TestServer) -> Self {
        let operator = server.caller("operator@example.org", Role::Operator).await;
        let agent = ScriptedAgent::join(&operator, &key('a')).await;
        Self {
            agent: agent.api().clone(),
            operator,
        }
    }

    async fn call(&self, rpc: &MethodDescriptor, request: Vec<u8>) -> Result<Bytes, Status> {
        let api = match contract::short_name(rpc).as_str() {
            "Agents.RotateKey" | "Agents.Attach" => &self.agent,
            _ => &self.operator,
        };
        api.call_raw(&contract::path(rpc), request).await
    }
}

/// These end the session they are called with, or ask for nothing.
fn takes_nothing(rpc: &MethodDescriptor) -> bool {
    rpc.input().fields().len() == 0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_in_which_everything_is_wrong_is_told_everything() {
    let server = TestServer::start().await;
    let callers = Callers::of(&server).await;
    let mut table = String::new();
    for rpc in contract::rpcs().iter().filter(|rpc| !takes_nothing(rpc)) {
        let answer = callers.call(rpc, all_wrong(rpc).encode_to_vec()).await;
        let fields = answer.as_ref().err().map(bad_fields).unwrap_or_default();
        writeln!(table, "{} {}", contract::short_name(rpc), outcome(&answer)).expect("text");
        for field in fields {
            writeln!(table, "  {field}").expect("text");
        }
    }
    insta::assert_snapshot!("all_wrong", table);
}

/// A mask of nonsense hides what it leads to: without one, the values themselves are judged.
#[tokio::test(flavor = "multi_thread")]
async fn an_update_without_a_mask_in_which_everything_is_wrong_is_told_everything() {
    let server = TestServer::start().await;
    let callers = Callers::of(&server).await;
    let mut table = String::new();
    for rpc in contract::rpcs().iter().filter(|rpc| has_mask(rpc)) {
        let mut message = all_wrong(rpc);
        message.clear_field_by_name("update_mask");
        let answer = callers.call(rpc, message.encode_to_vec()).await;
        writeln!(table, "{} {}", contract::short_name(rpc), outcome(&answer)).expect("text");
        for field in answer.as_ref().err().map(bad_fields).unwrap_or_default() {
            writeln!(table, "  {field}").expect("text");
        }
    }
    insta::assert_snapshot!("all_wrong_without_mask", table);
}

/// Every bad field is in the one answer, so a wrong value is named whatever else the request lacks. The table
/// has the fields that are not: what the server makes itself, and texts that are compared and never kept.
#[tokio::test(flavor = "multi_thread")]
async fn a_value_that_no_field_takes_is_named_by_its_field() {
    let server = TestServer::start().await;
    let callers = Callers::of(&server).await;
    let mut table = String::new();
    for rpc in contract::rpcs().iter().filter(|rpc| !takes_nothing(rpc)) {
        for (path, wrong) in certainly_wrong(&rpc.input(), 0) {
            for (number, message) in wrong.into_iter().enumerate() {
                let answer = callers.call(rpc, message.encode_to_vec()).await;
                if !names(&answer, &path) {
                    let rpc = contract::short_name(rpc);
                    writeln!(table, "{rpc} {path} #{number}: {}", outcome(&answer)).expect("text");
                }
            }
        }
    }
    insta::assert_snapshot!("not_named", table);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_request_is_told_what_it_lacks() {
    let server = TestServer::start().await;
    let callers = Callers::of(&server).await;
    let mut table = String::new();
    for rpc in contract::rpcs().iter().filter(|rpc| !takes_nothing(rpc)) {
        let answer = callers.call(rpc, Vec::new()).await;
        let fields = answer.as_ref().err().map(bad_fields).unwrap_or_default();
        writeln!(
            table,
            "{} {} {}",
            contract::short_name(rpc),
            outcome(&answer),
            fields.join(" ")
        )
        .expect("text");
    }
    insta::assert_snapshot!("empty", table);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_value_of_any_field_of_any_rpc_makes_the_server_fall_over() {
    let server = TestServer::start().await;
    let callers = Callers::of(&server).await;
    let mut wrong = Vec::new();
    for rpc in contract::rpcs() {
        for field in rpc.input().fields() {
            for value in hostile_values(&field, 0) {
                let shown = shortened(&value);
                let mut message = DynamicMessage::new(rpc.input());
                message.set_field(&field, value);
                let answer = callers.call(&rpc, message.encode_to_vec()).await;
                if let Err(status) = answer
                    && !is_refusal(status.code())
                {
                    wrong.push(format!(
                        "{}.{}={shown}: {}",
                        rpc.full_name(),
                        field.name(),
                        verdict(&status)
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A field that names something by id says so when the text is no id.
#[tokio::test(flavor = "multi_thread")]
async fn a_text_that_is_no_id_is_a_bad_field_wherever_an_id_belongs() {
    let server = TestServer::start().await;
    let callers = Callers::of(&server).await;
    let mut wrong = Vec::new();
    for rpc in contract::rpcs() {
        for field in rpc.input().fields() {
            let names_an_id = matches!(field.kind(), Kind::String) && field.name().ends_with("_id");
            if !names_an_id {
                continue;
            }
            for text in ["not-a-uuid", "01890000-0000-7000-8000-00000000000", "\u{0}"] {
                let mut message = DynamicMessage::new(rpc.input());
                message.set_field(&field, Value::String(text.to_owned()));
                let answer = callers.call(&rpc, message.encode_to_vec()).await;
                let named = answer.as_ref().is_err_and(|status| {
                    status.code() == Code::InvalidArgument
                        && bad_fields(status).iter().any(|bad| bad == field.name())
                });
                if !named {
                    wrong.push(format!(
                        "{}.{}={text:?}: {}",
                        rpc.full_name(),
                        field.name(),
                        outcome(&answer)
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forged_page_token_is_a_bad_field_of_every_list() {
    let server = TestServer::start().await;
    let callers = Callers::of(&server).await;
    for rpc in contract::rpcs() {
        let Some(field) = rpc.input().get_field_by_name("page_token") else {
            continue;
        };
        for forged in ["forged", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "\u{0}"] {
            let mut message = DynamicMessage::new(rpc.input());
            message.set_field(&field, Value::String(forged.to_owned()));
            let status = callers
                .call(&rpc, message.encode_to_vec())
                .await
                .expect_err("a refusal");
            assert_eq!(
                verdict(&status),
                "INVALID_ARGUMENT INVALID_FIELDS",
                "{}",
                rpc.full_name()
            );
            assert!(
                bad_fields(&status).contains(&"page_token".to_owned()),
                "{}",
                rpc.full_name()
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_message_are_refused_by_every_rpc() {
    let server = TestServer::start().await;
    let callers = Callers::of(&server).await;
    let mut wrong = Vec::new();
    for rpc in contract::rpcs() {
        let refuses = contract::short_name(&rpc) != "Auth.SignOut";
        for bytes in [
            vec![0xff; 7],
            vec![0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f],
            vec![0x0a, 2, 0xc3, 0x28],
        ] {
            if !refuses {
                continue;
            }
            let answer = callers.call(&rpc, bytes).await;
            // A field that the request does not know is no fault; a message that does not decode is.
            let fine = match &answer {
                Ok(_) => takes_nothing(&rpc),
                Err(status) => is_refusal(status.code()),
            };
            if !fine {
                wrong.push(format!("{}: {}", rpc.full_name(), outcome(&answer)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_beyond_the_limit_is_refused_and_the_connection_goes_on() {
    let server = TestServer::start().await;
    let callers = Callers::of(&server).await;
    let rpc = contract::rpcs()
        .into_iter()
        .find(|rpc| rpc.name() == "GetServer")
        .expect("GetServer");
    let mut message = DynamicMessage::new(rpc.input());
    message.set_field_by_name("server_id", Value::String("a".repeat(5 << 20)));
    let status = callers
        .call(&rpc, message.encode_to_vec())
        .await
        .expect_err("a refusal");
    assert!(
        matches!(status.code(), Code::OutOfRange | Code::ResourceExhausted),
        "{status:?}"
    );
    callers.operator.offer().await;
}

/// What a caller may be told about a request that makes no sense.
fn is_refusal(code: Code) -> bool {
    match code {
        Code::InvalidArgument
        | Code::NotFound
        | Code::AlreadyExists
        | Code::PermissionDenied
        | Code::Unauthenticated
        | Code::ResourceExhausted
        | Code::FailedPrecondition
        | Code::Aborted
        | Code::OutOfRange => true,
        Code::Ok
        | Code::Cancelled
        | Code::Unknown
        | Code::DeadlineExceeded
        | Code::Unimplemented
        | Code::Internal
        | Code::Unavailable
        | Code::DataLoss => false,
    }
}

fn shortened(value: &Value) -> String {
    let text = format!("{value:?}");
    text.chars().take(60).collect()
}
