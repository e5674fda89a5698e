//! The body of an answer: the inner service's, or a refusal's.

use bytes::Bytes;
use http::Response;
use http_body_util::{Either, Full};

/// Left is the inner service's body, untouched; right is the text of a refusal.
///
/// A type of its own asks nothing of the inner body: tonic's cannot be made from a text, nor can one that a layer
/// further in compresses.
pub type ResponseBody<B> = Either<B, Full<Bytes>>;

pub(crate) fn refused<B>(response: Response<String>) -> Response<ResponseBody<B>> {
    response.map(|text| Either::Right(Full::new(Bytes::from(text))))
}
