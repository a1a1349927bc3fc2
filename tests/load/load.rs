//! Closed-loop load: every connection has one call in flight; bounded in time, loopback only.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use tonic::transport::{Channel, Endpoint};

/// Opens `count` connections, each of its own.
pub(crate) async fn connections(url: &str, count: usize) -> anyhow::Result<Vec<Channel>> {
    let mut channels = Vec::with_capacity(count);
    for _ in 0..count {
        let endpoint = Endpoint::from_shared(url.to_owned())?
            .tcp_nodelay(true)
            .timeout(Duration::from_secs(20));
        channels.push(endpoint.connect().await.context("connect")?);
    }
    Ok(channels)
}

/// Calls per second over all clients, after a warm-up of a fifth of the time.
pub(crate) async fn rate<C, F, Call>(clients: &[C], time: Duration, call: F) -> anyhow::Result<f64>
where
    C: Clone + Send + 'static,
    F: Fn(C) -> Call + Clone + Send + 'static,
    Call: Future<Output = Result<(), tonic::Status>> + Send,
{
    let (counting, stop) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let count = Arc::new(AtomicU64::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for client in clients {
        let (client, call) = (client.clone(), call.clone());
        let (counting, stop, count) = (counting.clone(), stop.clone(), count.clone());
        tasks.spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                call(client.clone()).await?;
                if counting.load(Ordering::Relaxed) {
                    count.fetch_add(1, Ordering::Relaxed);
                }
            }
            Ok::<_, tonic::Status>(())
        });
    }
    tokio::time::sleep(time / 5).await;
    counting.store(true, Ordering::Relaxed);
    let begun = Instant::now();
    tokio::time::sleep(time).await;
    counting.store(false, Ordering::Relaxed);
    let elapsed = begun.elapsed();
    stop.store(true, Ordering::Relaxed);
    while let Some(ended) = tasks.join_next().await {
        ended?.context("a call of the load failed")?;
    }
    #[expect(clippy::cast_precision_loss, reason = "counts of a few seconds fit")]
    Ok(count.load(Ordering::Relaxed) as f64 / elapsed.as_secs_f64())
}
