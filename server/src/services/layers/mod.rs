//! What every gRPC call passes through, from the outside in: CORS, gRPC-Web, the cookie of a sign-out, the record
//! of the call, panics, the deadline, the gate, the arrival of the request, the limit of calls at a time.

mod cors;
mod deadline;
mod gate;
mod panics;
mod record;
mod recorded_body;
mod sign_out;
mod stack;
mod whole_request;

pub(super) use gate::Gate;
pub(super) use record::Recorder;
pub(super) use stack::{Layers, wrap};
pub(super) use whole_request::Arrivals;
