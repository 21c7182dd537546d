//! A customer: starts an order, once or twice, pays it or not, comes back or not, and watches.

use std::sync::Arc;

use serde_json::{Value, json};

use super::think;
use crate::rng::Rng;
use crate::world::{FROM_BROWSER, World};
use madang::domain::customer::{Customer, Email, Name, Phone};
use madang::domain::id::{FormKey, LinkToken, ProviderOrderNumber};
use madang::domain::lang::Lang;
use madang::domain::order::{MoneyState, Order};
use madang::domain::plan::{Interval, PlanKey};
use madang::domain::policy::Approval;
use madang::service::{Error, LinkStart, Services, StartRequest, Started};

/// What an order is begun with.
#[derive(Clone)]
enum Form {
    Plan(Box<StartRequest>),
    Link(LinkToken, FormKey),
}

/// What sending it has led to.
enum Begun {
    /// On to the payment page.
    Payable(Order),
    /// The order's page tells more.
    See(Order),
    Nothing,
}

impl Form {
    async fn send(self, services: Services) -> Result<Begun, Error> {
        Ok(match self {
            Self::Plan(request) => match services.start_checkout(*request).await? {
                Started::Payable(order) => Begun::Payable(order),
                Started::Unchecked(order) | Started::Moved(order) | Started::OtherContent(order) => Begun::See(order),
                Started::CodeRefused(_) | Started::OtherPrice => Begun::Nothing,
            },
            Self::Link(token, key) => match services.start_link(&token, &key, Lang::Ko).await? {
                LinkStart::Pay(order) => Begun::Payable(order),
                LinkStart::See(order) => Begun::See(order),
                LinkStart::Closed => Begun::Nothing,
            },
        })
    }
}

impl Begun {
    fn order(&self) -> Option<&Order> {
        match self {
            Self::Payable(order) | Self::See(order) => Some(order),
            Self::Nothing => None,
        }
    }
}

struct Person {
    world: Arc<World>,
    rng: Rng,
    name: String,
}

/// A visit from its beginning to its end.
pub async fn come(world: Arc<World>, rng: Rng, number: usize) {
    let mut person = Person { world, rng, name: format!("Customer {number}") };
    let wait = think(&mut person.rng);
    person.world.turnstile.pause(wait).await;
    let Some(first) = person.form().await else { return };
    let Some(order) = person.start(&first).await else { return };
    if person.rng.percent(15) {
        let Some(second) = person.form().await else { return };
        let tab = Person {
            world: person.world.clone(),
            rng: person.rng.fork(),
            name: format!("{}, second tab", person.name),
        };
        let other = tokio::spawn(async move {
            let mut tab = tab;
            if let Some(order) = tab.start(&second).await {
                tab.buy(&second, &order).await;
            }
        });
        person.buy(&first, &order).await;
        other.await.unwrap();
    } else {
        person.buy(&first, &order).await;
    }
}

impl Person {
    async fn form(&mut self) -> Option<Form> {
        if self.world.plan.link_uses.is_none() {
            return Some(Form::Plan(Box::new(self.plan_form())));
        }
        // Somebody sends it as soon as it is there, and the page is read before it is paid.
        for _ in 0..60 {
            let link = self.world.link.lock().unwrap().clone();
            let Some(token) = link else {
                self.world.turnstile.pause(5_000).await;
                continue;
            };
            let (node, seen) = (self.node(), token.clone());
            let what = format!("{} opens the link", self.name);
            self.world.ask(node, what, |services| async move { services.pay_page(&seen).await }).await;
            return Some(Form::Link(token, FormKey::from_random(self.rng.bytes())));
        }
        None
    }

