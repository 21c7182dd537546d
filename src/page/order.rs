//! `/orders/{token}`: the truth about one order, for ever. Shows what the services know; an address, a
//! parameter or a promise never makes it say "paid".

use leptos::prelude::*;
use leptos_router::hooks::use_params_map;

use super::amount::{discount, parts};
use super::frame::{frame, scripts};
use super::message::{failed, not_found_page};
use super::plans::interval_name;
use super::policy::{Holds, set as set_policy};
use super::{Visit, visit};
use crate::domain::id::OrderToken;
use crate::domain::order::{Disposition, Event, EventKind, MoneyState, StateWord};
use crate::islands::OrderWatch;
use crate::service::{OrderPage, SentBack, WhyBack};
use crate::text::{Lang, text};
use crate::ui::{Fact, Facts, Notice, Tone};

pub(super) fn page() -> AnyView {
    let Some(visit) = visit() else { return ().into_any() };
    set_policy(&visit, Holds::Islands);
    let token = use_params_map().get_untracked().get("token").unwrap_or_default();
    let scripts = scripts(&visit);
    let content = Suspend::new(async move { load(visit, &token).await });
    view! { <Suspense>{content}</Suspense>{scripts} }.into_any()
}

async fn load(visit: Visit, token: &str) -> AnyView {
    let Ok(token) = OrderToken::parse(token) else { return not_found_page(&visit) };
    match visit.services.order_page(&token).await {
        Ok(page) => order(&visit, &page),
        Err(error) => failed(&visit, &error),
    }
}

fn order(visit: &Visit, page: &OrderPage) -> AnyView {
    let lang = visit.lang;
    let order = &page.order;
    let title = text!(lang, "order-title", number = order.number.as_str().to_owned());
    let watch = (order.money.is_moving() || page.is_returning())
        .then(|| view! { <OrderWatch token=order.token.as_str().to_owned() state=order.money events=u32::try_from(page.events.len()).unwrap_or(u32::MAX)/> });
    let content = view! {
        <h1>{title.clone()}</h1>
        <div role="status">{headline(lang, page)}</div>
        {notices(lang, page)}
        {deposit(lang, page)}
        {actions(lang, page)}
        <Facts rows=facts(lang, page)/>
        {receipts(lang, page)}
        <section aria-labelledby="story">
            <h2 id="story">{text!(lang, "order-story")}</h2>
            <ol class="story">{story(lang, page)}</ol>
        </section>
        <p class="price-note">{text!(lang, "order-print")}</p>
        {watch}
    };
    frame(visit, title, Some(order.state_word().as_str()), content.into_any())
}

fn headline(lang: Lang, page: &OrderPage) -> AnyView {
    let order = &page.order;
    let amount = lang.money(order.amount.total());
    let (tone, title, body) = match order.state_word() {
        StateWord::Shipping => (Tone::Good, text!(lang, "state-shipping"), String::new()),
        StateWord::Completed => (Tone::Good, text!(lang, "state-completed"), String::new()),
        StateWord::Pending => (Tone::Plain, text!(lang, "state-pending"), text!(lang, "state-pending-body")),
        StateWord::AwaitingConfirm => {
            (Tone::Plain, text!(lang, "state-awaiting-confirm"), text!(lang, "state-awaiting-confirm-body"))
        }
        StateWord::AwaitingDeposit => {
            (Tone::Plain, text!(lang, "state-awaiting-deposit"), text!(lang, "state-awaiting-deposit-body"))
        }
        StateWord::Paid => (Tone::Good, text!(lang, "state-paid"), text!(lang, "state-paid-body", amount = amount)),
        StateWord::PartiallyRefunded => {
            let (back, left) = (order.refunded.total(), order.amount.checked_sub(order.refunded));
            let left = left.map(|left| lang.money(left.total())).unwrap_or_default();
            let body = text!(lang, "state-partially-refunded-body", back = lang.money(back), left = left);
            (Tone::Plain, text!(lang, "state-partially-refunded"), body)
        }
        StateWord::Refunded => (Tone::Plain, text!(lang, "state-refunded"), text!(lang, "state-refunded-body")),
        StateWord::Cancelled => (Tone::Plain, text!(lang, "state-cancelled"), text!(lang, "state-cancelled-body")),
        StateWord::Failed if !page.sent_back().is_empty() => {
            (Tone::Warning, text!(lang, "state-failed"), String::new())
        }
        StateWord::Failed => (Tone::Warning, text!(lang, "state-failed"), text!(lang, "state-failed-body")),
        StateWord::Expired => (Tone::Warning, text!(lang, "state-expired"), text!(lang, "state-expired-body")),
    };
    let (tone, title) =
        if page.is_in_review() { (Tone::Warning, text!(lang, "state-in-review")) } else { (tone, title) };
    // While money waits to be judged, nothing is said about what was paid; the notices below do that. Nor is
    // "no money came" said where some came and went back.
    let body = (!body.is_empty() && !page.is_told_by_payments()).then(|| view! { <p>{body}</p> });
    view! { <Notice tone=tone><p class="state">{title}</p>{body}</Notice> }.into_any()
}

