//! Pipelined requests to `/authorize` that are verified together.

use arrayvec::ArrayVec;
use chaser_keys::PresentedKey;
use chaser_keys_storage::Verifier;

use super::plain_request::{Asks, PlainRequest};

/// The first requests of an input, as long as each presents what may be a key.
#[derive(Default)]
pub(super) struct Batch<'a> {
    pub(super) keys: ArrayVec<PresentedKey<'a>, { Verifier::BATCH }>,
    /// For each key, the client's request id and where the request ends.
    pub(super) requests: ArrayVec<(Option<&'a [u8]>, usize), { Verifier::BATCH }>,
}

impl<'a> Batch<'a> {
    /// The request that was parsed, and up to `limit` in total with those that follow it.
    pub(super) fn read(first: &PlainRequest<'a>, input: &'a [u8], limit: usize) -> Self {
        let mut batch = Self::default();
        let mut end = 0;
        let mut next = Self::key_of(first).map(|key| (first.length, first.request_id, key));
        while let Some((length, request_id, key)) = next {
            end += length;
            batch.keys.push(key);
            batch.requests.push((request_id, end));
            if batch.keys.len() >= limit.min(Verifier::BATCH) {
                break;
            }
            next = PlainRequest::first_of(&input[end..])
                .ok()
                .and_then(|request| Some((request.length, request.request_id, Self::key_of(&request)?)));
        }
        batch
    }

    fn key_of(request: &PlainRequest<'a>) -> Option<PresentedKey<'a>> {
        let Asks::Authorize(credentials) = request.asks else { return None };
        PresentedKey::from_authorization(credentials?).ok().flatten()
    }
}
