//! `/admin/reconcile`: each day's payments, the provider's beside ours, and what differs.

use leptos::prelude::*;

use super::badge::badge;
use super::form::{Field, Refused, input};
use super::frame::{Section, frame};
use super::table::{Head, data_table};
use super::{Desk, failed, loaded};
use crate::domain::reconcile::{Difference, Line, Sum};
use crate::domain::staff::Permission;
use crate::service::Reconciled;
use crate::text::{Lang, text};
use crate::ui::Tone;

const ADDRESS: &str = "/admin/reconcile";

pub(super) fn page(desk: Desk) -> AnyView {
    loaded(move || async move {
        match desk.visit.services.reconciled().await {
            Ok(days) => days_page(&desk, &days),
            Err(error) => failed(&desk, &error),
        }
    })
}

fn days_page(desk: &Desk, days: &[Reconciled]) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "reconcile-title");
    let may_act = desk.actor.staff.role.may(Permission::TendOrders);
    let form = may_act.then(|| ask(lang, &desk.refused, &desk.visit.services.yesterday()));
    let list = if days.is_empty() {
        view! { <p class="empty">{text!(lang, "reconcile-empty")}</p> }.into_any()
    } else {
        days.iter().map(|day| one_day(lang, day)).collect_view().into_any()
    };
    let content = view! {
        <div class="heading"><h1>{title.clone()}</h1></div>
        <p>{text!(lang, "reconcile-body")}</p>
        {form}
        {list}
    };
    frame(desk, title, Section::Webhooks, content.into_any())
}

fn ask(lang: Lang, refused: &Refused, yesterday: &str) -> AnyView {
    let field = Field::of("date", "day", text!(lang, "reconcile-day")).value(yesterday);
    view! {
        <form class="filters" method="post" action=ADDRESS>
            {input(lang, refused, field)}
            <p class="actions"><button class="button" type="submit">{text!(lang, "reconcile-ask")}</button></p>
        </form>
    }
    .into_any()
}

fn one_day(lang: Lang, one: &Reconciled) -> AnyView {
    let id = format!("day-{}", one.day);
    let count = one.report.lines.len();
    let outcome = if count == 0 {
        badge(Tone::Good, "equal", text!(lang, "reconcile-equal"))
    } else {
        let count = lang.number(i64::try_from(count).unwrap_or(i64::MAX));
        badge(Tone::Warning, "differs", text!(lang, "reconcile-differ", count = count))
    };
    let heads = vec![
        Head::Hidden(text!(lang, "reconcile-whose")),
        Head::Number(text!(lang, "reconcile-count")),
        Head::Number(text!(lang, "reconcile-came")),
        Head::Number(text!(lang, "reconcile-went")),
    ];
    let sums = [
        sum(lang, text!(lang, "reconcile-theirs"), one.report.theirs),
        sum(lang, text!(lang, "reconcile-ours"), one.report.ours),
    ];
    let sums = data_table(text!(lang, "reconcile-sums", day = one.day.clone()), heads, sums.collect_view());
    let foreign = (one.report.foreign > 0)
        .then(|| view! { <p>{text!(lang, "reconcile-foreign", count = lang.number(one.report.foreign))}</p> });
    let lines = (count > 0).then(|| differences(lang, &one.day, &one.report.lines));
    view! {
        <section class="panel" aria-labelledby=id.clone() data-day=one.day.clone() data-differences=count>
            <h2 id=id.clone()>{one.day.clone()}" "{outcome}</h2>
            {sums}
            {foreign}
            {lines}
            <p class="when">{text!(lang, "reconcile-made", when = lang.date_time(one.made_at))}</p>
        </section>
    }
    .into_any()
}

fn sum(lang: Lang, whose: String, sum: Sum) -> AnyView {
    view! {
        <tr>
            <th scope="row">{whose}</th>
            <td class="num">{lang.number(sum.count)}</td>
            <td class="num">{lang.sum(sum.total)}</td>
            <td class="num">{lang.sum(sum.gone_back)}</td>
        </tr>
    }
    .into_any()
}

fn differences(lang: Lang, day: &str, lines: &[Line]) -> AnyView {
    let amount = |won: Option<i64>| won.map_or_else(|| "–".to_owned(), |won| lang.sum(won));
    let rows = lines
        .iter()
        .map(|line| {
            let order = line.order.as_ref().map(|order| {
                view! { <a href=format!("/admin/orders/{order}")>{text!(lang, "webhooks-order-go")}</a> }
            });
            view! {
                <tr class="differs" data-difference=line.difference.as_str()>
                    <th scope="row">{words(lang, line.difference)}</th>
                    <td>{order}</td>
                    <td class="num">{amount(line.theirs)}</td>
                    <td class="num">{amount(line.ours)}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = vec![
        Head::Text(text!(lang, "reconcile-what")),
        Head::Text(text!(lang, "webhooks-order")),
        Head::Number(text!(lang, "reconcile-theirs")),
        Head::Number(text!(lang, "reconcile-ours")),
    ];
    data_table(text!(lang, "reconcile-differences", day = day.to_owned()), heads, rows)
}

fn words(lang: Lang, difference: Difference) -> String {
    match difference {
        Difference::NotBooked => text!(lang, "reconcile-not-booked"),
        Difference::NotShown => text!(lang, "reconcile-not-shown"),
        Difference::Amount => text!(lang, "reconcile-amount"),
        Difference::GoneBack => text!(lang, "reconcile-gone-back"),
    }
}
