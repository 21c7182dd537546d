//! Numbers of cards and accounts with only their ends left. What a request carries whole is let go here; nothing else
//! of such a number may be kept or logged.

/// Only the digits: people and shops write numbers with dashes and blanks.
pub(super) fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// `1234-****-****-5678`, as receipts show cards.
pub(super) fn card(number: &str) -> String {
    format!("{}-****-****-{}", first(number, 4), last(number, 4))
}

/// `110*****1234`: the bank's own first digits and the last four, never more than half of the number.
pub(super) fn account(number: &str) -> String {
    let length = number.chars().count();
    let shown = length.div_euclid(2).min(7);
    let (front, back) = (shown.saturating_sub(4), shown.min(4));
    let hidden = "*".repeat(length.saturating_sub(front.saturating_add(back)));
    format!("{}{hidden}{}", first(number, front), last(number, back))
}

fn first(text: &str, count: usize) -> String {
    text.chars().take(count).collect()
}

fn last(text: &str, count: usize) -> String {
    text.chars().skip(text.chars().count().saturating_sub(count)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_ends_are_left() {
        assert_eq!(card("5570420000001074"), "5570-****-****-1074");
        assert_eq!(account("11012345678901"), "110*******8901");
        assert_eq!(account("1234567890"), "1*****7890");
        assert_eq!(account("1234"), "**34");
        assert_eq!(account(""), "");
        assert_eq!(digits("110-1234 5678"), "11012345678");
    }
}
