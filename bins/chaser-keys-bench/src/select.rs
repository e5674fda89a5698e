//! A SELECT for each request.

use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::web::{self, Data, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse};
use chaser_keys::{Peppers, PresentedKey};
use futures_util::future::try_join_all;
use tokio_postgres::{Client, NoTls, Statement};
use uuid::Uuid;

use crate::{Failure, bearer, peppers};

/// Connections to PostgreSQL, each prepared once and never checked again: the kindest pool there is.
const CONNECTIONS: usize = 8;

pub(crate) async fn routes(
    url: &str,
) -> Result<impl Fn(&mut ServiceConfig) + Clone + Send + 'static, Failure> {
    let pool = Data::new(Pool::connect(url).await?);
    Ok(move |config: &mut ServiceConfig| {
        config.app_data(pool.clone()).route("/authorize", web::to(select));
    })
}

async fn select(request: HttpRequest, pool: Data<Pool>) -> HttpResponse {
    match pool.find(bearer(&request)).await {
        Ok(true) => HttpResponse::Ok().finish(),
        Ok(false) => HttpResponse::Unauthorized().finish(),
        Err(_) => HttpResponse::ServiceUnavailable().finish(),
    }
}

/// Connections in turn.
struct Pool {
    peppers: Peppers,
    connections: Vec<(Client, Statement)>,
    next: AtomicUsize,
}

impl Pool {
    async fn connect(url: &str) -> Result<Self, Failure> {
        let connections = try_join_all((0..CONNECTIONS).map(|_| connect(url))).await?;
        Ok(Self { peppers: peppers()?, connections, next: AtomicUsize::new(0) })
    }

    async fn find(&self, presented: Option<&[u8]>) -> Result<bool, Failure> {
        let Some(key) = presented.and_then(|bytes| PresentedKey::parse(bytes).ok()) else { return Ok(false) };
        let digest = self.peppers.current().digest(key);
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % CONNECTIONS;
        let (client, statement) = &self.connections[turn];
        let row = client.query_opt(statement, &[&digest.as_bytes().as_slice()]).await?;
        Ok(row.is_some_and(|row| !row.get::<_, Uuid>("workspace_id").is_nil()))
    }
}

async fn connect(url: &str) -> Result<(Client, Statement), Failure> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    let statement = client
        .prepare(
            "select id, workspace_id, mode from api_keys
             where digest = $1 and (revoked_at is null or revoked_at > clock_timestamp())",
        )
        .await?;
    Ok((client, statement))
}
