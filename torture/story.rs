//! A day in a shop, in steps: purchases, a pay link, refunds, a cancel in the provider's console, an approval. Each step
//! can be done again as people do it who got no answer: the same form, the same address, the same button.

use serde_json::{Value, json};

use crate::Failure;
use crate::judge;
use crate::people::{Answer, Fields, Web, attribute, fields, form_key, hidden, order_form};
use crate::program::{OWNER, Place};

#[derive(Clone, Copy, Debug)]
pub enum Step {
    LogIn,
    Start(usize),
    Pay(usize, &'static str),
    Return(usize),
    SeePaid(usize),
    Deposit(usize),
    RefundPart(usize),
    RefundAll(usize),
    ConsoleCancel(usize),
    MakeLink,
    ApproveSeparately,
}

/// The link's purchase is the one that is started after the link was made.
const LINK: usize = 3;

pub const STEPS: &[Step] = &[
    Step::LogIn,
    // Paid, comes back, a part goes back.
    Step::Start(0),
    Step::Pay(0, "paid"),
    Step::Return(0),
    Step::SeePaid(0),
    Step::RefundPart(0),
    // Paid, never comes back, all goes back.
    Step::Start(1),
    Step::Pay(1, "paid"),
    Step::SeePaid(1),
    Step::RefundAll(1),
    // A virtual account; later somebody cancels a part in the provider's console.
    Step::Start(2),
    Step::Pay(2, "deposit"),
    Step::Return(2),
    Step::Deposit(2),
    Step::SeePaid(2),
    Step::ConsoleCancel(2),
    Step::MakeLink,
    Step::Start(LINK),
    Step::Pay(LINK, "paid"),
    Step::Return(LINK),
    Step::SeePaid(LINK),
    // From here on the shop approves.
    Step::ApproveSeparately,
    Step::Start(4),
    Step::Pay(4, "paid"),
    Step::Return(4),
    Step::SeePaid(4),
    // Fails, and nobody comes back.
    Step::Start(5),
    Step::Pay(5, "fail"),
];

#[derive(Clone, Default)]
struct Purchase {
    key: String,
    payment_url: String,
    /// Where the provider sends the buyer back to.
    back: String,
}

pub struct Story {
    web: Web,
    shop: String,
    provider: String,
    cookie: String,
    purchases: Vec<Purchase>,
    /// Forms that were opened and may have been sent.
    refund_form: Option<(usize, Fields)>,
    link_form: Option<Fields>,
    /// The token of the pay link.
    link: String,
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
        for _ in 0..6 {
            purchases.push(Purchase { key: form_key()?, ..Purchase::default() });
        }
        Ok(Self {
            web: Web::new()?,
            shop: place.shop(),
            provider: place.provider(),
            cookie: String::new(),
            purchases,
            refund_form: None,
            link_form: None,
            link: String::new(),
            is_cancelled: false,
        })
    }

    pub async fn act(&mut self, step: Step) -> Result<(), Failure> {
        match step {
            Step::LogIn => self.log_in().await,
            Step::Start(which) => self.start(which).await,
            Step::Pay(which, outcome) => self.pay(which, outcome).await,
            Step::Return(which) => {
                let back = self.purchase(which)?.back.clone();
                must(&self.web.get(&back, None).await?, 303, "coming back")
            }
            Step::SeePaid(which) => self.see_paid(which).await,
            Step::Deposit(which) => {
                let number = self.theirs(which, "order_number").await?;
                let url = format!("{}/_emulator/deposit", self.provider);
                must(
                    &self.web.post_json(&url, json!({ "order_number": number }).to_string()).await?,
                    200,
                    "the deposit",
                )
            }
            Step::RefundPart(which) => self.refund(which, "9,900").await,
            Step::RefundAll(which) => self.refund(which, "29,900").await,
            Step::ConsoleCancel(which) => self.cancel_in_console(which).await,
            Step::MakeLink => self.make_link().await,
            Step::ApproveSeparately => {
                let url = format!("{}/admin/settings/policies", self.shop);
                let form = fields(&[("late_policy", "ask"), ("approval", "separate")]);
                must(&self.web.post(&url, &form, Some(&self.cookie)).await?, 303, "the policy")
            }
        }
    }

    fn purchase(&mut self, which: usize) -> Result<&mut Purchase, Failure> {
        self.purchases.get_mut(which).ok_or_else(|| "no such purchase".into())
    }

