//! Steps that several kinds share.

mod configure;
mod finish;
mod grow_disk;
mod hold;
mod mark;
mod observe;
mod remote;
mod start;

pub use configure::Configure;
pub use finish::Finish;
pub use grow_disk::GrowDisk;
pub use hold::Hold;
pub use mark::Mark;
pub use remote::{RemoteTask, Submitted, Words, pair, status};
pub use start::Start;
