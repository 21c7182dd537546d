//! Contracts that pay by instalments, their bills, and the changes that buyers ask for (Bootpay B.6, B.7).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Line;
use crate::domain::time::UnixMs;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum ContractStanding {
    Active,
    Paused,
    /// An instalment was not paid.
    HeldOn,
    /// Its last instalment's time is over.
    Ended,
    Terminated,
}

/// Money added to one instalment, or taken off.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::emulator) struct Adjustment {
    pub adjustment_id: String,
    pub name: Option<String>,
    pub price: i64,
    pub tax_free_price: i64,
    pub kind: i64,
    pub duration: i64,
}

/// An order subscription.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::emulator) struct Contract {
    pub contract_id: String,
    /// The order whose payment began it.
    pub order_id: String,
    pub order_name: String,
    pub line: Line,
    /// One instalment before adjustments.
    pub price: i64,
    pub tax_free_price: i64,
    /// Bootpay's number of the cycle (Bootpay B.4).
    pub cycle: i64,
    /// Instalments in all; -1 = no end.
    pub total: i64,
    /// The last instalment that is settled.
    pub current: i64,
    pub standing: ContractStanding,
    /// None when it was begun by a payment that can't be repeated.
    pub billing_key: Option<String>,
    pub charge_key: String,
    pub charge_revoked_at: Option<UnixMs>,
    pub user: Option<Value>,
    pub metadata: Option<Value>,
    pub created_at: UnixMs,
    pub service_start_at: UnixMs,
    /// What the periods are counted from: the start, moved by the time of pauses.
    pub anchor_at: UnixMs,
    /// When it ends by itself; known once the last instalment is settled.
    pub service_end_at: Option<UnixMs>,
    pub purchased_at: Option<UnixMs>,
    pub failed_at: Option<UnixMs>,
    /// As it was said; `still_since` is when it was said.
    pub paused_at: Option<UnixMs>,
    pub still_since: Option<UnixMs>,
    pub expected_resume_at: Option<UnixMs>,
    pub cancelled_at: Option<UnixMs>,
    pub adjustments: Vec<Adjustment>,
    /// What is only remembered and shown: contact data, an address, a memo.
    pub noted: Map<String, Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum BillStanding {
    Failed,
    Done,
    Ready,
    /// It waits for its contract to go on.
    Pending,
    Cancelled,
    Terminated,
}

/// One instalment. What was cancelled of it is its receipt's to say.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::emulator) struct Bill {
    pub bill_id: String,
    pub contract_id: String,
    /// Which instalment, from 1.
    pub duration: i64,
    pub price: i64,
    pub tax_free_price: i64,
    pub due_at: UnixMs,
    pub service_end_at: UnixMs,
    pub standing: BillStanding,
    pub order_id: Option<String>,
    pub purchased_at: Option<UnixMs>,
    pub revoked_at: Option<UnixMs>,
    pub failed_at: Option<UnixMs>,
}

/// What a buyer asks for during a contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum Wish {
    Pause,
    Resume,
    Purchase,
    Transfer,
    Termination,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::emulator) enum WishStanding {
    Waiting,
    Approved,
    Rejected,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::emulator) struct ChangeRequest {
    pub request_id: String,
    pub contract_id: String,
    pub wish: Wish,
    pub standing: WishStanding,
    pub reason: Option<String>,
    /// The amounts, dates and persons that it names.
    pub asked: Map<String, Value>,
    pub at: UnixMs,
    /// When it was decided, and what the merchant said.
    pub acted: Option<(UnixMs, Option<String>)>,
}
