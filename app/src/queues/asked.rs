use contracts::{
    DeliveryId, InvalidField, Subscription,
    queues::{DeliveryFilter, DeliveryStatus},
};
use leptos_router::params::ParamsMap;
use url::form_urlencoded;

use super::QUEUES_PATH;

/// The parameter with a subscription's name.
pub(super) const SUBSCRIPTION: &str = "subscription";

/// The parameter with a status's name. Without it the address asks for dead letters: they wait for a person.
pub(super) const STATUS: &str = "status";

/// The status that stands for every status.
pub(super) const ANY_STATUS: &str = "any";

/// The parameter with a part of an error.
pub(super) const ERROR: &str = "error";

/// The parameter with the last delivery of the part of the list before.
const BEFORE: &str = "before";

/// Which deliveries an address asks for, as it stands there: perhaps nobody can read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Asked {
    pub(super) subscription: String,
    pub(super) status: String,
    pub(super) error: String,
    pub(super) before: Option<DeliveryId>,
}

impl Asked {
    pub(super) fn of(query: &ParamsMap) -> Self {
        let typed = |name| query.get_str(name).unwrap_or_default().trim().to_owned();
        let status = typed(STATUS);
        Self {
            subscription: typed(SUBSCRIPTION),
            status: if status.is_empty() { DeliveryStatus::Dead.name().to_owned() } else { status },
            error: typed(ERROR),
            before: query.get_str(BEFORE).and_then(|number| number.parse().ok()),
        }
    }

    /// The deliveries of one subscription that have one status.
    pub(super) fn queue(subscription: Subscription, status: DeliveryStatus) -> Self {
        Self { subscription: subscription.name().to_owned(), status: status.name().to_owned(), error: String::new(), before: None }
    }

    /// The same for the bus.
    pub(super) fn filter(&self) -> Result<DeliveryFilter, InvalidField> {
        let status = if self.status == ANY_STATUS { "" } else { &self.status };
        DeliveryFilter::parse(&self.subscription, status, &self.error)
    }

    pub(super) fn is_dead_letters(&self) -> bool {
        self.status == DeliveryStatus::Dead.name()
    }

    /// The address that asks for it.
    pub(super) fn path(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.subscription.is_empty() {
            query.append_pair(SUBSCRIPTION, &self.subscription);
        }
        if !self.is_dead_letters() {
            query.append_pair(STATUS, &self.status);
        }
        if !self.error.is_empty() {
            query.append_pair(ERROR, &self.error);
        }
        if let Some(delivery_id) = self.before {
            query.append_pair(BEFORE, &delivery_id.to_string());
        }
        let query = query.finish();
        let separator = if query.is_empty() { "" } else { "?" };
        [QUEUES_PATH, separator, &query].concat()
    }
}

#[cfg(test)]
mod tests {
    use contracts::Field;

    use super::*;

    fn of_path(path: &str) -> Asked {
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let mut parameters = ParamsMap::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            parameters.insert(name.into_owned(), value.into_owned());
        }
        Asked::of(&parameters)
    }

    #[test]
    fn an_address_leads_back_to_what_it_asks_for() {
        let dead = of_path(QUEUES_PATH);
        assert_eq!(dead.filter(), Ok(DeliveryFilter { status: Some(DeliveryStatus::Dead), ..DeliveryFilter::default() }));
        assert_eq!(dead.path(), QUEUES_PATH);
        for status in DeliveryStatus::ALL {
            let asked = Asked::queue(Subscription::AccountingTaskAssign, status);
            assert_eq!(of_path(&asked.path()), asked);
            assert_eq!(asked.filter().map(|filter| filter.status), Ok(Some(status)));
        }
        let asked = Asked {
            subscription: String::new(),
            status: ANY_STATUS.to_owned(),
            error: "нет связи & 100%+\"<b>\"".to_owned(),
            before: Some(DeliveryId(17)),
        };
        let path = asked.path();
        assert!(path.bytes().all(|byte| byte.is_ascii_graphic()), "{path}");
        assert_eq!(of_path(&path), asked);
        assert_eq!(asked.filter().map(|filter| filter.status), Ok(None));
    }

    #[test]
    fn what_nobody_can_read_is_no_filter() {
        for (query, field) in [("subscription=cat", Field::Subscription), ("status=fine", Field::Status), ("error=a%00b", Field::ErrorPart)]
        {
            let asked = of_path(&[QUEUES_PATH, "?", query].concat());
            assert_eq!(asked.filter().map_err(|invalid| invalid.field), Err(field));
        }
        assert_eq!(of_path("/admin/queues?before=the+first").before, None);
    }
}
