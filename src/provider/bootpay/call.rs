//! One request, built from a row of the table of endpoints and in no other way: address, role, key, member, body.
//! Sends once; whether to send again is decided by those who know what a lost answer means.

use bytes::Bytes;
use http::{HeaderValue, Request, header};
use secrecy::zeroize::Zeroizing;

use super::answer::Answer;
use super::endpoints::{Api, Endpoint};
use super::fields::{Fields, Query, escape};
use super::{AccessToken, Bootpay};
use crate::domain::id::CallKey;
use crate::provider::{Detail, ProviderError, RequestId};

#[derive(Clone, Copy)]
enum Credentials<'a> {
    /// The key pair as Basic: what both APIs take for nearly everything (Bootpay A.4, A.5).
    Keys,
    Token(&'a AccessToken),
    None,
}

/// A request under construction.
pub(super) struct Call<'a> {
    client: &'a Bootpay,
    endpoint: &'static Endpoint,
    names: Vec<&'a str>,
    query: Query,
    body: Option<Bytes>,
    key: Option<&'a CallKey>,
    credentials: Credentials<'a>,
}

impl Bootpay {
    /// A call of this endpoint.
    pub(super) fn to(&self, endpoint: &'static Endpoint) -> Call<'_> {
        Call {
            client: self,
            endpoint,
            names: Vec::new(),
            query: Query::default(),
            body: None,
            key: None,
            credentials: Credentials::Keys,
        }
    }
}

impl<'a> Call<'a> {
    /// The next name in the path.
    pub(super) fn name(mut self, name: &'a str) -> Self {
        self.names.push(name);
        self
    }

    /// A parameter of the query, if there is something in it.
    pub(super) fn ask(mut self, name: &str, value: Option<impl std::fmt::Display>) -> Self {
        self.query.put(name, value);
        self
    }

    pub(super) fn body(self, fields: Fields) -> Self {
        self.bytes(fields.value().to_string().into())
    }

    pub(super) fn bytes(mut self, body: Bytes) -> Self {
        self.body = Some(body);
        self
    }

    /// Makes a repeated Commerce call answer what the first one answered (Bootpay I.5); PG has no such header.
    pub(super) fn key(mut self, key: &'a CallKey) -> Self {
        self.key = Some(key);
        self
    }

    /// With a token in the place of the key pair.
    pub(super) fn bearer(mut self, token: &'a AccessToken) -> Self {
        self.credentials = Credentials::Token(token);
        self
    }

    /// Without credentials, for a call whose body has them.
    pub(super) fn anonymous(mut self) -> Self {
        self.credentials = Credentials::None;
        self
    }

    /// The answer, if it is usable.
    pub(super) async fn send(self) -> Result<Answer, ProviderError> {
        let (request, answer) = self.exchange().await?;
        Answer::read(request, &answer)
    }

    /// The answer as it came, whatever it says.
    pub(super) async fn exchange(self) -> Result<(RequestId, http::Response<Bytes>), ProviderError> {
        let id = self.client.next_request(self.endpoint.client);
        let request = self.request(id)?;
        let answer = self.client.transport.send(request).await;
        match &answer {
            Ok(answer) => tracing::debug!(request = %id, status = answer.status().as_u16(), "the provider answered"),
            Err(_) => tracing::debug!(request = %id, "the provider did not answer"),
        }
        Ok((id, answer.map_err(|lost| ProviderError::Unreachable(Detail::new(id, lost.0)))?))
    }

    fn request(&self, id: RequestId) -> Result<Request<Bytes>, ProviderError> {
        let wrong = |words: String| ProviderError::Malformed(Detail::new(id, words));
        let url = self.url().ok_or_else(|| wrong("a name that can't stand in an address".to_owned()))?;
        let role = self.client.role.unwrap_or(self.endpoint.role);
        let mut request = Request::builder()
            .method(self.endpoint.method.clone())
            .uri(url)
            .header(header::ACCEPT, "application/json")
            // The scope that the call asks for (Bootpay A.4).
            .header("BOOTPAY-ROLE", role.as_str());
        if let Some(credentials) = self.authorization() {
            request = request.header(header::AUTHORIZATION, secret(&credentials)?);
        }
        if let Some(member) = &self.client.member {
            request = request.header("Bootpay-User-JWT", secret(member.expose())?);
        }
        if let Some(key) = self.key {
            request = request.header("Idempotency-Key", key.as_str());
        }
        if self.body.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        request.body(self.body.clone().unwrap_or_default()).map_err(|error| wrong(error.to_string()))
    }

    fn authorization(&self) -> Option<Zeroizing<String>> {
        match self.credentials {
            Credentials::Keys => Some(self.client.basic()),
            Credentials::Token(token) => Some(Zeroizing::new(format!("Bearer {}", token.expose()))),
            Credentials::None => None,
        }
    }

    /// `None` where the names don't fit the path. A name of dots would lead to another address.
    fn url(&self) -> Option<String> {
        let mut url = match self.endpoint.api {
            Api::Commerce => self.client.hosts.commerce.clone(),
            Api::Pg => self.client.hosts.pg.clone(),
        };
        let mut names = self.names.iter();
        for part in self.endpoint.path.split('/').skip(1) {
            url.push('/');
            if part.starts_with('{') {
                url.push_str(&escape(names.next().filter(|name| !matches!(**name, "" | "." | ".."))?));
            } else {
                url.push_str(part);
            }
        }
        url.push_str(self.query.as_str());
        names.next().is_none().then_some(url)
    }
}

/// A header that no log shows.
fn secret(value: &str) -> Result<HeaderValue, ProviderError> {
    let mut value = HeaderValue::from_str(value)
        .map_err(|_| ProviderError::Malformed("a credential that can't stand in a header".into()))?;
    value.set_sensitive(true);
    Ok(value)
}
