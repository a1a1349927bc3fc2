//! Steps that several kinds share.

mod configure;
mod finish;
mod grow_disk;
mod hold;
mod mark;
mod observe;
mod remote;
mod start;

pub(crate) use configure::Configure;
pub(crate) use finish::Finish;
pub(crate) use grow_disk::GrowDisk;
pub(crate) use hold::Hold;
pub(crate) use mark::Mark;
pub(crate) use remote::{RemoteTask, Submitted, Words, pair, removal};
pub(crate) use start::Start;
