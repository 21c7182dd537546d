//! Where money goes back to that was paid by virtual account: bank, number, holder. What is typed here is never shown
//! again; the handler takes it out of the form.

use leptos::prelude::*;

use super::form::{Field, Refused, input, select};
use crate::domain::refund_account::Bank;
use crate::text::{Lang, text};

pub(super) fn refund_account_fields(lang: Lang, refused: &Refused) -> AnyView {
    let choose = (String::new(), text!(lang, "refund-account-choose"));
    let banks = Bank::ALL.iter().map(|bank| (bank.as_str().to_owned(), bank_name(lang, *bank)));
    let bank = Field::text("account_bank", text!(lang, "refund-account-bank")).required();
    let number = Field::of("number", "account_number", text!(lang, "refund-account-number")).required();
    let holder = Field::text("account_holder", text!(lang, "refund-account-holder")).required();
    view! {
        <p>{text!(lang, "refund-account-body")}</p>
        {select(lang, refused, bank, std::iter::once(choose).chain(banks).collect())}
        {input(lang, refused, number.hint(text!(lang, "refund-account-number-hint")))}
        {input(lang, refused, holder)}
    }
    .into_any()
}

fn bank_name(lang: Lang, bank: Bank) -> String {
    match bank {
        Bank::Bok => text!(lang, "refund-bank-bok"),
        Bank::Ibk => text!(lang, "refund-bank-ibk"),
        Bank::Kookmin => text!(lang, "refund-bank-kookmin"),
        Bank::Keb => text!(lang, "refund-bank-keb"),
        Bank::Suhyup => text!(lang, "refund-bank-suhyup"),
        Bank::Nonghyup => text!(lang, "refund-bank-nonghyup"),
        Bank::Woori => text!(lang, "refund-bank-woori"),
        Bank::Sc => text!(lang, "refund-bank-sc"),
        Bank::Citi => text!(lang, "refund-bank-citi"),
        Bank::Daegu => text!(lang, "refund-bank-daegu"),
        Bank::Busan => text!(lang, "refund-bank-busan"),
        Bank::Gwangju => text!(lang, "refund-bank-gwangju"),
        Bank::Kyongnam => text!(lang, "refund-bank-kyongnam"),
        Bank::Saemaul => text!(lang, "refund-bank-saemaul"),
        Bank::Post => text!(lang, "refund-bank-post"),
        Bank::Hana => text!(lang, "refund-bank-hana"),
        Bank::Shinhan => text!(lang, "refund-bank-shinhan"),
        Bank::K => text!(lang, "refund-bank-k"),
        Bank::Kakao => text!(lang, "refund-bank-kakao"),
        Bank::Toss => text!(lang, "refund-bank-toss"),
    }
}
