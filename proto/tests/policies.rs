//! Holds the API to its own habits: every rpc says who may call it, every definition says what it means.
#![expect(
    clippy::expect_used,
    reason = "a descriptor set that does not decode fails the test"
)]

use std::collections::HashMap;

use hostler_proto::{
    DESCRIPTORS,
    v1::{Access, MethodPolicy},
};
use prost::Message as _;
use prost_reflect::{DescriptorPool, MethodDescriptor};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FileDescriptorProto, FileDescriptorSet, MessageOptions,
};

const SCOPES: [&str; 23] = [
    "account.read",
    "account.write",
    "users.read",
    "users.write",
    "catalog.read",
    "catalog.write",
    "servers.read",
    "servers.write",
    "snapshots.read",
    "snapshots.write",
    "operations.read",
    "operations.write",
    "monitoring.read",
    "monitoring.write",
    "alerts.read",
    "alerts.write",
    "audit.read",
    "channels.read",
    "channels.write",
    "notifications.read",
    "notifications.write",
    "nodes.read",
    "nodes.write",
];

/// Rpcs that change state and cannot be repeated by id: their answers hold session tokens, a mailed token is used up, or the same
/// again changes nothing anyway.
const WITHOUT_REQUEST_ID: [&str; 9] = [
    "hostler.v1.Agents.Enrol",
    "hostler.v1.Agents.RotateKey",
    "hostler.v1.Auth.VerifyEmail",
    "hostler.v1.Auth.RequestEmailVerification",
    "hostler.v1.Auth.SignIn",
    "hostler.v1.Auth.RefreshSession",
    "hostler.v1.Auth.SignOut",
    "hostler.v1.Auth.RequestPasswordReset",
    "hostler.v1.Auth.ResetPassword",
];

fn methods() -> Vec<(MethodDescriptor, Option<MethodPolicy>)> {
    let pool = DescriptorPool::decode(DESCRIPTORS).expect("descriptor set decodes");
    let option = pool
        .get_extension_by_name("hostler.v1.policy")
        .expect("policy option exists");
    let methods: Vec<_> = pool
        .services()
        .filter(|service| service.package_name() == "hostler.v1")
        .flat_map(|service| service.methods().collect::<Vec<_>>())
        .map(|method| {
            let options = method.options();
            let policy = options.has_extension(&option).then(|| {
                let value = options.get_extension(&option);
                value
                    .as_message()
                    .expect("policy is a message")
                    .transcode_to()
                    .expect("policy decodes")
            });
            (method, policy)
        })
        .collect();
    assert!(
        methods.len() > 40,
        "only {} rpcs found: the walk is broken",
        methods.len()
    );
    methods
}

