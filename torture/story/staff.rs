//! What staff do in the admin.

use super::{ACCOUNT, Link, Story, last, must, provider};
use crate::Failure;
use crate::people::{Fields, attribute, fields, hidden};
use crate::program::OWNER;

/// How money goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    Receipt,
    /// To the buyer's account: nothing else takes back what was paid into a virtual one.
    Account,
}

/// What is decided about a payment that waits for a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    Count,
    GiveBack(&'static str, By),
    Keep,
}

impl By {
    fn fields(self) -> Fields {
        match self {
            Self::Receipt => Fields::new(),
            Self::Account => {
                fields(&[("account_bank", "004"), ("account_number", ACCOUNT), ("account_holder", "홍길동")])
            }
        }
    }
}

fn today_in_seoul() -> Result<String, Failure> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    let now = jiff::Timestamp::from_second(i64::try_from(now.as_secs())?)?;
    Ok(now.to_zoned(jiff::tz::TimeZone::get("Asia/Seoul")?).date().to_string())
}

impl Story {
    async fn send(&self, url: &str, form: &Fields, what: &str) -> Result<String, Failure> {
        let answer = self.web.post(url, form, Some(&self.cookie)).await?;
        must(&answer, 303, what)?;
        Ok(answer.location.unwrap_or_default())
    }

    async fn page(&self, path: &str) -> Result<String, Failure> {
        self.web.page(&format!("{}{path}", self.shop), &self.cookie).await
    }

    pub(super) async fn log_in(&mut self) -> Result<(), Failure> {
        let form = fields(&[("email", OWNER.0), ("password", OWNER.1)]);
        let answer = self.web.post(&format!("{}/admin/login", self.shop), &form, None).await?;
        must(&answer, 303, "the login")?;
        self.cookie = answer.cookie.ok_or("the login gave no cookie")?;
        Ok(())
    }

    pub(super) async fn approve_separately(&self) -> Result<(), Failure> {
        let form = fields(&[("late_policy", "ask"), ("approval", "separate")]);
        self.send(&format!("{}/admin/settings/policies", self.shop), &form, "the policy").await.map(drop)
    }

    /// One of the small forms on an order's page.
    pub(super) async fn tend(&mut self, which: usize, act: &str, form: &[(&str, &str)]) -> Result<(), Failure> {
        let order = self.order_id(which).await?;
        let url = format!("{}/admin/orders/{order}/{act}", self.shop);
        self.send(&url, &fields(form), act).await.map(drop)
    }

    /// The form as it was opened first. One that waits for the account again is another one.
    fn refund_form(&mut self, which: usize, won: &'static str, by: By, page: &str) -> Result<Fields, Failure> {
        let is_asked_again = page.contains("data-refund-again");
        match self.refunds.get(&(which, won)) {
            Some(form) if !is_asked_again => return Ok(form.clone()),
            _ => {}
        }
        let mut form = hidden(page, "/refund")?;
        form.extend(fields(&[("amount", won), ("typed", won), ("reason", "단순 변심")]));
        form.extend(by.fields());
        if !is_asked_again {
            self.refunds.insert((which, won), form.clone());
        }
        Ok(form)
    }

    /// Sends the form until the order's page shows that the refund was carried out.
    pub(super) async fn refund(&mut self, which: usize, won: &'static str, by: By) -> Result<(), Failure> {
        let page = format!("/admin/orders/{}", self.order_id(which).await?);
        let html = self.page(&page).await?;
        if html.contains("data-refund=\"done\"") {
            return Ok(());
        }
        let form = self.refund_form(which, won, by, &html)?;
        self.send(&format!("{}{page}/refund", self.shop), &form, "the refund").await?;
        let is_done = self.page(&page).await?.contains("data-refund=\"done\"");
        if is_done { Ok(()) } else { Err("the refund has not been carried out yet".into()) }
    }

    pub(super) async fn refund_refused(&mut self, which: usize, won: &'static str) -> Result<(), Failure> {
        let page = format!("/admin/orders/{}", self.order_id(which).await?);
        let html = self.page(&page).await?;
        if html.contains("data-refund=\"refused\"") {
            return Ok(());
        }
        let form = self.refund_form(which, won, By::Receipt, &html)?;
        let answer = self.web.post(&format!("{}{page}/refund", self.shop), &form, Some(&self.cookie)).await?;
        match answer.status {
            422 if self.page(&page).await?.contains("data-refund=\"refused\"") => Ok(()),
            status => Err(format!("a refund that is refused was answered {status}").into()),
        }
    }

