//! What the control calls set: the clock, where webhooks go, how answers are written.

use serde::{Deserialize, Serialize};

use super::Content;

/// What the control calls set. Survives a reset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::emulator) struct Settings {
    /// How far the emulator's time is from its clock's.
    pub clock_offset_ms: i64,
    pub webhook_pg: Option<String>,
    pub webhook_commerce: Option<String>,
    pub webhook_content: Content,
    pub webhook_tries: u32,
    pub shapes: Shapes,
    /// How long after its request an answer is replayed: until then a second one under the same key takes effect too.
    #[serde(default)]
    pub idempotency_gap_ms: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            clock_offset_ms: 0,
            webhook_pg: None,
            webhook_commerce: None,
            webhook_content: Content::Json,
            webhook_tries: 10,
            shapes: Shapes::default(),
            idempotency_gap_ms: 0,
        }
    }
}

/// How answers are written where Bootpay's documents contradict each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::emulator) struct Shapes {
    /// A receipt's status is 20 after a part of it was cancelled; otherwise it stays 1 (Bootpay H-9).
    pub partial_is_cancelled: bool,
    /// Orders bear their statuses as numbers; otherwise as text (Bootpay H-3).
    pub numbers: bool,
    /// Errors bear Bootpay's number where it is known, and those of Commerce the longer body (Bootpay F.2).
    #[serde(default)]
    pub error_numbers: bool,
    #[serde(default)]
    pub order_subscriptions: ContractsShape,
    /// A published transfer key says 11 rather than 1 (Bootpay H-10).
    #[serde(default)]
    pub published_is_issued: bool,
    /// A publish that comes too early is told the other of the two errors (Bootpay H-11).
    #[serde(default)]
    pub not_ready_is_stale: bool,
    /// Lists of orders show of each what Bootpay's page of the list shows (Bootpay B.3); otherwise all of it.
    #[serde(default)]
    pub lists_are_lean: bool,
}

/// The forms of `order_subscriptions` in an order (Bootpay H-4).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum ContractsShape {
    #[default]
    Array,
    Object,
    Null,
}
