//! The layer around a gRPC service of tonic, called by tonic's client.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use axum::Router;
use axum::routing::post;
use bytes::{Buf, BufMut, Bytes};
use chaser_keys::{SecretKey, WorkspaceId};
use chaser_keys_service::testing::FakeVerifier;
use chaser_keys_service::{Refusal, SharedVerifier, VerifiedKey};
use chaser_keys_tower::RequireKeyLayer;
use tokio::net::TcpListener;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::server::UnaryService;
use tonic::service::Routes;
use tonic::transport::server::TcpIncoming;
use tonic::transport::{Channel, Server};
use tonic::{Code, Request, Response, Status};

const LIVE: &str = "cha_live_UDA2HG67cZ5GR8sQf66LUAhyQ8sMMTLDrqtaJ_r9UoQ";
const METHOD: &str = "/test.Sessions/Whoami";

/// Messages are bytes as they are: no protocol buffers are needed here.
#[derive(Default)]
struct RawCodec;

impl Codec for RawCodec {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for RawCodec {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, message: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(message);
        Ok(())
    }
}

impl Decoder for RawCodec {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(buffer.copy_to_bytes(buffer.remaining())))
    }
}

struct Whoami;

impl UnaryService<Bytes> for Whoami {
    type Response = Bytes;
    type Future = std::future::Ready<Result<Response<Bytes>, Status>>;

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        let key = request.extensions().get::<VerifiedKey>().ok_or_else(|| Status::internal("no key"));
        std::future::ready(key.map(|key| Response::new(Bytes::from(key.workspace_id.to_string()))))
    }
}

async fn serve(fake: &FakeVerifier) -> Channel {
    let method = post(async |request: axum::extract::Request| {
        tonic::server::Grpc::new(RawCodec).unary(Whoami, request).await
    });
    let routes = Routes::from(Router::new().route(METHOD, method));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let layer = RequireKeyLayer::new(SharedVerifier::new(fake.clone()));
    let server = Server::builder().layer(layer).add_routes(routes);
    tokio::spawn(server.serve_with_incoming(TcpIncoming::from(listener)));
    Channel::from_shared(url).unwrap().connect().await.unwrap()
}

async fn call(channel: &Channel, secret: Option<&str>) -> Result<String, Status> {
    let mut client = tonic::client::Grpc::new(channel.clone());
    client.ready().await.unwrap();
    let mut request = Request::new(Bytes::new());
    if let Some(secret) = secret {
        let authorization = format!("Bearer {secret}").parse().unwrap();
        request.metadata_mut().insert("authorization", authorization);
    }
    let response = client.unary(request, METHOD.parse().unwrap(), RawCodec).await?;
    Ok(String::from_utf8(response.into_inner().to_vec()).unwrap())
}

#[tokio::test]
async fn a_grpc_client_is_answered_with_a_status_of_grpc() {
    let workspace: WorkspaceId = "0b6d2c5e-5d53-4a6e-9f0c-1d1f0b0a7e11".parse().unwrap();
    let secret: SecretKey = LIVE.parse().unwrap();
    let fake = FakeVerifier::new();
    let key = fake.add_key(&secret, workspace);
    let channel = serve(&fake).await;

    assert_eq!(call(&channel, Some(LIVE)).await.unwrap(), workspace.to_string());
    assert_eq!(fake.counted_requests(key.key_id), 1);

    let refused = async |secret, code, refusal: Refusal| {
        let status = call(&channel, secret).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (code, refusal.to_string().as_str()));
    };
    refused(None, Code::Unauthenticated, Refusal::NoCredentials).await;
    refused(Some("x"), Code::Unauthenticated, Refusal::MalformedKey).await;
    fake.unproven(true);
    refused(Some(LIVE), Code::Unavailable, Refusal::FreshnessUnproven).await;
    fake.unproven(false);
    fake.revoke(key.key_id);
    refused(Some(LIVE), Code::Unauthenticated, Refusal::UnknownKey).await;
}
