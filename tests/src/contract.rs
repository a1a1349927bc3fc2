//! The contract as the tests walk it: every rpc, with its types.

use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, MethodDescriptor};

/// Every rpc of Hostler's own services, service by service in the order of their names: that of the files changes
/// with what they import.
pub fn rpcs() -> Vec<MethodDescriptor> {
    let pool = DescriptorPool::decode(hostler_proto::DESCRIPTORS).expect("the contract decodes");
    let mut ours: Vec<_> = pool
        .services()
        .filter(|service| service.package_name() == "hostler.v1")
        .collect();
    ours.sort_by(|one, other| one.name().cmp(other.name()));
    ours.iter()
        .flat_map(|service| service.methods().collect::<Vec<_>>())
        .collect()
}

/// `Servers.GetServer`.
pub fn short_name(rpc: &MethodDescriptor) -> String {
    format!("{}.{}", rpc.parent_service().name(), rpc.name())
}

/// `/hostler.v1.Servers/GetServer`.
pub fn path(rpc: &MethodDescriptor) -> String {
    format!("/{}/{}", rpc.parent_service().full_name(), rpc.name())
}

/// A request of this rpc from its JSON.
pub fn request(rpc: &MethodDescriptor, json: &serde_json::Value) -> Vec<u8> {
    let message = DynamicMessage::deserialize(rpc.input(), json);
    message
        .unwrap_or_else(|error| panic!("request of {}: {error}", rpc.full_name()))
        .encode_to_vec()
}
