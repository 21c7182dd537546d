//! How a provider request travels. In production over the network; under tests through the emulator's
//! router in the same process, so that the one real client is what every test exercises.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;

use crate::failpoint::{self, Moment};

/// The request never produced an answer. Whether it had an effect is not known.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Lost(pub String);

pub type Answering<'a> = Pin<Box<dyn Future<Output = Result<http::Response<Bytes>, Lost>> + Send + 'a>>;

/// Sends one request, follows no redirect, tries once.
pub trait Transport: Send + Sync + 'static {
    fn send(&self, request: http::Request<Bytes>) -> Answering<'_>;
}

pub type SharedTransport = Arc<dyn Transport>;

/// The largest answer that is read; a receipt is about two kilobytes, a page of fifty orders below 300.
const ANSWER_LIMIT: usize = 2 * 1024 * 1024;

/// The network.
pub struct Network {
    client: reqwest::Client,
}

impl Network {
    /// Fails only when the machine offers no usable TLS set-up.
    pub fn new() -> Result<Self, Lost> {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(Duration::from_secs(3))
            .timeout(Duration::from_secs(10))
            .no_proxy()
            .user_agent(concat!("madang/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| Lost(error.to_string()))?;
        Ok(Self { client })
    }

    async fn exchange(&self, request: http::Request<Bytes>) -> Result<http::Response<Bytes>, Lost> {
        let lost = |error: reqwest::Error| Lost(error.without_url().to_string());
        let request = reqwest::Request::try_from(request.map(reqwest::Body::from)).map_err(lost)?;
        let answer = self.client.execute(request).await.map_err(lost)?;
        let mut response = http::Response::new(());
        *response.status_mut() = answer.status();
        *response.headers_mut() = answer.headers().clone();
        let mut body = BytesMut::new();
        let mut chunks = answer.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            body.extend_from_slice(&chunk.map_err(lost)?);
            if body.len() > ANSWER_LIMIT {
                return Err(Lost(format!("the answer is larger than {ANSWER_LIMIT} bytes")));
            }
        }
        Ok(response.map(|()| body.freeze()))
    }
}

impl Transport for Network {
    fn send(&self, request: http::Request<Bytes>) -> Answering<'_> {
        let (method, uri) = (request.method().clone(), request.uri().clone());
        Box::pin(async move {
            failpoint::pass(Moment::Before, || failpoint::line(&method, uri.path()));
            let answer = self.exchange(request).await;
            failpoint::pass(Moment::After, || failpoint::line(&method, uri.path()));
            answer
        })
    }
}
