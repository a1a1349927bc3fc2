//! Many streams of one HTTP/2 connection, read with next to no work: what is measured is the server, which shares the
//! processor with whoever reads. Knows of HTTP/2 (RFC 9113) what a reader of small gRPC messages needs.

use anyhow::Context;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const HEAD: usize = 9;
/// As much as there is: a reader that never gives way needs no flow control.
const WINDOW: u32 = (1 << 31) - 1;
const INITIAL_WINDOW: u32 = 65_535;

/// Room for what one read brings.
const READ: usize = 16 * 1024;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;

const ACK: u8 = 1;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

pub(crate) struct Connection {
    socket: TcpStream,
    authority: String,
    last_stream: u32,
    /// Read and not yet told of.
    buffer: Vec<u8>,
    begin: usize,
}

impl Connection {
    /// To `http://host:port`.
    pub(crate) async fn open(url: &str) -> anyhow::Result<Self> {
        let authority = url.strip_prefix("http://").context("not an http:// address")?;
        let mut socket = TcpStream::connect(authority).await?;
        socket.set_nodelay(true)?;
        let mut hello = PREFACE.to_vec();
        // No header table to keep (1), and wide windows of streams (4).
        let mut settings = Vec::new();
        for (name, value) in [(1_u16, 0), (4, WINDOW)] {
            settings.extend(name.to_be_bytes());
            settings.extend(value.to_be_bytes());
        }
        frame(&mut hello, SETTINGS, 0, 0, &settings)?;
        frame(
            &mut hello,
            WINDOW_UPDATE,
            0,
            0,
            &(WINDOW - INITIAL_WINDOW).to_be_bytes(),
        )?;
        socket.write_all(&hello).await?;
        Ok(Self {
            socket,
            authority: authority.to_owned(),
            last_stream: 0,
            buffer: Vec::new(),
            begin: 0,
        })
    }

    /// Makes a call with one message.
    pub(crate) async fn call(
        &mut self,
        path: &str,
        authorization: &str,
        message: &[u8],
    ) -> anyhow::Result<()> {
        let stream = if self.last_stream == 0 {
            1
        } else {
            self.last_stream + 2
        };
        self.last_stream = stream;
        // `:method: POST` and `:scheme: http` of the static table; the others as they are (RFC 7541).
        let mut fields = vec![0x83, 0x86];
        for (name, value) in [
            (":path", path),
            (":authority", &self.authority),
            ("content-type", "application/grpc"),
            ("te", "trailers"),
            ("authorization", authorization),
        ] {
            fields.push(0);
            text(&mut fields, name)?;
            text(&mut fields, value)?;
        }
        let mut body = vec![0];
        body.extend(u32::try_from(message.len())?.to_be_bytes());
        body.extend(message);
        let mut call = Vec::new();
        frame(&mut call, HEADERS, END_HEADERS, stream, &fields)?;
        frame(&mut call, DATA, END_STREAM, stream, &body)?;
        self.socket.write_all(&call).await?;
        Ok(())
    }

    /// Hands what comes next on any stream to `take`: at least one message.
    pub(crate) async fn message(
        &mut self,
        mut take: impl FnMut(&[u8]) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        loop {
            let (kind, flags, length) = self.head().await?;
            let payload = self.payload(length).await?;
            match kind {
                DATA => {
                    // Messages that are ready together come together.
                    let mut rest = payload;
                    while !rest.is_empty() {
                        let ([_, size @ ..], behind) =
                            rest.split_first_chunk::<5>().context("half a message")?;
                        let size = u32::from_be_bytes(*size) as usize;
                        let (message, others) = behind.split_at_checked(size).context("half a message")?;
                        take(message)?;
                        rest = others;
                    }
                    return Ok(());
                }
                SETTINGS | PING if flags & ACK == 0 => {
                    let mut answer = Vec::new();
                    let echoed = if kind == PING { payload } else { &[] };
                    frame(&mut answer, kind, ACK, 0, echoed)?;
                    self.socket.write_all(&answer).await?;
                }
                HEADERS if flags & END_STREAM != 0 => anyhow::bail!("a stream has ended"),
                RST_STREAM | GOAWAY => anyhow::bail!("the server ends it: {payload:?}"),
                _ => {}
            }
        }
    }

    async fn head(&mut self) -> anyhow::Result<(u8, u8, usize)> {
        let head = self.payload(HEAD).await?;
        let [a, b, c, kind, flags, ..] = *head else {
            anyhow::bail!("half a frame");
        };
        Ok((kind, flags, u32::from_be_bytes([0, a, b, c]) as usize))
    }

    /// The next so many bytes.
    async fn payload(&mut self, length: usize) -> anyhow::Result<&[u8]> {
        while self.buffer.len() - self.begin < length {
            self.buffer.drain(..self.begin);
            self.begin = 0;
            self.buffer.reserve(length.max(READ));
            let read = self.socket.read_buf(&mut self.buffer).await?;
            anyhow::ensure!(read > 0, "the connection was closed");
        }
        let begin = self.begin;
        self.begin += length;
        self.buffer.get(begin..self.begin).context("half a frame")
    }
}

fn frame(to: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, payload: &[u8]) -> anyhow::Result<()> {
    let length = u32::try_from(payload.len())?.to_be_bytes();
    to.extend_from_slice(length.get(1..).context("four bytes have three")?);
    to.extend([kind, flags]);
    to.extend(stream.to_be_bytes());
    to.extend(payload);
    Ok(())
}

/// A string without Huffman's code, its length as an integer with a prefix of seven bits.
fn text(to: &mut Vec<u8>, text: &str) -> anyhow::Result<()> {
    const PREFIX: usize = 127;
    match text.len().checked_sub(PREFIX) {
        None => to.push(u8::try_from(text.len())?),
        Some(mut rest) => {
            to.push(u8::try_from(PREFIX)?);
            while rest >= 128 {
                to.push(u8::try_from(rest % 128 + 128)?);
                rest /= 128;
            }
            to.push(u8::try_from(rest)?);
        }
    }
    to.extend(text.bytes());
    Ok(())
}
