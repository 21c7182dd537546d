//! `/admin/reviews`: payments that wait for a person: what happened, and what each choice does.

use leptos::prelude::*;

use super::badge::badge;
use super::form::{Field, area, input, trouble};
use super::frame::{Section, frame};
use super::refund_account_fields::refund_account_fields;
use super::{Desk, failed, loaded, not_found};
use crate::domain::id::{OrderId, RowId};
use crate::domain::money::Amount;
use crate::domain::order::{Disposition, ReviewReason};
use crate::domain::review::{Decision, NoCount};
use crate::domain::staff::Permission;
use crate::domain::time::UnixMs;
use crate::service::{Error, Review, ReviewPage};
use crate::text::{Lang, text};
use crate::ui::{Fact, Facts, Notice, Tone};

pub(super) fn page(desk: Desk) -> AnyView {
    loaded(move || async move {
        let asked = Asked::read(desk.visit.uri.query().unwrap_or_default());
        match desk.visit.services.reviews(asked.order.as_ref(), asked.after.clone()).await {
            Ok(page) => list(&desk, &asked, &page),
            Err(error) => failed(&desk, &error),
        }
    })
}

/// What the address asks for; what can't be read asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Asked {
    order: Option<OrderId>,
    after: Option<(UnixMs, RowId)>,
}

impl Asked {
    fn read(query: &str) -> Self {
        let asked: Vec<(String, String)> = serde_urlencoded::from_str(query).unwrap_or_default();
        let value = |name: &str| asked.iter().find(|(asked, _)| asked == name).map(|(_, value)| value.as_str());
        let after = |text: &str| {
            let (at, id) = text.split_once('-')?;
            Some((UnixMs::new(at.parse().ok()?), RowId::parse(id).ok()?))
        };
        Self { order: value("order").and_then(|id| OrderId::parse(id).ok()), after: value("after").and_then(after) }
    }

    /// The same question, beginning behind `after`.
    fn address(&self, after: Option<&(UnixMs, RowId)>) -> String {
        let order = self.order.as_ref().map(|id| ("order", id.as_str().to_owned()));
        let after = after.map(|(at, id)| ("after", format!("{}-{id}", at.get())));
        let query: Vec<_> = order.into_iter().chain(after).collect();
        let query = serde_urlencoded::to_string(query).unwrap_or_default();
        if query.is_empty() { "/admin/reviews".to_owned() } else { format!("/admin/reviews?{query}") }
    }
}

fn list(desk: &Desk, asked: &Asked, page: &ReviewPage) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "review-title");
    let content = if page.reviews.is_empty() {
        view! { <p class="empty">{text!(lang, "review-none")}</p> }.into_any()
    } else {
        let items = page.reviews.iter().map(|review| item(desk, review)).collect_view();
        view! { <p>{text!(lang, "review-intro")}</p><ul class="checks">{items}</ul> }.into_any()
    };
    let all = (asked.order.is_some() || asked.after.is_some())
        .then(|| view! { <a href="/admin/reviews">{text!(lang, "review-from-first")}</a> });
    let next = page.next.as_ref().map(|after| {
        view! { <a rel="next" href=asked.address(Some(after))>{text!(lang, "review-next")}</a> }
    });
    let content = view! {
        <div class="heading"><h1>{title.clone()}</h1></div>
        <nav class="tabs" aria-label=text!(lang, "review-tabs")><ul>
            <li><a href="/admin/orders">{text!(lang, "review-tab-orders")}</a></li>
            <li><a href="/admin/reviews" aria-current="page">{title.clone()}</a></li>
        </ul></nav>
        {content}
        <nav class="pages" aria-label=text!(lang, "review-pages")>{all}{next}</nav>
    };
    frame(desk, title, Section::Orders, content.into_any())
}

fn item(desk: &Desk, review: &Review) -> AnyView {
    let lang = desk.visit.lang;
    let href = format!("/admin/reviews/{}", review.id);
    let choices = choices(lang, review)
        .into_iter()
        .map(|choice| view! { <li><strong>{choice.name}</strong>" "{choice.effect}</li> })
        .collect_view();
    let decide = may_decide(desk).then(|| {
        view! { <p class="actions"><a class="button button-quiet" href=href.clone()>{text!(lang, "review-decide")}</a></p> }
    });
    view! {
        <li data-review=review.id.as_str().to_owned() data-reason=review.reason.as_str()>
            {badge(Tone::Warning, review.reason.as_str(), reason_name(lang, review.reason))}" "
            <strong><a href=href.clone()>{what_happened(lang, review)}</a></strong>
            <p>{what_it_means(lang, review)}</p>
            <p class="hint">{order_link(review)}" · "{review.name.clone()}" · "{lang.date_time(review.created_at)}</p>
            <ul>{choices}</ul>
            {decide}
        </li>
    }
    .into_any()
}

