//! Takes photos off the wire, counting bytes while it reads.

use axum::{
    body::{Body, Bytes},
    extract::Multipart,
};
use contracts::{PhotoRefusal, ServiceError, auth::PHOTO_BYTES_MAX};
use futures_util::{Stream, StreamExt as _};

/// How much of a photo that is too large is read and thrown away. A browser that is cut off while it sends shows a broken
/// connection instead of our answer; beyond this it is cut off all the same.
const DISCARDED_BYTES_MAX: usize = 100 * 1024 * 1024;

/// The name of the form's field that holds the photo.
const FIELD: &str = "photo";

/// Reads a request whose body is the photo.
pub(crate) async fn from_body(body: Body) -> Result<Vec<u8>, ServiceError> {
    read(body.into_data_stream()).await
}

/// Reads a form with one photo, as browsers send it without JavaScript.
pub(crate) async fn from_form(mut form: Multipart) -> Result<Vec<u8>, ServiceError> {
    while let Some(field) = form.next_field().await.map_err(|_| damaged())? {
        if field.name() == Some(FIELD) {
            return read(field).await;
        }
    }
    Err(ServiceError::PhotoRefused(PhotoRefusal::Missing))
}

async fn read<E>(chunks: impl Stream<Item = Result<Bytes, E>>) -> Result<Vec<u8>, ServiceError> {
    let mut chunks = std::pin::pin!(chunks);
    let mut photo = Vec::new();
    let mut bytes_seen = 0;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_| damaged())?;
        bytes_seen += chunk.len();
        if bytes_seen <= PHOTO_BYTES_MAX {
            photo.extend_from_slice(&chunk);
        } else if bytes_seen > DISCARDED_BYTES_MAX {
            break;
        }
    }
    if bytes_seen > PHOTO_BYTES_MAX {
        return Err(ServiceError::PhotoRefused(PhotoRefusal::TooManyBytes { bytes_max: PHOTO_BYTES_MAX }));
    }
    Ok(photo)
}

/// The connection broke, or the form is malformed: what has arrived is no whole photo.
const fn damaged() -> ServiceError {
    ServiceError::PhotoRefused(PhotoRefusal::Damaged)
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::stream;

    use super::*;

    async fn read_chunks(count: usize, bytes: usize) -> Result<usize, ServiceError> {
        let chunk = Bytes::from(vec![7; bytes]);
        read(stream::iter((0..count).map(|_| Ok::<_, Infallible>(chunk.clone())))).await.map(|photo| photo.len())
    }

    #[tokio::test]
    async fn the_largest_photo_passes_and_one_byte_more_does_not() {
        assert_eq!(read_chunks(10, PHOTO_BYTES_MAX / 10).await, Ok(PHOTO_BYTES_MAX));
        let refused = ServiceError::PhotoRefused(PhotoRefusal::TooManyBytes { bytes_max: PHOTO_BYTES_MAX });
        assert_eq!(read_chunks(1, PHOTO_BYTES_MAX + 1).await, Err(refused.clone()));
        assert_eq!(read_chunks(400, 1024 * 1024).await, Err(refused));
    }
}