    async fn log_in(&mut self) -> Result<(), Failure> {
        let form = fields(&[("email", OWNER.0), ("password", OWNER.1)]);
        let answer = self.web.post(&format!("{}/admin/login", self.shop), &form, None).await?;
        must(&answer, 303, "the login")?;
        self.cookie = answer.cookie.ok_or("the login gave no cookie")?;
        Ok(())
    }

    async fn start(&mut self, which: usize) -> Result<(), Failure> {
        let key = self.purchase(which)?.key.clone();
        let (path, form) = if which == LINK {
            ("/api/pay/start", fields(&[("token", &self.link), ("key", &key)]))
        } else {
            ("/api/checkout/start", order_form(&key))
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

    /// A field of the provider's order.
    async fn theirs(&mut self, which: usize, field: &str) -> Result<String, Failure> {
        let invoice = last(&self.purchase(which)?.payment_url).to_owned();
        let ledger = self.web.ledger(&self.provider).await?;
        let orders = ledger.get("orders").and_then(Value::as_array).cloned().unwrap_or_default();
        let order = orders.iter().find(|order| order.get("invoice_id").and_then(Value::as_str) == Some(&invoice));
        let value = order.and_then(|order| order.get(field)?.as_str().map(str::to_owned));
        value.ok_or_else(|| format!("the provider has no {field} for purchase {which}").into())
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

    async fn refund(&mut self, which: usize, won: &str) -> Result<(), Failure> {
        let order = self.theirs(which, "request_id").await?;
        let page = format!("{}/admin/orders/{order}", self.shop);
        let form = match &self.refund_form {
            Some((of, form)) if *of == which => form.clone(),
            _ => {
                let mut form = hidden(&self.web.page(&page, &self.cookie).await?, "/refund")?;
                form.extend(fields(&[("amount", won), ("typed", won), ("reason", "단순 변심")]));
                self.refund_form = Some((which, form.clone()));
                form
            }
        };
        let answer = self.web.post(&format!("{page}/refund"), &form, Some(&self.cookie)).await?;
        must(&answer, 303, "the refund")
    }

    async fn cancel_in_console(&mut self, which: usize) -> Result<(), Failure> {
        if self.is_cancelled {
            return Ok(());
        }
        let number = self.theirs(which, "order_number").await?;
        let body = json!({ "order_number": number, "price": 900, "tax_free": 0, "message": "단순 변심" });
        let answer = self.web.post_json(&format!("{}/_emulator/cancel", self.provider), body.to_string()).await?;
        must(&answer, 200, "the console")?;
        self.is_cancelled = true;
        Ok(())
    }

    async fn make_link(&mut self) -> Result<(), Failure> {
        let new = format!("{}/admin/links/new", self.shop);
        let form = match &self.link_form {
            Some(form) => form.clone(),
            None => {
                let mut form = hidden(&self.web.page(&new, &self.cookie).await?, "/admin/links/new")?;
                let terms = [("name", "단체 주문"), ("amount", "412,000"), ("expires_days", "7"), ("uses", "1")];
                form.extend(fields(&terms));
                form.extend(fields(&[("notify", "none"), ("step", "create")]));
                self.link_form = Some(form.clone());
                form
            }
        };
        let answer = self.web.post(&new, &form, Some(&self.cookie)).await?;
        must(&answer, 303, "the new link")?;
        let page = format!("{}{}", self.shop, answer.location.unwrap_or_default());
        let mut html = self.web.page(&page, &self.cookie).await?;
        if html.contains("/retry\"") {
            // A link that was cut off while it was made says so, and has a button.
            let again = hidden(&html, "/retry")?;
            must(&self.web.post(&format!("{page}/retry"), &again, Some(&self.cookie)).await?, 303, "making it again")?;
            html = self.web.page(&page, &self.cookie).await?;
        }
        let mut inputs = html.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
        let address =
            inputs.find(|tag| attribute(tag, "id") == Some("address")).ok_or("the link has no address yet")?;
        self.link = last(attribute(address, "value").unwrap_or_default()).to_owned();
        Ok(())
    }

    /// What is wrong when everything has come to rest.
    pub async fn judge(&self, place: &Place) -> Result<Vec<String>, Failure> {
        let books = judge::Books::read(&place.database()).await?;
        let mut wrongs = judge::wrongs(&books, &self.web.ledger(&self.provider).await?);
        if books.len() != self.purchases.len() {
            wrongs.push(format!("{} orders of {} purchases", books.len(), self.purchases.len()));
        }
        wrongs.extend(judge::told_twice(&place.log()).into_iter().map(|subject| format!("told twice: {subject}")));
        Ok(wrongs)
    }
}
