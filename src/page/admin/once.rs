//! What is told this once, because only a hash of it is kept.

use leptos::prelude::*;

use super::Desk;
use super::frame::{Section, frame};
use crate::text::text;
use crate::ui::{Notice, Tone};

/// Something to copy now. Never shown to `Debug`.
#[derive(Clone, PartialEq, Eq)]
pub enum Once {
    RecoveryCodes(Vec<String>),
    Invitation { email: String, link: String },
}

impl std::fmt::Debug for Once {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Once")
    }
}

pub(super) fn page(desk: &Desk, once: Once) -> AnyView {
    match once {
        Once::RecoveryCodes(codes) => recovery_codes(desk, codes),
        Once::Invitation { email, link } => invitation(desk, email, link),
    }
}

fn recovery_codes(desk: &Desk, codes: Vec<String>) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "door-codes-title");
    let codes =
        codes.into_iter().map(|code| view! { <li><code data-recovery-code="">{code}</code></li> }).collect_view();
    let content = view! {
        <div class="heading"><h1>{title.clone()}</h1></div>
        <Notice tone=Tone::Warning><p>{text!(lang, "door-codes-once")}</p></Notice>
        <p>{text!(lang, "door-codes-use")}</p>
        <ol class="codes">{codes}</ol>
        <p><a class="button" href="/admin/account/factor">{text!(lang, "door-codes-kept")}</a></p>
    };
    frame(desk, title, Section::Account, content.into_any())
}

fn invitation(desk: &Desk, email: String, link: String) -> AnyView {
    let lang = desk.visit.lang;
    let title = text!(lang, "door-invited-title");
    let content = view! {
        <div class="heading"><h1>{title.clone()}</h1></div>
        <Notice tone=Tone::Warning><p>{text!(lang, "door-invited-once")}</p></Notice>
        <p>{text!(lang, "door-invited-use", email = email)}</p>
        <div class="field">
            <label for="link">{text!(lang, "door-invited-link")}</label>
            <input id="link" type="text" readonly value=link data-invitation-link=""/>
        </div>
        <p><a class="button" href="/admin/settings/staff">{text!(lang, "door-staff-title")}</a></p>
    };
    frame(desk, title, Section::Settings, content.into_any())
}
