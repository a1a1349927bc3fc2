//! Who has a mail already, while it is tried again for others.
//!
//! A mail to several is one delivery. When one address cannot be reached, the next try spares those who have it.
//! Kept in memory: after a restart somebody may get a mail twice, under the same id, and nobody misses one.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::domain::ids::DeliveryId;
use crate::domain::names::Email;

/// Mails that are remembered; beyond, the oldest is forgotten.
const MAX_MAILS: usize = 4096;

#[derive(Default)]
pub(super) struct Receipts(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    have: HashMap<DeliveryId, HashSet<Email>>,
    /// The oldest first.
    order: VecDeque<DeliveryId>,
}

impl Receipts {
    pub(super) fn has(&self, mail: DeliveryId, address: &Email) -> bool {
        let kept = self.kept();
        kept.have.get(&mail).is_some_and(|have| have.contains(address))
    }

    pub(super) fn keep(&self, mail: DeliveryId, address: &Email) {
        let mut kept = self.kept();
        if !kept.have.contains_key(&mail) {
            if kept.order.len() >= MAX_MAILS
                && let Some(oldest) = kept.order.pop_front()
            {
                kept.have.remove(&oldest);
            }
            kept.order.push_back(mail);
        }
        kept.have.entry(mail).or_default().insert(address.clone());
    }

    /// The mail is not tried again.
    pub(super) fn forget(&self, mail: DeliveryId) {
        let mut kept = self.kept();
        if kept.have.remove(&mail).is_some() {
            kept.order.retain(|one| *one != mail);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_mail_is_forgotten_first() {
        let receipts = Receipts::default();
        let address = Email::parse("customer@example.org").unwrap();
        let mails: Vec<DeliveryId> = (0..=MAX_MAILS).map(|_| DeliveryId::generate()).collect();
        for mail in &mails {
            receipts.keep(*mail, &address);
        }
        assert!(!receipts.has(mails[0], &address));
        assert!(receipts.has(mails[1], &address) && receipts.has(mails[MAX_MAILS], &address));
        receipts.forget(mails[1]);
        assert!(!receipts.has(mails[1], &address));
        assert_eq!(receipts.kept().order.len(), MAX_MAILS - 1);
    }
}
