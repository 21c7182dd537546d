//! `multipart/form-data` (RFC 7578), as far as product pictures need it: parts by name, with their file's name if they
//! are files. Never fails on odd bytes; what is no part is left out.

/// One part.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Part<'a> {
    pub name: String,
    /// A file's name; none for a plain field.
    pub file: Option<String>,
    pub content: &'a [u8],
}

/// The boundary that a content type names, if it is of this kind.
pub(super) fn boundary(content_type: &str) -> Option<String> {
    let (kind, rest) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return None;
    }
    parameter(rest, "boundary").filter(|boundary| !boundary.is_empty())
}

/// The value of `name="value"` or `name=value` among others.
fn parameter(text: &str, name: &str) -> Option<String> {
    text.split(';').find_map(|one| {
        let (key, value) = one.split_once('=')?;
        let is_it = key.trim().eq_ignore_ascii_case(name);
        is_it.then(|| value.trim().trim_matches('"').to_owned())
    })
}

pub(super) fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<Part<'a>> {
    let mark = format!("--{boundary}").into_bytes();
    let mut found = Vec::new();
    let mut rest = after(body, &mark);
    while let Some(text) = rest {
        // The last boundary ends in two dashes, and nothing follows it.
        let end = find(text, &mark);
        let Some(inside) = end.and_then(|end| text.get(..end)) else { break };
        found.extend(part(inside));
        rest = after(text, &mark);
    }
    found
}

fn part(text: &[u8]) -> Option<Part<'_>> {
    let text = text.strip_prefix(b"\r\n")?;
    let text = text.strip_suffix(b"\r\n").unwrap_or(text);
    let split = find(text, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(text.get(..split)?).into_owned();
    let content = text.get(split.saturating_add(4)..)?;
    let line = head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition:"))?;
    Some(Part { name: parameter(line, "name")?, file: parameter(line, "filename"), content })
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

fn after<'a>(text: &'a [u8], wanted: &[u8]) -> Option<&'a [u8]> {
    text.get(find(text, wanted)?.saturating_add(wanted.len())..)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn fields_and_files_are_told_apart() {
        let kind = "multipart/form-data; boundary=\"--x7\"";
        let boundary = boundary(kind).unwrap();
        let body = b"preamble\r\n----x7\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\n\xec\xb0\xa8\r\n\
            ----x7\r\ncontent-disposition: form-data; name=\"images[0]\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\
            \r\n\x89PNG\r\n\xff\r\n----x7--\r\n";
        let parts = parts(body, &boundary);
        assert_eq!(parts.len(), 2);
        assert_eq!(parts[0], Part { name: "name".into(), file: None, content: "차".as_bytes() });
        assert_eq!((parts[1].file.as_deref(), parts[1].content), (Some("a.png"), &b"\x89PNG\r\n\xff"[..]));
    }

    #[test]
    fn anything_else_is_nothing() {
        assert_eq!(boundary("application/json; boundary=x"), None);
        assert_eq!(boundary("multipart/form-data"), None);
        for body in ["", "--x", "--x\r\n", "--x\r\nname\r\n--x--", "--x\r\n\r\n\r\n--x--"] {
            assert_eq!(parts(body.as_bytes(), "x"), [], "{body}");
        }
    }
}
