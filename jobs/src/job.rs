//! What travels through Redis: the numbers of some deliveries of one subscription, never what they say.

use platform::bus::Dispatch;

/// How many deliveries one job carries at most. They are worked one after another, so that a job is soon done; several jobs
/// are worked at once.
pub(crate) const DELIVERIES_PER_JOB_MAX: usize = 20;

/// Writes dispatches as the payload of a job: `delivery.dispatch`, separated by spaces.
pub(crate) fn write(dispatches: &[Dispatch]) -> String {
    dispatches.iter().map(|dispatch| format!("{}.{}", dispatch.delivery_id, dispatch.dispatch_no)).collect::<Vec<_>>().join(" ")
}

/// Reads a payload. What cannot be read is left out: its delivery comes again when its lease has run out.
pub(crate) fn read(payload: &str) -> impl Iterator<Item = (i64, i32)> {
    payload.split(' ').filter_map(|number| {
        let (delivery_id, dispatch_no) = number.split_once('.')?;
        Some((delivery_id.parse().ok()?, dispatch_no.parse().ok()?))
    })
}

#[cfg(test)]
mod tests {
    use contracts::Subscription;

    use super::*;

    #[test]
    fn a_payload_is_read_as_it_was_written() {
        let dispatches = [(7, 1), (i64::MAX, i32::MAX)].map(|(delivery_id, dispatch_no)| Dispatch {
            delivery_id,
            dispatch_no,
            subscription: Subscription::AccountingTaskCreate,
        });
        assert_eq!(read(&write(&dispatches)).collect::<Vec<_>>(), [(7, 1), (i64::MAX, i32::MAX)]);
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        assert_eq!(read("7.1 x.y 8 9.2 ").collect::<Vec<_>>(), [(7, 1), (9, 2)]);
        assert_eq!(read("").count(), 0);
    }
}
