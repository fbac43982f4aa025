//! What people do with deliveries, and retention.

use contracts::{
    ServiceError,
    queues::{DeliveryStatus, InterventionKind},
};

use super::Model;
use crate::histories::step::{Answer, EventNo};

impl Model {
    pub(super) fn retry(&mut self, event: EventNo) -> Answer {
        Answer::Decided(match self.delivery(event).map(|delivery| delivery.status) {
            None => Err(ServiceError::NotFound),
            Some(DeliveryStatus::Done | DeliveryStatus::Discarded) => Err(ServiceError::DeliveryFinished),
            Some(DeliveryStatus::InFlight) => Err(ServiceError::DeliveryInFlight),
            Some(DeliveryStatus::Waiting | DeliveryStatus::Parked | DeliveryStatus::Dead) => {
                self.set_free(&[event]);
                Ok(())
            }
        })
    }

    pub(super) fn retry_all(&mut self) -> Answer {
        let dead = self.dead_letters();
        self.set_free(&dead);
        Answer::Count(dead.len().try_into().expect("few"))
    }

    pub(super) fn discard(&mut self, event: EventNo) -> Answer {
        Answer::Decided(match self.delivery(event).map(|delivery| delivery.status) {
            None => Err(ServiceError::NotFound),
            Some(DeliveryStatus::Dead) => {
                self.interventions.push((event, InterventionKind::Discard));
                self.delivery_mut(event).finish(DeliveryStatus::Discarded);
                Ok(())
            }
            Some(_) => Err(ServiceError::DeliveryNotDead),
        })
    }

    /// Makes these due with all their attempts, and what died because it waited for one of them.
    fn set_free(&mut self, events: &[EventNo]) {
        for event in events {
            self.set_one_free(*event);
        }
        for event in events {
            for waiter in self.dead_for(*event) {
                self.set_one_free(waiter);
            }
        }
    }

    fn set_one_free(&mut self, event: EventNo) {
        self.interventions.push((event, InterventionKind::Retry));
        let delivery = self.delivery_mut(event);
        (delivery.status, delivery.due, delivery.failures) = (DeliveryStatus::Waiting, true, 0);
        delivery.awaits_nothing();
    }

    pub(crate) fn dead_letters(&self) -> Vec<EventNo> {
        self.deliveries().filter(|(_, delivery)| delivery.status == DeliveryStatus::Dead).map(|(event, _)| event).collect()
    }

    pub(super) fn remove_done(&mut self) -> Answer {
        let removed =
            self.events.values_mut().filter_map(|event| event.delivery.take_if(|delivery| delivery.status == DeliveryStatus::Done));
        Answer::Count(removed.count().try_into().expect("few"))
    }
}
