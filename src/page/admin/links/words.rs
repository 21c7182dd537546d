//! Words for what a link is, what happened to it, and why something can't be.

use leptos::prelude::*;

use crate::domain::link::{LinkEvent, LinkEventKind, LinkState, SendState, Trouble, Way};
use crate::domain::order::{FulfilmentState, MoneyState, Order};
use crate::domain::time::UnixMs;
use crate::text::{Lang, text};

pub(super) fn state(lang: Lang, state: LinkState) -> String {
    match state {
        LinkState::Draft => text!(lang, "link-state-draft"),
        LinkState::Live => text!(lang, "link-state-live"),
        LinkState::Opened => text!(lang, "link-state-opened"),
        LinkState::Paid => text!(lang, "link-state-paid"),
        LinkState::Expired => text!(lang, "link-state-expired"),
        LinkState::Stopped => text!(lang, "link-state-stopped"),
        LinkState::PaidLate => text!(lang, "link-state-paid-late"),
        LinkState::Refunded => text!(lang, "link-state-refunded"),
    }
}

pub(in crate::page::admin) fn badge(lang: Lang, shown: LinkState) -> impl IntoView + use<> {
    let class = match shown {
        LinkState::Paid => "badge badge-good",
        LinkState::Draft | LinkState::PaidLate => "badge badge-warning",
        _ => "badge badge-plain",
    };
    view! { <span class=class data-state=shown.as_str()>{state(lang, shown)}</span> }
}

/// The state of an order in the words that its own page uses.
pub(super) fn money(lang: Lang, order: &Order) -> String {
    match (order.money, order.fulfilment) {
        (MoneyState::Paid | MoneyState::PartiallyRefunded, FulfilmentState::Shipping) => text!(lang, "state-shipping"),
        (MoneyState::Paid | MoneyState::PartiallyRefunded, FulfilmentState::Completed) => {
            text!(lang, "state-completed")
        }
        (MoneyState::Pending, _) => text!(lang, "state-pending"),
        (MoneyState::AwaitingConfirm, _) => text!(lang, "state-awaiting-confirm"),
        (MoneyState::AwaitingDeposit, _) => text!(lang, "state-awaiting-deposit"),
        (MoneyState::Paid, _) => text!(lang, "state-paid"),
        (MoneyState::PartiallyRefunded, _) => text!(lang, "state-partially-refunded"),
        (MoneyState::Refunded, _) => text!(lang, "state-refunded"),
        (MoneyState::Cancelled, _) => text!(lang, "state-cancelled"),
        (MoneyState::Failed, _) => text!(lang, "state-failed"),
        (MoneyState::Expired, _) => text!(lang, "state-expired"),
    }
}

pub(super) fn way(lang: Lang, way: Way) -> String {
    match way {
        Way::Sms => text!(lang, "link-way-sms"),
        Way::Kakao => text!(lang, "link-way-kakao"),
        Way::Email => text!(lang, "link-way-email"),
        Way::Push => text!(lang, "link-way-push"),
    }
}

pub(super) fn ways(lang: Lang, ways: &[Way]) -> String {
    ways.iter().map(|one| way(lang, *one)).collect::<Vec<_>>().join(", ")
}

pub(super) fn sent(lang: Lang, state: SendState) -> String {
    match state {
        SendState::Claimed => text!(lang, "link-sent-claimed"),
        SendState::Sent => text!(lang, "link-sent-sent"),
        SendState::Failed => text!(lang, "link-sent-failed"),
        SendState::Unknown => text!(lang, "link-sent-unknown"),
    }
}

/// What happened and what to do about it.
pub(super) fn trouble(lang: Lang, trouble: Trouble) -> String {
    match trouble {
        Trouble::Unreachable => text!(lang, "link-trouble-unreachable"),
        Trouble::Malformed => text!(lang, "link-trouble-malformed"),
        Trouble::Differs => text!(lang, "link-trouble-differs"),
        Trouble::NotFound => text!(lang, "link-trouble-not-found"),
        Trouble::Denied => text!(lang, "link-trouble-denied"),
        Trouble::NoTarget => text!(lang, "link-trouble-no-target"),
        Trouble::Price => text!(lang, "link-trouble-price"),
        Trouble::Product => text!(lang, "link-trouble-product"),
        Trouble::Role => text!(lang, "link-trouble-role"),
        Trouble::Keys => text!(lang, "link-trouble-keys"),
        Trouble::Parameters => text!(lang, "link-trouble-parameters"),
        Trouble::Refused => text!(lang, "link-trouble-refused"),
        Trouble::KeyTooOld => text!(lang, "link-trouble-key-too-old"),
    }
}

/// One line of the story as a sentence.
pub(super) fn story(lang: Lang, event: &LinkEvent) -> String {
    let who = || event.staff.clone().unwrap_or_default();
    let order = || event.detail.clone();
    let sent_by = || {
        let named: Vec<Way> = event.detail.split_whitespace().filter_map(|word| Way::parse(word).ok()).collect();
        ways(lang, &named)
    };
    let until = || event.detail.parse().map(|ms| lang.date_time(UnixMs::new(ms))).unwrap_or_default();
    match event.kind {
        LinkEventKind::Created => text!(lang, "link-story-created", who = who()),
        LinkEventKind::Ready => text!(lang, "link-story-ready"),
        LinkEventKind::NotReady => {
            let why = Trouble::parse(&event.detail).map(|why| trouble(lang, why)).unwrap_or_default();
            text!(lang, "link-story-not-ready", why = why)
        }
        LinkEventKind::Opened => text!(lang, "link-story-opened"),
        LinkEventKind::Sent => text!(lang, "link-story-sent", who = who(), ways = sent_by()),
        LinkEventKind::NotSent => text!(lang, "link-story-not-sent", who = who(), ways = sent_by()),
        LinkEventKind::SentUnknown => text!(lang, "link-story-sent-unknown", who = who(), ways = sent_by()),
        LinkEventKind::Stopped => text!(lang, "link-story-stopped", who = who()),
        LinkEventKind::Reenabled => text!(lang, "link-story-reenabled", who = who(), until = until()),
        LinkEventKind::Extended => text!(lang, "link-story-extended", who = who(), until = until()),
        LinkEventKind::Paid => text!(lang, "link-story-paid", order = order()),
        LinkEventKind::LateMoney => text!(lang, "link-story-late", order = order()),
    }
}
