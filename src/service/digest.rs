//! SHA-256 as hexadecimal text, for what is compared and never read back.

use sha2::{Digest as _, Sha256};

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(super) fn of(text: &str) -> String {
    hex(&Sha256::digest(text))
}

/// Of several texts in their order; none can be taken for the end of another.
pub(super) fn of_parts<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    hex(&digest.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_where_matters() {
        assert_eq!(of("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_ne!(of_parts(["ab", "c"]), of_parts(["a", "bc"]));
        assert_ne!(of_parts(["a", ""]), of_parts(["a"]));
        assert_eq!(of_parts(["a", "b"]), of_parts(["a", "b"]));
    }
}
