//! What travels through Redis: the numbers of some deliveries of one subscription, never what they say.

use platform::bus::Dispatch;

/// Groups dispatches of one subscription into jobs of at most `batch_max`. What failed before gets a job of its own.
pub(crate) fn group(dispatches: &[Dispatch], batch_max: usize) -> Vec<Vec<Dispatch>> {
    let (alone, together): (Vec<Dispatch>, Vec<Dispatch>) = dispatches.iter().partition(|dispatch| dispatch.alone);
    together.chunks(batch_max).map(<[Dispatch]>::to_vec).chain(alone.into_iter().map(|dispatch| vec![dispatch])).collect()
}

/// Writes dispatches as the payload of a job: `delivery.dispatch`, separated by spaces.
pub(crate) fn write(dispatches: &[Dispatch]) -> String {
    dispatches.iter().map(|dispatch| format!("{}.{}", dispatch.delivery_id, dispatch.dispatch_no)).collect::<Vec<_>>().join(" ")
}

/// Reads a payload. What cannot be read is left out: its delivery comes again when its lease has run out.
pub(crate) fn read(payload: &str, batch_max: usize) -> Vec<(i64, i32)> {
    let read_one = |number: &str| {
        let (delivery_id, dispatch_no) = number.split_once('.')?;
        Some((delivery_id.parse().ok()?, dispatch_no.parse().ok()?))
    };
    payload.split(' ').filter_map(read_one).take(batch_max).collect()
}

#[cfg(test)]
mod tests {
    use contracts::Subscription;

    use super::*;

    fn dispatch(delivery_id: i64, dispatch_no: i32, alone: bool) -> Dispatch {
        Dispatch { delivery_id, dispatch_no, subscription: Subscription::AccountingTaskCreate, alone }
    }

    #[test]
    fn a_payload_is_read_as_it_was_written() {
        let dispatches = [dispatch(7, 1, false), dispatch(i64::MAX, i32::MAX, true)];
        assert_eq!(read(&write(&dispatches), 2), [(7, 1), (i64::MAX, i32::MAX)]);
    }

    #[test]
    fn what_cannot_be_read_is_left_out() {
        assert_eq!(read("7.1 x.y 8 9.2 ", 9), [(7, 1), (9, 2)]);
        assert_eq!(read("", 9), []);
    }

    #[test]
    fn what_failed_before_travels_alone() {
        let dispatches: Vec<Dispatch> = (0..250).map(|id| dispatch(id, 1, id % 100 == 0)).collect();
        let sizes: Vec<usize> = group(&dispatches, 100).iter().map(Vec::len).collect();
        assert_eq!(sizes, [100, 100, 47, 1, 1, 1]);
    }
}
