//! Who may call what, read from the contract itself: the option `(hostler.v1.policy)` of every rpc.

use std::collections::HashMap;

use hostler_proto::v1::{Access as WireAccess, MethodPolicy};
use prost_reflect::{DescriptorPool, ExtensionDescriptor, MethodDescriptor};

use crate::domain::api_token::Scope;
use crate::domain::codes::Code as _;
use crate::domain::principal::{Credential, Principal};
use crate::domain::user::Role;
use crate::services::refusal::Refusal;

const PACKAGE: &str = "hostler.v1";

/// Methods that are not ours and open to everybody: health and reflection.
const FOREIGN: [(&str, &str); 4] = [
    ("/grpc.health.v1.Health/Check", "Health.Check"),
    ("/grpc.health.v1.Health/Watch", "Health.Watch"),
    (
        "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
        "ServerReflection.ServerReflectionInfo",
    ),
    (
        "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo",
        "ServerReflection.ServerReflectionInfo",
    ),
];

/// Why a server with this contract does not start.
#[derive(Debug, thiserror::Error)]
pub enum PolicyError {
    #[error("the contract's descriptors do not decode")]
    Descriptors(#[source] prost_reflect::DescriptorError),
    #[error("the contract does not define the option hostler.v1.policy")]
    NoOption,
    #[error("{method} does not say who may call it")]
    Missing { method: String },
    #[error("the policy of {method} makes no sense: {problem}")]
    Senseless { method: String, problem: &'static str },
}

/// Who may call a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Public,
    Session,
    User(Scope),
    Staff(Scope),
    Operator(Scope),
    /// Let in by the key of a node, before this is asked.
    Agent,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "independent facts about a method, each read by another layer"
)]
pub(super) struct Policy {
    pub(super) access: Access,
    /// Failures of these are written to the audit log.
    pub(super) mutation: bool,
    /// Answers with a stream, which the deadline of a call does not end.
    pub(super) streaming: bool,
    /// Its request is a stream, too: it cannot be read to its end first.
    pub(super) client_streaming: bool,
    /// Whether `authorization` is not looked at.
    pub(super) ignores_credentials: bool,
    /// A method of another contract, whose streams do not know when the server stops.
    pub(super) foreign: bool,
    /// The rpc as logs, metrics and the audit name it, such as `Servers.CreateServer`.
    pub(super) action: &'static str,
}

/// The policies of every method, by the path of its requests.
#[derive(Debug)]
pub(super) struct Policies(HashMap<String, Policy>);

impl Policies {
    /// Reads the whole contract; the first method without a sound policy is an error.
    pub(super) fn load(descriptors: &[u8]) -> Result<Self, PolicyError> {
        let pool = DescriptorPool::decode(descriptors).map_err(PolicyError::Descriptors)?;
        let option = pool
            .get_extension_by_name("hostler.v1.policy")
            .ok_or(PolicyError::NoOption)?;
        let mut policies: HashMap<_, _> = FOREIGN.iter().map(foreign).collect();
        for service in pool
            .services()
            .filter(|service| service.package_name() == PACKAGE)
        {
            for method in service.methods() {
                let path = format!("/{}/{}", service.full_name(), method.name());
                policies.insert(path, read(&method, &option)?);
            }
        }
        Ok(Self(policies))
    }

    pub(super) fn find(&self, path: &str) -> Option<&Policy> {
        self.0.get(path)
    }
}

impl Policy {
    /// Whether this caller may; nobody is `None`.
    pub(super) fn check(&self, principal: Option<&Principal>) -> Result<(), Refusal> {
        let (scope, role) = match self.access {
            Access::Public => return Ok(()),
            Access::Session => (None, Role::Customer),
            Access::User(scope) => (Some(scope), Role::Customer),
            Access::Staff(scope) => (Some(scope), Role::Support),
            Access::Operator(scope) => (Some(scope), Role::Operator),
            Access::Agent => return Err(Refusal::NoNodeKey),
        };
        let principal = principal.ok_or(Refusal::NoCredentials)?;
        match (role, principal.role) {
            (Role::Customer, _)
            | (Role::Support, Role::Support | Role::Operator)
            | (Role::Operator, Role::Operator) => {}
            (Role::Support, Role::Customer) => return Err(Refusal::SupportOnly),
            (Role::Operator, Role::Customer | Role::Support) => return Err(Refusal::OperatorOnly),
        }
        match (&principal.credential, scope) {
            (Credential::Session(_), _) => Ok(()),
            (Credential::ApiToken { .. }, None) => Err(Refusal::SessionOnly),
            (Credential::ApiToken { scopes, .. }, Some(scope)) if scopes.contains(&scope) => Ok(()),
            (Credential::ApiToken { .. }, Some(scope)) => Err(Refusal::ScopeMissing(scope)),
        }
    }
}

