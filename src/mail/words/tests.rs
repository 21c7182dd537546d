//! What each letter says, in both languages.

use super::*;
use crate::domain::customer::{Customer, Name, Phone};
use crate::domain::id::{CallKey, OrderId, OrderNumber, OrderToken};
use crate::domain::money::Amount;
use crate::domain::order::{FulfilmentState, Invoice, Line, MoneyState, OrderKind};
use crate::domain::time::UnixMs;

const URL: &str = "https://shop.example";

fn order(name: &str) -> Order {
    let amount = Amount::new(Krw::new(29_900).unwrap(), Krw::ZERO).unwrap();
    Order {
        id: OrderId::from_random([0xa5; 15]),
        number: OrderNumber::stored("261120-7KQ2M4X".into()),
        token: OrderToken::from_random([2; 20]),
        name: name.into(),
        lines: vec![Line { name: "줄".into(), product_id: "product".into(), quantity: 1, amount, plan: None }],
        amount,
        customer: Customer {
            name: Name::parse("김철수").ok(),
            phone: Phone::parse("010-1234-5678").ok(),
            email: Email::parse("chulsu@example.org").ok(),
        },
        lang: Lang::Ko,
        money: MoneyState::Paid,
        fulfilment: FulfilmentState::None,
        created_at: UnixMs::new(0),
        expires_at: UnixMs::new(0),
        invoice_key: CallKey::from_random([3; 20]),
        invoice: Some(Invoice { id: "invoice".into(), payment_url: "https://pay.example/x".into() }),
        kind: OrderKind::Plan,
        link: None,
        original: None,
        promotion: None,
        note: "직원만 보는 메모".into(),
        method: Some("카드".into()),
        paid_at: None,
        refunded: Amount::ZERO,
    }
}

fn write(notice: Notice, lang: Lang, order: &Order, won: Option<i64>) -> Letter {
    let krw = won.map(|won| Krw::new(won).unwrap());
    letter(notice, lang, order, krw, URL, "마당 가게", Email::parse("to@example.com").unwrap())
}

fn every_letter(order: &Order, won: Option<i64>) -> impl Iterator<Item = (Notice, Lang, Letter)> {
    let pairs = Notice::ALL.iter().flat_map(|notice| Lang::ALL.iter().map(move |lang| (*notice, *lang)));
    pairs.map(move |(notice, lang)| (notice, lang, write(notice, lang, order, won)))
}

#[test]
fn every_letter_has_what_it_must() {
    let order = order("프로 · 월간");
    for (notice, lang, letter) in every_letter(&order, Some(12_300)) {
        let (subject, text) = (letter.subject(), letter.text());
        let at = format!("{notice:?} {lang:?}\n{text}");
        assert!(subject.starts_with("[마당 가게] ") && subject.ends_with("(261120-7KQ2M4X)"), "{at}");
        let (price, part) = match lang {
            Lang::Ko => ("29,900원", "12,300원"),
            Lang::En => ("₩29,900", "₩12,300"),
        };
        for wanted in ["261120-7KQ2M4X", "프로 · 월간", price, part] {
            assert!(text.contains(wanted), "{wanted}: {at}");
        }
        let address = match notice.audience() {
            Audience::Customer => format!("{URL}/orders/{}", order.token),
            Audience::Staff => format!("{URL}/admin/orders/{}", order.id),
        };
        assert!(text.lines().any(|line| line.ends_with(&format!(": {address}"))), "{at}");
        assert_eq!(text.contains("마당 가게"), notice.audience() == Audience::Customer, "whom to ask: {at}");
        assert_eq!(text.contains(&format!("{URL}/admin/reviews")), notice == Notice::PaymentNeedsPerson, "{at}");
        assert!(text.lines().next().is_some_and(|title| subject.contains(title)), "{at}");
        assert!(text.ends_with('\n') && !text.contains("mail-") && !text.contains("{ $"), "{at}");
    }
}

