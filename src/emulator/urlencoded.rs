//! `application/x-www-form-urlencoded`, both ways: bodies, query strings, redirect parameters.

/// All pairs in order. Never fails: a broken escape stays as it is, broken UTF-8 becomes U+FFFD.
pub(super) fn parse(text: &[u8]) -> Vec<(String, String)> {
    let pairs = text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| {
            let mut halves = pair.splitn(2, |byte| *byte == b'=');
            let key = halves.next().unwrap_or_default();
            (decode(key), decode(halves.next().unwrap_or_default()))
        })
        .collect()
}

/// The first value of `name` that is not empty (Bootpay I.10: empty values are as good as absent).
pub(super) fn value<'a>(pairs: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let mut values = pairs.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str());
    values.find(|value| !value.is_empty())
}

fn decode(text: &[u8]) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        match (*first, tail) {
            (b'+', _) => out.push(b' '),
            (b'%', [high, low, after @ ..]) => match (hex(*high), hex(*low)) {
                (Some(high), Some(low)) => {
                    out.push((high << 4) | low);
                    rest = after;
                }
                _ => out.push(b'%'),
            },
            (byte, _) => out.push(byte),
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// One value, safe in any query string.
pub(super) fn encode(text: &str) -> String {
    escape(text, |byte| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte))
}

/// A whole address, safe in a header: what is not printable ASCII is escaped, the rest left alone.
pub(super) fn header_safe(address: &str) -> String {
    escape(address, |byte| byte.is_ascii_graphic())
}

fn escape(text: &str, keep: impl Fn(u8) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if keep(byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_browsers_write_and_survives_the_rest() {
        let pairs = parse("a=%EC%A3%BC%EB%AC%B8+1&b=x%2By%3D&&c&d=%&e=%zz&f=%E3%80".as_bytes());
        let text: Vec<_> = pairs.iter().map(|(k, v)| format!("{k}={v}")).collect();
        assert_eq!(text, ["a=주문 1", "b=x+y=", "c=", "d=%", "e=%zz", "f=\u{fffd}"]);
        assert_eq!(value(&pairs, "b"), Some("x+y="));
        assert_eq!(value(&pairs, "c"), None);
    }

    #[test]
    fn writes_values_and_addresses() {
        assert_eq!(encode("{\"a\": 주}"), "%7B%22a%22%3A%20%EC%A3%BC%7D");
        assert_eq!(header_safe("http://a/주?b=1\r\n#c"), "http://a/%EC%A3%BC?b=1%0D%0A#c");
    }
}
