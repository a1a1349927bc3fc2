//! A way to the server on which connections break, or fall silent without breaking.

use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What happens to all connections that there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Order {
    Pass,
    Swallow,
    Break,
}

/// Passes bytes on until it is told otherwise. A new connection is not concerned by orders from before it.
#[derive(Debug)]
pub(crate) struct Proxy {
    address: SocketAddr,
    order: watch::Sender<Order>,
    task: tokio::task::JoinHandle<()>,
}

impl Proxy {
    pub(crate) async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (order, orders) = watch::channel(Order::Pass);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let mut orders = orders.clone();
                orders.mark_unchanged();
                tokio::spawn(pass(client, server, orders));
            }
        });
        Self { address, order, task }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Nothing that is sent arrives any more, and nobody is told.
    pub(crate) fn swallow(&self) {
        self.order.send_replace(Order::Swallow);
    }

    /// Closes all connections.
    pub(crate) fn break_off(&self) {
        self.order.send_replace(Order::Break);
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(client: TcpStream, server: SocketAddr, mut orders: watch::Receiver<Order>) {
    let Ok(server) = TcpStream::connect(server).await else {
        return;
    };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let up = copy(from_client, to_server, orders.clone());
    let down = copy(from_server, to_client, orders.clone());
    tokio::select! {
        () = up => {}
        () = down => {}
        () = told(&mut orders, Order::Break) => {}
    }
}

async fn copy(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    mut orders: watch::Receiver<Order>,
) {
    let mut buffer = vec![0; 16 * 1024];
    let mut swallows = false;
    loop {
        tokio::select! {
            () = told(&mut orders, Order::Swallow), if !swallows => swallows = true,
            read = from.read(&mut buffer) => match read {
                Ok(count) if count > 0 => {
                    if !swallows && to.write_all(&buffer[..count]).await.is_err() {
                        return;
                    }
                }
                Ok(_) | Err(_) => return,
            },
        }
    }
}

/// Waits for an order that is newer than the connection.
async fn told(orders: &mut watch::Receiver<Order>, order: Order) {
    while orders.changed().await.is_ok() {
        if *orders.borrow_and_update() == order {
            return;
        }
    }
    std::future::pending::<()>().await;
}