fn may_decide(desk: &Desk) -> bool {
    desk.actor.staff.role.may(Permission::MoveMoney)
}

fn order_link(review: &Review) -> impl IntoView + use<> {
    let number = review.number.as_str().to_owned();
    view! { <a href=format!("/admin/orders/{}", review.order_id) data-order=number.clone()>{number.clone()}</a> }
}

/// `/admin/reviews/{id}`.
pub(super) fn one(desk: Desk, id: &str) -> AnyView {
    let Ok(id) = RowId::parse(id) else { return not_found(&desk) };
    loaded(move || async move {
        match desk.visit.services.review(&id).await {
            Ok(review) => detail(&desk, &review),
            Err(Error::NotFound) => not_found(&desk),
            Err(error) => failed(&desk, &error),
        }
    })
}

fn detail(desk: &Desk, review: &Review) -> AnyView {
    let (lang, refused) = (desk.visit.lang, &desk.refused);
    let title = what_happened(lang, review);
    let returning = (review.disposition == Disposition::Returning).then(|| {
        let words = text!(lang, "review-returning", paid = paid(lang, review));
        view! {
            <Notice tone=Tone::Warning><p>{words}</p></Notice>
            <p class="actions"><a class="button button-quiet" href=format!("/admin/reviews/{}", review.id)>{text!(lang, "review-ask-again")}</a></p>
        }
    });
    let acts = match &review.resolution {
        Some(_) => settled(lang, review),
        None if may_decide(desk) => forms(desk, review),
        None => view! { <p class="empty">{text!(lang, "review-not-yours")}</p> }.into_any(),
    };
    let receipt = review.receipt_url.clone().map(|url| {
        view! { <p><a href=url rel="noreferrer">{text!(lang, "order-receipt")}</a></p> }
    });
    let content = view! {
        <div class="heading">
            <h1>{title.clone()}</h1>
            <div class="actions"><a class="button button-quiet" href="/admin/reviews">{text!(lang, "review-title")}</a></div>
        </div>
        {trouble(lang, refused)}
        {returning}
        <div class="columns" data-review=review.id.as_str().to_owned() data-reason=review.reason.as_str() data-state=review.disposition.as_str()>
            <div>
                <p>{what_it_means(lang, review)}</p>
                <p>{text!(lang, "review-order")}" "{order_link(review)}</p>
                <Facts rows=facts(lang, review)/>
                {receipt}
            </div>
            <aside>{acts}</aside>
        </div>
    };
    frame(desk, title, Section::Orders, content.into_any())
}

fn facts(lang: Lang, review: &Review) -> Vec<Fact> {
    let mut rows = vec![
        Fact::new(text!(lang, "order-item"), review.name.clone()),
        Fact::new(text!(lang, "review-price"), lang.money(review.price.total())),
        Fact::new(text!(lang, "review-order-state"), lang.order_state(review.money.into())),
        Fact::new(text!(lang, "review-paid"), paid(lang, review)),
        Fact::new(text!(lang, "review-payment-state"), disposition(lang, review)),
    ];
    let free = review.captured.map(Amount::tax_free).filter(|free| free.get() > 0);
    rows.extend(free.map(|free| Fact::new(text!(lang, "checkout-tax-free"), lang.money(free))));
    rows.extend(review.paid_at.map(|at| Fact::new(text!(lang, "order-paid-at"), lang.date_time(at))));
    rows.extend(review.method.clone().map(|method| Fact::new(text!(lang, "order-method"), method)));
    rows.extend(
        review.provider_order_number.clone().map(|number| Fact::new(text!(lang, "order-provider-number"), number)),
    );
    rows.push(Fact::new(text!(lang, "review-receipt-id"), review.receipt_id.clone()));
    rows.push(Fact::new(text!(lang, "review-since"), lang.date_time(review.created_at)));
    rows
}