fn foreign((path, action): &(&str, &'static str)) -> (String, Policy) {
    let policy = Policy {
        access: Access::Public,
        mutation: false,
        streaming: !action.ends_with("Check"),
        client_streaming: action.starts_with("ServerReflection"),
        ignores_credentials: true,
        foreign: true,
        action,
    };
    ((*path).to_owned(), policy)
}

fn read(method: &MethodDescriptor, option: &ExtensionDescriptor) -> Result<Policy, PolicyError> {
    let name = || method.full_name().to_owned();
    let options = method.options();
    if !options.has_extension(option) {
        return Err(PolicyError::Missing { method: name() });
    }
    let value = options.get_extension(option);
    let wire: MethodPolicy = value
        .as_message()
        .and_then(|message| message.transcode_to().ok())
        .ok_or_else(|| PolicyError::Missing { method: name() })?;
    let access = access(&wire).map_err(|problem| PolicyError::Senseless {
        method: name(),
        problem,
    })?;
    if wire.ignores_credentials && access != Access::Public {
        return Err(PolicyError::Senseless {
            method: name(),
            problem: "a caller that is needed and not looked at",
        });
    }
    let action = format!("{}.{}", method.parent_service().name(), method.name());
    Ok(Policy {
        access,
        mutation: wire.mutation,
        streaming: method.is_server_streaming(),
        client_streaming: method.is_client_streaming(),
        ignores_credentials: wire.ignores_credentials,
        foreign: false,
        // Once for each method of the contract, for the life of the process: copied into every call's caller.
        action: Box::leak(action.into_boxed_str()),
    })
}

fn access(wire: &MethodPolicy) -> Result<Access, &'static str> {
    let scope = || Scope::from_code(&wire.scope).ok_or("unknown scope");
    match WireAccess::try_from(wire.access) {
        Err(_) | Ok(WireAccess::Unspecified) => Err("no access"),
        Ok(WireAccess::Public | WireAccess::Session | WireAccess::Agent) if !wire.scope.is_empty() => {
            Err("a scope that no token is asked for")
        }
        Ok(WireAccess::Public) => Ok(Access::Public),
        Ok(WireAccess::Session) => Ok(Access::Session),
        Ok(WireAccess::Agent) => Ok(Access::Agent),
        Ok(WireAccess::User) => Ok(Access::User(scope()?)),
        Ok(WireAccess::Staff) => Ok(Access::Staff(scope()?)),
        Ok(WireAccess::Operator) => Ok(Access::Operator(scope()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::{ApiTokenId, SessionId, UserId};
    use crate::domain::session::SecretHash;

    fn principal(role: Role, scopes: Option<&[Scope]>) -> Principal {
        Principal {
            user_id: UserId::generate(),
            role,
            credential: match scopes {
                None => Credential::Session(SessionId::generate()),
                Some(scopes) => Credential::ApiToken {
                    id: ApiTokenId::generate(),
                    scopes: scopes.to_vec(),
                    hash: SecretHash([0; 32]),
                },
            },
        }
    }

    fn check(access: Access, principal: Option<&Principal>) -> Result<(), Refusal> {
        let policy = Policy {
            access,
            mutation: false,
            streaming: false,
            client_streaming: false,
            ignores_credentials: false,
            foreign: false,
            action: "Test.Test",
        };
        policy.check(principal)
    }

    #[test]
    fn every_rpc_of_the_contract_has_a_policy() {
        let policies = Policies::load(hostler_proto::DESCRIPTORS).unwrap();
        let create = policies.find("/hostler.v1.Servers/CreateServer").unwrap();
        assert_eq!(create.access, Access::User(Scope::ServersWrite));
        assert!(create.mutation && !create.streaming);
        assert_eq!(create.action, "Servers.CreateServer");
        assert!(
            policies
                .find("/hostler.v1.Servers/WatchServers")
                .unwrap()
                .streaming
        );
        assert!(policies.find("/hostler.v1.Servers/Nothing").is_none());
        assert!(policies.find("/grpc.health.v1.Health/Check").is_some());
    }

    #[test]
    fn a_contract_without_the_option_does_not_load() {
        let error = Policies::load(tonic_health::pb::FILE_DESCRIPTOR_SET).unwrap_err();
        assert!(matches!(error, PolicyError::NoOption));
    }

    #[test]
    fn nobody_gets_no_further_than_public_rpcs() {
        assert_eq!(check(Access::Public, None), Ok(()));
        for access in [
            Access::Session,
            Access::User(Scope::ServersRead),
            Access::Staff(Scope::UsersRead),
            Access::Operator(Scope::UsersWrite),
        ] {
            assert_eq!(check(access, None), Err(Refusal::NoCredentials));
        }
    }

    #[test]
    fn a_role_opens_its_own_rpcs_and_those_below() {
        let staff = Access::Staff(Scope::UsersRead);
        let operator = Access::Operator(Scope::UsersWrite);
        let of = |role| principal(role, None);
        assert_eq!(check(staff, Some(&of(Role::Customer))), Err(Refusal::SupportOnly));
        assert_eq!(check(staff, Some(&of(Role::Support))), Ok(()));
        assert_eq!(check(staff, Some(&of(Role::Operator))), Ok(()));
        assert_eq!(
            check(operator, Some(&of(Role::Support))),
            Err(Refusal::OperatorOnly)
        );
        assert_eq!(check(operator, Some(&of(Role::Operator))), Ok(()));
    }

    #[test]
    fn a_token_does_what_its_scopes_say_and_no_more_than_its_owner() {
        let narrow = principal(Role::Operator, Some(&[Scope::ServersRead]));
        assert_eq!(check(Access::User(Scope::ServersRead), Some(&narrow)), Ok(()));
        assert_eq!(
            check(Access::User(Scope::ServersWrite), Some(&narrow)),
            Err(Refusal::ScopeMissing(Scope::ServersWrite))
        );
        assert_eq!(check(Access::Session, Some(&narrow)), Err(Refusal::SessionOnly));
        let wide = principal(Role::Customer, Some(Scope::ALL));
        assert_eq!(
            check(Access::Operator(Scope::UsersWrite), Some(&wide)),
            Err(Refusal::OperatorOnly)
        );
    }
}