fn notices(lang: Lang, page: &OrderPage) -> AnyView {
    let mut notices = Vec::new();
    if !page.answered {
        notices.push(text!(lang, "order-unanswered"));
    }
    notices.extend(page.sent_back().into_iter().map(|SentBack { payment, why }| {
        let paid = payment.captured.map(|amount| lang.money(amount.total())).unwrap_or_default();
        let is_on_its_way = payment.disposition == Disposition::Returning;
        match (why, is_on_its_way) {
            (WhyBack::WrongAmount, true) => text!(lang, "returning-wrong-amount", paid = paid),
            (WhyBack::WrongAmount, false) => text!(lang, "returned-wrong-amount", paid = paid),
            (WhyBack::Late, true) => text!(lang, "link-late-returning", paid = paid),
            (WhyBack::Late, false) => text!(lang, "link-late-returned", paid = paid),
        }
    }));
    if !page.reviews.is_empty() {
        notices.push(text!(lang, "in-review"));
    }
    notices
        .into_iter()
        .map(|text| view! { <Notice tone=Tone::Warning><p>{text}</p></Notice> })
        .collect_view()
        .into_any()
}

fn deposit(lang: Lang, page: &OrderPage) -> AnyView {
    if page.order.money != MoneyState::AwaitingDeposit {
        return ().into_any();
    }
    let Some(deposit) = &page.deposit else {
        return view! { <Notice tone=Tone::Plain><p>{text!(lang, "deposit-unknown")}</p></Notice> }.into_any();
    };
    let mut rows = vec![
        Fact::new(text!(lang, "deposit-bank"), deposit.bank.clone()),
        Fact::new(text!(lang, "deposit-account"), deposit.account.clone()),
        Fact::total(text!(lang, "deposit-amount"), lang.money(page.order.amount.total())),
    ];
    if let Some(until) = deposit.until {
        rows.push(Fact::new(text!(lang, "deposit-until"), lang.date_time(until)));
    }
    view! { <div data-deposit="true"><Facts rows=rows/></div> }.into_any()
}

fn actions(lang: Lang, page: &OrderPage) -> AnyView {
    let order = &page.order;
    let again = (order.money.is_moving() || !page.answered || page.is_returning()).then(|| {
        view! { <a class="button button-quiet" href=format!("/orders/{}", order.token)>{text!(lang, "order-again")}</a> }
    });
    let pay = page.is_payable().then(|| {
        view! {
            <form method="post" action="/api/checkout/resume">
                <input type="hidden" name="token" value=order.token.as_str().to_owned()/>
                <button class="button" type="submit">{text!(lang, "order-pay")}</button>
            </form>
        }
    });
    let anew = order.plan().filter(|_| page.may_be_ordered_anew()).map(|(plan, interval)| {
        let href = format!("/checkout/{}/{}", plan.as_str(), interval.as_str());
        view! { <a class="button" href=href>{text!(lang, "order-anew")}</a> }
    });
    view! { <div class="actions">{pay}{anew}{again}</div> }.into_any()
}

