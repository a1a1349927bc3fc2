//! How many connections there may be at a time: in all, and from one address.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Connections by address. One address must not take every place of the port.
#[derive(Clone, Debug)]
pub(super) struct Places {
    per_address: usize,
    taken: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// Gives its place back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    address: IpAddr,
}

impl Places {
    pub(super) fn new(per_address: usize) -> Self {
        Self {
            per_address,
            taken: Arc::default(),
        }
    }

    /// `None` when the address has as many as it may.
    pub(super) fn take(&self, address: IpAddr) -> Option<Place> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(address).or_default();
        if *count >= self.per_address {
            return None;
        }
        *count += 1;
        Some(Place {
            places: self.clone(),
            address,
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_gets_its_share_and_leaves_the_rest_to_others() {
        let places = Places::new(2);
        let (first, second): (IpAddr, IpAddr) = ([192, 0, 2, 1].into(), [192, 0, 2, 2].into());
        let kept = (places.take(first).unwrap(), places.take(first).unwrap());
        assert!(places.take(first).is_none());
        assert!(places.take(second).is_some());
        drop(kept);
        assert!(places.take(first).is_some());
        assert!(
            places.taken.lock().unwrap().is_empty(),
            "nothing is left of those that went"
        );
    }
}
