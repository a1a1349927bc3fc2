//! Requests and answers of `Servers`.

use std::time::Duration;

use hostler_proto::v1;

use super::number::{wire_i32, wire_i64};
use super::reader::Reader;
use super::sizes::{Sizes, sizes};
use super::time::wire_time;
use super::viewer::Viewer;
use crate::domain::fields::FieldErrors;
use crate::domain::ids::ServerId;
use crate::domain::ip_pool::IpAssignment;
use crate::domain::names::ServerName;
use crate::domain::server::{Placement, Server, ServerFilter, ServerState};
use crate::domain::ssh_key::{MAX_SSH_KEYS, SshPublicKey};
use crate::engine::servers::{
    CreateServer, DeleteServer, RenameServer, ResetRootPassword, ResizeServer, ResizeTo, RestartServer,
    ServersEvent, StartServer, StopHow, StopServer,
};

const MAX_QUERY: usize = 63;
/// There are 14; more than so many are repetitions.
const MAX_STATES: usize = 32;
const MAX_WATCHED: usize = 100;
const DEFAULT_STOP: Duration = Duration::from_secs(60);
const LONGEST_STOP: Duration = Duration::from_secs(30 * 60);

impl TryFrom<v1::ListServersRequest> for ServerFilter {
    type Error = FieldErrors;

    fn try_from(request: v1::ListServersRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let owner_id = read.optional_id("owner_id", &request.owner_id);
        let states = read.enums("states", &request.states, MAX_STATES, state);
        let query = read.line("query", &request.query, 0, MAX_QUERY);
        read.finish(|| {
            Some(Self {
                owner_id: owner_id?,
                states: states?,
                hypervisor: None,
                // Names are in lower case.
                name_contains: Some(query?.to_lowercase()).filter(|query| !query.is_empty()),
                ids: Vec::new(),
                wanted_running: None,
            })
        })
    }
}

impl TryFrom<v1::GetServerRequest> for ServerId {
    type Error = FieldErrors;

    fn try_from(request: v1::GetServerRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("server_id", &request.server_id);
        read.finish(|| id)
    }
}

impl TryFrom<v1::CreateServerRequest> for CreateServer {
    type Error = FieldErrors;

    fn try_from(request: v1::CreateServerRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let name = read.take("name", ServerName::parse(&request.name));
        let tariff_id = read.id("tariff_id", &request.tariff_id);
        let operating_system_id = read.id("operating_system_id", &request.operating_system_id);
        let ssh_public_keys = ssh_keys(&mut read, &request.ssh_public_keys);
        let ip_pool_id = read.optional_id("ip_pool_id", &request.ip_pool_id);
        read.finish(|| {
            Some(Self {
                name: name?,
                tariff_id: tariff_id?,
                operating_system_id: operating_system_id?,
                ssh_public_keys: ssh_public_keys?,
                ip_pool_id: ip_pool_id?,
                keep_stopped: request.keep_stopped,
            })
        })
    }
}

fn ssh_keys(read: &mut Reader, texts: &[String]) -> Option<Vec<SshPublicKey>> {
    if texts.len() > MAX_SSH_KEYS {
        read.bad("ssh_public_keys", format!("must be at most {MAX_SSH_KEYS} keys"));
        return None;
    }
    let mut keys = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        keys.push(read.take(&format!("ssh_public_keys[{index}]"), SshPublicKey::parse(text)));
    }
    keys.into_iter().collect()
}

/// The verbs that say no more than which server.
macro_rules! plain_verbs {
    ($($message:ident => $input:ident),+ $(,)?) => {$(
        impl TryFrom<v1::$message> for $input {
            type Error = FieldErrors;

            fn try_from(request: v1::$message) -> Result<Self, FieldErrors> {
                let mut read = Reader::default();
                let id = read.id("server_id", &request.server_id);
                let etag = read.etag(&request.etag);
                read.finish(|| Some(Self { id: id?, etag: etag? }))
            }
        }
    )+};
}

plain_verbs! {
    StartServerRequest => StartServer,
    ResetRootPasswordRequest => ResetRootPassword,
}

impl TryFrom<v1::DeleteServerRequest> for DeleteServer {
    type Error = FieldErrors;

