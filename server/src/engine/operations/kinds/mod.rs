//! One file for each kind of operation: its list of steps, and the steps only it has.

mod guest_create;
mod list;
mod server_create;
mod server_delete;
mod server_rename;
mod server_reset_password;
mod server_resize;
mod server_restart;
mod server_start;
mod server_stop;
mod snapshot_create;
mod snapshot_delete;
mod snapshot_of;
mod snapshot_restore;

pub use list::step_names;
pub(crate) use list::steps;
