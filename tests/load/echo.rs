//! The raw tonic echo server: what the machine gives when nothing but tonic stands in the way.

use tokio::net::TcpListener;
use tokio_stream::wrappers::TcpListenerStream;
use tonic::{Request, Response, Status};

pub(crate) mod pb {
    #![allow(clippy::pedantic, unreachable_pub, reason = "generated")]
    tonic::include_proto!("hostler.bench");
}

struct Echo;

#[tonic::async_trait]
impl pb::echo_server::Echo for Echo {
    async fn say(&self, request: Request<pb::Words>) -> Result<Response<pb::Words>, Status> {
        Ok(Response::new(request.into_inner()))
    }
}

/// Serves until the process is killed; the first line of output is the address.
pub(crate) async fn serve() -> anyhow::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    crate::report::line(&listener.local_addr()?.to_string());
    tonic::transport::Server::builder()
        .tcp_nodelay(true)
        .add_service(pb::echo_server::EchoServer::new(Echo))
        .serve_with_incoming(TcpListenerStream::new(listener))
        .await?;
    Ok(())
}
