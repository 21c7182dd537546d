//! Words for what a link is, what happened to it, and why something can't be.

use leptos::prelude::*;

use super::super::badge::badge;
use crate::domain::link::{LinkEvent, LinkEventKind, LinkState, SendState, Trouble, Way};
use crate::domain::time::UnixMs;
use crate::text::{Lang, text};
use crate::ui::Tone;

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

pub(in crate::page::admin) fn link_badge(lang: Lang, shown: LinkState) -> AnyView {
    let tone = match shown {
        LinkState::Paid => Tone::Good,
        LinkState::Draft | LinkState::PaidLate => Tone::Warning,
        _ => Tone::Plain,
    };
    badge(tone, shown.as_str(), state(lang, shown))
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