fn settled(lang: Lang, review: &Review) -> AnyView {
    let Some(resolution) = &review.resolution else { return ().into_any() };
    let how = match resolution.decision {
        Some(Decision::Count) => text!(lang, "review-was-counted"),
        Some(Decision::GiveBack) => text!(lang, "review-was-given-back"),
        Some(Decision::Keep) => text!(lang, "review-was-kept"),
        None => text!(lang, "review-was-no-decision"),
    };
    let mut rows = vec![
        Fact::new(text!(lang, "review-how"), how),
        Fact::new(text!(lang, "review-when"), lang.date_time(resolution.at)),
    ];
    rows.extend(resolution.by.clone().map(|by| Fact::new(text!(lang, "review-who"), by)));
    let note = (!resolution.note.is_empty()).then(|| view! { <p class="said">{resolution.note.clone()}</p> });
    view! {
        <section class="panel" aria-labelledby="settled-title">
            <h2 id="settled-title">{text!(lang, "review-settled")}</h2>
            <Facts rows=rows/>
            {note}
        </section>
    }
    .into_any()
}

fn forms(desk: &Desk, review: &Review) -> AnyView {
    let (lang, refused) = (desk.visit.lang, &desk.refused);
    let at = format!("/admin/reviews/{}", review.id);
    let waits = review.disposition == Disposition::InReview;
    let parts = choices(lang, review)
        .into_iter()
        .filter(|choice| waits || choice.decision == Decision::Keep)
        .map(|choice| {
            let (class, button) = match choice.decision {
                Decision::GiveBack => ("panel panel-danger", "button button-danger"),
                Decision::Count | Decision::Keep => ("panel", "button"),
            };
            let field = match choice.decision {
                Decision::Count => ().into_any(),
                Decision::GiveBack => {
                    let account = review.is_by_account().then(|| refund_account_fields(lang, refused));
                    view! { {account}{input(lang, refused, typed_back(lang, review))} }.into_any()
                }
                Decision::Keep => {
                    let reason = Field::text("reason", text!(lang, "review-reason")).required();
                    area(lang, refused, reason.hint(text!(lang, "review-reason-hint")))
                }
            };
            let form = choice.is_offered.then(|| {
                view! {
                    <form method="post" action=at.clone() data-decision=choice.decision.as_str()>
                        <input type="hidden" name="decision" value=choice.decision.as_str()/>
                        {field}
                        <p class="actions"><button class=button type="submit">{choice.name.clone()}</button></p>
                    </form>
                }
            });
            let title = format!("{}-title", choice.decision.as_str());
            view! {
                <section class=class aria-labelledby=title.clone()>
                    <h2 id=title.clone()>{choice.name.clone()}</h2>
                    <p class="effect">{choice.effect}</p>
                    {form}
                </section>
            }
        })
        .collect_view();
    parts.into_any()
}

fn typed_back(lang: Lang, review: &Review) -> Field {
    match review.captured {
        Some(captured) => {
            let label = text!(lang, "review-type-amount", paid = lang.money(captured.total()));
            Field::of("number", "amount", label).required()
        }
        None => {
            let label = text!(lang, "review-type-number", number = review.number.as_str().to_owned());
            Field::text("amount", label).required()
        }
    }
}

/// One thing that can be decided, and what it does.
struct Offered {
    decision: Decision,
    name: String,
    effect: String,
    /// False when the effect says why it can't be done.
    is_offered: bool,
}

