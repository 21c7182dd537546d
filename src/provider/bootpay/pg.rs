//! PG: the money itself. Receipts and cancels, and the keys by which cards and accounts are charged again. One file per
//! kind of call; addresses are in the table of endpoints. PG knows no `Idempotency-Key` (Bootpay I.5): a cancel is told
//! apart by its `cancel_id`, a charge by nothing: whoever has lost its answer reads before anything is sent again.

mod auto_transfer;
mod billing_key;
mod card;
mod charge;
mod receipt;
mod reserve;
mod user_token;

pub use auto_transfer::{AuthBy, CashReceipt, NewAutoTransfer, Published};
pub use billing_key::{BillingKeyNotice, Charged};
pub use card::NewCardKey;
pub use charge::{Item, NewCharge, Payer};
pub use reserve::{NewReservation, Reservation, Reserved};
pub use user_token::{NewUserToken, UserToken};
