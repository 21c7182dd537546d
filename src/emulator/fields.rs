//! Single fields of request bodies, read strictly: a field of another type is refused, a blank one is absent.

use serde_json::{Map, Value};

use super::error::{ApiError, EMPTY_OBJECT};
use super::records::Content;
use super::times;
use crate::domain::time::UnixMs;

/// Smallest amount in won (Bootpay I.2).
const SMALLEST: i64 = 100;
/// Largest integer that a browser keeps exactly.
const LARGEST: i64 = 9_007_199_254_740_991;

pub(super) type Body = Map<String, Value>;

/// A string that must be there.
pub(super) fn needed(body: &Body, name: &str) -> Result<String, ApiError> {
    text(body, name)?.ok_or_else(|| ApiError::param(format!("{name}: 필수 값입니다.")))
}

/// An amount that must be there and be worth a payment.
pub(super) fn won(body: &Body, name: &str) -> Result<i64, ApiError> {
    let price = integer(body, name)?.filter(|price| (SMALLEST..=LARGEST).contains(price));
    price.ok_or_else(|| ApiError::param(format!("{name}: 100원 이상의 정수여야 합니다.")))
}

/// As `won`; absent and 0 are nothing to pay.
pub(super) fn optional_won(body: &Body, name: &str) -> Result<Option<i64>, ApiError> {
    match integer(body, name)? {
        None | Some(0) => Ok(None),
        Some(_) => won(body, name).map(Some),
    }
}

/// An amount of nothing or more, 0 if absent.
pub(super) fn amount(body: &Body, name: &str) -> Result<i64, ApiError> {
    let known = integer(body, name)?.unwrap_or(0);
    let known = Some(known).filter(|known| (0..=LARGEST).contains(known));
    known.ok_or_else(|| ApiError::param(format!("{name}: 0 이상의 정수여야 합니다.")))
}

/// An ISO 8601 instant, or a day of Seoul.
pub(super) fn instant(body: &Body, name: &str) -> Result<Option<UnixMs>, ApiError> {
    let Some(written) = text(body, name)? else {
        return Ok(None);
    };
    let known = times::instant(&written).or_else(|| times::day(&written).map(|(start, _)| start));
    known.map(Some).ok_or_else(|| ApiError::param(format!("{name}: ISO 8601 시각이어야 합니다.")))
}

pub(super) fn http_url(body: &Body, name: &str) -> Result<Option<String>, ApiError> {
    let Some(url) = text(body, name)? else {
        return Ok(None);
    };
    let lower = url.to_ascii_lowercase();
    if lower.starts_with("http://") || lower.starts_with("https://") {
        Ok(Some(url))
    } else {
        Err(ApiError::param(format!("{name}: http 또는 https 주소여야 합니다.")))
    }
}

/// A webhook's content type, as MIME text or as Bootpay's number (Bootpay H-19).
pub(super) fn content(body: &Body, name: &str) -> Result<Option<Content>, ApiError> {
    let known = match given(body, name) {
        None => return Ok(None),
        Some(Value::String(text)) => match text.trim() {
            "" => return Ok(None),
            "json" | "application/json" => Some(Content::Json),
            "form" | "application/x-www-form-urlencoded" => Some(Content::Form),
            _ => None,
        },
        Some(number) => match number.as_i64() {
            Some(1) => Some(Content::Form),
            Some(2) => Some(Content::Json),
            _ => None,
        },
    };
    known.map(Some).ok_or_else(|| ApiError::param(format!("{name}: json 또는 form 형식이어야 합니다.")))
}

/// How often a webhook may be sent: 10 is the default (Bootpay D.1). That no more may be asked for is ours.
pub(super) fn tries(body: &Body, name: &str) -> Result<Option<u32>, ApiError> {
    let Some(number) = integer(body, name)? else {
        return Ok(None);
    };
    let known = u32::try_from(number).ok().filter(|number| (1..=10).contains(number));
    known.map(Some).ok_or_else(|| ApiError::param(format!("{name}: 1 이상 10 이하의 정수여야 합니다.")))
}

pub(super) fn given<'a>(body: &'a Body, name: &str) -> Option<&'a Value> {
    body.get(name).filter(|value| !value.is_null())
}

/// A string that is not blank; blank is absent.
pub(super) fn text(body: &Body, name: &str) -> Result<Option<String>, ApiError> {
    match given(body, name) {
        None => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim()).filter(|text| !text.is_empty()).map(str::to_owned)),
        Some(_) => Err(ApiError::param(format!("{name}: 문자열이어야 합니다."))),
    }
}

pub(super) fn integer(body: &Body, name: &str) -> Result<Option<i64>, ApiError> {
    given(body, name)
        .map(|value| value.as_i64().ok_or_else(|| ApiError::param(format!("{name}: 정수여야 합니다."))))
        .transpose()
}

/// An object with something in it; the real server falls over an empty one (Bootpay B.1).
pub(super) fn object<'a>(body: &'a Body, name: &str) -> Result<Option<&'a Body>, ApiError> {
    match given(body, name) {
        None => Ok(None),
        Some(Value::Object(object)) if object.is_empty() => Err(EMPTY_OBJECT),
        Some(Value::Object(object)) => Ok(Some(object)),
        Some(_) => Err(ApiError::param(format!("{name}: 객체여야 합니다."))),
    }
}

pub(super) fn object_or_empty(body: &Body, name: &str) -> Result<Option<Value>, ApiError> {
    match given(body, name) {
        None => Ok(None),
        Some(object @ Value::Object(_)) => Ok(Some(object.clone())),
        Some(_) => Err(ApiError::param(format!("{name}: 객체여야 합니다."))),
    }
}

pub(super) fn array<'a>(body: &'a Body, name: &str) -> Result<&'a [Value], ApiError> {
    match given(body, name) {
        None => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(ApiError::param(format!("{name}: 배열이어야 합니다."))),
    }
}
