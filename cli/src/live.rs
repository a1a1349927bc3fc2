//! What lists that go on have in common: something new comes, or it is time to draw their ages anew.

use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use hostler_client::Error;
use tokio::time::{Interval, MissedTickBehavior, interval};

/// How often ages are drawn anew.
const REDRAW: Duration = Duration::from_secs(1);

pub(crate) struct Live<E> {
    events: BoxStream<'static, Result<E, Error>>,
    /// Only where a list is drawn in the place of the one before.
    ticks: Option<Interval>,
}

pub(crate) enum Turn<E> {
    News(E),
    Redraw,
    End,
}

impl<E> Live<E> {
    pub(crate) fn new(events: BoxStream<'static, Result<E, Error>>, in_place: bool) -> Self {
        let ticks = in_place.then(|| {
            let mut ticks = interval(REDRAW);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
            ticks
        });
        Self { events, ticks }
    }

    pub(crate) async fn next(&mut self) -> Result<Turn<E>, Error> {
        let tick = async {
            match &mut self.ticks {
                Some(ticks) => ticks.tick().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            event = self.events.next() => Ok(match event {
                Some(event) => Turn::News(event?),
                None => Turn::End,
            }),
            _ = tick => Ok(Turn::Redraw),
        }
    }
}