fn facts(lang: Lang, page: &OrderPage) -> Vec<Fact> {
    let order = &page.order;
    let lines = order.lines.iter().map(|line| match &line.plan {
        Some((_, interval)) => format!("{} · {}", line.name, interval_name(lang, *interval)),
        None => line.name.clone(),
    });
    let mut rows = vec![
        Fact::new(text!(lang, "order-number"), order.number.as_str()),
        Fact::new(text!(lang, "order-item"), lines.collect::<Vec<_>>().join(", ")),
        Fact::new(text!(lang, "order-placed-at"), lang.date_time(order.created_at)),
    ];
    if let Some(payment) = page.paid_by() {
        if let Some(at) = payment.paid_at {
            rows.push(Fact::new(text!(lang, "order-paid-at"), lang.date_time(at)));
        }
        if let Some(method) = &payment.method {
            rows.push(Fact::new(text!(lang, "order-method"), method.clone()));
        }
        if let Some(number) = &payment.provider_order_number {
            rows.push(Fact::new(text!(lang, "order-provider-number"), number.clone()));
        }
    }
    if let (Some(original), Some(code)) = (order.original, &order.promotion) {
        rows.extend(discount(lang, original, order.amount.total(), code));
    }
    rows.extend(parts(lang, order.amount));
    rows.push(Fact::total(text!(lang, "order-amount"), lang.money(order.amount.total())));
    if !order.refunded.is_zero() {
        rows.push(Fact::new(text!(lang, "order-refunded"), lang.money(order.refunded.total())));
    }
    rows
}

fn receipts(lang: Lang, page: &OrderPage) -> AnyView {
    let url = page.paid_by().and_then(|payment| payment.receipt_url.clone());
    url.map(|url| view! { <p><a href=url rel="noreferrer">{text!(lang, "order-receipt")}</a></p> }).into_any()
}

fn story(lang: Lang, page: &OrderPage) -> impl IntoView + use<> {
    page.events
        .iter()
        // What staff write for themselves is not for the customer.
        .filter(|event| event.kind != EventKind::Noted)
        .map(
            |event| view! { <li><span class="when">{lang.date_time(event.at)}</span>" "{event_text(lang, event)}</li> },
        )
        .collect_view()
}

/// One line of an order's log as a sentence. Names of staff are left to their own pages.
pub(super) fn event_text(lang: Lang, event: &Event) -> String {
    let amount = event.krw.map(|krw| lang.money(krw));
    match event.kind {
        EventKind::Created => text!(lang, "event-created"),
        EventKind::InvoiceMade => text!(lang, "event-invoice-made"),
        EventKind::AwaitingConfirm => text!(lang, "event-awaiting-confirm"),
        EventKind::AwaitingDeposit => text!(lang, "event-awaiting-deposit"),
        EventKind::Paid => text!(lang, "event-paid"),
        EventKind::Declined => text!(lang, "event-declined"),
        EventKind::Expired => text!(lang, "event-expired"),
        EventKind::WrongAmount => text!(lang, "event-wrong-amount"),
        EventKind::LateReturn => text!(lang, "link-event-late-return"),
        EventKind::GivenBack => text!(lang, "event-given-back"),
        EventKind::ReviewNeeded => text!(lang, "event-review-needed"),
        EventKind::RefundDone => match amount {
            Some(amount) => text!(lang, "event-part-refunded", amount = amount),
            None => text!(lang, "event-refund-done"),
        },
        EventKind::RefundOrdered => text!(lang, "event-refund-ordered", amount = amount.unwrap_or_default()),
        EventKind::WentBack => match amount {
            Some(amount) => text!(lang, "event-went-back", amount = amount),
            None => text!(lang, "event-went-back-whole"),
        },
        EventKind::Shipped => text!(lang, "event-shipped"),
        EventKind::Completed => text!(lang, "event-completed"),
        EventKind::Noted => text!(lang, "event-noted"),
        EventKind::RefundRefused => match amount {
            Some(amount) => text!(lang, "event-part-refund-refused", amount = amount),
            None => text!(lang, "event-refund-refused"),
        },
        EventKind::ReviewCounted => text!(lang, "review-event-counted"),
        EventKind::ReviewGivenBack => text!(lang, "review-event-given-back"),
        EventKind::ReviewKept => text!(lang, "review-event-kept"),
        EventKind::RefundUnknown => text!(lang, "refund-event-unknown"),
        EventKind::AccountNeeded => text!(lang, "refund-event-account-needed"),
        EventKind::RefundGivenUp => text!(lang, "refund-event-given-up"),
        EventKind::RefundOvertaken => text!(lang, "refund-event-overtaken"),
        EventKind::Approved => text!(lang, "approval-event-approved"),
    }
}