    fn try_from(request: v1::DeleteServerRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("server_id", &request.server_id);
        let etag = read.etag(&request.etag);
        read.finish(|| {
            Some(Self {
                id: id?,
                etag: etag?,
                forget: request.forget,
            })
        })
    }
}

impl TryFrom<v1::StopServerRequest> for StopServer {
    type Error = FieldErrors;

    fn try_from(request: v1::StopServerRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("server_id", &request.server_id);
        let timeout = read.duration("timeout", request.timeout, LONGEST_STOP);
        let etag = read.etag(&request.etag);
        if request.force_now {
            let problem = "must not be given together with force_now";
            if timeout.is_some_and(|timeout| timeout.is_some()) {
                read.bad("timeout", problem);
            }
            if request.force_after_timeout {
                read.bad("force_after_timeout", problem);
            }
        }
        read.finish(|| {
            let how = if request.force_now {
                StopHow::Now
            } else {
                StopHow::Graceful {
                    timeout: timeout?.unwrap_or(DEFAULT_STOP),
                    force: request.force_after_timeout,
                }
            };
            Some(Self {
                id: id?,
                how,
                etag: etag?,
            })
        })
    }
}

impl TryFrom<v1::RestartServerRequest> for RestartServer {
    type Error = FieldErrors;

    fn try_from(request: v1::RestartServerRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("server_id", &request.server_id);
        let timeout = read.duration("timeout", request.timeout, LONGEST_STOP);
        let etag = read.etag(&request.etag);
        read.finish(|| {
            Some(Self {
                id: id?,
                timeout: timeout?.unwrap_or(DEFAULT_STOP),
                etag: etag?,
            })
        })
    }
}

impl TryFrom<v1::ResizeServerRequest> for ResizeServer {
    type Error = FieldErrors;

    fn try_from(request: v1::ResizeServerRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("server_id", &request.server_id);
        let tariff_id = read.optional_id("tariff_id", &request.tariff_id);
        let sizes = sizes(
            &mut read,
            request.cpu_millicores,
            request.memory_bytes,
            request.disk_bytes,
        );
        let etag = read.etag(&request.etag);
        let to = match (tariff_id, sizes) {
            (Some(tariff_id), Some(sizes)) => resize_to(&mut read, tariff_id, sizes),
            (None, _) | (_, None) => None,
        };
        read.finish(|| {
            Some(Self {
                id: id?,
                to: to?,
                etag: etag?,
            })
        })
    }
}

fn resize_to(
    read: &mut Reader,
    tariff_id: Option<crate::domain::ids::TariffId>,
    sizes: Sizes,
) -> Option<ResizeTo> {
    match (tariff_id, sizes == Sizes::default()) {
        (Some(tariff_id), true) => Some(ResizeTo::Tariff(tariff_id)),
        (None, false) => Some(ResizeTo::Sizes {
            cpu_millicores: sizes.cpu_millicores,
            memory_bytes: sizes.memory_bytes,
            disk_bytes: sizes.disk_bytes,
        }),
        (Some(_), false) => {
            read.bad("tariff_id", "must not be given together with single sizes");
            None
        }
        (None, true) => {
            read.bad("tariff_id", "must be given, or one or more sizes in its place");
            None
        }
    }
}

impl TryFrom<v1::RenameServerRequest> for RenameServer {
    type Error = FieldErrors;

    fn try_from(request: v1::RenameServerRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        let id = read.id("server_id", &request.server_id);
        let name = read.take("name", ServerName::parse(&request.name));
        let etag = read.etag(&request.etag);
        read.finish(|| {
            Some(Self {
                id: id?,
                name: name?,
                etag: etag?,
            })
        })
    }
}

/// The servers to follow; none is all.
#[derive(Debug)]
pub(in crate::services) struct Watched(pub(in crate::services) Vec<ServerId>);

impl TryFrom<v1::WatchServersRequest> for Watched {
    type Error = FieldErrors;

