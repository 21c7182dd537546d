//! Reads the bodies of issues, charges and reservations (Bootpay C.5 to C.8) and refuses what Bootpay refuses. Of the
//! numbers of cards, accounts and persons it hands on masked forms only.

use serde_json::Value;

use super::banks;
use super::rules::Charge;
use crate::domain::time::UnixMs;
use crate::emulator::error::{
    ApiError, RC_INVALID_EXP_MONTH, SUBSCRIBE_AT_BANK_ACCOUNT_BLANK, SUBSCRIBE_AT_BANK_CODE_BLANK,
    SUBSCRIBE_AT_BLANK_NOT_FOUND, SUBSCRIBE_AT_IDENTITY_NO_BLANK, SUBSCRIBE_AT_LOOKUP_USER_FAILED,
    SUBSCRIBE_AT_PHONE_BLANK, SUBSCRIBE_AT_USERNAME_BLANK,
};
use crate::emulator::fields::{
    Body, array, content, http_url, integer, needed, object_or_empty, optional_won, text, won,
};
use crate::emulator::masked;
use crate::emulator::records::{BillingKey, Consent, Feedback, Method};
use crate::emulator::rules::Making;
use crate::emulator::times;

/// How long a transfer's key lives; Bootpay's own life of it is unknown.
const TRANSFER_LIFE_MONTHS: i64 = 120;
/// The end of an account number whose holder nobody knows here.
const UNKNOWN_HOLDER: &str = "0000";

/// A card key to issue. The card's own numbers end here.
pub(super) fn card(body: &Body, making: &Making<'_>) -> Result<BillingKey, ApiError> {
    let number = masked::digits(&needed(body, "card_no")?);
    if !(14..=16).contains(&number.len()) {
        return Err(ApiError::param("card_no: 14~16자리 숫자여야 합니다."));
    }
    if masked::digits(&needed(body, "card_pw")?).len() != 2 {
        return Err(ApiError::param("card_pw: 비밀번호 앞 두 자리여야 합니다."));
    }
    if !names_a_person(&needed(body, "card_identity_no")?) {
        return Err(ApiError::param("card_identity_no: 생년월일 6자리 또는 사업자등록번호 10자리여야 합니다."));
    }
    let wish = wish(body, making)?;
    Ok(BillingKey {
        method: Method::Card,
        company: "연습용 카드".to_owned(),
        company_code: "00".to_owned(),
        number: masked::card(&number),
        expires_at: card_end(body, making.now)?,
        ..wish
    })
}

/// The first instant after the month that is printed on the card.
fn card_end(body: &Body, now: UnixMs) -> Result<UnixMs, ApiError> {
    let (year, month) = (needed(body, "card_expire_year")?, needed(body, "card_expire_month")?);
    let month = month.parse::<u8>().ok().filter(|month| (1..=12).contains(month)).ok_or(RC_INVALID_EXP_MONTH)?;
    let year = year.strip_prefix("20").filter(|rest| rest.len() == 2).unwrap_or(&year);
    let wrong = || ApiError::param("card_expire_year: 두 자리 연도여야 합니다.");
    let year = year.parse::<u8>().ok().filter(|year| *year < 100).ok_or_else(wrong)?;
    let (_, end) = times::month(&format!("20{year:02}-{month:02}")).ok_or_else(wrong)?;
    if end > now { Ok(end) } else { Err(ApiError::param("card_expire_year: 유효기간이 지난 카드입니다.")) }
}

/// An account transfer to be consented to. The account's and the person's numbers end here.
pub(super) fn transfer(body: &Body, making: &Making<'_>) -> Result<BillingKey, ApiError> {
    if needed(body, "pg")? != "nicepay" {
        return Err(ApiError::param("pg: 계좌 자동이체는 nicepay만 지원합니다."));
    }
    one_of(body, "auth_type", &["ARS", "간편인증"])?;
    one_of(body, "cash_receipt_type", &["소득공제", "지출증빙"])?;
    let bank = text(body, "bank_name")?.or(text(body, "bank_code")?).ok_or(SUBSCRIBE_AT_BANK_CODE_BLANK)?;
    let (company_code, company) = banks::bank(&bank).ok_or(SUBSCRIBE_AT_BLANK_NOT_FOUND)?;
    text(body, "username")?.ok_or(SUBSCRIBE_AT_USERNAME_BLANK)?;
    let account = masked::digits(&text(body, "bank_account")?.ok_or(SUBSCRIBE_AT_BANK_ACCOUNT_BLANK)?);
    let person = text(body, "identity_no")?.ok_or(SUBSCRIBE_AT_IDENTITY_NO_BLANK)?;
    text(body, "phone")?.ok_or(SUBSCRIBE_AT_PHONE_BLANK)?;
    if !(8..=16).contains(&account.len()) {
        return Err(ApiError::param("bank_account: 8~16자리 숫자여야 합니다."));
    }
    if !names_a_person(&person) {
        return Err(ApiError::param("identity_no: 생년월일 6자리 또는 사업자등록번호 10자리여야 합니다."));
    }
    if account.ends_with(UNKNOWN_HOLDER) {
        return Err(SUBSCRIBE_AT_LOOKUP_USER_FAILED);
    }
    let wish = wish(body, making)?;
    Ok(BillingKey {
        method: Method::Transfer,
        company: format!("{company}은행"),
        company_code: company_code.to_owned(),
        number: masked::account(&account),
        expires_at: times::later(making.now, 0, TRANSFER_LIFE_MONTHS).unwrap_or(making.now),
        consent: Some(Consent::Waiting),
        ..wish
    })
}

