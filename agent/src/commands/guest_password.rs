//! `hostler-agent guest-password`: started by systemd, as root, for each request of the agent.

use std::io::stdin;
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream as Socket;
use std::path::Path;

use anyhow::Context as _;
use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;

use crate::config::Config;
use crate::guests;

/// The configuration is that of the machine: whoever connects has no say in it.
pub(super) async fn serve(config: &Config) -> anyhow::Result<()> {
    let mut connection = connection()
        .context("this is for hostler-agent-guests.socket to start, with a connection as standard input")?;
    let (input, mut output) = connection.split();
    let line = guests::answer(input, &config.grants, Path::new("/")).await;
    output.write_all(&line).await.context("answer")
}

fn connection() -> std::io::Result<UnixStream> {
    let socket = Socket::from(stdin().as_fd().try_clone_to_owned()?);
    socket.peer_addr()?;
    socket.set_nonblocking(true)?;
    UnixStream::from_std(socket)
}