    fn try_from(request: v1::WatchServersRequest) -> Result<Self, FieldErrors> {
        let mut read = Reader::default();
        if request.server_ids.len() > MAX_WATCHED {
            read.bad("server_ids", format!("must be at most {MAX_WATCHED} ids"));
            return read.finish(|| None);
        }
        let mut ids = Vec::with_capacity(request.server_ids.len());
        for (index, text) in request.server_ids.iter().enumerate() {
            ids.push(read.id(&format!("server_ids[{index}]"), text));
        }
        read.finish(|| Some(Self(ids.into_iter().collect::<Option<_>>()?)))
    }
}

fn state(value: i32) -> Option<ServerState> {
    match v1::ServerState::try_from(value).ok()? {
        v1::ServerState::Unspecified => None,
        v1::ServerState::Creating => Some(ServerState::Creating),
        v1::ServerState::Running => Some(ServerState::Running),
        v1::ServerState::Stopped => Some(ServerState::Stopped),
        v1::ServerState::Starting => Some(ServerState::Starting),
        v1::ServerState::Stopping => Some(ServerState::Stopping),
        v1::ServerState::Restarting => Some(ServerState::Restarting),
        v1::ServerState::Resizing => Some(ServerState::Resizing),
        v1::ServerState::Snapshotting => Some(ServerState::Snapshotting),
        v1::ServerState::Restoring => Some(ServerState::Restoring),
        v1::ServerState::Deleting => Some(ServerState::Deleting),
        v1::ServerState::Deleted => Some(ServerState::Deleted),
        v1::ServerState::Failed => Some(ServerState::Failed),
        v1::ServerState::Lost => Some(ServerState::Lost),
        v1::ServerState::Updating => Some(ServerState::Updating),
    }
}

fn wire_state(state: ServerState) -> v1::ServerState {
    match state {
        ServerState::Creating => v1::ServerState::Creating,
        ServerState::Running => v1::ServerState::Running,
        ServerState::Stopped => v1::ServerState::Stopped,
        ServerState::Starting => v1::ServerState::Starting,
        ServerState::Stopping => v1::ServerState::Stopping,
        ServerState::Restarting => v1::ServerState::Restarting,
        ServerState::Resizing => v1::ServerState::Resizing,
        ServerState::Updating => v1::ServerState::Updating,
        ServerState::Snapshotting => v1::ServerState::Snapshotting,
        ServerState::Restoring => v1::ServerState::Restoring,
        ServerState::Deleting => v1::ServerState::Deleting,
        ServerState::Deleted => v1::ServerState::Deleted,
        ServerState::Failed => v1::ServerState::Failed,
        ServerState::Lost => v1::ServerState::Lost,
    }
}

/// `simulated` tells of a hypervisor, by its name, whether it only pretends.
pub(in crate::services) fn wire_server(
    server: Server,
    viewer: Viewer,
    simulated: impl Fn(&str) -> bool,
) -> v1::Server {
    let placement = server.placement;
    v1::Server {
        id: server.id.to_string(),
        name: server.name.into(),
        owner_id: server.owner_id.to_string(),
        state: wire_state(server.state).into(),
        state_reason: server.state_reason,
        tariff_id: server.tariff_id.to_string(),
        operating_system_id: server.operating_system_id.to_string(),
        cpu_millicores: wire_i32(server.resources.cpu_millicores),
        memory_bytes: wire_i64(server.resources.memory_bytes),
        disk_bytes: wire_i64(server.resources.disk_bytes),
        price_minor: server.price.minor,
        currency: server.price.currency.as_str().to_owned(),
        addresses: server.addresses.iter().map(wire_address).collect(),
        operation_id: server.operation_id.map(|id| id.to_string()).unwrap_or_default(),
        simulated: placement
            .as_ref()
            .is_some_and(|placement| simulated(&placement.hypervisor)),
        placement: placement.filter(|_| viewer.staff).map(wire_placement),
        create_time: wire_time(server.create_time),
        update_time: wire_time(server.update_time),
        etag: server.generation.to_string(),
        delete_time: server.delete_time.and_then(wire_time),
    }
}

fn wire_address(assignment: &IpAssignment) -> v1::IpAddress {
    v1::IpAddress {
        address: assignment.address.to_string(),
        prefix_length: i32::from(assignment.prefix_length),
        gateway: assignment
            .gateway
            .map(|address| address.to_string())
            .unwrap_or_default(),
        ip_pool_id: assignment.pool_id.to_string(),
    }
}

