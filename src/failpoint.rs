//! Named places at which a debug build can be made to die as `kill -9` would end it, to see what survives; a release
//! build has none of them. `MADANG_FAIL_POINTS` names a file that gets the name of each place whenever it is passed,
//! `MADANG_DIE_AT` the place to die at, `MADANG_DIE_AT_PASS` how often it is passed by then (once). Nothing here may
//! change what happens.

/// Where in a piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    Before,
    /// All statements of a transaction have run; it is not committed.
    Uncommitted,
    After,
}

impl Moment {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::Uncommitted => "uncommitted",
            Self::After => "after",
        }
    }
}

/// `settle::apply` of the path of a closure.
pub fn short(path: &str) -> String {
    let path = match (path.find("<impl"), path.find(">::")) {
        (Some(from), Some(to)) if from < to => [path.get(..from), path.get(to + 3..)].into_iter().flatten().collect(),
        _ => path.to_owned(),
    };
    path.replace("::{{closure}}", "").replace("madang::service::", "").replace("madang::store::", "")
}

/// `GET /v1/orders/*` of a request: without the query, and without what names one record.
pub fn line(method: &http::Method, path: &str) -> String {
    let is_name = |part: &str| part.len() > 20 || (!part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()));
    let parts: Vec<&str> = path.split('/').map(|part| if is_name(part) { "*" } else { part }).collect();
    format!("{method} {}", parts.join("/"))
}

/// A place in a program that was built with debug assertions.
#[cfg(debug_assertions)]
pub fn pass(moment: Moment, what: impl FnOnce() -> String) {
    use std::io::Write as _;
    use std::sync::OnceLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    struct Wanted {
        list: Option<String>,
        die_at: Option<String>,
        /// How often it is still passed without dying.
        spared: AtomicU32,
    }
    static WANTED: OnceLock<Wanted> = OnceLock::new();
    let wanted = WANTED.get_or_init(|| Wanted {
        list: std::env::var("MADANG_FAIL_POINTS").ok(),
        die_at: std::env::var("MADANG_DIE_AT").ok(),
        spared: AtomicU32::new(
            std::env::var("MADANG_DIE_AT_PASS")
                .ok()
                .and_then(|pass| pass.parse().ok())
                .map_or(0, |pass: u32| pass.saturating_sub(1)),
        ),
    });
    if wanted.list.is_none() && wanted.die_at.is_none() {
        return;
    }
    let name = format!("{} {}", moment.as_str(), what());
    let is_it = wanted.die_at.as_deref() == Some(name.as_str());
    if is_it && wanted.spared.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() {
        let _ = rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
    }
    let Some(list) = &wanted.list else { return };
    if let Ok(mut file) = std::fs::OpenOptions::new().create(true).append(true).open(list) {
        let _ = writeln!(file, "{name}");
    }
}

#[cfg(not(debug_assertions))]
pub fn pass(_: Moment, _: impl FnOnce() -> String) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_the_work_and_no_record() {
        assert_eq!(line(&http::Method::GET, "/v1/orders/26030212345678901234"), "GET /v1/orders/*");
        assert_eq!(line(&http::Method::POST, "/v2/cancel"), "POST /v2/cancel");
        let path = "madang::service::settle::<impl madang::service::Services>::apply::{{closure}}";
        assert_eq!(short(path), "settle::apply");
    }
}
