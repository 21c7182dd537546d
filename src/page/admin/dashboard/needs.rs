//! What needs a person, each with the way to where it is dealt with.

use leptos::prelude::*;

use super::super::reviews::reason_name;
use super::newest::order_href;
use crate::service::{AtLeast, Needs};
use crate::text::{Lang, text};

pub(super) fn needs(lang: Lang, needs: &Needs) -> AnyView {
    let content = if needs.is_nothing() {
        view! { <p>{text!(lang, "glance-needs-nothing")}</p> }.into_any()
    } else {
        view! { <ul class="checks">{reviews(lang, needs)}{awaiting(lang, needs)}{refunds(lang, needs)}{stuck(lang, needs)}{dead(lang, needs)}</ul> }
            .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="needs">
            <h2 id="needs">{text!(lang, "glance-needs")}</h2>
            {content}
        </section>
    }
    .into_any()
}

/// One kind of work; nothing where there is none.
fn pile(lang: Lang, name: &'static str, title: String, count: AtLeast, content: impl FnOnce() -> AnyView) -> AnyView {
    if count.count == 0 {
        return ().into_any();
    }
    let number = lang.number(count.count);
    let words = if count.is_more {
        text!(lang, "glance-pile-more", count = number)
    } else {
        text!(lang, "glance-pile", count = number)
    };
    view! {
        <li data-need=name data-count=count.count>
            <p><strong>{title}</strong>" "<span class="badge badge-warning">{words}</span></p>
            {content()}
        </li>
    }
    .into_any()
}

fn reviews(lang: Lang, needs: &Needs) -> AnyView {
    pile(lang, "reviews", text!(lang, "glance-reviews"), needs.reviews, || {
        let newest = needs
            .newest_reviews
            .iter()
            .map(|asked| {
                view! {
                    <li data-reason=asked.reason.as_str()>
                        <a href=order_href(&asked.order)>{asked.number.as_str().to_owned()}</a>" "{reason_name(lang, asked.reason)}
                        " "<span class="when">{lang.date_time(asked.at)}</span>
                    </li>
                }
            })
            .collect_view();
        view! {
            <ul>{newest}</ul>
            <p><a href="/admin/reviews">{text!(lang, "glance-reviews-go")}</a></p>
        }
        .into_any()
    })
}

fn awaiting(lang: Lang, needs: &Needs) -> AnyView {
    pile(lang, "awaiting_confirm", text!(lang, "glance-awaiting"), needs.awaiting_confirm, || {
        view! {
            <p>{text!(lang, "glance-awaiting-body")}</p>
            <p><a href="/admin/orders?state=awaiting_confirm">{text!(lang, "glance-awaiting-go")}</a></p>
        }
        .into_any()
    })
}

fn refunds(lang: Lang, needs: &Needs) -> AnyView {
    pile(lang, "refunds", text!(lang, "glance-refunds"), needs.refunds, || {
        let oldest = needs
            .oldest_refunds
            .iter()
            .map(|(order, number, at)| {
                view! {
                    <li>
                        <a href=order_href(order)>{number.as_str().to_owned()}</a>" "
                        <span class="when">{text!(lang, "glance-refund-since", when = lang.date_time(*at))}</span>
                    </li>
                }
            })
            .collect_view();
        view! {
            <p>{text!(lang, "glance-refunds-body")}</p>
            <ul>{oldest}</ul>
        }
        .into_any()
    })
}

fn stuck(lang: Lang, needs: &Needs) -> AnyView {
    pile(lang, "stuck", text!(lang, "glance-stuck"), needs.stuck, || {
        view! {
            <p>{text!(lang, "glance-stuck-body")}</p>
            <p><a href="/admin/orders?state=pending">{text!(lang, "glance-stuck-go")}</a></p>
        }
        .into_any()
    })
}

fn dead(lang: Lang, needs: &Needs) -> AnyView {
    pile(lang, "dead", text!(lang, "glance-dead"), needs.dead, || {
        view! {
            <p>{text!(lang, "glance-dead-body")}</p>
            <p><a href="/admin/webhooks">{text!(lang, "glance-dead-go")}</a></p>
        }
        .into_any()
    })
}
