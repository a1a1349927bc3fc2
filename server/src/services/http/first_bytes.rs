//! A limit on the time a connection may take to say what it speaks.
//!
//! hyper waits for the first bytes of a connection for ever, and a peer that sends half an HTTP/2 preface
//! would hold its place for ever. Once [`ENOUGH`] bytes have come, hyper's own limits take over.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// The length of the HTTP/2 preface: with it hyper knows the protocol.
const ENOUGH: usize = 24;

#[derive(Debug)]
pub(super) struct FirstBytes<I> {
    io: I,
    seen: usize,
    /// Gone once enough bytes have come.
    limit: Option<Pin<Box<Sleep>>>,
}

impl<I> FirstBytes<I> {
    pub(super) fn within(limit: Duration, io: I) -> Self {
        Self {
            io,
            seen: 0,
            limit: Some(Box::pin(sleep(limit))),
        }
    }
}

impl<I: AsyncRead + Unpin> AsyncRead for FirstBytes<I> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        if let Poll::Ready(read) = Pin::new(&mut this.io).poll_read(cx, buf) {
            if this.limit.is_some() {
                this.seen += buf.filled().len() - before;
                if this.seen >= ENOUGH {
                    this.limit = None;
                }
            }
            return Poll::Ready(read);
        }
        match &mut this.limit {
            Some(limit) => {
                ready!(limit.as_mut().poll(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
            None => Poll::Pending,
        }
    }
}

impl<I: AsyncWrite + Unpin> AsyncWrite for FirstBytes<I> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    #[tokio::test]
    async fn half_a_preface_is_cut_off() {
        let (mut client, server) = duplex(64);
        client.write_all(b"PRI * HTTP").await.unwrap();
        let mut server = FirstBytes::within(Duration::from_millis(10), server);
        let mut got = Vec::new();
        let error = server.read_to_end(&mut got).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        assert_eq!(got, b"PRI * HTTP");
    }

    #[tokio::test]
    async fn a_whole_preface_may_be_followed_by_silence() {
        let (mut client, server) = duplex(64);
        let mut server = FirstBytes::within(Duration::from_millis(10), server);
        client
            .write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
            .await
            .unwrap();
        let mut preface = [0; ENOUGH];
        server.read_exact(&mut preface).await.unwrap();
        let silence = tokio::time::timeout(Duration::from_millis(50), server.read_u8()).await;
        assert!(silence.is_err(), "the connection must stay open");
    }
}
