//! The addresses of one cluster, and which of them answered lately.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use reqwest::Url;

use crate::domain::time::Timestamp;
use crate::ports::clock::Clock;

/// How long an endpoint that could not be reached comes last.
const SHUNNED_FOR: Duration = Duration::from_secs(30);

pub(super) struct Endpoints {
    bases: Vec<Url>,
    health: Mutex<Health>,
    clock: Arc<dyn Clock>,
}

struct Health {
    /// The one that answered last: asked first, so that connections are reused.
    preferred: usize,
    failed_at: Vec<Option<Timestamp>>,
}

impl Endpoints {
    pub(super) fn new(endpoints: &[String], clock: Arc<dyn Clock>) -> Result<Self, String> {
        let bases = endpoints
            .iter()
            .map(|text| parse(text))
            .collect::<Result<Vec<_>, _>>()?;
        let health = Health {
            preferred: 0,
            failed_at: vec![None; bases.len()],
        };
        Ok(Self {
            bases,
            health: Mutex::new(health),
            clock,
        })
    }

    /// All endpoints, the most promising first.
    pub(super) fn in_order(&self) -> Vec<(usize, &Url)> {
        let now = self.clock.now();
        let health = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        let mut order: Vec<(usize, &Url)> = self.bases.iter().enumerate().collect();
        order.sort_by_key(|(index, _)| {
            let failed = health.failed_at.get(*index).copied().flatten();
            let shunned = failed.filter(|at| now.since(*at) < SHUNNED_FOR);
            (shunned, *index != health.preferred, *index)
        });
        order
    }

    pub(super) fn answered(&self, index: usize) {
        let mut health = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        health.preferred = index;
        if let Some(failed_at) = health.failed_at.get_mut(index) {
            *failed_at = None;
        }
    }

    pub(super) fn failed(&self, index: usize) {
        let now = self.clock.now();
        let mut health = self.health.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(failed_at) = health.failed_at.get_mut(index) {
            *failed_at = Some(now);
        }
    }
}

fn parse(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| format!("endpoint {text:?}: {error}"))?;
    let bare = url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && matches!(url.path(), "" | "/");
    if url.scheme() != "https" || url.host_str().is_none() || !bare {
        return Err(format!("endpoint {text:?} must be https://HOST:PORT and no more"));
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicI64, Ordering};

    use super::*;

    #[derive(Default)]
    struct HandClock(AtomicI64);

    impl Clock for HandClock {
        fn now(&self) -> Timestamp {
            Timestamp::from_micros(self.0.load(Ordering::Relaxed))
        }
    }

    fn order(endpoints: &Endpoints) -> Vec<usize> {
        endpoints.in_order().into_iter().map(|(index, _)| index).collect()
    }

    #[test]
    fn an_endpoint_that_failed_comes_last_for_a_while() {
        let clock = Arc::new(HandClock::default());
        let urls = ["https://a:8006", "https://b:8006", "https://c:8006"].map(str::to_owned);
        let endpoints = Endpoints::new(&urls, clock.clone()).unwrap();
        assert_eq!(order(&endpoints), [0, 1, 2]);
        endpoints.failed(0);
        assert_eq!(order(&endpoints), [1, 2, 0]);
        endpoints.answered(2);
        assert_eq!(order(&endpoints), [2, 1, 0]);
        clock.0.store(31_000_000, Ordering::Relaxed);
        assert_eq!(order(&endpoints), [2, 0, 1]);
    }

    #[test]
    fn only_plain_https_addresses_are_taken() {
        for wrong in [
            "",
            "pve1:8006",
            "http://pve1:8006",
            "https://u:p@pve1",
            "https://pve1/api2",
            "https://pve1?x=1",
        ] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        assert!(parse("https://[2001:db8::1]:8006").is_ok());
    }
}
