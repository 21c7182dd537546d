//! Commerce: a test delivery to the project's registered address (Bootpay B.9).

use super::super::Bootpay;
use super::super::endpoints::WEBHOOK_TEST;
use super::super::fields::Fields;
use super::WebhookBody;
use crate::domain::id::CallKey;
use crate::provider::ProviderError;

impl Bootpay {
    /// Has the provider post a test to the webhook address of the project. What it posts and what it answers is not
    /// documented (Bootpay K.1).
    pub async fn test_webhook(&self, body: Option<WebhookBody>, key: &CallKey) -> Result<(), ProviderError> {
        let fields = Fields::new().put("header_content_type", body.map(WebhookBody::number));
        self.to(&WEBHOOK_TEST).body(fields).key(key).send().await.map(|_| ())
    }
}
