//! Messages of the agent, made in one place.

use std::time::Duration;

use hostler_proto::v1;
use hostler_proto::v1::attach_request::Message;

use crate::clock::timestamp;

pub(super) fn of(message: Message) -> v1::AttachRequest {
    v1::AttachRequest {
        message: Some(message),
    }
}

pub(super) fn hello(hello: v1::Hello) -> v1::AttachRequest {
    of(Message::Hello(hello))
}

pub(super) fn heartbeat(now: Duration, dropped_samples: u64) -> v1::AttachRequest {
    of(Message::Heartbeat(v1::Heartbeat {
        time: Some(timestamp(now)),
        dropped_samples,
    }))
}

pub(super) fn samples(samples: v1::NodeSamples) -> v1::AttachRequest {
    of(Message::Samples(samples))
}

pub(super) fn processes(now: Duration, processes: Vec<v1::NodeProcess>) -> v1::AttachRequest {
    of(Message::Processes(v1::NodeProcesses {
        time: Some(timestamp(now)),
        processes,
    }))
}

pub(super) fn units(now: Duration, failed_units: Vec<String>) -> v1::AttachRequest {
    of(Message::Units(v1::NodeUnits {
        time: Some(timestamp(now)),
        failed_units,
    }))
}