    fn plan_form(&mut self) -> StartRequest {
        let plan = *self.rng.pick(&["starter", "pro", "pro"]);
        StartRequest {
            plan: PlanKey::parse(plan).unwrap(),
            interval: Interval::Month,
            customer: Customer {
                name: Some(Name::parse("김마당").unwrap()),
                phone: Some(Phone::parse("010-1234-5678").unwrap()),
                email: Some(Email::parse("kim@example.com").unwrap()),
            },
            lang: Lang::Ko,
            code: None,
            shown: None,
            key: FormKey::from_random(self.rng.bytes()),
        }
    }

    async fn pause(&mut self) {
        let wait = think(&mut self.rng);
        self.world.turnstile.pause(wait).await;
    }

    fn node(&mut self) -> usize {
        self.rng.index(2)
    }

    /// Sends the form, perhaps twice at once, until somebody answers or patience ends.
    async fn start(&mut self, form: &Form) -> Option<Order> {
        for _ in 0..4 {
            let (here, there) = (self.node(), self.node());
            let double = self.rng.percent(20);
            let (world, name) = (self.world.clone(), self.name.clone());
            let send = |node| {
                let (world, name, form) = (&world, &name, form.clone());
                async move { world.ask(node, format!("{name} sends the order form"), |services| form.send(services)).await }
            };
            let answers = if double {
                let (one, two) = futures::join!(send(here), send(there));
                vec![one, two]
            } else {
                vec![send(here).await]
            };
            let mut made = None;
            for begun in answers.into_iter().flatten().flatten() {
                let Some(order) = begun.order().cloned() else { continue };
                self.world.turnstile.tell(format_args!("{} has order {}.", self.name, order.number.as_str()));
                self.world.remember(&order);
                if let Some(key) = self.key_of(form) {
                    self.world.told.lock().unwrap().forms.push((key, order.id.clone()));
                }
                made = Some(order);
            }
            if made.is_some() {
                return made;
            }
            self.world.turnstile.pause(3_000).await;
        }
        None
    }

    /// What must always lead to the same order. Everybody who pays by a link for one payment pays the same one, which is
    /// followed by another when it was given back.
    fn key_of(&self, form: &Form) -> Option<FormKey> {
        match form {
            Form::Plan(request) => Some(request.key.clone()),
            Form::Link(_, key) => (self.world.plan.link_uses != Some(1)).then(|| key.clone()),
        }
    }

    async fn buy(&mut self, form: &Form, order: &Order) {
        if self.rng.percent(12) {
            let node = self.node();
            self.come_back(node, order, None).await;
        }
        self.pause().await;
        let numbers = self.pay(order).await;
        self.return_after(order, numbers).await;
        for _ in 0..self.rng.below(4) {
            let wait = self.rng.between(500, 6_000);
            self.world.turnstile.pause(wait).await;
            self.see(order).await;
        }
        if self.rng.percent(25) {
            self.pause().await;
            self.press_back(form, order).await;
        }
    }

    /// Comes back from the provider, or does not, with the right number, none, or one that was made up.
    async fn return_after(&mut self, order: &Order, numbers: Vec<String>) {
        let mut hints: Vec<Option<String>> = match self.rng.below(20) {
            0..=10 => numbers.into_iter().map(Some).collect(),
            11 | 12 => vec![None],
            13 => vec![Some("20261120999999".to_owned())],
            14 => vec![self.foreign(order).await],
            // The tab is closed.
            _ => return,
        };
        if let (true, Some(last)) = (self.rng.percent(20), hints.last().cloned()) {
            hints.extend([last.clone(), last]);
        }
        let nodes: Vec<usize> = hints.iter().map(|_| self.node()).collect();
        if self.rng.percent(60) {
            // All at once, while the page that was left open goes on watching.
            let comes = hints.into_iter().zip(nodes).map(|(hint, node)| self.come_back(node, order, hint));
            let comes: Vec<_> = comes.collect();
            futures::join!(futures::future::join_all(comes), self.watch(1, order));
        } else {
            for (hint, node) in hints.into_iter().zip(nodes) {
                self.come_back(node, order, hint).await;
            }
        }
    }