fn wire_placement(placement: Placement) -> v1::Placement {
    v1::Placement {
        hypervisor: placement.hypervisor,
        node: placement.node,
        vmid: wire_i32(placement.vmid),
    }
}

pub(in crate::services) fn wire_event(
    event: ServersEvent,
    wire: impl Fn(Server) -> v1::Server,
) -> v1::WatchServersResponse {
    use v1::watch_servers_response::Event;
    let event = match event {
        ServersEvent::Snapshot { servers, last } => Event::Snapshot(v1::ServersSnapshot {
            servers: servers.into_iter().map(wire).collect(),
            last,
        }),
        ServersEvent::Changed(server) => Event::Changed(wire(*server)),
        ServersEvent::Removed(id) => Event::Removed(v1::ServerRemoved {
            server_id: id.to_string(),
        }),
    };
    v1::WatchServersResponse { event: Some(event) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::TariffId;

    fn fields(errors: &FieldErrors) -> Vec<&str> {
        errors.0.iter().map(|error| error.field.as_str()).collect()
    }

    #[test]
    fn all_bad_fields_of_an_order_are_named_at_once() {
        let request = v1::CreateServerRequest {
            name: "Web_1".to_owned(),
            tariff_id: "small".to_owned(),
            ssh_public_keys: vec!["ssh-dss AAAA".to_owned()],
            ip_pool_id: "x".to_owned(),
            ..Default::default()
        };
        let errors = CreateServer::try_from(request).unwrap_err();
        assert_eq!(
            fields(&errors),
            [
                "name",
                "tariff_id",
                "operating_system_id",
                "ssh_public_keys[0]",
                "ip_pool_id",
            ]
        );
    }

    #[test]
    fn a_stop_waits_a_minute_unless_it_says_otherwise() {
        let request = v1::StopServerRequest {
            server_id: ServerId::generate().to_string(),
            ..Default::default()
        };
        let stop = StopServer::try_from(request).unwrap();
        assert_eq!(
            stop.how,
            StopHow::Graceful {
                timeout: DEFAULT_STOP,
                force: false
            }
        );
    }

    #[test]
    fn a_stop_by_force_has_nothing_to_wait_for() {
        let request = v1::StopServerRequest {
            server_id: ServerId::generate().to_string(),
            timeout: Some(prost_types::Duration { seconds: 5, nanos: 0 }),
            force_after_timeout: true,
            force_now: true,
            ..Default::default()
        };
        let errors = StopServer::try_from(request).unwrap_err();
        assert_eq!(fields(&errors), ["timeout", "force_after_timeout"]);
    }

    #[test]
    fn a_resize_takes_a_tariff_or_sizes_and_not_both() {
        let request = |tariff_id: &str, cpu_millicores| v1::ResizeServerRequest {
            server_id: ServerId::generate().to_string(),
            tariff_id: tariff_id.to_owned(),
            cpu_millicores,
            ..Default::default()
        };
        let tariff = TariffId::generate();
        let resize = ResizeServer::try_from(request(&tariff.to_string(), None)).unwrap();
        assert_eq!(resize.to, ResizeTo::Tariff(tariff));
        let resize = ResizeServer::try_from(request("", Some(2000))).unwrap();
        assert_eq!(
            resize.to,
            ResizeTo::Sizes {
                cpu_millicores: Some(2000),
                memory_bytes: None,
                disk_bytes: None
            }
        );
        for bad in [request("", None), request(&tariff.to_string(), Some(2000))] {
            assert_eq!(fields(&ResizeServer::try_from(bad).unwrap_err()), ["tariff_id"]);
        }
        let errors = ResizeServer::try_from(request("", Some(0))).unwrap_err();
        assert_eq!(fields(&errors), ["cpu_millicores"]);
    }

    #[test]
    fn every_state_survives_the_way_out_and_in() {
        use crate::domain::codes::Code as _;
        for known in ServerState::ALL {
            assert_eq!(state(wire_state(*known).into()), Some(*known));
        }
        assert_eq!(state(0), None);
    }
}
