//! Cheap questions that tell about the connection itself: whether the keys work, in which role, what time
//! the provider has, whether the vendor's script is there. What an answer holds beyond that is dropped.

use bytes::Bytes;
use http::{Request, header};

use super::answer::Answer;
use super::endpoints::ORDERS;
use super::{Bootpay, Role};
use crate::domain::time::UnixMs;
use crate::provider::ProviderError;

/// What one question was answered with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    pub answer: Result<(), ProviderError>,
    /// The provider's clock, where it told.
    pub date: Option<UnixMs>,
}

impl Bootpay {
    /// Asks for the shortest list of orders in this role.
    pub async fn probe(&self, role: Role) -> Heard {
        let client = self.in_role(role);
        match client.to(&ORDERS).ask("page", Some(1)).ask("limit", Some(1)).exchange().await {
            Ok((request, answer)) => Heard {
                answer: Answer::read(request, &answer).map(|_| ()),
                date: answer.headers().get(header::DATE).and_then(|date| http_date(date.to_str().ok()?)),
            },
            Err(error) => Heard { answer: Err(error), date: None },
        }
    }

    /// The status with which an address answers, asked without keys.
    pub async fn reach(&self, url: &str) -> Result<u16, ProviderError> {
        let request =
            Request::head(url).body(Bytes::new()).map_err(|e| ProviderError::Malformed(e.to_string().into()))?;
        let answer = self.transport.send(request).await.map_err(|lost| ProviderError::Unreachable(lost.0.into()))?;
        Ok(answer.status().as_u16())
    }
}

fn http_date(text: &str) -> Option<UnixMs> {
    let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?;
    Some(UnixMs::new(at.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_of_an_answer_is_read() {
        assert_eq!(http_date("Fri, 20 Nov 2026 05:05:00 GMT"), Some(UnixMs::new(1_795_151_100_000)));
        for strange in ["", "now", "2026-11-20T05:05:00Z", "Fri, 99 Nov 2026 05:05:00 GMT"] {
            assert_eq!(http_date(strange), None, "{strange}");
        }
    }
}