#[test]
fn no_letter_has_more_than_it_must() {
    let order = order("프로 · 월간");
    for (notice, lang, letter) in every_letter(&order, None) {
        let whole = format!("{}\n{}", letter.subject(), letter.text());
        let at = format!("{notice:?} {lang:?}\n{whole}");
        for kept in ["김철수", "1234", "chulsu", "to@example.com", "메모", "product", "invoice", "pay.example"] {
            assert!(!whole.contains(kept), "{kept}: {at}");
        }
        let (token, id) = (order.token.as_str(), order.id.as_str());
        match notice.audience() {
            Audience::Customer => assert!(!whole.contains(id) && !whole.contains("/admin"), "{at}"),
            Audience::Staff => assert!(!whole.contains(token), "{at}"),
        }
        // Amounts are written in groups, so whatever is longer would be a number of something else.
        let rest = whole.replace(order.number.as_str(), "").replace(token, "").replace(id, "");
        let longest = rest.split(|c: char| !c.is_ascii_digit()).map(str::len).max();
        assert!(longest <= Some(3), "{at}");
    }
}

#[test]
fn letters_speak_one_language() {
    let order = order("Pro");
    let hangul = |c: char| ('가'..='힣').contains(&c);
    for (notice, lang, letter) in every_letter(&order, Some(12_300)) {
        let own = letter.text().replace("마당 가게", "");
        assert_eq!(own.contains(hangul), lang == Lang::Ko, "{notice:?} {lang:?}\n{own}");
    }
    let titles: std::collections::HashSet<_> =
        every_letter(&order, None).map(|(_, _, letter)| letter.subject().to_owned()).collect();
    assert_eq!(titles.len(), Notice::ALL.len() * 2);
}

#[test]
fn a_refund_tells_its_own_amount_and_all_of_them() {
    let refunded = Amount::new(Krw::new(15_000).unwrap(), Krw::ZERO).unwrap();
    let part = Order { refunded, money: MoneyState::PartiallyRefunded, ..order("프로") };
    let letter = write(Notice::RefundedInPart, Lang::Ko, &part, Some(12_300));
    for row in ["주문 금액: 29,900원", "이번에 환불한 금액: 12,300원", "지금까지 환불한 금액: 15,000원"]
    {
        assert!(letter.text().lines().any(|line| line == row), "{row}\n{}", letter.text());
    }
    let paid = write(Notice::OrderPaid, Lang::Ko, &order("프로"), None);
    assert!(!paid.text().contains("환불"), "{}", paid.text());
}

#[test]
fn a_hostile_name_stays_one_line_of_text() {
    for hostile in [
        "프로\r\nBcc: thief@example.net\r\n\r\n다른 편지",
        "프로\nSubject: 다른 제목",
        "\u{202e}orp\u{2066} \u{200f}{$amount} { $shop }",
        "프로\u{2028}\u{0}\u{b}\u{85}.\r.\n.\n",
        "<script>alert(1)</script> %0d%0aBcc: x",
    ] {
        let (plain, hostile) = (order("프로"), order(hostile));
        for ((notice, lang, letter), (_, _, usual)) in every_letter(&hostile, None).zip(every_letter(&plain, None)) {
            let at = format!("{notice:?} {lang:?}\n{:?}", letter.text());
            assert_eq!(letter.subject(), usual.subject(), "{at}");
            assert_eq!(letter.text().lines().count(), usual.text().lines().count(), "{at}");
            let changed = letter.text().lines().zip(usual.text().lines()).filter(|(one, other)| one != other).count();
            assert_eq!(changed, 1, "{at}");
            let is_hidden = |c: char| c != '\n' && crate::domain::text::is_unprintable(c);
            assert!(!letter.text().contains(is_hidden), "{at}");
        }
    }
    let to = Email::parse("to@example.com").unwrap();
    let shop = "마당\r\nBcc: thief@example.net";
    let letter = letter(Notice::OrderPaid, Lang::Ko, &order("프로"), None, URL, shop, to);
    assert!(letter.subject().starts_with("[마당 Bcc: thief@example.net] "));
}
