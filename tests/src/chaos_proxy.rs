//! A TCP proxy that can be cut, for a peer that goes away and comes back.

use std::net::SocketAddr;

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

#[derive(Debug)]
pub struct ChaosProxy {
    address: SocketAddr,
    line: watch::Sender<Line>,
    accepting: JoinHandle<()>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Line {
    is_cut: bool,
    /// So that a cut that is mended at once is seen as well.
    cuts: u64,
}

impl ChaosProxy {
    /// Stands before `peer` from now on.
    pub async fn before(peer: SocketAddr) -> std::io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let line = watch::Sender::new(Line::default());
        let state = line.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, peer, state.subscribe()));
            }
        });
        Ok(Self {
            address,
            line,
            accepting,
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends every connection; new ones end at once.
    pub fn cut(&self) {
        self.line.send_modify(|line| {
            line.is_cut = true;
            line.cuts += 1;
        });
    }

    pub fn mend(&self) {
        self.line.send_modify(|line| line.is_cut = false);
    }
}

impl Drop for ChaosProxy {
    fn drop(&mut self) {
        self.accepting.abort();
        self.cut();
    }
}

/// Carries bytes until either end closes or the proxy is cut.
async fn carry(mut client: TcpStream, peer: SocketAddr, mut line: watch::Receiver<Line>) {
    let begun = *line.borrow_and_update();
    let relay = async {
        let mut server = TcpStream::connect(peer).await?;
        copy_bidirectional(&mut client, &mut server).await
    };
    tokio::select! {
        // Whichever end broke it, both are closed now.
        _ = relay => {}
        _ = line.wait_for(|line| line.is_cut || line.cuts != begun.cuts) => {}
    }
}