    /// The number of somebody else's payment.
    async fn foreign(&mut self, order: &Order) -> Option<String> {
        let ledger = self.world.ledger().await;
        let orders = ledger["orders"].as_array()?;
        let others: Vec<&Value> = orders.iter().filter(|one| one["request_id"] != order.id.as_str()).collect();
        if others.is_empty() {
            return None;
        }
        self.rng.pick(&others)["order_number"].as_str().map(str::to_owned)
    }

    async fn come_back(&self, node: usize, order: &Order, number: Option<String>) {
        let token = order.token.clone();
        let hint = number.as_deref().and_then(|number| ProviderOrderNumber::parse(number).ok());
        let what = format!("{} comes back to {} with {number:?}", self.name, order.number.as_str());
        let began = self.world.turnstile.now();
        let come = self.world.ask(node, what, |services| async move { services.hint(&token, hint).await });
        if let Some(Ok(seen)) = come.await {
            self.hear(&seen);
            if let Some(number) = number {
                self.world.told.lock().unwrap().hints.push((order.id.clone(), number, began));
            }
        }
    }

    async fn see(&mut self, order: &Order) {
        let (node, token) = (self.node(), order.token.clone());
        if self.rng.percent(50) {
            self.watch(node, order).await;
        } else {
            let what = format!("{} reads the page of {}", self.name, order.number.as_str());
            let page = self.world.ask(node, what, |services| async move { services.order_page(&token).await });
            if let Some(Ok(page)) = page.await {
                self.hear(&page.order);
            }
        }
    }

    async fn watch(&self, node: usize, order: &Order) {
        let token = order.token.clone();
        let what = format!("{} watches {}", self.name, order.number.as_str());
        let seen = self.world.ask(node, what, |services| async move { services.watch(&token).await });
        if let Some(Ok(seen)) = seen.await {
            self.hear(&seen);
        }
    }

    fn hear(&self, order: &Order) {
        self.world.turnstile.tell(format_args!("{} hears: {}.", self.name, order.money.as_str()));
        if matches!(order.money, MoneyState::Paid) {
            self.world.told.lock().unwrap().paid.push(order.id.clone());
        }
    }

    /// The back button: the form is sent again, and perhaps paid again.
    async fn press_back(&mut self, form: &Form, order: &Order) {
        let is_paid = self.is_rightly_paid(order).await;
        let (node, again) = (self.node(), form.clone());
        let what = format!("{} sends the form of {} again", self.name, order.number.as_str());
        let begun = self.world.ask(node, what, |services| again.send(services)).await;
        match begun {
            Some(Ok(Begun::Payable(_))) if is_paid => {
                self.world
                    .turnstile
                    .wrong(format_args!("{} was paid, and its customer is asked to pay again", order.number.as_str()));
            }
            Some(Ok(Begun::Payable(order))) if self.rng.percent(60) => {
                self.world.remember(&order);
                let numbers = self.pay(&order).await;
                self.return_after(&order, numbers).await;
            }
            _ => {}
        }
    }

    /// A payment of the whole price is there, and nothing of it has gone back.
    async fn is_rightly_paid(&self, order: &Order) -> bool {
        let ledger = self.world.ledger().await;
        crate::oracle::of_order(&ledger, order.id.as_str(), None).iter().any(|receipt| {
            receipt["status"] == 1
                && receipt["price"] == order.amount.total().get()
                && receipt["tax_free"] == order.amount.tax_free().get()
                && receipt["cancelled_price"] == 0
        })
    }

