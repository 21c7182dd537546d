//! A day in a shop, in steps: purchases, pay links, refunds, payments that a person must decide about, and what happens
//! at the provider's. Each step can be done again as people do it who got no answer: the same form, the same address,
//! the same button.

mod provider;
mod staff;
mod steps;

use std::collections::BTreeMap;

use serde_json::Value;

use steps::PURCHASES;
pub use steps::{STEPS, Step};

use crate::Failure;
use crate::judge::{self, Elsewhere};
use crate::people::{Answer, Fields, Web, fields, form_key, order_form};
use crate::program::Place;

/// Where a buyer wants money to go back to.
pub const ACCOUNT: &str = "110-1234-567890";

#[derive(Clone, Default)]
struct Purchase {
    key: String,
    payment_url: String,
    /// Where the provider sends the buyer back to.
    back: String,
    /// The invoice beside the shop's own that was paid for it too.
    beside: Option<String>,
    /// The provider's ids of what the buyer has asked for there.
    asked: Vec<String>,
    /// What a person was asked about it last.
    review: Option<String>,
}

/// A pay link that staff have made.
#[derive(Default)]
struct Link {
    form: Option<Fields>,
    page: String,
    token: String,
}

pub struct Story {
    web: Web,
    shop: String,
    provider: String,
    cookie: String,
    purchases: Vec<Purchase>,
    links: BTreeMap<usize, Link>,
    /// Refund forms that were opened and may have been sent, by purchase and amount.
    refunds: BTreeMap<(usize, &'static str), Fields>,
    is_cancelled: bool,
}

fn must(answer: &Answer, status: u16, what: &str) -> Result<(), Failure> {
    if answer.status == status { Ok(()) } else { Err(format!("{what} answered {}", answer.status).into()) }
}

fn last(address: &str) -> &str {
    address.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

impl Story {
    pub fn new(place: &Place) -> Result<Self, Failure> {
        let mut purchases = Vec::new();
        for _ in 0..PURCHASES {
            purchases.push(Purchase { key: form_key()?, ..Purchase::default() });
        }
        Ok(Self {
            web: Web::new()?,
            shop: place.shop(),
            provider: place.provider(),
            cookie: String::new(),
            purchases,
            links: BTreeMap::new(),
            refunds: BTreeMap::new(),
            is_cancelled: false,
        })
    }

    pub async fn act(&mut self, step: Step) -> Result<(), Failure> {
        match step {
            Step::LogIn => self.log_in().await,
            Step::Stranger => self.stranger().await,
            Step::Start(which) => self.start(which).await,
            Step::Pay(which, outcome) => self.pay(which, outcome).await,
            Step::Return(which) => {
                let back = self.purchase(which)?.back.clone();
                must(&self.web.get(&back, None).await?, 303, "coming back")
            }
            Step::SeePaid(which) => self.see_paid(which).await,
            Step::Deposit(which) => self.deposit(which).await,
            Step::PayBeside(which, won, outcome) => self.pay_beside(which, won, outcome).await,
            Step::DepositBeside(which) => self.deposit_beside(which).await,
            Step::ConsoleCancel(which) => self.cancel_in_console(which).await,
            Step::AskToCancel(which, nth, won) => self.ask_to_cancel(which, nth, won).await,
            Step::RefuseRefunds => self.refuse_refunds().await,
            Step::AllowRefunds => self.allow_refunds().await,
            Step::Refund(which, won, by) => self.refund(which, won, by).await,
            Step::RefundRefused(which, won) => self.refund_refused(which, won).await,
            Step::ApproveCancel(which, nth) => self.decide_cancel(which, nth, true).await,
            Step::RejectCancel(which, nth) => self.decide_cancel(which, nth, false).await,
            Step::Decide(which, decision) => self.decide(which, decision).await,
            Step::MakeLink(which) => self.make_link(which).await,
            Step::StopLink(which) => self.stop_link(which).await,
            Step::Ask(which) => self.tend(which, "ask", &[]).await,
            Step::Note(which) => self.tend(which, "note", &[("note", "두 번 결제한 손님")]).await,
            Step::Replay => self.replay().await,
            Step::Reconcile => self.reconcile().await,
            Step::ApproveSeparately => self.approve_separately().await,
        }
    }

    fn purchase(&mut self, which: usize) -> Result<&mut Purchase, Failure> {
        self.purchases.get_mut(which).ok_or_else(|| "no such purchase".into())
    }

    async fn start(&mut self, which: usize) -> Result<(), Failure> {
        let key = self.purchase(which)?.key.clone();
        let (path, form) = match self.links.get(&which) {
            Some(link) => ("/api/pay/start", fields(&[("token", &link.token), ("key", &key)])),
            None => ("/api/checkout/start", order_form(&key)),
        };
        let answer = self.web.post(&format!("{}{path}", self.shop), &form, None).await?;
        must(&answer, 303, "the order form")?;
        let location = answer.location.unwrap_or_default();
        if !location.starts_with(&self.provider) {
            return Err(format!("the order form leads to {location}").into());
        }
        self.purchase(which)?.payment_url = location;
        Ok(())
    }

    async fn pay(&mut self, which: usize, outcome: &str) -> Result<(), Failure> {
        let url = self.purchase(which)?.payment_url.clone();
        let answer = self.web.post(&url, &fields(&[("framed", "0"), ("outcome", outcome)]), None).await?;
        self.purchase(which)?.back = answer.location.ok_or("the provider leads nowhere")?;
        Ok(())
    }

    /// Told by the order's page; whoever reads it may make the shop look.
    async fn see_paid(&mut self, which: usize) -> Result<(), Failure> {
        let back = self.purchase(which)?.back.clone();
        let page = back.split("/return").next().unwrap_or_default().to_owned();
        let html = self.web.get(&page, None).await?;
        must(&html, 200, "the order's page")?;
        let states = ["paid", "partially_refunded"].map(|state| format!("data-order-state=\"{state}\""));
        if states.iter().any(|state| html.body.contains(state)) { Ok(()) } else { Err("it is not paid yet".into()) }
    }

    /// What is wrong when everything has come to rest.
    pub async fn judge(&self, place: &Place) -> Result<Vec<String>, Failure> {
        let books = judge::Books::read(place).await?;
        let ledger = self.web.ledger(&self.provider).await?;
        let mut wrongs = judge::wrongs(&books, &ledger, &self.elsewhere());
        if books.len() != self.purchases.len() {
            wrongs.push(format!("{} orders of {} purchases", books.len(), self.purchases.len()));
        }
        wrongs.extend(judge::told_twice(&books, &place.log()));
        wrongs.extend(self.decisions(&ledger));
        wrongs.extend(judge::secrets(place));
        let days = books.jobs.iter().filter(|job| job.kind == "reconcile_day");
        let days: Vec<&str> = days.map(|job| job.state.as_str()).collect();
        // A comparison that was cut off is taken up again later than a play lasts.
        if days.is_empty() || days.contains(&"done") && books.days == 0 {
            wrongs.push(format!("a day was to be compared: {days:?}, and {} are", books.days));
        }
        Ok(wrongs)
    }

    fn elsewhere(&self) -> Elsewhere {
        let wishes = self.purchases.iter().flat_map(|purchase| purchase.asked.iter().cloned());
        Elsewhere { by_hand: usize::from(self.is_cancelled), wishes: wishes.collect() }
    }

    /// What buyers have asked for in the provider's pages was decided there as staff have decided it.
    fn decisions(&self, ledger: &Value) -> Vec<String> {
        let cancels = ledger.get("cancels").and_then(Value::as_array);
        let cancels: Vec<&Value> = cancels.into_iter().flatten().collect();
        let asked = self.purchases.iter().flat_map(|purchase| purchase.asked.iter().enumerate());
        let wanted = asked.map(|(nth, id)| (id, if nth == 0 { provider::APPROVED } else { provider::REJECTED }));
        let wrong = wanted.filter(|(id, wanted)| provider::standing(&cancels, id) != Some(*wanted));
        wrong.map(|(id, wanted)| format!("request {id} is not {wanted} at the provider")).collect()
    }
}