    /// The provider's own record says whether it was decided.
    pub(super) async fn decide_cancel(&mut self, which: usize, nth: usize, approves: bool) -> Result<(), Failure> {
        let wanted = if approves { provider::APPROVED } else { provider::REJECTED };
        let wish = self.asked(which, nth).await?;
        if wish.standing == Some(wanted) {
            return Ok(());
        }
        let page = format!("/admin/orders/{}", self.order_id(which).await?);
        let mut form = hidden(&self.page(&page).await?, "/cancel-request")?;
        if !form.iter().any(|(name, value)| name == "request" && *value == wish.id) {
            return Err("the order's page does not show what the buyer has asked for".into());
        }
        let act = if approves { "approve" } else { "reject" };
        let won = wish.won.to_string();
        form.extend(fields(&[("act", act), ("approved", &won), ("message", "이미 발송했어요")]));
        self.send(&format!("{}{page}/cancel-request", self.shop), &form, "the decision on a request").await?;
        if self.asked(which, nth).await?.standing == Some(wanted) {
            Ok(())
        } else {
            Err("the request is not decided yet".into())
        }
    }

    /// Decides about the payment of a purchase that waits for a person, as often as a person is asked.
    pub(super) async fn decide(&mut self, which: usize, decision: Decision) -> Result<(), Failure> {
        let order = self.order_id(which).await?;
        let open = self.page(&format!("/admin/reviews?order={order}")).await?;
        let tag = open.split("<li data-review=\"").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
        if let Some(id) = &tag {
            self.purchase(which)?.review = Some(id.clone());
        }
        let id = self.purchase(which)?.review.clone().ok_or("nobody is asked yet")?;
        let page = format!("/admin/reviews/{id}");
        if tag.is_some() {
            let form = match decision {
                Decision::Count => fields(&[("decision", "count")]),
                Decision::Keep => fields(&[("decision", "keep"), ("reason", "전화로 해결")]),
                Decision::GiveBack(won, by) => {
                    [fields(&[("decision", "give_back"), ("amount", won)]), by.fields()].concat()
                }
            };
            self.send(&format!("{}{page}", self.shop), &form, "the decision").await?;
        }
        let html = self.page(&page).await?;
        let state = match decision {
            Decision::Count => "counted",
            Decision::Keep => "in_review",
            Decision::GiveBack(..) => "returned",
        };
        let is_done = html.contains(&format!("data-state=\"{state}\"")) && !html.contains("data-decision");
        if is_done { Ok(()) } else { Err(format!("the payment is not {state} yet").into()) }
    }

    pub(super) async fn make_link(&mut self, which: usize) -> Result<(), Failure> {
        let new = format!("{}/admin/links/new", self.shop);
        let form = match self.links.get(&which).and_then(|link| link.form.clone()) {
            Some(form) => form,
            None => {
                let mut form = hidden(&self.web.page(&new, &self.cookie).await?, "/admin/links/new")?;
                let terms = [("name", "단체 주문"), ("amount", "412,000"), ("expires_days", "7"), ("uses", "1")];
                form.extend(fields(&terms));
                form.extend(fields(&[("notify", "none"), ("step", "create")]));
                self.links.insert(which, Link { form: Some(form.clone()), ..Link::default() });
                form
            }
        };
        let page = self.send(&new, &form, "the new link").await?;
        let mut html = self.page(&page).await?;
        if html.contains("/retry\"") {
            // A link that was cut off while it was made says so, and has a button.
            let again = hidden(&html, "/retry")?;
            self.send(&format!("{}{page}/retry", self.shop), &again, "making it again").await?;
            html = self.page(&page).await?;
        }
        let mut inputs = html.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
        let address =
            inputs.find(|tag| attribute(tag, "id") == Some("address")).ok_or("the link has no address yet")?;
        let token = last(attribute(address, "value").unwrap_or_default()).to_owned();
        self.links.insert(which, Link { form: Some(form), page, token });
        Ok(())
    }

    pub(super) async fn stop_link(&self, which: usize) -> Result<(), Failure> {
        let page = self.links.get(&which).map(|link| link.page.clone()).ok_or("no such link")?;
        self.send(&format!("{}{page}/stop", self.shop), &Fields::new(), "stopping the link").await?;
        // The provider tells in whole seconds when something was paid.
        tokio::time::sleep(std::time::Duration::from_millis(1_100)).await;
        Ok(())
    }

    /// Does the newest webhook again.
    pub(super) async fn replay(&self) -> Result<(), Failure> {
        let html = self.page("/admin/webhooks").await?;
        let mut forms = html.split("<form").skip(1).filter_map(|form| form.split('>').next());
        let action = forms.find_map(|tag| attribute(tag, "action").filter(|action| action.ends_with("/replay")));
        let action = action.ok_or("there is no webhook yet")?;
        self.send(&format!("{}{action}", self.shop), &Fields::new(), "the replay").await.map(drop)
    }

    pub(super) async fn reconcile(&self) -> Result<(), Failure> {
        let form = fields(&[("day", &today_in_seoul()?)]);
        self.send(&format!("{}/admin/reconcile", self.shop), &form, "the comparison").await.map(drop)
    }
}
