//! Banks by name and by code (Bootpay C.3). A table.

const BANKS: [(&str, &str); 20] = [
    ("001", "한국"),
    ("003", "기업"),
    ("004", "국민"),
    ("005", "외환"),
    ("007", "수협"),
    ("011", "농협"),
    ("020", "우리"),
    ("023", "SC제일"),
    ("027", "씨티"),
    ("031", "대구"),
    ("032", "부산"),
    ("034", "광주"),
    ("039", "경남"),
    ("045", "새마을금고"),
    ("071", "우체국"),
    ("081", "하나"),
    ("088", "신한"),
    ("089", "케이뱅크"),
    ("090", "카카오뱅크"),
    ("092", "토스뱅크"),
];

/// Code and name of a bank that people write as `국민`, `국민은행`, `KB국민은행` or `004`.
pub(super) fn bank(asked: &str) -> Option<(&'static str, &'static str)> {
    let asked: String = asked.chars().filter(|letter| !letter.is_whitespace()).collect();
    let short = asked.strip_suffix("은행").unwrap_or(&asked);
    let prefixes = ["", "KB", "NH", "IBK", "KEB", "MG", "iM"];
    BANKS.into_iter().find(|(code, name)| {
        asked == *code || prefixes.iter().any(|prefix| short.strip_prefix(prefix).is_some_and(|rest| rest == *name))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_write_banks_in_many_ways() {
        for asked in ["국민", "국민은행", "KB국민은행", "KB 국민 은행", "004"] {
            assert_eq!(bank(asked).map(|(code, _)| code), Some("004"), "{asked}");
        }
        assert_eq!(bank("카카오뱅크"), Some(("090", "카카오뱅크")));
        for asked in ["", "은행", "국", "999"] {
            assert_eq!(bank(asked), None, "{asked}");
        }
    }
}