fn assert_none(faults: &[String]) {
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn every_rpc_declares_who_may_call_it() {
    let mut faults = Vec::new();
    for (method, policy) in methods() {
        let name = method.full_name();
        let Some(policy) = policy else {
            faults.push(format!("{name}: no policy"));
            continue;
        };
        match Access::try_from(policy.access) {
            Err(_) | Ok(Access::Unspecified) => faults.push(format!("{name}: no access")),
            Ok(Access::Public | Access::Session | Access::Agent) => {
                if !policy.scope.is_empty() {
                    faults.push(format!("{name}: a scope that no token is asked for"));
                }
            }
            Ok(Access::User | Access::Staff | Access::Operator) => {
                if !SCOPES.contains(&policy.scope.as_str()) {
                    faults.push(format!("{name}: unknown scope {:?}", policy.scope));
                }
                let kind = if policy.mutation { ".write" } else { ".read" };
                if !policy.scope.ends_with(kind) {
                    faults.push(format!(
                        "{name}: scope {:?} with mutation = {}",
                        policy.scope, policy.mutation
                    ));
                }
            }
        }
    }
    assert_none(&faults);
}

#[test]
fn only_reading_verbs_change_nothing() {
    let reading = |name: &str| {
        ["Get", "List", "Query", "Watch", "Check", "DryRun", "Attach"]
            .iter()
            .any(|verb| name.starts_with(verb))
    };
    let faults: Vec<_> = methods()
        .iter()
        .filter(|(method, policy)| {
            policy
                .as_ref()
                .is_some_and(|policy| policy.mutation == reading(method.name()))
        })
        .map(|(method, _)| format!("{}: the verb and `mutation` disagree", method.full_name()))
        .collect();
    assert_none(&faults);
}

#[test]
fn every_mutation_takes_a_request_id() {
    let faults: Vec<_> = methods()
        .iter()
        .filter(|(method, policy)| {
            let expected = policy.as_ref().is_some_and(|policy| policy.mutation)
                && !WITHOUT_REQUEST_ID.contains(&method.full_name());
            method.input().get_field_by_name("request_id").is_some() != expected
        })
        .map(|(method, _)| format!("{}: `request_id` is missing or has no use", method.full_name()))
        .collect();
    assert_none(&faults);
}

#[test]
fn every_list_has_pages() {
    let faults: Vec<_> = methods()
        .iter()
        .filter(|(method, _)| method.name().starts_with("List"))
        .filter(|(method, _)| {
            let (input, output) = (method.input(), method.output());
            ["page_size", "page_token"]
                .iter()
                .any(|field| input.get_field_by_name(field).is_none())
                || output.get_field_by_name("next_page_token").is_none()
        })
        .map(|(method, _)| format!("{}: no pages", method.full_name()))
        .collect();
    assert_none(&faults);
}

#[test]
fn every_definition_has_a_comment() {
    let set = FileDescriptorSet::decode(DESCRIPTORS).expect("descriptor set decodes");
    let files: Vec<_> = set
        .file
        .iter()
        .filter(|file| file.package() == "hostler.v1")
        .collect();
    assert!(
        files.len() >= 7,
        "only {} files found: the walk is broken",
        files.len()
    );
    let mut faults = Vec::new();
    for file in files {
        Comments::of(file).check_file(file, &mut faults);
    }
    assert_none(&faults);
}

/// The comments of one file by the path of what they stand before, as descriptor.proto numbers it.
struct Comments<'a>(HashMap<&'a [i32], &'a str>);

impl<'a> Comments<'a> {
    fn of(file: &'a FileDescriptorProto) -> Self {
        let locations = file
            .source_code_info
            .as_ref()
            .map_or(&[][..], |info| &info.location);
        Self(
            locations
                .iter()
                .map(|location| (&location.path[..], location.leading_comments()))
                .collect(),
        )
    }

    fn check_file(&self, file: &FileDescriptorProto, faults: &mut Vec<String>) {
        for (index, message) in (0..).zip(&file.message_type) {
            self.check_message(message, &[4, index], faults);
        }
        for (index, definition) in (0..).zip(&file.enum_type) {
            self.check_enum(definition, &[5, index], faults);
        }
        for (index, service) in (0..).zip(&file.service) {
            self.check(&[6, index], service.name(), faults);
            for (rpc, method) in (0..).zip(&service.method) {
                self.check(
                    &[6, index, 2, rpc],
                    &format!("{}.{}", service.name(), method.name()),
                    faults,
                );
            }
        }
        for (index, extension) in (0..).zip(&file.extension) {
            self.check(&[7, index], extension.name(), faults);
        }
    }

    fn check_message(&self, message: &DescriptorProto, path: &[i32], faults: &mut Vec<String>) {
        let name = message.name();
        // Made for a map by the compiler, where nobody can write anything.
        if message.options.as_ref().is_some_and(MessageOptions::map_entry) {
            return;
        }
        self.check(path, name, faults);
        for (index, field) in (0..).zip(&message.field) {
            self.check(
                &[path, &[2, index]].concat(),
                &format!("{name}.{}", field.name()),
                faults,
            );
        }
        for (index, nested) in (0..).zip(&message.nested_type) {
            self.check_message(nested, &[path, &[3, index]].concat(), faults);
        }
        for (index, nested) in (0..).zip(&message.enum_type) {
            self.check_enum(nested, &[path, &[4, index]].concat(), faults);
        }
        let synthetic = |index| {
            message
                .field
                .iter()
                .any(|field| field.proto3_optional() && field.oneof_index == Some(index))
        };
        for (index, oneof) in (0..)
            .zip(&message.oneof_decl)
            .filter(|(index, _)| !synthetic(*index))
        {
            self.check(
                &[path, &[8, index]].concat(),
                &format!("{name}.{}", oneof.name()),
                faults,
            );
        }
    }

    fn check_enum(&self, definition: &EnumDescriptorProto, path: &[i32], faults: &mut Vec<String>) {
        self.check(path, definition.name(), faults);
        for (index, value) in (0..).zip(&definition.value) {
            self.check(&[path, &[2, index]].concat(), value.name(), faults);
        }
    }

    fn check(&self, path: &[i32], name: &str, faults: &mut Vec<String>) {
        if self.0.get(path).is_none_or(|comment| comment.trim().is_empty()) {
            faults.push(format!("{name}: no comment"));
        }
    }
}
