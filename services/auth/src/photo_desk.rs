//! Where photos are looked at: threads that may compute, few at a time, with a short queue before them.

use std::sync::Arc;

use contracts::{PhotoRefusal, ServiceError};
use tokio::sync::Semaphore;

/// How many photos are looked at at once. Each takes a processor for up to a second and mostly little memory; a progressive
/// JPEG of 64 megapixels, the most expensive one, up to 0.4 GB.
const PHOTOS_AT_ONCE: usize = 2;

/// How many more may wait their turn. Each holds up to 10 MiB of memory, and its sender waits some seconds at most.
const PHOTOS_WAITING_MAX: usize = 16;

/// Lets a limited number of photos be looked at.
#[derive(Debug, Clone)]
pub(crate) struct PhotoDesk {
    /// For those who are looked at and those who wait.
    places: Arc<Semaphore>,
    /// For those who are looked at.
    seats: Arc<Semaphore>,
}

impl PhotoDesk {
    pub(crate) fn new() -> Self {
        Self { places: Arc::new(Semaphore::new(PHOTOS_AT_ONCE + PHOTOS_WAITING_MAX)), seats: Arc::new(Semaphore::new(PHOTOS_AT_ONCE)) }
    }

    /// Runs `look` when its turn comes. [`ServiceError::Busy`] at once where the queue is full.
    ///
    /// A `look` that panics has met a photo its author did not think of: it is refused as damaged, and the log says so.
    /// One whose sender has gone away is finished all the same, and keeps its place until then.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce() -> Result<T, PhotoRefusal> + Send + 'static,
    ) -> Result<T, ServiceError> {
        let place = Arc::clone(&self.places).try_acquire_owned().map_err(|_| ServiceError::Busy)?;
        let seat = Arc::clone(&self.seats).acquire_owned().await.map_err(|_| ServiceError::Unavailable)?;
        let looking = tokio::task::spawn_blocking(move || {
            let _held_to_the_end = (place, seat);
            look()
        });
        match looking.await {
            Ok(seen) => seen.map_err(ServiceError::PhotoRefused),
            Err(failed) if failed.is_panic() => {
                tracing::error!(%failed, "looking at a photo panicked; it is refused as damaged");
                Err(ServiceError::PhotoRefused(PhotoRefusal::Damaged))
            }
            Err(_) => Err(ServiceError::Unavailable), // the process is going down
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use tokio::task::JoinSet;

    use super::*;

    #[tokio::test]
    async fn few_are_looked_at_some_wait_and_the_rest_is_told_at_once() {
        let desk = PhotoDesk::new();
        let (seated, mut sit_down) = tokio::sync::mpsc::unbounded_channel();
        let (mut doors, mut lookers) = (Vec::new(), JoinSet::new());
        for _ in 0..PHOTOS_AT_ONCE + PHOTOS_WAITING_MAX {
            let (door, opened) = mpsc::channel::<()>();
            doors.push(door);
            let (desk, seated) = (desk.clone(), seated.clone());
            let look = move || {
                seated.send(()).expect("the test counts");
                Ok(opened.recv().is_err())
            };
            lookers.spawn(async move { desk.look(look).await });
        }
        for _ in 0..PHOTOS_AT_ONCE {
            sit_down.recv().await.expect("somebody sits down");
        }
        while desk.places.available_permits() > 0 {
            assert!(sit_down.is_empty(), "more are looked at than there are seats");
            tokio::task::yield_now().await; // until the others wait
        }
        assert_eq!(desk.seats.available_permits(), 0);
        assert_eq!(desk.look(|| Ok(())).await, Err(ServiceError::Busy));

        drop(doors);
        assert!(lookers.join_all().await.into_iter().all(|looked| looked == Ok(true)));
        assert_eq!(desk.look(|| Ok(1)).await, Ok(1));
    }

    #[tokio::test]
    async fn a_photo_keeps_its_seat_when_its_sender_goes_away() {
        let desk = PhotoDesk::new();
        let (seated, mut sit_down) = tokio::sync::mpsc::unbounded_channel();
        let (door, opened) = mpsc::channel::<()>();
        let sender = tokio::spawn({
            let desk = desk.clone();
            async move {
                let look = move || {
                    seated.send(()).expect("the test counts");
                    Ok(opened.recv().is_err())
                };
                desk.look(look).await
            }
        });
        sit_down.recv().await.expect("it sits down");
        sender.abort();
        assert!(sender.await.expect_err("it is gone").is_cancelled());
        assert_eq!(desk.seats.available_permits(), PHOTOS_AT_ONCE - 1);

        drop(door);
        let all = u32::try_from(PHOTOS_AT_ONCE).expect("a few seats");
        drop(desk.seats.acquire_many(all).await.expect("every seat is free again"));
    }

    #[tokio::test]
    async fn a_panic_is_a_damaged_photo() {
        let desk = PhotoDesk::new();
        let looked = desk.look(|| -> Result<(), PhotoRefusal> { panic!("a decoder met something new") }).await;
        assert_eq!(looked, Err(ServiceError::PhotoRefused(PhotoRefusal::Damaged)));
        assert_eq!(desk.places.available_permits(), PHOTOS_AT_ONCE + PHOTOS_WAITING_MAX);
    }
}
