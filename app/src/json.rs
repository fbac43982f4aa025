//! JSON as server functions speak it.

use std::str::Utf8Error;

use leptos::server_fn::{
    Bytes, ContentType, Decodes, Encodes, Format, FormatType,
    codec::{JsonEncoding, Post},
};
use serde::{Serialize, de::DeserializeOwned};

/// How a server function answers: `#[server(output = Json)]`.
///
/// On the wire it is what `leptos::server_fn::codec::Json` is. But answers are read as text, as the data inside a page are, so the browser's
/// code has one reader of every type instead of two (decision 0005).
pub(crate) type Json = Post<JsonText>;

/// JSON that is read as text.
pub struct JsonText;

/// Why an answer is not what it should be.
#[derive(Debug, thiserror::Error)]
pub enum NotJson {
    /// It is no text.
    #[error(transparent)]
    Text(#[from] Utf8Error),
    /// It is other JSON, or none.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
}

impl ContentType for JsonText {
    const CONTENT_TYPE: &'static str = JsonEncoding::CONTENT_TYPE;
}

impl FormatType for JsonText {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for JsonText {
    type Error = serde_json::Error;

    fn encode(output: &T) -> Result<Bytes, Self::Error> {
        JsonEncoding::encode(output)
    }
}

impl<T: DeserializeOwned> Decodes<T> for JsonText {
    type Error = NotJson;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        Ok(serde_json::from_str(str::from_utf8(&bytes)?)?)
    }
}
