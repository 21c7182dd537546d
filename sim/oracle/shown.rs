//! What may be read where: nobody is told anything twice, and no account of a buyer is left anywhere.

use super::Judge;
use crate::records;
use crate::world::{Ground, HOLDER, SHOP, SHOP_NAME};
use madang::domain::customer::Email;
use madang::domain::notice::Notice;
use madang::mail::letter;

/// The lines of an order's log that may be told so.
const fn causes(notice: Notice) -> &'static [&'static str] {
    match notice {
        Notice::DepositAwaited => &["awaiting_deposit"],
        Notice::OrderPaid => &["paid"],
        Notice::RefundedInPart | Notice::RefundedInFull => &["refund_done", "went_back"],
        Notice::WrongAmount => &["wrong_amount"],
        Notice::LateMoney => &["late_return"],
        Notice::PaymentReturned => &["given_back", "went_back", "refund_done"],
        Notice::InReview | Notice::PaymentNeedsPerson => &["review_needed"],
        Notice::RefundRefused => &["refund_refused"],
        Notice::RefundUnknown => &["refund_unknown"],
    }
}

impl Judge<'_> {
    /// Nobody is told anything more often than it has happened (invariant I6), and where nothing went wrong a payment is
    /// told of.
    pub(super) fn letters(&self) {
        let letters = self.world.letters.lock().unwrap();
        for order in self.world.orders.lock().unwrap().iter() {
            let events = self.records.events.iter().filter(|event| event.order_id == order.id.as_str());
            let events: Vec<_> = events.collect();
            let now = self.world.turnstile.now().get();
            for notice in Notice::ALL {
                let to = Email::parse("x@example.com").unwrap();
                let subject = letter(*notice, order.lang, order, None, SHOP, SHOP_NAME, to).subject().to_owned();
                let told = letters.iter().filter(|letter| letter.subject() == subject).count();
                let caused = || events.iter().filter(|event| causes(*notice).contains(&event.kind.as_str()));
                let happened = caused().count();
                let long_ago = caused().filter(|event| event.at + 60_000 < now).count();
                let must_be_told = self.world.plan.is_calm()
                    && (*notice == Notice::OrderPaid && order.customer.email.is_some()
                        || *notice == Notice::PaymentNeedsPerson);
                if told > happened || must_be_told && told < long_ago {
                    self.world
                        .turnstile
                        .wrong(format_args!("told {told} times what happened {happened} times: {subject}"));
                }
            }
        }
    }

    /// No account of a buyer is in the database, in whatever table, and none that money goes back to is in a letter.
    pub(super) async fn secrets(&self) {
        let typed = self.world.told.lock().unwrap().accounts.clone();
        let mut secrets: Vec<&str> = typed.iter().map(String::as_str).collect();
        secrets.extend((!typed.is_empty()).then_some(HOLDER));
        for letter in self.world.letters.lock().unwrap().iter() {
            self.hides(&secrets, &format!("{} {}", letter.subject(), letter.text()), "a letter");
        }
        for receipt in self.ledger["receipts"].as_array().into_iter().flatten() {
            secrets.extend(receipt["vbank_data"]["bank_account"].as_str());
        }
        if secrets.is_empty() {
            return;
        }
        for (place, text) in self.dump().await {
            self.hides(&secrets, &text, &place);
        }
    }

    /// All that is stored, by the name of its place.
    async fn dump(&self) -> Vec<(String, String)> {
        let Ground::File(path) = &self.world.ground else { return records::dump(&self.world.eye).await };
        let read = |name: &str| {
            let bytes = std::fs::read(path.with_file_name(name)).unwrap_or_default();
            (name.to_owned(), String::from_utf8_lossy(&bytes).into_owned())
        };
        ["madang.db", "madang.db-wal"].map(read).into()
    }

    fn hides(&self, secrets: &[&str], text: &str, place: &str) {
        for secret in secrets.iter().filter(|secret| text.contains(**secret)) {
            self.world.turnstile.wrong(format_args!("the account {secret} is in {place}"));
        }
    }
}