    /// Pays at the provider, in some way. Answers the provider's numbers, if there are any.
    async fn pay(&mut self, order: &Order) -> Vec<String> {
        let is_plain = self.rng.percent(40);
        let Some(invoice) = self.provider_form(order, is_plain).await else { return Vec::new() };
        let mut numbers: Vec<String> = Vec::new();
        // Where the shop approves, two attempts are what it must tell apart.
        let has_two_tabs = self.world.plan.approval == Approval::Separate && self.rng.percent(30);
        let last = match if has_two_tabs { 16 } else { self.rng.below(20) } {
            0..=9 => self.choose(&invoice, order, "paid").await,
            10 | 11 => {
                self.choose(&invoice, order, "fail").await;
                if self.rng.percent(40) {
                    self.see(order).await;
                }
                self.pause().await;
                self.choose(&invoice, order, "paid").await
            }
            12 => self.choose(&invoice, order, "fail").await,
            13 => self.choose(&invoice, order, "cancel").await,
            14 | 15 => self.deposit(&invoice, order).await,
            16 | 17 => {
                // Two tabs of the provider.
                let second = self.provider_form(order, false).await;
                numbers.extend(self.choose(&invoice, order, "paid").await);
                if self.rng.percent(50) {
                    self.pause().await;
                }
                match second {
                    Some(second) => self.choose(&second, order, "paid").await,
                    None => None,
                }
            }
            _ => None,
        };
        numbers.extend(last);
        numbers
    }

    async fn deposit(&mut self, invoice: &str, order: &Order) -> Option<String> {
        let number = self.choose(invoice, order, "deposit").await?;
        if self.rng.percent(60) {
            self.see(order).await;
        }
        if self.rng.percent(75) {
            self.pause().await;
            let (status, _) =
                self.world.provider("POST", "/_emulator/deposit", Some(&json!({ "order_number": number }))).await;
            self.world.turnstile.tell(format_args!("{} pays in for {number}: {status}.", self.name));
        }
        Some(number)
    }

    async fn choose(&mut self, invoice: &str, order: &Order, outcome: &str) -> Option<String> {
        self.world.turnstile.act().await;
        let number = self.world.choose(invoice, outcome).await;
        self.world.turnstile.tell(format_args!(
            "{} chooses {outcome} at the provider for {} and gets {number:?}.",
            self.name,
            order.number.as_str()
        ));
        number
    }

    /// A link is paid on the page that the shop has made, whatever the browser can do.
    async fn provider_form(&mut self, order: &Order, is_plain: bool) -> Option<String> {
        if is_plain || self.world.plan.link_uses.is_some() {
            self.payment_page(order).await
        } else {
            self.browser_form(order).await
        }
    }

    /// Without script: the page that the shop has made at the provider.
    async fn payment_page(&mut self, order: &Order) -> Option<String> {
        let what = format!("{} asks for the payment page of {}", self.name, order.number.as_str());
        for _ in 0..3 {
            let (node, order) = (self.node(), order.clone());
            let url = self.world.ask(node, &what, |services| async move {
                let order = services.order(&order.id).await?;
                services.payment_url(&order).await
            });
            if let Some(Ok(url)) = url.await {
                return url.rsplit('/').next().map(str::to_owned);
            }
            self.world.turnstile.pause(2_000).await;
        }
        None
    }

    /// With script: the browser makes the form, and its price is what the customer wants it to be.
    async fn browser_form(&mut self, order: &Order) -> Option<String> {
        self.world.turnstile.act().await;
        let right = order.amount.total().get();
        let price = if self.rng.percent(12) { *self.rng.pick(&[100, right - 100, right + 5_000]) } else { right };
        let right = order.amount.tax_free().get();
        let tax_free = if self.rng.percent(5) { *self.rng.pick(&[0, 100, price]) } else { right.min(price) };
        let mut body = json!({
            "name": order.name, "price": price, "tax_free_price": tax_free, "request_id": order.id.as_str(),
            "redirect_url": FROM_BROWSER,
        });
        if self.world.plan.approval == Approval::Separate {
            body["extra"] = json!({ "separately_confirmed": true });
        }
        let (_, made) = self.world.provider("POST", "/v1/invoices", Some(&body)).await;
        self.world.turnstile.tell(format_args!("{} opens the provider's form for {price} won.", self.name));
        made["invoice_id"].as_str().map(str::to_owned)
    }
}
