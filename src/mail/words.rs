//! What a letter says: what happened, what it means for the person's money, what to do next, and where to
//! look. A letter has the order's number, name, amounts and address, and nothing about who bought.

use super::{Letter, one_line};
use crate::domain::customer::Email;
use crate::domain::money::Krw;
use crate::domain::notice::{Audience, Notice};
use crate::domain::order::Order;
use crate::text::{Lang, text};

/// The letter that tells a notice about the order as it stands now. `krw` is the amount that the notice is
/// about, where it is about one; `public_url` has no slash at its end.
pub fn letter(
    notice: Notice,
    lang: Lang,
    order: &Order,
    krw: Option<Krw>,
    public_url: &str,
    shop_name: &str,
    to: Email,
) -> Letter {
    let shop = one_line(shop_name);
    let title = title(lang, notice);
    let number = order.number.as_str().to_owned();
    let subject = text!(lang, "mail-subject", shop = shop.clone(), title = title.clone(), number = number);
    let mut parts = vec![title, body(lang, notice, order), facts(lang, notice, order, krw)];
    match notice.audience() {
        Audience::Customer => {
            parts.push(text!(lang, "mail-page", address = format!("{public_url}/orders/{}", order.token)));
            parts.push(text!(lang, "mail-secret"));
            parts.push(text!(lang, "mail-ask", shop = shop));
        }
        Audience::Staff => {
            parts.push(text!(lang, "mail-order", address = format!("{public_url}/admin/orders/{}", order.id)));
            if notice == Notice::PaymentNeedsPerson {
                parts.push(text!(lang, "mail-reviews", address = format!("{public_url}/admin/reviews")));
            }
        }
    }
    Letter::new(to, &subject, &format!("{}\n", parts.join("\n\n")))
}

/// What happened, in a few words.
fn title(lang: Lang, notice: Notice) -> String {
    match notice {
        Notice::DepositAwaited => text!(lang, "mail-deposit-awaited"),
        Notice::OrderPaid => text!(lang, "mail-order-paid"),
        Notice::RefundedInPart => text!(lang, "mail-refunded-in-part"),
        Notice::RefundedInFull => text!(lang, "mail-refunded-in-full"),
        Notice::WrongAmount => text!(lang, "mail-wrong-amount"),
        Notice::LateMoney => text!(lang, "mail-late-money"),
        Notice::PaymentReturned => text!(lang, "mail-payment-returned"),
        Notice::InReview => text!(lang, "mail-in-review"),
        Notice::PaymentNeedsPerson => text!(lang, "mail-payment-needs-person"),
        Notice::RefundRefused => text!(lang, "mail-refund-refused"),
        Notice::RefundUnknown => text!(lang, "mail-refund-unknown"),
    }
}

/// What it means for the money, and what comes next.
fn body(lang: Lang, notice: Notice, order: &Order) -> String {
    match notice {
        Notice::DepositAwaited => text!(lang, "mail-deposit-awaited-body"),
        Notice::OrderPaid => text!(lang, "mail-order-paid-body", amount = lang.money(order.amount.total())),
        Notice::RefundedInPart => text!(lang, "mail-refunded-in-part-body"),
        Notice::RefundedInFull => text!(lang, "mail-refunded-in-full-body"),
        Notice::WrongAmount => text!(lang, "mail-wrong-amount-body"),
        Notice::LateMoney => text!(lang, "mail-late-money-body"),
        Notice::PaymentReturned => text!(lang, "mail-payment-returned-body"),
        Notice::InReview => text!(lang, "mail-in-review-body"),
        Notice::PaymentNeedsPerson => text!(lang, "mail-payment-needs-person-body"),
        Notice::RefundRefused => text!(lang, "mail-refund-refused-body"),
        Notice::RefundUnknown => text!(lang, "mail-refund-unknown-body"),
    }
}

fn facts(lang: Lang, notice: Notice, order: &Order, krw: Option<Krw>) -> String {
    let mut rows = vec![
        (text!(lang, "order-number"), order.number.as_str().to_owned()),
        (text!(lang, "order-item"), one_line(&order.name)),
        (text!(lang, "order-amount"), lang.money(order.amount.total())),
    ];
    if let Some(krw) = krw {
        let label = match notice {
            Notice::RefundedInPart | Notice::RefundedInFull => text!(lang, "mail-this-refund"),
            Notice::RefundRefused | Notice::RefundUnknown => text!(lang, "mail-asked-refund"),
            Notice::DepositAwaited
            | Notice::OrderPaid
            | Notice::WrongAmount
            | Notice::LateMoney
            | Notice::PaymentReturned
            | Notice::InReview
            | Notice::PaymentNeedsPerson => text!(lang, "mail-this-payment"),
        };
        rows.push((label, lang.money(krw)));
    }
    if !order.refunded.is_zero() {
        rows.push((text!(lang, "mail-refunded-so-far"), lang.money(order.refunded.total())));
    }
    rows.into_iter().map(|(label, value)| format!("{label}: {value}")).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