fn names_a_person(number: &str) -> bool {
    matches!(masked::digits(number).len(), 6 | 10)
        && number.chars().all(|letter| letter.is_ascii_digit() || letter == '-')
}

fn one_of(body: &Body, name: &str, known: &[&str]) -> Result<(), ApiError> {
    match text(body, name)? {
        Some(value) if !known.contains(&value.as_str()) => {
            Err(ApiError::param(format!("{name}: {} 가운데 하나여야 합니다.", known.join(", "))))
        }
        _ => Ok(()),
    }
}

/// What both kinds have in common.
fn wish(body: &Body, making: &Making<'_>) -> Result<BillingKey, ApiError> {
    let price = optional_won(body, "price")?.unwrap_or(0);
    Ok(BillingKey {
        receipt_id: making.hex24(),
        key: None,
        subscription_id: needed(body, "subscription_id")?,
        order_name: needed(body, "order_name")?,
        pg: needed(body, "pg")?,
        method: Method::Card,
        company: String::new(),
        company_code: String::new(),
        number: String::new(),
        price,
        tax_free: tax_free(body, price)?,
        metadata: object_or_empty(body, "metadata")?,
        user: object_or_empty(body, "user")?,
        requested_at: making.now,
        published_at: None,
        expires_at: making.now,
        destroyed_at: None,
        consent: None,
        first_receipt_id: None,
        declines: false,
    })
}

fn tax_free(body: &Body, price: i64) -> Result<i64, ApiError> {
    let tax_free = integer(body, "tax_free")?.unwrap_or(0);
    let known = (0..=price).contains(&tax_free).then_some(tax_free);
    known.ok_or_else(|| ApiError::param("tax_free: 0 이상, price 이하의 정수여야 합니다."))
}

/// A charge and the key that it names.
pub(super) fn charge(body: &Body) -> Result<(String, Charge), ApiError> {
    let key = needed(body, "billing_key")?;
    let price = won(body, "price")?;
    items_add_up(body, price)?;
    let feedback = http_url(body, "feedback_url")?
        .map(|url| Ok::<_, ApiError>(Feedback { url, content: content(body, "content_type")? }))
        .transpose()?;
    let charge = Charge {
        order_id: String::new(),
        merchant_order_id: needed(body, "order_id")?,
        name: needed(body, "order_name")?,
        price,
        tax_free: tax_free(body, price)?,
        metadata: object_or_empty(body, "metadata")?,
        user: object_or_empty(body, "user")?,
        feedback,
    };
    Ok((key, charge))
}

/// If there are items, they must cost the price (Bootpay C.6).
fn items_add_up(body: &Body, price: i64) -> Result<(), ApiError> {
    let items = array(body, "items")?;
    let wrong = || ApiError::param("items: 상품 금액(price × qty)의 합이 price와 같아야 합니다.");
    let sum = items.iter().try_fold(0_i64, |sum, item| {
        let item = item.as_object().ok_or_else(wrong)?;
        let (price, quantity) = (integer(item, "price")?.ok_or_else(wrong)?, integer(item, "qty")?.unwrap_or(1));
        price.checked_mul(quantity).and_then(|total| sum.checked_add(total)).ok_or_else(wrong)
    })?;
    if items.is_empty() || sum == price { Ok(()) } else { Err(wrong()) }
}

/// When a reservation shall be charged: later than now.
pub(super) fn execute_at(body: &Body, now: UnixMs) -> Result<UnixMs, ApiError> {
    let at = times::instant(&needed(body, "reserve_execute_at")?).filter(|at| *at > now);
    at.ok_or_else(|| ApiError::param("reserve_execute_at: 지금보다 나중인 ISO 8601 시각이어야 합니다."))
}

/// `done` or `failed`, as the control call names the end of the customer's call.
pub(super) fn consent(body: &Body) -> Result<Consent, ApiError> {
    match body.get("outcome").and_then(Value::as_str) {
        Some("done") => Ok(Consent::Given),
        Some("failed") => Ok(Consent::Refused),
        _ => Err(ApiError::param("outcome: done 또는 failed여야 합니다.")),
    }
}
