//! `POST /usage`: services report the sessions and bytes of keys. A batch counts once, however often it is sent.

use actix_web::HttpResponse;
use actix_web::web::Data;
use chaser_keys::{KeyId, UsageBatchId};
use chaser_keys_storage::{IngestUsageError, Store, Traffic, UsageRecord};
use serde::Deserialize;

use crate::body::JsonBody;
use crate::body::field::{self, Object};
use crate::error::ApiError;

/// The most records of one batch: as many always fit into a body.
const MOST_RECORDS: usize = 100;

/// What a service counted since its last batch.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Report {
    #[serde(deserialize_with = "field::parsed")]
    batch: UsageBatchId,
    usage: Vec<Object<RecordJson>>,
}

/// One key's part. A key may have several records.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RecordJson {
    #[serde(deserialize_with = "field::parsed")]
    key_id: KeyId,
    #[serde(default, deserialize_with = "field::count")]
    sessions: u64,
    #[serde(default, deserialize_with = "field::count")]
    bytes_up: u64,
    #[serde(default, deserialize_with = "field::count")]
    bytes_down: u64,
}

/// Counts all of a batch, or nothing of it. 204 also if it has been counted before.
pub(crate) async fn ingest_usage(
    store: Data<Store>,
    JsonBody(report): JsonBody<Report>,
) -> Result<HttpResponse, ApiError> {
    if !(1..=MOST_RECORDS).contains(&report.usage.len()) {
        return Err(ApiError::InvalidRequest(format!(
            "`usage`: send 1 to {MOST_RECORDS} records in a batch"
        )));
    }
    let records: Vec<_> = report.usage.into_iter().map(|Object(record)| record.into()).collect();
    store.ingest_usage(report.batch, &records).await?;
    Ok(HttpResponse::NoContent().finish())
}

impl From<RecordJson> for UsageRecord {
    fn from(record: RecordJson) -> Self {
        let RecordJson { key_id, sessions, bytes_up, bytes_down } = record;
        Self { key_id, traffic: Traffic { sessions, bytes_up, bytes_down } }
    }
}

impl From<IngestUsageError> for ApiError {
    fn from(error: IngestUsageError) -> Self {
        match error {
            IngestUsageError::UnknownKey { record } => Self::InvalidRequest(format!(
                "`usage[{record}].key_id`: there is no key with this id; nothing of this batch was counted"
            )),
            IngestUsageError::TooMuch => Self::InvalidRequest(format!(
                "`usage`: a key's day would hold more than {} of something; nothing of this batch was \
                 counted",
                Traffic::MAX
            )),
            IngestUsageError::BatchReused => Self::UsageBatchReused,
            IngestUsageError::Storage(error) => error.into(),
        }
    }
}
