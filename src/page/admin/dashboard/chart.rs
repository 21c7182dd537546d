//! Money of the last days as bars, and the same numbers as a table.

use leptos::prelude::*;

use super::super::table::{Head, data_table};
use crate::service::Day;
use crate::text::{Lang, text};

/// Units of the drawing: the room of one day, its two bars, and the height of the highest bar.
const SLOT: usize = 20;
const PAID: usize = 10;
const REFUNDED: usize = 5;
const HEIGHT: i64 = 100;

/// A bar's height; money that is there is never drawn as nothing.
fn height(won: i64, most: i64) -> i64 {
    match won {
        ..=0 => 0,
        won => won.saturating_mul(HEIGHT).checked_div(most).unwrap_or(0).clamp(1, HEIGHT),
    }
}

pub(super) fn chart(lang: Lang, days: &[Day]) -> AnyView {
    let most = days.iter().flat_map(|day| [day.paid.won, day.refunded.won]).max().unwrap_or(0);
    let bar = |class: &'static str, x: usize, width: usize, won: i64| {
        let height = height(won, most);
        view! { <rect class=class x=x y=HEIGHT - height width=width height=height></rect> }
    };
    let bars = days
        .iter()
        .enumerate()
        .map(|(place, day)| {
            let x = place * SLOT + 2;
            view! {
                {bar("bar", x, PAID, day.paid.won)}
                {bar("bar bar-warning", x + PAID + 1, REFUNDED, day.refunded.won)}
            }
        })
        .collect_view();
    let width = days.len() * SLOT;
    let count = days.len().to_string();
    view! {
        <figure class="chart" aria-labelledby="chart">
            <figcaption><h2 id="chart">{text!(lang, "glance-chart", days = count.clone())}</h2></figcaption>
            <svg viewBox=format!("0 0 {width} {}", HEIGHT + 1) preserveAspectRatio="none" role="img"
                aria-label=text!(lang, "glance-chart-label", days = count)>
                {bars}
                <line class="axis" x1="0" x2=width y1=HEIGHT y2=HEIGHT></line>
            </svg>
            <p class="hint">{text!(lang, "glance-chart-key", most = lang.sum(most))}</p>
            {table(lang, days)}
        </figure>
    }
    .into_any()
}

fn table(lang: Lang, days: &[Day]) -> AnyView {
    let title = text!(lang, "glance-chart-table");
    let rows = days
        .iter()
        .rev()
        .map(|day| {
            view! {
                <tr data-day=crate::clock::day_in_seoul(day.began)>
                    <th scope="row">{lang.day(day.began)}</th>
                    <td class="num">{lang.number(day.paid.orders)}</td>
                    <td class="num">{lang.sum(day.paid.won)}</td>
                    <td class="num">{lang.number(day.refunded.orders)}</td>
                    <td class="num">{lang.sum(day.refunded.won)}</td>
                </tr>
            }
        })
        .collect_view();
    let heads = vec![
        Head::Text(text!(lang, "glance-day")),
        Head::Number(text!(lang, "glance-paid-orders")),
        Head::Number(text!(lang, "glance-paid")),
        Head::Number(text!(lang, "glance-refunded-orders")),
        Head::Number(text!(lang, "glance-refunded")),
    ];
    view! {
        <details class="more">
            <summary>{title.clone()}</summary>
            {data_table(title, heads, rows)}
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_bar_fills_the_drawing_and_little_money_is_still_seen() {
        assert_eq!([0, 1, 50, 100].map(|won| height(won, 100)), [0, 1, 50, 100]);
        assert_eq!(height(1, 1_000_000), 1);
        assert_eq!(height(0, 0), 0);
        assert_eq!(height(i64::MAX, i64::MAX), 1, "too much to multiply is still drawn");
    }
}
