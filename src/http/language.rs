//! Which language a visitor reads: `?lang=` (remembered in a cookie), then the cookie, then the browser's
//! wish, then Korean.

use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use axum_extra::extract::CookieJar;

use crate::text::Lang;

const COOKIE: &str = "lang";

/// Puts the language into the request and, where it was asked for, into a cookie.
pub(super) async fn choose(mut request: Request, next: Next) -> Response {
    let asked = asked(request.uri().query().unwrap_or_default());
    let lang = asked.unwrap_or_else(|| known(request.headers()));
    request.extensions_mut().insert(lang);
    let mut response = next.run(request).await;
    if let Some(lang) = asked {
        let cookie = match lang {
            Lang::Ko => "lang=ko; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
            Lang::En => "lang=en; Path=/; Max-Age=31536000; SameSite=Lax; HttpOnly",
        };
        response.headers_mut().append(header::SET_COOKIE, HeaderValue::from_static(cookie));
    }
    response
}

/// The language that was chosen for a request.
pub(super) fn of(request: &Request) -> Lang {
    request.extensions().get().copied().unwrap_or(Lang::Ko)
}

fn asked(query: &str) -> Option<Lang> {
    query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(|tag| Lang::parse(tag).ok())
}

fn known(headers: &HeaderMap) -> Lang {
    let cookie = CookieJar::from_headers(headers).get(COOKIE).and_then(|cookie| Lang::parse(cookie.value()).ok());
    let wish = || {
        let text = headers.get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        // Browsers list languages in the order of preference.
        text.split(',').find_map(|part| Lang::parse(part.trim().split(['-', ';']).next()?).ok())
    };
    cookie.or_else(wish).unwrap_or(Lang::Ko)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lang(pairs: &[(header::HeaderName, &'static str)]) -> Lang {
        known(&pairs.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect())
    }

    #[test]
    fn cookie_then_wish_then_korean() {
        assert_eq!(lang(&[]), Lang::Ko);
        assert_eq!(lang(&[(header::ACCEPT_LANGUAGE, "fr-FR,en-US;q=0.8,ko;q=0.5")]), Lang::En);
        assert_eq!(lang(&[(header::ACCEPT_LANGUAGE, "en"), (header::COOKIE, "a=b; lang=ko")]), Lang::Ko);
        assert_eq!(lang(&[(header::COOKIE, "lang=xx")]), Lang::Ko);
        assert_eq!(asked("interval=year&lang=en"), Some(Lang::En));
        assert_eq!(asked("slang=en"), None);
    }
}
