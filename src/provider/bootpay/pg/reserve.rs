//! PG: charges of a billing key that the provider makes later (Bootpay C.7). At most ten for one key.

use serde::Serialize;
use serde_json::Value;

use super::super::Bootpay;
use super::super::endpoints::{RESERVATION, RESERVATION_CANCEL, RESERVE};
use super::super::read::{flag, instant, text, won};
use super::super::secret_body::{scrubbed, secret_body};
use super::super::status::Undocumented;
use super::NewCharge;
use super::charge::ChargeBody;
use crate::clock::iso_seoul;
use crate::domain::money::Krw;
use crate::domain::time::UnixMs;
use crate::provider::ProviderError;

/// A charge for later.
#[derive(Clone, Debug)]
pub struct NewReservation<'a> {
    pub charge: NewCharge<'a>,
    pub at: UnixMs,
}

/// A reservation that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reserved {
    pub reserve_id: String,
    pub at: Option<UnixMs>,
}

/// A reservation as it stands. Everything but its id may be missing on the wire. That it was carried out is no proof of
/// money: the receipt is to be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    pub reserve_id: String,
    /// There once it was carried out.
    pub receipt_id: Option<String>,
    pub order_id: Option<String>,
    pub order_name: Option<String>,
    pub price: Option<Krw>,
    pub tax_free: Option<Krw>,
    /// Its numbers are not documented (Bootpay K.5).
    pub status: Undocumented,
    pub at: Option<UnixMs>,
    pub started_at: Option<UnixMs>,
    pub finished_at: Option<UnixMs>,
    pub revoked_at: Option<UnixMs>,
}

#[derive(Serialize)]
struct ReserveBody<'a> {
    #[serde(flatten)]
    charge: ChargeBody<'a>,
    reserve_execute_at: String,
}

impl Bootpay {
    /// Has a key charged later. There is no key that makes a repeated call one reservation.
    pub async fn reserve(&self, new: &NewReservation<'_>) -> Result<Reserved, ProviderError> {
        let body = secret_body(&ReserveBody { charge: new.charge.body(), reserve_execute_at: iso_seoul(new.at) })?;
        let answer = self.to(&RESERVE).bytes(body).send().await;
        let answer = answer.map_err(|error| scrubbed(error, |words| new.charge.key.scrub(words)))?;
        answer.find("a reservation's id", |body| {
            Some(Reserved { reserve_id: text(body, "reserve_id")?, at: instant(body, "reserve_execute_at") })
        })
    }

    /// How a reservation stands.
    pub async fn reservation(&self, reserve_id: &str) -> Result<Reservation, ProviderError> {
        self.to(&RESERVATION).name(reserve_id).send().await?.find("a reservation's id", reservation)
    }

    /// Cancels a reservation. What the provider does not affirm is malformed: it is to be read then.
    pub async fn cancel_reservation(&self, reserve_id: &str) -> Result<(), ProviderError> {
        let answer = self.to(&RESERVATION_CANCEL).name(reserve_id).send().await?;
        answer.find("an affirmation", |body| (flag(body, "success") == Some(true)).then_some(()))
    }
}

fn reservation(body: &Value) -> Option<Reservation> {
    Some(Reservation {
        reserve_id: text(body, "reserve_id")?,
        receipt_id: text(body, "receipt_id"),
        order_id: text(body, "order_id"),
        order_name: text(body, "order_name"),
        price: won(body, "price"),
        tax_free: won(body, "tax_free"),
        status: Undocumented::read(body, "status"),
        at: instant(body, "reserve_execute_at"),
        started_at: instant(body, "reserve_started_at"),
        finished_at: instant(body, "reserve_finished_at"),
        revoked_at: instant(body, "reserve_revoked_at"),
    })
}
