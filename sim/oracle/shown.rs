//! What may be read where: nobody is told anything twice, and no account of a buyer is left anywhere.

use super::Judge;
use crate::records;
use crate::world::{Ground, HOLDER};

impl Judge<'_> {
    /// Nobody is told the same thing twice (invariant I6).
    pub(super) fn letters(&self) {
        let letters = self.world.letters.lock().unwrap();
        for (at, letter) in letters.iter().enumerate() {
            if !letters[..at].contains(letter) {
                continue;
            }
            // Money that went back twice, or two questions to staff, read alike.
            let order = self.records.orders.iter().find(|order| letter.text().contains(&order.number));
            let events =
                self.records.events.iter().filter(|event| order.is_some_and(|order| event.order_id == order.id));
            let alike = ["refund_done", "refund_refused", "went_back", "given_back", "review_needed"];
            let reasons = events.filter(|event| alike.contains(&event.kind.as_str())).count();
            if letters.iter().filter(|other| *other == letter).count() > reasons.max(1) {
                self.world.turnstile.wrong(format_args!("told twice: {}", letter.subject()));
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
