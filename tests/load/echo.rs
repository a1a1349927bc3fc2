//! The raw tonic echo server: what the machine gives when nothing but tonic stands in the way.

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio_stream::wrappers::{TcpListenerStream, WatchStream};
use tonic::{Request, Response, Status, Streaming};

pub(crate) mod pb {
    #![allow(clippy::pedantic, unreachable_pub, reason = "generated")]
    tonic::include_proto!("hostler.bench");
}

struct Echo {
    told: watch::Sender<String>,
}

#[tonic::async_trait]
impl pb::echo_server::Echo for Echo {
    type TalkStream = Streaming<pb::Words>;
    type ListenStream = BoxStream<'static, Result<pb::Words, Status>>;

    async fn say(&self, request: Request<pb::Words>) -> Result<Response<pb::Words>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    async fn talk(
        &self,
        request: Request<Streaming<pb::Words>>,
    ) -> Result<Response<Self::TalkStream>, Status> {
        Ok(Response::new(request.into_inner()))
    }

    async fn tell(&self, request: Request<pb::Words>) -> Result<Response<pb::Words>, Status> {
        self.told.send_replace(request.into_inner().text);
        Ok(Response::new(pb::Words::default()))
    }

    async fn listen(&self, _: Request<pb::Words>) -> Result<Response<Self::ListenStream>, Status> {
        let told = WatchStream::new(self.told.subscribe());
        Ok(Response::new(told.map(|text| Ok(pb::Words { text })).boxed()))
    }
}

/// Serves until the process is killed; the first line of output is the address.
pub(crate) async fn serve() -> anyhow::Result<()> {
    let echo = Echo {
        told: watch::Sender::default(),
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    crate::report::line(&listener.local_addr()?.to_string());
    tonic::transport::Server::builder()
        .tcp_nodelay(true)
        .add_service(pb::echo_server::EchoServer::new(echo))
        .serve_with_incoming(TcpListenerStream::new(listener))
        .await?;
    Ok(())
}