fn choices(lang: Lang, review: &Review) -> Vec<Offered> {
    let (paid, number) = (paid(lang, review), review.number.as_str().to_owned());
    let (is_offered, effect) = match review.may_count() {
        Ok(_) => (true, text!(lang, "review-count-effect", paid = paid.clone(), number = number.clone())),
        Err(NoCount::IsPaid) => (false, text!(lang, "review-no-count-paid", number = number.clone())),
        Err(NoCount::Unreadable) => (false, text!(lang, "review-no-count-unreadable")),
        Err(NoCount::PartlyCancelled) => (false, text!(lang, "review-no-count-partly")),
        Err(NoCount::OtherAmount) => {
            let price = lang.money(review.price.total());
            (false, text!(lang, "review-no-count-other", paid = paid.clone(), price = price))
        }
    };
    let count = Offered { decision: Decision::Count, name: text!(lang, "review-count"), effect, is_offered };
    let is_whole = review.captured.is_some() && review.reason != ReviewReason::PartlyCancelled;
    let back = if is_whole {
        text!(lang, "review-give-back-effect", paid = paid.clone())
    } else {
        text!(lang, "review-give-back-rest-effect", paid = paid.clone())
    };
    let after = if review.money.is_open() {
        text!(lang, "review-give-back-unpaid", number = number)
    } else {
        text!(lang, "review-give-back-paid", number = number)
    };
    let effect = format!("{back} {after} {}", text!(lang, "review-give-back-when"));
    let name = text!(lang, "review-give-back");
    let back = Offered { decision: Decision::GiveBack, name, effect, is_offered: true };
    let effect = text!(lang, "review-keep-effect", paid = paid);
    let keep = Offered { decision: Decision::Keep, name: text!(lang, "review-keep"), effect, is_offered: true };
    vec![count, back, keep]
}

fn paid(lang: Lang, review: &Review) -> String {
    review.captured.map_or_else(|| text!(lang, "review-unknown-amount"), |amount| lang.money(amount.total()))
}

/// Why a payment waits for a person, in a word or two.
pub(super) fn reason_name(lang: Lang, reason: ReviewReason) -> String {
    match reason {
        ReviewReason::SecondPayment => text!(lang, "review-second"),
        ReviewReason::PaidLate => text!(lang, "review-late"),
        ReviewReason::UnreadableAmount => text!(lang, "review-unreadable"),
        ReviewReason::PartlyCancelled => text!(lang, "review-partly"),
        ReviewReason::RefundRefused => text!(lang, "review-refused"),
        ReviewReason::PriceDisagrees => text!(lang, "review-disagrees"),
        ReviewReason::AccountNeeded => text!(lang, "refund-review"),
    }
}

fn what_happened(lang: Lang, review: &Review) -> String {
    let paid = paid(lang, review);
    match review.reason {
        ReviewReason::SecondPayment => text!(lang, "review-second-what", paid = paid),
        ReviewReason::PaidLate => text!(lang, "review-late-what", paid = paid),
        ReviewReason::UnreadableAmount => text!(lang, "review-unreadable-what"),
        ReviewReason::PartlyCancelled => text!(lang, "review-partly-what", paid = paid),
        ReviewReason::RefundRefused => text!(lang, "review-refused-what", paid = paid),
        ReviewReason::PriceDisagrees => text!(lang, "review-disagrees-what", paid = paid),
        ReviewReason::AccountNeeded => text!(lang, "refund-review-what", paid = paid),
    }
}

fn what_it_means(lang: Lang, review: &Review) -> String {
    match review.reason {
        ReviewReason::SecondPayment => text!(lang, "review-second-means"),
        ReviewReason::PaidLate => text!(lang, "review-late-means"),
        ReviewReason::UnreadableAmount => text!(lang, "review-unreadable-means"),
        ReviewReason::PartlyCancelled => text!(lang, "review-partly-means"),
        ReviewReason::RefundRefused => text!(lang, "review-refused-means"),
        ReviewReason::AccountNeeded => text!(lang, "refund-review-means", price = lang.money(review.price.total())),
        ReviewReason::PriceDisagrees => {
            text!(lang, "review-disagrees-means", price = lang.money(review.price.total()))
        }
    }
}

fn disposition(lang: Lang, review: &Review) -> String {
    match review.disposition {
        Disposition::Counted => text!(lang, "review-money-counted"),
        Disposition::Returning => text!(lang, "review-money-returning"),
        Disposition::Returned => text!(lang, "review-money-returned"),
        Disposition::InReview => text!(lang, "review-money-in-review"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_asks_for_what_its_page_shows() {
        let after = (UnixMs::new(90), RowId::from_random([7; 15]));
        let asked = Asked { order: Some(OrderId::from_random([3; 15])), after: Some(after.clone()) };
        assert_eq!(Asked::read(asked.address(Some(&after)).split_once('?').unwrap().1), asked);
        for hostile in ["order=../x&after=1", "after=-1-'--", "order=%00&after=99999999999999999999-x", "after=%ff"] {
            assert_eq!(Asked::read(hostile), Asked::default(), "{hostile}");
        }
    }
}
