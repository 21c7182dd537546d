//! The form of a link, as people and others type it.

use super::*;

const NOW: UnixMs = UnixMs::new(1_795_151_100_000);

fn typed() -> Typed {
    Typed { name: "상담료".into(), amount: "29,900원".into(), expires_days: "7".into(), ..Typed::default() }
}

fn wrongs(typed: Typed) -> Vec<(&'static str, Wrong)> {
    typed.parse(NOW).unwrap_err()
}

#[test]
fn the_least_form_is_a_link_for_one_payment() {
    let terms = typed().parse(NOW).unwrap();
    assert_eq!((terms.amount.total().get(), terms.uses), (29_900, 1));
    assert_eq!(terms.expires_at, NOW.plus_ms(7 * DAY_MS));
    assert_eq!((terms.notify, terms.products.len(), terms.redirect), (Notify::default(), 0, None));
}

#[test]
fn amounts_are_taken_as_people_type_them() {
    for text in ["29900", "29,900", " 29,900 원", "₩29,900", "￦ 29,900"] {
        assert_eq!(won(text).map(Krw::get), Ok(29_900), "{text}");
    }
    for text in ["", "-1", "1e3", "29.900", "삼만원", "٢٩", "0x10"] {
        assert_eq!(won(text), Err(Wrong::NotANumber), "{text}");
    }
    assert_eq!(won("99999999999999999999"), Err(Wrong::TooLarge));
    assert_eq!(wrongs(Typed { amount: "99".into(), ..typed() }), [("amount", Wrong::TooSmall)]);
    assert_eq!(wrongs(Typed { tax_free: "30,000".into(), ..typed() }), [("tax_free", Wrong::TaxFreeTooLarge)]);
    assert_eq!(wrongs(Typed { original: "29,900".into(), ..typed() }), [("original", Wrong::OriginalTooSmall)]);
}

#[test]
fn a_minute_is_seouls() {
    assert_eq!(seoul_minute("2026-11-20T14:05"), Some(NOW));
    assert_eq!(seoul_minute("2026-11-20 14:05:00"), Some(NOW));
    assert_eq!(seoul_minute("1970-01-01T09:00"), Some(UnixMs::new(0)));
    assert_eq!(seoul_minute("2028-02-29T00:00").map(UnixMs::get), Some(1_835_362_800_000));
    for wrong in [
        "",
        "2026-02-29T10:00",
        "2026-13-01T10:00",
        "2026-11-31T10:00",
        "2026-11-20T24:00",
        "내일",
        "2026-11-20",
        "+026-11-20T10:00",
    ] {
        assert_eq!(seoul_minute(wrong), None, "{wrong}");
    }
}

#[test]
fn a_link_ends_in_the_future_and_within_a_year() {
    let at = |at: &str| parse_expiry("", at, NOW);
    assert_eq!(at("2026-11-20T14:05"), Err(("expires_at", Wrong::Past)));
    assert_eq!(at("2028-11-20T14:05"), Err(("expires_at", Wrong::TooFar)));
    assert!(at("2026-11-20T14:06").is_ok());
    assert_eq!(parse_expiry("366", "", NOW), Err(("expires_days", Wrong::TooFar)));
    assert_eq!(parse_expiry("0", "", NOW), Err(("expires_days", Wrong::TooSmall)));
    assert_eq!(parse_expiry("", "", NOW), Err(("expires_days", Wrong::Text(Refusal::Empty))));
}

#[test]
fn nobody_is_told_without_an_address() {
    let told = Typed { notify: "now".into(), ways: vec!["sms".into()], ..typed() };
    assert_eq!(wrongs(told.clone()), [("ways", Wrong::WayNeedsPhone)]);
    let known = Typed { customer_phone: "010-1234-5678".into(), ..told };
    assert_eq!(known.parse(NOW).unwrap().notify.ways, [Way::Sms]);
    assert_eq!(wrongs(Typed { ways: vec![], ..known.clone() }), [("ways", Wrong::NoWay)]);
    assert_eq!(wrongs(Typed { ways: vec!["email".into()], ..known.clone() }), [("ways", Wrong::WayNeedsEmail)]);
    let later = Typed { notify: "later".into(), notify_at: "2026-11-20T14:00".into(), ..known };
    assert_eq!(wrongs(later), [("notify_at", Wrong::Past)]);
}

#[test]
fn products_metadata_and_redirect_are_plain() {
    let full = Typed {
        products: [
            ["p-1".into(), "2".into(), "-1".into()],
            Default::default(),
            ["p2".into(), String::new(), String::new()],
        ],
        metadata: "team = 서울\n\nref=<b>1</b>".into(),
        redirect: "https://shop.example/thanks?x=1".into(),
        uses: "1,000".into(),
        ..typed()
    };
    let terms = full.parse(NOW).unwrap();
    assert_eq!((terms.products.len(), terms.products[0].duration, terms.products[1].quantity), (2, -1, 1));
    assert_eq!(terms.metadata[1], ("ref".into(), "<b>1</b>".into()));
    assert_eq!(terms.uses, 1_000);
    for url in [
        "http://a.b",
        "javascript:alert(1)",
        "https://",
        "https://a",
        "https://u@a.b/",
        "https://a.b/\r\nX: y",
        "//a.b",
    ] {
        assert!(redirect(url).is_err(), "{url}");
    }
    for lines in ["x", "order_id=1", "a=1\na=2", "a b=1", "=1"] {
        assert_eq!(metadata(lines), Err(Wrong::MetadataForm), "{lines}");
    }
}

#[test]
fn names_keep_markup_as_text_and_refuse_what_hides() {
    assert_eq!(typed_name("  <b>상담</b> ").map(|terms| terms.name), Ok("<b>상담</b>".to_owned()));
    for hidden in ["", " ", "a\u{0}b", "a\r\nb", "\u{202e}gnp", "\u{1F600}", &"가".repeat(101)] {
        assert!(typed_name(hidden).is_err(), "{hidden:?}");
    }
}

fn typed_name(name: &str) -> Result<Terms, Vec<(&'static str, Wrong)>> {
    Typed { name: name.into(), ..typed() }.parse(NOW)
}
