//! Writes once for what many streams say at the same time.
//!
//! A stream that has a message wakes its connection, and the runtime runs whom it has just woken next: a connection
//! whose hundred streams all have news would write a hundred times. So before it writes, it goes to the end of the queue
//! once, behind the streams that are about to speak. When nobody else is in the queue, it goes on at once.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

#[derive(Debug)]
pub(super) struct Gathered<I> {
    io: I,
    /// Has been at the end of the queue since it last had everything written.
    waited: bool,
}

impl<I> Gathered<I> {
    pub(super) const fn new(io: I) -> Self {
        Self { io, waited: false }
    }

    fn wait(&mut self, cx: &Context<'_>) -> Poll<()> {
        if self.waited {
            return Poll::Ready(());
        }
        self.waited = true;
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for Gathered<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        std::task::ready!(self.wait(cx));
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        std::task::ready!(self.wait(cx));
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.waited = false;
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for Gathered<I> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_read(cx, buf)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tokio::io::{AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn those_who_are_ready_speak_before_it_writes() {
        let connection = async {
            let (mut io, spoken) = (Gathered::new(tokio::io::sink()), Arc::new(AtomicUsize::new(0)));
            for turn in 1..=3 {
                for _ in 0..100 {
                    let spoken = Arc::clone(&spoken);
                    tokio::spawn(async move { spoken.fetch_add(1, Ordering::Relaxed) });
                }
                io.write_all(b"news").await.unwrap();
                assert_eq!(spoken.load(Ordering::Relaxed), turn * 100);
                io.flush().await.unwrap();
            }
        };
        // A task like any other: what a runtime is started with has a place of its own.
        tokio::spawn(connection).await.unwrap();
    }

    #[tokio::test]
    async fn a_long_write_waits_once_and_arrives_whole() {
        let (client, mut server) = duplex(16);
        let mut client = Gathered::new(client);
        let sent: Vec<u8> = (0..=255).collect();
        let expected = sent.clone();
        let reading = tokio::spawn(async move {
            let mut got = vec![0; expected.len()];
            tokio::io::AsyncReadExt::read_exact(&mut server, &mut got)
                .await
                .unwrap();
            assert_eq!(got, expected);
        });
        client.write_all(&sent).await.unwrap();
        client.flush().await.unwrap();
        reading.await.unwrap();
    }
}
