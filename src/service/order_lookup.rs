//! Finding an order's address again by its number and the customer's phone. Tells nothing else of the order, and
//! the same of one that does not exist as of one whose phone is another.

use super::patience::{self, Counted, LONGEST_KEPT_MS, Patience};
use super::{Error, Services};
use crate::domain::customer::Phone;
use crate::domain::id::{OrderNumber, OrderToken};
use crate::store::orders;

/// What a look-up leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lookup {
    Found(OrderToken),
    /// One answer for unknown numbers and wrong phones.
    NotFound,
    /// Too many look-ups failed; another one is judged only after this time.
    Wait {
        seconds: i64,
    },
}

/// Numbers that don't exist are counted too: a wait must not tell which do.
const NUMBER: Patience = Patience { free: 5, longest_ms: 15 * 60 * 1000, forgotten_ms: LONGEST_KEPT_MS };
/// Many phones share a carrier's address and nobody's success clears it, so it is forgotten sooner.
const NETWORK: Patience = Patience { free: 20, forgotten_ms: 60 * 60 * 1000, ..NUMBER };

impl Services {
    /// The address of the order with this number, for whoever knows the phone that it was ordered with. A failure
    /// counts for the number and the network; a success takes nothing back, or somebody with an order of their own
    /// could guess for ever.
    pub async fn find_order(&self, number: &OrderNumber, phone: &Phone, network: &str) -> Result<Lookup, Error> {
        let (now, number, phone) = (self.clock.now(), number.clone(), phone.clone());
        let counted = [
            Counted::new(format!("lookup-network:{network}"), NETWORK),
            Counted::new(format!("lookup-number:{}", number.as_str()), NUMBER),
        ];
        self.db
            .write(move |tx| {
                let (number, phone, counted) = (number.clone(), phone.clone(), counted.clone());
                Box::pin(async move {
                    if let Some(seconds) = patience::lock(tx, &counted, now).await? {
                        return Ok::<_, Error>(Lookup::Wait { seconds });
                    }
                    let order = orders::find_by_number(tx, &number).await?;
                    let theirs = order.filter(|order| order.customer.phone.as_ref() == Some(&phone));
                    if theirs.is_none() {
                        patience::count(tx, &counted, now).await?;
                    }
                    Ok(theirs.map_or(Lookup::NotFound, |order| Lookup::Found(order.token)))
                })
            })
            .await
    }
}
