//! The provider's record beside ours, line by line, and where they differ. Pure; decides nothing: money moves
//! only through a look.

use super::judge::{PaidWord, ProviderOrder, ProviderReceipt};
use super::money::Amount;
use super::order::{MoneyState, Order};
use super::word::words;

words! {
    /// What is compared.
    Field {
        OurId = "our_id",
        State = "state",
        Total = "total",
        TaxFree = "tax_free",
        GoneBack = "gone_back",
        Currency = "currency",
        Method = "method",
        ProviderNumber = "provider_number",
        Receipt = "receipt",
    }
}

/// A value as one side has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    Text(String),
    Krw(i64),
    Ours(MoneyState),
    Theirs(PaidWord),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub field: Field,
    pub ours: Option<Value>,
    /// `None` when the provider does not say.
    pub theirs: Option<Value>,
    pub differs: bool,
}

/// What we have booked about the money, beside the order itself.
#[derive(Clone, Debug, Default)]
pub struct Booked {
    pub captured: Option<Amount>,
    pub method: Option<String>,
    pub provider_number: Option<String>,
    pub receipt_id: Option<String>,
}

/// The provider's word that fits a state of ours.
const fn fits(state: MoneyState, word: PaidWord) -> bool {
    match state {
        MoneyState::Pending | MoneyState::Expired | MoneyState::Failed => {
            matches!(word, PaidWord::Ready | PaidWord::Cancelled)
        }
        MoneyState::AwaitingConfirm => matches!(word, PaidWord::Ready | PaidWord::OnConfirm),
        MoneyState::AwaitingDeposit => matches!(word, PaidWord::Ready | PaidWord::DepositWaiting),
        MoneyState::Paid => matches!(word, PaidWord::Paid),
        // A partial cancel is reported either way (Bootpay H-9).
        MoneyState::PartiallyRefunded => matches!(word, PaidWord::Paid | PaidWord::Cancelled),
        MoneyState::Refunded | MoneyState::Cancelled => matches!(word, PaidWord::Cancelled),
    }
}

/// Both sides of what can be compared. `found` and `receipt` are what the provider answered just now.
pub fn compare(
    order: &Order,
    booked: &Booked,
    found: Option<&ProviderOrder>,
    receipt: Option<&ProviderReceipt>,
) -> Vec<Line> {
    let amount = booked.captured.unwrap_or(order.amount);
    let text = |text: &str| Some(Value::Text(text.to_owned()));
    let optional = |text: &Option<String>| text.clone().map(Value::Text);
    let krw = |won: Option<i64>| won.map(Value::Krw);
    let plain = |field, ours: Option<Value>, theirs: Option<Value>| {
        let differs = theirs.is_some() && ours != theirs;
        Line { field, ours, theirs, differs }
    };
    let our_id = found.map(|found| {
        let carried = found.our_ids.iter().find(|id| *id == order.id.as_str()).or(found.our_ids.first());
        carried.cloned().unwrap_or_default()
    });
    let paid = found.map(|found| found.paid);
    vec![
        plain(Field::OurId, text(order.id.as_str()), our_id.map(Value::Text)),
        Line {
            field: Field::State,
            ours: Some(Value::Ours(order.money)),
            theirs: paid.map(Value::Theirs),
            differs: paid.is_some_and(|word| !fits(order.money, word)),
        },
        plain(Field::Total, krw(Some(amount.total().get())), krw(receipt.and_then(|receipt| receipt.total))),
        plain(Field::TaxFree, krw(Some(amount.tax_free().get())), krw(receipt.and_then(|receipt| receipt.tax_free))),
        plain(
            Field::GoneBack,
            krw(Some(order.refunded.total().get())),
            krw(receipt.and_then(|receipt| receipt.cancelled)),
        ),
        plain(Field::Currency, text("KRW"), receipt.and_then(|receipt| optional(&receipt.currency))),
        plain(Field::Method, optional(&booked.method), receipt.and_then(|receipt| optional(&receipt.method))),
        plain(
            Field::ProviderNumber,
            optional(&booked.provider_number),
            found.and_then(|found| optional(&found.number)),
        ),
        plain(Field::Receipt, optional(&booked.receipt_id), receipt.and_then(|receipt| text(&receipt.receipt_id))),
    ]
}

/// What has gone back in all, when the receipt shows more than we have booked. `None` when it shows no more,
/// or something that can't be: then nothing changes, and the difference is shown.
pub fn gone_back(captured: Amount, booked: Amount, receipt: &ProviderReceipt) -> Option<Amount> {
    use super::money::Krw;
    let total = Krw::new(receipt.cancelled?).ok()?;
    let now = if total == captured.total() {
        captured
    } else {
        Amount::new(total, Krw::new(receipt.cancelled_tax_free?).ok()?).ok()?
    };
    let more = now.checked_sub(booked)?;
    let taxable = |amount: Amount| amount.total().get() - amount.tax_free().get();
    captured.checked_sub(now)?;
    (!more.is_zero() && taxable(now) <= taxable(captured)).then_some(now)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::judge::ReceiptStatus;
    use crate::domain::money::Krw;

    fn amount(total: i64, free: i64) -> Amount {
        Amount::new(Krw::new(total).unwrap(), Krw::new(free).unwrap()).unwrap()
    }

    fn receipt(cancelled: Option<i64>, free: Option<i64>) -> ProviderReceipt {
        ProviderReceipt {
            receipt_id: "r".into(),
            status: ReceiptStatus::Paid,
            total: Some(10_000),
            tax_free: Some(2_000),
            cancelled,
            cancelled_tax_free: free,
            currency: Some("KRW".into()),
            method: None,
            method_symbol: None,
            requested_at: None,
            purchased_at: None,
            receipt_url: None,
            deposit: None,
        }
    }

    #[test]
    fn only_more_than_was_booked_and_what_can_be_counts_as_gone_back() {
        let captured = amount(10_000, 2_000);
        let seen = |booked, cancelled, free| gone_back(captured, booked, &receipt(cancelled, free));
        assert_eq!(seen(Amount::ZERO, Some(3_000), Some(500)), Some(amount(3_000, 500)));
        assert_eq!(seen(amount(1_000, 0), Some(10_000), None), Some(captured));
        assert_eq!(seen(amount(3_000, 500), Some(3_000), Some(500)), None, "no more than was booked");
        assert_eq!(seen(amount(3_000, 500), Some(2_000), Some(500)), None, "less");
        assert_eq!(seen(Amount::ZERO, Some(11_000), Some(0)), None, "more than was captured");
        assert_eq!(seen(Amount::ZERO, Some(3_000), None), None, "which part is not known");
        assert_eq!(seen(Amount::ZERO, Some(9_000), Some(0)), None, "more than there is in the taxable part");
        assert_eq!(seen(Amount::ZERO, None, None), None);
    }
}
