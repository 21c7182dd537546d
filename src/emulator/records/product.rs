//! Products of the emulated project (Bootpay B.2).

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::domain::time::UnixMs;

#[derive(Clone, Debug, Serialize, Deserialize)]
pub(in crate::emulator) struct Product {
    pub product_id: String,
    pub name: String,
    pub display_price: i64,
    pub tax_free_price: i64,
    pub created_at: UnixMs,
    pub updated_at: UnixMs,
    pub deleted_at: Option<UnixMs>,
    /// Everything else that was said of it, as it was said.
    pub fields: Map<String, Value>,
}
